//! Where a value lies in a call's arguments.

use serde_json::{Map, Value};

/// A step into an object or a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A property of an object.
    Name(String),
    /// The first item of a list.
    First,
}

/// An object of values at their paths. A path that meets a value of another kind on its way gives way to it.
pub(crate) fn assembled<'a>(values: impl IntoIterator<Item = (&'a [Key], &'a Value)>) -> Map<String, Value> {
    let mut whole = Value::Object(Map::new());
    for (path, value) in values {
        let place = path.iter().try_fold(&mut whole, into);
        if let Some(place) = place.filter(|place| place.is_null()) {
            *place = value.clone();
        }
    }
    match whole {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// What a key leads to, made where there is nothing yet; none where a value of another kind is in the way.
fn into<'a>(place: &'a mut Value, key: &Key) -> Option<&'a mut Value> {
    match key {
        Key::Name(name) => {
            if place.is_null() {
                *place = Value::Object(Map::new());
            }
            Some(place.as_object_mut()?.entry(name.clone()).or_insert(Value::Null))
        }
        Key::First => {
            if place.is_null() {
                *place = Value::Array(vec![Value::Null]);
            }
            place.as_array_mut()?.first_mut()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_put_where_their_paths_lead() {
        let name = |name: &str| Key::Name(name.to_owned());
        let paths = [
            (vec![name("range"), name("start")], json!(1)),
            (vec![name("range"), name("end")], json!(2)),
            (vec![name("items"), Key::First, name("name")], json!("a")),
            (vec![name("items"), Key::First, name("many")], json!([3])),
            (vec![name("items"), name("name")], json!("no")),
            (vec![name("plain")], json!(true)),
        ];
        let object = assembled(paths.iter().map(|(path, value)| (path.as_slice(), value)));
        assert_eq!(
            Value::Object(object),
            json!({ "range": { "start": 1, "end": 2 }, "items": [{ "name": "a", "many": [3] }], "plain": true })
        );
    }
}
