//! What goes into a call and what comes out of it.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::blobs::Files;
use super::guard::HostPattern;
use super::secrets::Slots;
use super::state::State;
use super::waited::Waited;
use crate::flight_recorder::Flight;

/// What any call of a plugin is made with, whatever it asks.
#[derive(Debug, Clone)]
pub struct Frame {
    /// How long the call may take. What the plugin's manifest says holds as well.
    pub timeout: Duration,
    /// The hosts that were granted.
    pub grants: Arc<[HostPattern]>,
    /// The credentials it may use.
    pub slots: Slots,
    /// What it keeps from call to call.
    pub state: State,
    /// The files it may read, and write.
    pub files: Files,
    /// The run the call is made for.
    pub flight: Flight,
    /// Where it is noted how long the call waits for room.
    pub waited: Waited,
    /// Ends the call before its time.
    pub cancel: CancellationToken,
}

impl Default for Frame {
    /// Half a minute, no hosts, no credentials, no files, and nothing is kept.
    fn default() -> Frame {
        Frame {
            timeout: Duration::from_secs(30),
            grants: Arc::default(),
            slots: Slots::default(),
            state: State::default(),
            files: Files::default(),
            flight: Flight::default(),
            waited: Waited::default(),
            cancel: CancellationToken::default(),
        }
    }
}

/// One call of an action of a plugin.
#[derive(Debug, Clone)]
pub struct Call {
    /// The id of the action in the plugin's manifest.
    pub action: String,
    /// The parameters, their expressions already evaluated.
    pub params: Arc<Value>,
    /// What the call is about: one value, or up to the action's `maxBatch`.
    pub items: Vec<Arc<Value>>,
    /// What the previous page returned as [`Outcome::next`].
    pub cursor: Option<Value>,
    /// The same on every retry of one logical call.
    pub idempotency_key: String,
    /// 1 for the first try.
    pub attempt: u32,
    /// Nothing outside is to change.
    pub is_dry_run: bool,
}

impl Call {
    /// A first attempt with one item, `null`.
    pub fn new(action: impl Into<String>, params: Value) -> Call {
        Call {
            action: action.into(),
            params: Arc::new(params),
            items: vec![Arc::default()],
            cursor: None,
            idempotency_key: String::new(),
            attempt: 1,
            is_dry_run: false,
        }
    }
}

/// How a call ended, and what can be told about it either way.
#[derive(Debug)]
pub struct Called<T> {
    pub result: Result<T, CallError>,
    /// What the call was given, with what it changed if it succeeded.
    pub state: State,
    pub logs: Vec<LogLine>,
    /// The time from taking up the call to its end, waiting included.
    pub duration: Duration,
    /// The part of it in which the guest was computing.
    pub cpu: Duration,
    /// The most linear memory and tables the guest held.
    pub memory_peak_bytes: usize,
}

/// How a call of an action ended.
pub type CallResult = Called<Outcome>;

/// What a call produced.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// One value per item, for actions that answer every item.
    pub items: Vec<Value>,
    /// What the items come to as JSON.
    pub bytes: usize,
    /// There is more: keep these items, then call again with this cursor.
    pub next: Option<Value>,
    /// What else the plugin says of it.
    pub meta: Option<Value>,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    pub kind: ErrorKind,
    /// Stable identifier: the plugin's own, or one of the host's (`trap`, `cpu_limit`, `memory_limit`, …).
    pub code: String,
    pub message: String,
    pub retry_after_ms: Option<u64>,
    /// JSON pointer to the parameter that is wrong.
    pub pointer: Option<String>,
    pub details: Option<Value>,
}

/// What the engine may do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Trying again may help.
    Retryable,
    /// Trying again does not help.
    Permanent,
    /// Try again, but later.
    RateLimited,
    /// The credential is missing, wrong or not allowed to do this.
    Auth,
    /// The parameters or the items are wrong.
    InvalidInput,
    /// Someone asked for the end.
    Cancelled,
    /// The wall clock ran out.
    Timeout,
    /// The call used more computing time, memory or output than it may.
    Limit,
    /// The plugin is broken: it trapped, or answered what it must not answer.
    Plugin,
}

impl CallError {
    /// An error without pointer and details.
    pub fn new(kind: ErrorKind, code: impl Into<String>, message: impl Into<String>) -> CallError {
        CallError {
            kind,
            code: code.into(),
            message: message.into(),
            retry_after_ms: None,
            pointer: None,
            details: None,
        }
    }

    pub(super) fn cancelled() -> CallError {
        CallError::new(ErrorKind::Cancelled, "cancelled", "the call was cancelled")
    }
}

/// One line of a call's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    pub level: LogLevel,
    pub message: String,
    pub fields: Option<Value>,
    /// UTC milliseconds.
    pub at_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}
