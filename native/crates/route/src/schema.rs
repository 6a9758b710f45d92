//! A tool's input schema: what is read of its parameters, and the check of arguments.

use crate::key::Key;
use crate::parameter::Parameter;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, Retrieve, Uri, Validator};
use serde_json::{Map, Value, json};

/// The largest schema that is compiled, bytes of JSON.
const LARGEST: usize = 65_536;
/// The most values (objects, arrays, words) in a schema.
const MOST_NODES: usize = 8_192;
/// The most parameters of a tool that are read.
const MOST_PARAMETERS: usize = 64;
/// The most properties on the way to a parameter that is read.
const DEEPEST: usize = 3;
/// The most memory of one compiled pattern, bytes.
const PATTERN_SIZE: usize = 262_144;

/// Refuses every reference to another document: nothing is fetched.
struct Nowhere;

impl Retrieve for Nowhere {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("{uri} lies outside of the schema").into())
    }
}

/// What is read of an input schema.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) parameters: Vec<Parameter>,
    validator: Validator,
}

impl Schema {
    /// Reads and compiles a schema; the reason when it cannot be used. Names of types that other notations have for
    /// those of JSON Schema (`dict`, `float`, `str`, …) are taken for what they mean.
    pub(crate) fn read(schema: &Value) -> Result<Self, String> {
        let mut schema = match schema {
            Value::Null => json!({ "type": "object" }),
            Value::Object(_) => schema.clone(),
            _ => return Err("the schema is no object".into()),
        };
        bounded(&schema)?;
        mend_types(&mut schema);
        let validator = jsonschema::options()
            .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_SIZE))
            .with_retriever(Nowhere)
            .build(&schema)
            .map_err(|error| error.to_string())?;
        Ok(Self { parameters: parameters(&schema), validator })
    }

    /// Where arguments are wrong, but for what is required and not there: the keys to the place; none of them where
    /// the whole is wrong.
    pub(crate) fn fault(&self, arguments: &Map<String, Value>) -> Option<Vec<String>> {
        let instance = Value::Object(arguments.clone());
        self.validator
            .iter_errors(&instance)
            .find(|error| error.kind().keyword() != "required")
            .map(|error| keys(error.instance_path().as_str()))
    }

    /// What is required and not there, as the names of parameters are written.
    pub(crate) fn lacks(&self, arguments: &Map<String, Value>) -> Vec<String> {
        let instance = Value::Object(arguments.clone());
        let lacking = self.validator.iter_errors(&instance).filter_map(|error| {
            let ValidationErrorKind::Required { property } = error.kind() else { return None };
            let mut path = keys(error.instance_path().as_str());
            path.push(property.as_str()?.to_owned());
            Some(path.join("."))
        });
        lacking.take(MOST_PARAMETERS).collect()
    }

    /// Whether arguments satisfy the whole schema.
    #[cfg(test)]
    pub(crate) fn accepts(&self, arguments: &Map<String, Value>) -> bool {
        self.validator.is_valid(&Value::Object(arguments.clone()))
    }
}

/// The keys of a JSON pointer.
fn keys(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect()
}

/// Refuses what would take much time or memory to compile.
fn bounded(schema: &Value) -> Result<(), String> {
    let (mut nodes, mut bytes) = (0_usize, 0_usize);
    let mut rest = vec![schema];
    while let Some(value) = rest.pop() {
        nodes += 1;
        match value {
            Value::Object(object) => {
                bytes += object.keys().map(|key| key.len() + 4).sum::<usize>();
                rest.extend(object.values());
            }
            Value::Array(array) => rest.extend(array),
            Value::String(text) => bytes += text.len() + 2,
            _ => bytes += 8,
        }
        if nodes > MOST_NODES || bytes > LARGEST {
            return Err("the schema is too large".into());
        }
    }
    Ok(())
}

