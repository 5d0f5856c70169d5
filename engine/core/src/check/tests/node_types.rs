//! The built-in node types, as far as the checks look at them.

use serde_json::{Value, json};

use crate::node_type::{Category, Effects, Idempotency, NodeType, NodeTypes, Port, Ports, Role};

pub(super) fn types() -> NodeTypes {
    let plain = |field: Value| merge(field, json!({ "x-ui": { "expression": false } }));
    let branches = Ports::Fixed(vec![Port::new("true", "True"), Port::new("false", "False")]);
    let cases =
        Ports::FromParam { list: "cases".into(), field: "port".into(), default: Port::new("default", "Default") };
    let case = object(
        &["port"],
        json!({ "port": plain(json!({ "type": "string", "title": "Port", "pattern": "^[a-z]+$" })), "equals": {} }),
    );
    let mapping =
        object(&["to"], json!({ "to": plain(json!({ "type": "string" })), "value": { "x-ui": { "per_item": true } } }));
    let path = plain(json!({ "type": "string", "pattern": "^[a-z/]+$", "title": "Path" }));
    let respond = json!({ "type": "string", "default": "at_once", "oneOf": [{ "const": "at_once" }, { "const": "at_end" }, { "const": "by_node" }] });
    let method = json!({ "type": "string", "enum": ["GET", "POST"], "default": "POST", "title": "Method" });
    let wait = json!({ "ms": { "type": "number", "minimum": 0 }, "until": { "type": "string" }, "event": { "type": "string" } });
    let request = json!({
        "url": { "type": "string", "title": "URL" }, "retries": { "type": "integer", "minimum": 0, "maximum": 5, "title": "Retries" },
        "body": { "type": ["object", "array"] }, "secret": { "type": "string", "x-ui": { "show_if": { "field": "method", "equals": "POST" } } },
        "method": method.clone(), "tags": { "type": "array", "title": "Tags", "minItems": 1, "maxItems": 2 },
        "answer": { "oneOf": [{ "type": "string", "pattern": "^a" }, { "type": "object", "required": ["x"] }] }
    });
    [
        NodeType { role: Role::Trigger, error_port: false, ..step("manual", json!({})) },
        NodeType { role: Role::Trigger, error_port: false, params: object(&["path"], json!({ "path": path, "method": method, "respond": respond })), ..step("webhook", json!({})) },
        NodeType {
            role: Role::Trigger,
            error_port: false,
            params: object(&["cron"], json!({ "cron": plain(json!({ "type": "string" })), "timezone": plain(json!({ "type": "string", "default": "UTC" })) })),
            ..step("schedule", json!({}))
        },
        NodeType { role: Role::Note, error_port: false, ports: Ports::Fixed(vec![]), ..step("note", json!({ "text": { "type": "string" } })) },
        NodeType { role: Role::Container, params: object(&["list"], json!({ "list": {} })), ..step("for_each", json!({})) },
        NodeType { ports: branches, params: object(&["condition"], json!({ "condition": { "title": "Condition" } })), ..step("if", json!({})) },
        NodeType { ports: cases, params: object(&["cases"], json!({ "value": {}, "cases": { "type": "array", "title": "Cases", "items": case } })), ..step("switch", json!({})) },
        NodeType { params: object(&["fields"], json!({ "fields": { "type": "object", "additionalProperties": {} }, "keep": plain(json!({ "type": "boolean" })) })), ..step("set", json!({})) },
        step("map", json!({ "source": {}, "fields": { "type": "array", "items": mapping } })),
        NodeType { role: Role::Cleanup, error_port: false, ..step("on_cancel", json!({})) },
        step("break", json!({})),
        step("wait", wait),
        step("respond", json!({ "body": {} })),
        step("code", json!({ "source": plain(json!({ "type": "string" })) })),
        NodeType { params: object(&["url", "secret"], request), ..step("http/request", json!({})) },
        NodeType { credential: Some("bot".into()), ..step("chat/post", json!({})) },
    ]
    .into_iter()
    .collect()
}

fn step(id: &str, properties: Value) -> NodeType {
    NodeType {
        id: id.into(),
        title: id.into(),
        summary: String::new(),
        category: Category::Logic,
        icon: "type".into(),
        tags: Vec::new(),
        role: Role::Step,
        params: object(&[], properties),
        ports: NodeType::one_port(),
        effects: Effects::None,
        idempotent: Idempotency::Natural,
        error_port: true,
        credential: None,
        docs: String::new(),
    }
}

/// The schema of an object of parameters.
fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

fn merge(mut one: Value, other: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut one, other) {
        fields.extend(more);
    }
    one
}
