//! Tokens that begin in a way of their own.

use super::issuers::{Alphabet, ISSUERS};
use super::literals::Token;
use super::{Secret, Text};
use crate::Kind;

/// How far a candidate is looked at before it is taken for a token. Once it is, it goes on as far as it fits.
const WINDOW: usize = 96;

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The alphabet of base64url.
fn is_url_safe(byte: u8) -> bool {
    is_word(byte) || byte == b'-'
}

fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

pub(super) fn read<E: Fn(usize) -> bool>(text: &Text<'_, E>, token: Token, start: usize) -> Option<Secret> {
    // In the middle of a word it is a part of something else, of base64 for one.
    if text.before(start).is_some_and(is_alphanumeric) {
        return None;
    }
    let form = match token {
        Token::Aws => return aws(text, start),
        Token::Jwt => return jwt(text, start),
        Token::Sk => return sk(text, start),
        Token::Github => Form { kind: Kind::GithubToken, prefix: 4, least: 30, fits: is_alphanumeric },
        Token::GithubFine => Form { kind: Kind::GithubToken, prefix: 11, least: 30, fits: is_word },
        Token::SlackApp => Form { kind: Kind::SlackToken, prefix: 5, least: 20, fits: is_url_safe },
        Token::Slack => {
            let is_kind =
                matches!(text.between(start + 3, start + 5), [b'a' | b'b' | b'e' | b'p' | b'r' | b's', b'-' | b'.']);
            if !is_kind {
                return None;
            }
            Form { kind: Kind::SlackToken, prefix: 5, least: 10, fits: is_url_safe }
        }
        Token::Google => Form { kind: Kind::GoogleApiKey, prefix: 4, least: 35, fits: is_url_safe },
        Token::Stripe => Form { kind: Kind::StripeKey, prefix: 8, least: 16, fits: is_alphanumeric },
        Token::Npm => Form { kind: Kind::NpmToken, prefix: 4, least: 36, fits: is_alphanumeric },
        Token::Gitlab => Form { kind: Kind::GitlabToken, prefix: 6, least: 20, fits: is_url_safe },
    };
    form.read(text, start)
}

/// A token of the table of issuers.
pub(super) fn issued<E: Fn(usize) -> bool>(text: &Text<'_, E>, issuer: usize, start: usize) -> Option<Secret> {
    let issuer = ISSUERS.get(issuer)?;
    // A prefix that is a name goes on from nothing; one that begins with a dot goes on from an id.
    let named = issuer.prefix.starts_with(|first: char| first.is_ascii_alphanumeric());
    if named && text.before(start).is_some_and(is_word) {
        return None;
    }
    let body = start + issuer.prefix.len();
    let fits = |byte| issuer.alphabet.holds(byte);
    let end = text.run(body, issuer.least.max(WINDOW), fits);
    let enough = end - body >= issuer.least;
    let made_up = is_made_up(text.between(body, end));
    // Hexadecimal that goes on in other letters is a word of another alphabet.
    let whole = issuer.alphabet != Alphabet::Hex || !text.after(end).is_some_and(is_word);
    (enough && made_up && (whole || end - body >= WINDOW)).then(|| Secret {
        kind: Kind::IssuedToken,
        start,
        end: text.run(end, usize::MAX, fits),
    })
}

/// Names of variables and of files are words: a token has digits, or small letters and capitals in like numbers.
fn is_made_up(body: &[u8]) -> bool {
    let small = body.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    let capitals = body.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    body.iter().any(u8::is_ascii_digit) || (small * 3 > body.len() && capitals * 3 > body.len())
}

/// A prefix, and after it so many bytes of one alphabet.
struct Form {
    kind: Kind,
    prefix: usize,
    least: usize,
    fits: fn(u8) -> bool,
}

impl Form {
    fn read<E: Fn(usize) -> bool>(&self, text: &Text<'_, E>, start: usize) -> Option<Secret> {
        let body = start + self.prefix;
        let end = text.run(body, WINDOW, self.fits);
        if end - body < self.least || !is_made_up(text.between(body, end)) {
            return None;
        }
        Some(Secret { kind: self.kind, start, end: text.run(end, usize::MAX, self.fits) })
    }
}

fn aws<E: Fn(usize) -> bool>(text: &Text<'_, E>, start: usize) -> Option<Secret> {
    let end = text.run(start, 20, |byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let whole = end - start == 20 && !text.after(end).is_some_and(is_word);
    whole.then_some(Secret { kind: Kind::AwsAccessKey, start, end })
}

/// Header and payload are base64url of JSON objects, so both begin with `eyJ`. The signature may be short, not missing.
fn jwt<E: Fn(usize) -> bool>(text: &Text<'_, E>, start: usize) -> Option<Secret> {
    const LONG: usize = 1 << 16;
    if text.before(start).is_some_and(is_url_safe) {
        return None;
    }
    let header = text.run(start, LONG, is_url_safe);
    if header - start < 12 || !text.from(header).starts_with(b".eyJ") {
        return None;
    }
    let payload = text.run(header + 1, LONG, is_url_safe);
    if payload - header < 10 || text.byte(payload) != Some(b'.') {
        return None;
    }
    let end = text.run(payload + 1, usize::MAX, is_url_safe);
    (end - payload > 16).then_some(Secret { kind: Kind::Jwt, start, end })
}

fn sk<E: Fn(usize) -> bool>(text: &Text<'_, E>, start: usize) -> Option<Secret> {
    if text.before(start).is_some_and(is_url_safe) {
        return None;
    }
    let prefixes: [(&[u8], Kind); 6] = [
        (b"sk-ant-", Kind::AnthropicKey),
        (b"sk-proj-", Kind::OpenaiKey),
        (b"sk-svcacct-", Kind::OpenaiKey),
        (b"sk-admin-", Kind::OpenaiKey),
        (b"sk-or-v1-", Kind::OpenaiKey),
        (b"sk-None-", Kind::OpenaiKey),
    ];
    let rest = text.from(start);
    if let Some((prefix, kind)) = prefixes.iter().find(|(prefix, _)| rest.starts_with(prefix)) {
        return Form { kind: *kind, prefix: prefix.len(), least: 20, fits: is_url_safe }.read(text, start);
    }
    // Without a word after it, only one long run is a key: sk-learn-0.24-something is not.
    Form { kind: Kind::OpenaiKey, prefix: 3, least: 32, fits: is_alphanumeric }.read(text, start)
}
