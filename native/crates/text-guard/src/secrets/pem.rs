//! Private keys in a PEM frame (RFC 7468) or an armour of `OpenPGP`.

use super::{Secret, Text};
use crate::Kind;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";

/// The longest key that is looked for: RSA with 16,384 bits takes 12.6 kB.
const LONGEST: usize = 20_000;

/// A lone line of a key is not shorter.
const LINE: usize = 20;

/// Reads frames from the first to the last. Where things are is remembered, so that a text full of beginnings without
/// an end is still read once.
#[derive(Default)]
pub(super) struct Frames {
    end: Option<usize>,
    quote: Option<usize>,
}

impl Frames {
    pub(super) fn read<E: Fn(usize) -> bool>(&mut self, text: &Text<'_, E>, start: usize) -> Option<Secret> {
        let label = start + BEGIN.len();
        let body = frame_line(text, label)?;
        let end = next(&mut self.end, body, || memchr::memmem::find(text.from(body), END));
        let quote = next(&mut self.quote, body, || memchr::memchr(b'"', text.from(body)));
        let end = if end - body <= LONGEST && end < quote {
            frame_line(text, end + END.len()).unwrap_or(end)
        } else {
            cut_off(text, body)
        };
        (end > body).then_some(Secret { kind: Kind::PrivateKey, start, end })
    }
}

/// Where something is next, asked for at growing offsets.
fn next(known: &mut Option<usize>, from: usize, find: impl FnOnce() -> Option<usize>) -> usize {
    match *known {
        Some(at) if at >= from => at,
        _ => *known.insert(find().map_or(usize::MAX, |at| from + at)),
    }
}

/// Steps over the label of a private key and the dashes after it.
fn frame_line<E: Fn(usize) -> bool>(text: &Text<'_, E>, label: usize) -> Option<usize> {
    let end = text.run(label, 48, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ');
    let words = text.between(label, end);
    let is_key = words.ends_with(b"PRIVATE KEY") || words.ends_with(b"PRIVATE KEY BLOCK");
    (is_key && text.from(end).starts_with(b"-----")).then_some(end + 5)
}

/// The end of a key whose frame is not closed, as in a cut-off text: the last of its lines.
fn cut_off<E: Fn(usize) -> bool>(text: &Text<'_, E>, body: usize) -> usize {
    let mut end = body;
    let mut at = body;
    let mut headers = 0;
    loop {
        // Line ends, also those written as \n in a string within a string.
        while let Some(byte) = text.byte(at) {
            let escaped = byte == b'\\' && matches!(text.byte(at + 1), Some(b'n' | b'r'));
            if !escaped && !byte.is_ascii_whitespace() {
                break;
            }
            at += if escaped { 2 } else { 1 };
        }
        let line = text.run(at, usize::MAX, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
        if line - at < LINE {
            // An encrypted key has headers, such as Proc-Type: 4,ENCRYPTED
            let name = text.run(at, 32, |byte| byte.is_ascii_alphabetic() || byte == b'-');
            if name == at || headers == 4 || !text.from(name).starts_with(b": ") {
                return end;
            }
            headers += 1;
            at = text.run(name, 200, |byte| !matches!(byte, b'\n' | b'\r' | b'\\' | b'"'));
            continue;
        }
        (end, at) = (line, line);
    }
}
