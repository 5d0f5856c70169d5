//! Runs and steps as the API shows them.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use weft_core::document::{Document, NodeId};
use weft_core::run::{ErrorKind, Log, Path, RunError, StepRecord, StepStatus, Waits};

use crate::ids::{RunId, WorkflowId};
use crate::runner::{LONG_HISTORY, MOST_HISTORY};
use crate::store::runs::{Run, Status, Tail, Trigger};

/// One execution of a workflow.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Run)]
pub struct RunView {
    #[schema(value_type = String)]
    pub id: RunId,
    #[schema(value_type = String)]
    workflow_id: WorkflowId,
    workflow_name: String,
    /// `null` for a test run of a draft.
    #[schema(required)]
    revision: Option<i64>,
    pub status: Status,
    trigger: Trigger,
    #[schema(value_type = Value)]
    input: Arc<Value>,
    #[schema(required, value_type = Value)]
    output: Option<Arc<Value>>,
    #[schema(required)]
    error: Option<ErrorView>,
    /// The run that started this one.
    #[schema(required)]
    parent: Option<ParentView>,
    /// The run this one repeats.
    #[schema(required, value_type = Option<String>)]
    retry_of: Option<RunId>,
    /// Steps that wait for a person, because the server died while they ran.
    incidents: u32,
    /// How much has happened in it: the events of its journal. A run is stopped at 50,000.
    events: u32,
    /// What people should know before it is too late: so far, that its history becomes too long.
    #[schema(required)]
    warning: Option<String>,
    created_at_ms: i64,
    #[schema(required)]
    started_at_ms: Option<i64>,
    #[schema(required)]
    finished_at_ms: Option<i64>,
}

/// The step of another run that started a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ParentRun)]
pub struct ParentView {
    #[schema(value_type = String)]
    run_id: RunId,
    #[schema(value_type = String)]
    path: Path,
}

/// Why a step or a run failed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = RunError)]
pub struct ErrorView {
    #[schema(value_type = String)]
    kind: ErrorKind,
    /// Stable identifier; plugins bring their own.
    code: String,
    message: String,
    #[schema(required, value_type = Option<String>)]
    node: Option<NodeId>,
    #[schema(required, value_type = Option<String>)]
    path: Option<Path>,
    /// JSON pointer to the parameter at fault, relative to the node's parameters.
    #[schema(required)]
    pointer: Option<String>,
    #[schema(required)]
    details: Option<Value>,
}

/// One execution of a node in a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepView {
    /// Node id plus loop indices: `each_order[12]/notify`.
    #[schema(value_type = String)]
    path: Path,
    #[schema(value_type = String)]
    node: NodeId,
    r#type: String,
    #[schema(value_type = String)]
    status: StepStatus,
    attempt: u32,
    #[schema(required)]
    port: Option<String>,
    #[schema(required, value_type = Value)]
    input: Option<Arc<Value>>,
    #[schema(required, value_type = Value)]
    output: Option<Arc<Value>>,
    #[schema(required)]
    error: Option<ErrorView>,
    #[schema(required)]
    started_at_ms: Option<i64>,
    #[schema(required)]
    duration_ms: Option<i64>,
    /// What it waits for, while its status is `waiting`.
    #[schema(required)]
    waits: Option<WaitsView>,
    /// Left out of live events.
    #[serde(skip_serializing_if = "Option::is_none")]
    logs: Option<Vec<LogView>>,
}

/// What a waiting step waits for.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Waits)]
pub struct WaitsView {
    kind: WaitsKind,
    /// When it goes on by itself.
    #[schema(required)]
    until_ms: Option<i64>,
    /// The name of the signal it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    signal: Option<String>,
    /// The run it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitsKind {
    Timer,
    Retry,
    Signal,
    Approval,
    Run,
    Interrupted,
}

impl From<Waits> for WaitsView {
    fn from(waits: Waits) -> WaitsView {
        let view = |kind, until_ms| WaitsView { kind, until_ms, signal: None, run_id: None };
        match waits {
            Waits::Timer { until_ms } => view(WaitsKind::Timer, Some(until_ms)),
            Waits::Retry { until_ms } => view(WaitsKind::Retry, Some(until_ms)),
            Waits::Signal { signal, until_ms } => {
                WaitsView { signal: Some(signal), ..view(WaitsKind::Signal, until_ms) }
            }
            Waits::Approval { until_ms } => view(WaitsKind::Approval, until_ms),
            Waits::Run { run_id, until_ms } => WaitsView { run_id: Some(run_id), ..view(WaitsKind::Run, until_ms) },
            Waits::Interrupted => view(WaitsKind::Interrupted, None),
        }
    }
}

/// One line a step logged.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LogLine)]
pub struct LogView {
    level: String,
    message: String,
    #[schema(required)]
    fields: Option<Value>,
    at_ms: i64,
}

impl From<Run> for RunView {
    fn from(run: Run) -> RunView {
        let warning = warning(&run.tail);
        RunView {
            id: run.id,
            workflow_id: run.head.workflow,
            workflow_name: run.workflow_name,
            revision: Some(run.head.revision).filter(|number| *number > 0),
            status: run.tail.status,
            trigger: run.head.trigger,
            input: run.head.input,
            output: run.tail.output,
            error: run.tail.error.as_deref().map(ErrorView::from),
            parent: run.head.parent.map(|parent| ParentView { run_id: parent.run, path: parent.path }),
            retry_of: run.head.retry_of,
            incidents: run.tail.incidents,
            events: run.tail.events,
            warning,
            created_at_ms: run.head.created_ms,
            started_at_ms: run.tail.started_ms,
            finished_at_ms: run.tail.finished_ms,
        }
    }
}

fn warning(tail: &Tail) -> Option<String> {
    let is_long = tail.events >= LONG_HISTORY && !tail.status.is_final();
    is_long.then(|| {
        format!(
            "{} things have happened in this run; it is stopped at {MOST_HISTORY}. Split the work among several runs by \
             `call_workflow`.",
            tail.events
        )
    })
}

impl From<&RunError> for ErrorView {
    fn from(error: &RunError) -> ErrorView {
        ErrorView {
            kind: error.kind,
            code: error.code.clone(),
            message: error.message.clone(),
            node: error.node.clone(),
            path: error.path.clone(),
            pointer: error.pointer.clone(),
            details: error.details.clone(),
        }
    }
}

impl From<Log> for LogView {
    fn from(log: Log) -> LogView {
        LogView { level: log.level, message: log.message, fields: log.fields, at_ms: log.at_ms }
    }
}

impl StepView {
    /// `document` is the one the run executes.
    pub fn of(record: StepRecord, document: &Document) -> StepView {
        let node = document.nodes.iter().find(|node| node.id == record.node);
        StepView {
            r#type: node.map(|node| node.node_type.clone()).unwrap_or_default(),
            duration_ms: record.started_at_ms.zip(record.ended_at_ms).map(|(started, ended)| ended - started),
            path: record.path,
            node: record.node,
            status: record.status,
            attempt: record.attempt,
            port: record.port,
            input: record.input,
            output: record.output,
            error: record.error.as_deref().map(ErrorView::from),
            started_at_ms: record.started_at_ms,
            waits: record.waits.map(WaitsView::from),
            logs: Some(record.logs.into_iter().map(LogView::from).collect()),
        }
    }

    /// The same as live events tell it.
    pub fn without_logs(self) -> StepView {
        StepView { logs: None, ..self }
    }
}
