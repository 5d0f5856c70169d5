//! `filter`: the items of a list that fit.

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::declare::{params, step, tags};
use super::if_node::is_true;
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Keep the items of a list that fit".into(),
        tags: tags(&["where", "select", "items", "list"]),
        params: params(
            &["list", "keep"],
            json!({
                "list": { "title": "List", "x-ui": { "placeholder": "{{ input.items }}" } },
                "keep": {
                    "title": "Keep when", "description": "Evaluated for each item, as `item` and `index`.",
                    "x-ui": { "placeholder": "{{ item.active }}", "per_item": true }
                }
            }),
        ),
        docs: "The output is the list without the items for which **Keep when** is not true.".into(),
        ..step("filter", "Filter", Category::Data, "filter")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let Some(keep) = context.params.get("keep") else { return Ok(Outcome::out(Value::Array(context.list("list")?))) };
    let mut kept = Vec::new();
    for (index, item) in context.list("list")?.into_iter().enumerate() {
        if is_true(&context.for_item(keep, "/keep", &item, index)?) {
            kept.push(item);
        }
    }
    Ok(Outcome::out(Value::Array(kept)))
}
