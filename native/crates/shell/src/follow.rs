//! Through what only starts another command, to the command itself.

use crate::{
    code,
    judge::{LIMITS, Run},
    model::{Command, Effect, Redirection, Verdict},
    options::Parsed,
    path::{Area, area},
    table::{Profile, Wrap, table},
    table_match::Call,
    word::{COMPUTED, Word},
};

/// What a command reads.
#[derive(Clone, Debug)]
pub(crate) enum Stdin {
    /// The terminal, or nothing.
    None,
    /// This text.
    Text(String),
    /// What another machine sends.
    Network,
    /// Something else.
    Unknown,
}

/// A command about to be followed and judged.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    pub(crate) words: Vec<Word>,
    pub(crate) assignments: Vec<String>,
    pub(crate) redirections: Vec<Redirection>,
    pub(crate) stdin: Stdin,
    pub(crate) wrappers: Vec<String>,
    pub(crate) depth: usize,
}

/// Folders whose programs are those of the system.
const FOLDERS: &[&str] = &[
    "/bin",
    "/usr/bin",
    "/sbin",
    "/usr/sbin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/opt/homebrew/bin",
    "/snap/bin",
    "/usr/libexec",
    "/usr/lib/git-core",
    "/usr/libexec/git-core",
];

/// Programs that run what the settings in the working folder name.
const LED: &[&str] = &["git", "terraform", "tofu", "terragrunt"];

