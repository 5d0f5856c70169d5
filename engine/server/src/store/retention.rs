//! Deleting runs that have ended, whole and in small batches.

use sqlx::QueryBuilder;

use super::blobs::{self, PushIds};
use super::runs::Status;
use super::{Store, StoreError, Tx, masks, search};
use crate::ids::{RunId, WorkflowId, WorkspaceId};

/// The most runs to delete in one transaction, so that nobody waits long behind it.
pub const BATCH: u32 = 500;

/// Tables with rows of a run that are deleted with it. What says that something was seen or fired stays: a key protects
/// from doing it again as long as its own window lasts.
const OF_RUN: [&str; 4] = ["journal", "inbox", "approval", "file"];

/// How runs ended, as far as keeping them goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Succeeded,
    /// Failed or cancelled.
    Failed,
}

impl Ending {
    pub const ALL: [Ending; 2] = [Ending::Succeeded, Ending::Failed];

    fn condition(self) -> &'static str {
        match self {
            Ending::Succeeded => "status = 'succeeded'",
            Ending::Failed => "status in ('failed', 'cancelled')",
        }
    }
}

/// Deletes those of the runs that have ended, with everything that belongs to them, and answers which those were.
pub async fn delete_runs(tx: &mut Tx, workspace: WorkspaceId, runs: &[RunId]) -> Result<Vec<RunId>, StoreError> {
    if runs.is_empty() {
        return Ok(Vec::new());
    }
    let mut ended =
        QueryBuilder::new("select run_id, coalesce(root_run_id, run_id), status from run where workspace_id = ");
    ended.push_bind(workspace).push(" and run_id in (").push_values_of(runs);
    let found: Vec<(RunId, RunId, Status)> = ended.push(")").build_query_as().fetch_all(&mut *tx).await?;
    let (ended, roots): (Vec<RunId>, Vec<RunId>) =
        found.into_iter().filter(|(.., status)| status.is_final()).map(|(run, root, _)| (run, root)).unzip();
    if ended.is_empty() {
        return Ok(ended);
    }
    for table in OF_RUN {
        delete_from(tx, table, &ended).await?;
    }
    blobs::delete_of(tx, &ended).await?;
    search::forget(tx, &ended).await?;
    delete_from(tx, "run", &ended).await?;
    masks::forget_families(tx, &roots).await?;
    Ok(ended)
}

pub(super) async fn delete_from(tx: &mut Tx, table: &'static str, runs: &[RunId]) -> Result<(), StoreError> {
    let mut delete = QueryBuilder::new(format!("delete from {table} where run_id in ("));
    delete.push_values_of(runs);
    delete.push(")").build().execute(tx).await?;
    Ok(())
}

/// Every workflow that has runs, its own row there or not.
pub async fn workflows_with_runs(store: &Store) -> Result<Vec<(WorkflowId, WorkspaceId)>, StoreError> {
    // Jumps from workflow to workflow in the index instead of reading all of it.
    let distinct = "with recursive found(workflow_id) as ( \
                    select min(workflow_id) from run \
                    union all select (select min(run.workflow_id) from run where run.workflow_id > found.workflow_id) \
                    from found where found.workflow_id is not null) \
                    select found.workflow_id, (select run.workspace_id from run where run.workflow_id = found.workflow_id limit 1) \
                    from found where found.workflow_id is not null";
    Ok(sqlx::query_as(distinct).fetch_all(&store.readers).await?)
}

/// The document that says how long the runs of a workflow are kept: the published one, or else the draft.
pub async fn document(store: &Store, workflow: WorkflowId) -> Result<Option<String>, StoreError> {
    let document = "select coalesce(revision.document, workflow.draft) from workflow left join revision \
                    on revision.workflow_id = workflow.workflow_id and revision.number = workflow.published_revision \
                    where workflow.workflow_id = $1";
    Ok(sqlx::query_scalar(document).bind(workflow).fetch_optional(&store.readers).await?)
}

/// The oldest runs of a workflow that ended in this way before a moment; at most a [`BATCH`].
pub async fn ended_before(
    store: &Store,
    workflow: WorkflowId,
    ending: Ending,
    before_ms: i64,
) -> Result<Vec<RunId>, StoreError> {
    // A run ends after its id is made, so only the ids up to that moment have to be looked at.
    let old = format!(
        "select run_id from run where workflow_id = $1 and run_id < $2 and {} and finished_ms < $3 order by run_id limit $4",
        ending.condition()
    );
    let runs = sqlx::query_scalar(sqlx::AssertSqlSafe(old))
        .bind(workflow)
        .bind(RunId::first_at(before_ms))
        .bind(before_ms)
        .bind(BATCH);
    Ok(runs.fetch_all(&store.readers).await?)
}

