//! Runs and their journals.
//!
//! The row of a run is the head and the tail of its journal: what started it, and how it ended. The rows of the journal hold
//! what happened between. What a flush adds is one [`Commit`].

mod read;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use weft_core::document::NodeId;
use weft_core::run::{Event, RunError};

use crate::ids::{RunId, ScheduleId, WorkflowId, WorkspaceId};

pub use read::{
    Filter, due_timers, find, journal, journal_after, last_of_workflows, list, live, next_timer, recent_counts,
};
pub(super) use write::write_commits;

/// What one flush of one run writes, in one transaction.
#[derive(Debug, Clone)]
pub struct Commit {
    pub run: RunId,
    /// Present in the first flush of a run.
    pub head: Option<Head>,
    /// The next row of the journal: its sequence and its events.
    pub entry: Option<(u32, Vec<Event>)>,
    pub tail: Tail,
    /// Replaces the timers of the run when present.
    pub timers: Option<Vec<(String, i64)>>,
    /// Marks the moment of the schedule that started the run; if another run has it, nothing is written.
    pub fire: Option<Fired>,
}

/// A moment of a schedule that became a run, and how far that takes the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fired {
    pub schedule: ScheduleId,
    pub fire_ms: i64,
    pub next_ms: Option<i64>,
}

/// What a run was started with.
#[derive(Debug, Clone)]
pub struct Head {
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    /// Above zero a published revision, below the snapshot of a draft.
    pub revision: i64,
    pub trigger: Trigger,
    pub input: Value,
    pub created_ms: i64,
}

/// Where a run stands.
#[derive(Debug, Clone)]
pub struct Tail {
    pub status: Status,
    pub started_ms: Option<i64>,
    pub finished_ms: Option<i64>,
    pub output: Option<Value>,
    pub error: Option<RunError>,
}

/// What started a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Trigger {
    pub kind: TriggerKind,
    /// The trigger node the run started from.
    #[schema(value_type = Option<String>)]
    pub node: Option<NodeId>,
    /// The moment a schedule was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fire_ms: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKind {
    Manual,
    Api,
    Webhook,
    Schedule,
}

/// The status of a run, as stored and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Status {
    Queued,
    Running,
    Waiting,
    Succeeded,
    Failed,
    Cancelled,
}

impl Status {
    pub fn is_final(self) -> bool {
        matches!(self, Status::Succeeded | Status::Failed | Status::Cancelled)
    }
}

/// A run as stored.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: RunId,
    pub head: Head,
    pub workflow_name: String,
    pub tail: Tail,
}
