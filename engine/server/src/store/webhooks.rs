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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{fixture, workflows};

    fn webhook(workspace: WorkspaceId, workflow: WorkflowId, path: &str) -> Webhook {
        Webhook { path: path.into(), method: "POST".into(), workspace, workflow, revision: 1, node: "hook".into() }
    }

    #[tokio::test]
    async fn a_path_and_method_belong_to_one_workflow() {
        let (_folder, store, workspace) = fixture::open().await;
        let (first, second) = (
            fixture::workflow(&store, workspace, "first", 1).await,
            fixture::workflow(&store, workspace, "second", 1).await,
        );
        let put = async |workflow, paths: &'static [&'static str]| {
            let webhooks: Vec<_> = paths.iter().map(|path| webhook(workspace, workflow, path)).collect();
            store.write(move |tx| Box::pin(async move { replace(tx, workflow, &webhooks).await })).await
        };
        let paths =
            async || -> Vec<String> { all(&store).await.unwrap().into_iter().map(|webhook| webhook.path).collect() };
        put(first, &["a", "b"]).await.unwrap();
        put(first, &["b", "c"]).await.unwrap();
        assert_eq!(paths().await, ["b", "c"]);
        assert!(matches!(put(second, &["c"]).await, Err(StoreError::Conflict(_))));
        let taken = async |workflow, path: &'static str, method: &'static str| {
            store.write(move |tx| Box::pin(is_taken(tx, workflow, path, method))).await.unwrap()
        };
        assert!(taken(second, "c", "POST").await);
        assert!(
            !taken(first, "c", "POST").await && !taken(second, "c", "GET").await && !taken(second, "d", "POST").await
        );
        store.write(move |tx| Box::pin(workflows::delete(tx, workspace, first))).await.unwrap();
        assert_eq!(paths().await, Vec::<String>::new());
    }
}
