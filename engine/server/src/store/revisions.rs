//! Revisions: immutable documents with their plugin lock. Above zero they were published; below they are snapshots of
//! drafts that were test-run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use utoipa::ToSchema;

use super::{Store, StoreError, Tx, masks};
use crate::ids::{WorkflowId, WorkspaceId};

const REVISION: &str = "select revision.number, revision.document, revision.plugin_lock, revision.note, revision.created_by, \
     revision.created_ms from revision join workflow on workflow.workflow_id = revision.workflow_id \
     where workflow.workspace_id = $1 and revision.workflow_id = $2";

/// Which plugin versions a revision runs with, by plugin id.
pub type PluginLock = BTreeMap<String, Locked>;

/// One plugin version, told by what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Locked {
    pub version: String,
    /// In hexadecimal.
    pub sha256: String,
}

/// A revision as stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Revision {
    pub number: i64,
    /// The document as JSON text.
    pub document: String,
    /// Plugins by id with version and sha256, as JSON text.
    pub plugin_lock: String,
    pub note: Option<String>,
    pub created_by: Option<String>,
    pub created_ms: i64,
}

/// What a new revision consists of.
#[derive(Debug, Clone)]
pub struct NewRevision {
    pub document: String,
    pub document_sha256: [u8; 32],
    pub plugin_lock: String,
    pub note: Option<String>,
    pub created_by: Option<String>,
    pub created_ms: i64,
}

/// Stores the next published revision and answers its number.
pub async fn publish(tx: &mut Tx, workflow: WorkflowId, revision: &NewRevision) -> Result<i64, StoreError> {
    let next = "select coalesce(max(number), 0) + 1 from revision where workflow_id = $1 and number > 0";
    let number: i64 = sqlx::query_scalar(next).bind(workflow).fetch_one(&mut *tx).await?;
    insert(tx, workflow, number, revision).await?;
    Ok(number)
}

/// Stores a snapshot for a test run and answers its number; the same draft is stored once.
pub async fn snapshot(tx: &mut Tx, workflow: WorkflowId, revision: &NewRevision) -> Result<i64, StoreError> {
    let same = "select number from revision where workflow_id = $1 and document_sha256 = $2 and number < 0 and plugin_lock = $3";
    let known: Option<i64> = sqlx::query_scalar(same)
        .bind(workflow)
        .bind(&revision.document_sha256[..])
        .bind(&revision.plugin_lock)
        .fetch_optional(&mut *tx)
        .await?;
    if let Some(number) = known {
        return Ok(number);
    }
    let next = "select coalesce(min(number), 0) - 1 from revision where workflow_id = $1 and number < 0";
    let number: i64 = sqlx::query_scalar(next).bind(workflow).fetch_one(&mut *tx).await?;
    insert(tx, workflow, number, revision).await?;
    Ok(number)
}

async fn insert(tx: &mut Tx, workflow: WorkflowId, number: i64, revision: &NewRevision) -> Result<(), StoreError> {
    let insert = "insert into revision (workflow_id, number, document, document_sha256, plugin_lock, note, created_by, created_ms) \
                  values ($1, $2, $3, $4, $5, $6, $7, $8)";
    sqlx::query(insert)
        .bind(workflow)
        .bind(number)
        .bind(&revision.document)
        .bind(&revision.document_sha256[..])
        .bind(&revision.plugin_lock)
        .bind(&revision.note)
        .bind(&revision.created_by)
        .bind(revision.created_ms)
        .execute(&mut *tx)
        .await?;
    masks::keep(tx, workflow, number, &revision.document).await
}

pub async fn find(
    store: &Store,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    number: i64,
) -> Result<Option<Revision>, StoreError> {
    let find = sqlx::AssertSqlSafe(format!("{REVISION} and revision.number = $3"));
    Ok(sqlx::query_as(find).bind(workspace).bind(workflow).bind(number).fetch_optional(&store.readers).await?)
}

