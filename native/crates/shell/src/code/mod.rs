//! Commands whose operands are programs or paths of weight: more than a table says.

mod databases;
mod find;
mod git;
mod kept;
mod lookup;
mod modes;
mod remove;
mod shells;
mod streams;
mod transfer;

use crate::{follow::Invocation, judge::Run, table_match::Call, word::Word};

/// A command at its place.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    pub(crate) call: Call<'a>,
    pub(crate) one: &'a Invocation,
    /// Commands that it starts.
    pub(crate) waiting: &'a mut Vec<Invocation>,
}

impl Site<'_> {
    /// A command that this one starts.
    pub(crate) fn start(&mut self, wrapper: &str, words: Vec<Word>) {
        let mut wrappers = self.one.wrappers.clone();
        wrappers.push(wrapper.to_owned());
        self.waiting.push(Invocation {
            words,
            assignments: Vec::new(),
            redirections: Vec::new(),
            stdin: crate::follow::Stdin::None,
            wrappers,
            depth: self.one.depth,
        });
    }
}

/// Judges a command by code.
pub(crate) type Code = for<'r, 'p, 's, 'a> fn(&'r mut Run<'p>, &'s mut Site<'a>);

/// The code that the tables name.
pub(crate) fn named(name: &str) -> Option<Code> {
    Some(match name {
        "remove" => remove::remove,
        "find" => find::find,
        "sed" => streams::sed,
        "awk" => streams::awk,
        "shell" => shells::shell,
        "interpreter" => shells::interpreter,
        "sourced" => shells::sourced,
        "trap" => shells::trap,
        "alias" => shells::alias,
        "dd" => kept::dd,
        "modes" => modes::modes,
        "kill" => kept::kill,
        "date" => kept::date,
        "tar" => transfer::tar,
        "fetch" => transfer::fetch,
        "sql" => databases::sql,
        "git" => git::git,
        "lookup" => lookup::lookup,
        "moved" => kept::moved,
        _ => return None,
    })
}
