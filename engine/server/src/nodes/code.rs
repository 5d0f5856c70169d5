//! `code`: JavaScript in the sandbox.

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::context::wrong;
use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

/// The plugin and the action that run the source.
pub const ENGINE: (&str, &str) = ("javascript", "run");

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Compute with JavaScript".into(),
        tags: tags(&["javascript", "script", "function", "js", "custom"]),
        params: params(
            &["source"],
            json!({
                "language": { "type": "string", "title": "Language", "enum": ["javascript"], "default": "javascript", "x-ui": { "expression": false, "advanced": true } },
                "source": {
                    "type": "string", "title": "Source",
                    "description": "The body of a function of input, steps, trigger, item and index. What it returns is the output.",
                    "x-ui": { "widget": "code", "language": "javascript", "expression": false }
                }
            }),
        ),
        docs: "Runs JavaScript in a sandbox without network, files or clock access. The source is the body of a function: `input`, \
               `steps`, `trigger`, and inside a loop `item` and `index`, are its arguments, and what it returns is the output. \
               `log(…)` writes to the step's log. Nothing survives from one run to the next."
            .into(),
        ..step("code", "Code", Category::Code, "code")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let source = match context.param("source")? {
        Value::String(source) => source,
        other => return Err(wrong("source", "JavaScript", &other)),
    };
    // Copying every output into the sandbox costs time; a source that never says `steps` can't read them.
    let steps = if source.contains("steps") { context.steps() } else { json!({}) };
    let trigger = if source.contains("trigger") { context.scope.trigger.clone() } else { Value::Null };
    let scope = &context.scope;
    Ok(Outcome::Call {
        params: json!({
            "source": source, "input": &**context.input, "steps": steps, "trigger": trigger,
            "item": scope.item, "index": scope.index,
        }),
    })
}
