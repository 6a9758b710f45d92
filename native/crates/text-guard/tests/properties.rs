//! What holds for every input.
#![allow(clippy::unwrap_used)]

use guard::{Finding, Format, Kind, mask, scan};
use proptest::prelude::*;
use serde_json::Value;

/// Pieces that are found, almost found, or that change what stands beside them.
fn piece() -> impl Strategy<Value = String> {
    let telling = [
        "AKIAIOSFODNN7EXAMPLE",
        "AKIA",
        "ghp_",
        "0123456789abcdefghijABCDEFGHIJ0123456789",
        "xoxb-",
        "eyJ",
        "sk-",
        "sk-ant-",
        "://",
        "user:",
        "pass1234",
        "@host",
        "password",
        "api_key",
        "Authorization",
        "Bearer ",
        "secret",
        "token",
        "=",
        ":",
        ": ",
        "\"",
        "'",
        "`",
        " ",
        "\n",
        ",",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----END RSA PRIVATE KEY-----",
        "\u{1b}",
        "[",
        "]",
        "31m",
        "\u{7}",
        "\\",
        "\u{200b}",
        "\u{200d}",
        "\u{200c}",
        "\u{fe0f}",
        "😀",
        "ी",
        "ب",
        "\u{e0067}",
        "\u{e0062}",
        "🏴",
        "\u{202e}",
        "\u{9b}",
        "\u{9c}",
        "\u{9d}",
        "\u{0}",
        "{",
        "}",
        "[masked:password]",
        "\\u200b",
        "\\u0041KIA",
        "\\n",
        "\\\"",
        ".",
        "-",
        "_",
        "0",
    ];
    prop_oneof![4 => proptest::sample::select(telling.to_vec()).prop_map(String::from), 1 => any::<String>()]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((text(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The same JSON with some characters of its strings written as escapes.
fn escape(json: &str, choices: &[bool]) -> String {
    let mut choices = choices.iter().cycle();
    let (mut out, mut in_string, mut rest) = (String::new(), false, json.chars());
    while let Some(character) = rest.next() {
        in_string ^= character == '"';
        if character == '\\' {
            let kind = rest.next().unwrap();
            out.extend([character, kind]);
            out.extend(rest.by_ref().take(if kind == 'u' { 4 } else { 0 }));
        } else if in_string && character != '"' && *choices.next().unwrap() {
            out.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(character);
        }
    }
    out
}

/// Every byte outside the findings is still there, in order, and the findings lie where they say.
fn rest_is_kept(source: &[u8], format: Format) -> Result<(), TestCaseError> {
    let findings = scan(source, format);
    let Some(masked) = mask(source, format) else {
        prop_assert!(findings.is_empty());
        return Ok(());
    };
    prop_assert_eq!(&masked.findings, &findings);
    let (mut expected, mut done) = (Vec::new(), 0);
    for Finding { kind, start, end, .. } in findings {
        prop_assert!(start < end && end <= source.len());
        if start < done {
            prop_assert!(end <= done, "a finding reaches out of a secret");
            continue;
        }
        expected.extend_from_slice(&source[done..start]);
        if kind.is_secret() {
            expected.extend_from_slice(format!("[masked:{}]", kind.word()).as_bytes());
        }
        done = end;
    }
    expected.extend_from_slice(&source[done..]);
    prop_assert_eq!(masked.bytes, expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in text(), json in any::<bool>()) {
        let format = if json { Format::Json } else { Format::Text };
        rest_is_kept(&bytes, format)?;
        rest_is_kept(text.as_bytes(), format)?;
    }

    #[test]
    fn masked_text_is_clean(text in text()) {
        if let Some(masked) = mask(text.as_bytes(), Format::Text) {
            let masked = String::from_utf8(masked.bytes).unwrap();
            prop_assert_eq!(scan(masked.as_bytes(), Format::Text), [], "{:?}", masked);
        }
    }

    #[test]
    fn masked_json_is_json_and_clean(value in value(), choices in proptest::collection::vec(any::<bool>(), 1..30), pretty in any::<bool>()) {
        let json = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let json = escape(&json.unwrap(), &choices);
        rest_is_kept(json.as_bytes(), Format::Json)?;
        if let Some(masked) = mask(json.as_bytes(), Format::Json) {
            let masked = String::from_utf8(masked.bytes).unwrap();
            let read: Result<Value, _> = serde_json::from_str(&masked);
            prop_assert!(read.is_ok(), "{} became {}", json, masked);
            prop_assert_eq!(scan(masked.as_bytes(), Format::Json), [], "{:?}", masked);
        }
    }

    /// However a string is written, the same is found in it.
    #[test]
    fn spelling_does_not_matter(text in text(), choices in proptest::collection::vec(any::<bool>(), 1..30)) {
        let plain = serde_json::to_string(&text).unwrap();
        let escaped = escape(&plain, &choices);
        let read = |json: &str| mask(json.as_bytes(), Format::Json).map(|masked| {
            let kinds: Vec<Kind> = masked.findings.iter().map(|finding| finding.kind).collect();
            (serde_json::from_slice::<String>(&masked.bytes).unwrap(), kinds)
        });
        prop_assert_eq!(read(&plain), read(&escaped));
    }
}

/// What could make a careless search look at the same bytes again and again. A quadratic one would take minutes here.
#[test]
fn hostile_repetition_is_read_once() {
    for unit in [
        "password:",
        "password=",
        "password='",
        "password=\"$",
        "password=`",
        "authorization=",
        "Authorization: Bearer ",
        "://",
        "a://a:",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY----- \"",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "eyJ",
        "eyJa.",
        "eyJaaaaaaaaaaaaa.eyJ",
        "xoxb-",
        "sk-",
        "-sk-",
        "glpat-",
        "\u{1b}]",
        "\u{1b}[",
        "\u{9d}",
        "\u{1b}P\u{9d}",
        "\u{200d}",
        "\u{e0067}",
        "\\",
        "\\u",
        "\\\"",
        "password\\\":\\\"",
        "\u{80}",
        "AKIA",
        "github_pat_",
        "api_key:token=",
        "😀\u{200d}",
        "\u{fe0f}",
    ] {
        let text = unit.repeat((1 << 18) / unit.len());
        for format in [Format::Text, Format::Json] {
            assert!(scan(text.as_bytes(), format).len() <= text.len());
        }
    }
}
