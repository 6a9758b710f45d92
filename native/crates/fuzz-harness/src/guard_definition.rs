//! Tool definitions: any bytes, as the definition itself and as a text inside one.

use guard::definitions::{Names, Verdict, score_definition};

pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    promises(&score_definition(&text, None));
    let definition = serde_json::json!({ "server": "s", "name": "n", "description": text }).to_string();
    let verdict = score_definition(&definition, None);
    promises(&verdict);
    let units = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    for signal in &verdict.signals {
        assert_eq!(signal.pointer, "/description");
        assert!(signal.span.end <= units, "a span outside its text");
    }
    // The same bytes as names of a catalogue.
    let names = Names::new(text.lines().map(|name| ("other", name)));
    let first = text.lines().next().unwrap_or_default();
    let named = serde_json::json!({ "server": "s", "name": first }).to_string();
    promises(&score_definition(&named, Some(&names)));
}

fn promises(verdict: &Verdict) {
    assert!((0.0..=1.0).contains(&verdict.score), "a score that is none");
    assert!(!verdict.flagged || verdict.signals.len() >= 2, "flagged for one signal");
    assert!(
        verdict.signals.iter().all(|signal| signal.span.start <= signal.span.end),
        "a span that ends before it begins"
    );
}
