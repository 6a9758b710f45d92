//! The words of an answer.

/// What to do with a command line. Ordered: the strictest part of a line decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Only reads, or writes where temporary files lie.
    Allow,
    /// Writes, reaches out, raises rights, or is not known: a person decides.
    Ask,
    /// Plainly destructive, or disguised.
    Deny,
}

impl Verdict {
    /// The word for it: `allow`, `ask` or `deny`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

/// What a command does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Looks at something.
    Read,
    /// Makes or changes something.
    Write,
    /// Takes something away that may not come back.
    Destroy,
    /// Reaches another machine.
    Network,
    /// Runs with another person's rights.
    Privilege,
}

impl Effect {
    /// The word for it, in lower case.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Destroy => "destroy",
            Self::Network => "network",
            Self::Privilege => "privilege",
        }
    }
}

/// An effect and the command that causes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caused {
    /// What happens.
    pub effect: Effect,
    /// The name of the command, after wrappers.
    pub command: String,
    /// The path or thing it happens to, where that is known. `…` stands for what is only known when it runs.
    pub target: Option<String>,
}

/// A redirection of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirection {
    /// As written: `>`, `>>`, `<`, `2>`, `<<`, `<<<` …
    pub operator: String,
    /// The file, the descriptor, or the text of a heredoc.
    pub target: String,
}

/// A simple command that would run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// Name and arguments after quotes, escapes and constant expansions; `…` stands for what is only known when it runs.
    pub argv: Vec<String>,
    /// Places in `argv` of words not wholly known, or holding a pattern that files are matched with.
    pub unknown: Vec<usize>,
    /// What starts it, outermost first: `sudo`, `sh -c`, `xargs` …
    pub wrappers: Vec<String>,
    /// Variables set for it, as `NAME=value`.
    pub assignments: Vec<String>,
    /// Its redirections.
    pub redirections: Vec<Redirection>,
    /// How many texts it lies within: 0 in the line itself, 1 in `sh -c '…'` …
    pub depth: usize,
}

/// Where a line would run, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The working folder, absolute.
    pub cwd: Option<String>,
    /// The home folder, absolute.
    pub home: Option<String>,
    /// The shell: `bash` when it is not said. Shells of another grammar (`fish`, `pwsh`, `cmd` …) are not parsed.
    pub shell: Option<String>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// What to do.
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: String,
    /// What happens, each (effect, command, target) once, in order of the line.
    pub effects: Vec<Caused>,
    /// What would run.
    pub commands: Vec<Command>,
    /// What a person should know besides.
    pub warnings: Vec<String>,
}
