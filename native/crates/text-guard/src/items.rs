//! Secrets cut in two by the structure of a result: half in one text item, half in the next. A model reads both on end.

use crate::edits::{Editor, Edits};
use std::borrow::Cow;

/// The strings of the members named `text`, one after the other, as a text in which they stand on end; nothing when there
/// are fewer than two. `ends_string` says whether a quote begins or ends a JSON string.
pub(crate) fn on_end(json: &[u8], ends_string: impl Fn(usize) -> bool) -> Option<(Cow<'_, [u8]>, Edits)> {
    const NAME: &[u8] = b"\"text\"";
    let mut editor = Editor::new(json);
    let (mut at, mut last) = (0, None);
    let mut joined = false;
    while let Some(name) = json.get(at..).and_then(|rest| memchr::memmem::find(rest, NAME)).map(|found| at + found) {
        at = name + NAME.len();
        let Some(start) = value_after(json, name, &ends_string) else { continue };
        if let Some(last) = last {
            editor.replace(last, start, b"");
            joined = true;
        }
        let end = end_of_string(json, start, &ends_string);
        (at, last) = (end, Some(end));
    }
    joined.then(|| editor.finish())
}

/// Where the string of a member begins, after its quote.
fn value_after(json: &[u8], name: usize, ends_string: impl Fn(usize) -> bool) -> Option<usize> {
    let after = name + b"\"text\"".len();
    if !ends_string(name) || !ends_string(after - 1) {
        return None;
    }
    let gap = |at: usize| at + json.iter().skip(at).take(64).take_while(|byte| byte.is_ascii_whitespace()).count();
    let colon = gap(after);
    let quote = gap(colon + 1);
    (json.get(colon) == Some(&b':') && json.get(quote) == Some(&b'"') && ends_string(quote)).then_some(quote + 1)
}

fn end_of_string(json: &[u8], start: usize, ends_string: impl Fn(usize) -> bool) -> usize {
    let mut at = start;
    while let Some(found) = json.get(at..).and_then(|rest| memchr::memchr(b'"', rest)) {
        at += found;
        if ends_string(at) {
            return at;
        }
        at += 1;
    }
    json.len()
}
