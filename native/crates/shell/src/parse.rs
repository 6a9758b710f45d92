//! From a text to its tree.

use crate::{judge::Judge, letters, tree::Tree};
use std::ops::ControlFlow;
use tree_sitter::{ParseOptions, ParseState, Parser};

impl Judge {
    /// Reads a text into a tree; says whether all of it could be read, none where nothing could.
    pub(crate) fn parse(&mut self, source: &str, tree: &mut Tree) -> Option<bool> {
        let parsed = parsed(&mut self.parser, source)?;
        tree.copy(&parsed, &self.names);
        Some(!parsed.root_node().has_error())
    }
}

/// The tree of a text. One with pipes is read as a line that ends: without an end the parser takes up again, once
/// all is read, the readings of a pipeline that it had given up, which costs more than all the rest.
fn parsed(parser: &mut Parser, source: &str) -> Option<tree_sitter::Tree> {
    if !source.is_ascii() {
        return letters::read(parser, source);
    }
    let bytes = source.as_bytes();
    let ends = !source.ends_with(['\\', '\n']) && !source.contains("<<");
    if ends && source.contains('|') && closed(bytes) {
        let mut ended = |at, _| match bytes.get(at..) {
            Some([]) => b"\n",
            Some(rest) => rest,
            None => &[],
        };
        let mut broken =
            |state: &ParseState| if state.has_error() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let options = ParseOptions::new().progress_callback(&mut broken);
        let tree = parser.parse_with_options(&mut ended, None, Some(options));
        if let Some(tree) = tree.filter(|tree| !tree.root_node().has_error()) {
            return Some(tree);
        }
        // What is broken is mended at its end, so it is read as it stands.
        parser.reset();
    }
    parser.parse(bytes, None)
}

/// Whether quotes and parentheses are closed, roughly: where they are not, a text does not parse however it ends.
pub(crate) fn closed(bytes: &[u8]) -> bool {
    let mut bytes = bytes.iter();
    let mut open = 0_usize;
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'\'' if !bytes.any(|byte| *byte == b'\'') => return false,
            b'"' => loop {
                match bytes.next() {
                    Some(b'"') => break,
                    Some(b'\\') => drop(bytes.next()),
                    Some(_) => {}
                    None => return false,
                }
            },
            b'(' => open += 1,
            b')' => match open.checked_sub(1) {
                Some(less) => open = less,
                None => return false,
            },
            _ => {}
        }
    }
    open == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{closed, parsed};
    use crate::tree::{GRAMMAR, Names, Node, Tree};
    use proptest::prelude::*;
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    };
    use tree_sitter::Parser;

    const LINES: &[&str] = &[
        "a | b | c",
        "a $x | b \"$(c | d)\" | e > f",
        "for i in `a | b`; do c $i | d; done | e",
        "a | b <<< c 2>&1 | d &",
        "a | b # c",
        "x=1 a | { b; c | d; } || ! e | f",
        "a | (b | c",
        "a | b \\",
        "a | 'b",
    ];

    fn parser() -> Parser {
        let mut parser = Parser::new();
        parser.set_language(&GRAMMAR).unwrap();
        parser
    }

    /// That a line is read as one that ends may not be seen in its tree.
    fn compare(line: &str) {
        let mut parser = parser();
        let found = parsed(&mut parser, line).unwrap();
        let plainly = parser.parse(line, None).unwrap();
        let listed = |tree: &tree_sitter::Tree| {
            let mut list = Tree::default();
            list.copy(tree, &Names::of(&GRAMMAR));
            let named = |node: &Node<'_>| node.is_named() && node.kind() != "program";
            list.nodes().filter(named).map(|node| (node.kind(), node.byte_range())).collect::<Vec<_>>()
        };
        assert_eq!(listed(&found), listed(&plainly), "{line}");
        assert_eq!(found.root_node().has_error(), plainly.root_node().has_error(), "{line}");
    }

    #[test]
    fn a_line_that_ends_has_the_tree_of_the_line() {
        for line in LINES {
            compare(line);
        }
    }

    #[test]
    fn a_line_with_pipes_is_read_once() {
        // What was given up is not taken up again.
        let steps = |pipes: usize| {
            let line = format!("a{}", " | b $c".repeat(pipes));
            let mut parser = parser();
            let resumed = Arc::new(AtomicUsize::new(0));
            let count = Arc::clone(&resumed);
            parser.set_logger(Some(Box::new(move |_, message| {
                count.fetch_add(usize::from(message.starts_with("resume")), Relaxed);
            })));
            let _ = parsed(&mut parser, &line);
            resumed.load(Relaxed)
        };
        assert_eq!((steps(3), steps(6)), (0, 0));
    }

    #[test]
    fn what_is_open_is_seen() {
        for open in ["a 'b", "a \"b", "(a", "a)", "a \"$(b", "a \"\\\""] {
            assert!(!closed(open.as_bytes()), "{open}");
        }
        for whole in ["", "a 'b\"' | \"c'\"", "(a) \\( \\\"", "a \\"] {
            assert!(closed(whole.as_bytes()), "{whole}");
        }
    }

    proptest! {
        #[test]
        fn any_line_has_its_own_tree(line in "[ab $x|&;<>(){}'\"`\\\\=#!*-]{0,24}") {
            compare(&line);
        }
    }
}
