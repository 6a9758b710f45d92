//! A tool as planning reads it.

use crate::background::weight;
use crate::schema::Schema;
use crate::words::stems_of;
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
    pub(crate) verbs: Vec<String>,
    /// Those, and the last word of its name, for names that begin with the thing (`silence_expire`).
    pub(crate) deeds: Vec<String>,
    /// Stems of name and title.
    pub(crate) named: Vec<String>,
    /// Stems of the description that are not among those.
    pub(crate) described: Vec<String>,
    /// Stems of the server's name.
    pub(crate) server: Vec<String>,
    /// Stems of the names and descriptions of parameters, and of fixed values, that are not among those.
    pub(crate) taken: Vec<String>,
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
        let named = fresh(stems_of(cut(&format!("{} {}", definition.name, definition.title))));
        let described = fresh(stems_of(cut(&definition.description)));
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
        let (name, reads) = (definition.name.clone(), definition.reads);
        Self { name, reads, verbs, deeds, named, described, server: stems_of(cut(server)), taken, examples, schema }
    }

    /// Whether a stem is among the words of its name, title or description.
    pub(crate) fn says(&self, stem: &str) -> bool {
        self.named.iter().chain(&self.described).any(|own| own == stem)
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

/// The weights of stems together.
pub(crate) fn mass<'a>(stems: impl IntoIterator<Item = &'a String>) -> f64 {
    stems.into_iter().map(|stem| weight(stem)).sum()
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
