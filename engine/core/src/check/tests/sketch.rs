//! Documents written in a line or two.
//!
//! Statements end with `;`. `id: type {params}` declares a node; before the parameters may stand `in container` and
//! `disabled`. `a -> b` and `a -port-> b` are edges. A node that only stands in edges is a `set` without fields; `start`
//! is a manual trigger.

use serde_json::{Map, Value, json};

use crate::document::Document;

pub(super) fn sketch(text: &str) -> Document {
    let mut nodes: Vec<Value> = Vec::new();
    let mut edges = Vec::new();
    for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        match statement.split_once("-> ") {
            Some((from, to)) if !statement.contains('{') => {
                let (from, port) = match from.trim().split_once(" -") {
                    Some((from, port)) => (from, json!(port)),
                    None => (from.trim(), Value::Null),
                };
                declare(&mut nodes, from);
                declare(&mut nodes, to.trim());
                edges.push(json!({ "from": from, "port": port, "to": to.trim() }));
            }
            _ => nodes.push(node(statement)),
        }
    }
    serde_json::from_value(json!({ "weft": 1, "name": "Sketch", "nodes": nodes, "edges": edges })).unwrap()
}

fn declare(nodes: &mut Vec<Value>, id: &str) {
    if !nodes.iter().any(|node| node["id"] == id) {
        nodes.push(match id {
            "start" => json!({ "id": id, "type": "manual" }),
            _ => json!({ "id": id, "type": "set", "params": { "fields": {} } }),
        });
    }
}

fn node(statement: &str) -> Value {
    let (head, params) = statement.split_at(statement.find('{').unwrap_or(statement.len()));
    let params: Map<String, Value> = if params.is_empty() { Map::new() } else { serde_json::from_str(params).unwrap() };
    let (id, rest) = head.split_once(':').unwrap_or_else(|| panic!("`{statement}` is neither a node nor an edge"));
    let mut words = rest.split_whitespace();
    let mut node = json!({ "id": id.trim(), "type": words.next().unwrap(), "params": params });
    while let Some(word) = words.next() {
        match word {
            "in" => node["inside"] = json!(words.next().unwrap()),
            "disabled" => node["disabled"] = json!(true),
            other => panic!("`{other}` means nothing in a sketch"),
        }
    }
    node
}
