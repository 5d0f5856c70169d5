//! The history of a workflow.

use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::caller::Caller;
use super::json::Json;
use super::page::{Page, PageQuery};
use super::parameters::{Path, Query};
use super::problem::{Code, Problem, ProblemBody};
use super::schema::CoreDocument;
use crate::accounts::Permission;
use crate::app::App;
use crate::ids::WorkflowId;
use crate::store::revisions::PluginLock;
use crate::store::revisions::Revision;
use crate::store::{StoreError, revisions, workflows};
use crate::workflows::WorkflowError;

/// A revision in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevisionSummary)]
pub struct SummaryView {
    number: i64,
    #[schema(required)]
    note: Option<String>,
    created_at_ms: i64,
    #[schema(required)]
    created_by: Option<String>,
}

/// A revision with what it consists of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revision)]
pub struct RevisionView {
    #[serde(flatten)]
    summary: SummaryView,
    #[schema(value_type = CoreDocument)]
    document: Box<RawValue>,
    /// The plugin versions it runs with.
    #[schema(value_type = PluginLock)]
    lock: Box<RawValue>,
}

/// List the published revisions, newest first
#[utoipa::path(get, path = "/workflows/{id}/revisions", operation_id = "list_revisions", tag = "workflows", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Page<SummaryView>), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<SummaryView>>, Problem> {
    let workspace = caller.may(Permission::ViewWorkflows)?;
    let (limit, before) = (page.limit()?, page.cursor()?.unwrap_or(i64::MAX));
    workflows::find(app.store(), workspace, id).await?.ok_or(WorkflowError::NotFound)?;
    let found = revisions::list(app.store(), workspace, id, before, limit + 1).await?;
    let items = found.into_iter().map(SummaryView::from).collect();
    Ok(Json(Page::of(items, limit, |revision: &SummaryView| revision.number.to_string())))
}

/// Read one revision
#[utoipa::path(get, path = "/workflows/{id}/revisions/{number}", operation_id = "read_revision", tag = "workflows",
    params(("id" = String, Path), ("number" = i64, Path)),
    responses((status = 200, body = RevisionView), (status = "4XX", body = ProblemBody)))]
pub async fn read(
    State(app): State<App>,
    caller: Caller,
    Path((id, number)): Path<(WorkflowId, i64)>,
) -> Result<Json<RevisionView>, Problem> {
    let workspace = caller.may(Permission::ViewWorkflows)?;
    let missing = || Problem::new(Code::RevisionNotFound, format!("The workflow has no revision {number}."));
    let found = revisions::find(app.store(), workspace, id, number).await?.filter(|revision| revision.number > 0);
    Ok(Json(RevisionView::of(found.ok_or_else(missing)?)?))
}

impl From<Revision> for SummaryView {
    fn from(revision: Revision) -> SummaryView {
        SummaryView {
            number: revision.number,
            note: revision.note,
            created_at_ms: revision.created_ms,
            created_by: revision.created_by,
        }
    }
}

impl RevisionView {
    fn of(mut revision: Revision) -> Result<RevisionView, StoreError> {
        let document = RawValue::from_string(std::mem::take(&mut revision.document))?;
        let lock = RawValue::from_string(std::mem::take(&mut revision.plugin_lock))?;
        Ok(RevisionView { document, lock, summary: revision.into() })
    }
}
