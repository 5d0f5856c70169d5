//! `note`: words on the canvas.

use serde_json::json;
use weft_core::node_type::{Category, NodeType, Ports, Role};

use super::declare::{params, step, tags};
use super::{BuiltIn, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run: |context| Ok(Outcome::pass(context.input.clone())) };

fn declaration() -> NodeType {
    NodeType {
        summary: "Words on the canvas".into(),
        tags: tags(&["comment", "text", "sticky", "documentation"]),
        role: Role::Note,
        params: params(
            &[],
            json!({ "text": { "type": "string", "title": "Text", "x-ui": { "widget": "markdown", "expression": false } } }),
        ),
        ports: Ports::Fixed(vec![]),
        error_port: false,
        docs: "A note for people. It is never run.".into(),
        ..step("note", "Note", Category::Logic, "sticky-note")
    }
}