/// Writes foreign names of types as JSON Schema's, and patterns as they are compiled here.
fn mend_types(schema: &mut Value) {
    let mut rest = vec![schema];
    while let Some(value) = rest.pop() {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(name)) = object.get_mut("type") {
                    let known = match name.to_ascii_lowercase().as_str() {
                        "dict" | "map" | "hashmap" => Some("object"),
                        "float" | "double" | "decimal" => Some("number"),
                        "int" | "long" | "short" | "byte" => Some("integer"),
                        "str" | "char" => Some("string"),
                        "bool" => Some("boolean"),
                        "list" | "tuple" | "set" | "arraylist" => Some("array"),
                        "any" => Some(""),
                        _ => None,
                    };
                    match known {
                        Some("") => drop(object.remove("type")),
                        Some(known) => known.clone_into(name),
                        None => {}
                    }
                }
                if let Some(Value::String(pattern)) = object.get_mut("pattern") {
                    *pattern = mended(pattern);
                }
                rest.extend(object.values_mut());
            }
            Value::Array(array) => rest.extend(array),
            _ => {}
        }
    }
}

/// A pattern of ECMA 262 with its `\0` as other notations have it.
fn mended(pattern: &str) -> String {
    let mut mended = String::with_capacity(pattern.len());
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        mended.push(character);
        if character != '\\' {
            continue;
        }
        let Some(escaped) = characters.next() else { break };
        if escaped == '0' && !characters.peek().is_some_and(char::is_ascii_digit) {
            mended.push_str("x00");
        } else {
            mended.push(escaped);
        }
    }
    mended
}

/// The parameters in the order of the schema; those of objects and of lists of objects, down to `DEEPEST` keys, in
/// place of the object.
fn parameters(schema: &Value) -> Vec<Parameter> {
    struct Place<'a> {
        schema: &'a Value,
        path: Vec<Key>,
        bound: usize,
        around: String,
    }
    let mut found = Vec::new();
    let mut rest = vec![Place { schema, path: Vec::new(), bound: 0, around: String::new() }];
    while let Some(place) = rest.pop() {
        if found.len() >= MOST_PARAMETERS {
            break;
        }
        let object = object_within(schema, place.schema);
        let keys = place.path.iter().filter(|key| matches!(key, Key::Name(_))).count();
        let inner = object.and_then(|(object, _)| object.get("properties")?.as_object());
        let (Some((object, listed)), Some(properties)) = (object, inner.filter(|_| keys < DEEPEST)) else {
            if !place.path.is_empty() {
                found.push(Parameter::within(&place.path, place.schema, place.bound, &place.around));
            }
            continue;
        };
        let required: Vec<&str> =
            object.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let said = place.schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let own = if let Some(Key::Name(name)) = place.path.last() { name.as_str() } else { "" };
        let around = format!("{own} {said}");
        let mut base = place.path;
        if listed && !base.is_empty() {
            base.push(Key::First);
        }
        // The last is taken first: what is pushed in reverse comes out in order.
        for (name, property) in properties.iter().take(MOST_PARAMETERS).rev() {
            let mut path = base.clone();
            path.push(Key::Name(name.clone()));
            let bound = if required.contains(&name.as_str()) { place.bound } else { path.len() };
            rest.push(Place { schema: resolved(schema, property), path, bound, around: around.clone() });
        }
    }
    found
}

/// The object that a schema is, or that its items are (true).
fn object_within<'a>(root: &'a Value, schema: &'a Value) -> Option<(&'a Value, bool)> {
    if schema.get("properties").is_some() {
        return Some((schema, false));
    }
    let items = resolved(root, schema.get("items")?);
    items.get("properties").map(|_| (items, true))
}

