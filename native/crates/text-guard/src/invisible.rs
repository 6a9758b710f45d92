//! Text that people do not see.

use crate::Kind;
use crate::edits::{Editor, Edits};
use std::borrow::Cow;

/// Something unseen, in the text it was looked for in.
pub(crate) struct Unseen {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The text without what is unseen, and what that was. Where `strings`, the text holds JSON strings, and a terminal
/// sequence does not go on past a quote.
pub(crate) fn strip(text: &[u8], strings: bool) -> (Cow<'_, [u8]>, Edits, Vec<Unseen>) {
    let mut editor = Editor::new(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = next_suspect(text, at) {
        at = next;
        match look(text, at, strings) {
            Some((kind, end)) => {
                editor.replace(at, end, b"");
                found.push(Unseen { kind, start: at, end });
                at = end;
            }
            None => at += 1,
        }
    }
    let (text, edits) = editor.finish();
    (text, edits, found)
}

/// Bytes that something unseen may begin with: controls, and the first bytes of the blocks where such characters are.
const fn is_suspect(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t' && byte != b'\n' && byte != b'\r')
        || byte == 0x7f
        || byte == 0xc2
        || byte == 0xcd
        || byte == 0xd8
        || (byte >= 0xe1 && byte <= 0xe3)
        || byte == 0xef
        || byte == 0xf0
        || byte == 0xf3
}

/// Whether the second byte keeps up the suspicion that the first one raised, which in most scripts it does not.
const fn is_confirmed(first: u8, second: u8) -> bool {
    match first {
        0xc2 => second < 0xa0 || second == 0xad,
        0xcd => second == 0x8f,
        0xd8 => second == 0x9c,
        0xe1 => matches!(second, 0x85 | 0x9e | 0xa0),
        0xe2 => matches!(second, 0x80 | 0x81),
        0xe3 => second == 0x85,
        0xef => matches!(second, 0xb8 | 0xbb | 0xbe | 0xbf),
        0xf0 => matches!(second, 0x9b | 0x9d),
        0xf3 => second == 0xa0,
        _ => true,
    }
}

fn next_suspect(text: &[u8], from: usize) -> Option<usize> {
    const BLOCK: usize = 32;
    let mut at = from;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let block = rest.first_chunk::<BLOCK>().map_or(rest, <[u8; BLOCK]>::as_slice);
        // Without a way out in the middle the compiler looks at all bytes of a block at once.
        if block.len() < BLOCK || block.iter().fold(false, |any, byte| any | is_suspect(*byte)) {
            let second = |offset: usize| rest.get(offset + 1).copied().unwrap_or_default();
            let suspects = |(offset, byte): (usize, &u8)| is_suspect(*byte) && is_confirmed(*byte, second(offset));
            if let Some(offset) = block.iter().enumerate().position(suspects) {
                return Some(at + offset);
            }
        }
        at += block.len();
    }
    None
}

/// What unseen thing begins here, and where it ends.
fn look(text: &[u8], at: usize, strings: bool) -> Option<(Kind, usize)> {
    let rest = text.get(at..)?;
    let character = first_character(rest)?;
    let end = at + character.len_utf8();
    let after = text.get(end..).unwrap_or_default();
    let kind = match character {
        '\u{1b}' => return Some((Kind::AnsiEscape, end + sequence(after, strings))),
        '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => {
            return Some((Kind::AnsiEscape, end + control_string(after, strings).unwrap_or(0)));
        }
        '\u{9b}' => return Some((Kind::AnsiEscape, end + control_sequence(after))),
        '\t' | '\n' | '\r' => return None,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Kind::ControlCharacter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Kind::BidiControl,
        '\u{200c}' | '\u{200d}' => {
            if joins(character, text.get(..at).unwrap_or_default(), first_character(after)) {
                return None;
            }
            Kind::InvisibleCharacter
        }
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            if selects(character, last_character(text.get(..at).unwrap_or_default()), first_character(after)) {
                return None;
            }
            Kind::InvisibleCharacter
        }
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0080}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' => Kind::InvisibleCharacter,
        '\u{e0000}'..='\u{e007f}' => {
            // A flag of England, Scotland or Wales is spelled in tags, of which this may be any.
            return if in_flag(text, at) { None } else { Some((Kind::TagCharacter, end)) };
        }
        _ => return None,
    };
    Some((kind, end))
}

