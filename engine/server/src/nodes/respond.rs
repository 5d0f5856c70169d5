//! `respond`: answers whoever called the webhook.

use serde_json::{Map, Value, json};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::context::wrong;
use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

/// What a caller is answered with.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Answer the webhook's caller".into(),
        tags: tags(&["reply", "answer", "return", "http", "response", "status"]),
        params: params(
            &[],
            json!({
                "status": { "type": "integer", "title": "Status", "minimum": 200, "maximum": 599, "default": 200 },
                "headers": {
                    "type": "object", "title": "Headers", "additionalProperties": { "type": "string" },
                    "x-ui": { "widget": "key_value", "advanced": true }
                },
                "body": {
                    "title": "Body", "description": "Text is sent as it is, everything else as JSON. The input when left empty.",
                    "x-ui": { "widget": "textarea", "placeholder": "{{ input }}" }
                }
            }),
        ),
        docs: "Answers the request that started the run, when the webhook responds **By a Respond node** or **At the end**. The \
               run goes on after it. The output is `{status, headers, body}`."
            .into(),
        ..step("respond", "Respond", Category::Logic, "reply")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let mut params = context.resolve()?;
    let status = match params.remove("status") {
        None | Some(Value::Null) => 200,
        Some(value) => match number(&value) {
            Some(status @ 200..=599) => status as u16,
            _ => return Err(wrong("status", "a whole number from 200 to 599", &value)),
        },
    };
    let headers = match params.remove("headers") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(headers)) => headers,
        Some(other) => return Err(wrong("headers", "an object of texts", &other)),
    };
    let body = params.remove("body").unwrap_or_else(|| Value::clone(context.input));
    let output = json!({ "status": status, "headers": headers, "body": body });
    let as_text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let headers = headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), as_text(value))).collect();
    Ok(Outcome::Respond { response: Response { status, headers, body }, output: output.into() })
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}
