//! From a span of the sentence to a value of a parameter's type.

use crate::parameter::{Parameter, Type};
use crate::spans::{Kind, Span};
use crate::text::Text;
use serde_json::{Number, Value};

/// The value a span is for a parameter; none where the types do not meet.
pub(crate) fn value(parameter: &Parameter, span: &Span, text: &Text<'_>) -> Option<Value> {
    let words = text.source.get(span.start..span.end)?.trim();
    match parameter.item() {
        Type::Text if !meets(&parameter.format, span) => None,
        // A day that nobody wrote out is given as it was said, but not where a date is to be written out.
        Type::Text
            if span.kind == Kind::Day && (parameter.format.starts_with("date") || parameter.text.contains("yy")) =>
        {
            None
        }
        Type::Text => Some(text_value(parameter, span, words)),
        Type::Whole => number(parameter, span).filter(|value| value.fract() == 0.0 && value.abs() < 9e15).map(whole),
        Type::Number => number(parameter, span).and_then(float),
        Type::Truth => match words.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(Value::Bool(true)),
            "false" | "no" | "off" => Some(Value::Bool(false)),
            _ => None,
        },
        // What has no type takes numbers and texts.
        Type::Other => number(parameter, span).and_then(float).or_else(|| Some(Value::String(words.to_owned()))),
        // An object is not filled from a sentence.
        Type::Object | Type::List(_) => None,
    }
}

/// Whether a span has the form that a format of JSON Schema asks for; what stands in quotation marks is taken as it is.
fn meets(format: &str, span: &Span) -> bool {
    match (format, span.kind) {
        (_, Kind::Quoted) => true,
        ("date" | "date-time", kind) => matches!(kind, Kind::Date(_) | Kind::Day | Kind::Time(_)),
        ("email", kind) => kind == Kind::Email,
        ("uri" | "url", kind) => matches!(kind, Kind::Url | Kind::Path),
        _ => true,
    }
}

fn text_value(parameter: &Parameter, span: &Span, words: &str) -> Value {
    let said = |hints: &[&str]| hints.iter().any(|hint| parameter.text.contains(hint));
    let written = match span.kind {
        Kind::Date(date) if parameter.sense.date => {
            let form = if said(&["mm/dd/yyyy"]) {
                "%m/%d/%Y"
            } else if said(&["dd/mm/yyyy"]) {
                "%d/%m/%Y"
            } else if said(&["dd-mm-yyyy"]) {
                "%d-%m-%Y"
            } else if said(&["mm-dd-yyyy"]) {
                "%m-%d-%Y"
            } else if said(&["yyyy/mm/dd"]) {
                "%Y/%m/%d"
            } else if said(&["yyyymmdd"]) {
                "%Y%m%d"
            } else {
                "%Y-%m-%d"
            };
            date.strftime(form).to_string()
        }
        Kind::Time(time) if said(&["hh:mm:ss"]) => time.strftime("%H:%M:%S").to_string(),
        Kind::Time(time) if said(&["hh:mm", "24-hour", "24 hour"]) => time.strftime("%H:%M").to_string(),
        _ => words.to_owned(),
    };
    Value::String(written)
}

/// Whether a text has a number in words that does not go on: "0 to 1", not "0 to 100".
fn ends(text: &str, number: &str) -> bool {
    text.match_indices(number).any(|(at, _)| !text[at + number.len()..].starts_with(|next: char| next.is_ascii_digit()))
}

/// The number a span is, in the unit that the parameter states.
fn number(parameter: &Parameter, span: &Span) -> Option<f64> {
    match span.kind {
        Kind::Number { value, percent, .. } => {
            let fraction = percent
                && (["decimal", "fraction"].iter().any(|hint| parameter.text.contains(hint))
                    || ["between 0 and 1", "0 to 1"].iter().any(|hint| ends(&parameter.text, hint))
                    || parameter.maximum.is_some_and(|maximum| maximum <= 1.0));
            // A quotient would not be the number that was said: 7 / 100 is 0.07, 7 * 0.01 is not.
            Some(if fraction { value / 100.0 } else { value })
        }
        Kind::Duration { amount, unit } => Some(match parameter.unit {
            Some(wanted) if (wanted - unit).abs() > 1e-9 => amount * unit / wanted,
            _ => amount,
        }),
        Kind::Date(date) if parameter.words.iter().any(|word| word == "year") => Some(f64::from(date.year())),
        Kind::Date(date) if parameter.words.iter().any(|word| word == "month") => Some(f64::from(date.month())),
        _ => None,
    }
}

#[allow(clippy::cast_possible_truncation)] // The caller bounds it.
fn whole(value: f64) -> Value {
    Value::Number(Number::from(value as i64))
}

/// A whole number is written as one.
fn float(value: f64) -> Option<Value> {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        Some(whole(value))
    } else {
        Number::from_f64(value).map(Value::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spans::spans;
    use serde_json::json;

    fn values(schema: &Value, name: &str, sentence: &str) -> Vec<Value> {
        let parameter = Parameter::read(name, schema, true);
        let text = Text::read(sentence);
        spans(&text, None).iter().filter_map(|span| value(&parameter, span, &text)).collect()
    }

    #[test]
    fn values_take_the_type_that_is_asked() {
        let whole = json!({ "type": "integer" });
        assert_eq!(values(&whole, "n", "take 5 or 2.5"), [json!(5)]);
        assert_eq!(values(&json!({ "type": "number" }), "n", "take 5 or 2.5"), [json!(5), json!(2.5)]);
        let minutes = json!({ "type": "integer", "description": "in minutes" });
        assert!(values(&minutes, "n", "for two hours").contains(&json!(120)));
        let rate = json!({ "type": "number", "description": "as a decimal" });
        assert_eq!(values(&rate, "rate", "at 7%"), [json!(0.07)]);
        let bright = json!({ "type": "integer", "description": "From 0 to 100" });
        assert_eq!(values(&bright, "brightness", "at 30%"), [json!(30)]);
        let date = json!({ "type": "string", "description": "MM/DD/YYYY" });
        assert!(values(&date, "date", "on 1 May 2024").contains(&json!("05/01/2024")));
        assert!(values(&json!({ "type": "object" }), "n", "take 5").is_empty());
    }
}
