//! The fields that the actions' forms are made of.

use serde_json::{Map, Value, json};

/// An object schema. Fields come in the order of the form.
pub fn object(required: &[&str], fields: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|(name, field)| ((*name).to_owned(), field.clone())).collect();
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

/// The text an action works on.
pub fn text() -> Value {
    json!({ "type": "string", "title": "Text", "x-ui": { "widget": "textarea", "placeholder": "{{ input }}" } })
}

/// One of several named choices; the first is the default.
pub fn choice(title: &str, choices: &[(&str, &str)]) -> Value {
    let options: Vec<Value> = choices.iter().map(|(id, label)| json!({ "const": id, "title": label })).collect();
    let default = choices.first().map(|(id, _)| *id);
    json!({ "title": title, "oneOf": options, "default": default, "x-ui": { "widget": "select" } })
}

/// A yes or no, no unless said otherwise.
pub fn toggle(title: &str, description: &str) -> Value {
    json!({ "type": "boolean", "title": title, "description": description, "default": false, "x-ui": { "widget": "toggle" } })
}

/// A line of text with a default.
pub fn line(title: &str, default: &str) -> Value {
    json!({ "type": "string", "title": title, "default": default, "x-ui": { "widget": "text" } })
}

/// Encode or decode, for the actions that do both.
pub fn direction() -> Value {
    choice("Direction", &[("encode", "Encode"), ("decode", "Decode")])
}
