//! The workflows under test.

use serde_json::{Value, json};
use weft_tests::document;

/// The steps of [`effects`] that reach the ledger.
pub const EFFECTS: [&str; 5] = ["a", "b", "c", "each[0]/x", "each[1]/x"];

/// The steps of [`effects`] whose receipts a step passes on.
pub fn before(path: &str) -> &'static [&'static str] {
    match path {
        "a" => &[],
        "b" | "c" => &["a"],
        _ => &["b", "c"],
    }
}

/// A webhook whose runs act on the ledger five times: once, twice side by side, twice in a loop.
pub fn effects(hook: &str, respond: &str, ledger: &str) -> Value {
    let effect = |id: &str, path: &str, prior: Value| {
        json!({ "id": id, "type": "http/request",
            "params": { "method": "POST", "url": format!("{ledger}/effect"), "timeout_ms": 2_000, "body": {
                "n": "{{ trigger.body.n }}", "run": "{{ run.id }}", "path": path, "prior": prior } },
            "retry": { "attempts": 50, "backoff": "exponential", "first_ms": 50, "max_ms": 500 } })
    };
    let mut in_loop =
        effect("x", "each[{{ index }}]/x", json!("{{ steps.b.body.receipt }},{{ steps.c.body.receipt }}"));
    in_loop["inside"] = json!("each");
    let nodes = json!([
        { "id": "hook", "type": "webhook", "params": { "path": hook, "respond": respond } },
        effect("a", "a", Value::Null),
        effect("b", "b", json!("{{ steps.a.body.receipt }}")),
        effect("c", "c", json!("{{ steps.a.body.receipt }}")),
        { "id": "both", "type": "merge", "params": { "mode": "all" } },
        { "id": "each", "type": "for_each", "params": { "list": "{{ [0, 1] }}", "parallel": 2 } },
        in_loop
    ]);
    document(hook, nodes, "hook -> a, a -> b, a -> c, b -> both, c -> both, both -> each")
}

/// A webhook with one step that touches nothing.
pub fn pure(hook: &str, respond: &str) -> Value {
    let nodes = json!([
        { "id": "hook", "type": "webhook", "params": { "path": hook, "respond": respond } },
        { "id": "double", "type": "set", "params": { "fields": { "double": "{{ input.body.n * 2 }}" } } }
    ]);
    document(hook, nodes, "hook -> double")
}

/// A webhook whose runs wait for that long.
pub fn waits(hook: &str, ms: u64) -> Value {
    let nodes = json!([
        { "id": "hook", "type": "webhook", "params": { "path": hook, "respond": "at_once" } },
        { "id": "pause", "type": "wait", "params": { "ms": ms } }
    ]);
    document(hook, nodes, "hook -> pause")
}

/// A webhook with one request to a place, tried once.
pub fn request(hook: &str, url: &str, timeout_ms: u64) -> Value {
    let nodes = json!([
        { "id": "hook", "type": "webhook", "params": { "path": hook, "respond": "at_once" } },
        { "id": "call", "type": "http/request", "params": { "url": url, "timeout_ms": timeout_ms },
            "retry": { "attempts": 1, "backoff": "fixed", "first_ms": 50, "max_ms": 50 } }
    ]);
    document(hook, nodes, "hook -> call")
}

pub fn schedule(name: &str, cron: &str, missed: &str) -> Value {
    let nodes = json!([
        { "id": "clock", "type": "schedule", "params": { "cron": cron, "timezone": "UTC", "missed": missed } }
    ]);
    document(name, nodes, "")
}
