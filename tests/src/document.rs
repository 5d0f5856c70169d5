//! Documents in a few words.

use serde_json::{Value, json};

/// A document of nodes and edges; the edges are told as `a -> b, b -true-> c`.
pub fn document(name: &str, nodes: Value, edges: &str) -> Value {
    let edges: Vec<Value> = edges.split(',').map(str::trim).filter(|edge| !edge.is_empty()).map(edge).collect();
    json!({ "weft": 1, "name": name, "nodes": nodes, "edges": edges })
}

fn edge(told: &str) -> Value {
    let (from, rest) = told.split_once(" -").unwrap_or_else(|| panic!("`{told}` is no edge"));
    let (port, to) = rest.split_once("> ").unwrap_or_else(|| panic!("`{told}` is no edge"));
    match port.trim_end_matches('-') {
        "" => json!({ "from": from, "to": to }),
        port => json!({ "from": from, "port": port, "to": to }),
    }
}

/// A manual trigger and a step that greets: the least that does something.
pub fn greeting() -> Value {
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "greet", "type": "set", "params": { "fields": { "text": "Hello {{ input.name }}" } } }
    ]);
    document("Greeting", nodes, "start -> greet")
}

/// A workflow that waits for so long that a test can look at it.
pub fn waiting() -> Value {
    let nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "pause", "type": "wait", "params": { "ms": 3_600_000 } }]);
    document("Waiting", nodes, "start -> pause")
}

/// A webhook that answers with what `respond` says, and doubles what it is sent.
pub fn webhook(path: &str, respond: &str) -> Value {
    let nodes = json!([
        { "id": "hook", "type": "webhook", "params": { "path": path, "respond": respond } },
        { "id": "double", "type": "set", "params": { "fields": { "double": "{{ input.body.number * 2 }}" } } }
    ]);
    document("Webhook", nodes, "hook -> double")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_read() {
        let edges = document("t", json!([]), "a -> b, b -true-> c")["edges"].clone();
        assert_eq!(edges, json!([{ "from": "a", "to": "b" }, { "from": "b", "port": "true", "to": "c" }]));
    }
}
