//! Secrets cut by the structure of a result, by unseen text, and values that only their names betray.
#![allow(clippy::unwrap_used)]

use guard::{Format, Kind, mask, scan};
use serde_json::{Value, json};

fn token() -> String {
    format!("ghp_{}", "Zm9vYmFy1c3VwZXJ4eXo5".repeat(2).get(..36).unwrap())
}

fn masked(value: &Value) -> Option<Value> {
    mask(value.to_string().as_bytes(), Format::Json).map(|masked| serde_json::from_slice(&masked.bytes).unwrap())
}

#[test]
fn a_secret_over_several_items_is_masked_in_each() {
    let token = token();
    for cut in [1, 4, 9, 36, 39] {
        let items = |parts: &[&str]| json!({ "content": parts.iter().map(|part| json!({ "type": "text", "text": part })).collect::<Vec<_>>() });
        let (head, tail) = token.split_at(cut);
        let found = masked(&items(&[&format!("see {head}"), &format!("{tail} and more")])).unwrap();
        assert_eq!(found, items(&["see [masked:github_token]", "[masked:github_token] and more"]), "cut at {cut}");
        assert_eq!(masked(&found), None);
        if cut > 8 {
            let (first, second) = head.split_at(5);
            let found = masked(&items(&[first, second, tail])).unwrap();
            assert_eq!(found, items(&["[masked:github_token]"; 3]));
        }
    }
    let resource = json!({ "content": [
        { "type": "resource", "resource": { "uri": "file:///a", "text": &token[..20] } }, { "type": "text", "text": &token[20..] },
    ] });
    let found = masked(&resource).unwrap();
    assert_eq!(found["content"][0]["resource"]["text"], "[masked:github_token]");
    assert_eq!(found["content"][1]["text"], "[masked:github_token]");
}

#[test]
fn items_that_only_stand_beside_each_other_stay() {
    for parts in [
        ["password:", "hunter2 is not it"],
        ["ghp_", "short"],
        ["the end of one", "ghp begins"],
        ["api_key=", "k3j9x0q2m8z7v5t1r6w4p"],
    ] {
        let value = json!({ "content": [{ "text": parts[0] }, { "text": parts[1] }] });
        assert_eq!(masked(&value), None, "{parts:?}");
    }
    // The word text as a value is no name.
    assert_eq!(masked(&json!(["text", "ghp_", "text", token().get(4..).unwrap()])), None);
}

#[test]
fn unseen_text_ends_a_word() {
    let key = format!("AKIA{}", "IOSFODNN7EXAMPLE");
    for gap in ["\u{1b}[0m", "\u{200b}", "\u{202e}", "\u{e0041}", "\u{0}"] {
        let text = format!("word{gap}{key}{gap}WORD");
        let found = mask(text.as_bytes(), Format::Text).unwrap();
        assert_eq!(String::from_utf8(found.bytes).unwrap(), "word[masked:aws_access_key]WORD", "{gap:?}");
    }
}

#[test]
fn tokens_of_many_issuers() {
    let word = "Zm9vYmFy1c3VwZXJ4eXo5";
    for text in [
        format!("hf_{}", word.repeat(2).get(..34).unwrap()),
        format!("dop_v1_{}", "0123456789abcdef".repeat(4)),
        format!("SG.{}.{}", &word.repeat(2)[..22], &word.repeat(3)[..43]),
        format!("hvs.{}", word.repeat(2)),
        format!("GOCSPX-{}", &word.repeat(2)[..28]),
        format!("https://hooks.slack.com/services/T00000000/B00000000/{word}abc").split_off(8),
    ] {
        let found = scan(format!("x {text} y").as_bytes(), Format::Text);
        assert_eq!(
            (found.len(), found[0].kind, found[0].end - found[0].start),
            (1, Kind::IssuedToken, text.len()),
            "{text}"
        );
    }
    for text in [
        "hf_hub_download_with_a_very_long_function_name_indeed",
        "shpat_0123",
        "pul-abcdef",
        "dop_v1_x",
        "tskey-auth",
        "SG.short.1",
    ] {
        assert_eq!(scan(text.as_bytes(), Format::Text), [], "{text}");
    }
}

