//! `dedupe`: lets through what was not seen before.

use std::sync::Arc;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use weft_core::node_type::{Category, NodeType, Port, Ports};
use weft_core::run::{ErrorKind, RunError};

use super::context::{duration_ms, wrong};
use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

/// A week.
const DEFAULT_WINDOW_MS: u64 = 7 * 24 * 3_600_000;

const MOST_ITEMS: usize = 10_000;

/// Which keys a step wants to know about.
#[derive(Debug, Clone, PartialEq)]
pub struct Keys {
    pub hashes: Vec<[u8; 32]>,
    /// What the keys belong to, one for one; the input itself when absent.
    pub items: Option<Vec<Value>>,
    pub input: Arc<Value>,
    pub window_ms: u64,
    /// Shares what was seen with all `dedupe` nodes of the workflow.
    pub is_shared: bool,
}

impl Keys {
    /// What the step leaves by and with, once it is known which keys are new.
    pub fn settle(self, is_new: &[bool]) -> (&'static str, Arc<Value>) {
        let port = if is_new.contains(&true) { "new" } else { "seen" };
        let output = match self.items {
            None => self.input,
            Some(items) => {
                let new = items.into_iter().zip(is_new).filter(|(_, is_new)| **is_new).map(|(item, _)| item);
                Arc::new(Value::Array(new.collect()))
            }
        };
        (port, output)
    }
}

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Let through what is new".into(),
        tags: tags(&["duplicate", "unique", "distinct", "once", "seen", "remove duplicates"]),
        params: params(
            &["key"],
            json!({
                "list": {
                    "title": "List", "description": "Its items are looked at one by one. Without it, the input is.",
                    "x-ui": { "placeholder": "{{ input.items }}" }
                },
                "key": {
                    "title": "Key", "description": "What makes two of them the same. Items are seen as `item`.",
                    "x-ui": { "placeholder": "{{ item.id }}", "per_item": true }
                },
                "window_ms": {
                    "type": "number", "title": "Remember for", "minimum": 1, "default": DEFAULT_WINDOW_MS, "x-ui": { "widget": "duration" }
                },
                "scope": {
                    "type": "string", "title": "Seen by", "default": "node",
                    "oneOf": [
                        { "const": "node", "title": "This step" },
                        { "const": "workflow", "title": "Any Dedupe of this workflow" }
                    ],
                    "x-ui": { "expression": false, "advanced": true }
                }
            }),
        ),
        ports: Ports::Fixed(vec![Port::new("new", "New"), Port::new("seen", "Seen")]),
        docs: "Remembers keys across runs. Without a list, the input leaves by **New** the first time its key is seen, and by **Seen** \
               within the window after that. With a list, the new items leave by **New** as a list; when there are none, an empty list \
               leaves by **Seen**."
            .into(),
        ..step("dedupe", "Dedupe", Category::Data, "copy-minus")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let items = match context.param("list")? {
        Value::Null => None,
        Value::Array(items) => Some(items),
        other => return Err(wrong("list", "a list", &other)),
    };
    let subjects = items.as_deref().unwrap_or(std::slice::from_ref(&**context.input));
    if subjects.len() > MOST_ITEMS {
        let message = format!("the list has {} items, more than the {MOST_ITEMS} one step may look at", subjects.len());
        return Err(RunError {
            pointer: Some("/list".into()),
            ..RunError::new(ErrorKind::Limit, "too_many_items", message)
        });
    }
    let hashes = subjects.iter().enumerate().map(|(index, item)| hash(context, item, index));
    let hashes = hashes.collect::<Result<Vec<_>, _>>()?;
    Ok(Outcome::Dedupe(Box::new(Keys {
        hashes,
        items,
        input: Arc::clone(context.input),
        window_ms: duration_ms(context, "window_ms")?.unwrap_or(DEFAULT_WINDOW_MS),
        is_shared: context.param("scope")? == "workflow",
    })))
}

fn hash(context: &Context<'_>, item: &Value, index: usize) -> Result<[u8; 32], RunError> {
    let key = match context.params.get("key") {
        Some(key) => context.for_item(key, "/key", item, index)?,
        None => context.param("key")?,
    };
    if key.is_null() {
        return Err(wrong("key", &format!("something to tell items apart by (at index {index})"), &key));
    }
    Ok(Sha256::digest(key.to_string()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_items_leave_by_new_and_an_empty_list_by_seen() {
        let keys = |items: Option<Value>| Keys {
            hashes: Vec::new(),
            items: items.and_then(|items| items.as_array().cloned()),
            input: Arc::new(json!("in")),
            window_ms: 1,
            is_shared: false,
        };
        let check = |items: Option<Value>, is_new: &[bool], port: &str, output: Value| {
            assert_eq!(keys(items).settle(is_new), (port, Arc::new(output)));
        };
        check(Some(json!([1, 2, 3])), &[true, false, true], "new", json!([1, 3]));
        check(Some(json!([1])), &[false], "seen", json!([]));
        check(None, &[true], "new", json!("in"));
        check(None, &[false], "seen", json!("in"));
    }
}
