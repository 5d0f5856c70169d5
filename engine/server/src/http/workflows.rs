//! Workflows: list, make, read, rename, copy, delete, publish.

use std::str::FromStr;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use weft_core::problem::Problem as DocumentProblem;

use super::body::DOCUMENT_BODY;
use super::caller::Caller;
use super::documents::document_of;
use super::json::{Json, OptionalJson};
use super::page::{self, Page};
use super::parameters::{Path, Query};
use super::problem::{Problem, ProblemBody};
use super::schema::{CoreDocument, CoreProblem};
use crate::accounts::Permission;
use crate::app::App;
use crate::clock::now_ms;
use crate::ids::{RunId, WorkflowId};
use crate::store::runs::Status;
use crate::store::workflows::{After, Filter, Workflow};
use crate::store::{StoreError, workflows as stored};
use crate::workflows::{self, NewWorkflow, RunCounts, Summary, TriggerLabel, WorkflowError};

/// A workflow with its draft.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Workflow)]
pub struct WorkflowView {
    #[schema(value_type = String)]
    id: WorkflowId,
    name: String,
    draft: DraftView,
    /// The revision in service.
    #[schema(required)]
    published_revision: Option<i64>,
    created_at_ms: i64,
    updated_at_ms: i64,
}

/// The document people are drawing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Draft)]
pub struct DraftView {
    #[schema(value_type = CoreDocument)]
    document: Box<RawValue>,
    /// Send it as `If-Match` when saving.
    etag: String,
}

/// A workflow in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowSummary)]
pub struct SummaryView {
    #[schema(value_type = String)]
    id: WorkflowId,
    name: String,
    #[schema(required)]
    published_revision: Option<i64>,
    created_at_ms: i64,
    updated_at_ms: i64,
    triggers: Vec<TriggerLabel>,
    #[schema(required)]
    last_run: Option<LastRun>,
    /// Of the last 24 hours.
    run_counts: RunCounts,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LastRun {
    #[schema(value_type = String)]
    id: RunId,
    status: Status,
    created_at_ms: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWorkflow {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// An empty drawing when absent.
    #[serde(default)]
    #[schema(value_type = Option<CoreDocument>)]
    document: Option<Value>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameWorkflow {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishWorkflow {
    /// What changed, for people.
    #[serde(default)]
    note: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedRevision {
    revision: i64,
    /// What is worth knowing of the document, such as a workflow it calls that is not published.
    #[schema(value_type = Vec<CoreProblem>)]
    problems: Vec<DocumentProblem>,
}

/// Which workflows a list shows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkflowQuery {
    /// Text in the name.
    search: Option<String>,
    /// Items per page, 1 to 200; 50 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The cursor of the list of workflows: when the last one was changed, and its id.
struct Cursor(After);

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Cursor, ()> {
        let (updated, id) = text.split_once('.').ok_or(())?;
        Ok(Cursor(After { updated_ms: updated.parse().map_err(|_| ())?, id: id.parse().map_err(|_| ())? }))
    }
}

/// List workflows, the latest changed first
#[utoipa::path(get, path = "/workflows", operation_id = "list_workflows", tag = "workflows", params(WorkflowQuery),
    responses((status = 200, body = Page<SummaryView>), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<WorkflowQuery>,
) -> Result<Json<Page<SummaryView>>, Problem> {
    let workspace = caller.may(Permission::ViewWorkflows)?;
    let limit = page::limit(query.limit)?;
    let after = page::cursor::<Cursor>(query.cursor.as_deref())?.map(|cursor| cursor.0);
    let filter = Filter { search: query.search.filter(|text| !text.is_empty()), after, limit: limit + 1 };
    let found = workflows::list(&app, workspace, &filter, now_ms()).await?;
    let cursor = |item: &SummaryView| format!("{}.{}", item.updated_at_ms, item.id);
    Ok(Json(Page::of(found.into_iter().map(SummaryView::from).collect(), limit, cursor)))
}

/// Make a workflow
#[utoipa::path(post, path = "/workflows", operation_id = "create_workflow", tag = "workflows", request_body = CreateWorkflow,
    responses((status = 201, body = WorkflowView), (status = "4XX", body = ProblemBody)))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<CreateWorkflow, DOCUMENT_BODY>,
) -> Result<(StatusCode, HeaderMap, Json<WorkflowView>), Problem> {
    let workspace = caller.may(Permission::EditWorkflows)?;
    let document = body.document.map(|document| document_of(&document.to_string(), "/document")).transpose()?;
    let workflow = workflows::create(&app, workspace, NewWorkflow { name: body.name, document }).await?;
    created(workflow)
}

/// Read a workflow with its draft
#[utoipa::path(get, path = "/workflows/{id}", operation_id = "read_workflow", tag = "workflows", params(("id" = String, Path)),
    responses((status = 200, body = WorkflowView), (status = "4XX", body = ProblemBody)))]
