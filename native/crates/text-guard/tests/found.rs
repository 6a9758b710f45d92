//! What is found, and what is left alone. Samples of tokens are put together here, so that this file holds none.
#![allow(clippy::unwrap_used, clippy::format_collect)]

use guard::{Format, Kind, mask, scan};

fn b64(length: usize) -> String {
    "Zm9vYmFy1c3VwZXJ4eXo5".chars().cycle().take(length).collect()
}

fn samples() -> Vec<(Kind, String)> {
    let base = b64(200);
    let of = |length: usize| &base[..length];
    let hex = "0123456789abcdef".repeat(4);
    vec![
        (Kind::AwsAccessKey, format!("AKIA{}", "IOSFODNN7EXAMPLE")),
        (Kind::AwsAccessKey, format!("ASIA{}", "1234567890ABCDEF")),
        (Kind::GithubToken, format!("ghp_{}", of(36))),
        (Kind::GithubToken, format!("ghs_{}", of(36))),
        (Kind::GithubToken, format!("gho_{}", of(36))),
        (Kind::GithubToken, format!("github_pat_{}_{}", of(22), of(59))),
        (Kind::SlackToken, format!("xoxb-{}-{}-{}", "123456789012", "1234567890123", of(24))),
        (Kind::SlackToken, format!("xapp-1-A0123456789-{}-{}", "1234567890123", of(64))),
        (Kind::Jwt, format!("eyJ{}.eyJ{}.{}", of(33), of(60), of(43))),
        (Kind::GoogleApiKey, format!("AIza{}", of(35))),
        (Kind::StripeKey, format!("sk_live_{}", of(24))),
        (Kind::StripeKey, format!("rk_live_{}", of(24))),
        (Kind::NpmToken, format!("npm_{}", of(36))),
        (Kind::GitlabToken, format!("glpat-{}", of(20))),
        (Kind::AnthropicKey, format!("sk-ant-api03-{}-{}AA", of(60), of(30))),
        (Kind::OpenaiKey, format!("sk-proj-{}", of(100))),
        (Kind::OpenaiKey, format!("sk-{}T3BlbkFJ{}", of(20), of(20))),
        (
            Kind::PrivateKey,
            format!(
                "-----BEGIN RSA PRIVATE KEY-----\n{}\n{}\n{}==\n-----END RSA PRIVATE KEY-----",
                of(64),
                of(64),
                of(18)
            ),
        ),
        (
            Kind::PrivateKey,
            format!("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{}\n-----END PGP PRIVATE KEY BLOCK-----", of(64)),
        ),
        (Kind::PrivateKey, format!("-----BEGIN OPENSSH PRIVATE KEY-----\\n{hex}\\n-----END OPENSSH PRIVATE KEY-----")),
    ]
}

