//! `for_each`: the nodes inside, once per item of a list.

use std::sync::Arc;

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType, Role};
use weft_core::run::{ErrorKind, OnItemError, RunError};

use super::context::wrong;
use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

/// The most items of one loop; what needs more belongs into several runs.
const MOST_ITEMS: usize = 50_000;

const MOST_PARALLEL: u64 = 100;

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Do something for every item of a list".into(),
        tags: tags(&["loop", "iterate", "items", "batch", "repeat"]),
        role: Role::Container,
        params: params(
            &["list"],
            json!({
                "list": { "title": "List", "x-ui": { "placeholder": "{{ input.items }}" } },
                "parallel": {
                    "type": "integer", "title": "At once", "description": "How many items may be worked on at the same time.",
                    "minimum": 1, "maximum": MOST_PARALLEL, "default": 1
                },
                "on_error": {
                    "type": "string", "title": "When an item fails", "default": "stop",
                    "oneOf": [
                        { "const": "stop", "title": "Stop and fail" },
                        { "const": "continue", "title": "Continue and note the error" }
                    ],
                    "x-ui": { "expression": false }
                }
            }),
        ),
        docs: "Runs the nodes inside once per item. They see the item as `item`, its position as `index`, and start with the item as \
               their input. The output is the list of what each round came to, in the order of the list.\n\nWith **Continue** a \
               failed round comes to `{error: …}`; with **Stop** no further item begins and the loop fails."
            .into(),
        ..step("for_each", "For each", Category::Logic, "repeat")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let items = context.list("list")?;
    if items.len() > MOST_ITEMS {
        let message = format!(
            "the list has {} items, more than the {MOST_ITEMS} one loop may have: split it over several runs",
            items.len()
        );
        return Err(RunError {
            pointer: Some("/list".into()),
            ..RunError::new(ErrorKind::Limit, "too_many_items", message)
        });
    }
    let parallel = match context.param("parallel")? {
        Value::Null => 1,
        value => match value.as_u64() {
            Some(parallel @ 1..=MOST_PARALLEL) => parallel as u32,
            _ => return Err(wrong("parallel", &format!("a whole number from 1 to {MOST_PARALLEL}"), &value)),
        },
    };
    let on_error = match context.param("on_error")?.as_str() {
        Some("continue") => OnItemError::Continue,
        _ => OnItemError::Stop,
    };
    Ok(Outcome::Open { items: items.into_iter().map(Arc::new).collect(), parallel, on_error })
}
