//! Parameters that ask for what a tool cannot need: the conversation, the prompt, the model's name, the other tools.

use super::concept::THIRD;
use super::words::{meaning, parts};

/// What is odd about a parameter's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    /// Asks for the conversation, the prompt or the model's reasoning.
    Talk,
    /// Asks who calls: the model, its tools.
    Caller,
    /// A drawer for anything: a side note.
    Drawer,
    /// Asks for a key or a password of the person's machine.
    Secret,
}

/// Looks at the words of a name. Every oddity takes two words, or one that is a word for nothing else.
pub(super) fn odd_name(name: &str) -> Option<Oddity> {
    if name.len() > 96 {
        return None;
    }
    let words = parts(name);
    let sets: super::concept::Set = words.iter().fold(0, |sets, word| sets | meaning(word));
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if has(&["sidenote", "sidenotes"])
        || (has(&["side", "secret", "hidden"]) && has(&["note", "notes", "data", "context"]))
    {
        return Some(Oddity::Drawer);
    }
    if has(&["conversation", "chat", "dialogue"])
        && has(&["history", "full", "transcript", "log", "content", "text", "context"])
        || (has(&["system", "developer"]) && has(&["prompt", "instructions"]))
        || (has(&["chain", "full"]) && has(&["thought", "thoughts", "reasoning", "context"]))
    {
        return Some(Oddity::Talk);
    }
    if has(&["model", "llm", "agent", "assistant"])
        && has(&["name", "version", "id", "identity"])
        && (sets & THIRD != 0)
        && has(&["llm", "assistant", "caller", "calling", "your"])
        || (has(&["available", "other", "all"]) && has(&["tools", "functions"]))
    {
        return Some(Oddity::Caller);
    }
    let secret = has(&["ssh", "id_rsa", "rsa", "env", "environment", "wallet", "seed", "mnemonic"])
        && has(&["key", "private", "file", "contents", "content", "dump", "phrase", "credentials", "secrets"]);
    secret.then_some(Oddity::Secret)
}
