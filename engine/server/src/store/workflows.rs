//! Workflows and their drafts.

use sqlx::{FromRow, QueryBuilder};

use super::{Store, StoreError, Tx};
use crate::ids::{WorkflowId, WorkspaceId};

const WORKFLOW: &str =
    "select workflow_id, name, draft, draft_version, published_revision, created_ms, updated_ms from workflow";

/// A workflow as stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Workflow {
    #[sqlx(rename = "workflow_id")]
    pub id: WorkflowId,
    pub name: String,
    /// The document as JSON text.
    pub draft: String,
    /// Raised by each change of the draft.
    pub draft_version: i64,
    pub published_revision: Option<i64>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

/// Where a page of the list begins: after this workflow, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    pub updated_ms: i64,
    pub id: WorkflowId,
}

/// Which workflows a list shows, the latest changed first.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Text in the name.
    pub search: Option<String>,
    pub after: Option<After>,
    pub limit: u32,
}

pub async fn insert(tx: &mut Tx, workspace: WorkspaceId, workflow: &Workflow) -> Result<(), StoreError> {
    let insert = "insert into workflow (workflow_id, workspace_id, name, draft, draft_version, created_ms, updated_ms) \
                  values ($1, $2, $3, $4, $5, $6, $7)";
    sqlx::query(insert)
        .bind(workflow.id)
        .bind(workspace)
        .bind(&workflow.name)
        .bind(&workflow.draft)
        .bind(workflow.draft_version)
        .bind(workflow.created_ms)
        .bind(workflow.updated_ms)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn find(store: &Store, workspace: WorkspaceId, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
    let find = sqlx::AssertSqlSafe(format!("{WORKFLOW} where workspace_id = $1 and workflow_id = $2"));
    Ok(sqlx::query_as(find).bind(workspace).bind(id).fetch_optional(&store.readers).await?)
}

/// The same inside a write, where nobody can change it meanwhile.
pub async fn find_for_change(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
) -> Result<Option<Workflow>, StoreError> {
    let find = sqlx::AssertSqlSafe(format!("{WORKFLOW} where workspace_id = $1 and workflow_id = $2"));
    Ok(sqlx::query_as(find).bind(workspace).bind(id).fetch_optional(tx).await?)
}

pub async fn list(store: &Store, workspace: WorkspaceId, filter: &Filter) -> Result<Vec<Workflow>, StoreError> {
    let mut query = QueryBuilder::new(WORKFLOW);
    query.push(" where workspace_id = ").push_bind(workspace);
    if let Some(search) = &filter.search {
        query.push(" and instr(lower(name), ").push_bind(search.to_lowercase()).push(") > 0");
    }
    if let Some(after) = filter.after {
        query
            .push(" and (updated_ms, workflow_id) < (")
            .push_bind(after.updated_ms)
            .push(", ")
            .push_bind(after.id)
            .push(")");
    }
    query.push(" order by updated_ms desc, workflow_id desc limit ").push_bind(filter.limit);
    Ok(query.build_query_as().fetch_all(&store.readers).await?)
}

/// A workflow with its draft and what is published of it, as JSON texts.
#[derive(Debug, Clone, FromRow)]
pub struct Documents {
    #[sqlx(rename = "workflow_id")]
    pub id: WorkflowId,
    pub name: String,
    pub draft: String,
    pub published: Option<String>,
}

/// The workflows of a workspace whose draft or published revision mentions `text`, for "still used by".
pub async fn mentioning(store: &Store, workspace: WorkspaceId, text: &str) -> Result<Vec<Documents>, StoreError> {
    let mentioning = "select workflow.workflow_id, workflow.name, workflow.draft, revision.document as published from workflow \
                      left join revision on revision.workflow_id = workflow.workflow_id \
                      and revision.number = workflow.published_revision \
                      where workflow.workspace_id = $1 and (instr(workflow.draft, $2) > 0 or instr(revision.document, $2) > 0) \
                      order by workflow.name";
    Ok(sqlx::query_as(mentioning).bind(workspace).bind(text).fetch_all(&store.readers).await?)
}

/// Names of the workflows whose document mentions `text`, for "still used by".
pub async fn drafts_mentioning(store: &Store, text: &str) -> Result<Vec<Workflow>, StoreError> {
    let mentioning = sqlx::AssertSqlSafe(format!("{WORKFLOW} where instr(draft, $1) > 0 order by name"));
    Ok(sqlx::query_as(mentioning).bind(text).fetch_all(&store.readers).await?)
}

/// Gives the workflow a name. Its draft bears the same name, but that alone makes nobody's copy of the draft stale.
pub async fn rename(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
    name: &str,
    draft: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "update workflow set name = $3, draft = $4, updated_ms = $5 where workspace_id = $1 and workflow_id = $2",
    )
    .bind(workspace)
    .bind(id)
    .bind(name)
    .bind(draft)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Replaces the draft and answers its new version, or nothing when `version` is no longer the stored one.
pub async fn save_draft(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
    version: i64,
    draft: &str,
    now_ms: i64,
) -> Result<Option<i64>, StoreError> {
    let save = "update workflow set draft = $4, draft_version = draft_version + 1, updated_ms = $5 \
                where workspace_id = $1 and workflow_id = $2 and draft_version = $3 returning draft_version";
    Ok(sqlx::query_scalar(save)
        .bind(workspace)
        .bind(id)
        .bind(version)
        .bind(draft)
        .bind(now_ms)
        .fetch_optional(tx)
        .await?)
}

/// Says which revision runs; `None` takes the workflow out of service.
pub async fn set_published(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
    revision: Option<i64>,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "update workflow set published_revision = $3, updated_ms = $4 where workspace_id = $1 and workflow_id = $2",
    )
    .bind(workspace)
    .bind(id)
    .bind(revision)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(())
}

