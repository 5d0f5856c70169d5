//! Where two values differ first, in words.

use serde_json::{Number, Value};

/// The first place where what was found is not what was expected.
pub(super) fn first(expected: &Value, found: &Value) -> Option<String> {
    at(expected, found, "")
}

fn at(expected: &Value, found: &Value, pointer: &str) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let of_expected = expected.iter().find_map(|(key, value)| match found.get(key) {
                Some(other) => at(value, other, &below(pointer, key)),
                None => Some(told(&below(pointer, key), &short(value), "nothing")),
            });
            let unexpected = || found.iter().find(|(key, _)| !expected.contains_key(*key));
            of_expected
                .or_else(|| unexpected().map(|(key, value)| told(&below(pointer, key), "nothing", &short(value))))
        }
        (Value::Array(expected), Value::Array(found)) => {
            let of_both = expected.iter().zip(found).enumerate();
            let of_both =
                of_both.filter_map(|(place, (one, other))| at(one, other, &format!("{pointer}/{place}"))).next();
            let lengths = || {
                let (one, other) = (expected.len(), found.len());
                (one != other).then(|| told(pointer, &format!("{one} values"), &format!("{other} values")))
            };
            of_both.or_else(lengths)
        }
        (Value::Number(one), Value::Number(other)) if same(one, other) => None,
        (one, other) if one == other => None,
        (one, other) => Some(told(pointer, &short(one), &short(other))),
    }
}

/// JSON has one kind of number: `1` is `1.0`.
fn same(one: &Number, other: &Number) -> bool {
    one == other || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
}

fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn told(pointer: &str, expected: &str, found: &str) -> String {
    let place = if pointer.is_empty() { String::new() } else { format!(" at {pointer}") };
    format!("differs{place}\n  expected {expected}\n  found    {found}")
}

/// Long values tell nobody anything.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(400) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_difference_is_told_with_its_place() {
        let check = |expected: Value, found: Value, place: &str| {
            let told = first(&expected, &found).unwrap();
            assert!(told.starts_with(&format!("differs at {place}\n")), "{told}");
        };
        check(json!({ "a": [1, { "b/c": 2 }] }), json!({ "a": [1, { "b/c": 3 }] }), "/a/1/b~1c");
        check(json!({ "a": 1 }), json!({}), "/a");
        check(json!({}), json!({ "a": 1 }), "/a");
        check(json!({ "a": [1] }), json!({ "a": [1, 2] }), "/a");
        assert_eq!(first(&json!({ "a": [1] }), &json!({ "a": [1.0] })), None);
        check(json!({ "a": u64::MAX }), json!({ "a": u64::MAX - 1 }), "/a");
        assert!(first(&json!(1), &json!("1")).unwrap().contains("expected 1\n  found    \"1\""));
    }
}
