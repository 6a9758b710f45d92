//! Cleaning any bytes: findings lie in the source and in order, clean text stays clean, JSON stays JSON.

use guard::{Format, Personal, mask_for, scan_for};

pub(crate) fn run(bytes: &[u8]) {
    for format in [Format::Text, Format::Json] {
        let findings = scan_for(bytes, format, Personal::ALL);
        let mut last = 0;
        for finding in &findings {
            assert!(finding.start >= last && finding.start < finding.end && finding.end <= bytes.len(), "{finding:?}");
            last = finding.start;
        }
        let Some(masked) = mask_for(bytes, format, Personal::ALL) else {
            assert!(findings.is_empty());
            continue;
        };
        if format == Format::Json && serde_json::from_slice::<serde_json::Value>(bytes).is_ok() {
            let still = serde_json::from_slice::<serde_json::Value>(&masked.bytes);
            assert!(still.is_ok(), "{}", String::from_utf8_lossy(&masked.bytes));
        }
    }
}
