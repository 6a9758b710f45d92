//! Frames of prompts inside a text: tags, role marks and comments by which words pass for someone else's.

use super::concept::{
    BEFORE, CALL, CHANGE, DELETE, EMAIL, EMIT, IGNORE, IMPORTANT, MESSAGE, MUST, NOT, ORDERS, PASS, READ, SECRET,
    SECRET_PATH, SHELL, STEALTH, SYSTEM, Set, TALK, TELL, THIRD, URL,
};
use super::words::{Token, meaning};
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A tag such as `<IMPORTANT>` or `[SYSTEM]`.
    Tag,
    /// The marks of a chat template: `<|im_start|>`, `[INST]`, `### System:`.
    Template,
    /// `<!-- … -->`.
    Comment,
    /// A picture or a link that is to carry data away: `![](https://…?q={…})`, `](javascript:`.
    Link,
}

const TEMPLATES: &[&str] = &[
    "<|im_start|>",
    "<|im_end|>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|endoftext|>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<start_of_turn>",
    "### Instruction:",
    "### System:",
    "{{#system",
    "END OF TOOL DESCRIPTION",
    "\n\nHuman:",
    "\n\nAssistant:",
];
/// Bytes behind the mark of a frame that are held to be in it.
const FRAMED: usize = 240;
/// What an order is made of.
const ORDERING: Set = MUST | READ | PASS | IGNORE | BEFORE | CALL | NOT | CHANGE | DELETE;
/// Where things are sent to.
const AWAY: Set = EMAIL | URL | SECRET_PATH;
/// What orders are about.
const ORDERED: Set = SECRET | SHELL | TALK | EMIT | TELL | MESSAGE;
/// So many words of a framed order are told.
const FRAMED_WORDS: usize = 3;
/// So many characters of a link's target are looked at.
const LONGEST_LINK: usize = 512;
/// A tag's name is no longer than this.
const LONGEST_TAG: usize = 40;

/// The first frame of each sort, by bytes.
pub(super) fn frames(text: &str, found: &mut Vec<(Frame, Range<usize>)>) {
    if !text.contains(['<', '[', '#', ':']) {
        return;
    }
    if let Some(range) = TEMPLATES.iter().find_map(|mark| text.find(mark).map(|at| at..at + mark.len())) {
        found.push((Frame::Template, range));
    }
    if let Some(at) = text.find("<!--") {
        let end = text[at..].find("-->").map_or(text.len(), |end| at + end + 3);
        if end - at > 24 {
            found.push((Frame::Comment, at..end));
        }
    }
    if let Some(range) = link(text) {
        found.push((Frame::Link, range));
    }
    if let Some(range) = tag(text) {
        found.push((Frame::Tag, range));
    }
}

/// Where the words of an order begin that stand in a frame, as bytes; none where they make no order.
pub(super) fn framed_order(row: &[Token], frame: &Range<usize>) -> Vec<usize> {
    let inside = frame.start..frame.end + FRAMED;
    let framed = || row.iter().filter(|token| inside.contains(&(token.start as usize)));
    let words: Vec<usize> = framed()
        .filter(|token| token.set & (ORDERING | AWAY | ORDERED) != 0)
        .map(|token| token.start as usize)
        .take(FRAMED_WORDS)
        .collect();
    if words.len() >= 2 && framed().any(|token| token.set & (ORDERING | AWAY) != 0) { words } else { Vec::new() }
}

/// A link in Markdown that runs a script, or that has a place to be filled in behind its question mark.
fn link(text: &str) -> Option<Range<usize>> {
    text.match_indices("](").find_map(|(at, open)| {
        let rest = &text[at + open.len()..];
        let length =
            rest.chars().take(LONGEST_LINK).take_while(|char| ![')', ' ', '\n'].contains(char)).map(char::len_utf8);
        let target = &rest[..length.sum()];
        let filled = target.starts_with("http")
            && target.split_once('?').is_some_and(|(_, query)| query.contains(['{', '$', '<', '[']));
        (target.starts_with("javascript:") || filled).then(|| at..at + open.len() + target.len())
    })
}

/// A tag that speaks with authority. The names of ordinary markup, of placeholders and of single letters are none.
fn tag(text: &str) -> Option<Range<usize>> {
    text.match_indices(['<', '[']).find_map(|(at, open)| {
        let close = if open == "<" { '>' } else { ']' };
        let inner: String = text[at + 1..].chars().take(LONGEST_TAG).take_while(|char| *char != close).collect();
        let after = at + 1 + inner.len();
        if !text[after..].starts_with(close) {
            return None;
        }
        let name = inner.trim_matches(['/', '!', ' ', '*']);
        let upper = !name.chars().any(char::is_lowercase);
        let words = super::words::parts(name);
        let set = words.iter().fold(0, |set, word| set | meaning(word));
        let speaks = words.len() <= 4
            && match open {
                // Placeholders such as `<user>` and `<system-id>` are lower case; `<important>` is not one.
                "<" => {
                    set & (IMPORTANT | ORDERS) != 0 && name.len() > 4 && !placeholder(&words)
                        || (upper && set & (SYSTEM | SECRET | STEALTH | THIRD) != 0)
                        || matches!(words.as_slice(), [one] if ["system", "assistant", "information", "hidden", "secret", "override"].contains(&one.as_str()) && text[after..].contains("</"))
                }
                _ => {
                    name.len() > 4
                        && (upper && set & (SYSTEM | IMPORTANT | ORDERS) != 0 || words.len() == 1 && set & IMPORTANT != 0)
                }
            };
        (speaks && !words.is_empty()).then_some(at..after + 1)
    })
}

/// Words that name a value to be filled in.
fn placeholder(words: &[String]) -> bool {
    matches!(words, [one] if ["command", "filter", "filters", "commands", "prompt", "policy", "rule", "order", "orders"].contains(&one.as_str()))
        || words.iter().any(|word| ["id", "name", "type", "key", "value", "file", "path"].contains(&word.as_str()))
}
