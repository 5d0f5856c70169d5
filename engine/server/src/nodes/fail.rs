//! `fail`: ends the run with an error.

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType, Ports};
use weft_core::run::{ErrorKind, RunError};

use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Stop with an error".into(),
        tags: tags(&["stop", "error", "throw", "abort"]),
        params: params(
            &["message"],
            json!({ "message": { "type": "string", "title": "Message", "x-ui": { "widget": "textarea" } } }),
        ),
        ports: Ports::Fixed(vec![]),
        error_port: false,
        docs: "Fails the run, or inside a loop the current item, with your message.".into(),
        ..step("fail", "Fail", Category::Logic, "octagon-x")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let message = match context.param("message")? {
        Value::String(text) => text,
        Value::Null => "the workflow ended with an error".into(),
        other => other.to_string(),
    };
    Err(RunError::new(ErrorKind::Permanent, "failed_by_workflow", message))
}
