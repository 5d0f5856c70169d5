//! `merge`: several branches become one.

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Bring branches together".into(),
        tags: tags(&["join", "combine", "wait for all"]),
        params: params(
            &[],
            json!({
                "mode": {
                    "type": "string", "title": "Mode", "default": "all",
                    "oneOf": [
                        { "const": "all", "title": "All: an object by source node" },
                        { "const": "any", "title": "Any: whatever arrived" },
                        { "const": "first", "title": "First: do not wait for the others" }
                    ],
                    "x-ui": { "expression": false }
                }
            }),
        ),
        docs: "Waits until every incoming branch has delivered or been skipped. **All** gives an object with the value of each branch \
               under the id of its last node; **Any** gives the value itself when only one arrived; **First** goes on with the first \
               value and ignores the rest."
            .into(),
        ..step("merge", "Merge", Category::Logic, "merge")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let all = !matches!(context.param("mode")?.as_str(), Some("any" | "first"));
    match &**context.input {
        Value::Object(by_source) if context.has_several_sources && !all && by_source.len() == 1 => {
            Ok(Outcome::out(by_source.values().next().cloned().unwrap_or_default()))
        }
        _ => Ok(Outcome::pass(context.input.clone())),
    }
}
