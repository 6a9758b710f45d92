//! A sentence as tokens with places.

use crate::background::weight;
use crate::meaning::{Meaning, meaning};
use crate::words::{is_asking, is_function, is_preposition, stem_of};

/// The longest sentence that is read, bytes.
pub(crate) const LONGEST: usize = 8_192;

/// How many tokens are read: a sentence, not a document.
const MOST_TOKENS: usize = 768;

/// A word, a number or a mark.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // each is a sign of its own, read from the text
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// In lower case.
    pub(crate) lower: String,
    /// The stem of a word, with its parts' stems where it is written together of several.
    pub(crate) stems: Vec<String>,
    pub(crate) word: bool,
    pub(crate) digits: bool,
    /// Begins with a capital letter.
    pub(crate) capital: bool,
    /// The first word of a sentence, where a capital says nothing.
    pub(crate) first: bool,
    /// Of a closed class, a verb with which anything is asked for, a preposition.
    pub(crate) function: bool,
    pub(crate) asking: bool,
    pub(crate) preposition: bool,
    /// How telling a word's stem is; 0 for a mark.
    pub(crate) weight: f64,
    /// What the first of its stems that is known means.
    pub(crate) point: Option<&'static Meaning>,
}

impl Token {
    pub(crate) fn is(&self, text: &str) -> bool {
        self.lower == text
    }

    /// Whether it is a word and of no closed class.
    pub(crate) fn is_content(&self) -> bool {
        self.word && !self.function
    }

    /// Whether any of its stems is the given one.
    pub(crate) fn has_stem(&self, stem: &str) -> bool {
        self.stems.iter().any(|own| own == stem)
    }
}

/// A sentence that was read.
#[derive(Clone, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) source: &'a str,
    pub(crate) tokens: Vec<Token>,
}

impl<'a> Text<'a> {
    pub(crate) fn read(source: &'a str) -> Self {
        let mut tokens: Vec<Token> = Vec::new();
        let mut at = 0;
        let mut first = true;
        while at < source.len() && tokens.len() < MOST_TOKENS {
            let rest = &source[at..];
            let Some(character) = rest.chars().next() else { break };
            if character.is_whitespace() {
                first |= character == '\n';
                at += character.len_utf8();
                continue;
            }
            let length = word_length(rest);
            let end = at + if length > 0 { length } else { character.len_utf8() };
            let piece = &source[at..end];
            let word = length > 0;
            let lower = piece.to_lowercase();
            let stems = if word { stems(piece, &lower) } else { Vec::new() };
            tokens.push(Token {
                start: at,
                end,
                function: is_function(&lower),
                asking: is_asking(&lower),
                preposition: is_preposition(&lower),
                weight: stems.first().map_or(0.0, |stem| weight(stem)),
                point: stems.iter().find_map(|stem| meaning(stem)),
                stems,
                lower,
                word,
                digits: word && piece.bytes().any(|byte| byte.is_ascii_digit()),
                capital: character.is_uppercase(),
                first: word && first,
            });
            if word {
                first = false;
            } else if matches!(character, '.' | '!' | '?' | ':' | '"' | '\u{201c}') {
                first = true;
            }
            at = end;
        }
        Self { source, tokens }
    }

    /// The text of a range of tokens.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &'a str {
        match (self.tokens.get(from), to.checked_sub(1).and_then(|last| self.tokens.get(last))) {
            (Some(first), Some(last)) if first.start <= last.end => &self.source[first.start..last.end],
            _ => "",
        }
    }

    /// The tokens that lie in a range of bytes: from, and to (not in it).
    pub(crate) fn tokens_in(&self, start: usize, end: usize) -> (usize, usize) {
        let from = self.tokens.partition_point(|token| token.end <= start);
        let to = self.tokens.partition_point(|token| token.start < end);
        (from, to.max(from))
    }
}

/// How long the word at the beginning is, bytes; 0 when there is none. Inner marks belong to it: don't, mean-field,
/// `order_id`, 3.14 and 1,000; 10:30 stays apart.
fn word_length(text: &str) -> usize {
    let mut end = 0;
    let mut characters = text.char_indices().peekable();
    let mut last_digit = false;
    while let Some((at, character)) = characters.next() {
        if character.is_alphanumeric() {
            end = at + character.len_utf8();
            last_digit = character.is_ascii_digit();
            continue;
        }
        if end == 0 {
            return 0;
        }
        let Some(&(_, next)) = characters.peek() else { break };
        let joined = match character {
            '_' | '-' => next.is_alphanumeric() || next == '_',
            '\'' | '\u{2019}' => next.is_alphabetic() && !possessive(&text[at + character.len_utf8()..]),
            '.' | ',' => last_digit && next.is_ascii_digit() && (character == '.' || thousands(&text[at + 1..])),
            _ => false,
        };
        if !joined {
            break;
        }
    }
    end
}

/// Whether an `s` alone follows: the user's.
fn possessive(after: &str) -> bool {
    let mut characters = after.chars();
    matches!(characters.next(), Some('s' | 'S')) && !characters.next().is_some_and(char::is_alphanumeric)
}

/// Whether exactly three digits follow a comma.
fn thousands(after: &str) -> bool {
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    digits == 3
}

fn stems(piece: &str, lower: &str) -> Vec<String> {
    let mut stems = vec![stem_of(lower)];
    crate::words::for_each_word(piece, |part| {
        let stem = stem_of(part);
        if !stems.contains(&stem) && stems.len() < 8 {
            stems.push(stem);
        }
    });
    stems
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_numbers_and_marks_are_tokens() {
        let text = Text::read("The user's mean-field is 1,000 or 3.14, don't stop. Then order_id!");
        let tokens: Vec<&str> = text.tokens.iter().map(|token| token.lower.as_str()).collect();
        assert_eq!(tokens.join(" "), "the user ' s mean-field is 1,000 or 3.14 , don't stop . then order_id !");
        let firsts: Vec<&str> =
            text.tokens.iter().filter(|token| token.first).map(|token| token.lower.as_str()).collect();
        assert_eq!(firsts, ["the", "then"]);
    }

    proptest! {
        #[test]
        fn tokens_lie_in_order_in_the_text(source in any::<String>()) {
            let text = Text::read(&source);
            let mut at = 0;
            for token in &text.tokens {
                prop_assert!(at <= token.start && token.start < token.end);
                prop_assert!(source.get(token.start..token.end).is_some());
                at = token.end;
            }
            let (from, to) = text.tokens_in(0, source.len());
            prop_assert_eq!((from, to), (0, text.tokens.len()));
        }
    }
}