/// A property, or what its `$ref` within the same document names.
fn resolved<'a>(schema: &'a Value, property: &'a Value) -> &'a Value {
    property
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix('#'))
        .and_then(|pointer| schema.pointer(pointer))
        .unwrap_or(property)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn arguments_are_checked() -> Result<(), String> {
        let schema = Schema::read(&json!({
            "type": "object",
            "properties": { "count": { "type": "integer", "minimum": 1 }, "name": { "type": "string" } },
            "required": ["count", "name"],
            "additionalProperties": false,
        }))?;
        assert_eq!(schema.fault(&arguments(&json!({ "count": 2 }))), None);
        assert!(!schema.accepts(&arguments(&json!({ "count": 2 }))));
        assert!(schema.accepts(&arguments(&json!({ "count": 2, "name": "a" }))));
        let fault = schema.fault(&arguments(&json!({ "count": 0 })));
        assert_eq!(fault, Some(vec!["count".to_owned()]));
        assert_eq!(schema.fault(&arguments(&json!({ "other": 0 }))), Some(Vec::new()));
        assert_eq!(schema.lacks(&arguments(&json!({ "count": 2 }))), ["name"]);
        Ok(())
    }

    #[test]
    fn parameters_within_objects_are_read() -> Result<(), String> {
        let schema = Schema::read(&json!({
            "type": "object",
            "properties": {
                "range": { "type": "object", "properties": {
                    "start": { "type": "string" },
                    "zone": { "$ref": "#/$defs/zone" },
                }, "required": ["start"] },
                "rows": { "type": "array", "items": { "properties": { "name": { "type": "string" } }, "required": ["name"] } },
                "free": { "type": "object" },
            },
            "required": ["range"],
            "$defs": { "zone": { "properties": { "name": { "properties": { "short": { "properties": { "x": {} } } } } } } },
        }))?;
        let read: Vec<(&str, usize)> =
            schema.parameters.iter().map(|parameter| (parameter.name.as_str(), parameter.bound)).collect();
        // free is read and never filled; what lies deeper than three keys stays an object
        assert_eq!(read, [("range.start", 0), ("range.zone.name", 3), ("rows.0.name", 1), ("free", 1)]);
        assert_eq!(schema.lacks(&arguments(&json!({ "range": {} }))), ["range.start"]);
        Ok(())
    }

    #[test]
    fn hostile_schemas_are_refused() {
        let remote = json!({ "properties": { "a": { "$ref": "https://example.org/schema.json" } } });
        assert!(Schema::read(&remote).is_err_and(|reason| reason.contains("example.org")));
        let file = json!({ "properties": { "a": { "$ref": "file:///etc/passwd" } } });
        assert!(Schema::read(&file).is_err());
        let backtracking = json!({ "properties": { "a": { "pattern": "^(a+)\\1$" } } });
        assert!(Schema::read(&backtracking).is_err());
        let huge = json!({ "properties": { "a": { "pattern": "(a{1000}){1000}" } } });
        assert!(Schema::read(&huge).is_err());
        let wide = json!({ "enum": vec![0; 10_000] });
        assert!(Schema::read(&wide).is_err());
        assert!(Schema::read(&json!([])).is_err());
    }

    #[test]
    fn foreign_names_of_types_are_understood() -> Result<(), String> {
        let schema = Schema::read(&json!({
            "type": "dict",
            "properties": { "rate": { "type": "float" }, "many": { "type": "tuple", "items": { "type": "str" } }, "x": { "type": "any" } },
        }))?;
        assert!(schema.accepts(&arguments(&json!({ "rate": 0.5, "many": ["a"], "x": null }))));
        assert!(!schema.accepts(&arguments(&json!({ "rate": "high" }))));
        let pair = Schema::read(&json!({ "properties": { "pair": { "pattern": "^[^=\\0]+=\\\\0$" } } }))?;
        assert!(pair.accepts(&arguments(&json!({ "pair": "a=\\0" }))));
        assert!(!pair.accepts(&arguments(&json!({ "pair": "\0=\\0" }))));
        Ok(())
    }

    #[test]
    fn a_slow_pattern_is_linear() -> Result<(), String> {
        let schema = Schema::read(&json!({ "properties": { "a": { "type": "string", "pattern": "^(a|a)*$" } } }))?;
        let text = format!("{}b", "a".repeat(20_000));
        assert!(!schema.accepts(&arguments(&json!({ "a": text }))));
        Ok(())
    }
}
