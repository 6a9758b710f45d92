//! What a command line would run, and whether it is safe to.
//!
//! A line is parsed with tree-sitter-bash, unless it is so plain that words, quotes and the operators between commands are
//! all there is to it. Every simple command in it (in pipelines, lists, subshells, substitutions,
//! functions, loops, heredocs fed to a shell) is resolved to words as far as they are constant, followed through what
//! only starts another command (`sudo`, `env`, `xargs`, `sh -c`, `ssh host …`, `find -exec` …), and judged by a profile
//! of that command: which options and operands only read, which write, which destroy.
//!
//! The answer errs on one side: *allow* takes that everything in the line is known and only reads (or writes where
//! temporary files lie); *deny* is for what is plainly destructive or disguised; all else, and what does not parse, is
//! *ask*. Nothing is run, no file is looked at, and the same line always gets the same answer.
//!
//! A line is read as bash reads it. For zsh, what it reads otherwise is asked about; a shell of another grammar would need a
//! parser of its own.
//!
//! The profiles are the tables in `rules/`; `rules/README.md` says how to read them.

mod arithmetic;
mod brace;
mod code;
mod decode;
mod follow;
mod heredoc;
mod inline;
mod judge;
mod letters;
mod model;
mod nameless;
mod options;
mod output;
mod parse;
mod path;
mod plain;
mod reading;
mod redirect;
mod scan;
mod screen;
mod statements;
mod stdin;
mod surroundings;
mod table;
mod table_match;
mod tree;
mod variables;
mod walk;
mod word;
mod zsh;

pub use judge::{Judge, LIMITS, Limits};
pub use model::{Caused, Command, Effect, Judgement, Place, Redirection, Verdict};
