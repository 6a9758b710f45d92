use crate::edits::Edits;
use crate::{Finding, Format, Kind, escapes, invisible, secrets};

/// A text without what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// Secrets are `[masked:kind]`, unseen text is gone, the rest is as it was.
    pub bytes: Vec<u8>,
    /// What was found, in order.
    pub findings: Vec<Finding>,
}

/// What there is to find, in order, with offsets in the bytes as they came. Neighbours of one unseen kind are one
/// finding. A secret may hold unseen text, which is a finding of its own.
#[must_use]
pub fn scan(bytes: &[u8], format: Format) -> Vec<Finding> {
    let json = format == Format::Json;
    let (decoded, escapes) = if json { escapes::decode(bytes) } else { (bytes.into(), Edits::default()) };
    let (visible, removed, unseen) = invisible::strip(&decoded, json);

    let mut findings: Vec<Finding> = Vec::new();
    for unseen in unseen {
        let (start, end) = (escapes.start(unseen.start), escapes.end(unseen.end));
        match findings.last_mut() {
            Some(last) if last.kind == unseen.kind && last.end == start => last.end = end,
            _ => findings.push(Finding { kind: unseen.kind, start, end }),
        }
    }
    let ends_string = |at: usize| json && !escapes.is_edited(removed.start(at));
    secrets::find(&visible, ends_string, |kind, start, end| {
        let (start, end) = (escapes.start(removed.start(start)), escapes.end(removed.end(end)));
        findings.push(Finding { kind, start, end });
    });
    findings.sort_by_key(|finding| (finding.start, std::cmp::Reverse(finding.end)));
    findings
}

/// The text without what [`scan`] finds, or nothing when it is clean.
#[must_use]
pub fn mask(bytes: &[u8], format: Format) -> Option<Masked> {
    let findings = scan(bytes, format);
    if findings.is_empty() {
        return None;
    }
    let mut masked = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for finding in &findings {
        // What lies in a secret went with it.
        if finding.start < done {
            continue;
        }
        masked.extend_from_slice(bytes.get(done..finding.start).unwrap_or_default());
        masked.extend_from_slice(finding.kind.mask().as_bytes());
        done = finding.end;
    }
    masked.extend_from_slice(bytes.get(done..).unwrap_or_default());
    Some(Masked { bytes: masked, findings })
}

impl Finding {
    /// Whether this is a secret.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        Kind::is_secret(self.kind)
    }
}
