//! Where the tree departs from what a shell reads, and shells from each other. What is found is asked about.
//!
//! Found by running random lines with bash and dash, a harmless program in place of `rm`, and looking for those that ran it
//! although they were allowed (`tests/shells.rs`).

use crate::{
    arithmetic::reads_as_command,
    heredoc::{ends_as_read, is_quoted},
    judge::Run,
    model::Verdict,
    tree::Node,
    walk::{MISREAD, operator},
};

impl Run<'_> {
    /// Holds one node against the text that it was made of.
    pub(crate) fn compare(&mut self, node: Node<'_>, source: &str) {
        let text = || source.get(node.byte_range()).unwrap_or("");
        match node.kind() {
            "command" | "declaration_command" | "unset_command" | "redirected_statement"
                if over_lines(node, source) =>
            {
                self.note(Verdict::Ask, || MISREAD.to_owned());
            }
            "file_redirect" => {
                if over_lines(node, source) {
                    self.note(Verdict::Ask, || MISREAD.to_owned());
                }
                if operator(node, source).starts_with("&>") && goes_on(node, source) {
                    self.note(Verdict::Ask, || "a shell without &> takes the words behind it for a command".to_owned());
                }
            }
            "compound_statement" if reads_as_command(text()) => {
                self.note(Verdict::Ask, || "a shell without (( )) takes what is in it for a command".to_owned());
            }
            // Outside of `[[ ]]` there are none; the grammar takes all up to a bracket for one.
            "regex" if node.parent().is_some_and(|parent| parent.kind() == "command") => {
                self.note(Verdict::Ask, || MISREAD.to_owned());
            }
            "heredoc_redirect" => self.compare_heredoc(node, source, text()),
            _ => {}
        }
    }

    fn compare_heredoc(&mut self, node: Node<'_>, source: &str, text: &str) {
        let part = |kind: &str| node.children().find(|child| child.kind() == kind).map(Node::byte_range);
        let (start, end) = (part("heredoc_start"), part("heredoc_end"));
        let fits = start.clone().zip(end);
        if !fits.is_some_and(|(start, end)| ends_as_read(source, start, text.starts_with("<<-"), end)) {
            self.note(Verdict::Ask, || "a heredoc may end elsewhere than it seems to".to_owned());
        }
        let quoted = start.and_then(|start| source.get(start)).is_some_and(is_quoted);
        if !quoted && part("heredoc_body").and_then(|body| source.get(body)).is_some_and(|body| body.contains('`')) {
            self.note(Verdict::Ask, || "a heredoc holds commands in backticks".to_owned());
        }
    }
}

/// Whether anything stands behind a redirection and its file in the same statement.
fn goes_on(node: Node<'_>, source: &str) -> bool {
    let file = node.child_by_field_name("destination").map_or(node.end_byte(), Node::end_byte);
    let whole = node.parent().map_or(node.end_byte(), Node::end_byte);
    !source.get(file..whole).unwrap_or("").trim().is_empty()
}

/// Whether a newline, which ends a command, stands between two parts of one.
fn over_lines(node: Node<'_>, source: &str) -> bool {
    let mut end = node.start_byte();
    node.children().any(|child| {
        let gap = source.get(end..child.start_byte()).unwrap_or("");
        end = child.end_byte();
        gap.contains('\n') && gap.replace("\\\n", "").contains('\n')
    })
}