/// A text, and what of it is a secret.
fn assignments() -> Vec<(Kind, String, String)> {
    let long = b64(40);
    let of = |kind, text: &str, secret: &str| (kind, text.replace("{}", secret), secret.to_owned());
    vec![
        of(Kind::Password, "password={} next", "hunter2"),
        of(Kind::Password, "DB_PASSWORD={}\n", "correct-horse"),
        of(Kind::Password, "export PGPASSWORD='{}'", "a b c d"),
        of(Kind::Password, "password: {}\nport: 5", "hunter2"),
        of(Kind::Password, "--password={} -h", "s3cr3t!"),
        of(Kind::Password, "?user=a&password={}&x=1", "abcd"),
        of(Kind::Password, "Server=x;Pwd={};", "abcd"),
        of(Kind::Password, r#"{"password": "{}"}"#, "correct horse"),
        of(Kind::Password, "passphrase => '{}'", "open sesame"),
        of(Kind::Credential, "api_key={}", &long),
        of(Kind::Credential, "\"accessToken\": \"{}\"", &long),
        of(Kind::Credential, "aws_secret_access_key = {}", &long),
        of(Kind::Credential, "client-secret: {}", &long),
        of(Kind::Authorization, "Authorization: Bearer {}", &long),
        of(Kind::Authorization, "authorization: Basic {}", "dXNlcjpwYXNz"),
        of(Kind::Authorization, "'Authorization': 'token {}'", &long),
        of(Kind::Authorization, "-H \"AUTHORIZATION: BEARER {}\"", &long),
        of(Kind::Authorization, "send Bearer {} with it", &long),
        of(Kind::Authorization, "Authorization: {}", &long),
        of(Kind::UrlPassword, "postgres://user:{}@db.example/x", "p%40ss"),
        of(Kind::UrlPassword, "https://a:{}@host", "with@sign"),
        of(Kind::UrlPassword, "redis://:{}@localhost:6379", "hunter2"),
    ]
}

#[test]
fn every_form_is_found_in_text_and_in_json() {
    for (kind, secret) in samples() {
        let text = format!("before {secret} after");
        let found = scan(text.as_bytes(), Format::Text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((found[0].kind, &text[found[0].start..found[0].end]), (kind, secret.as_str()));

        let json = serde_json::json!({ "content": [{ "type": "text", "text": text }] }).to_string();
        let masked: serde_json::Value =
            serde_json::from_slice(&mask(json.as_bytes(), Format::Json).unwrap().bytes).unwrap();
        assert_eq!(masked["content"][0]["text"], format!("before [masked:{}] after", kind.word()));

        // Every character as an escape, the secret alone, and JSON within JSON.
        let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let masked = mask(format!("[\"{escaped}\"]").as_bytes(), Format::Json).unwrap();
        assert_eq!(
            serde_json::from_slice::<[String; 1]>(&masked.bytes).unwrap()[0],
            format!("before [masked:{}] after", kind.word())
        );
        let alone = serde_json::to_string(&secret).unwrap();
        assert_eq!(
            mask(alone.as_bytes(), Format::Json).unwrap().bytes,
            format!("\"[masked:{}]\"", kind.word()).into_bytes()
        );
        let nested = serde_json::to_string(&json).unwrap();
        assert_eq!(scan(nested.as_bytes(), Format::Json)[0].kind, kind, "{nested}");
    }
}

#[test]
fn what_is_assigned_to_a_telling_name_is_found() {
    for (kind, text, secret) in assignments() {
        let found = scan(text.as_bytes(), Format::Text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((found[0].kind, &text[found[0].start..found[0].end]), (kind, secret.as_str()), "{text}");

        let json = serde_json::json!([text]).to_string();
        let masked: [String; 1] = serde_json::from_slice(&mask(json.as_bytes(), Format::Json).unwrap().bytes).unwrap();
        assert_eq!(masked[0], text.replace(&secret, &format!("[masked:{}]", kind.word())));
    }
}

#[test]
fn members_of_json_objects() {
    let json = r#"{"password":"a\"b\\","db":{"Password" :
        "hunter2"},"count":{"password":12345678},"list":[{"password":null},{"password":["hunter2"]}],"api_key":1234567890123456}"#;
    let masked = mask(json.as_bytes(), Format::Json).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&masked.bytes).unwrap();
    let expected = serde_json::json!({
        "password": "[masked:password]", "db": { "Password": "[masked:password]" }, "count": { "password": 12_345_678 },
        "list": [{ "password": null }, { "password": ["hunter2"] }], "api_key": 1_234_567_890_123_456_u64,
    });
    assert_eq!(value, expected);
    // A string that ends like a name does not make what follows its value.
    for json in [r#"{"password=":12345678}"#, r#"["password:", "harmless1"]"#, r#"{"password='":"harmless1"}"#] {
        assert_eq!(mask(json.as_bytes(), Format::Json), None, "{json}");
    }
}

#[test]
fn what_is_no_secret_is_left_alone() {
    let harmless = [
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "id 123e4567-e89b-12d3-a456-426614174000",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "\"integrity\": \"sha512-MV7ERlpOM8ZSu0IWPXnsJkbVpxnPsEvxHhSZXSxRVmGzlRmmtPhHCpRy1wdPRNnnmdcJPLjyzLP6SErTJH9DvQ==\"",
        "etag: \"33a64df551425fcc55e4d42a148795d9f25f89d4\"",
        "Password: must contain at least 8 characters",
        "password = getpass.getpass()",
        "password = os.environ['DB_PASSWORD']",
        "password=$DB_PASSWORD password: ${PASSWORD} password={{ password }} password=<password> password=********",
        "password: string; password?: null, password == other",
        "const password = config.database.password",
        "apiKey: process.env.OPENAI_API_KEY2, api_key=settings.api_key1",
        "PWD=/root/project1 OLDPWD=/root",
        "passwords, passwd and secrets: a list",
        "password_hash=$2b$10$abcdefgh",
        "next_page_token=abcdefghijkl1234567890 progressToken: 1234567890abcdefgh",
        "plan_token: 0190a5e8-7b3c-7000-8000-000000000000",
        "https://example.com:8080/a@b ssh://git@host:22/x http://user@host/ mailto:a@b",
        "docker-pullable://nginx:1.25@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "npm_config_user_agent npm_package_json sk-learn-contrib-0.24.1-py3-none-any task-1234567890123456789012345678901234",
        "desk-abcdefghijklmnopqrstuvwxyz0123456789ABCDEF the bearer authentication scheme, Bearer tokens",
        "AKIA AKIAIOSFODNN7EXAMPLEX xAKIAIOSFODNN7EXAMPLE eyJhbGciOiJIUzI1NiJ9 ghp_short xoxo-love",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----",
        "the line -----BEGIN PRIVATE KEY----- starts a key",
        "tab\tline\r\nfeed é ü 日本語 العربية עברית ελληνικά हिन्दी 🎉 👩‍❤️‍👨 ❤️ 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 می‌خواهم क्‍ष",
    ];
    for text in harmless {
        assert_eq!(scan(text.as_bytes(), Format::Text), [], "{text}");
        let json = serde_json::to_string(text).unwrap();
        assert_eq!(scan(json.as_bytes(), Format::Json), [], "{json}");
        assert_eq!(scan(text.as_bytes(), Format::Json), [], "{text} as JSON");
    }
    let base64 = b64(100_000);
    assert_eq!(scan(base64.as_bytes(), Format::Text), []);
}

