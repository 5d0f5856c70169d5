//! `wait`: go on later.

use std::sync::Arc;

use chrono::DateTime;
use serde_json::{Value, json};
use weft_core::document::OUT;
use weft_core::node_type::{Category, NodeType, Port, Ports};
use weft_core::run::{Expiry, Park, RunError, WaitsFor};

use super::context::{duration_ms, wrong};
use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Go on after a while or at a time".into(),
        tags: tags(&["delay", "sleep", "pause", "timer", "until"]),
        params: params(
            &[],
            json!({
                "ms": {
                    "type": "number", "title": "Duration", "minimum": 0,
                    "description": "How long to wait. Use this, Until or Event.", "x-ui": { "widget": "duration", "placeholder": "60000" }
                },
                "event": {
                    "type": "string", "title": "Event", "description": "The name of a signal that ends the wait. Use this, Duration or Until.",
                    "x-ui": { "placeholder": "payment_received" }
                },
                "timeout_ms": {
                    "type": "number", "title": "Wait at most", "minimum": 1, "description": "When the event has not come by then, the step leaves by Timeout.",
                    "x-ui": { "widget": "duration", "advanced": true }
                },
                "until": {
                    "type": "string", "title": "Until", "description": "A time such as 2026-12-24T18:00:00Z. Use this, Duration or Event.",
                    "x-ui": { "placeholder": "{{ input.due_at }}" }
                }
            }),
        ),
        ports: Ports::Fixed(vec![Port::new(OUT, "Out"), Port::new("timeout", "Timeout")]),
        docs: "Passes its input on after a while, or at a time. A waiting run is stored, not kept in memory, and goes on after a \
               restart; a time in the past does not wait at all.\n\nWith **Event** it waits for a signal of that name and leaves with what the \
               signal carried. A signal is sent to `POST /api/v1/runs/{id}/signals/{name}`, or without signing in to the address \
               `{{ run.resume_url }}/{name}`, which an earlier step can hand out. One that comes early is kept for the wait."
            .into(),
        ..step("wait", "Wait", Category::Logic, "hourglass")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let output = Arc::clone(context.input);
    if let Some(name) = event(context)? {
        let park = Park {
            until_ms: duration_ms(context, "timeout_ms")?.map(|ms| context.scope.now_ms.saturating_add_unsigned(ms)),
            expiry: Expiry::Leave { port: "timeout".into() },
            waits_for: Some(WaitsFor::Signal { name }),
            remind_every_ms: None,
        };
        return Ok(Outcome::Park { park, output });
    }
    let until_ms = match context.param("until")? {
        Value::Null => {
            let pause_ms =
                duration_ms(context, "ms")?.ok_or_else(|| wrong("ms", "a number of milliseconds", &Value::Null))?;
            context.scope.now_ms.saturating_add_unsigned(pause_ms)
        }
        Value::Number(ms) => ms.as_i64().ok_or_else(|| wrong("until", "a time", &Value::Number(ms)))?,
        until => until
            .as_str()
            .and_then(instant_ms)
            .ok_or_else(|| wrong("until", "a time such as 2026-12-24T18:00:00Z", &until))?,
    };
    Ok(Outcome::Park { park: Park::until(until_ms), output })
}

/// The name of the signal to wait for.
fn event(context: &Context<'_>) -> Result<Option<String>, RunError> {
    match context.param("event")? {
        Value::Null => Ok(None),
        Value::String(name) if name.is_empty() => Ok(None),
        Value::String(name) if is_signal_name(&name) => Ok(Some(name)),
        other => Err(wrong("event", "a name of at most 100 letters, digits, `_`, `-` and `.`", &other)),
    }
}

/// Whether a text can name a signal.
pub fn is_signal_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=100).contains(&name.len()) && name.bytes().all(is_allowed)
}

/// UTC milliseconds of an RFC 3339 time.
fn instant_ms(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|time| time.timestamp_millis())
}
