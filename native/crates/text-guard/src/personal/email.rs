//! E-mail addresses: the common form of an addr-spec (RFC 5322, section 3.4.1), the domain a host name (RFC 1123).

use super::{Found, Text};
use crate::Kind;

/// RFC 5321, section 4.5.3.1.
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Last labels that are endings of files (`logo@2x.png`), not domains.
const FILES: [&str; 12] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "json", "html", "service"];

/// The address around an `@`, its local part not before `from`.
pub(super) fn read(text: &Text<'_>, at: usize, from: usize) -> Option<Found> {
    let window = text.between(at.saturating_sub(LONGEST_LOCAL + 1).max(from), at);
    let length = window.iter().rev().take_while(|byte| is_local(**byte)).count();
    let local_start = at - length;
    let dots = text.between(local_start, at).iter().take_while(|byte| **byte == b'.').count();
    let start = local_start + dots;
    let local = text.between(start, at);
    let is_local_part = !local.is_empty() && local.len() <= LONGEST_LOCAL && !local.ends_with(b".");
    // git@host:path and ssh://git@host are remotes; user@host after // is an authority.
    let is_remote = local == b"git" || text.between(start.saturating_sub(2), start) == b"//";
    if !is_local_part || is_remote {
        return None;
    }
    let end = text.run(at + 1, LONGEST_DOMAIN, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
    let domain = text.between(at + 1, end);
    let kept = domain.len() - domain.iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
    let domain = domain.get(..kept)?;
    is_domain(domain).then_some(Found { kind: Kind::Email, start, end: at + 1 + kept })
}

/// What people write in local parts: RFC 5322 allows more, which is used to write other things.
fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'')
}

fn is_domain(domain: &[u8]) -> bool {
    let labels = || domain.split(|byte| *byte == b'.');
    let Some(last) = labels().next_back() else { return false };
    let top = last.len() >= 2 && (last.iter().all(u8::is_ascii_alphabetic) || last.starts_with(b"xn--"));
    let file = FILES.iter().any(|file| last.eq_ignore_ascii_case(file.as_bytes()));
    top && !file
        && labels().count() >= 2
        && labels().all(|label| {
            (1..=LONGEST_LABEL).contains(&label.len()) && !label.starts_with(b"-") && !label.ends_with(b"-")
        })
}
