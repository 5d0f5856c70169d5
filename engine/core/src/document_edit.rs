//! Edits of a document that reach into several of its parts.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex_lite::{Captures, Regex};
use serde_json::Value;

use crate::document::{Document, Edge, Node, NodeId};
use crate::expression::{Reference, Root, Template, rename_node};

/// Why a node can't be renamed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenameError {
    #[error("There is no node `{0}`.")]
    NoSuchNode(String),
    #[error(
        "`{0}` can't be a node id; use at most 64 lower-case letters, digits and underscores, starting with a letter."
    )]
    IllFormed(String),
    #[error("Another node has the id `{0}`.")]
    Taken(String),
}

/// The document with a node's id changed, and with it the edges, what is inside it, and everything that reads it:
/// `steps.from` in expressions and in JavaScript, and `input.from` where several edges lead to a node.
pub fn rename(document: &Document, from: &str, to: &str) -> Result<Document, RenameError> {
    let has = |id: &str| document.nodes.iter().any(|node| node.id.as_str() == id);
    if !has(from) {
        return Err(RenameError::NoSuchNode(from.into()));
    }
    if !NodeId::from(to).is_well_formed() {
        return Err(RenameError::IllFormed(to.into()));
    }
    if from != to && has(to) {
        return Err(RenameError::Taken(to.into()));
    }
    let joins = joins_after(document, from);
    let mut renamed = document.clone();
    for node in &mut renamed.nodes {
        let is_join = joins.contains(node.id.as_str());
        rename_in_node(node, from, to, is_join);
    }
    for id in renamed.edges.iter_mut().flat_map(|edge| [&mut edge.from, &mut edge.to]) {
        replace(id, from, to);
    }
    Ok(renamed)
}

/// The nodes after `from` that several nodes lead to, whose input is an object by source.
fn joins_after<'d>(document: &'d Document, from: &str) -> HashSet<&'d str> {
    let (after, others): (Vec<&Edge>, Vec<&Edge>) = document.edges.iter().partition(|edge| edge.from.as_str() == from);
    let others: HashSet<&str> = others.into_iter().map(|edge| edge.to.as_str()).collect();
    after.into_iter().map(|edge| edge.to.as_str()).filter(|to| others.contains(to)).collect()
}

fn replace(id: &mut NodeId, from: &str, to: &str) {
    if id.as_str() == from {
        *id = to.into();
    }
}

fn rename_in_node(node: &mut Node, from: &str, to: &str, is_join: bool) {
    replace(&mut node.id, from, to);
    if let Some(inside) = &mut node.inside {
        replace(inside, from, to);
    }
    for (name, value) in &mut node.params {
        match value {
            Value::String(source) if node.node_type == "code" && name == "source" => {
                *source = rename_in_source(source, from, to)
            }
            value => for_each_text(value, &mut |text| {
                if Template::has_expression(text) {
                    *text = rename_node(text, from, to);
                    if is_join {
                        *text = rename_source(text, from, to);
                    }
                }
            }),
        }
    }
}

fn for_each_text(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| for_each_text(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| for_each_text(field, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Rewrites `input.from` in the expressions of a template.
fn rename_source(text: &str, from: &str, to: &str) -> String {
    let Ok(template) = Template::parse(text) else { return text.to_owned() };
    let reads_it = |reference: &Reference| {
        reference.root == Root::Input && reference.path.first().is_some_and(|field| field == from)
    };
    let mut starts: Vec<usize> =
        template.references().into_iter().filter(reads_it).map(|reference| reference.span.start).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut renamed = text.to_owned();
    // From the end, so that the places before stay where they are.
    for start in starts.into_iter().rev() {
        // After the root only spaces, points, brackets and quotes stand before the field's name.
        let root = start + "input".len();
        if let Some(offset) = renamed[root..].find(from) {
            renamed.replace_range(root + offset..root + offset + from.len(), to);
        }
    }
    renamed
}

/// Rewrites `steps.from` in JavaScript. It is not parsed, so a text or comment that says the same changes too.
fn rename_in_source(source: &str, from: &str, to: &str) -> String {
    static STEP: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"(^|[^\w.$])(steps\s*(?:\?\.|\.)\s*|steps\s*(?:\?\.)?\s*\[\s*["'])([a-z][a-z0-9_]*)"#;
        Regex::new(pattern).expect("the pattern is constant and well-formed")
    });
    let swap =
        |found: &Captures| format!("{}{}{}", &found[1], &found[2], if &found[3] == from { to } else { &found[3] });
    STEP.replace_all(source, swap).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        serde_json::from_value(json!({
            "weft": 1, "name": "Test",
            "nodes": [
                { "id": "a", "type": "for_each", "params": { "list": "{{ [1] }}" } },
                { "id": "b", "type": "set", "inside": "a", "params": { "fields": { "x": ["{{ steps.a.x }} steps.a", 1] } } },
                { "id": "c", "type": "merge" },
                { "id": "d", "type": "set", "params": { "fields": {
                    "one": "{{ input.a.a + input . c.a + input['a'] + input?.a }}", "two": "{{ [1].map(input => input.a) }} input.a"
                } } },
                { "id": "e", "type": "set", "params": { "fields": { "one": "{{ input.a }}" } } },
                { "id": "f", "type": "code", "params": { "source": "return steps.a.x + steps?.['a'] + mysteps.a + x.steps.a + steps.ab" } }
            ],
            "edges": [
                { "from": "a", "to": "d" }, { "from": "c", "to": "d" }, { "from": "a", "port": "error", "to": "e" }, { "from": "d", "to": "f" }
            ]
        }))
        .unwrap()
    }

    #[test]
    fn everything_that_names_the_node_follows() {
        let renamed = serde_json::to_value(rename(&document(), "a", "orders").unwrap()).unwrap();
        let check =
            |pointer: &str, expected: &str| assert_eq!(renamed.pointer(pointer).unwrap(), expected, "{pointer}");
        check("/nodes/0/id", "orders");
        check("/nodes/1/inside", "orders");
        check("/nodes/1/params/fields/x/0", "{{ steps.orders.x }} steps.a");
        check("/nodes/3/params/fields/one", "{{ input.orders.a + input . c.a + input['orders'] + input?.orders }}");
        check("/nodes/3/params/fields/two", "{{ [1].map(input => input.a) }} input.a");
        check("/nodes/4/params/fields/one", "{{ input.a }}");
        check("/nodes/5/params/source", "return steps.orders.x + steps?.['orders'] + mysteps.a + x.steps.a + steps.ab");
        check("/edges/0/from", "orders");
        check("/edges/2/from", "orders");
        check("/edges/3/from", "d");
    }

    #[test]
    fn there_and_back_again_is_the_same_document() {
        let there = rename(&document(), "a", "orders").unwrap();
        assert_eq!(rename(&there, "orders", "a").unwrap(), document());
    }

    #[test]
    fn a_rename_that_would_break_the_document_is_refused() {
        let refused = |from: &str, to: &str| rename(&document(), from, to).unwrap_err();
        assert_eq!(refused("x", "y"), RenameError::NoSuchNode("x".into()));
        assert_eq!(refused("a", "b"), RenameError::Taken("b".into()));
        assert_eq!(refused("a", "Order 1"), RenameError::IllFormed("Order 1".into()));
        assert_eq!(rename(&document(), "a", "a").unwrap(), document());
    }
}