/// Prefix and length of tokens that issuers gave out since 2025, or that were left out before.
const MORE: &[(&str, usize)] = &[
    ("ABSK", 120),
    ("bedrock-api-key-", 60),
    ("cfut_", 48),
    ("cfat_", 48),
    ("cfk_", 48),
    ("dp.ct.", 43),
    ("dp.sa.", 43),
    ("fm1a_", 100),
    ("gloas-", 64),
    ("glagent-", 50),
    ("AQ.Ab8", 46),
    ("lsv2_sk_", 40),
    ("lin_oauth_", 40),
    ("pcsk_", 60),
    ("hooks.slack.com/triggers/", 45),
    ("sb_secret_", 31),
    ("vcp_", 56),
    ("dckr_oat_", 30),
    ("pscale_oauth_", 40),
    ("vck_", 56),
    ("vercel_blob_rw_", 46),
];

#[test]
fn tokens_of_more_issuers() {
    let body = "k3J9x0Q2m8Z7v5T1r6W4pLsY".repeat(6);
    for (prefix, length) in MORE {
        let text = format!("{prefix}{}", &body[..*length]);
        let found = scan(format!("x {text} y").as_bytes(), Format::Text);
        let lengths: Vec<_> = found.iter().map(|finding| (finding.kind, finding.end - finding.start)).collect();
        assert_eq!(lengths, [(Kind::IssuedToken, text.len())], "{text}");
        // Too short, or a name.
        for text in
            [format!("{prefix}{}", &body[..8]), format!("{prefix}some_variable_of_a_program_that_goes_on_and_on")]
        {
            assert_eq!(scan(text.as_bytes(), Format::Text), [], "{text}");
        }
    }
    let databricks = format!("dapi{}-2", "0123456789abcdef".repeat(2));
    assert_eq!(scan(databricks.as_bytes(), Format::Text)[0].kind, Kind::IssuedToken);
    let one_password = format!("A3-{}", "ABC123-DEF456-GHJ78-KLM90-NPQ12-RST34");
    assert_eq!(scan(one_password.as_bytes(), Format::Text)[0].kind, Kind::IssuedToken);
    // Letters alone may be a token too, where they are no words.
    let letters = format!("hf_{}", "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJ");
    assert_eq!(scan(letters.as_bytes(), Format::Text)[0].kind, Kind::IssuedToken);
    for text in [
        "hf_AutoModelForSequenceClassificationAndMore",
        "dapiVersionOfTheClientThatIsUsedHere",
        "A3-SIZE-PAPER-FOR-ALL-PRINTERS-IN-HERE",
    ] {
        assert_eq!(scan(text.as_bytes(), Format::Text), [], "{text}");
    }
}

#[test]
fn a_random_value_behind_a_telling_name() {
    let key = "q8Zt0vKp2LmX7cRn4WsY";
    for name in
        ["token", "SLACK_BOT_TOKEN", "secret", "jwtSecret", "private_key", "signingKey", "master-key", "credential"]
    {
        for text in [format!("{name}={key}"), format!("\"{name}\": \"{key}\""), format!("{name}: '{key}'")] {
            let found = scan(text.as_bytes(), Format::Text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].kind, &text[found[0].start..found[0].end]), (Kind::Credential, key), "{text}");
        }
    }
    for text in [
        format!("nextPageToken={key} continuationToken={key} progress_token={key} plan_token={key} publicKey: {key}"),
        format!("cache_key={key} key={key} commit={key} digest: {key} signature={key} tokens={key}"),
        "token=main secret=projects/main/secrets/database/versions/1 token=my-service-token-for-staging-2024"
            .to_owned(),
        "secret: 123e4567-e89b-12d3-a456-426614174000".to_owned(),
    ] {
        assert_eq!(scan(text.as_bytes(), Format::Text), [], "{text}");
    }
}
