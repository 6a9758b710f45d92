//! What this machine can hold of a supervised tree. The supervising itself is the launcher's, a program of its own.

use crate::write;
use napi::Result;
use napi_derive::napi;

/// JSON: the sandbox report.
#[napi(catch_unwind)]
pub fn supervise_report() -> Result<String> {
    write(&::supervise::detect())
}
