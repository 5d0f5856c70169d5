//! `wait`: go on later.

use chrono::DateTime;
use serde_json::{Value, json};
use weft_core::node_type::{Category, NodeType};
use weft_core::run::RunError;

use super::context::wrong;
use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

/// Ten years in milliseconds.
const LONGEST_MS: f64 = 10.0 * 366.0 * 24.0 * 3_600_000.0;

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Go on after a while or at a time".into(),
        tags: tags(&["delay", "sleep", "pause", "timer", "until"]),
        params: params(
            &[],
            json!({
                "ms": {
                    "type": "number", "title": "Milliseconds", "minimum": 0,
                    "description": "How long to wait. Use this or Until.", "x-ui": { "placeholder": "60000" }
                },
                "until": {
                    "type": "string", "title": "Until", "description": "A time such as 2026-12-24T18:00:00Z. Use this or Milliseconds.",
                    "x-ui": { "placeholder": "{{ input.due_at }}" }
                }
            }),
        ),
        docs: "Passes its input on after a while, or at a time. A waiting run is stored, not kept in memory, and goes on after a \
               restart; a time in the past does not wait at all."
            .into(),
        ..step("wait", "Wait", Category::Logic, "hourglass")
    }
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let until_ms = match (context.param("ms")?, context.param("until")?) {
        (Value::Null, until) => match &until {
            Value::String(text) => {
                instant_ms(text).ok_or_else(|| wrong("until", "a time such as 2026-12-24T18:00:00Z", &until))?
            }
            Value::Number(ms) => ms.as_i64().ok_or_else(|| wrong("until", "a time", &until))?,
            _ => return Err(wrong("until", "a time such as 2026-12-24T18:00:00Z", &until)),
        },
        (ms, _) => match number(&ms) {
            Some(pause_ms) if (0.0..=LONGEST_MS).contains(&pause_ms) => context.scope.now_ms + pause_ms as i64,
            _ => return Err(wrong("ms", "a number of milliseconds, at most ten years", &ms)),
        },
    };
    Ok(Outcome::Park { until_ms, output: context.input.clone() })
}

/// UTC milliseconds of an RFC 3339 time.
fn instant_ms(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|time| time.timestamp_millis())
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}
