//! A tool as planning reads it.

use crate::meaning::{Meaning, middle};
use crate::schema::Schema;
use crate::vocabulary::{Stem, Vocabulary};
use crate::words::{is_asking, stems_of};
use serde_json::Value;
use std::collections::HashSet;

/// The longest text of a tool that is read, bytes.
const LONGEST: usize = 4_000;
/// The longest row of words for what a tool does.
const LONGEST_ROW: usize = 16;

/// What a server says of a tool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definition {
    /// Its name in its server.
    pub name: String,
    /// A title for people.
    pub title: String,
    /// What it does.
    pub description: String,
    /// Its input as JSON Schema; null when it takes nothing.
    pub input_schema: Value,
    /// Whether its server says that it only reads (MCP's `readOnlyHint`); none when it does not say.
    pub reads: Option<bool>,
}

/// A tool that was read.
#[derive(Debug)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) reads: Option<bool>,
    /// The stems it may be asked for by: what its description says first that it does, and the first word of its name.
    pub(crate) verbs: Vec<Stem>,
    /// Those, and the last word of its name, for names that begin with the thing (`silence_expire`).
    pub(crate) deeds: Vec<String>,
    /// Stems of name and title.
    pub(crate) named: Vec<Stem>,
    /// Stems of the description that are not among those.
    pub(crate) described: Vec<Stem>,
    /// Stems of the server's name.
    pub(crate) server: Vec<Stem>,
    /// Stems of the names and descriptions of parameters, and of fixed values, that are not among those.
    pub(crate) taken: Vec<Stem>,
    /// What the stems mean together: of the name, with the description, and with the parameters.
    pub(crate) by_name: Option<Meaning>,
    pub(crate) core: Option<Meaning>,
    pub(crate) around: Option<Meaning>,
    /// Examples of its parameters, in lower case.
    pub(crate) examples: HashSet<String>,
    /// The reason when it cannot be called by a checked plan.
    pub(crate) schema: Result<Schema, String>,
}

impl Tool {
    pub(crate) fn read(server: &str, definition: &Definition) -> Self {
        let mut seen: Vec<String> = Vec::new();
        let mut fresh = |stems: Vec<String>| -> Vec<String> {
            let fresh: Vec<String> = stems.into_iter().filter(|stem| !seen.contains(stem)).take(256).collect();
            seen.extend(fresh.iter().cloned());
            fresh
        };
        let schema = Schema::read(&definition.input_schema);
        let mut verbs = doings(cut(&definition.description));
        let in_name = stems_of(cut(&definition.name));
        verbs.extend(in_name.first().cloned());
        let deeds = verbs.iter().chain(in_name.last()).cloned().collect();
        let named = read(fresh(stems_of(cut(&format!("{} {}", definition.name, definition.title)))));
        let described = read(fresh(stems_of(cut(&definition.description))));
        let mut taken = Vec::new();
        for parameter in schema.iter().flat_map(|schema| &schema.parameters) {
            taken.extend(fresh(parameter.words.clone()));
            taken.extend(fresh(parameter.described.clone()));
            for value in parameter.values.iter().filter_map(Value::as_str) {
                taken.extend(fresh(stems_of(cut(value))));
            }
        }
        let parameters = schema.iter().flat_map(|schema| &schema.parameters);
        let examples =
            parameters.flat_map(|parameter| &parameter.examples).map(|example| example.to_lowercase()).collect();
        let taken = read(taken);
        let known = |stem: &Stem| stem.known();
        Self {
            name: definition.name.clone(),
            reads: definition.reads,
            verbs: read(verbs),
            deeds,
            server: read(stems_of(cut(server))),
            by_name: middle(named.iter().filter_map(known)),
            core: middle(named.iter().chain(&described).filter_map(known)),
            around: middle(named.iter().chain(&described).chain(&taken).filter_map(known)),
            named,
            described,
            taken,
            examples,
            schema,
        }
    }

    /// Numbers its stems.
    pub(crate) fn enter(&mut self, vocabulary: &mut Vocabulary) {
        let Self { verbs, named, described, server, taken, .. } = self;
        for stem in [verbs, named, described, server, taken].into_iter().flatten() {
            vocabulary.enter(stem);
        }
    }

    /// Takes its stems out of a vocabulary that it was entered in.
    pub(crate) fn leave(&self, vocabulary: &mut Vocabulary) {
        for stem in [&self.verbs, &self.named, &self.described, &self.server, &self.taken].into_iter().flatten() {
            vocabulary.leave(stem);
        }
    }

    /// Whether a stem is among the words of its name, title or description.
    pub(crate) fn says(&self, stem: &str) -> bool {
        self.named.iter().chain(&self.described).any(|own| own.text == stem)
    }

    /// Whether a stem is among the words of its name or title.
    pub(crate) fn is_named(&self, stem: &str) -> bool {
        self.named.iter().any(|own| own.text == stem)
    }

    /// What its verbs mean, but for those with which anything is asked for.
    pub(crate) fn verb_points(&self) -> impl Iterator<Item = &'static Meaning> {
        self.verbs.iter().filter(|verb| !is_asking(&verb.text)).filter_map(|verb| verb.point)
    }
}

/// What a description begins with: its first word, and those of the same row ("Start, stop or restart a container").
fn doings(description: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut words = description.split_whitespace().take(LONGEST_ROW).peekable();
    while let Some(word) = words.next() {
        found.extend(stems_of(word).into_iter().next());
        let joined = words.next_if(|next| matches!(*next, "or" | "and")).is_some();
        if !joined && !word.ends_with(',') {
            break;
        }
    }
    found
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn read(stems: Vec<String>) -> Vec<Stem> {
    stems.into_iter().map(Stem::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_verbs_is_read_whole() {
        let verbs = |text: &str| doings(text).join(" ");
        assert_eq!(
            verbs("Start, stop, restart, pause or unpause one or more containers."),
            "start stop restart paus unpaus"
        );
        assert_eq!(verbs("Lists the branches, tags and remotes."), "list");
        assert_eq!(verbs(""), "");
    }
}
