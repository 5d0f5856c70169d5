//! `limit`: the first or last items of a list.

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::declare::{params, step, tags};
use super::list::{self, MOST_ITEMS};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Keep the first or last items of a list".into(),
        tags: tags(&["first", "last", "top", "take", "skip", "slice", "list"]),
        params: params(
            &["count"],
            json!({
                "list": list::parameter(),
                "count": {
                    "type": "integer", "title": "How many", "minimum": 0, "maximum": MOST_ITEMS,
                    "x-ui": { "placeholder": "10" }
                },
                "from": {
                    "type": "string", "title": "From", "default": "start",
                    "oneOf": [
                        { "const": "start", "title": "The start" },
                        { "const": "end", "title": "The end" }
                    ],
                    "x-ui": { "expression": false }
                },
                "skip": {
                    "type": "integer", "title": "Skip", "description": "How many items to leave out first, at the same end.",
                    "minimum": 0, "maximum": MOST_ITEMS, "default": 0, "x-ui": { "advanced": true }
                }
            }),
        ),
        docs: "The output is at most **How many** items, in the order of the list. **Skip** leaves out items at the same end \
               first: from the end, skipping 1 and keeping 2 gives the two before the last."
            .into(),
        ..step("limit", "Limit", Category::Data, "list")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let count = context.whole("count", 0..=MOST_ITEMS, None)?;
    let skip = context.whole("skip", 0..=MOST_ITEMS, Some(0))?;
    let from_end = context.param("from")? == "end";
    let items = context.items()?;
    let (near, far) = (skip.min(items.len()), (skip + count).min(items.len()));
    let kept = if from_end { items.len() - far..items.len() - near } else { near..far };
    Ok(Outcome::out(Value::from(&items[kept])))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{check, refused};
    use super::*;

    #[test]
    fn items_are_taken_from_either_end() {
        let five = json!([1, 2, 3, 4, 5]);
        let keeps = |params: Value, kept: Value| check(&NODE, params, five.clone(), kept);
        keeps(json!({ "count": 2 }), json!([1, 2]));
        keeps(json!({ "count": 2, "skip": 1 }), json!([2, 3]));
        keeps(json!({ "count": 2, "from": "end" }), json!([4, 5]));
        keeps(json!({ "count": 2, "from": "end", "skip": 1 }), json!([3, 4]));
        keeps(json!({ "count": 9, "skip": 3 }), json!([4, 5]));
        keeps(json!({ "count": 9, "from": "end", "skip": 3 }), json!([1, 2]));
        keeps(json!({ "count": 2, "skip": 9 }), json!([]));
        keeps(json!({ "count": 0 }), json!([]));
        keeps(json!({ "count": "{{ input.length - 4 }}" }), json!([1]));
    }

    #[test]
    fn refusals_name_the_parameter() {
        let refuses = |params, pointer, message| refused(&NODE, params, json!([1]), pointer, message);
        refuses(json!({}), "/count", "`count` must be a whole number from 0 to 100000, but it is null");
        refuses(
            json!({ "count": 1, "skip": -1 }),
            "/skip",
            "`skip` must be a whole number from 0 to 100000, but it is the number -1",
        );
    }
}
