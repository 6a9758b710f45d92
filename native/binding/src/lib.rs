//! The Node face of the crates: conversions and nothing else.
//!
//! Bytes come as slices of the caller's buffer, offsets go into an array of the caller's, records go as one JSON text
//! each way: those are the cheap ways to cross. A panic becomes a JavaScript error.
// Owned arguments are how napi gives them, and the callers are JavaScript.
#![allow(clippy::needless_pass_by_value, clippy::missing_errors_doc, clippy::must_use_candidate)]

pub mod answers;
pub mod consensus;
pub mod envelope;
pub mod guard;
pub mod panel;
pub mod poisoning;
pub mod rankings;
pub mod route;
pub mod routing;
pub mod sequence;
pub mod shell;
pub mod supervise;

use napi::{Error, Result, Status};
use serde::{Deserialize, Serialize};

/// Reads a record; the error names the argument and the place.
fn read<'a, T: Deserialize<'a>>(what: &str, json: &'a str) -> Result<T> {
    serde_json::from_str(json).map_err(|error| Error::new(Status::InvalidArg, format!("{what}: {error}")))
}

/// Writes a record.
fn write(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::new(Status::GenericFailure, error.to_string()))
}
