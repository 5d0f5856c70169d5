//! How deep values may nest.

use serde_json::Value;

/// Lists and objects inside one another in what a step gives out. What is stored wraps a value a few times more, and is read
/// back up to a depth of 128.
pub const DEEPEST: u32 = 100;

/// Whether a value nests deeper than [`DEEPEST`]. Looks no deeper than that.
pub fn is_too_deep(value: &Value) -> bool {
    exceeds(value, DEEPEST)
}

fn exceeds(value: &Value, levels: u32) -> bool {
    let inside = |inner: &Value| (inner.is_array() || inner.is_object()) && exceeds(inner, levels - 1);
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(inside),
        Value::Object(fields) => levels == 0 || fields.values().any(inside),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_lists_and_objects() {
        let nested = |levels: u32| (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        assert!(!is_too_deep(&nested(DEEPEST)) && is_too_deep(&nested(DEEPEST + 1)));
        assert!(!is_too_deep(&serde_json::json!({ "a": [1, { "b": "text" }] })));
    }
}
