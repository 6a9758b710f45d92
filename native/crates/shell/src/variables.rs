//! Variables: known where a line sets them once, in plain sight.

use crate::{
    model::Place,
    tree::{Node, Tree},
    word::Scope,
};

/// What is known of a variable.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Known(&'a str),
    /// Set outside the line.
    Outside,
    /// Set while the line runs.
    Computed,
}

/// The variables of a text, in order of the walk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    known: Vec<(String, Option<String>)>,
    /// Something may have set any of them: `eval`, `read`, `source` …
    all_computed: bool,
}

impl Variables {
    pub(crate) fn new(place: &Place) -> Self {
        let mut variables = Self::default();
        variables.set("HOME", Some(place.home.clone().unwrap_or_else(|| "~".to_owned())));
        variables.set("TMPDIR", Some("/tmp".to_owned()));
        variables.set("IFS", Some(" \t\n".to_owned()));
        if let Some(cwd) = &place.cwd {
            variables.set("PWD", Some(cwd.clone()));
        }
        variables
    }

    pub(crate) fn get(&self, name: &str) -> Value<'_> {
        if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') || name == "_" {
            return Value::Computed;
        }
        match self.known.iter().find(|(known, _)| known == name) {
            Some((_, Some(value))) if !self.all_computed => Value::Known(value),
            Some(_) => Value::Computed,
            None if self.all_computed => Value::Computed,
            None => Value::Outside,
        }
    }

    /// None: its value is only known when the line runs, and stays so.
    pub(crate) fn set(&mut self, name: &str, value: Option<String>) {
        match self.known.iter_mut().find(|(known, _)| known == name) {
            Some((_, slot @ Some(_))) => *slot = value,
            Some(_) => {}
            None => self.known.push((name.to_owned(), value)),
        }
    }

    /// From here on no variable is known.
    pub(crate) fn forget_all(&mut self) {
        self.all_computed = true;
    }

    /// Before a walk: what is set where it may run never, later or more than once is not known anywhere.
    pub(crate) fn prepare(&mut self, tree: &Tree, source: &str) {
        if !source.contains('=') && !source.contains("for") && !source.contains("select") {
            return;
        }
        for node in tree.nodes() {
            match node.kind() {
                "variable_assignment" if !plain_sight(node) => self.unknown(node.child_by_field_name("name"), source),
                "for_statement" => self.unknown(node.child_by_field_name("variable"), source),
                _ => {}
            }
        }
    }

    fn unknown(&mut self, name: Option<Node<'_>>, source: &str) {
        if let Some(name) = name.and_then(|name| source.get(name.byte_range())) {
            // The name of an array ends before its index.
            let end = name.find('[').unwrap_or(name.len());
            self.set(&name[..end], None);
        }
    }

    /// Takes an assignment in order of the walk; gives its name and value for the judge.
    pub(crate) fn assign(&mut self, node: Node<'_>, source: &str) -> Option<(String, String)> {
        let name = source.get(node.child_by_field_name("name")?.byte_range())?.to_owned();
        let scope = Scope { source, variables: self };
        let text = scope.slice(node);
        let value = node
            .child_by_field_name("value")
            .map_or(Some(String::new()), |value| (value.kind() != "array").then(|| scope.value(value, 0)));
        let appended = text.get(name.len()..).is_some_and(|rest| rest.starts_with("+="));
        let shown = value.clone().unwrap_or_else(|| text.get(name.len() + 1..).unwrap_or("").to_owned());
        let known = value.filter(|value| {
            !appended && !name.contains('[') && !value.contains([crate::word::COMPUTED, crate::word::OUTSIDE])
        });
        // What is set for one command only does not change the shell's own.
        if node.parent().is_none_or(|parent| parent.kind() != "command") {
            let end = name.find('[').unwrap_or(name.len());
            self.set(&name[..end], known);
        }
        Some((name, shown))
    }
}

/// Runs exactly once, before all that follows: only statements in a row lie above it.
fn plain_sight(node: Node<'_>) -> bool {
    let mut above = node.parent();
    // Deep nesting is not plain sight, and a bounded look is a fast one.
    for _ in 0..4 {
        match above {
            None => return true,
            Some(parent) => match parent.kind() {
                "program" | "command" => return true,
                "declaration_command" | "variable_assignments" => above = parent.parent(),
                "list" => {
                    // `x=rm && $x …`: the first of a list always runs.
                    if parent.start_byte() != node.start_byte() {
                        return false;
                    }
                    above = parent.parent();
                }
                _ => return false,
            },
        }
    }
    false
}
