//! A tool's input schema: what is read of its parameters, and the check of arguments.

use crate::parameter::Parameter;
use jsonschema::{PatternOptions, Retrieve, Uri, Validator};
use serde_json::{Map, Value, json};

/// The largest schema that is compiled, bytes of JSON.
const LARGEST: usize = 65_536;
/// The most values (objects, arrays, words) in a schema.
const MOST_NODES: usize = 8_192;
/// The most parameters of a tool that are read.
const MOST_PARAMETERS: usize = 64;
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

/// A fault of arguments: the parameter it lies in, when it lies in one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) parameter: Option<String>,
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

    /// What is wrong with arguments, but for required ones that are not there.
    pub(crate) fn fault(&self, arguments: &Map<String, Value>) -> Option<Fault> {
        let instance = Value::Object(arguments.clone());
        self.validator
            .iter_errors(&instance)
            .find(|error| error.kind().keyword() != "required" || !error.instance_path().is_empty())
            .map(|error| {
                let path = error.instance_path().as_str();
                let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
                let parameter = first.replace("~1", "/").replace("~0", "~");
                Fault { parameter: (!parameter.is_empty()).then_some(parameter) }
            })
    }

    /// Whether arguments satisfy the whole schema.
    #[cfg(test)]
    pub(crate) fn accepts(&self, arguments: &Map<String, Value>) -> bool {
        self.validator.is_valid(&Value::Object(arguments.clone()))
    }
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

/// Writes foreign names of types as JSON Schema's.
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
                rest.extend(object.values_mut());
            }
            Value::Array(array) => rest.extend(array),
            _ => {}
        }
    }
}

fn parameters(schema: &Value) -> Vec<Parameter> {
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    properties
        .iter()
        .take(MOST_PARAMETERS)
        .map(|(name, property)| Parameter::read(name, resolved(schema, property), required.contains(&name.as_str())))
        .collect()
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
        assert_eq!(fault, Some(Fault { parameter: Some("count".into()) }));
        assert_eq!(schema.fault(&arguments(&json!({ "other": 0 }))), Some(Fault { parameter: None }));
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
