//! `approval`: asks a person.

use std::sync::Arc;

use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType, Port, Ports};
use weft_core::run::{Expiry, Park, RunError};

use super::context::{duration_ms, wrong};
use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};
use crate::plugin_host::mismatch_of;

/// The port it leaves by when nobody answers in time.
const EXPIRED: &str = "expired";

/// What a person is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// `{title, text, choices, fields, assignee}`, as the page that asks shows it.
    pub form: Value,
    /// Until when, and how often who should answer is reminded.
    pub park: Park,
    /// The workflow that is told of the question and of each reminder.
    pub notify_workflow: Option<String>,
    /// What it leaves with when nobody answers.
    pub output: Arc<Value>,
}

/// A minute between two reminders at least.
const SHORTEST_REMINDER_MS: u64 = 60_000;

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    let text = |title: &str, placeholder: &str| json!({ "type": "string", "title": title, "x-ui": { "placeholder": placeholder } });
    NodeType {
        summary: "Ask a person and go on with the answer".into(),
        tags: tags(&["human", "confirm", "review", "sign off", "decision", "ask", "person", "form"]),
        params: params(
            &["title", "choices"],
            json!({
                "title": text("Question", "Pay invoice {{ input.number }}?"),
                "text": {
                    "type": "string", "title": "What they should know", "description": "Shown below the question, as Markdown.",
                    "x-ui": { "widget": "textarea" }
                },
                "choices": {
                    "type": "array", "title": "Choices", "minItems": 1, "maxItems": 10,
                    "default": [{ "port": "approved", "title": "Approve" }, { "port": "rejected", "title": "Reject" }],
                    "items": {
                        "type": "object", "required": ["port"], "additionalProperties": false,
                        "properties": {
                            "port": { "type": "string", "title": "Port", "x-ui": { "placeholder": "approved", "expression": false } },
                            "title": { "type": "string", "title": "Button", "x-ui": { "placeholder": "Approve", "expression": false } }
                        }
                    },
                    "x-ui": { "widget": "list" }
                },
                "fields": {
                    "type": "object", "title": "Fields to fill in", "description": "A JSON Schema of an object; its properties become a form.",
                    "x-ui": { "widget": "json", "advanced": true }
                },
                "assignee": text("Who should answer", "finance@example.com"),
                "expires_ms": {
                    "type": "number", "title": "Answer within", "minimum": 1, "x-ui": { "widget": "duration", "placeholder": "86400000" }
                },
                "on_expiry": {
                    "type": "string", "title": "Without an answer", "default": "expired",
                    "oneOf": [
                        { "const": "expired", "title": "Leave by the port Expired" },
                        { "const": "fail", "title": "Fail" }
                    ],
                    "x-ui": { "expression": false, "advanced": true }
                },
                "notify_workflow": {
                    "type": "string", "title": "Tell by", "description": "A workflow that is started with `{approval: {title, url, assignee, expires_at_ms, reminder}}`, for example to send a message.",
                    "x-ui": { "widget": "workflow", "advanced": true }
                },
                "remind_every_ms": {
                    "type": "number", "title": "Remind every", "minimum": SHORTEST_REMINDER_MS, "x-ui": { "widget": "duration", "advanced": true }
                }
            }),
        ),
        ports: Ports::FromParam {
            list: "choices".into(),
            field: "port".into(),
            default: Port::new(EXPIRED, "Expired"),
        },
        docs: "Asks a question on the Approvals page, and on a page of its own whose address whoever has it can answer at. The run waits on \
               disk, for as long as it takes. It goes on by the port of the choice; the output is `{choice, data, comment, by, at_ms}`."
            .into(),
        ..step("approval", "Approval", Category::People, "user-check")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let text = |name: &str| {
        Ok(match context.param(name)? {
            Value::Null => None,
            Value::String(text) => Some(text).filter(|text| !text.is_empty()),
            other => Some(other.to_string()),
        })
    };
    let fields = match context.param("fields")? {
        Value::Null => Value::Null,
        fields @ Value::Object(_) => match mismatch_of(&fields, &Value::Null) {
            Ok(_) => fields,
            Err(message) => return Err(wrong("fields", &format!("a JSON Schema ({message})"), &fields)),
        },
        other => return Err(wrong("fields", "a JSON Schema of an object", &other)),
    };
    let form = json!({
        "title": text("title")?, "text": text("text")?, "choices": choices(context.list("choices")?)?, "fields": fields,
        "assignee": text("assignee")?,
    });
    let expiry = match text("on_expiry")?.as_deref() {
        Some("fail") => Expiry::Fail { limit: "expires_ms".into() },
        _ => Expiry::Leave { port: EXPIRED.into() },
    };
    let within_ms = duration_ms(context, "expires_ms")?;
    let park = Park {
        until_ms: within_ms.map(|within_ms| context.scope.now_ms.saturating_add_unsigned(within_ms)),
        expiry,
        waits_for: None,
        remind_every_ms: duration_ms(context, "remind_every_ms")?.map(|every_ms| every_ms.max(SHORTEST_REMINDER_MS)),
    };
    let notify_workflow = text("notify_workflow")?;
    Ok(Outcome::Ask(Box::new(Question { form, park, notify_workflow, output: Arc::clone(context.input) })))
}

/// Each choice with a title: its own, or its port in words.
fn choices(given: Vec<Value>) -> Result<Vec<Value>, RunError> {
    let choice = |choice: Value| {
        let port =
            choice["port"].as_str().ok_or_else(|| wrong("choices", "a list of choices with a port each", &choice))?;
        let title = choice["title"].as_str().filter(|title| !title.is_empty());
        let title = title.map_or_else(|| port.replace('_', " "), str::to_owned);
        Ok(json!({ "port": port, "title": title }))
    };
    given.into_iter().map(choice).collect()
}
