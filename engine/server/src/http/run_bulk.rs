//! One thing done with many runs: those that are named, or those that fit a filter.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use weft_core::run::RetakeFrom;

use super::caller::Caller;
use super::json::Json;
use super::parameters::Path;
use super::problem::{Code, Problem, ProblemBody};
use super::runs::find;
use crate::accounts::Permission;
use crate::app::App;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::retention;
use crate::store::runs::{Filter, Status, TriggerKind};
use crate::workflows;

/// Runs of one request; the answer says when there are more.
const MOST_RUNS: u32 = 1_000;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkRuns {
    action: BulkAction,
    /// The runs, at most 1,000. Use this or `filter`.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    ids: Option<Vec<RunId>>,
    /// The newest 1,000 runs that fit. Use this or `ids`.
    #[serde(default)]
    filter: Option<BulkFilter>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    Cancel,
    /// Go on where they failed.
    Retry,
    /// Run again with the same input.
    Rerun,
    Delete,
}

/// Which runs are meant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkFilter {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    workflow: Option<WorkflowId>,
    #[serde(default)]
    status: Option<Status>,
    /// Only runs with a step that was interrupted and waits for a person to decide.
    #[serde(default)]
    needs_decision: bool,
    /// Created at or after, in UTC milliseconds.
    #[serde(default)]
    from: Option<i64>,
    /// Created before, in UTC milliseconds.
    #[serde(default)]
    to: Option<i64>,
    /// The code of the error a run failed with.
    #[serde(default)]
    error: Option<String>,
    /// Text in the workflow's name, the data or the error.
    #[serde(default)]
    search: Option<String>,
}

/// What became of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkOutcome {
    done: usize,
    failed: Vec<BulkFailure>,
    /// More runs fit the filter than were looked at.
    more: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BulkFailure {
    #[schema(value_type = String)]
    id: RunId,
    code: &'static str,
    message: String,
}

/// Cancel, retry, repeat or delete many runs
#[utoipa::path(post, path = "/runs/bulk", operation_id = "bulk_runs", tag = "runs", request_body = BulkRuns,
    responses((status = 200, body = BulkOutcome), (status = "4XX", body = ProblemBody)))]
pub async fn bulk(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<BulkRuns>,
) -> Result<Json<BulkOutcome>, Problem> {
    let permission = match body.action {
        BulkAction::Cancel | BulkAction::Delete => Permission::CancelRuns,
        BulkAction::Retry | BulkAction::Rerun => Permission::StartRuns,
    };
    let workspace = caller.may(permission)?;
    let action = body.action;
    let (runs, more) = chosen(&app, workspace, body).await?;
    let mut outcome = BulkOutcome { done: 0, failed: Vec::new(), more };
    for id in runs {
        match act(&app, workspace, id, action, caller.trigger_kind()).await {
            Ok(()) => outcome.done += 1,
            Err(problem) => {
                let failure = BulkFailure { id, code: problem.code(), message: problem.detail().to_owned() };
                outcome.failed.push(failure);
            }
        }
    }
    Ok(Json(outcome))
}

/// Delete a run that has ended
#[utoipa::path(delete, path = "/runs/{id}", operation_id = "delete_run", tag = "runs", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemBody)))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Result<axum::http::StatusCode, Problem> {
    let workspace = caller.may(Permission::CancelRuns)?;
    act(&app, workspace, id, BulkAction::Delete, caller.trigger_kind()).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

async fn chosen(app: &App, workspace: WorkspaceId, body: BulkRuns) -> Result<(Vec<RunId>, bool), Problem> {
    let wrong = |field: &str, detail: String| Problem::new(Code::InvalidBody, detail).at_field(field);
    match (body.ids, body.filter) {
        (Some(ids), None) if ids.len() > MOST_RUNS as usize => {
            Err(wrong("ids", format!("Name at most {MOST_RUNS} runs at once, not {}.", ids.len())))
        }
        (Some(ids), None) => Ok((ids, false)),
        (None, Some(filter)) => {
            let search = filter.search;
            let filter = Filter {
                workflow: filter.workflow,
                status: filter.status,
                needs_decision: filter.needs_decision,
                from_ms: filter.from,
                to_ms: filter.to,
                error_code: filter.error,
                limit: MOST_RUNS + 1,
                ..Filter::default()
            };
            let found = app.history().list(workspace, &filter, search.as_deref()).await?;
            let more = found.is_incomplete || found.runs.len() > MOST_RUNS as usize;
            Ok((found.runs.into_iter().take(MOST_RUNS as usize).map(|run| run.id).collect(), more))
        }
        (Some(_), Some(_)) => Err(wrong("filter", "Say `ids` or `filter`, not both.".into())),
        (None, None) => Err(wrong("ids", "Say which runs: `ids`, or a `filter`; `{}` means all.".into())),
    }
}

async fn act(
    app: &App,
    workspace: WorkspaceId,
    id: RunId,
    action: BulkAction,
    kind: TriggerKind,
) -> Result<(), Problem> {
    match action {
        BulkAction::Cancel => app.runner().cancel(workspace, id).await?,
        BulkAction::Retry => drop(app.runner().retry(workspace, id, RetakeFrom::Failed, kind).await?),
        BulkAction::Rerun => drop(workflows::rerun(app, workspace, id, None, kind).await?),
        BulkAction::Delete => {
            let job = app
                .store()
                .write(move |tx| Box::pin(async move { retention::delete_runs(tx, workspace, &[id]).await }));
            if job.await?.is_empty() {
                // There is none, or it has not ended.
                find(app, workspace, id).await?;
                return Err(Problem::new(Code::RunNotEnded, "Cancel the run before you delete it."));
            }
        }
    }
    Ok(())
}
