//! Texts without secrets.

use crate::write;
use ::guard::{Format, mask};
use napi::Result;
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;
use serde::Serialize;

/// Findings that are told one by one. A text of a million escape sequences is cleaned all the same.
const TOLD: usize = 1000;

/// A text without what was found.
#[napi(object, object_from_js = false)]
pub struct Guarded {
    /// The cleaned text.
    pub bytes: Buffer,
    /// JSON: the first thousand findings.
    pub findings: String,
    /// How many there were.
    pub total: u32,
}

#[derive(Serialize)]
struct Finding {
    kind: &'static str,
    reason: &'static str,
    secret: bool,
    start: usize,
    end: usize,
}

/// Cleans a text; nothing when it is clean.
#[napi(catch_unwind)]
pub fn guard_text(bytes: &[u8], json: bool) -> Result<Option<Guarded>> {
    let Some(masked) = mask(bytes, if json { Format::Json } else { Format::Text }) else { return Ok(None) };
    let told: Vec<Finding> = masked
        .findings
        .iter()
        .take(TOLD)
        .map(|finding| Finding {
            kind: finding.kind.word(),
            reason: finding.kind.reason(),
            secret: finding.is_secret(),
            start: finding.start,
            end: finding.end,
        })
        .collect();
    let total = u32::try_from(masked.findings.len()).unwrap_or(u32::MAX);
    Ok(Some(Guarded { findings: write(&told)?, total, bytes: masked.bytes.into() }))
}