/// The published revisions of a workflow below `before`, newest first.
pub async fn list(
    store: &Store,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    before: i64,
    limit: u32,
) -> Result<Vec<Revision>, StoreError> {
    let list = sqlx::AssertSqlSafe(format!(
        "{REVISION} and revision.number > 0 and revision.number < $3 order by revision.number desc limit $4"
    ));
    Ok(sqlx::query_as(list).bind(workspace).bind(workflow).bind(before).bind(limit).fetch_all(&store.readers).await?)
}

/// The plugin lock of every revision that is in service, with the workflow it belongs to.
pub async fn locks_in_service(store: &Store) -> Result<Vec<(WorkflowId, String, String)>, StoreError> {
    let locks = "select workflow.workflow_id, workflow.name, revision.plugin_lock from workflow \
                 join revision on revision.workflow_id = workflow.workflow_id and revision.number = workflow.published_revision \
                 order by workflow.name";
    Ok(sqlx::query_as(locks).fetch_all(&store.readers).await?)
}

/// The plugin lock of every revision with runs that have not ended, with the workflow it belongs to.
pub async fn locks_of_live_runs(store: &Store) -> Result<Vec<(WorkflowId, String, String)>, StoreError> {
    let locks = "select workflow.workflow_id, workflow.name, revision.plugin_lock from \
                 (select distinct workflow_id, revision from run where status in ('queued', 'running', 'waiting')) as live \
                 join workflow on workflow.workflow_id = live.workflow_id \
                 join revision on revision.workflow_id = live.workflow_id and revision.number = live.revision \
                 order by workflow.name";
    Ok(sqlx::query_as(locks).fetch_all(&store.readers).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{fixture, workflows};

    fn revision(document: &str) -> NewRevision {
        NewRevision {
            document: document.into(),
            document_sha256: [document.len() as u8; 32],
            plugin_lock: "{}".into(),
            note: None,
            created_by: Some("Ada".into()),
            created_ms: 7,
        }
    }

    #[tokio::test]
    async fn published_revisions_count_up_and_snapshots_down() {
        let (_folder, store, workspace) = fixture::open().await;
        let id = fixture::workflow(&store, workspace, "w", 1).await;
        let add = async |document: &'static str, is_snapshot: bool| {
            let job = store.write(move |tx| {
                Box::pin(async move {
                    let revision = revision(document);
                    if is_snapshot { snapshot(tx, id, &revision).await } else { publish(tx, id, &revision).await }
                })
            });
            job.await.unwrap()
        };
        assert_eq!((add("1", false).await, add("1", false).await, add("333", false).await), (1, 2, 3));
        assert_eq!((add("22", true).await, add("333", true).await, add("22", true).await), (-1, -2, -1));
        assert_eq!(find(&store, workspace, id, -2).await.unwrap().unwrap().document, "333");
        assert_eq!(find(&store, WorkspaceId::fresh(), id, 1).await.unwrap(), None);
        let numbers = async |before| -> Vec<i64> {
            list(&store, workspace, id, before, 2).await.unwrap().into_iter().map(|revision| revision.number).collect()
        };
        assert_eq!((numbers(i64::MAX).await, numbers(2).await), (vec![3, 2], vec![1]));
    }

    #[tokio::test]
    async fn only_locks_in_service_count() {
        let (_folder, store, workspace) = fixture::open().await;
        let id = fixture::workflow(&store, workspace, "w", 1).await;
        let job = store.write(move |tx| {
            Box::pin(async move {
                publish(tx, id, &NewRevision { plugin_lock: "old".into(), ..revision("1") }).await?;
                publish(tx, id, &NewRevision { plugin_lock: "new".into(), ..revision("2") }).await
            })
        });
        job.await.unwrap();
        assert_eq!(locks_in_service(&store).await.unwrap(), []);
        store.write(move |tx| Box::pin(workflows::set_published(tx, workspace, id, Some(2), 2))).await.unwrap();
        assert_eq!(locks_in_service(&store).await.unwrap(), [(id, "w".to_owned(), "new".to_owned())]);
    }
}
