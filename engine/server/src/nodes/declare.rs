//! Short words for declaring nodes.

use serde_json::{Value, json};
use weft_core::node_type::{Category, Effects, Idempotency, NodeType, Role};

/// A pure step with one port and without parameters; the rest is said by struct update.
pub(super) fn step(id: &str, title: &str, category: Category, icon: &str) -> NodeType {
    NodeType {
        id: id.into(),
        title: title.into(),
        summary: String::new(),
        category,
        icon: icon.into(),
        tags: Vec::new(),
        role: Role::Step,
        params: params(&[], json!({})),
        ports: NodeType::one_port(),
        effects: Effects::None,
        idempotent: Idempotency::Natural,
        error_port: true,
        credential: None,
        docs: String::new(),
    }
}

/// A node that starts runs; it cannot fail.
pub(super) fn trigger(id: &str, title: &str, icon: &str) -> NodeType {
    NodeType { role: Role::Trigger, error_port: false, ..step(id, title, Category::Triggers, icon) }
}

/// The JSON Schema of an object of parameters.
pub(super) fn params(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

pub(super) fn tags(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
