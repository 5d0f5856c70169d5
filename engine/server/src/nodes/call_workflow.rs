//! `call_workflow`: runs another workflow.

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::context::{duration_ms, wrong};
use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

/// A run that a step starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Subrun {
    /// The id of the workflow, `wf_…`; its published revision runs.
    pub workflow: String,
    pub input: Value,
    pub waits: bool,
    pub timeout_ms: Option<u64>,
}

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Run another workflow".into(),
        tags: tags(&["subworkflow", "execute", "call", "child", "function", "reuse"]),
        params: params(
            &["workflow"],
            json!({
                "workflow": {
                    "type": "string", "title": "Workflow", "description": "Its published revision runs, from its Manual node or else its first trigger.",
                    "x-ui": { "widget": "workflow", "placeholder": "wf_…" }
                },
                "input": { "title": "Input", "description": "What its trigger gets. The input when left empty.", "x-ui": { "placeholder": "{{ input }}" } },
                "wait": { "type": "boolean", "title": "Wait for its end", "default": true, "x-ui": { "expression": false } },
                "timeout_ms": {
                    "type": "number", "title": "Wait at most", "minimum": 1, "description": "When the other run has not ended by then, it is cancelled and this step fails.",
                    "x-ui": { "widget": "duration", "advanced": true, "show_if": { "field": "wait", "equals": true } }
                }
            }),
        ),
        docs: "Starts a run of another workflow. With **Wait for its end** the output is that run's output, and the step fails when the run \
               does; otherwise it goes on at once with `{run_id}`. Runs may start one another 16 deep. A cancelled run cancels the ones it \
               waits for."
            .into(),
        ..step("call_workflow", "Call workflow", Category::Logic, "workflow")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let workflow = match context.param("workflow")? {
        Value::String(id) => id,
        other => return Err(wrong("workflow", "the id of a workflow, `wf_` and 32 hexadecimal digits", &other)),
    };
    let input = match context.params.get("input").is_some() || context.plain.contains_key("input") {
        true => context.param("input")?,
        false => Value::clone(context.input),
    };
    let waits = context.param("wait")? != Value::Bool(false);
    let timeout_ms = duration_ms(context, "timeout_ms")?;
    Ok(Outcome::Start(Box::new(Subrun { workflow, input, waits, timeout_ms })))
}
