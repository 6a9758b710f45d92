//! What a command reads: a heredoc, a file, or what a pipe brings.

use crate::{
    follow::Stdin,
    model::Redirection,
    output::{heredoc, printed, stage},
    walk::redirection,
    word::{Scope, Word, reaches_network},
};
use tree_sitter::Node;

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
        let mut cursor = parent.walk();
        for child in parent.children_by_field_name("redirect", &mut cursor) {
            match child.kind() {
                "heredoc_redirect" => {
                    let text = heredoc(scope, child).unwrap_or_default();
                    redirections.push(Redirection { operator: "<<".to_owned(), target: text.clone() });
                    *stdin = Stdin::Text(text);
                    let mut inner = child.walk();
                    for argument in child.children_by_field_name("argument", &mut inner) {
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
                    let mut inner = child.walk();
                    for argument in child.children_by_field_name("destination", &mut inner).skip(1) {
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
                let mut cursor = parent.walk();
                let mut text = None;
                let mut network = false;
                let mut first = true;
                let mut certain = true;
                if let Some(body) = heredoc_owner(parent) {
                    text = printed_owner(scope, body);
                    certain = text.is_some();
                    first = false;
                }
                for stage_node in parent.named_children(&mut cursor) {
                    if stage_node.id() == inner.id() {
                        break;
                    }
                    network |= reaches_network(scope.slice(stage_node));
                    text = if certain { stage(scope, stage_node, text) } else { None };
                    certain = text.is_some();
                    first = false;
                }
                if !first {
                    return match text {
                        Some(text) if inner.id() == statement.id() => Stdin::Text(text),
                        _ if network => Stdin::Network,
                        _ => Stdin::Unknown,
                    };
                }
            }
            "program" | "command_substitution" | "process_substitution" | "function_definition" => return Stdin::None,
            "redirected_statement" if inner.id() != statement.id() => {
                let mut cursor = parent.walk();
                let fed = parent
                    .children_by_field_name("redirect", &mut cursor)
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
    let mut cursor = statement.walk();
    let text = statement.children_by_field_name("redirect", &mut cursor).find_map(|one| heredoc(scope, one))?;
    if body.kind() == "command" { stage(scope, body, Some(text)) } else { printed(scope, body) }
}