/// The runs of a workflow that ended in this way, except for the newest; at most a [`BATCH`].
pub async fn ended_beyond(
    store: &Store,
    workflow: WorkflowId,
    ending: Ending,
    newest: u32,
) -> Result<Vec<RunId>, StoreError> {
    let surplus = format!(
        "select run_id from run where workflow_id = $1 and {} order by run_id desc limit $2 offset $3",
        ending.condition()
    );
    let runs = sqlx::query_scalar(sqlx::AssertSqlSafe(surplus)).bind(workflow).bind(BATCH).bind(newest);
    Ok(runs.fetch_all(&store.readers).await?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::blobs::INLINE_BYTES;
    use crate::store::fixture::{self, ended};
    use crate::store::runs;

    async fn delete(store: &Store, workspace: WorkspaceId, runs: &[RunId]) -> Vec<RunId> {
        let runs = runs.to_vec();
        store.write(move |tx| Box::pin(async move { delete_runs(tx, workspace, &runs).await })).await.unwrap()
    }

    async fn rows(store: &Store) -> Vec<i64> {
        let mut rows = Vec::new();
        for table in ["run", "journal", "approval", "blob", "run_blob", "run_indexed", "run_unindexed"] {
            let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
            rows.push(sqlx::query_scalar(count).fetch_one(&store.readers).await.unwrap());
        }
        rows
    }

    #[tokio::test]
    async fn a_run_is_deleted_with_all_that_is_its_own() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = WorkflowId::fresh();
        let large = json!("x".repeat(INLINE_BYTES));
        let (one, other) = (RunId::fresh(), RunId::fresh());
        for run in [one, other] {
            let mut commit = ended(run, workspace, workflow, Status::Succeeded, 1);
            commit.tail.output = Some(large.clone().into());
            store.commit(commit).await.unwrap();
        }
        let before = rows(&store).await;
        assert_eq!(delete(&store, WorkspaceId::fresh(), &[one]).await, []);
        assert_eq!(rows(&store).await, before, "another workspace deletes nothing");
        assert_eq!(delete(&store, workspace, &[one, RunId::fresh()]).await, [one]);
        assert_eq!(rows(&store).await, [1, 1, 0, 1, 1, 0, 0]);
        assert_eq!(runs::find(&store, workspace, other).await.unwrap().unwrap().tail.output, Some(large.into()));
        assert_eq!(delete(&store, workspace, &[one, other]).await, [other]);
        assert_eq!(rows(&store).await, [0; 7]);
    }

    #[tokio::test]
    async fn a_live_run_is_never_deleted() {
        let (_folder, store, workspace) = fixture::open().await;
        for status in [Status::Queued, Status::Running, Status::Waiting] {
            let run = RunId::fresh();
            store.commit(ended(run, workspace, WorkflowId::fresh(), status, 1)).await.unwrap();
            assert_eq!(delete(&store, workspace, &[run]).await, []);
            assert!(runs::find(&store, workspace, run).await.unwrap().is_some());
        }
    }

    #[tokio::test]
    async fn age_and_count_choose_by_workflow_and_ending() {
        let (_folder, store, workspace) = fixture::open().await;
        let (one, other) = (WorkflowId::fresh(), WorkflowId::fresh());
        let mut made = Vec::new();
        for (workflow, status, at_ms) in [
            (one, Status::Succeeded, 1_000),
            (one, Status::Succeeded, 2_000),
            (one, Status::Failed, 1_000),
            (one, Status::Cancelled, 3_000),
            (one, Status::Running, 500),
            (other, Status::Succeeded, 1_000),
        ] {
            let run = RunId(uuid::Uuid::from_u128(RunId::first_at(at_ms).0.as_u128() + made.len() as u128));
            store.commit(ended(run, workspace, workflow, status, at_ms)).await.unwrap();
            made.push(run);
        }
        use Ending::{Failed, Succeeded};
        let before = async |ending, at_ms| ended_before(&store, one, ending, at_ms).await.unwrap();
        assert_eq!(before(Succeeded, 1_000).await, []);
        assert_eq!(before(Succeeded, 1_001).await, [made[0]]);
        assert_eq!(before(Succeeded, 9_000).await, [made[0], made[1]]);
        assert_eq!(before(Failed, 9_000).await, [made[2], made[3]]);
        let beyond = async |ending, newest| ended_beyond(&store, one, ending, newest).await.unwrap();
        assert_eq!((beyond(Succeeded, 2).await, beyond(Succeeded, 1).await), (vec![], vec![made[0]]));
        assert_eq!(beyond(Failed, 0).await, [made[3], made[2]]);
        let mut found = workflows_with_runs(&store).await.unwrap();
        found.sort_by_key(|(workflow, _)| *workflow != one);
        assert_eq!(found, [(one, workspace), (other, workspace)]);
    }
}
