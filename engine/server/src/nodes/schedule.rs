//! `schedule`: runs started by the clock.

use serde_json::json;
use weft_core::node_type::NodeType;

use super::declare::{params, tags, trigger};
use super::{BuiltIn, Outcome};

const A_DAY_MS: i64 = 24 * 3_600_000;
const A_YEAR_MS: i64 = 366 * A_DAY_MS;

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
                        { "const": "all", "title": "Run for each, up to 100" }
                    ],
                    "x-ui": { "expression": false, "advanced": true }
                },
                "missed_window_ms": {
                    "type": "integer", "title": "Make up for at most", "minimum": 60_000, "maximum": A_YEAR_MS,
                    "description": "Missed times that are older are skipped. A day for the last one when empty, and without limit for each.",
                    "x-ui": { "widget": "duration", "expression": false, "advanced": true, "placeholder": "86400000" }
                },
                "jitter_ms": {
                    "type": "integer", "title": "Spread starts over", "default": 0, "minimum": 0, "maximum": A_DAY_MS,
                    "description": "Moves each start by up to this, so that many schedules don't start at the same instant. Never past the next time.",
                    "x-ui": { "widget": "duration", "expression": false, "advanced": true, "placeholder": "60000" }
                }
            }),
        ),
        docs: "Starts a run at each time the cron expression names, in the chosen time zone. A time that daylight saving skips fires \
               once after the gap; one that it repeats fires once.\n\nTimes that passed while Weft was not running are skipped or made \
               up for, as **Missed times** says. **Spread starts over** moves each start by an amount that is always the same for \
               the same time. The Schedules page shows what every time became: a run, or the reason why there is none.\n\nThe \
               output is `{fire_ms, fire_at}`: the time that was due, whenever the run started."
            .into(),
        ..trigger("schedule", "Schedule", "clock")
    }
}