impl Run<'_> {
    /// Follows a command through its wrappers and judges what runs in the end. Commands that start several others
    /// (`find -exec`) queue them here too.
    pub(crate) fn invoke(&mut self, first: Invocation) {
        let mut waiting = vec![first];
        while let Some(mut one) = waiting.pop() {
            self.count += 1;
            if self.count > LIMITS.commands * 2 {
                self.note(Verdict::Ask, || format!("more than {} commands", LIMITS.commands));
                return;
            }
            for _ in 0..=LIMITS.wrappers {
                match self.step(one, &mut waiting) {
                    Some(next) => one = next,
                    None => break,
                }
                if one.wrappers.len() > LIMITS.wrappers {
                    self.note(Verdict::Ask, || {
                        format!("more than {} commands that start one another", LIMITS.wrappers)
                    });
                    break;
                }
            }
        }
    }

    /// One wrapper off, or the command judged.
    fn step(&mut self, one: Invocation, waiting: &mut Vec<Invocation>) -> Option<Invocation> {
        let Some(first) = one.words.first() else {
            self.record(&one);
            return None;
        };
        if !first.known() || first.text.is_empty() {
            self.record(&one);
            self.nameless(&one.words);
            return None;
        }
        let (name, own) = normal(&first.text);
        let Some(profile) = profile(&name) else {
            self.record(&one);
            if !self.functions.contains(&name) {
                let shown = first.shown();
                if looks_harmful(&one.words) {
                    self.effect(Effect::Destroy, &shown, None);
                }
                self.note(Verdict::Ask, || format!("{shown} is not a command that is known"));
            }
            return None;
        };
        if !own {
            self.note(Verdict::Ask, || format!("{} is a program from an unusual place", first.text));
        }
        if let Some(wrap) = &profile.wrap {
            return self.unwrap(one, &name, profile, wrap);
        }
        self.told(&name, &one.words[1..]);
        if LED.contains(&name.as_str()) {
            self.led(&name);
        }
        self.record(&one);
        let call = Call { name: &name, words: &one.words[1..] };
        let Some(code) = profile.code else {
            let words = self.by_table(&call, profile)?;
            return Some(Invocation { words, ..one });
        };
        code(self, &mut code::Site { call, one: &one, waiting });
        None
    }

    /// Whether a command runs where anything may be written unasked.
    pub(crate) fn planted(&self) -> bool {
        self.temporary || area(".", self.place, self.moved) == Area::Temporary
    }

    /// Where anything may be written unasked, the settings that lie there are nobody's word.
    fn led(&mut self, name: &str) {
        if self.planted() {
            self.note(Verdict::Ask, || format!("{name}: the settings that lie in a temporary folder may run programs"));
        }
    }

    fn record(&mut self, one: &Invocation) {
        if self.commands.len() >= LIMITS.commands {
            return;
        }
        let unknown = one.words.iter().enumerate().filter(|(_, word)| !word.known()).map(|(at, _)| at).collect();
        self.commands.push(Command {
            argv: one.words.iter().map(Word::shown).collect(),
            unknown,
            wrappers: one.wrappers.clone(),
            assignments: one.assignments.clone(),
            redirections: one.redirections.clone(),
            depth: one.depth,
        });
    }

    fn unwrap(
        &mut self,
        mut one: Invocation,
        name: &str,
        profile: &'static Profile,
        wrap: &Wrap,
    ) -> Option<Invocation> {
        let takes = |flag: &str| profile.values.contains(&flag);
        let end = own_words(&one.words, profile, wrap);
        let own = one.words.get(1..end).unwrap_or(&[]).to_vec();
        for (name, value) in
            own.iter().filter(|word| wrap.assign && assignment(&word.text)).filter_map(|word| word.text.split_once('='))
        {
            self.steered(name, value);
        }
        let options = Parsed::new(&own, takes, |flag| flag.len() > 2 && profile.values.contains(&flag));
        for (effect, target) in wrap.effects.iter().map(|effect| (*effect, None)) {
            self.effect(effect, name, target);
        }
        if wrap.effects.contains(&Effect::Privilege) {
            self.note(Verdict::Ask, || format!("{name}: runs with another person's rights"));
        } else if wrap.effects.contains(&Effect::Network) {
            self.note(Verdict::Ask, || format!("{name}: runs on another machine"));
        } else if !wrap.effects.is_empty() {
            self.note(Verdict::Ask, || format!("{name}: {}", profile.reason));
        }
        if options.has(&wrap.stop).is_some() {
            self.record(&one);
            self.effect(Effect::Read, name, None);
            return None;
        }
        self.wrapper_clauses(name, &options, profile);
        one.wrappers.push(name.to_owned());
        let mut ran = false;
        for text in wrap.text.iter().filter_map(|flag| options.value(&[flag])) {
            ran = true;
            self.text_of(text, &one);
        }
        let mut rest: Vec<Word> = one.words.get(end..).unwrap_or(&[]).to_vec();
        if rest.is_empty() {
            if !ran {
                let verdict = wrap.none.unwrap_or(Verdict::Ask);
                self.record(&one);
                self.note(verdict, || {
                    format!(
                        "{name}: {}",
                        if profile.reason.is_empty() { "starts a command that is not said" } else { profile.reason }
                    )
                });
                if verdict == Verdict::Allow {
                    self.effect(Effect::Read, name, None);
                }
            }
            return None;
        }
        let marks = if wrap.feeds { marks(&own, &options, name) } else { Vec::new() };
        if wrap.join {
            let mut line = rest.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            if wrap.feeds {
                // `parallel` puts what it is fed in quotes.
                match marks.iter().find(|mark| line.contains(mark.as_str())) {
                    Some(mark) => line = line.replace(mark.as_str(), "\"$_\""),
                    None => line.push_str(" \"$_\""),
                }
            }
            self.text_of(&line, &one);
            return None;
        }
        if wrap.feeds {
            if marks.is_empty() {
                let single = options.value(&["-n", "--max-args"]) == Some("1");
                rest.push(Word { many: !single, ..Word::plain(COMPUTED) });
            }
            let fed = COMPUTED.to_string();
            for word in &mut rest {
                for mark in &marks {
                    word.text = word.text.replace(mark.as_str(), &fed);
                }
            }
        }
        if wrap.assign {
            let given: Vec<String> = own.iter().map(|word| word.text.clone()).filter(|text| assignment(text)).collect();
            self.lent(&given, &rest[0].shown());
        }
        one.words = rest;
        if one.wrappers.len() > 1 || !wrap.feeds {
            return Some(one);
        }
        one.stdin = Stdin::None;
        Some(one)
    }

    /// Queues a line that a command runs; one that is not wholly known asks, and denies where what is known destroys.
    pub(crate) fn text_of(&mut self, text: &str, one: &Invocation) {
        if text.contains([COMPUTED, crate::word::OUTSIDE]) {
            self.note(Verdict::Ask, || "runs a text that is only known when the line runs".to_owned());
        }
        self.read(text.replace([COMPUTED, crate::word::OUTSIDE], "$_"), one.depth + 1, &one.wrappers);
    }

    fn wrapper_clauses(&mut self, name: &str, options: &Parsed<'_>, profile: &'static Profile) {
        for clause in &profile.clauses {
            if let crate::table::When::Flags(flags) = &clause.when
                && let Some(flag) = options.has(flags)
            {
                self.note(clause.verdict, || format!("{name} {flag}: {}", clause.reason));
            }
        }
        if let Some(known) = &profile.known {
            for (flag, _) in &options.options {
                let listed = known.contains(flag)
                    || profile.values.contains(flag)
                    || profile.wrap.as_ref().is_some_and(|wrap| wrap.stop.contains(flag));
                if !listed {
                    self.note(Verdict::Ask, || format!("{name}: the option {flag} is not known to be harmless"));
                }
            }
        }
    }
}

