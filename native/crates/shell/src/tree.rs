//! The tree of a text, copied into one list.
//!
//! The parser's own tree looks for a node's parent from the root, and makes a cursor for every list of children. Judging
//! asks for both at each command, so the nodes are copied once, parents before children, children in order.

use std::sync::LazyLock;
use tree_sitter::Language;

/// The grammar of Bourne shells.
pub(crate) static GRAMMAR: LazyLock<Language> = LazyLock::new(|| tree_sitter_bash::LANGUAGE.into());

/// The names that a grammar gives to its nodes and fields, by number.
#[derive(Debug, Default)]
pub(crate) struct Names {
    kinds: Vec<&'static str>,
    fields: Vec<&'static str>,
}

impl Names {
    pub(crate) fn of(language: &'static Language) -> Self {
        let kinds = 0..u16::try_from(language.node_kind_count()).unwrap_or(0);
        let fields = 0..=u16::try_from(language.field_count()).unwrap_or(0);
        Self {
            kinds: kinds.map(|id| language.node_kind_for_id(id).unwrap_or("")).collect(),
            fields: fields.map(|id| language.field_name_for_id(id).unwrap_or("")).collect(),
        }
    }

    fn kind(&self, id: u16) -> &'static str {
        // What could not be read has a number of its own.
        self.kinds.get(usize::from(id)).copied().unwrap_or("ERROR")
    }
}

#[derive(Debug)]
struct Entry {
    kind: &'static str,
    /// What it is to its parent; empty where the grammar gives that no name.
    field: &'static str,
    named: bool,
    start: usize,
    end: usize,
    parent: usize,
    /// The place behind all that lies below it.
    after: usize,
}

/// A tree; kept from one text to the next for its memory.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    entries: Vec<Entry>,
}

impl Tree {
    /// Takes the place of what was there.
    pub(crate) fn copy(&mut self, tree: &tree_sitter::Tree, names: &Names) {
        self.entries.clear();
        let mut cursor = tree.walk();
        let mut parent = 0;
        loop {
            let node = cursor.node();
            let at = self.entries.len();
            let named = node.is_named();
            let field = if named { cursor.field_id().map_or(0, |id| usize::from(id.get())) } else { 0 };
            self.entries.push(Entry {
                kind: names.kind(node.kind_id()),
                field: names.fields.get(field).copied().unwrap_or(""),
                named,
                start: node.start_byte(),
                end: node.end_byte(),
                parent,
                after: at + 1,
            });
            if cursor.goto_first_child() {
                parent = at;
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                let behind = self.entries.len();
                self.entries[parent].after = behind;
                parent = self.entries[parent].parent;
            }
        }
    }

    /// All nodes, parents before children, in order of the text.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.entries.len()).map(|at| Node { tree: self, at })
    }
}

/// A node of a tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'t> {
    tree: &'t Tree,
    at: usize,
}

impl PartialEq for Node<'_> {
    /// Of two nodes of one tree.
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl<'t> Node<'t> {
    fn entry(self) -> &'t Entry {
        &self.tree.entries[self.at]
    }

    pub(crate) fn kind(self) -> &'static str {
        self.entry().kind
    }

    pub(crate) fn is_named(self) -> bool {
        self.entry().named
    }

    pub(crate) fn is_leaf(self) -> bool {
        self.entry().after == self.at + 1
    }

    pub(crate) fn start_byte(self) -> usize {
        self.entry().start
    }

    pub(crate) fn end_byte(self) -> usize {
        self.entry().end
    }

    pub(crate) fn byte_range(self) -> std::ops::Range<usize> {
        self.entry().start..self.entry().end
    }

    pub(crate) fn parent(self) -> Option<Self> {
        (self.at > 0).then(|| Self { at: self.entry().parent, ..self })
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Self> + use<'t> {
        let end = self.entry().after;
        let mut next = self.at + 1;
        std::iter::from_fn(move || {
            let child = (next < end).then_some(Self { at: next, ..self })?;
            next = child.entry().after;
            Some(child)
        })
    }

    pub(crate) fn named_children(self) -> impl Iterator<Item = Self> + use<'t> {
        self.children().filter(|child| child.entry().named)
    }

    pub(crate) fn named_child_count(self) -> usize {
        self.named_children().count()
    }

    pub(crate) fn named_child(self, at: usize) -> Option<Self> {
        self.named_children().nth(at)
    }

    pub(crate) fn children_by_field_name<'f>(self, field: &'f str) -> impl Iterator<Item = Self> + use<'t, 'f> {
        self.children().filter(move |child| child.entry().field == field)
    }

    pub(crate) fn child_by_field_name(self, field: &str) -> Option<Self> {
        self.children_by_field_name(field).next()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{GRAMMAR, Names, Node, Tree};
    use proptest::prelude::*;
    use tree_sitter::Parser;

    /// What the copy says of a text, against what the parser's tree says.
    fn compare(text: &str) {
        let mut parser = Parser::new();
        parser.set_language(&GRAMMAR).unwrap();
        let parsed = parser.parse(text, None).unwrap();
        let mut tree = Tree::default();
        // What was there before leaves no trace.
        tree.copy(&parser.parse("a | b", None).unwrap(), &Names::of(&GRAMMAR));
        tree.copy(&parsed, &Names::of(&GRAMMAR));
        let mut theirs = vec![parsed.root_node()];
        let mut ours = tree.nodes();
        while let Some(their) = theirs.pop() {
            let our = ours.next().unwrap();
            assert_eq!((our.kind(), our.is_named()), (their.kind(), their.is_named()), "{text}");
            assert_eq!(our.byte_range(), their.byte_range(), "{text}");
            assert_eq!(our.is_leaf(), their.child_count() == 0, "{text}");
            assert_eq!(our.named_child_count(), their.named_child_count(), "{text}");
            let mut cursor = their.walk();
            for (our, their) in our.named_children().zip(their.named_children(&mut cursor)) {
                assert_eq!((our.kind(), our.byte_range()), (their.kind(), their.byte_range()), "{text}");
                assert_eq!(our.parent().map(Node::byte_range), their.parent().map(|parent| parent.byte_range()));
            }
            for field in ["name", "value", "variable", "body", "redirect", "destination", "argument"] {
                let kinds: Vec<_> =
                    our.children_by_field_name(field).map(|node| (node.kind(), node.start_byte())).collect();
                let mut cursor = their.walk();
                let named = their.children_by_field_name(field, &mut cursor).filter(tree_sitter::Node::is_named);
                assert_eq!(
                    kinds,
                    named.map(|node| (node.kind(), node.start_byte())).collect::<Vec<_>>(),
                    "{field}: {text}"
                );
            }
            let mut cursor = their.walk();
            let mut children: Vec<_> = their.children(&mut cursor).collect();
            children.reverse();
            theirs.extend(children);
        }
        assert!(ours.next().is_none(), "{text}");
    }

    #[test]
    fn is_the_tree_of_the_parser() {
        for text in [
            "",
            "x=1 y[2]=$z a \"$(b `c`)\" > d 2>&1 | e <<< f",
            "for i in a b; do c $i; done < d; f() { g; }; export h=1",
            "cat <<E | sh x\n$(a)\nE\n",
            "if [ a ]; then b; elif c; then d; fi & (e) && ! f",
            "a | (b 'c",
        ] {
            compare(text);
        }
    }

    proptest! {
        #[test]
        fn of_any_text(text in "[ab $x|&;<>(){}'\"`\\\\=#!*\n-]{0,24}") {
            compare(&text);
        }
    }
}
