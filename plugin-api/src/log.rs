//! Lines for the step's log, and progress. The host keeps 1,000 lines and 256 KiB of a call and counts the rest.

use serde_json::Value;

#[cfg(target_arch = "wasm32")]
use crate::bindings::weft::plugin::host;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// Writes a line.
pub fn line(level: Level, message: &str) {
    write(level, message, None);
}

/// Writes a line with fields: `log::with(Level::Info, "page read", &json!({ "rows": 50 }))`.
pub fn with(level: Level, message: &str, fields: &Value) {
    write(level, message, Some(fields));
}

/// Writes a line for people who look for what happened.
pub fn info(message: &str) {
    line(Level::Info, message);
}

/// Writes a line about something odd that did not stop the call.
pub fn warn(message: &str) {
    line(Level::Warn, message);
}

/// Writes a line about a failure.
pub fn error(message: &str) {
    line(Level::Error, message);
}

/// Tells how far a long call has come.
pub fn progress(done: u64, total: Option<u64>, note: &str) {
    #[cfg(target_arch = "wasm32")]
    host::progress(done, total, note);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (done, total, note);
}

#[cfg(target_arch = "wasm32")]
fn write(level: Level, message: &str, fields: Option<&Value>) {
    let level = match level {
        Level::Trace => host::Level::Trace,
        Level::Debug => host::Level::Debug,
        Level::Info => host::Level::Info,
        Level::Warn => host::Level::Warn,
        Level::Error => host::Level::Error,
    };
    let fields = fields.map(Value::to_string);
    host::log(level, message, fields.as_deref());
}

/// Outside the sandbox, in an author's tests, lines go to standard error and to the test's [`Host`](crate::testing::Host).
#[cfg(not(target_arch = "wasm32"))]
fn write(level: Level, message: &str, fields: Option<&Value>) {
    crate::testing::world::log(level, message, fields);
}