/// What stands in the words of a command for what `xargs` or `parallel` is fed; none where that is put behind them.
fn marks(own: &[Word], options: &Parsed<'_>, name: &str) -> Vec<String> {
    let mut marks: Vec<String> = ["-I", "-J", "--replace"]
        .iter()
        .filter_map(|flag| {
            options.options.iter().find(|(own, _)| own == flag || (own.len() > 4 && flag.starts_with(own)))
        })
        .map(|(_, value)| value.unwrap_or("{}").to_owned())
        .collect();
    // The value of `-i` is part of its word, or the common one.
    marks.extend(own.iter().filter_map(|word| word.text.strip_prefix("-i")).map(|mark| match mark {
        "" => "{}".to_owned(),
        mark => mark.to_owned(),
    }));
    if name == "parallel" {
        marks.push("{}".to_owned());
    }
    marks.retain(|mark| !mark.is_empty());
    marks
}

/// Only asked about, but named as one that destroys would be: `rm` with letters that cannot be seen.
fn looks_harmful(words: &[Word]) -> bool {
    words.iter().skip(1).any(|word| matches!(word.text.as_str(), "-rf" | "-fr" | "--hard" | "--no-preserve-root"))
}

/// A name without its folder, and whether that folder is one of the system's.
fn normal(text: &str) -> (String, bool) {
    let (folder, name) = text.rsplit_once('/').map_or(("", text), |(folder, name)| (folder, name));
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let mut tidy = folder;
    while let Some(shorter) = tidy.strip_suffix("/.") {
        tidy = shorter;
    }
    let squeezed = tidy.replace("//", "/");
    let own = !text.contains('/') || FOLDERS.contains(&squeezed.as_str());
    (name.to_owned(), own)
}

/// Where the words of a wrapper end and the command it starts begins.
fn own_words(words: &[Word], profile: &Profile, wrap: &Wrap) -> usize {
    let mut at = 1;
    let mut skip = wrap.skip;
    while let Some(word) = words.get(at) {
        let text = word.text.as_str();
        if text == "--" {
            at += 1;
            if skip == 0 {
                break;
            }
        } else if text.starts_with('-') && text.len() > 1 {
            // `-n 19`, `-n19`, `-kn 19`: the last letter of a cluster may take the next word.
            let last = text.chars().last().filter(|_| !text.starts_with("--")).map(|last| format!("-{last}"));
            let cluster = last.is_some_and(|last| {
                profile.values.contains(&last.as_str())
                    && !text[1..text.len() - 1]
                        .chars()
                        .any(|char| profile.values.contains(&format!("-{char}").as_str()))
            });
            at += if profile.values.contains(&text) || (cluster && text.is_ascii()) { 2 } else { 1 };
        } else if wrap.assign && assignment(text) {
            at += 1;
        } else if skip > 0 {
            skip -= 1;
            at += 1;
        } else {
            break;
        }
    }
    at.min(words.len())
}

pub(crate) fn assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// The profile of a name; a version at its end is passed over: `python3.11`.
pub(crate) fn profile(name: &str) -> Option<&'static Profile> {
    table().get(name).or_else(|| {
        let short = name.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.' || char == '-');
        if short.len() < name.len() && short.len() > 1 {
            table().get(short).filter(|profile| profile.code.is_some())
        } else {
            None
        }
    })
}
