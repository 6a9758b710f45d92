use crate::edits::Edits;
use crate::{Finding, Format, Kind, Personal, escapes, invisible, items, personal, secrets};

/// A text without what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// Secrets and personal data are `[masked:kind]`, unseen text is gone, the rest is as it was.
    pub bytes: Vec<u8>,
    /// What was found, in order.
    pub findings: Vec<Finding>,
}

/// Secrets and unseen text, in order, with offsets in the bytes as they came. Neighbours of one unseen kind are one
/// finding. A secret may hold unseen text, which is a finding of its own. A secret cut over several text items of a result
/// is one finding in each.
#[must_use]
pub fn scan(bytes: &[u8], format: Format) -> Vec<Finding> {
    scan_for(bytes, format, Personal::NONE)
}

/// The same with personal data. What lies in a secret is no finding beside it.
#[must_use]
pub fn scan_for(bytes: &[u8], format: Format, wanted: Personal) -> Vec<Finding> {
    let json = format == Format::Json;
    let (decoded, escapes) = if json { escapes::decode(bytes) } else { (bytes.into(), Edits::default()) };
    let (visible, removed, unseen) = invisible::strip(&decoded, json);

    let mut findings: Vec<Finding> = Vec::new();
    for unseen in unseen {
        let (start, end) = (escapes.start(unseen.start), escapes.end(unseen.end));
        match findings.last_mut() {
            Some(last) if last.kind == unseen.kind && last.end == start => last.end = end,
            _ => findings.push(Finding { kind: unseen.kind, start, end, number: false }),
        }
    }

    let ends_string = |at: usize| json && !escapes.is_edited(removed.start(at));
    let mut secret: Vec<(Kind, usize, usize)> = Vec::new();
    secrets::find(&visible, &removed, ends_string, |kind, start, end| secret.push((kind, start, end)));
    if json {
        cut_by_items(&visible, ends_string, &mut secret);
    }
    let mut found: Vec<(Kind, usize, usize, bool)> =
        secret.iter().map(|(kind, start, end)| (*kind, *start, *end, false)).collect();
    personal::find(&visible, wanted, &secret, json, ends_string, |kind, start, end, number| {
        found.push((kind, start, end, number));
    });
    findings.extend(found.into_iter().map(|(kind, start, end, number)| {
        let (start, end) = (escapes.start(removed.start(start)), escapes.end(removed.end(end)));
        Finding { kind, start, end, number }
    }));
    findings.sort_by_key(|finding| (finding.start, std::cmp::Reverse(finding.end)));
    findings
}

/// Adds the pieces of secrets that lie over several text items, in order. Only what has an issuer's form counts: a label
/// in one item says nothing of the words in the next.
fn cut_by_items(visible: &[u8], ends_string: impl Fn(usize) -> bool + Copy, secret: &mut Vec<(Kind, usize, usize)>) {
    let Some((text, gaps)) = items::on_end(visible, ends_string) else { return };
    let mut pieces: Vec<(Kind, usize, usize)> = Vec::new();
    secrets::find(
        &text,
        &Edits::default(),
        |at| ends_string(gaps.start(at)),
        |kind, start, end| {
            if !kind.has_form() {
                return;
            }
            let mut from = start;
            for edge in gaps.edges_within(start, end) {
                pieces.push((kind, gaps.start(from), gaps.end(edge)));
                from = edge;
            }
            if from > start {
                pieces.push((kind, gaps.start(from), gaps.end(end)));
            }
        },
    );
    if pieces.is_empty() {
        return;
    }
    // What lies within another is told once.
    secret.append(&mut pieces);
    secret.sort_unstable_by_key(|(_, start, end)| (*start, std::cmp::Reverse(*end)));
    let mut done = 0;
    secret.retain(|(_, _, end)| {
        let tells = *end > done;
        done = done.max(*end);
        tells
    });
}

/// The text without what [`scan`] finds, or nothing when it is clean.
#[must_use]
pub fn mask(bytes: &[u8], format: Format) -> Option<Masked> {
    mask_for(bytes, format, Personal::NONE)
}

/// The text without what [`scan_for`] finds, or nothing when it is clean.
#[must_use]
pub fn mask_for(bytes: &[u8], format: Format, wanted: Personal) -> Option<Masked> {
    let findings = scan_for(bytes, format, wanted);
    if findings.is_empty() {
        return None;
    }
    let mut masked = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for finding in &findings {
        // What lies in a secret went with it, and so does what hangs over its end.
        if finding.start < done {
            done = done.max(finding.end);
            continue;
        }
        masked.extend_from_slice(bytes.get(done..finding.start).unwrap_or_default());
        let quote: &[u8] = if finding.number { b"\"" } else { b"" };
        masked.extend_from_slice(quote);
        masked.extend_from_slice(finding.kind.mask().as_bytes());
        masked.extend_from_slice(quote);
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
