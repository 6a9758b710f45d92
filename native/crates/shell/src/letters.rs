//! How the parser is given a text.

use tree_sitter::{Decode, Parser, Tree};

/// What stands for every character beyond ASCII: a sign that a shell takes as part of a word, as it takes all of them.
///
/// The grammar's scanner asks `isdigit` of characters as they come, which the C library answers from a table of 256 (ISO C,
/// 7.4: any other argument is undefined behaviour); on a greater one it reads what lies behind that table, or nothing.
const SIGN: i32 = 0xa7;

struct Narrow;

impl Decode for Narrow {
    fn decode(bytes: &[u8]) -> (i32, u32) {
        match bytes.first() {
            Some(byte @ 0..0x80) => (i32::from(*byte), 1),
            Some(byte) => (SIGN, byte.leading_ones().clamp(1, 4).min(u32::try_from(bytes.len()).unwrap_or(4))),
            None => (-1, 0),
        }
    }
}

/// The tree of a text that is not all ASCII; positions in it are those of the text.
pub(crate) fn read(parser: &mut Parser, text: &str) -> Option<Tree> {
    let bytes = text.as_bytes();
    parser.parse_custom_encoding::<Narrow, _, _>(&mut |at, _| bytes.get(at..).unwrap_or(&[]), None, None)
}

#[cfg(test)]
mod tests {
    use super::{Narrow, SIGN, read};
    use proptest::prelude::*;
    use tree_sitter::{Decode, Parser};

    fn parser() -> Parser {
        let mut parser = Parser::new();
        assert!(parser.set_language(&tree_sitter_bash::LANGUAGE.into()).is_ok());
        parser
    }

    #[test]
    fn a_brace_before_a_far_character_is_read() {
        // `isdigit` of these once read beyond the C library's table.
        let mut parser = parser();
        for code in [0x100, 0xffff, 0x1_0000, 0x8_0000, 0x10_ffff] {
            let Some(char) = char::from_u32(code) else { continue };
            for text in [format!("echo {{{char}}}"), format!("{{1..{char}}}"), format!("x={{{char}")] {
                assert!(read(&mut parser, &text).is_some_and(|tree| tree.root_node().end_byte() <= text.len()));
            }
        }
    }

    proptest! {
        #[test]
        fn every_character_is_as_long_as_it_is(text in "\\PC{0,40}") {
            let (mut at, mut ends) = (0, Vec::new());
            while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
                let (code, length) = Narrow::decode(rest);
                prop_assert!((0..0x80).contains(&code) || code == SIGN);
                at += length as usize;
                ends.push(at);
            }
            let expected: Vec<usize> = text.char_indices().map(|(at, char)| at + char.len_utf8()).collect();
            prop_assert_eq!(ends, expected);
        }

        #[test]
        fn beyond_ascii_a_tree_is_that_of_the_same_text_in_signs(text in "[a-z€é{}$'\" ;|<(=).]{0,30}") {
            let mut parser = parser();
            let plain: String = text.chars().map(|char| if char.is_ascii() { char } else { '\u{a7}' }).collect();
            let (tree, signs) = (read(&mut parser, &text), parser.parse(&plain, None));
            let (Some(tree), Some(signs)) = (tree, signs) else { return Err(TestCaseError::fail("no tree")) };
            let (tree, signs) = (tree.root_node(), signs.root_node());
            // How a broken text is mended depends on how long its parts are.
            prop_assert_eq!(tree.has_error(), signs.has_error());
            if !signs.has_error() {
                prop_assert_eq!(tree.to_sexp(), signs.to_sexp());
            }
        }
    }
}
