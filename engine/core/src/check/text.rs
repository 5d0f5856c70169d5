//! From JSON to a document, with an error that points at the place.

use serde::de::{Deserialize, DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::document::{Document, Edge, Node, Retry, Settings};
use crate::params_schema::below;
use crate::problem::Problem;

/// How deep a document may nest.
pub const MAX_DEPTH: usize = 64;

/// Reads a document from JSON. How large the text may be is for the caller to say.
pub fn parse_document(json: &str) -> Result<Document, Problem> {
    read_document(&serde_json::from_str(json).map_err(|error| unreadable(&error))?)
}

/// Reads a document that is JSON already.
pub fn read_document(value: &Value) -> Result<Document, Problem> {
    if is_deeper(value, MAX_DEPTH) {
        return Err(too_deep());
    }
    // Documents are nearly always right, so the place is only searched for when they are not.
    Document::deserialize(value).map_err(|error| locate(value, &error))
}

/// The JSON Schema of a document.
pub fn document_schema() -> Value {
    schemars::schema_for!(Document).to_value()
}

fn unreadable(error: &serde_json::Error) -> Problem {
    // The parser gives up at a depth of its own, twice ours.
    if error.to_string().starts_with("recursion limit exceeded") {
        return too_deep();
    }
    Problem::error("", "invalid_json", format!("This is not JSON: {error}."))
}

fn too_deep() -> Problem {
    Problem::error("", "too_deep", format!("The document nests deeper than {MAX_DEPTH} levels."))
}

fn is_deeper(value: &Value, levels: usize) -> bool {
    let below = |value: &Value| is_deeper(value, levels - 1);
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(below),
        Value::Object(fields) => levels == 0 || fields.values().any(below),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn locate(value: &Value, error: &serde_json::Error) -> Problem {
    let blame = document(value).unwrap_or_else(|| Blame { pointer: String::new(), message: error.to_string() });
    let node = value.pointer(&node_pointer(&blame.pointer)).and_then(|id| id.as_str());
    let problem = Problem::error(
        blame.pointer,
        "invalid_document",
        format!("This is not a workflow document: {}.", blame.message),
    );
    match node {
        Some(id) => problem.at(&id.into()),
        None => problem,
    }
}

/// Where the id of the node is that a pointer leads into.
fn node_pointer(pointer: &str) -> String {
    let mut parts = pointer.split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some("nodes"), Some(position)) => format!("/nodes/{position}/id"),
        _ => "/nodes/-/id".into(),
    }
}

struct Blame {
    pointer: String,
    message: String,
}

fn document(value: &Value) -> Option<Blame> {
    let least = json!({ "weft": 1, "name": "" });
    let blame = object::<Document>(value, "", &least)?;
    let inner = match blame.pointer.as_str() {
        "/nodes" => first_of(value, "nodes", node),
        "/edges" => {
            first_of(value, "edges", |edge, pointer| object::<Edge>(edge, pointer, &json!({ "from": "", "to": "" })))
        }
        "/settings" => object::<Settings>(&value["settings"], "/settings", &json!({})),
        _ => None,
    };
    Some(inner.unwrap_or(blame))
}

fn node(value: &Value, pointer: &str) -> Option<Blame> {
    let blame = object::<Node>(value, pointer, &json!({ "id": "", "type": "" }))?;
    let retry = below(pointer, "retry");
    let inner =
        if blame.pointer == retry { object::<Retry>(&value["retry"], &retry, &json!({ "attempts": 1 })) } else { None };
    Some(inner.unwrap_or(blame))
}

fn first_of(value: &Value, field: &str, look: impl Fn(&Value, &str) -> Option<Blame>) -> Option<Blame> {
    let items = value[field].as_array()?;
    items.iter().enumerate().find_map(|(position, item)| look(item, &format!("/{field}/{position}")))
}

/// What keeps a value from being a `T`: a field that is wrong even in the least object that is right, or the whole.
fn object<T: DeserializeOwned>(value: &Value, pointer: &str, least: &Value) -> Option<Blame> {
    let error = T::deserialize(value).err()?;
    let wrong_field = value.as_object().and_then(|fields| {
        fields.iter().find_map(|(key, field)| {
            let mut alone: Map<String, Value> = least.as_object().cloned().unwrap_or_default();
            alone.insert(key.clone(), field.clone());
            let error = T::deserialize(&Value::Object(alone)).err()?;
            Some(Blame { pointer: below(pointer, key), message: error.to_string() })
        })
    });
    Some(wrong_field.unwrap_or_else(|| Blame { pointer: pointer.into(), message: error.to_string() }))
}