/// A joiner does its work between letters of scripts that join, and between pictures.
fn joins(joiner: char, text: &[u8], after: Option<char>) -> bool {
    let script = |character: char| {
        matches!(character, '\u{600}'..='\u{61b}' | '\u{61d}'..='\u{115e}' | '\u{1780}'..='\u{17b3}' | '\u{17b6}'..='\u{180a}'
            | '\u{1810}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
    };
    let picture = |character: char| matches!(character, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}');
    let (Some(before), Some(after)) = (last_character(text), after) else { return false };
    if joiner == '\u{200d}' && picture(after) {
        // A picture may be followed by the selector of its coloured form.
        let selected = text.strip_suffix("\u{fe0f}".as_bytes()).and_then(last_character);
        return picture(selected.unwrap_or(before));
    }
    script(before) && script(after)
}

/// A variation selector does its work after the character whose shape it selects.
fn selects(selector: char, before: Option<char>, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    let ideograph = matches!(before, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    if selector > '\u{fe0f}' {
        return ideograph;
    }
    let keycap = matches!(before, '0'..='9' | '#' | '*') && after == Some('\u{20e3}');
    let shaped = matches!(before, '\u{a9}' | '\u{ae}' | '\u{1000}'..='\u{109f}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}'
        | '\u{2100}'..='\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{a840}'..='\u{a87f}' | '\u{1f000}'..='\u{1faff}');
    keycap || shaped || ideograph
}

/// Whether the tag at an offset belongs to one of the three flags that are recommended for interchange (UTS #51).
fn in_flag(text: &[u8], at: usize) -> bool {
    const FLAGS: [&str; 3] = [
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
    ];
    let Some(rest) = text.get(at..) else { return false };
    // The flag and each tag take four bytes.
    (1..=6).any(|tag| {
        let start = at.checked_sub(tag * 4).and_then(|start| text.get(start..));
        rest.len() >= 4 && start.is_some_and(|start| FLAGS.iter().any(|flag| start.starts_with(flag.as_bytes())))
    })
}

/// The length of what follows an ESC and belongs to it (ECMA-48, section 5).
fn sequence(after: &[u8], strings: bool) -> usize {
    match after.first() {
        Some(b'[') => 1 + control_sequence(&after[1..]),
        Some(b']' | b'P' | b'X' | b'^' | b'_') => 1 + control_string(&after[1..], strings).unwrap_or(0),
        Some(byte) if is_intermediate(*byte) => {
            let intermediates = after.iter().take_while(|byte| is_intermediate(**byte)).count();
            intermediates + usize::from(matches!(after.get(intermediates), Some(0x30..=0x7e)))
        }
        Some(0x30..=0x7e) => 1,
        _ => 0,
    }
}

/// Not the quote, though it is one by the standard: no sequence in use has it, and a JSON string ends there.
fn is_intermediate(byte: u8) -> bool {
    matches!(byte, 0x20..=0x2f) && byte != b'"'
}

/// Parameters, intermediates and a final byte; nothing when the final byte is missing.
fn control_sequence(after: &[u8]) -> usize {
    let parameters = after.iter().take_while(|byte| matches!(byte, 0x30..=0x3f)).count();
    let rest = &after[parameters..];
    let intermediates = rest.iter().take_while(|byte| is_intermediate(**byte)).count();
    if matches!(rest.get(intermediates), Some(0x40..=0x7e)) { parameters + intermediates + 1 } else { 0 }
}

/// The length up to and with the terminator: BEL, ESC \ or ST. None when the line or the string ends before.
fn control_string(after: &[u8], strings: bool) -> Option<usize> {
    // The controls of the second set end it too, so that each byte is looked at for one introducer only.
    let ends = |at: usize, byte: u8| match byte {
        b'\t' => false,
        0..0x20 | 0x7f => true,
        b'"' => strings,
        0xc2 => matches!(after.get(at + 1), Some(0x80..=0x9f)),
        _ => false,
    };
    let end = after.iter().enumerate().position(|(at, byte)| ends(at, *byte))?;
    match &after[end..] {
        [0x07, ..] => Some(end + 1),
        [0x1b, b'\\', ..] | [0xc2, 0x9c, ..] => Some(end + 2),
        _ => None,
    }
}

fn first_character(text: &[u8]) -> Option<char> {
    let length = match text.first()? {
        0..0x80 => 1,
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return None,
    };
    std::str::from_utf8(text.get(..length)?).ok()?.chars().next()
}

fn last_character(text: &[u8]) -> Option<char> {
    (1..=4.min(text.len())).find_map(|length| {
        let last = &text[text.len() - length..];
        first_character(last).filter(|character| character.len_utf8() == length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quick looks at one and two bytes pass over nothing that the full one would stop at.
    #[test]
    fn quick_looks_miss_no_character() {
        for character in '\0'..=char::MAX {
            let text = format!("a{character}a");
            if look(text.as_bytes(), 1, false).is_some() {
                assert_eq!(next_suspect(text.as_bytes(), 0), Some(1), "{character:?}");
            }
        }
    }
}
