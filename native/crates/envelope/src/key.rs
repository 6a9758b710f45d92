//! Names of members: the ones a forwarder rewrites.

/// A member's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Id,
    Method,
    Params,
    Name,
    Arguments,
    Meta,
    Result,
    Error,
    Other,
}

/// The longest known name, `arguments`.
const LONGEST: usize = 9;

impl Key {
    /// Reads the bytes between a key's quotes.
    pub(crate) fn read(raw: &[u8]) -> Self {
        match raw {
            b"id" => Self::Id,
            b"method" => Self::Method,
            b"params" => Self::Params,
            b"name" => Self::Name,
            b"arguments" => Self::Arguments,
            b"_meta" => Self::Meta,
            b"result" => Self::Result,
            b"error" => Self::Error,
            _ => match plain(raw) {
                Some((plain, length)) => plain.get(..length).map_or(Self::Other, Self::read),
                None => Self::Other,
            },
        }
    }
}

/// Decodes a short key that holds escapes. None when there are none, or when the name cannot be a known one.
fn plain(raw: &[u8]) -> Option<([u8; LONGEST], usize)> {
    // A character takes at most six bytes (\u0041), and known names are ASCII.
    if raw.len() > LONGEST * 6 || !raw.contains(&b'\\') {
        return None;
    }
    let mut out = [0; LONGEST];
    let mut length = 0;
    let mut rest = raw;
    while let [byte, tail @ ..] = rest {
        let (character, tail) = match (byte, tail) {
            (b'\\', [b'u', digits @ ..]) => {
                let (digits, tail) = digits.split_at_checked(4)?;
                let code = digits
                    .iter()
                    .try_fold(0, |code, &digit| char::from(digit).to_digit(16).map(|value| code * 16 + value))?;
                (u8::try_from(code).ok().filter(u8::is_ascii)?, tail)
            }
            // The other escapes stand for characters that no known name holds.
            (b'\\', _) => return None,
            _ => (*byte, tail),
        };
        *out.get_mut(length)? = character;
        length += 1;
        rest = tail;
    }
    // A decoded name is read again: it must not hold what looks like another escape.
    if out.contains(&b'\\') { None } else { Some((out, length)) }
}
