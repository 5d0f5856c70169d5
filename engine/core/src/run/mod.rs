//! How a run goes: a pure state machine.
//!
//! [`RunState::apply`] takes what happened, [`RunState::next`] tells what to do. The same two functions serve live runs,
//! recovery (apply the journal, then carry on) and the timeline. Nothing here reads a clock or rolls dice.
//!
//! The rules: a step starts when each of its incoming edges is delivered or dead and at least one is delivered; if all are
//! dead it is skipped and its own edges die. A failed step leaves by `error` where that port is connected; otherwise it
//! fails the body it is in, which then starts nothing new: the run, or one iteration of a container. A run that is
//! cancelled or out of time first comes to rest, then goes through its clean-up branch where one is drawn.

mod frame;
mod items;
mod park;
mod record;
mod retake;
mod retry;
mod settle;
mod state;
mod wait;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::depth::DEEPEST;
use crate::document::NodeId;
use crate::graph::NodeIx;

pub use park::{Answer, Answerer, Expiry, Park, WaitsFor};
pub use record::{StepRecord, StepStatus, Timeline, Waits};
pub use retake::{RetakeFrom, retake};
pub use retry::retry_at;
pub use state::{IllegalEvent, RunState};
pub use wait::Due;

/// Which step: node id plus loop indices, `each_order[12]/notify`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(pub Arc<str>);

impl Path {
    /// What the path of every step of the same iteration begins with; empty outside of containers.
    pub fn prefix(&self) -> &str {
        self.0.rfind('/').map_or("", |slash| &self.0[..=slash])
    }

    pub fn node(&self) -> &str {
        &self.0[self.prefix().len()..]
    }

    /// This step and the containers around it, innermost first: `a[1]/b[2]/c`, `a[1]/b`, `a`.
    pub fn and_around(&self) -> impl Iterator<Item = Path> + use<> {
        let around = |path: &Path| {
            let round = path.prefix().strip_suffix("]/")?;
            Some(Path::from(&round[..round.rfind('[')?]))
        };
        std::iter::successors(Some(self.clone()), around)
    }
}

impl From<&str> for Path {
    fn from(path: &str) -> Path {
        Path(path.into())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What happened. The journal is a list of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    RunStarted {
        start: Start,
        at_ms: i64,
    },
    StepStarted {
        path: Path,
        attempt: u32,
        at_ms: i64,
    },
    /// A container evaluated its list.
    Opened {
        path: Path,
        items: Vec<Arc<Value>>,
        parallel: u32,
        on_error: OnItemError,
        at_ms: i64,
    },
    /// A container that repeats itself while a condition holds was entered.
    Looped {
        path: Path,
        /// What the first turn starts with.
        item: Arc<Value>,
        most_turns: u32,
        at_ms: i64,
    },
    /// The condition of such a container was looked at.
    Turned {
        path: Path,
        goes_on: bool,
        at_ms: i64,
    },
    /// A step asked its container to begin no further round.
    Broke {
        path: Path,
        output: Arc<Value>,
        at_ms: i64,
    },
    /// A step parked itself until a moment, or until something comes.
    Parked {
        path: Path,
        park: Park,
        /// What it leaves with when its time comes.
        output: Arc<Value>,
        at_ms: i64,
    },
    /// Whoever should act on a parked step was reminded.
    Reminded {
        path: Path,
        at_ms: i64,
    },
    /// The process died while the step ran, and it must not simply be repeated: a person decides.
    Interrupted {
        path: Path,
        at_ms: i64,
    },
    /// What a step waited for has come.
    Answered {
        path: Path,
        answer: Answer,
        at_ms: i64,
    },
    /// A signal for the run came: it ends the oldest wait for it, or is kept for the next.
    Signalled {
        name: String,
        data: Arc<Value>,
        at_ms: i64,
    },
    /// A step without effects was computed on the spot: its start and its success in one.
    StepComputed {
        path: Path,
        #[serde(default = "first_attempt", skip_serializing_if = "is_first_attempt")]
        attempt: u32,
        port: String,
        output: Arc<Value>,
        at_ms: i64,
    },
    StepSucceeded {
        path: Path,
        port: String,
        output: Arc<Value>,
        at_ms: i64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        logs: Vec<Log>,
    },
    /// Decided when it happened, so that replay needs no dice: with `retry_at_ms` the step waits, without it has failed.
    AttemptFailed {
        path: Path,
        error: Arc<RunError>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at_ms: Option<i64>,
        at_ms: i64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        logs: Vec<Log>,
    },
    TimerDue {
        path: Path,
        at_ms: i64,
    },
    CancelAsked {
        at_ms: i64,
    },
    TimedOut {
        after_ms: u64,
        at_ms: i64,
    },
    /// The run went past a limit that holds for it as a whole.
    Stopped {
        error: Arc<RunError>,
        at_ms: i64,
    },
}

fn first_attempt() -> u32 {
    1
}

fn is_first_attempt(attempt: &u32) -> bool {
    *attempt == 1
}

/// Where a run starts and how far it goes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The trigger that started it; its value is the run's input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<NodeId>,
    #[serde(default, skip_serializing_if = "Extent::is_all")]
    pub extent: Extent,
    /// Outputs that stand in for nodes, which then do not run.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub given: BTreeMap<NodeId, Arc<Value>>,
}

