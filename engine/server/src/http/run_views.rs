//! Runs and steps as the API shows them.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use weft_core::document::{Document, NodeId};
use weft_core::run::{ErrorKind, Log, Path, RunError, StepRecord, StepStatus};

use crate::ids::{RunId, WorkflowId};
use crate::store::runs::{Run, Status, Trigger};

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
    input: Value,
    #[schema(required)]
    output: Option<Value>,
    #[schema(required)]
    error: Option<ErrorView>,
    created_at_ms: i64,
    #[schema(required)]
    started_at_ms: Option<i64>,
    #[schema(required)]
    finished_at_ms: Option<i64>,
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
    /// Left out of live events.
    #[serde(skip_serializing_if = "Option::is_none")]
    logs: Option<Vec<LogView>>,
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
        RunView {
            id: run.id,
            workflow_id: run.head.workflow,
            workflow_name: run.workflow_name,
            revision: Some(run.head.revision).filter(|number| *number > 0),
            status: run.tail.status,
            trigger: run.head.trigger,
            input: run.head.input,
            output: run.tail.output,
            error: run.tail.error.as_ref().map(ErrorView::from),
            created_at_ms: run.head.created_ms,
            started_at_ms: run.tail.started_ms,
            finished_at_ms: run.tail.finished_ms,
        }
    }
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
            logs: Some(record.logs.into_iter().map(LogView::from).collect()),
        }
    }

    /// The same as live events tell it.
    pub fn without_logs(self) -> StepView {
        StepView { logs: None, ..self }
    }
}
