//! Places in a message.

use ::envelope::{Span, scan};
use napi::bindgen_prelude::Int32ArraySlice;
use napi_derive::napi;

const DUPLICATE: i32 = 1;
const MULTILINE: i32 = 2;
const MESSAGE_EMPTY: i32 = 4;
const PARAMS_EMPTY: i32 = 8;

/// Writes where the parts of a message lie: flags; the offsets after the braces that open the message and `params`; start
/// and end of id, method, params, name, arguments, _meta, result, error. What is not there is -1. Nineteen numbers; false
/// when the bytes are not one message, when offsets do not fit 31 bits, or when there is no room for the answer.
#[napi(catch_unwind)]
pub fn scan_envelope(bytes: &[u8], mut offsets: Int32ArraySlice<'_>) -> bool {
    if i32::try_from(bytes.len()).is_err() {
        return false;
    }
    let Ok(envelope) = scan(bytes) else { return false };
    // SAFETY: JavaScript waits for this call, and `bytes`, which might share the memory, is read no more.
    #[allow(unsafe_code)]
    let offsets = unsafe { offsets.as_mut() };
    let Some(answer) = offsets.first_chunk_mut::<19>() else { return false };
    let flag = |holds: bool, flag: i32| if holds { flag } else { 0 };
    let mut numbers = answer.iter_mut();
    let mut put = |number: i32| {
        if let Some(slot) = numbers.next() {
            *slot = number;
        }
    };
    put(flag(envelope.duplicate, DUPLICATE)
        | flag(envelope.multiline, MULTILINE)
        | flag(envelope.message_empty, MESSAGE_EMPTY)
        | flag(envelope.params_empty, PARAMS_EMPTY));
    put(offset(Some(envelope.message_open)));
    put(offset(envelope.params_open));
    for span in [
        envelope.id,
        envelope.method,
        envelope.params,
        envelope.name,
        envelope.arguments,
        envelope.meta,
        envelope.result,
        envelope.error,
    ] {
        put(offset(span.map(|Span { start, .. }| start)));
        put(offset(span.map(|Span { end, .. }| end)));
    }
    true
}

fn offset(at: Option<usize>) -> i32 {
    at.and_then(|at| i32::try_from(at).ok()).unwrap_or(-1)
}
