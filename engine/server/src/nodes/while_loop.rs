//! `while`: the nodes inside, again and again while a condition holds.

use std::sync::Arc;

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType, Role};
use weft_core::run::RunError;

use super::context::wrong;
use super::declare::{params, step, tags};
use super::if_node::is_true;
use super::{BuiltIn, Context, Outcome};

const MOST_TURNS: u64 = 50_000;

const DEFAULT_TURNS: u32 = 1_000;

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Repeat while something is true".into(),
        tags: tags(&["loop", "repeat", "until", "poll", "pages", "iterate"]),
        role: Role::Container,
        params: params(
            &["condition"],
            json!({
                "condition": {
                    "title": "While", "description": "Looked at before each turn. `item` is what the last turn came to, at first the input; `index` counts the turns.",
                    "x-ui": { "placeholder": "{{ item.next != null }}", "per_item": true }
                },
                "max_turns": {
                    "type": "integer", "title": "At most", "description": "Turns after which the loop fails, so that a mistake cannot go on for ever.",
                    "minimum": 1, "maximum": MOST_TURNS, "default": DEFAULT_TURNS
                }
            }),
        ),
        docs: "Runs the nodes inside again and again while the condition holds. Each turn starts with what the last one came to, the first \
               with the input; the nodes inside see it as `item`, and the number of the turn as `index`. The output is what the last turn \
               came to, or the input when there was none.\n\nA **Break** inside ends the loop early."
            .into(),
        ..step("while", "While", Category::Logic, "refresh-cw")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let most_turns = match context.param("max_turns")? {
        Value::Null => DEFAULT_TURNS,
        value => match value.as_u64() {
            Some(turns @ 1..=MOST_TURNS) => turns as u32,
            _ => return Err(wrong("max_turns", &format!("a whole number from 1 to {MOST_TURNS}"), &value)),
        },
    };
    Ok(Outcome::Loop { item: Arc::clone(context.input), most_turns })
}

/// Whether the loop goes round once more, after what the last turn came to.
pub fn goes_on(context: &Context<'_>, item: &Value, index: u32) -> Result<bool, RunError> {
    match context.params.get("condition") {
        Some(condition) => Ok(is_true(&context.for_item(condition, "/condition", item, index as usize)?)),
        None => Ok(false),
    }
}
