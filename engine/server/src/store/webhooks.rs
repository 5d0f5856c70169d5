//! The webhook nodes of revisions in service. A path and method belong to one workflow.

use sqlx::FromRow;

use super::{Store, StoreError, Tx};
use crate::ids::{WorkflowId, WorkspaceId};

/// A webhook as stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Webhook {
    pub path: String,
    pub method: String,
    #[sqlx(rename = "workspace_id")]
    pub workspace: WorkspaceId,
    #[sqlx(rename = "workflow_id")]
    pub workflow: WorkflowId,
    pub revision: i64,
    pub node: String,
}

/// Everything webhooks answer to.
pub async fn all(store: &Store) -> Result<Vec<Webhook>, StoreError> {
    let all = "select path, method, workspace_id, workflow_id, revision, node from webhook order by path, method";
    Ok(sqlx::query_as(all).fetch_all(&store.readers).await?)
}

/// Whether another workflow answers to this path and method.
pub async fn is_taken(tx: &mut Tx, workflow: WorkflowId, path: &str, method: &str) -> Result<bool, StoreError> {
    let taken = "select exists (select 1 from webhook where path = $2 and method = $3 and workflow_id <> $1)";
    Ok(sqlx::query_scalar(taken).bind(workflow).bind(path).bind(method).fetch_one(tx).await?)
}

/// Makes `webhooks` all that the workflow answers to.
pub async fn replace(tx: &mut Tx, workflow: WorkflowId, webhooks: &[Webhook]) -> Result<(), StoreError> {
    sqlx::query("delete from webhook where workflow_id = $1").bind(workflow).execute(&mut *tx).await?;
    let insert =
        "insert into webhook (path, method, workspace_id, workflow_id, revision, node) values ($1, $2, $3, $4, $5, $6)";
    for webhook in webhooks {
        sqlx::query(insert)
            .bind(&webhook.path)
            .bind(&webhook.method)
            .bind(webhook.workspace)
            .bind(workflow)
            .bind(webhook.revision)
            .bind(&webhook.node)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
