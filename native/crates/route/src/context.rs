//! What is known beside the sentence.

use crate::fill::{Filled, Filling};
use crate::model;
use crate::parameter::{Parameter, Type};
use crate::spans::{Kind, Span};
use crate::text::Text;
use jiff::civil;
use serde_json::{Map, Value};

/// The most names and recent values that are read.
const MOST: usize = 256;

/// What is known beside the sentence. Everything is optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// The present moment where the person is: `tomorrow` is a date only when it is given.
    pub now: Option<civil::DateTime>,
    /// The folder the person is in: "here", "this repository".
    pub cwd: Option<String>,
    /// Names of things that exist (containers, branches, people …): found in the sentence as they are written.
    pub names: Vec<String>,
    /// Arguments of the calls before, by parameter: what "it" or "the same" may stand for.
    pub recent: Map<String, Value>,
}

impl Context {
    /// The names that stand in the sentence.
    pub(crate) fn spans(&self, text: &Text<'_>) -> Vec<Span> {
        let mut found = Vec::new();
        for name in self.names.iter().take(MOST).filter(|name| name.len() > 1) {
            for (start, _) in text.source.match_indices(name.as_str()).take(4) {
                let end = start + name.len();
                let (from, to) = text.tokens_in(start, end);
                let whole = text.tokens.get(from).is_some_and(|token| token.start == start)
                    && to.checked_sub(1).and_then(|last| text.tokens.get(last)).is_some_and(|token| token.end == end);
                if whole {
                    found.push(Span { start, end, from, to, kind: Kind::Name });
                }
            }
        }
        found
    }

    /// Gives required parameters that are still empty what the context says, where the sentence points at it.
    pub(crate) fn complete(&self, parameters: &[Parameter], text: &Text<'_>, filling: &mut Filling) {
        let says = |words: &[&str]| text.tokens.iter().any(|token| words.contains(&token.lower.as_str()));
        let here = says(&["here"])
            || follows(text, &["this", "current"], &["folder", "directory", "repository", "repo", "project"]);
        let again =
            says(&["it", "its", "same", "again", "them", "that", "there"]) || follows(text, &["this"], &["one"]);
        for (at, parameter) in parameters.iter().enumerate() {
            if !parameter.required || filling.filled.iter().any(|filled| filled.parameter == at) {
                continue;
            }
            let place =
                parameter.is_of(" path dir directory folder cwd repository repo root ") && parameter.kind == Type::Text;
            let value = match (&self.cwd, self.recent.iter().take(MOST).find(|(name, _)| **name == parameter.name)) {
                (Some(cwd), _) if here && place => Value::String(cwd.clone()),
                (_, Some((_, value))) if again => value.clone(),
                _ => continue,
            };
            filling.filled.push(Filled { parameter: at, value, confidence: model::CONTEXT, from: None });
        }
    }
}

/// Whether one of some words stands right before one of others.
fn follows(text: &Text<'_>, first: &[&str], second: &[&str]) -> bool {
    text.tokens
        .windows(2)
        .any(|pair| first.contains(&pair[0].lower.as_str()) && second.contains(&pair[1].lower.as_str()))
}

/// A moment written as `2026-11-22T09:00:00` or as a date; what follows (a fraction, an offset) is the place's own and
/// left aside. None when it is none.
#[must_use]
pub fn moment(written: &str) -> Option<civil::DateTime> {
    let written = written.get(..19).unwrap_or(written);
    written.parse().ok()
}
