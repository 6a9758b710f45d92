//! A look at the raw text: what hides from a reader's eye.

use crate::word::MARKS;
use std::borrow::Cow;

/// A text ready to be parsed, and what was found in it.
#[derive(Debug)]
pub(crate) struct Screened<'a> {
    pub(crate) text: Cow<'a, str>,
    /// Something in it cannot be seen or reads as something else; a reason.
    pub(crate) hidden: Option<&'static str>,
    /// It should be asked about even when all of it looks harmless; a reason.
    pub(crate) odd: Option<&'static str>,
}

/// Takes out what cannot be seen and joins continued lines.
pub(crate) fn screened(text: &str) -> Screened<'_> {
    let mut found = Screened { text: Cow::Borrowed(text), hidden: None, odd: None };
    if text.bytes().any(|byte| byte >= 0x80 || (byte < 0x20 && byte != b'\n' && byte != b'\t') || byte == 0x7f) {
        unseen(&mut found);
    }
    if found.text.contains("\\\n") {
        join(&mut found);
    }
    found
}

fn unseen(found: &mut Screened<'_>) {
    let mut out = String::with_capacity(found.text.len());
    let mut chars = found.text.chars().peekable();
    let (mut hidden, mut odd) = (None, None);
    while let Some(char) = chars.next() {
        match char {
            '\r' if chars.peek() == Some(&'\n') => {
                odd = Some("the lines end as on Windows, which a shell takes as part of a word");
            }
            '\r' => {
                hidden = Some("a carriage return makes a terminal show something else than what runs");
                out.push('\n');
            }
            '\0' => hidden = Some("holds a NUL byte"),
            '\t' | '\n' => out.push(char),
            _ if char.is_control() => hidden = Some("holds control characters"),
            _ if MARKS.contains(&char) => {
                odd = Some("holds characters of private use");
                out.push('\u{fffd}');
            }
            _ if invisible(char) => hidden = Some("holds characters that cannot be seen"),
            _ if blank(char) => {
                odd = Some("holds blanks that a shell does not take as blanks");
                out.push(' ');
            }
            _ => match look_alike(char) {
                Some(plain) => {
                    odd = odd.or(Some(LOOKS));
                    out.push(plain);
                }
                None => out.push(char),
            },
        }
    }
    // Letters of another script are how many people write; only what would change the line counts.
    if odd == Some(LOOKS) && hidden.is_none() {
        found.odd = None;
        return;
    }
    *found = Screened { text: Cow::Owned(out), hidden, odd };
}

const LOOKS: &str = "holds letters that look like others";

/// The line with letters of other scripts and forms put as the ASCII ones they look like; none when there are none.
pub(crate) fn plain_letters(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let folded: String = text.chars().map(|char| look_alike(char).unwrap_or(char)).collect();
    (folded != text).then_some(folded)
}

/// Default-ignorable and format characters (Unicode, category Cf, and tags), which most fonts draw as nothing.
/// The emoji joiner and variation selectors are left out where they stand in pictures.
fn invisible(char: char) -> bool {
    matches!(u32::from(char),
        0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f | 0x202a..=0x202e
        | 0x2060..=0x206f | 0x3164 | 0xfeff | 0xffa0 | 0xfff9..=0xfffb | 0xe0000..=0xe0fff | 0x1d173..=0x1d17a)
}

fn blank(char: char) -> bool {
    matches!(u32::from(char), 0x85 | 0xa0 | 0x1680 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f | 0x205f | 0x3000)
}

/// The ASCII letter that another looks like: full width forms, and Cyrillic and Greek letters of the same shape
/// (Unicode Technical Standard 39, confusables).
fn look_alike(char: char) -> Option<char> {
    const PAIRS: &str = "аaеeоoрpсcуyхxѕsіiјjһhԁdԛqԝwɡgмmкkтtпnгrвbνvοoαaρpιiυuκkτtѵvꜱsɩiʀrᴍm∕/⁄/−-–-—-‐-‑-‒-";
    let code = u32::from(char);
    if (0xff01..=0xff5e).contains(&code) {
        return char::from_u32(code - 0xfee0);
    }
    // Mathematical letters, a run of 26 for each style.
    if (0x1d400..=0x1d6a3).contains(&code) {
        let at = u8::try_from((code - 0x1d400) % 52).ok()?;
        return Some(char::from(if at < 26 { b'A' + at } else { b'a' + at - 26 }));
    }
    let mut pairs = PAIRS.chars();
    while let (Some(other), Some(plain)) = (pairs.next(), pairs.next()) {
        if other == char {
            return Some(plain);
        }
    }
    None
}

/// A word cut by `\` at a line's end is joined. Where a comment or a heredoc may change what the cut means, it is odd.
fn join(found: &mut Screened<'_>) {
    let text = found.text.as_ref();
    let bytes = text.as_bytes();
    let cut = |at: usize| {
        let slashes = bytes[..=at].iter().rev().take_while(|byte| **byte == b'\\').count();
        let blank = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(u8::is_ascii_whitespace);
        slashes % 2 == 1 && !blank(at.checked_sub(1)) && !blank(Some(at + 2))
    };
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices("\\\n") {
        if cut(at) {
            out.push_str(&text[from..at]);
            from = at + 2;
        }
    }
    if from == 0 {
        return;
    }
    out.push_str(&text[from..]);
    if text.contains('#') || text.contains("<<") {
        found.odd = Some("a word is cut in two lines, where a comment or a heredoc may change what that means");
    }
    found.text = Cow::Owned(out);
}
