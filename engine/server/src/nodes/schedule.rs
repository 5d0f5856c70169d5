//! `schedule`: runs started by the clock.

use serde_json::json;
use weft_core::node_type::NodeType;

use super::declare::{params, tags, trigger};
use super::{BuiltIn, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run: |context| Ok(Outcome::pass(context.input.clone())) };

fn declaration() -> NodeType {
    NodeType {
        summary: "Start at set times".into(),
        tags: tags(&["cron", "timer", "clock", "every", "daily", "interval", "time"]),
        params: params(
            &["cron"],
            json!({
                "cron": {
                    "type": "string", "title": "Cron expression",
                    "description": "Minute, hour, day of month, month, day of week; a sixth field in front is seconds.",
                    "x-ui": { "widget": "cron", "placeholder": "0 9 * * MON-FRI", "expression": false }
                },
                "timezone": {
                    "type": "string", "title": "Time zone", "default": "UTC",
                    "x-ui": { "widget": "timezone", "expression": false }
                },
                "missed": {
                    "type": "string", "title": "Missed times", "default": "last",
                    "description": "What happens to times that passed while Weft was not running.",
                    "oneOf": [
                        { "const": "none", "title": "Skip them" },
                        { "const": "last", "title": "Run once for the last one" },
                        { "const": "all", "title": "Run for each" }
                    ],
                    "x-ui": { "expression": false, "advanced": true }
                }
            }),
        ),
        docs: "Starts a run at each time the cron expression names, in the chosen time zone. A time that daylight saving skips fires \
               once after the gap; one that it repeats fires once.\n\nThe output is `{fire_ms, fire_at}`: the time that was due."
            .into(),
        ..trigger("schedule", "Schedule", "clock")
    }
}
