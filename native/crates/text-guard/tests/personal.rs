//! Personal data: what is found when it is asked for, and what only looks like it.
#![allow(clippy::unwrap_used)]

use guard::{Format, Kind, Personal, mask, mask_for, scan_for};
use proptest::prelude::*;
use serde_json::{Value, json};

fn kinds(text: &str) -> Vec<(Kind, &str)> {
    let found = scan_for(text.as_bytes(), Format::Text, Personal::ALL);
    found.iter().map(|finding| (finding.kind, &text[finding.start..finding.end])).collect()
}

#[test]
fn each_form_is_found_between_words_and_at_the_edges() {
    let table = [
        (Kind::Email, "ada.lovelace+mcp@mail.example.org"),
        (Kind::Email, "o'brien@example.co.uk"),
        (Kind::Email, "x@xn--bcher-kva.example"),
        (Kind::PhoneNumber, "+44 20 7946 0958"),
        (Kind::PhoneNumber, "+4930901820"),
        (Kind::PhoneNumber, "+1 (212) 555-0123"),
        (Kind::PhoneNumber, "+12125550123"),
        (Kind::PhoneNumber, "(212) 555-0123"),
        (Kind::PhoneNumber, "212-555-0123"),
        (Kind::PhoneNumber, "212.555.0123"),
        (Kind::CardNumber, "4111111111111111"),
        (Kind::CardNumber, "4111 1111 1111 1111"),
        (Kind::CardNumber, "5500-0000-0000-0004"),
        (Kind::CardNumber, "3782 822463 10005"),
        (Kind::CardNumber, "6011000990139424"),
        (Kind::CardNumber, "2223003122003222"),
        (Kind::Iban, "DE89370400440532013000"),
        (Kind::Iban, "GB82 WEST 1234 5698 7654 32"),
        (Kind::Iban, "NO9386011117947"),
        (Kind::UsSsn, "219-09-9999"),
    ];
    for (kind, value) in table {
        for text in
            [value.to_owned(), format!("write to {value}, please"), format!("<{value}>"), format!("a: {value}.")]
        {
            assert_eq!(kinds(&text), [(kind, value)], "{text}");
        }
        assert_eq!(mask(value.as_bytes(), Format::Text), None, "not unless it is asked for");
        let others = Personal::KINDS.into_iter().filter(|other| *other != kind).fold(Personal::NONE, Personal::with);
        assert!(scan_for(value.as_bytes(), Format::Text, others).iter().all(|finding| finding.kind != kind), "{value}");
    }
}

#[test]
fn a_number_beside_a_telephone_is_not_its_end() {
    assert_eq!(kinds("212-555-0123 20"), [(Kind::PhoneNumber, "212-555-0123")]);
    assert_eq!(kinds("+12125550123 219"), [(Kind::PhoneNumber, "+12125550123")]);
}

#[test]
fn a_wrong_check_or_another_use_of_the_form_is_left_alone() {
    for text in [
        "4111111111111112 4111 1111 1111 1112 1234567812345670 0000000000000000",
        "DE89370400440532013001 GB82 WEST 1234 5698 7654 33 XX89370400440532013000",
        "000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000 1123-45-6789 123-45-67890",
        "git@github.com:owner/name.git ssh://git@host.example/x https://user@host.example/ logo@2x.png a@b @example.com user@",
        "sshd@1.service nginx:1.25@sha256 left..@ @@@@",
        "2026-11-22 10:15:30.123456 1732270530123 192.168.100.200 10.0.0.1:8080 v2.12.0 1.2.3-4",
        "@@ -212,55 +2125,6 @@ a+4930901820 +1 +12 +123456 +99999999999999999999",
        "112-555-0123 212-155-0123 212-555-01234 1212-555-0123 212-555.0123",
        "order 41111111111111111111111 id_4111111111111111 4111111111111111x 3f4111111111111111",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b 123e4567-e89b-12d3-a456-426614174000",
    ] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn in_json_a_number_becomes_a_string_and_names_and_structure_stay() {
    let value = json!({
        "card": 4_111_111_111_111_111_u64, "not": 4_111_111_111_111_112_u64, "text": "mail a@b.example or +12125550123",
        "list": [4_111_111_111_111_111_u64, 1.5, "4111111111111111"], "escaped": "\u{e9} \"a@b.example\"",
    });
    let masked = mask_for(value.to_string().as_bytes(), Format::Json, Personal::ALL).unwrap();
    let expected = json!({
        "card": "[masked:card_number]", "not": 4_111_111_111_111_112_u64, "text": "mail [masked:email] or [masked:phone_number]",
        "list": ["[masked:card_number]", 1.5, "[masked:card_number]"], "escaped": "\u{e9} \"[masked:email]\"",
    });
    assert_eq!(serde_json::from_slice::<Value>(&masked.bytes).unwrap(), expected);
}

#[test]
fn a_secret_is_told_as_a_secret() {
    let text = "postgres://user:pass1234@db.example.com/x mail:a@b.example";
    let found = kinds(text);
    assert_eq!(found[0], (Kind::UrlPassword, "pass1234"));
    assert_eq!(found.last(), Some(&(Kind::Email, "a@b.example")));
}

proptest! {
    #[test]
    fn json_stays_json_and_the_second_look_finds_nothing(parts in proptest::collection::vec(prop_oneof![
        Just("a@b.example".to_owned()), Just("4111111111111111".to_owned()), Just("+12125550123".to_owned()), Just("212-555-0123".to_owned()), Just("219-09-9999".to_owned()),
        Just("DE89370400440532013000".to_owned()), Just("\"".to_owned()), Just(" ".to_owned()), Just("password=".to_owned()), "[a-z0-9@+. -]{0,12}",
    ], 0..10), number in any::<u64>()) {
        let json = json!({ "text": parts.concat(), "number": number, "list": parts }).to_string();
        let Some(masked) = mask_for(json.as_bytes(), Format::Json, Personal::ALL) else { return Ok(()) };
        prop_assert!(serde_json::from_slice::<Value>(&masked.bytes).is_ok(), "{}", String::from_utf8_lossy(&masked.bytes));
        let again = scan_for(&masked.bytes, Format::Json, Personal::ALL);
        prop_assert!(again.is_empty(), "{again:?} in {}", String::from_utf8_lossy(&masked.bytes));
    }

    #[test]
    fn anything_goes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        for format in [Format::Text, Format::Json] {
            for finding in scan_for(&bytes, format, Personal::ALL) {
                prop_assert!(finding.start < finding.end && finding.end <= bytes.len());
            }
        }
    }
}