/// Deletes the workflow with its revisions, webhooks and schedules; its runs stay. False when there was none.
pub async fn delete(tx: &mut Tx, workspace: WorkspaceId, id: WorkflowId) -> Result<bool, StoreError> {
    let deleted = sqlx::query("delete from workflow where workspace_id = $1 and workflow_id = $2")
        .bind(workspace)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(deleted.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    async fn names(store: &Store, workspace: WorkspaceId, filter: Filter) -> Vec<String> {
        list(store, workspace, &filter).await.unwrap().into_iter().map(|workflow| workflow.name).collect()
    }

    #[tokio::test]
    async fn lists_go_from_the_latest_change_backwards() {
        let (_folder, store, workspace) = fixture::open().await;
        for (name, updated_ms) in [("first", 1), ("third", 3), ("second", 2), ("Third too", 3)] {
            fixture::workflow(&store, workspace, name, updated_ms).await;
        }
        let all = Filter { limit: 10, ..Filter::default() };
        assert_eq!(names(&store, workspace, all.clone()).await, ["Third too", "third", "second", "first"]);
        let found = list(&store, workspace, &Filter { limit: 2, ..Filter::default() }).await.unwrap();
        let after = Some(After { updated_ms: found[1].updated_ms, id: found[1].id });
        assert_eq!(names(&store, workspace, Filter { after, ..all.clone() }).await, ["second", "first"]);
        let search = Some("THIRD".into());
        assert_eq!(names(&store, workspace, Filter { search, ..all.clone() }).await, ["Third too", "third"]);
        assert_eq!(names(&store, WorkspaceId::fresh(), all).await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_draft_is_saved_over_the_version_that_was_read() {
        let (_folder, store, workspace) = fixture::open().await;
        let id = fixture::workflow(&store, workspace, "w", 1).await;
        let save = async |workspace, version, draft: &'static str| {
            let job = store.write(move |tx| Box::pin(save_draft(tx, workspace, id, version, draft, 2)));
            job.await.unwrap()
        };
        assert_eq!(save(workspace, 1, "{\"a\":1}").await, Some(2));
        assert_eq!(save(workspace, 1, "{\"a\":2}").await, None);
        assert_eq!(save(WorkspaceId::fresh(), 2, "{\"a\":3}").await, None);
        let found = find(&store, workspace, id).await.unwrap().unwrap();
        assert_eq!((found.draft.as_str(), found.draft_version, found.updated_ms), ("{\"a\":1}", 2, 2));
    }

    #[tokio::test]
    async fn another_workspace_can_neither_see_nor_delete() {
        let (_folder, store, workspace) = fixture::open().await;
        let id = fixture::workflow(&store, workspace, "w", 1).await;
        let other = WorkspaceId::fresh();
        assert_eq!(find(&store, other, id).await.unwrap(), None);
        assert!(!store.write(move |tx| Box::pin(delete(tx, other, id))).await.unwrap());
        assert!(store.write(move |tx| Box::pin(delete(tx, workspace, id))).await.unwrap());
        assert_eq!(find(&store, workspace, id).await.unwrap(), None);
    }
}