#[test]
fn unseen_text_is_taken_out() {
    let table = [
        (Kind::ControlCharacter, "a\u{0}b\u{8}c\u{7f}d\u{85}e", "abcde"),
        (Kind::AnsiEscape, "\u{1b}[1;31mred\u{1b}[0m", "red"),
        (Kind::AnsiEscape, "\u{9b}2Jx\u{1b}(By\u{1b}7z", "xyz"),
        (
            Kind::AnsiEscape,
            "\u{1b}]8;;https://evil.example\u{7}text\u{1b}]8;;\u{1b}\\ \u{9d}0;title\u{9c}end",
            "text end",
        ),
        (Kind::AnsiEscape, "\u{1b}[ \u{1b}]never ended\nnext \u{1b}", " never ended\nnext "),
        (Kind::BidiControl, "a\u{202e}b\u{202c}\u{2066}c\u{2069}\u{200f}\u{61c}", "abc"),
        (
            Kind::InvisibleCharacter,
            "\u{feff}i\u{200b}g\u{200c}n\u{200d}o\u{2060}r\u{ad}e\u{3164}\u{180e}\u{e0101}\u{fe0f}",
            "ignore",
        ),
        (Kind::InvisibleCharacter, "😀\u{fe0f}\u{fe0e}\u{fe01}", "😀\u{fe0f}"),
        (Kind::TagCharacter, "hi\u{e0001}\u{e0068}\u{e0069}\u{e007f}", "hi"),
        (Kind::TagCharacter, "🏴\u{e0067}\u{e0062}\u{e0078}\u{e007f}", "🏴"),
    ];
    for (kind, text, expected) in table {
        let masked = mask(text.as_bytes(), Format::Text).unwrap();
        assert_eq!(String::from_utf8(masked.bytes).unwrap(), expected, "{text:?}");
        assert!(masked.findings.iter().all(|finding| finding.kind == kind), "{:?}", masked.findings);

        for json in [serde_json::to_string(text).unwrap(), ascii(text)] {
            let masked = mask(json.as_bytes(), Format::Json).unwrap();
            assert_eq!(serde_json::from_slice::<String>(&masked.bytes).unwrap(), expected, "{json}");
        }
    }
}

/// A JSON string in ASCII.
fn ascii(text: &str) -> String {
    let units = text.encode_utf16().map(|unit| match char::from_u32(unit.into()) {
        Some(plain @ (' '..='!' | '#'..='[' | ']'..='~')) => plain.to_string(),
        _ => format!("\\u{unit:04X}"),
    });
    format!("\"{}\"", units.collect::<String>())
}

#[test]
fn neighbours_of_one_kind_are_one_finding_in_source_bytes() {
    let json = [r#"["a\u200b\u200B"#, "\u{200b}", r#"b\u001b[0m"]"#].concat();
    let found = scan(json.as_bytes(), Format::Json);
    let parts: Vec<_> = found.iter().map(|finding| (finding.kind, &json[finding.start..finding.end])).collect();
    assert_eq!(parts, [(Kind::InvisibleCharacter, "\\u200b\\u200B\u{200b}"), (Kind::AnsiEscape, r"\u001b[0m")]);
}

#[test]
fn unseen_text_hides_no_secret() {
    let secret = format!("ghp_{}", b64(36));
    for gap in ["\u{200b}", "\u{1b}[0m", "\u{e0041}", "\u{0}", "\u{202e}"] {
        let text = format!("x {}{gap}{} y", &secret[..9], &secret[9..]);
        let masked = mask(text.as_bytes(), Format::Text).unwrap();
        assert_eq!(masked.bytes, b"x [masked:github_token] y");
        assert_eq!(masked.findings.len(), 2);
        assert!(masked.findings[0].is_secret() && !masked.findings[1].is_secret());
        let masked = mask(ascii(&text).as_bytes(), Format::Json).unwrap();
        assert_eq!(masked.bytes, b"\"x [masked:github_token] y\"");
    }
    let part = r#"{"text":"\u0041KIAIOSFODNN7EXAMPL\u0045"}"#;
    assert_eq!(mask(part.as_bytes(), Format::Json).unwrap().bytes, br#"{"text":"[masked:aws_access_key]"}"#);
}

#[test]
fn a_cut_off_key_is_masked_and_the_prose_after_it_stays() {
    let line = b64(64);
    let text =
        format!("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{line}\n{line}\nand then the log ended");
    let masked = mask(text.as_bytes(), Format::Text).unwrap();
    assert_eq!(masked.bytes, b"[masked:private_key]\nand then the log ended");
}

#[test]
fn words_are_distinct() {
    let mut words: Vec<_> = Kind::ALL.iter().map(|kind| kind.word()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Kind::ALL.len());
}
