//! What a plugin must not get by keeping things.

use serde_json::{Value, json};

use crate::bindings::weft::plugin::state::{self, StateError};
use crate::bindings::weft::plugin::types::{ErrorKind, Outcome, StepError};

/// Adds one to a number that is kept, and then ends as the action says.
pub fn count(action: &str) -> Result<Outcome, StepError> {
    let number = state::get("n").and_then(|number| number.parse().ok()).unwrap_or(0) + 1;
    state::set("n", &number.to_string()).map_err(|_| failed("set"))?;
    match action {
        "count_then_trap" => crate::trap(),
        "count_then_fail" => Err(failed("on purpose")),
        _ => crate::answer(number.to_string()),
    }
}

/// Tries what must be refused, and tells how it was.
pub fn misuse() -> Value {
    let long = "k".repeat(1 << 20);
    let bad_keys = ["", "../up", "a/b", ".hidden", &long];
    let bad_keys = bad_keys.iter().all(|key| matches!(state::set(key, "1"), Err(StateError::BadKey)));
    let large = format!("\"{}\"", "x".repeat(300 << 10));
    let large_value = matches!(state::set("large", &large), Err(StateError::Quota));
    let keys = (0..1_000_000).take_while(|number| state::set(&format!("k{number}"), "1").is_ok()).count();
    let ids: Vec<String> = (0..1_000_000).map(|id| id.to_string()).collect();
    let million_ids = matches!(state::first_seen(&ids, u64::MAX), Err(StateError::Quota));
    let first = state::first_seen(&["a".into(), "a".into()], u64::MAX).ok();
    json!({ "bad_keys": bad_keys, "large_value": large_value, "keys": keys, "million_ids": million_ids, "first": first })
}

pub fn failed(why: &str) -> StepError {
    StepError {
        kind: ErrorKind::Permanent,
        code: "failed".into(),
        message: why.into(),
        retry_after_ms: None,
        pointer: None,
        details: None,
    }
}
