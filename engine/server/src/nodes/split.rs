//! `split`: a list in batches.

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::declare::{params, step, tags};
use super::list::{self, MOST_ITEMS};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Cut a list into batches".into(),
        tags: tags(&["batch", "chunk", "divide", "parts", "list", "page"]),
        params: params(
            &["size"],
            json!({
                "list": list::parameter(),
                "size": {
                    "type": "integer", "title": "Batch size", "description": "How many items each batch has; the last may have fewer.",
                    "minimum": 1, "maximum": MOST_ITEMS, "x-ui": { "placeholder": "100" }
                }
            }),
        ),
        docs: "The output is a list of lists: the items in their order, **Batch size** at a time. A **For each** after it does \
               something once per batch."
            .into(),
        ..step("split", "Split in batches", Category::Data, "layers")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let size = context.whole("size", 1..=MOST_ITEMS, None)?;
    let items = context.items()?;
    Ok(Outcome::out(items.chunks(size).map(|batch| Value::from(batch.to_vec())).collect()))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{check, refused};
    use super::*;

    #[test]
    fn batches_keep_the_order() {
        let batches = |params, input, output| check(&NODE, params, input, output);
        batches(json!({ "size": 2 }), json!([1, 2, 3, 4, 5]), json!([[1, 2], [3, 4], [5]]));
        batches(json!({ "size": 5 }), json!([1, 2]), json!([[1, 2]]));
        batches(json!({ "size": 2 }), json!([]), json!([]));
        batches(
            json!({ "list": "{{ input.l }}", "size": "{{ input.n }}" }),
            json!({ "l": [1, 2], "n": "1" }),
            json!([[1], [2]]),
        );
        batches(json!({ "list": "", "size": 2.0 }), json!([1]), json!([[1]]));
    }

    #[test]
    fn refusals_name_the_parameter() {
        let refuses = |params, input, pointer, message| refused(&NODE, params, input, pointer, message);
        refuses(
            json!({ "size": 0 }),
            json!([]),
            "/size",
            "`size` must be a whole number from 1 to 100000, but it is the number 0",
        );
        refuses(json!({}), json!([]), "/size", "but it is null");
        refuses(
            json!({ "size": 1, "list": "{{ input.none }}" }),
            json!({}),
            "/list",
            "`list` must be a list, such as {{ input.items }}, but it is null",
        );
        refuses(
            json!({ "size": 1 }),
            Value::from(vec![0; MOST_ITEMS + 1]),
            "/list",
            "`list` has 100001 items, more than the 100000",
        );
        refuses(
            json!({ "size": 1.5 }),
            json!([]),
            "/size",
            "`size` must be a whole number from 1 to 100000, but it is the number 1.5",
        );
    }
}
