//! A line in, an answer out: the queue of texts still to be read, and what was found so far.

use crate::{
    model::{Caused, Command, Effect, Judgement, Place, Verdict},
    screen,
    tree::{GRAMMAR, Names, Tree},
    variables::Variables,
};
use tree_sitter::Parser;

/// What a line may be before it is asked about unread.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the line, and of each text within it.
    pub bytes: usize,
    /// Texts within texts: `sh -c "sh -c …"`.
    pub depth: usize,
    /// Simple commands in all.
    pub commands: usize,
    /// Commands that only start another, in a row: `sudo env nice …`.
    pub wrappers: usize,
}

/// The limits that hold.
pub const LIMITS: Limits = Limits { bytes: 64 * 1024, depth: 8, commands: 1024, wrappers: 24 };

/// Judges command lines. Holds a parser, so one is kept and used again.
pub struct Judge {
    pub(crate) parser: Parser,
    pub(crate) names: Names,
    pub(crate) tree: Tree,
    /// Lines that need no tree are read without one.
    pub(crate) plain: bool,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Judge").finish_non_exhaustive()
    }
}

impl Default for Judge {
    fn default() -> Self {
        Self::new()
    }
}

/// A text to be read as shell.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) source: String,
    pub(crate) depth: usize,
    pub(crate) wrappers: Vec<String>,
    pub(crate) variables: Option<Variables>,
}

/// One line's judgement in the making.
#[derive(Debug)]
pub(crate) struct Run<'p> {
    pub(crate) place: &'p Place,
    pub(crate) waiting: Vec<Text>,
    pub(crate) verdict: Verdict,
    pub(crate) reason: String,
    pub(crate) effects: Vec<Caused>,
    pub(crate) commands: Vec<Command>,
    pub(crate) warnings: Vec<String>,
    pub(crate) functions: Vec<String>,
    /// The line changes its folder.
    pub(crate) moved: bool,
    /// To one where anything may be written unasked.
    pub(crate) temporary: bool,
    /// From here on `zsh` may be what reads.
    pub(crate) zsh: bool,
    pub(crate) count: usize,
}

impl Run<'_> {
    /// Takes a verdict; the first of the strictest gives the reason.
    pub(crate) fn note(&mut self, verdict: Verdict, reason: impl FnOnce() -> String) {
        if verdict > self.verdict {
            self.verdict = verdict;
            self.reason = reason();
        }
    }

    pub(crate) fn effect(&mut self, effect: Effect, command: &str, target: Option<String>) {
        let same = |known: &Caused| known.effect == effect && known.command == command && known.target == target;
        if self.effects.len() < 256 && !self.effects.iter().any(same) {
            self.effects.push(Caused { effect, command: command.to_owned(), target });
        }
    }

    pub(crate) fn warn(&mut self, warning: &str) {
        if self.warnings.len() < 32 && !self.warnings.iter().any(|known| known == warning) {
            self.warnings.push(warning.to_owned());
        }
    }

    /// Queues a text that a command would run.
    pub(crate) fn read(&mut self, source: String, depth: usize, wrappers: &[String]) {
        if depth > LIMITS.depth {
            self.note(Verdict::Ask, || format!("commands lie more than {} deep within one another", LIMITS.depth));
        } else if source.len() > LIMITS.bytes || self.waiting.len() > LIMITS.commands {
            self.note(Verdict::Ask, || "runs a text too long to be read".to_owned());
        } else {
            self.waiting.push(Text { source, depth, wrappers: wrappers.to_vec(), variables: None });
        }
    }
}

impl Judge {
    /// A judge of lines for shells of the Bourne family.
    #[must_use]
    pub fn new() -> Self {
        let mut parser = Parser::new();
        // A grammar that does not fit leaves a parser that parses nothing, and then everything is asked about.
        let _ = parser.set_language(&GRAMMAR);
        Self { parser, names: Names::of(&GRAMMAR), tree: Tree::default(), plain: true }
    }

    /// Judges one command line, which may hold newlines.
    pub fn judge(&mut self, line: &str, place: &Place) -> Judgement {
        let mut run = Run {
            place,
            waiting: Vec::new(),
            verdict: Verdict::Allow,
            reason: String::new(),
            effects: Vec::new(),
            commands: Vec::new(),
            warnings: Vec::new(),
            functions: Vec::new(),
            moved: false,
            temporary: false,
            zsh: false,
            count: 0,
        };
        let shell = place.shell.as_deref().map_or("bash", |shell| shell.rsplit('/').next().unwrap_or(shell));
        if !matches!(shell, "bash" | "sh" | "dash" | "zsh" | "ksh" | "mksh" | "ash" | "busybox" | "rbash") {
            run.note(Verdict::Ask, || format!("lines for {shell} are not parsed"));
        }
        run.zsh = shell == "zsh";
        if line.len() > LIMITS.bytes {
            run.note(Verdict::Ask, || format!("longer than {} bytes: not read", LIMITS.bytes));
            return finished(run);
        }
        let screened = screen::screened(line);
        if let Some(odd) = screened.odd {
            run.note(Verdict::Ask, || odd.to_owned());
            run.warn(odd);
        }
        run.read(screened.text.into_owned(), 0, &[]);
        self.drain(&mut run);
        self.disguises(&mut run, line, screened.hidden);
        finished(run)
    }

    pub(crate) fn drain(&mut self, run: &mut Run<'_>) {
        while let Some(text) = run.waiting.pop() {
            if run.count >= LIMITS.commands {
                run.note(Verdict::Ask, || format!("more than {} commands", LIMITS.commands));
                return;
            }
            self.walk(run, text);
        }
    }

    /// What cannot be seen asks, and denies where it hides something that would not be allowed as it stands.
    fn disguises(&mut self, run: &mut Run<'_>, line: &str, hidden: Option<&'static str>) {
        if let Some(hidden) = hidden {
            run.warn(hidden);
            let harmful = run.verdict == Verdict::Deny || run.effects.iter().any(|one| one.effect == Effect::Destroy);
            run.note(if harmful { Verdict::Deny } else { Verdict::Ask }, || hidden.to_owned());
        }
        if run.verdict != Verdict::Ask {
            return;
        }
        // A name that only looks like a known one is not known, so the line is asked about already.
        if !run.commands.iter().any(|command| command.argv.first().is_some_and(|name| !name.is_ascii())) {
            return;
        }
        let Some(folded) = screen::plain_letters(line) else { return };
        let found = run.commands.len();
        run.read(folded, 0, &[]);
        let warnings = run.warnings.len();
        self.drain(run);
        run.commands.truncate(found);
        run.warnings.truncate(warnings);
        if run.verdict == Verdict::Deny {
            run.reason = format!("letters that only look like those of a known command; read so: {}", run.reason);
        }
    }
}

fn finished(run: Run<'_>) -> Judgement {
    let reason = match (run.reason.is_empty(), run.effects.is_empty()) {
        (false, _) => run.reason,
        (true, true) => "does nothing beyond the shell itself".to_owned(),
        (true, false) if run.effects.iter().all(|one| one.effect == Effect::Read) => "only reads".to_owned(),
        (true, false) => "reads, and writes only where temporary files lie".to_owned(),
    };
    Judgement { verdict: run.verdict, reason, effects: run.effects, commands: run.commands, warnings: run.warnings }
}
