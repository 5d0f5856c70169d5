//! Workflows as lists show them: with what starts them and how they have been doing.

use std::collections::HashMap;

use weft_core::document::Document;

use super::{TriggerLabel, labels};
use crate::app::App;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::StoreError;
use crate::store::runs::{self, Status};
use crate::store::workflows::{self, Filter, Workflow};

/// How far back runs are counted.
const RECENT_MS: i64 = 24 * 3_600_000;

/// A workflow in a list.
#[derive(Debug)]
pub struct Summary {
    pub workflow: Workflow,
    pub triggers: Vec<TriggerLabel>,
    pub last_run: Option<(RunId, Status, i64)>,
    pub run_counts: RunCounts,
}

/// How runs of the last 24 hours ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct RunCounts {
    pub succeeded: i64,
    pub failed: i64,
}

pub async fn list(app: &App, workspace: WorkspaceId, filter: &Filter, now_ms: i64) -> Result<Vec<Summary>, StoreError> {
    let types = app.node_types();
    let found = workflows::list(app.store(), workspace, filter).await?;
    let last_runs = runs::last_of_workflows(app.store(), workspace).await?;
    let counts = recent_counts(app, workspace, now_ms).await?;
    let summary = |workflow: Workflow| Summary {
        // A draft that does not read back is still listed, so that it can be opened and deleted.
        triggers: serde_json::from_str::<Document>(&workflow.draft)
            .map(|document| labels(&document, &types))
            .unwrap_or_default(),
        last_run: last_runs.get(&workflow.id).copied(),
        run_counts: counts.get(&workflow.id).copied().unwrap_or_default(),
        workflow,
    };
    Ok(found.into_iter().map(summary).collect())
}

async fn recent_counts(
    app: &App,
    workspace: WorkspaceId,
    now_ms: i64,
) -> Result<HashMap<WorkflowId, RunCounts>, StoreError> {
    let mut counts: HashMap<WorkflowId, RunCounts> = HashMap::new();
    for (workflow, status, number) in
        runs::recent_counts(app.store(), workspace, RunId::first_at(now_ms - RECENT_MS)).await?
    {
        let counted = counts.entry(workflow).or_default();
        match status {
            Status::Succeeded => counted.succeeded += number,
            Status::Failed => counted.failed += number,
            Status::Queued | Status::Running | Status::Waiting | Status::Cancelled => {}
        }
    }
    Ok(counts)
}