/// Which nodes of the root body a run covers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    #[default]
    All,
    /// Up to and including this node.
    To(NodeId),
    /// This node alone.
    Only(NodeId),
}

impl Extent {
    fn is_all(&self) -> bool {
        *self == Extent::All
    }
}

/// What a failed item does to its container.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnItemError {
    #[default]
    Stop,
    Continue,
}

/// What to do next. Commands stay until the event that answers them is applied.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Start {
        path: Path,
        node: NodeIx,
        attempt: u32,
        input: Arc<Value>,
    },
    /// Look whether a container that repeats itself goes on, and record it.
    Turn {
        path: Path,
        node: NodeIx,
        /// What the last turn came to.
        item: Arc<Value>,
        index: u32,
    },
    /// The body of a container has run for all its items: record how the container's own step ended.
    Close {
        path: Path,
        result: Result<Arc<Value>, Arc<RunError>>,
    },
    Arm {
        path: Path,
        until_ms: i64,
    },
    Finish(Finish),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Finish {
    Succeeded(Arc<Value>),
    Failed(Arc<RunError>),
    Cancelled,
}

/// Why a step or a run failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunError {
    pub kind: ErrorKind,
    /// Stable identifier; plugins bring their own.
    pub code: String,
    pub message: String,
    #[serde(default)]
    pub node: Option<NodeId>,
    #[serde(default)]
    pub path: Option<Path>,
    /// JSON pointer to the parameter at fault, relative to the node's parameters.
    #[serde(default)]
    pub pointer: Option<String>,
    #[serde(default)]
    pub details: Option<Value>,
    /// The earliest another attempt makes sense, in milliseconds from the failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl RunError {
    pub fn new(kind: ErrorKind, code: &str, message: impl Into<String>) -> RunError {
        RunError {
            kind,
            code: code.into(),
            message: message.into(),
            node: None,
            path: None,
            pointer: None,
            details: None,
            retry_after_ms: None,
        }
    }

    /// Of a value that nests deeper than [`DEEPEST`] levels.
    pub fn too_deep() -> RunError {
        RunError::new(ErrorKind::Limit, "too_deep", format!("what came out nests deeper than {DEEPEST} levels"))
    }
}

/// What kind of failure it was; decides about retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    Retryable,
    Permanent,
    RateLimited,
    Auth,
    InvalidInput,
    Cancelled,
    Timeout,
    Expression,
    Limit,
    Plugin,
}

/// One line a step logged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Log {
    pub level: String,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Value>,
    pub at_ms: i64,
}

#[cfg(test)]
mod tests;
