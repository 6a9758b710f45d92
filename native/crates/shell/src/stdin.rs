//! What a command reads: a heredoc, a file, or what a pipe brings.

use crate::{
    follow::Stdin,
    model::Redirection,
    output::{heredoc, printed, stage},
    tree::Node,
    walk::redirection,
    word::{Scope, Word, reaches_network},
};

/// What the stages of a pipeline so far give the next one.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    begun: bool,
    /// What is printed, where that is certain.
    text: Option<String>,
    network: bool,
}

impl Feed {
    /// One more stage; `prints` says what it prints, given what it reads, where that is certain.
    pub(crate) fn add(&mut self, network: bool, prints: impl FnOnce(Option<String>) -> Option<String>) {
        self.network |= network;
        self.text = if self.begun && self.text.is_none() { None } else { prints(self.text.take()) };
        self.begun = true;
    }

    /// What the next stage reads.
    pub(crate) fn stdin(&self) -> Stdin {
        match &self.text {
            _ if !self.begun => Stdin::None,
            Some(text) => Stdin::Text(text.clone()),
            None if self.network => Stdin::Network,
            None => Stdin::Unknown,
        }
    }
}

/// What stands around a command: redirections of its statement, and what a pipe feeds it.
pub(crate) fn around(
    node: Node<'_>,
    scope: &Scope<'_>,
    words: &mut Vec<Word>,
    redirections: &mut Vec<Redirection>,
    stdin: &mut Stdin,
) {
    let mut outer = node;
    if let Some(parent) = node.parent().filter(|parent| parent.kind() == "redirected_statement") {
        outer = parent;
        for child in parent.children_by_field_name("redirect") {
            match child.kind() {
                "heredoc_redirect" => {
                    let text = heredoc(scope, child).unwrap_or_default();
                    redirections.push(Redirection { operator: "<<".to_owned(), target: text.clone() });
                    *stdin = Stdin::Text(text);
                    for argument in child.children_by_field_name("argument") {
                        scope.words(argument, words);
                    }
                }
                "herestring_redirect" => {
                    let text = heredoc(scope, child).unwrap_or_default();
                    redirections.push(Redirection { operator: "<<<".to_owned(), target: text.clone() });
                    *stdin = Stdin::Text(text);
                }
                "file_redirect" => {
                    // The grammar takes arguments behind a redirection as more places to write to.
                    for argument in child.children_by_field_name("destination").skip(1) {
                        scope.words(argument, words);
                    }
                    let one = redirection(scope, child);
                    if one.operator.starts_with('<') || one.operator.starts_with("0<") {
                        let network = child.child_by_field_name("destination").is_some_and(|target| {
                            target.kind() == "process_substitution" && reaches_network(scope.slice(target))
                        });
                        *stdin = if network { Stdin::Network } else { Stdin::Unknown };
                    }
                    redirections.push(one);
                }
                _ => {}
            }
        }
    }
    if matches!(stdin, Stdin::None) {
        *stdin = piped(scope, outer);
    }
}

/// What comes to a statement by a pipe.
fn piped(scope: &Scope<'_>, statement: Node<'_>) -> Stdin {
    let mut inner = statement;
    // A command within a group or a loop reads what is piped to that.
    for _ in 0..12 {
        let Some(parent) = inner.parent() else { return Stdin::None };
        match parent.kind() {
            "pipeline" => {
                let mut feed = Feed::default();
                if let Some(body) = heredoc_owner(parent) {
                    feed.add(false, |_| printed_owner(scope, body));
                }
                for earlier in parent.named_children() {
                    if earlier == inner {
                        break;
                    }
                    feed.add(reaches_network(scope.slice(earlier)), |before| stage(scope, earlier, before));
                }
                if feed.begun {
                    // Of a group's or loop's commands, which of them reads it is not known.
                    if inner != statement {
                        feed.text = None;
                    }
                    return feed.stdin();
                }
            }
            "program" | "command_substitution" | "process_substitution" | "function_definition" => return Stdin::None,
            "redirected_statement" if inner != statement => {
                let fed = parent
                    .children_by_field_name("redirect")
                    .any(|redirect| redirect.kind() != "file_redirect" || scope.slice(redirect).contains('<'));
                if fed {
                    return Stdin::Unknown;
                }
            }
            _ => {}
        }
        inner = parent;
    }
    Stdin::Unknown
}

/// The statement whose heredoc line goes on with this pipeline: `cat <<E | sh`.
fn heredoc_owner(pipeline: Node<'_>) -> Option<Node<'_>> {
    pipeline.parent().filter(|parent| parent.kind() == "heredoc_redirect")?.parent()
}

fn printed_owner(scope: &Scope<'_>, statement: Node<'_>) -> Option<String> {
    let body = statement.child_by_field_name("body")?;
    let text = statement.children_by_field_name("redirect").find_map(|one| heredoc(scope, one))?;
    if body.kind() == "command" { stage(scope, body, Some(text)) } else { printed(scope, body) }
}
