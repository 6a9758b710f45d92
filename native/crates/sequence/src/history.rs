//! What the next command may depend on.

use crate::symbols::{NO_SYMBOL, Symbol};
use crate::words::{combine, command_template, hash, task_words};

/// How many commands back a context looks.
pub(crate) const DEPTH: usize = 6;
/// How many words of a task count.
pub(crate) const TASK_WORDS: usize = 24;
/// How many different names of a session are remembered.
pub(crate) const SESSION_NAMES: usize = 64;

/// One command, by hashes; 0 for what came before the session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Past {
    pub(crate) name: u32,
    pub(crate) template: u32,
    pub(crate) line: u32,
    pub(crate) symbol: Symbol,
}

/// A session: the latest commands and what is known of the circumstances.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// The latest first.
    pub(crate) past: [Past; DEPTH],
    /// Commands since the session began.
    pub(crate) position: u32,
    /// How often the latest name came in a row.
    pub(crate) run: u32,
    /// The hash of the exit code; 0 when it is not known.
    pub(crate) exit: u32,
    pub(crate) directory: u32,
    pub(crate) task: u32,
    pub(crate) words: Vec<u32>,
    pub(crate) person: u32,
    /// The different names so far.
    pub(crate) names: Vec<Symbol>,
}

impl History {
    /// A session begins.
    pub(crate) fn begin(&mut self, task: Option<&str>, person: Option<&str>) {
        let nothing = Past { symbol: NO_SYMBOL, ..Past::default() };
        self.past = [nothing; DEPTH];
        (self.position, self.run, self.exit, self.directory) = (0, 0, 0, 0);
        self.names.clear();
        self.words = task.map(|task| task_words(task, TASK_WORDS)).unwrap_or_default();
        self.task = if self.words.is_empty() { 0 } else { combine(&self.words) };
        self.person = person.map_or(0, hash);
    }

    /// The hashes of a command. Without a directory of its own, what `cd` was last told stands for one.
    pub(crate) fn past_of(line: &str, symbol: Symbol) -> Past {
        let line = line.trim();
        let (name, template) = match command_template(line) {
            Some((name, Some(sub))) => (hash(name), combine(&[hash(name), hash(sub)])),
            Some((name, None)) => (hash(name), hash(name)),
            None => (0, 0),
        };
        Past { name, template, line: hash(line), symbol }
    }

    pub(crate) fn push(&mut self, past: Past, exit_code: Option<i32>) {
        self.run = if self.position > 0 && self.past[0].name == past.name { self.run.saturating_add(1) } else { 1 };
        self.past.copy_within(..DEPTH - 1, 1);
        self.past[0] = past;
        self.position = self.position.saturating_add(1);
        self.exit = exit_code.map_or(0, |code| combine(&[u32::from_ne_bytes(code.to_ne_bytes())]));
        if past.symbol != NO_SYMBOL && self.names.len() < SESSION_NAMES && !self.names.contains(&past.symbol) {
            self.names.push(past.symbol);
        }
    }

    pub(crate) fn forget(&mut self, gone: &[bool]) {
        let is_gone = |symbol: Symbol| gone.get(usize::from(symbol)).copied().unwrap_or(false);
        self.names.retain(|symbol| !is_gone(*symbol));
        for past in &mut self.past {
            if is_gone(past.symbol) {
                past.symbol = NO_SYMBOL;
            }
        }
    }
}
