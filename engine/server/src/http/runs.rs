//! Runs: start, list, read.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use weft_core::document::NodeId;
use weft_core::run::Extent;

use super::caller::Caller;
use super::json::{Json, OptionalJson};
use super::page::{self, Page};
use super::parameters::{Path, Query};
use super::problem::{Code, Problem, ProblemBody};
use super::run_views::{RunView, StepView};
use super::schema::CoreDocument;
use crate::accounts::Permission;
use crate::app::App;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::runner::Wait;
use crate::store::revisions;
use crate::store::runs::{self as stored, Filter, Status};
use crate::workflows::{self, NewRun, Source};

/// The longest a request with `wait` stays open; the run goes on after it.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// What to run, from where, how far. Without `revision` and `draft` the published revision runs.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartRun {
    /// The value of the trigger.
    #[serde(default)]
    input: Value,
    #[serde(default)]
    revision: Option<i64>,
    /// Run the draft as it is saved.
    #[serde(default)]
    draft: bool,
    /// The node to start from; a `manual` node or else the first trigger when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    trigger: Option<NodeId>,
    /// Run up to and including this node.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    to: Option<NodeId>,
    /// Run this node alone.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    only: Option<NodeId>,
    /// Outputs that stand in for nodes, which then do not run.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>)]
    given: BTreeMap<NodeId, Arc<Value>>,
    /// Answer when the run has ended.
    #[serde(default)]
    wait: bool,
}

/// Which runs a list shows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RunQuery {
    #[param(value_type = Option<String>)]
    workflow: Option<WorkflowId>,
    status: Option<Status>,
    /// Only runs with a step that was interrupted and waits for a person to decide.
    #[serde(default)]
    needs_decision: bool,
    /// Created at or after, in UTC milliseconds.
    from: Option<i64>,
    /// Created before, in UTC milliseconds.
    to: Option<i64>,
    /// The code of the error a run failed with.
    error: Option<String>,
    /// Words in the workflow's name, the input, the output, the error or any step; the last may be the beginning of one.
    search: Option<String>,
    /// Items per page, 1 to 200; 50 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunPage {
    #[serde(flatten)]
    page: Page<RunView>,
    /// A search may have missed some: so many runs came lately that not all of them can be searched yet.
    incomplete: bool,
}

/// Start a run of a workflow
#[utoipa::path(post, path = "/workflows/{id}/runs", operation_id = "start_run", tag = "runs", params(("id" = String, Path)), request_body = Option<StartRun>,
    responses((status = 201, body = RunView), (status = "4XX", body = ProblemBody)))]
pub async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
    OptionalJson(body): OptionalJson<StartRun>,
) -> Result<(StatusCode, HeaderMap, Json<RunView>), Problem> {
    let workspace = caller.may(Permission::StartRuns)?;
    let new = NewRun {
        source: source(&body)?,
        extent: extent(&body)?,
        kind: caller.trigger_kind(),
        trigger: body.trigger,
        given: body.given,
        input: body.input,
        wait: if body.wait { Wait::End } else { Wait::No },
    };
    let run = workflows::start(&app, workspace, id, new, LONGEST_WAIT).await?;
    created(&app, workspace, run).await
}

/// List runs, newest first
#[utoipa::path(get, path = "/runs", operation_id = "list_runs", tag = "runs", params(RunQuery),
    responses((status = 200, body = RunPage), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<RunQuery>,
) -> Result<Json<RunPage>, Problem> {
    let workspace = caller.may(Permission::ViewRuns)?;
    let limit = page::limit(query.limit)?;
    let filter = Filter {
        workflow: query.workflow,
        status: query.status,
        needs_decision: query.needs_decision,
        from_ms: query.from,
        to_ms: query.to,
        error_code: query.error,
        before: page::cursor(query.cursor.as_deref())?,
        limit: limit + 1,
    };
    let found = app.history().list(workspace, &filter, query.search.as_deref()).await?;
    let shown = app.history().all_shown(found.runs).await?.into_iter().map(RunView::from).collect();
    let page = Page::of(shown, limit, |run: &RunView| run.id.to_string());
    Ok(Json(RunPage { page, incomplete: found.is_incomplete }))
}

