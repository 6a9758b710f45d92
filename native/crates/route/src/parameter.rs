//! A parameter as the filling reads it: its type, its words, and the hints in what is said about it.

use crate::background::weight;
use crate::key::Key;
use crate::meaning::{Meaning, meaning, middle};
use crate::roles::Roles;
use crate::words::{for_each_word, listed, stem_of, stems_of};
use serde_json::Value;
use std::collections::HashSet;

/// The longest description that is read, bytes.
const LONGEST: usize = 2_000;
/// The most examples and fixed values that are read.
const MOST: usize = 64;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Whole,
    Number,
    Truth,
    List(Box<Type>),
    Object,
    /// What has no type.
    Other,
}

/// What kind of thing a parameter takes, as its name, format and description tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Independent hints; several may hold.
pub(crate) struct Sense {
    pub(crate) date: bool,
    pub(crate) time: bool,
    pub(crate) duration: bool,
    pub(crate) url: bool,
    pub(crate) email: bool,
    pub(crate) path: bool,
    pub(crate) place: bool,
    pub(crate) person: bool,
    pub(crate) identifier: bool,
    pub(crate) prose: bool,
}

/// What is read of a parameter: a property of the schema, or one within its objects.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    /// The keys on the way to it, joined by dots: `range.start`, `items.0.name`.
    pub(crate) name: String,
    pub(crate) path: Vec<Key>,
    pub(crate) kind: Type,
    /// Whether every key on the way is required.
    pub(crate) required: bool,
    /// From which key of the path on every key is required in the object before it: 0 where it is required.
    pub(crate) bound: usize,
    /// The stems of its name, as they stand.
    pub(crate) words: Vec<String>,
    /// The words of its name, in lower case.
    plain: Vec<String>,
    /// The stems of its description that its name has not.
    pub(crate) described: Vec<String>,
    /// Its fixed values.
    pub(crate) values: Vec<Value>,
    /// Examples in its description or schema.
    pub(crate) examples: Vec<String>,
    pub(crate) sense: Sense,
    /// Its format, as the schema names it.
    pub(crate) format: String,
    /// The unit of time its name or description states, seconds.
    pub(crate) unit: Option<f64>,
    /// Its description, in lower case and cut.
    pub(crate) text: String,
    /// The greatest number it takes.
    pub(crate) maximum: Option<f64>,
    /// Its examples in lower case, and their forms.
    pub(crate) samples: Vec<(String, String)>,
    /// What its name may stand for.
    pub(crate) roles: Roles,
    /// What the words of its name mean together, and those of its description.
    pub(crate) own: Option<Meaning>,
    pub(crate) meant: Option<Meaning>,
    /// The weights of `words`, and their sum, 1 at least.
    pub(crate) weights: Vec<f64>,
    pub(crate) mass: f64,
}

impl Parameter {
    /// A property of the outermost object.
    #[cfg(test)]
    pub(crate) fn read(name: &str, schema: &Value, required: bool) -> Self {
        Self::within(&[Key::Name(name.to_owned())], schema, usize::from(!required), "")
    }

    /// What lies at a path, within objects of which `around` says something.
    pub(crate) fn within(path: &[Key], schema: &Value, bound: usize, around: &str) -> Self {
        let name = path.iter().rev().find_map(|key| if let Key::Name(name) = key { Some(name.as_str()) } else { None });
        let name = name.unwrap_or_default();
        let description = cut(schema.get("description").and_then(Value::as_str).unwrap_or_default());
        let title = cut(schema.get("title").and_then(Value::as_str).unwrap_or_default());
        let mut plain: Vec<String> = Vec::new();
        for_each_word(name, |word| plain.push(word.to_owned()));
        plain.truncate(16);
        let words: Vec<String> = plain.iter().map(|word| stem_of(word)).collect();
        let described: Vec<String> = stems_of(&format!("{title} {description} {}", cut(around)))
            .into_iter()
            .filter(|stem| !words.contains(stem))
            .take(MOST)
            .collect();
        let text = description.to_lowercase();
        let kind = kind_of(schema, 0);
        let of = if matches!(kind, Type::List(_)) { schema.get("items").unwrap_or(schema) } else { schema };
        let values = match of.get("const") {
            Some(only) => vec![only.clone()],
            None => of.get("enum").and_then(Value::as_array).into_iter().flatten().take(MOST).cloned().collect(),
        };
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        let examples = examples(schema, description);
        let weights: Vec<f64> = words.iter().map(|word| weight(word)).collect();
        let means = |words: &[String]| middle(words.iter().filter_map(|word| Some((weight(word), meaning(word)?))));
        Self {
            name: dotted(path),
            path: path.to_vec(),
            kind,
            required: bound == 0,
            bound,
            sense: sense(name, &text, format),
            format: format.to_owned(),
            unit: unit(name, &text),
            samples: examples.iter().map(|example| (example.to_lowercase(), form(example))).collect(),
            examples,
            roles: Roles::of(&plain),
            own: means(&words),
            meant: means(&described),
            mass: weights.iter().sum::<f64>().max(1.0),
            weights,
            maximum: schema.get("maximum").and_then(Value::as_f64),
            words,
            plain,
            described,
            values,
            text,
        }
    }

