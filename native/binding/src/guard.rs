//! Texts without secrets.

use crate::write;
use ::guard::{Format, Kind, Personal, mask_for};
use napi::bindgen_prelude::Buffer;
use napi::{Error, Result, Status};
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
    personal: bool,
    start: usize,
    end: usize,
}

/// Cleans a text; nothing when it is clean. `personal` has the words of the personal data to mask, parted by commas.
#[napi(catch_unwind)]
pub fn guard_text(bytes: &[u8], json: bool, personal: Option<String>) -> Result<Option<Guarded>> {
    let wanted = personal.as_deref().map_or(Ok(Personal::NONE), personal_data)?;
    let Some(masked) = mask_for(bytes, if json { Format::Json } else { Format::Text }, wanted) else { return Ok(None) };
    let told: Vec<Finding> = masked
        .findings
        .iter()
        .take(TOLD)
        .map(|finding| Finding {
            kind: finding.kind.word(),
            reason: finding.kind.reason(),
            secret: finding.is_secret(),
            personal: finding.kind.is_personal(),
            start: finding.start,
            end: finding.end,
        })
        .collect();
    let total = u32::try_from(masked.findings.len()).unwrap_or(u32::MAX);
    Ok(Some(Guarded { findings: write(&told)?, total, bytes: masked.bytes.into() }))
}

fn personal_data(words: &str) -> Result<Personal> {
    words.split(',').filter(|word| !word.is_empty()).try_fold(Personal::NONE, |wanted, word| {
        let kind = Kind::ALL.iter().find(|kind| kind.is_personal() && kind.word() == word);
        kind.map(|kind| wanted.with(*kind))
            .ok_or_else(|| Error::new(Status::InvalidArg, format!("personal: {word} is no kind of personal data")))
    })
}
