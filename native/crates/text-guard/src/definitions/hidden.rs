//! What people do not see: unseen characters, terminal sequences, mixed scripts, encoded words, text pushed out of view.

use super::decode::{
    entities, escaped, from_base64, from_hex, numbers, percents, reversed, rotated, spaced_hex, spelled,
};
use super::fold::{look_alike, unseen};
use super::words::{Token, tokens};

/// Something hidden in a text, by bytes.
pub(super) struct Hidden {
    pub(super) what: What,
    pub(super) start: usize,
    pub(super) end: usize,
    /// What it says, when it says something.
    pub(super) says: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Characters of the block that repeats ASCII unseen (U+E0000).
    Tags,
    Unseen,
    Direction,
    Terminal,
    FarAway,
    Encoded,
}

/// Encoded runs looked at in one text: what comes after them is not decoded, so that work stays linear.
const MOST_RUNS: usize = 16;
const LONGEST_RUN: usize = 16 * 1024;
const SHORTEST_RUN: usize = 24;
/// So many spaces or empty lines move a text out of any view.
const FAR_SPACES: usize = 200;
const FAR_LINES: usize = 12;

pub(super) fn hidden(text: &str, found: &mut Vec<Hidden>) {
    if !text.is_ascii() {
        characters(text, found);
    }
    if let Some(at) = text.find('\u{1b}') {
        found.push(Hidden { what: What::Terminal, start: at, end: at + 1, says: None });
    }
    far(text, found);
    encoded(text, found);
    for decode in [spaced_hex, percents, entities, rotated, reversed, numbers, escaped, spelled] {
        if let Some((bytes, range)) = decode(text)
            && let Some(says) = spoken(bytes)
        {
            found.push(Hidden { what: What::Encoded, start: range.start, end: range.end, says: Some(says) });
        }
    }
}

fn characters(text: &str, found: &mut Vec<Hidden>) {
    let mut tags = String::new();
    let (mut tag_start, mut tag_end) = (0, 0);
    let (mut unseen_start, mut unseen_end, mut unseen_count) = (0, 0, 0);
    let mut direction = None;
    let mut last = ' ';
    // Unseen characters directly before this one.
    let mut row = 0;
    for (at, char) in text.char_indices() {
        let end = at + char.len_utf8();
        match char {
            '\u{e0001}'..='\u{e007f}' => {
                if tags.is_empty() {
                    tag_start = at;
                }
                tag_end = end;
                tags.push(
                    char::from_u32(u32::from(char) - 0xe_0000).filter(|char| (' '..='~').contains(char)).unwrap_or(' '),
                );
            }
            '\u{202d}' | '\u{202e}' | '\u{2066}'..='\u{2069}' => direction = direction.or(Some((at, end))),
            // Between letters of the Latin script no joiner and no mark of direction has any use.
            // Nor have several in a row anywhere.
            _ if unseen(char)
                && !('\u{fe00}'..='\u{fe0f}').contains(&char)
                && (last.is_ascii_alphanumeric() || row > 0) =>
            {
                if unseen_count == 0 {
                    unseen_start = at;
                }
                unseen_count += 1;
                unseen_end = end;
            }
            _ => {}
        }
        let counts = unseen(char) && !('\u{fe00}'..='\u{fe0f}').contains(&char);
        row = if counts { row + 1 } else { 0 };
        if !unseen(char) {
            last = char;
        }
    }
    // Three flags of Britain are spelled with tags: a black flag and five or six of them.
    let flags = tags.trim_end().len() <= 6 && text[..tag_start].ends_with('\u{1f3f4}');
    if !tags.trim().is_empty() && !flags {
        found.push(Hidden { what: What::Tags, start: tag_start, end: tag_end, says: Some(tags) });
    }
    if unseen_count >= 2 {
        found.push(Hidden { what: What::Unseen, start: unseen_start, end: unseen_end, says: None });
    }
    if let Some((start, end)) = direction {
        found.push(Hidden { what: What::Direction, start, end, says: None });
    }
}

/// Text that stands far behind empty room.
fn far(text: &str, found: &mut Vec<Hidden>) {
    let (mut start, mut count, mut lines) = (0, 0, 0);
    for (at, char) in text.char_indices() {
        if char.is_whitespace() {
            if count == 0 {
                start = at;
            }
            count += 1;
            lines += usize::from(char == '\n');
        } else {
            if start > 0 && (lines >= FAR_LINES || count >= FAR_SPACES) {
                found.push(Hidden { what: What::FarAway, start, end: at, says: None });
                return;
            }
            (count, lines) = (0, 0);
        }
    }
}

/// Runs of base64 or hexadecimal that decode to words.
fn encoded(text: &str, found: &mut Vec<Hidden>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut runs = 0;
    while at < bytes.len() && runs < MOST_RUNS {
        let run = bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte)).count();
        if (SHORTEST_RUN..=LONGEST_RUN).contains(&run) {
            let piece = &bytes[at..at + run];
            let says = from_hex(piece).and_then(spoken).or_else(|| from_base64(piece).and_then(spoken));
            if says.is_some() {
                found.push(Hidden { what: What::Encoded, start: at, end: at + run, says });
                runs += 1;
            }
        }
        at += run.max(1);
    }
}

/// The bytes as text, if they are words with a space between them.
fn spoken(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    let letters = text.chars().filter(|char| char.is_alphabetic() || *char == ' ').count();
    let known = letters * 10 >= text.chars().count() * 8
        && text.contains(' ')
        && !text.chars().any(|char| char.is_control() && char != '\n');
    (known && tokens(&text, &|_| super::words::Owner::Stranger).iter().filter(|token| token.set != 0).count() >= 2)
        .then_some(text)
}

/// A name in which letters of two scripts stand for one word.
pub(super) fn mixed_script(name: &str) -> bool {
    name.chars().any(|char| char.is_ascii_alphabetic())
        && name.chars().any(|char| {
            let lower = char.to_lowercase().next().unwrap_or(char);
            !lower.is_ascii() && look_alike(lower) != lower
        })
}

/// The first word that was spelled so that a filter would miss it.
pub(super) fn disguised(row: &[Token]) -> Option<&Token> {
    row.iter().find(|token| token.disguised && token.set & super::concept::TELLING != 0)
}
