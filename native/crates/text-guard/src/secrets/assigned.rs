//! Secrets that are known by what stands before them: a name they are assigned to, a scheme, a URL.

use super::random::is_random;
use super::{Secret, Text};
use crate::Kind;

/// Names, in lower case and without `_`, `-` and `.`, that a password is assigned to.
const PASSWORDS: [&str; 4] = ["password", "passwd", "passphrase", "pwd"];

/// Names that another credential is assigned to. A bare `token` or `secret` is more often a cursor or a reference.
const CREDENTIALS: [&str; 13] = [
    "apikey",
    "apisecret",
    "apitoken",
    "accesskey",
    "accesstoken",
    "authtoken",
    "refreshtoken",
    "bearertoken",
    "clientsecret",
    "secretkey",
    "secretaccesskey",
    "appsecret",
    "sharedsecret",
];

/// Names that hold a credential only where the value looks made at random: bare words for many other things.
const TELLING: [&str; 14] = [
    "token",
    "secret",
    "credential",
    "credentials",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "masterkey",
    "accountkey",
    "sharedaccesskey",
    "authkey",
    "deploykey",
    "sessionkey",
    "storagekey",
];

/// Parts of names of tokens that are passed about openly: places in lists, calls that go on, previews.
const OPEN: [&str; 16] = [
    "page",
    "next",
    "cursor",
    "continu",
    "progress",
    "plan",
    "sync",
    "resum",
    "idempot",
    "public",
    "partition",
    "cache",
    "change",
    "delta",
    "watch",
    "position",
];

/// What stands before credentials in an `Authorization` header.
const SCHEMES: [&str; 6] = ["bearer", "basic", "token", "digest", "negotiate", "apikey"];

/// The longest name that is looked at.
const NAME: usize = 48;

/// How far a value is looked at to judge it.
const WINDOW: usize = 160;

/// White space around `=` and `:`.
const GAP: usize = 8;

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The alphabet of credentials in headers (RFC 9110, token68), and what keys are made of.
fn is_credential(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The value assigned to the name that a clue lies in.
pub(super) fn value<E: Fn(usize) -> bool>(text: &Text<'_, E>, clue: usize) -> Option<Secret> {
    let name = Name::around(text, clue)?;
    let is = |names: &[&str]| names.iter().any(|known| name.letters.ends_with(known));
    let open = OPEN.iter().any(|part| name.letters.contains(part));
    let (kind, by_form) = if is(&PASSWORDS) {
        (Kind::Password, true)
    } else if is(&CREDENTIALS) {
        (Kind::Credential, true)
    } else if is(&TELLING) && !open {
        (Kind::Credential, false)
    } else {
        return None;
    };
    let value = Value::after(text, name.end)?;
    let bytes = text.between(value.start, value.end.min(value.start + WINDOW));
    if is_placeholder(bytes) || (!value.quoted && is_reference(bytes)) {
        return None;
    }
    let fits = match (kind, value.quoted) {
        (Kind::Credential, _) if !by_form => bytes.iter().all(|byte| is_credential(*byte)) && is_random(bytes),
        (Kind::Credential, _) => bytes.len() >= 16 && bytes.iter().all(|byte| is_credential(*byte)) && is_mixed(bytes),
        (_, true) => bytes.len() >= 4,
        (_, false) => {
            let plain =
                bytes.len() >= 4 && !bytes.iter().any(|byte| matches!(byte, b'(' | b'[')) && !bytes.starts_with(b"/");
            plain && (value.sign == b'=' || is_mixed(bytes))
        }
    };
    fits.then(|| {
        let end = if value.quoted { value.end } else { text.run(value.end, usize::MAX, is_plain) };
        Secret { kind, start: value.start, end }
    })
}

/// The credentials of an `Authorization` header.
pub(super) fn authorization<E: Fn(usize) -> bool>(text: &Text<'_, E>, clue: usize) -> Option<Secret> {
    let name = Name::around(text, clue)?;
    if !name.letters.ends_with("authorization") {
        return None;
    }
    let value = Value::after(text, name.end)?;
    let scheme = text.run(value.start, 16, |byte| byte.is_ascii_alphabetic());
    let after_scheme = text.run(scheme, GAP, is_gap);
    let has_scheme = scheme > value.start && after_scheme > scheme;
    let start = if has_scheme { after_scheme } else { value.start };
    let end = text.run(start, WINDOW, is_credential);
    let credential = text.between(start, end);
    let fits = if has_scheme {
        let scheme = text.between(value.start, scheme);
        SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known.as_bytes()))
            && credential.len() >= 8
            && is_made_up(credential)
    } else {
        credential.len() >= 16 && is_mixed(credential)
    };
    fits.then(|| Secret { kind: Kind::Authorization, start, end: text.run(end, usize::MAX, is_credential) })
}

