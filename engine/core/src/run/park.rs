//! What a step that is not running waits for.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RunError;
use crate::document::OUT;

/// How a step waits.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Park {
    /// The moment it ends by itself; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    #[serde(default)]
    pub expiry: Expiry,
    /// What ends it besides time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<WaitsFor>,
    /// Milliseconds between reminders to whoever should act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_every_ms: Option<u64>,
}

impl Park {
    /// Waits for nothing but a moment.
    pub fn until(until_ms: i64) -> Park {
        Park { until_ms: Some(until_ms), ..Park::default() }
    }
}

/// What happens when the moment comes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    Leave {
        port: String,
    },
    /// `limit` is the setting that says until when.
    Fail {
        limit: String,
    },
}

impl Default for Expiry {
    fn default() -> Expiry {
        Expiry::Leave { port: OUT.into() }
    }
}

/// What a parked step waits for besides a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WaitsFor {
    /// A signal of this name.
    Signal { name: String },
    /// Somebody's answer to this form.
    Approval {
        form: Arc<Value>,
        /// The right to answer.
        token: String,
        /// The workflow that tells somebody of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notify: Option<String>,
    },
    /// The end of the run it started.
    Run { run: String },
}

/// Whose answer it is. A step takes only the one it waits for: not that of an earlier attempt, nor of another run it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answerer {
    /// The person who decides about an interrupted step.
    Operator,
    /// Whoever holds the right to answer a question.
    Holder { token: String },
    /// The run that the step started.
    Run { run: String },
}

/// What came for a step that waited, or what a person decided about an interrupted one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Leave {
        port: String,
        output: Arc<Value>,
    },
    Fail {
        error: Arc<RunError>,
    },
    /// The step is started again.
    Retry,
}
