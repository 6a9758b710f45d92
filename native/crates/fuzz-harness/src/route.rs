//! Plans over tools with hostile schemas and sentences: whatever is planned lies in the sentence and has no argument
//! twice.

use route::{Context, Definition, Key, Planner};

/// The first line is a schema, the rest is the sentence; what is no JSON is planned over a schema of our own.
pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (schema, sentence) = text.split_once('\n').unwrap_or(("", &text));
    let own = r#"{"type":"object","properties":{"name":{"type":"string","description":"Who, e.g. Ada"},"count":{"type":"integer","minimum":1},
        "date":{"type":"string","format":"date"},"tags":{"type":"array","items":{"enum":["red","blue"]}},"range":{"type":"object","properties":{"from":{"type":"string"},"to":{"type":"string"}},"required":["from"]},"force":{"type":"boolean"}},"required":["name","count"]}"#;
    let schema = serde_json::from_str(schema).or_else(|_| serde_json::from_str(own)).unwrap_or_default();
    let tool = |name: &str, description: &str| Definition {
        name: name.into(),
        description: description.into(),
        input_schema: serde_json::Value::clone(&schema),
        ..Definition::default()
    };
    let mut planner = Planner::new();
    planner.replace_server("a", &[tool("book_create", "Create a book for a person"), tool("book_delete", "Delete it")]);
    let context = Context {
        now: route::moment("2026-11-22T09:00:00"),
        cwd: Some("/srv".into()),
        names: vec!["web-1".into()],
        ..Context::default()
    };
    let answer = planner.plan(sentence, &context, None);
    assert!((0.0..=1.0).contains(&answer.confidence));
    for part in &answer.unplanned {
        assert!(!answer.steps.is_empty());
        assert!(sentence.get(part.from.0..part.from.1).is_some());
    }
    for step in &answer.steps {
        assert!(sentence.get(step.from.0..step.from.1).is_some());
        let values = serde_json::Value::Object(step.values());
        for argument in &step.arguments {
            let place = argument.path.iter().try_fold(&values, |place, key| match key {
                Key::Name(name) => place.get(name),
                Key::First => place.get(0),
            });
            assert_eq!(place, Some(&argument.value));
            assert!(!step.missing.contains(&argument.name));
            assert!(argument.from.is_none_or(|(start, end)| sentence.get(start..end).is_some()));
        }
    }
}