/// Read a run
#[utoipa::path(get, path = "/runs/{id}", operation_id = "read_run", tag = "runs", params(("id" = String, Path)),
    responses((status = 200, body = RunView), (status = "4XX", body = ProblemBody)))]
pub async fn read(State(app): State<App>, caller: Caller, Path(id): Path<RunId>) -> Result<Json<RunView>, Problem> {
    let workspace = caller.may(Permission::ViewRuns)?;
    Ok(Json(shown(&app, workspace, id).await?))
}

/// Read the steps of a run
#[utoipa::path(get, path = "/runs/{id}/steps", operation_id = "list_steps", tag = "runs", params(("id" = String, Path)),
    responses((status = 200, body = Vec<StepView>), (status = "4XX", body = ProblemBody)))]
pub async fn steps(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Result<Json<Vec<StepView>>, Problem> {
    let workspace = caller.may(Permission::ViewRuns)?;
    let run = find(&app, workspace, id).await?;
    let program = app.runner().programs().get(workspace, run.head.workflow, run.head.revision).await?;
    let timeline = app.runner().timeline(workspace, id).await?.ok_or_else(missing)?;
    let records = app.history().steps_shown(&run, timeline.into_records()).await?;
    Ok(Json(records.into_iter().map(|record| StepView::of(record, &program.document)).collect()))
}

/// Read the document a run executed
#[utoipa::path(get, path = "/runs/{id}/document", operation_id = "read_run_document", tag = "runs", params(("id" = String, Path)),
    responses((status = 200, body = CoreDocument), (status = "4XX", body = ProblemBody)))]
pub async fn document(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Result<Json<Box<RawValue>>, Problem> {
    let workspace = caller.may(Permission::ViewRuns)?;
    let run = find(&app, workspace, id).await?;
    let gone = || Problem::new(Code::RevisionNotFound, "The workflow was deleted, and what it looked like with it.");
    let revision =
        revisions::find(app.store(), workspace, run.head.workflow, run.head.revision).await?.ok_or_else(gone)?;
    Ok(Json(RawValue::from_string(revision.document).map_err(Problem::internal)?))
}

/// The answer to a request that started a run.
pub async fn created(
    app: &App,
    workspace: WorkspaceId,
    id: RunId,
) -> Result<(StatusCode, HeaderMap, Json<RunView>), Problem> {
    let run = shown(app, workspace, id).await?;
    let mut headers = HeaderMap::new();
    if let Ok(location) = format!("{}/runs/{id}", super::router::PREFIX).parse() {
        headers.insert(header::LOCATION, location);
    }
    Ok((StatusCode::CREATED, headers, Json(run)))
}

pub async fn find(app: &App, workspace: WorkspaceId, id: RunId) -> Result<stored::Run, Problem> {
    stored::find(app.store(), workspace, id).await?.ok_or_else(missing)
}

/// A run as people may see it.
pub async fn shown(app: &App, workspace: WorkspaceId, id: RunId) -> Result<RunView, Problem> {
    Ok(app.history().shown(find(app, workspace, id).await?).await?.into())
}

fn missing() -> Problem {
    Problem::new(Code::RunNotFound, "There is no such run in this workspace.")
}

fn source(body: &StartRun) -> Result<Source, Problem> {
    match (body.revision, body.draft) {
        (None, false) => Ok(Source::Published),
        (Some(number), false) => Ok(Source::Revision(number)),
        (None, true) => Ok(Source::Draft),
        (Some(_), true) => {
            Err(Problem::new(Code::InvalidBody, "Ask for a `revision` or for the `draft`, not for both.")
                .at_field("draft"))
        }
    }
}

fn extent(body: &StartRun) -> Result<Extent, Problem> {
    match (&body.to, &body.only) {
        (None, None) => Ok(Extent::All),
        (Some(node), None) => Ok(Extent::To(node.clone())),
        (None, Some(node)) => Ok(Extent::Only(node.clone())),
        (Some(_), Some(_)) => Err(Problem::new(Code::InvalidBody, "Say `to` or `only`, not both.").at_field("only")),
    }
}
