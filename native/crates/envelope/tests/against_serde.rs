//! The scanner against `serde_json`, on messages written in every way JSON allows.
#![allow(clippy::unwrap_used)]

use envelope::{Envelope, ScanError, Span, scan};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Writes a value with white space, escapes and number forms chosen by `choices`.
struct Writer<'a> {
    out: String,
    choices: std::iter::Cycle<std::slice::Iter<'a, u8>>,
}

impl Writer<'_> {
    fn choose(&mut self, among: u8) -> u8 {
        self.choices.next().unwrap() % among
    }

    fn gap(&mut self) {
        let gap = ["", "", "", " ", "\n\t", "\r\n", "  "];
        let chosen = self.choose(7);
        self.out.push_str(gap[usize::from(chosen)]);
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for character in text.chars() {
            let must = matches!(character, '"' | '\\') || character < ' ';
            if must || self.choose(5) == 0 {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    let code = if self.choose(2) == 0 { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") };
                    self.out.push_str(&code);
                }
            } else {
                self.out.push(character);
            }
        }
        self.out.push('"');
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.string(text),
            Value::Array(items) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.separated(index);
                    self.value(item);
                }
                self.gap();
                self.out.push(']');
            }
            Value::Object(members) => {
                self.out.push('{');
                for (index, (key, member)) in members.iter().enumerate() {
                    self.separated(index);
                    self.string(key);
                    self.gap();
                    self.out.push(':');
                    self.gap();
                    self.value(member);
                }
                self.gap();
                self.out.push('}');
            }
            scalar => self.out.push_str(&scalar.to_string()),
        }
    }

    fn separated(&mut self, index: usize) {
        if index > 0 {
            self.gap();
            self.out.push(',');
        }
        self.gap();
    }
}

fn write(value: &Value, choices: &[u8]) -> String {
    let mut writer = Writer { out: String::new(), choices: choices.iter().cycle() };
    writer.gap();
    writer.value(value);
    writer.gap();
    writer.out
}

const KEYS: [&str; 12] =
    ["id", "method", "params", "name", "arguments", "_meta", "result", "error", "jsonrpc", "", "x\"y", "\\u0069d"];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}",
        proptest::collection::vec(prop_oneof![Just('\\'), Just('"'), Just('{'), Just(']'), any::<char>()], 0..90)
            .prop_map(String::from_iter),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|eighths| json!(f64::from(eighths) / 8.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            object(inner).prop_map(Value::from),
        ]
    })
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let key = prop_oneof![proptest::sample::select(KEYS.as_slice()).prop_map(String::from), text()];
    proptest::collection::vec((key, inner), 0..8).prop_map(|members| members.into_iter().collect())
}

/// What `serde_json` reads in a span.
fn read(bytes: &[u8], span: Option<Span>) -> Option<Value> {
    span.map(|span| serde_json::from_slice(&bytes[span.start..span.end]).unwrap())
}

fn spans(envelope: &Envelope) -> [(&'static str, &'static str, Option<Span>); 8] {
    [
        ("", "id", envelope.id),
        ("", "method", envelope.method),
        ("", "params", envelope.params),
        ("", "result", envelope.result),
        ("", "error", envelope.error),
        ("/params", "name", envelope.name),
        ("/params", "arguments", envelope.arguments),
        ("/params", "_meta", envelope.meta),
    ]
}

