//! What is said of a message lies inside of it, and of what a parser takes for an object nothing is left unread.

use serde_json::Value;

pub(crate) fn run(bytes: &[u8]) {
    let scanned = envelope::scan(bytes);
    let parsed = serde_json::from_slice::<Value>(bytes);
    if let Ok(Value::Object(_)) = parsed {
        assert!(scanned.is_ok(), "{scanned:?} of {}", String::from_utf8_lossy(bytes));
    }
    let Ok(envelope) = scanned else { return };
    let spans = [envelope.id, envelope.method, envelope.params, envelope.result, envelope.error, envelope.name];
    for span in spans.into_iter().flatten() {
        assert!(span.start < span.end && span.end <= bytes.len(), "{span:?}");
        if parsed.is_ok() {
            let part = bytes.get(span.start..span.end).unwrap_or_default();
            assert!(serde_json::from_slice::<Value>(part).is_ok(), "{span:?} of {}", String::from_utf8_lossy(bytes));
        }
    }
}