/// The credentials after `Bearer`, wherever that stands. The clue begins at its second letter.
pub(super) fn bearer<E: Fn(usize) -> bool>(text: &Text<'_, E>, clue: usize) -> Option<Secret> {
    let first = clue.checked_sub(1)?;
    if !matches!(text.byte(first), Some(b'b' | b'B'))
        || text.before(first).is_some_and(|byte| byte.is_ascii_alphanumeric())
    {
        return None;
    }
    let start = text.run(clue + b"earer".len(), GAP, is_gap);
    let end = text.run(start, usize::MAX, is_credential);
    let credential = text.between(start, end);
    (credential.len() >= 16 && is_mixed(credential)).then_some(Secret { kind: Kind::Authorization, start, end })
}

/// The password of `scheme://user:password@host` (RFC 3986, section 3.2.1).
pub(super) fn url_password<E: Fn(usize) -> bool>(text: &Text<'_, E>, clue: usize) -> Option<Secret> {
    const LONGEST: usize = 1024;
    if !text.before(clue).is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let start = clue + b"://".len();
    let end = text.run(start, LONGEST, |byte| {
        byte.is_ascii_alphanumeric() || byte >= 0x80 || b"-._~!$&()*+,;=:%@^|".contains(&byte)
    });
    // An @ in a password should be escaped, but people write it plainly.
    let end = start + text.between(start, end).iter().rposition(|byte| *byte == b'@')?;
    let colon = start + text.between(start, end).iter().position(|byte| *byte == b':')?;
    let password = text.between(colon + 1, end);
    // An image by its digest, docker://nginx:1.25@sha256:…, looks the same.
    let is_digest = text.from(end + 1).starts_with(b"sha256:") || text.from(end + 1).starts_with(b"sha512:");
    let fits = !is_digest && !is_placeholder(password);
    fits.then_some(Secret { kind: Kind::UrlPassword, start: colon + 1, end })
}

/// A name in the text, such as `"db.password"` or `--api-key`.
struct Name {
    /// In lower case, without `_`, `-` and `.`.
    letters: String,
    end: usize,
}

impl Name {
    fn around<E: Fn(usize) -> bool>(text: &Text<'_, E>, clue: usize) -> Option<Self> {
        let end = text.run(clue, NAME, is_name);
        let start = clue
            - text.between(clue.saturating_sub(NAME), clue).iter().rev().take_while(|byte| is_name(**byte)).count();
        if end - clue == NAME {
            return None;
        }
        let letters = text.between(start, end).iter().filter(|byte| byte.is_ascii_alphanumeric());
        Some(Self { letters: letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect(), end })
    }
}

/// What may stand in a value without quotes.
fn is_plain(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b',' | b';' | b'&' | b'<' | b'>' | b'}' | b'|')
}

/// What is assigned to a name.
struct Value {
    start: usize,
    /// Without quotes, as far as it was looked at.
    end: usize,
    quoted: bool,
    /// `=` or `:`
    sign: u8,
}

