//! Escapes of JSON strings (RFC 8259, section 7).

use crate::edits::{Editor, Edits};
use std::borrow::Cow;

/// The text with its escapes decoded. Structure stays as it is, so a decoded quote is told from one that ends a string
/// by [`Edits::is_edited`]. What is no escape stays as it stands.
pub(crate) fn decode(json: &[u8]) -> (Cow<'_, [u8]>, Edits) {
    let mut editor = Editor::new(json);
    let mut at = 0;
    while let Some(next) = json.get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        at += next;
        let rest = json.get(at + 1..).unwrap_or_default();
        let plain = match rest.first() {
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
            Some(b'u') => {
                if let Some((bytes, length)) = character(rest) {
                    let mut buffer = [0; 4];
                    editor.replace(at, at + 1 + length, bytes.encode(&mut buffer));
                    at += 1 + length;
                } else {
                    at += 1;
                }
                continue;
            }
            _ => {
                at += 1;
                continue;
            }
        };
        editor.replace(at, at + 2, &[plain]);
        at += 2;
    }
    editor.finish()
}

/// What one or two `\u` escapes stand for.
enum Decoded {
    Character(char),
    /// Half of a pair: no character, and nothing that is looked for.
    Half,
}

impl Decoded {
    fn encode(self, buffer: &mut [u8; 4]) -> &[u8] {
        match self {
            Self::Character(character) => character.encode_utf8(buffer).as_bytes(),
            Self::Half => char::REPLACEMENT_CHARACTER.encode_utf8(buffer).as_bytes(),
        }
    }
}

/// Reads from after the backslash; the length is counted from there.
fn character(rest: &[u8]) -> Option<(Decoded, usize)> {
    let first = unit(rest)?;
    if let Some(character) = char::from_u32(first) {
        return Some((Decoded::Character(character), 5));
    }
    if first < 0xdc00
        && rest.get(5) == Some(&b'\\')
        && let Some(second @ 0xdc00..0xe000) = rest.get(6..).and_then(unit)
        && let Some(character) = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    {
        return Some((Decoded::Character(character), 11));
    }
    Some((Decoded::Half, 5))
}

/// The code unit of `uXXXX`.
fn unit(rest: &[u8]) -> Option<u32> {
    let (u, digits) = rest.get(..5)?.split_first()?;
    if *u != b'u' {
        return None;
    }
    digits.iter().try_fold(0, |code, &digit| char::from(digit).to_digit(16).map(|value| code * 16 + value))
}

#[cfg(test)]
#[allow(clippy::format_collect)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(json: &str) -> String {
        String::from_utf8_lossy(&decode(json.as_bytes()).0).into_owned()
    }

    #[test]
    fn escapes() {
        assert_eq!(decoded(r#"a\n\t\r\b\f\"\\\/b"#), "a\n\t\r\u{8}\u{c}\"\\/b");
        assert_eq!(decoded(r"\u0041\u00e9\u200B\ud83d\ude00"), "Aé\u{200b}😀");
        assert_eq!(decoded(r"\ud83d \ud83dx\ude00"), "\u{fffd} \u{fffd}x\u{fffd}");
        assert_eq!(decoded(r"\x \u12 \"), r"\x \u12 \");
        assert_eq!(decoded(r"\\u0041"), r"\u0041");
    }

    proptest! {
        #[test]
        fn strings_are_decoded_as_a_parser_does(text in any::<String>(), escape in any::<bool>()) {
            let mut json = serde_json::to_string(&text).unwrap();
            if escape {
                let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
                json = format!("\"{units}\"");
            }
            prop_assert_eq!(decoded(&json), format!("\"{text}\""));
        }
    }
}
