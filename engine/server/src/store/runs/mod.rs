//! Runs and their journals.
//!
//! The row of a run is the head and the tail of its journal: what started it, and how it ended. The rows of the journal hold
//! what happened between. What a flush adds is one [`Commit`].

pub mod approvals;
mod inbox;
mod read;
mod seen;
mod write;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use weft_core::document::NodeId;
use weft_core::run::{Answer, Answerer, Event, Path, RunError};

use crate::ids::{RunId, ScheduleId, WorkflowId, WorkspaceId};
use crate::store::plugin_state::Change;

pub use approvals::Approval;
pub use inbox::{MOST_KEPT, Posted, Received, inbox, post, runs_with_mail};
pub use read::{
    Filter, Live, SUSPICIOUS_CRASHES, count_crash, due, find, find_all, in_progress, journal, journal_after,
    last_of_workflows, list, live_children, next_wake, queued, recent_counts, waiting_of, workspace_of,
};
pub use seen::{FirstSeen, first_seen};

pub(super) use read::{first_created_at, last_created_at};
pub(super) use write::{add_commits, write_commits};

/// What one flush of one run writes, in one transaction.
#[derive(Debug, Clone)]
pub struct Commit {
    pub run: RunId,
    /// Present in the first flush of a run.
    pub head: Option<Arc<Head>>,
    /// The next row of the journal: its sequence and its events.
    pub entry: Option<(u32, Vec<Event>)>,
    pub tail: Tail,
    /// Marks the moment of the schedule that started the run; if another run has it, nothing is written.
    pub fire: Option<Fired>,
    /// What has become part of the journal and leaves the inbox: everything up to this.
    pub inbox_upto: Option<i64>,
    /// Runs that this one starts. They begin as queued.
    pub children: Vec<Child>,
    /// What other runs are told: its caller of its end, those it waits for no longer that they are to end.
    pub tells: Vec<(RunId, Message)>,
    pub approvals: Vec<ApprovalChange>,
    /// What plugins keep of calls whose results are written.
    pub kept: Vec<Change>,
}

impl Commit {
    /// A flush that adds nothing to the journal.
    pub fn of(run: RunId, tail: Tail) -> Commit {
        Commit {
            run,
            head: None,
            entry: None,
            tail,
            fire: None,
            inbox_upto: None,
            children: Vec::new(),
            tells: Vec::new(),
            approvals: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// The first flush of a run.
    pub fn opening(run: RunId, head: Head, events: Vec<Event>, tail: Tail) -> Commit {
        Commit { head: Some(Arc::new(head)), entry: Some((0, events)), ..Commit::of(run, tail) }
    }
}

/// A run that another one starts.
#[derive(Debug, Clone)]
pub struct Child {
    pub run: RunId,
    pub head: Arc<Head>,
    pub start: Event,
}

/// An approval that a run asks for, or needs no more.
#[derive(Debug, Clone)]
pub enum ApprovalChange {
    Open(Box<NewApproval>),
    Close {
        path: Path,
        at_ms: i64,
    },
    /// The run has ended, and with it whatever it still asked for.
    CloseAll {
        at_ms: i64,
    },
}

#[derive(Debug, Clone)]
pub struct NewApproval {
    pub token: String,
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub path: Path,
    pub form: Arc<Value>,
    pub opened_ms: i64,
    pub expires_ms: Option<i64>,
}

/// Something that is addressed to a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message {
    Cancel,
    Signal {
        name: String,
        data: Value,
    },
    /// What came for one waiting step: somebody's answer, a decision, the end of the run it started.
    Answer {
        path: Path,
        from: Answerer,
        answer: Answer,
    },
}

/// A moment of a schedule that became a run, and how far that takes the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fired {
    pub schedule: ScheduleId,
    /// The cursor of the schedule this was decided from.
    pub from_ms: i64,
    pub fire_ms: i64,
    pub next_ms: Option<i64>,
    pub decided_ms: i64,
}

/// What a run was started with.
#[derive(Debug, Clone)]
pub struct Head {
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    /// Above zero a published revision, below the snapshot of a draft.
    pub revision: i64,
    pub trigger: Trigger,
    pub input: Arc<Value>,
    pub created_ms: i64,
    pub parent: Option<Parent>,
    /// How many runs started one another before this one.
    pub depth: u32,
    /// The run this one repeats.
    pub retry_of: Option<RunId>,
    /// The run whose idempotency keys this one goes on with.
    pub origin: Option<RunId>,
    /// What it shares a limit with, besides its workflow.
    pub slot_key: Option<String>,
    /// The first of the runs it shares values with, when it is not that itself: one started it, or is repeated by it.
    pub root: Option<RunId>,
}

/// The step that started a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    pub run: RunId,
    pub path: Path,
}

/// Where a run stands.
#[derive(Debug, Clone)]
pub struct Tail {
    pub status: Status,
    pub started_ms: Option<i64>,
    pub finished_ms: Option<i64>,
    pub output: Option<Arc<Value>>,
    pub error: Option<Arc<RunError>>,
    /// The nearest moment at which something happens to the run, while it waits.
    pub wake_ms: Option<i64>,
    /// Steps that were interrupted and wait for a person.
    pub incidents: u32,
    /// How many events its journal has.
    pub events: u32,
    /// Signals that no step has waited for yet.
    pub kept_signals: u32,
}

impl Tail {
    /// A status and nothing else.
    pub fn of(status: Status) -> Tail {
        Tail {
            status,
            started_ms: None,
            finished_ms: None,
            output: None,
            error: None,
            wake_ms: None,
            incidents: 0,
            events: 0,
            kept_signals: 0,
        }
    }
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
    /// A plugin found something new.
    Poll,
    /// Called by another workflow.
    Workflow,
    /// Another workflow's run failed.
    Error,
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
    /// One of the runs it shares values with does not show everything.
    pub has_masked_family: bool,
}