impl Value {
    /// Reads `="value"`, `: value`, `": "value"`, ` => 'value'` and the like after a name.
    fn after<E: Fn(usize) -> bool>(text: &Text<'_, E>, name_end: usize) -> Option<Self> {
        let mut at = name_end;
        // A member of a JSON object, and not text in one of its strings.
        let is_member = text.is_string_end(at);
        if matches!(text.byte(at), Some(b'"' | b'\'' | b'`')) {
            at += 1;
        }
        at = gap_end(text, at, is_member);
        let sign = text.byte(at).filter(|byte| matches!(byte, b'=' | b':'))?;
        at += 1;
        match text.byte(at) {
            // := and => assign, == compares, :: is a path
            Some(b'=') if sign == b':' => at += 1,
            Some(b'>') if sign == b'=' => at += 1,
            Some(b'=' | b':') => return None,
            _ => {}
        }
        at = gap_end(text, at, is_member);
        // The value of a member is a string or no secret: a mask in place of a number would not be JSON.
        let opens_string = text.is_string_end(at);
        if is_member != opens_string {
            return None;
        }
        let quote = text.byte(at).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        if let Some(quote) = quote {
            let start = at + 1;
            return Some(Self { start, end: quoted_end(text, start, quote, opens_string), quoted: true, sign });
        }
        let end = text.run(at, WINDOW, is_plain);
        Some(Self { start: at, end, quoted: false, sign })
    }
}

/// Between the members of an object there may be lines and their indentation.
fn gap_end<E: Fn(usize) -> bool>(text: &Text<'_, E>, at: usize, is_member: bool) -> usize {
    if is_member { text.run(at, 256, |byte| byte.is_ascii_whitespace()) } else { text.run(at, GAP, is_gap) }
}

/// Where a quoted value ends: at its quote, at the end of its line, or at the end of the JSON string it is in.
fn quoted_end<E: Fn(usize) -> bool>(text: &Text<'_, E>, start: usize, quote: u8, opens_string: bool) -> usize {
    let mut at = start;
    while let Some(byte) = text.byte(at) {
        if byte == b'"' && text.is_string_end(at) {
            return at;
        }
        match byte {
            b'\n' | b'\r' if !opens_string => return at,
            // In the string of a member every quote but its last is part of the value.
            _ if byte == quote && !opens_string => return at,
            b'\\'
                if !opens_string
                    && text.byte(at + 1).is_some_and(|next| next == quote || next == b'\\')
                    && !text.is_string_end(at + 1) =>
            {
                at += 2;
            }
            _ => at += 1,
        }
    }
    at
}

/// Values that stand for a value: variables, templates, masks, and words that say there is none.
fn is_placeholder(value: &[u8]) -> bool {
    const WORDS: [&str; 14] = [
        "null",
        "none",
        "nil",
        "true",
        "false",
        "undefined",
        "string",
        "redacted",
        "masked",
        "hidden",
        "required",
        "optional",
        "empty",
        "password",
    ];
    let Some((first, rest)) = value.split_first() else { return true };
    let template =
        matches!(first, b'$' | b'%' | b'{' | b'<') || value.starts_with(b"[masked:") || value.starts_with(b"[REDACTED");
    template
        || rest.iter().all(|byte| byte == first)
        || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
}

/// Letters and digits, as in what is made at random and seldom in words.
fn is_mixed(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic)
}

/// Not a word that tells about the scheme: digits, capitals inside, or too long for a word.
fn is_made_up(value: &[u8]) -> bool {
    let cases = value.iter().skip(1).any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
    is_mixed(value) || cases || (value.len() >= 16 && value.iter().all(u8::is_ascii_alphanumeric))
}

/// `process.env.API_KEY` and `config.database.password` are where a secret is, not what it is.
fn is_reference(value: &[u8]) -> bool {
    const ROOTS: [&str; 7] = ["process.", "os.", "env.", "config.", "settings.", "self.", "this."];
    if ROOTS.iter().any(|root| value.starts_with(root.as_bytes())) {
        return true;
    }
    let letters: Vec<u8> =
        value.iter().filter(|byte| !matches!(byte, b'_' | b'-' | b'.')).map(u8::to_ascii_lowercase).collect();
    value.iter().all(|byte| is_name(*byte))
        && PASSWORDS.iter().chain(&CREDENTIALS).any(|name| letters.ends_with(name.as_bytes()))
}