    /// Whether a word of its name, in singular or plural, is in a list of words between spaces.
    pub(crate) fn is_of(&self, list: &str) -> bool {
        is_of(&self.plain, list)
    }

    /// The weight of the first of some stems that its description has; 0 for none.
    pub(crate) fn told(&self, stems: &[String]) -> f64 {
        stems.iter().find(|stem| self.described.contains(stem)).map_or(0.0, |stem| weight(stem))
    }

    /// Whether one of some stems is a word of its name that tells something.
    pub(crate) fn named_in(&self, stems: &HashSet<&str>) -> bool {
        self.words.iter().zip(&self.weights).any(|(word, weight)| *weight > 2.0 && stems.contains(word.as_str()))
    }

    /// The type of one value: of an item, where it takes a list.
    pub(crate) fn item(&self) -> &Type {
        match &self.kind {
            Type::List(item) => item,
            kind => kind,
        }
    }
}

/// Whether a word, in singular or plural, is in a list of words between spaces.
pub(crate) fn is_of(words: &[String], list: &str) -> bool {
    words.iter().any(|word| listed(list, word) || word.strip_suffix('s').is_some_and(|word| listed(list, word)))
}

/// The keys joined by dots.
pub(crate) fn dotted(path: &[Key]) -> String {
    let keys: Vec<&str> = path.iter().map(|key| if let Key::Name(name) = key { name } else { "0" }).collect();
    keys.join(".")
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn kind_of(schema: &Value, depth: u8) -> Type {
    let name = match schema.get("type") {
        Some(Value::String(name)) => name.as_str(),
        // ["string", "null"]
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or(""),
        _ => "",
    };
    match name {
        "string" => Type::Text,
        "integer" => Type::Whole,
        "number" => Type::Number,
        "boolean" => Type::Truth,
        "array" if depth == 0 => {
            let item = schema.get("items").map_or(Type::Text, |items| kind_of(items, 1));
            Type::List(Box::new(item))
        }
        "" => {
            let either = ["anyOf", "oneOf"].into_iter().find_map(|key| schema.get(key)?.as_array());
            if let Some(first) = either
                .into_iter()
                .flatten()
                .find(|branch| branch.get("type") != Some(&"null".into()))
                .filter(|_| depth < 2)
            {
                kind_of(first, depth + 1)
            } else if schema.get("enum").or_else(|| schema.get("const")).is_some() {
                Type::Text
            } else if schema.get("properties").is_some() {
                Type::Object
            } else {
                Type::Other
            }
        }
        "object" => Type::Object,
        _ => Type::Other,
    }
}

fn sense(name: &str, text: &str, format: &str) -> Sense {
    let mut words = Vec::new();
    for_each_word(name, |word| words.push(word.to_owned()));
    let named = |list: &str| words.iter().any(|word| listed(list, word));
    let said = |list: &[&str]| list.iter().any(|phrase| text.contains(phrase));
    let duration = named("duration timeout interval period length") || format == "duration";
    Sense {
        date: named("date day deadline birthday dob")
            || format.starts_with("date")
            || said(&["yyyy-mm-dd", "mm/dd/yyyy", "dd/mm/yyyy", "date of", "the date", "date in"]),
        time: named("time hour clock") && !duration || format == "time" || format == "date-time" || said(&["hh:mm"]),
        duration,
        url: named("url uri link website webpage endpoint") || format == "uri",
        email: named("email mail") || format == "email" || said(&["email address", "e-mail address"]),
        path: named("path repo repository file filename filepath folder directory dir image video audio document")
            || said(&["file path", "path to", "path of", "a path", "the path"]),
        place: named(
            "location city country place region state destination origin address area town county province venue continent departure arrival",
        ) || said(&["city", "country", "location", "airport"]),
        person: named(
            "person author artist director actor player user username recipient sender customer contact owner composer name singer patient",
        ) || said(&["name of"]),
        identifier: named("id ids identifier code number key sku uuid isbn symbol ticker token serial")
            || said(&["identifier", "unique id"]),
        prose: named(
            "text message content body comment note description query question prompt caption subject title sentence command instruction request task search input",
        ) || said(&["query", "prompt", "question", "the text", "text to", "text of", "message"]),
    }
}

fn unit(name: &str, text: &str) -> Option<f64> {
    let mut found = None;
    for_each_word(name, |word| found = found.or(crate::dates::unit_seconds(word)));
    if found.is_some() {
        return found;
    }
    let mut words = text.split(|character: char| !character.is_alphanumeric()).peekable();
    while let Some(word) = words.next() {
        if word == "in" {
            let next = words.peek().copied().unwrap_or_default();
            found = found.or(crate::dates::unit_seconds(next));
        }
    }
    found
}

/// What the schema or the description gives as examples: after "e.g.", "for example", "such as", and in quotation marks.
fn examples(schema: &Value, description: &str) -> Vec<String> {
    let mut examples: Vec<String> = Vec::new();
    let mut add = |example: &str| {
        let example = example.trim().trim_matches(['"', '\'', '`', '\u{201c}', '\u{201d}', '.']).trim();
        if !example.is_empty()
            && example.len() <= 80
            && examples.len() < MOST
            && !examples.iter().any(|known| known == example)
        {
            examples.push(example.to_owned());
        }
    };
    for key in ["examples", "example", "x-example"] {
        match schema.get(key) {
            Some(Value::Array(list)) => list.iter().take(MOST).filter_map(Value::as_str).for_each(&mut add),
            Some(Value::String(example)) => add(example),
            _ => {}
        }
    }
    for mark in
        ["e.g.", "e.g", "eg.", "for example", "For example", "such as", "Example:", "example:", "Examples:", "i.e."]
    {
        if let Some((_, after)) = description.split_once(mark) {
            let after = after.trim_start_matches([',', ':', ' ']);
            let end = after.find([')', ';', '\n', ']']).or_else(|| after.find(". ")).unwrap_or(after.len());
            for part in
                after[..end].split([',', '/']).flat_map(|part| part.split(" or ")).flat_map(|part| part.split(" and "))
            {
                add(part);
            }
            add(&after[..end]);
            break;
        }
    }
    for mark in ['"', '\'', '`'] {
        for part in description.split(mark).skip(1).step_by(2).take(MOST) {
            if !part.starts_with(' ') && !part.starts_with("s ") && part.len() <= 60 {
                add(part);
            }
        }
    }
    examples
}

/// The form of a text: a letter for each kind of character in a row, so that `New York` and `Los Angeles` agree.
pub(crate) fn form(text: &str) -> String {
    let mut form = String::new();
    for character in text.chars().take(80) {
        let letter = if character.is_ascii_digit() {
            '0'
        } else if character.is_uppercase() {
            'A'
        } else if character.is_alphanumeric() {
            'a'
        } else if character.is_whitespace() {
            ' '
        } else {
            character
        };
        if !form.ends_with(letter) {
            form.push(letter);
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hints_are_read() {
        let city = Parameter::read(
            "city",
            &json!({ "type": "string", "description": "City and state, e.g. Oslo, Norway" }),
            true,
        );
        assert!(city.sense.place && city.required && city.kind == Type::Text);
        assert_eq!(city.examples, ["Oslo", "Norway", "Oslo, Norway"]);
        let wait = Parameter::read("wait", &json!({ "type": "number", "description": "How long, in minutes" }), false);
        assert_eq!(wait.unit, Some(60.0));
        let tags = Parameter::read("tags", &json!({ "type": "array", "items": { "enum": ["a", "b"] } }), false);
        assert_eq!((tags.kind, tags.values.len()), (Type::List(Box::new(Type::Text)), 2));
        let maybe = Parameter::read("n", &json!({ "anyOf": [{ "type": "null" }, { "type": "integer" }] }), false);
        assert_eq!(maybe.kind, Type::Whole);
        assert_eq!(form("New York"), form("Los Angeles"));
    }
}
