//! `set`: computes fields.

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::context::wrong;
use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Compute fields".into(),
        tags: tags(&["edit", "fields", "variables", "assign", "value", "transform"]),
        params: params(
            &["fields"],
            json!({
                "fields": {
                    "type": "object", "title": "Fields", "additionalProperties": {},
                    "x-ui": { "widget": "key_value" }
                },
                "keep": {
                    "type": "boolean", "title": "Keep the input", "default": false,
                    "description": "Adds the fields to the input instead of replacing it.", "x-ui": { "expression": false }
                }
            }),
        ),
        docs: "The output is an object of the fields. With **Keep the input** they are added to the input, which must then be an \
               object; fields of the same name are replaced."
            .into(),
        ..step("set", "Set fields", Category::Data, "pencil")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let fields = match context.param("fields")? {
        Value::Object(fields) => fields,
        other => return Err(wrong("fields", "an object", &other)),
    };
    if context.param("keep")? != Value::Bool(true) {
        return Ok(Outcome::out(Value::Object(fields)));
    }
    match &**context.input {
        Value::Object(input) => {
            let mut kept = input.clone();
            kept.extend(fields);
            Ok(Outcome::out(Value::Object(kept)))
        }
        Value::Null => Ok(Outcome::out(Value::Object(fields))),
        other => Err(wrong("input", "an object, so that it can be kept", other)),
    }
}
