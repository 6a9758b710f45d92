//! Personal data with a form that can be checked: e-mail addresses, telephone, card and account numbers.

mod accounts;
mod email;
mod phone;

use crate::Kind;

/// Which personal data to look for. None by default: what a tool returns is full of its authors' addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Personal(u8);

impl Personal {
    /// The kinds there are.
    pub const KINDS: [Kind; 5] = [Kind::Email, Kind::PhoneNumber, Kind::CardNumber, Kind::Iban, Kind::UsSsn];

    /// Nothing.
    pub const NONE: Self = Self(0);

    /// All of them.
    pub const ALL: Self = Self(0b1_1111);

    /// These and one more; a kind that is not personal data changes nothing.
    #[must_use]
    pub fn with(self, kind: Kind) -> Self {
        let bit = Self::KINDS.iter().position(|known| *known == kind).map_or(0, |place| 1 << place);
        Self(self.0 | bit)
    }

    fn has(self, kind: Kind) -> bool {
        self.with(kind) == self
    }
}

/// What stands around a place in a text.
pub(crate) struct Text<'a> {
    bytes: &'a [u8],
}

impl Text<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn before(&self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|before| self.byte(before))
    }

    fn from(&self, at: usize) -> &[u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    fn between(&self, start: usize, end: usize) -> &[u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn run(&self, at: usize, limit: usize, fits: impl Fn(u8) -> bool) -> usize {
        at + self.from(at).iter().take(limit).take_while(|byte| fits(**byte)).count()
    }
}

/// Something personal and where it lies.
struct Found {
    kind: Kind,
    start: usize,
    end: usize,
}

/// A place where something may begin or lie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clue {
    Quote,
    At,
    Plus,
    Digit,
    Letter,
}

/// Gives what is wanted, in order and without overlaps, with whether it is a bare number of JSON. What lies in one of the
/// secrets, which are in order, is none. `ends_string` says whether a quote begins or ends a JSON string; plain text has
/// no such quotes.
pub(crate) fn find(
    bytes: &[u8],
    wanted: Personal,
    secrets: &[(Kind, usize, usize)],
    json: bool,
    ends_string: impl Fn(usize) -> bool,
    mut give: impl FnMut(Kind, usize, usize, bool),
) {
    if wanted == Personal::NONE {
        return;
    }
    let text = Text { bytes };
    let mut secrets = secrets.iter().map(|(_, start, end)| (*start, *end)).peekable();
    // Where the last find or secret ended. What follows it begins anew: it will stand behind a mask.
    let mut done = 0;
    let (mut at, mut in_string) = (0, false);
    while let Some((clue, place)) = next_clue(&text, at, done) {
        while let Some((_, end)) = secrets.next_if(|(start, end)| *start <= place || *end <= place) {
            done = done.max(end);
        }
        if place < done {
            at = done;
            continue;
        }
        at = place + 1;
        let limit = secrets.peek().map_or(usize::MAX, |(start, _)| *start);
        let bare = json && !in_string;
        let found = match clue {
            Clue::Quote => {
                in_string ^= json && ends_string(place);
                continue;
            }
            _ if bare && clue != Clue::Digit => None,
            Clue::At => email::read(&text, place, done),
            Clue::Plus => phone::international(&text, place),
            Clue::Letter => accounts::iban(&text, place),
            Clue::Digit => digits(&text, place, wanted, bare),
        };
        let fits = |found: &Found| wanted.has(found.kind) && found.start >= done && found.end <= limit;
        if let Some(Found { kind, start, end }) = found.filter(fits) {
            give(kind, start, end, bare);
            (at, done) = (end, end);
        } else if clue == Clue::Digit {
            // The rest of a run of digits begins nothing.
            at = text.run(place + 1, usize::MAX, |byte| byte.is_ascii_digit());
        }
    }
}

/// What begins with a digit that no digit or letter stands before.
fn digits(text: &Text<'_>, at: usize, wanted: Personal, bare: bool) -> Option<Found> {
    if bare {
        return accounts::card_number(text, at).filter(|found| wanted.has(found.kind) && is_whole_number(text, found));
    }
    [accounts::card, accounts::ssn, phone::north_american]
        .iter()
        .find_map(|read| read(text, at).filter(|found| wanted.has(found.kind)))
}

/// A number of JSON from its first digit to its last.
fn is_whole_number(text: &Text<'_>, found: &Found) -> bool {
    let ends = |byte: Option<u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace() || b",:[]{}".contains(&byte));
    ends(text.before(found.start)) && ends(text.byte(found.end))
}

/// The next place to look at. Digits and letters count only at the beginning of a word.
fn next_clue(text: &Text<'_>, from: usize, done: usize) -> Option<(Clue, usize)> {
    let mut inside = from > done && text.before(from).is_some_and(is_word);
    for (offset, byte) in text.from(from).iter().enumerate() {
        let clue = match byte {
            b'"' => Some(Clue::Quote),
            b'@' => Some(Clue::At),
            b'+' if !inside => Some(Clue::Plus),
            b'(' | b'0'..=b'9' if !inside => Some(Clue::Digit),
            b'A'..=b'Z' if !inside && text.byte(from + offset + 2).is_some_and(|byte| byte.is_ascii_digit()) => {
                Some(Clue::Letter)
            }
            _ => None,
        };
        if let Some(clue) = clue {
            return Some((clue, from + offset));
        }
        inside = is_word(*byte);
    }
    None
}

/// What a number or a name goes on from. Dots and dashes too: versions, dates and identifiers are no telephone numbers.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'#' | b'$')
}