fn agree(text: &str, expected: &Value) -> Result<(), TestCaseError> {
    let bytes = text.as_bytes();
    let envelope = scan(bytes).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
    prop_assert!(!envelope.duplicate);
    for (parent, key, span) in spans(&envelope) {
        let mut value = expected.pointer(parent).and_then(Value::as_object).and_then(|object| object.get(key));
        if key == "method" {
            value = value.filter(|value| value.is_string());
        }
        let found = read(bytes, span);
        prop_assert_eq!(found.as_ref(), value, "{} {}", parent, key);
    }
    let params = expected.get("params").and_then(Value::as_object);
    prop_assert_eq!(envelope.params_open.is_some(), params.is_some());
    prop_assert_eq!(envelope.params_empty, params.is_some_and(Map::is_empty));
    prop_assert_eq!(envelope.multiline, text.contains(['\n', '\r']));
    prop_assert_eq!(bytes[envelope.message_open - 1], b'{');
    if let Some(open) = envelope.params_open {
        let comma = if envelope.params_empty { "" } else { "," };
        let edited = format!("{}\"new\":7{comma}{}", &text[..open], &text[open..]);
        let mut wanted = expected.clone();
        wanted["params"]["new"] = json!(7);
        prop_assert_eq!(serde_json::from_str::<Value>(&edited).unwrap(), wanted);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn spans_hold_what_a_parser_reads(
        members in object(value()),
        params in proptest::option::of(object(value())),
        choices in proptest::collection::vec(any::<u8>(), 1..40),
    ) {
        let mut message = members;
        if let Some(params) = params {
            message.insert("params".into(), params.into());
        }
        let message = Value::from(message);
        agree(&write(&message, &choices), &message)?;
    }

    #[test]
    fn a_cut_message_is_refused(members in object(value()), choices in proptest::collection::vec(any::<u8>(), 1..40), cut in any::<prop::sample::Index>()) {
        let text = write(&Value::from(members), &choices);
        let text = text.trim_end();
        let cut = cut.index(text.len());
        prop_assert!(scan(&text.as_bytes()[..cut]).is_err());
    }

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(
        prop_oneof![proptest::sample::select(b"{}[]\",:\\ \nidu0069".as_slice()), any::<u8>()], 0..300,
    )) {
        if let Ok(envelope) = scan(&bytes) {
            for (_, _, span) in spans(&envelope) {
                prop_assert!(span.is_none_or(|span| span.start < span.end && span.end < bytes.len()));
            }
        }
    }

    #[test]
    fn what_a_parser_accepts_is_accepted(text in "[ ]?\\{(\"(id|params)\":(1|\"a\"|\\{\\}|\\[\\]|\\{\"name\":[0-9]\\})(,|, )?){0,3}\\}?[ ]?") {
        if let Ok(value) = serde_json::from_str::<Value>(&text)
            && !scan(text.as_bytes()).is_ok_and(|envelope| envelope.duplicate)
        {
            agree(&text, &value)?;
        }
    }
}

fn part(text: &str, span: Option<Span>) -> Option<&str> {
    span.map(|span| &text[span.start..span.end])
}

#[test]
fn a_call() {
    let text = r#"{"jsonrpc":"2.0", "id" : "a\"b","method":"tools/call","params":{"name":"git__status","arguments":{"id":1,"name":"x"},"_meta":{"id":2}}}"#;
    let envelope = scan(text.as_bytes()).unwrap();
    assert_eq!(part(text, envelope.id), Some(r#""a\"b""#));
    assert_eq!(part(text, envelope.method), Some(r#""tools/call""#));
    assert_eq!(part(text, envelope.name), Some(r#""git__status""#));
    assert_eq!(part(text, envelope.arguments), Some(r#"{"id":1,"name":"x"}"#));
    assert_eq!(part(text, envelope.meta), Some(r#"{"id":2}"#));
    assert!(!envelope.duplicate && !envelope.multiline);
}

#[test]
fn nested_and_escaped_keys() {
    let text = r#"{"result":{"id":9,"error":{"id":8}},"\u0069\u0064":7}"#;
    let envelope = scan(text.as_bytes()).unwrap();
    assert_eq!(part(text, envelope.id), Some("7"));
    assert_eq!(envelope.error, None);
    // A key that decodes to an escape is that text, not the letter.
    assert_eq!(scan(br#"{"\u005cu0069d":1}"#).unwrap().id, None);
}

#[test]
fn duplicates_are_told_and_the_last_one_counts() {
    for text in [
        r#"{"id":1,"id":2}"#,
        r#"{"id":1,"\u0069d":2}"#,
        r#"{"id":2,"params":{"name":"a","name":"b"}}"#,
        r#"{"id":2,"params":{"name":"a"},"params":{}}"#,
    ] {
        let envelope = scan(text.as_bytes()).unwrap();
        assert!(envelope.duplicate, "{text}");
        assert_eq!(part(text, envelope.id), Some("2"));
        if text.ends_with("{}}") {
            assert_eq!((envelope.name, envelope.params_empty), (None, true));
        }
    }
}

#[test]
fn not_a_message() {
    for (text, error) in [
        ("", ScanError::NotAnObject),
        (r#"[{"id":1}]"#, ScanError::NotAnObject),
        ("\u{feff}{}", ScanError::NotAnObject),
        (r#"{"id":1} {"id":2}"#, ScanError::Malformed(9)),
        (r#"{"id":1,}"#, ScanError::Malformed(8)),
        ("{,}", ScanError::Malformed(1)),
        (r#"{"id" 1}"#, ScanError::Malformed(6)),
        (r#"{"id":}"#, ScanError::Malformed(6)),
        (r#"{"params":{"name":"a""#, ScanError::Malformed(21)),
    ] {
        assert_eq!(scan(text.as_bytes()), Err(error), "{text}");
    }
}

#[test]
fn a_hundred_thousand_levels_need_no_stack() {
    let text = format!(r#"{{"params":{{"arguments":{}{}}},"id":5}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(part(&text, scan(text.as_bytes()).unwrap().id), Some("5"));
}
