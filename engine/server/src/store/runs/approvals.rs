//! What people are asked by runs. The journal says what was answered; these rows are for finding the questions.

use std::sync::Arc;

use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row};
use weft_core::run::Path;

use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::{Store, StoreError};

const APPROVAL: &str = "select approval.token, approval.workspace_id, approval.workflow_id, approval.run_id, approval.path, \
     approval.form, approval.opened_ms, approval.expires_ms, approval.closed_ms, coalesce(workflow.name, '') as workflow_name \
     from approval left join workflow on workflow.workflow_id = approval.workflow_id";

/// A question as stored.
#[derive(Debug, Clone)]
pub struct Approval {
    /// The right to answer it.
    pub token: String,
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub workflow_name: String,
    pub run: RunId,
    pub path: Path,
    pub form: Arc<Value>,
    pub opened_ms: i64,
    pub expires_ms: Option<i64>,
    /// When it was answered, or needed no more.
    pub closed_ms: Option<i64>,
}

/// Where a page of the list begins: after this one, newest first.
#[derive(Debug, Clone)]
pub struct After {
    pub opened_ms: i64,
    pub token: String,
}

/// The questions of a workspace, newest first.
pub async fn list(
    store: &Store,
    workspace: WorkspaceId,
    is_open: bool,
    after: Option<After>,
    limit: u32,
) -> Result<Vec<Approval>, StoreError> {
    let mut query = QueryBuilder::new(APPROVAL);
    query.push(" where approval.workspace_id = ").push_bind(workspace);
    query.push(if is_open { " and approval.closed_ms is null" } else { " and approval.closed_ms is not null" });
    if let Some(after) = after {
        query.push(" and (approval.opened_ms, approval.token) < (");
        query.push_bind(after.opened_ms).push(", ").push_bind(after.token).push(")");
    }
    query.push(" order by approval.opened_ms desc, approval.token desc limit ").push_bind(limit);
    query.build().fetch_all(&store.readers).await?.iter().map(read).collect()
}

/// How many questions of a workspace are open.
pub async fn count_open(store: &Store, workspace: WorkspaceId) -> Result<i64, StoreError> {
    let count = "select count(*) from approval where workspace_id = $1 and closed_ms is null";
    Ok(sqlx::query_scalar(count).bind(workspace).fetch_one(&store.readers).await?)
}

/// The question whose answerer holds this token, open or not.
pub async fn by_token(store: &Store, token: &str) -> Result<Option<Approval>, StoreError> {
    let by_token = sqlx::AssertSqlSafe(format!("{APPROVAL} where approval.token = $1"));
    let row = sqlx::query(by_token).bind(token).fetch_optional(&store.readers).await?;
    row.map(|row| read(&row)).transpose()
}

/// The question of one step, the newest if it has asked several times.
pub async fn newest_at(
    store: &Store,
    workspace: WorkspaceId,
    run: RunId,
    path: &Path,
) -> Result<Option<Approval>, StoreError> {
    let newest = sqlx::AssertSqlSafe(format!(
        "{APPROVAL} where approval.run_id = $1 and approval.path = $2 and approval.workspace_id = $3 \
         order by approval.opened_ms desc, approval.closed_ms is null desc limit 1"
    ));
    let row = sqlx::query(newest).bind(run).bind(&*path.0).bind(workspace).fetch_optional(&store.readers).await?;
    row.map(|row| read(&row)).transpose()
}

fn read(row: &SqliteRow) -> Result<Approval, StoreError> {
    Ok(Approval {
        token: row.try_get("token")?,
        workspace: row.try_get("workspace_id")?,
        workflow: row.try_get("workflow_id")?,
        workflow_name: row.try_get("workflow_name")?,
        run: row.try_get("run_id")?,
        path: Path::from(row.try_get::<&str, _>("path")?),
        form: serde_json::from_str(row.try_get("form")?)?,
        opened_ms: row.try_get("opened_ms")?,
        expires_ms: row.try_get("expires_ms")?,
        closed_ms: row.try_get("closed_ms")?,
    })
}
