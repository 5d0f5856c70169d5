//! `sort`: a list in order.

use serde_json::{Value, json};
use weft_core::expression::{CompiledParams, Direction, SortBy, sorted};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::declare::{params, step, tags};
use super::if_node::is_true;
use super::list::{self, LIMITS, unfit_list};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Put a list in order".into(),
        tags: tags(&["order", "rank", "ascending", "descending", "list"]),
        params: params(
            &[],
            json!({
                "list": list::parameter(),
                "by": {
                    "type": "array", "title": "Keys", "description": "The first decides; the next only among equals.",
                    "items": {
                        "type": "object", "required": ["value"],
                        "properties": {
                            "value": {
                                "title": "Value", "default": "{{ item }}", "description": "Evaluated for each item, as `item` and `index`.",
                                "x-ui": { "placeholder": "{{ item.total }}", "per_item": true }
                            },
                            "direction": {
                                "type": "string", "title": "Direction", "default": "asc",
                                "oneOf": [
                                    { "const": "asc", "title": "Smallest first" },
                                    { "const": "desc", "title": "Largest first" }
                                ],
                                "x-ui": { "expression": false }
                            },
                            "numeric": {
                                "type": "boolean", "title": "Texts are numbers", "default": false,
                                "description": "Orders texts such as 9.50 and 10 by what they come to.",
                                "x-ui": { "expression": false }
                            }
                        },
                        "additionalProperties": false
                    },
                    "x-ui": { "widget": "list" }
                }
            }),
        ),
        docs: "Puts the items in order by one or several keys; without any, by the items themselves. Items with equal keys keep \
               their order.\n\nNumbers are compared as numbers, texts character by character, capital letters first. Of different \
               kinds, `false` and `true` come first, then numbers, texts, and lists and objects; nothing (`null`) comes last in \
               either direction."
            .into(),
        ..step("sort", "Sort", Category::Data, "arrow-down-up")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let mut items = context.items()?;
    let keys = context.parts("by")?;
    let mut by = Vec::with_capacity(keys.len());
    for (number, key) in keys.iter().enumerate() {
        let option = |name: &str| match key.get(name) {
            Some(option) => context.evaluate(option, &context.scope, &format!("/by/{number}/{name}")),
            None => Ok(Value::Null),
        };
        let direction = if option("direction")? == "desc" { Direction::Descending } else { Direction::Ascending };
        by.push(SortBy { direction, is_numeric: is_true(&option("numeric")?) });
    }
    if by.is_empty() {
        by.push(SortBy { direction: Direction::Ascending, is_numeric: false });
    }
    let mut rows = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        rows.push(row(context, keys, item, index)?);
    }
    let order = sorted(&rows, &by, &LIMITS).map_err(|error| unfit_list("/list", &error))?;
    Ok(Outcome::out(order.into_iter().map(|position| items[position].take()).collect()))
}

/// What an item is ordered by: each key's value, or the item itself.
fn row(context: &Context<'_>, keys: &[CompiledParams], item: &Value, index: usize) -> Result<Vec<Value>, RunError> {
    if keys.is_empty() {
        return Ok(vec![item.clone()]);
    }
    let value = |(number, key): (usize, &CompiledParams)| match key.get("value") {
        Some(value) => context.for_item(value, &format!("/by/{number}/value"), item, index),
        None => Ok(item.clone()),
    };
    keys.iter().enumerate().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{check, output, refused};
    use super::*;

    fn sorts(by: Value, list: Value, sorted: Value) {
        check(&NODE, json!({ "by": by }), list, sorted);
    }

    #[test]
    fn several_keys_order_and_equals_keep_their_place() {
        let people = json!([
            { "name": "Cem", "age": 30 }, { "name": "Ada", "age": 41 }, { "name": "Bo", "age": 30 }, { "name": "Ada", "age": 7 }
        ]);
        let names = |by: Value, names: &[&str]| {
            let all = json!({ "by": by, "list": "{{ input }}" });
            let sorted = output(&NODE, all, people.clone()).unwrap();
            let told: Vec<_> = sorted
                .as_array()
                .unwrap()
                .iter()
                .map(|one| format!("{} {}", one["name"].as_str().unwrap(), one["age"]))
                .collect();
            assert_eq!(told, names, "{by}");
        };
        names(json!([{ "value": "{{ item.age }}" }]), &["Ada 7", "Cem 30", "Bo 30", "Ada 41"]);
        names(json!([{ "value": "{{ item.age }}", "direction": "desc" }]), &["Ada 41", "Cem 30", "Bo 30", "Ada 7"]);
        names(
            json!([{ "value": "{{ item.name }}" }, { "value": "{{ item.age }}", "direction": "desc" }]),
            &["Ada 41", "Ada 7", "Bo 30", "Cem 30"],
        );
        names(json!([{ "value": "{{ index }}", "direction": "desc" }]), &["Ada 7", "Bo 30", "Ada 41", "Cem 30"]);
    }

    #[test]
    fn kinds_have_an_order_and_null_is_last() {
        let mixed = json!([null, "10", "9", 10, 9.5, [2], true, { "a": 1 }, false, "a", "B", null]);
        sorts(
            json!([]),
            mixed.clone(),
            json!([false, true, 9.5, 10, "10", "9", "B", "a", [2], { "a": 1 }, null, null]),
        );
        sorts(
            json!([{ "value": "{{ item }}", "direction": "desc" }]),
            mixed,
            json!([[2], { "a": 1 }, "a", "B", "9", "10", 10, 9.5, true, false, null, null]),
        );
        sorts(json!([]), json!([]), json!([]));
    }

    #[test]
    fn texts_that_are_numbers_stay_as_they_are_written() {
        let prices = json!(["10.00", "9.90", 9.95, "1e1", "none", null]);
        sorts(
            json!([{ "value": "{{ item }}", "numeric": true }]),
            prices,
            json!(["9.90", 9.95, "10.00", "1e1", "none", null]),
        );
        sorts(
            json!([]),
            json!([9_007_199_254_740_993_i64, 9_007_199_254_740_992_i64, 18_446_744_073_709_551_615_u64, -1]),
            json!([-1, 9_007_199_254_740_992_i64, 9_007_199_254_740_993_i64, 18_446_744_073_709_551_615_u64]),
        );
    }

    #[test]
    fn a_full_list_fits_the_limits() {
        let list: Value =
            (0..list::MOST_ITEMS as u64).map(|n| json!({ "n": n * 7_919 % 100_003, "g": n % 3 })).collect();
        let by = json!([{ "value": "{{ item.g }}" }, { "value": "{{ item.n }}", "direction": "desc" }]);
        let sorted = output(&NODE, json!({ "by": by }), list).unwrap();
        let is_ordered = |pair: &[Value]| {
            let key = |item: &Value| (item["g"].as_u64(), std::cmp::Reverse(item["n"].as_u64()));
            key(&pair[0]) < key(&pair[1])
        };
        assert!(sorted.as_array().unwrap().windows(2).all(is_ordered));
    }

    #[test]
    fn refusals_name_the_parameter_and_the_item() {
        refused(
            &NODE,
            json!({ "by": [{ "value": "{{ item.at.year }}" }] }),
            json!([{ "at": { "year": 1 } }, { "at": 5 }]),
            "/by/0/value",
            "index 1",
        );
        refused(&NODE, json!({}), json!({ "a": 1 }), "/list", "`list` must be a list");
    }
}
