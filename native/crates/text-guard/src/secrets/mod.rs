//! Secrets, by their form or by what stands before them.

mod assigned;
mod issuers;
mod literals;
mod pem;
mod random;
mod tokens;

use crate::Kind;
use crate::edits::Edits;
use literals::{Clue, Clues};

/// A text to look for secrets in.
pub(crate) struct Text<'a, E> {
    bytes: &'a [u8],
    /// Whether the quote at an offset ends a JSON string.
    ends_string: E,
    /// Where something was taken out of the text: what stands on both sides of it are not one word.
    removed: &'a Edits,
    /// The end of the last secret. What follows it begins anew: it will stand behind a mask.
    done: usize,
}

impl<E: Fn(usize) -> bool> Text<'_, E> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn from(&self, at: usize) -> &[u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    fn between(&self, start: usize, end: usize) -> &[u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn before(&self, at: usize) -> Option<u8> {
        let before = at.checked_sub(1).filter(|before| *before >= self.done && !self.removed.is_edge(at))?;
        self.byte(before)
    }

    /// The byte after something that ends here, unless something was taken out between them.
    fn after(&self, at: usize) -> Option<u8> {
        if self.removed.is_edge(at) { None } else { self.byte(at) }
    }

    /// Where the run of bytes that fit ends, at most `limit` bytes on.
    fn run(&self, at: usize, limit: usize, fits: impl Fn(u8) -> bool) -> usize {
        at + self.from(at).iter().take(limit).take_while(|byte| fits(**byte)).count()
    }

    fn is_string_end(&self, at: usize) -> bool {
        self.byte(at) == Some(b'"') && (self.ends_string)(at)
    }
}

/// A secret and where it lies.
struct Secret {
    kind: Kind,
    start: usize,
    end: usize,
}

/// Gives every secret in order; none overlaps another.
pub(crate) fn find(
    bytes: &[u8],
    removed: &Edits,
    ends_string: impl Fn(usize) -> bool,
    mut give: impl FnMut(Kind, usize, usize),
) {
    let mut text = Text { bytes, ends_string, removed, done: 0 };
    let mut frames = pem::Frames::default();
    let mut clues = Clues::new(bytes);
    let mut at = 0;
    while let Some((clue, place)) = clues.next(at) {
        let secret = match clue {
            Clue::Token(token) => tokens::read(&text, token, place),
            Clue::Issuer(issuer) => tokens::issued(&text, issuer, place),
            Clue::Frame => frames.read(&text, place),
            Clue::Authority => assigned::url_password(&text, place),
            Clue::Name => assigned::value(&text, place),
            Clue::Authorization => assigned::authorization(&text, place),
            Clue::Bearer => assigned::bearer(&text, place),
        };
        at = match secret {
            Some(secret) if secret.start >= text.done => {
                give(secret.kind, secret.start, secret.end);
                text.done = secret.end;
                secret.end.max(place + 1)
            }
            _ => place + 1,
        };
    }
}