pub async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
) -> Result<(HeaderMap, Json<WorkflowView>), Problem> {
    let workspace = caller.may(Permission::ViewWorkflows)?;
    let workflow = stored::find(app.store(), workspace, id).await?.ok_or(WorkflowError::NotFound)?;
    Ok((etag_header(workflow.draft_version), Json(WorkflowView::of(workflow)?)))
}

/// Rename a workflow
///
/// The name in the draft changes with it; the draft's ETag does not.
#[utoipa::path(patch, path = "/workflows/{id}", operation_id = "rename_workflow", tag = "workflows", params(("id" = String, Path)), request_body = RenameWorkflow,
    responses((status = 200, body = WorkflowView), (status = "4XX", body = ProblemBody)))]
pub async fn rename(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
    Json(body): Json<RenameWorkflow>,
) -> Result<(HeaderMap, Json<WorkflowView>), Problem> {
    let workspace = caller.may(Permission::EditWorkflows)?;
    let workflow = workflows::rename(&app, workspace, id, &body.name).await?;
    Ok((etag_header(workflow.draft_version), Json(WorkflowView::of(workflow)?)))
}

/// Delete a workflow and cancel its live runs
///
/// What has run stays in the history.
#[utoipa::path(delete, path = "/workflows/{id}", operation_id = "delete_workflow", tag = "workflows", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemBody)))]
pub async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<WorkflowId>) -> Result<StatusCode, Problem> {
    let workspace = caller.may(Permission::EditWorkflows)?;
    workflows::delete(&app, workspace, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Copy the draft to a workflow of its own
#[utoipa::path(post, path = "/workflows/{id}/duplicate", operation_id = "duplicate_workflow", tag = "workflows", params(("id" = String, Path)),
    responses((status = 201, body = WorkflowView), (status = "4XX", body = ProblemBody)))]
pub async fn duplicate(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
) -> Result<(StatusCode, HeaderMap, Json<WorkflowView>), Problem> {
    let workspace = caller.may(Permission::EditWorkflows)?;
    created(workflows::duplicate(&app, workspace, id).await?)
}

/// Freeze the draft as the next revision and put it into service
#[utoipa::path(post, path = "/workflows/{id}/publish", operation_id = "publish_workflow", tag = "workflows", params(("id" = String, Path)),
    request_body = Option<PublishWorkflow>,
    responses((status = 200, body = PublishedRevision), (status = "4XX", body = ProblemBody)))]
pub async fn publish(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
    OptionalJson(body): OptionalJson<PublishWorkflow>,
) -> Result<Json<PublishedRevision>, Problem> {
    let workspace = caller.may(Permission::PublishWorkflows)?;
    let revision = workflows::publish(&app, workspace, id, body.note, caller.0.name).await?;
    Ok(Json(PublishedRevision { revision: revision.number, problems: revision.warnings }))
}

/// Take a workflow out of service
///
/// Its webhooks and schedules stop; live runs go on.
#[utoipa::path(post, path = "/workflows/{id}/unpublish", operation_id = "unpublish_workflow", tag = "workflows", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemBody)))]
pub async fn unpublish(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
) -> Result<StatusCode, Problem> {
    let workspace = caller.may(Permission::PublishWorkflows)?;
    workflows::unpublish(&app, workspace, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn created(workflow: Workflow) -> Result<(StatusCode, HeaderMap, Json<WorkflowView>), Problem> {
    let mut headers = etag_header(workflow.draft_version);
    if let Ok(location) = format!("{}/workflows/{}", super::router::PREFIX, workflow.id).parse() {
        headers.insert(header::LOCATION, location);
    }
    Ok((StatusCode::CREATED, headers, Json(WorkflowView::of(workflow)?)))
}

/// A draft's version as an ETag.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

pub fn etag_header(version: i64) -> HeaderMap {
    let value = HeaderValue::try_from(etag(version)).expect("digits and quotes are visible ASCII");
    HeaderMap::from_iter([(header::ETAG, value)])
}

impl WorkflowView {
    fn of(workflow: Workflow) -> Result<WorkflowView, StoreError> {
        Ok(WorkflowView {
            id: workflow.id,
            name: workflow.name,
            draft: DraftView { document: RawValue::from_string(workflow.draft)?, etag: etag(workflow.draft_version) },
            published_revision: workflow.published_revision,
            created_at_ms: workflow.created_ms,
            updated_at_ms: workflow.updated_ms,
        })
    }
}

impl From<Summary> for SummaryView {
    fn from(summary: Summary) -> SummaryView {
        let last_run = |(id, status, created_at_ms)| LastRun { id, status, created_at_ms };
        SummaryView {
            id: summary.workflow.id,
            name: summary.workflow.name,
            published_revision: summary.workflow.published_revision,
            created_at_ms: summary.workflow.created_ms,
            updated_at_ms: summary.workflow.updated_ms,
            triggers: summary.triggers,
            last_run: summary.last_run.map(last_run),
            run_counts: summary.run_counts,
        }
    }
}
