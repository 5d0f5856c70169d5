//! Reading runs and their journals.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row, Sqlite};
use weft_core::run::{Event, Path};

use super::{Head, Parent, Run, Status, Tail};
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::blobs::{self, PushIds};
use crate::store::{Store, StoreError, Tx};

const RUN: &str = "select run.run_id, run.workspace_id, run.workflow_id, run.revision, run.status, run.trigger, run.input, run.output, \
     run.error, run.created_ms, run.started_ms, run.finished_ms, run.wake_ms, run.parent_run_id, run.parent_path, run.depth, \
     run.retry_of, run.origin_run_id, run.slot_key, run.root_run_id, run.incidents, run.events, run.kept_signals, \
     coalesce(workflow.name, '') as workflow_name, exists (select 1 from family_mask \
     where family_mask.root_run_id = coalesce(run.root_run_id, run.run_id)) as has_masked_family \
     from run left join workflow on workflow.workflow_id = run.workflow_id";

/// How far the moment in a run's id and the one it was created at may be apart: the id is made earlier, and it does not follow
/// a clock that is set back. Only a filter by time can miss a run that is further off.
const ID_AND_CREATION_APART_MS: i64 = 60_000;

/// Which runs a list shows, newest first.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub workflow: Option<WorkflowId>,
    pub status: Option<Status>,
    /// Only runs with a step that was interrupted and waits for a person.
    pub needs_decision: bool,
    /// Created at or after.
    pub from_ms: Option<i64>,
    /// Created before.
    pub to_ms: Option<i64>,
    /// The code of the error a run failed with.
    pub error_code: Option<String>,
    /// Older than this run.
    pub before: Option<RunId>,
    pub limit: u32,
}

impl Filter {
    /// Adds everything but the workspace, the order and the limit. Statuses stand in the statement, because the planner takes
    /// a partial index only for what it can see there.
    pub(in crate::store) fn push_conditions(&self, query: &mut QueryBuilder<Sqlite>) {
        if let Some(workflow) = self.workflow {
            query.push(" and run.workflow_id = ").push_bind(workflow);
        }
        if let Some(status) = self.status {
            // The second half is what the partial indexes say of themselves, word for word.
            query.push(match status {
                Status::Queued => " and run.status = 'queued' and run.status in ('queued', 'running', 'waiting')",
                Status::Running => " and run.status = 'running' and run.status in ('queued', 'running', 'waiting')",
                Status::Waiting => " and run.status = 'waiting' and run.status in ('queued', 'running', 'waiting')",
                Status::Succeeded => " and run.status = 'succeeded'",
                Status::Failed => " and run.status = 'failed' and run.status in ('failed', 'cancelled')",
                Status::Cancelled => " and run.status = 'cancelled' and run.status in ('failed', 'cancelled')",
            });
        }
        if self.needs_decision {
            query.push(" and run.incidents > 0");
        }
        if let Some(code) = &self.error_code {
            query.push(" and run.error_code = ").push_bind(code.clone());
        }
        if let Some(from_ms) = self.from_ms {
            // By the id too, which is in every index.
            query.push(" and run.created_ms >= ").push_bind(from_ms);
            query.push(" and run.run_id >= ").push_bind(first_created_at(from_ms));
        }
        if let Some(to_ms) = self.to_ms {
            query.push(" and run.created_ms < ").push_bind(to_ms);
            query.push(" and run.run_id < ").push_bind(last_created_at(to_ms));
        }
        if let Some(before) = self.before {
            query.push(" and run.run_id < ").push_bind(before);
        }
    }
}

/// Every run created from this moment on has a higher id.
pub(in crate::store) fn first_created_at(from_ms: i64) -> RunId {
    RunId::first_at(from_ms.saturating_sub(ID_AND_CREATION_APART_MS))
}

/// Every run created until this moment has a lower id.
pub(in crate::store) fn last_created_at(to_ms: i64) -> RunId {
    RunId::first_at(to_ms.saturating_add(ID_AND_CREATION_APART_MS))
}

pub async fn find(store: &Store, workspace: WorkspaceId, run: RunId) -> Result<Option<Run>, StoreError> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{RUN} where run.run_id = $1 and run.workspace_id = $2")))
        .bind(run)
        .bind(workspace)
        .fetch_optional(&store.readers)
        .await?;
    match row {
        Some(row) => Ok(Some(read(store, &row).await?)),
        None => Ok(None),
    }
}

/// The workspace a run belongs to.
pub async fn workspace_of(store: &Store, run: RunId) -> Result<Option<WorkspaceId>, StoreError> {
    Ok(sqlx::query_scalar("select workspace_id from run where run_id = $1")
        .bind(run)
        .fetch_optional(&store.readers)
        .await?)
}

pub async fn list(store: &Store, workspace: WorkspaceId, filter: &Filter) -> Result<Vec<Run>, StoreError> {
    read_all(store, list_query(workspace, filter)).await
}

fn list_query(workspace: WorkspaceId, filter: &Filter) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(RUN);
    query.push(" where run.workspace_id = ").push_bind(workspace);
    filter.push_conditions(&mut query);
    query.push(" order by run.run_id desc limit ").push_bind(filter.limit);
    query
}

/// The runs with these ids, newest first.
pub async fn find_all(store: &Store, workspace: WorkspaceId, runs: &[RunId]) -> Result<Vec<Run>, StoreError> {
    let mut query = QueryBuilder::new(RUN);
    query.push(" where run.workspace_id = ").push_bind(workspace).push(" and run.run_id in (").push_values_of(runs);
    query.push(") order by run.run_id desc");
    read_all(store, query).await
}

async fn read_all(store: &Store, mut query: QueryBuilder<Sqlite>) -> Result<Vec<Run>, StoreError> {
    let rows = query.build().fetch_all(&store.readers).await?;
    let mut runs = Vec::with_capacity(rows.len());
    for row in &rows {
        match read(store, row).await {
            // One row must not take the others with it; `weft db check` tells more.
            Err(StoreError::Damaged(what)) => {
                tracing::error!(what, "a run does not read back and is left out of a list")
            }
            run => runs.push(run?),
        }
    }
    Ok(runs)
}

/// The events of a run in order.
pub async fn journal(store: &Store, run: RunId) -> Result<Vec<(u32, Vec<Event>)>, StoreError> {
    journal_after(store, run, None).await
}

/// The rows of a run's journal after one that is known; all of them when none is.
pub async fn journal_after(
    store: &Store,
    run: RunId,
    known: Option<u32>,
) -> Result<Vec<(u32, Vec<Event>)>, StoreError> {
    let after = "select sequence, events from journal where run_id = $1 and sequence > $2 order by sequence";
    let rows: Vec<(u32, String)> =
        sqlx::query_as(after).bind(run).bind(known.map_or(-1, i64::from)).fetch_all(&store.readers).await?;
    let mut journal = Vec::with_capacity(rows.len());
    for (sequence, events) in rows {
        journal.push((sequence, blobs::read(store, &events).await?));
    }
    Ok(journal)
}

/// A run that has not ended, as far as its turn depends on it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Live {
    #[sqlx(rename = "run_id")]
    pub run: RunId,
    #[sqlx(rename = "workspace_id")]
    pub workspace: WorkspaceId,
    #[sqlx(rename = "workflow_id")]
    pub workflow: WorkflowId,
    pub revision: i64,
    pub slot_key: Option<String>,
    /// How often the server died while it was being computed, without getting further in between.
    pub crashes: u32,
}

/// Crashes after which a run is only taken up alone: it may be what kills the server.
pub const SUSPICIOUS_CRASHES: u32 = 2;

/// Counts a crash against the suspects. One that has got further since the last crash begins anew: what kills the server
/// does so at the same place each time. Those it is counted against repeatedly wait for their turn, so that the next crash
/// is counted against one of them only.
pub async fn count_crash(tx: &mut Tx, suspects: &[RunId]) -> Result<(), StoreError> {
    for suspect in suspects {
        let count = "update run set crashes = case when last.sequence > crash_sequence then 1 else crashes + 1 end, \
                     crash_sequence = last.sequence \
                     from (select coalesce(max(sequence), 0) as sequence from journal where run_id = $1) as last \
                     where run_id = $1 and status in ('queued', 'running', 'waiting')";
        sqlx::query(count).bind(suspect).execute(&mut *tx).await?;
        let wait =
            "update run set status = 'queued' where run_id = $1 and status in ('running', 'waiting') and crashes >= $2";
        sqlx::query(wait).bind(suspect).bind(SUSPICIOUS_CRASHES).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Every run that was going, oldest first: what a restarted server takes up again.
pub async fn in_progress(store: &Store) -> Result<Vec<Live>, StoreError> {
    live(store, "status = 'running'").await
}

/// Every run that waits for its turn, oldest first.
pub async fn queued(store: &Store) -> Result<Vec<Live>, StoreError> {
    live(store, "status = 'queued'").await
}

/// The runs that a run called and that have not ended.
pub async fn live_children(store: &Store, run: RunId) -> Result<Vec<RunId>, StoreError> {
    let children = "select run_id from run where parent_run_id = $1 and status in ('queued', 'running', 'waiting')";
    Ok(sqlx::query_scalar(children).bind(run).fetch_all(&store.readers).await?)
}

/// Every waiting run of the given workflows: those whose runs take turns, so that waiting ones count.
pub async fn waiting_of(store: &Store, workflow: WorkflowId) -> Result<Vec<Live>, StoreError> {
    let waiting = "select run_id, workspace_id, workflow_id, revision, slot_key, crashes from run \
                   where status = 'waiting' and workflow_id = $1 order by run_id";
    Ok(sqlx::query_as(waiting).bind(workflow).fetch_all(&store.readers).await?)
}

async fn live(store: &Store, which: &'static str) -> Result<Vec<Live>, StoreError> {
    let live = format!(
        "select run_id, workspace_id, workflow_id, revision, slot_key, crashes from run where {which} order by run_id"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(live)).fetch_all(&store.readers).await?)
}

/// Waiting runs whose moment has come, the longest overdue first.
pub async fn due(store: &Store, now_ms: i64, limit: u32) -> Result<Vec<(RunId, WorkspaceId)>, StoreError> {
    let due =
        "select run_id, workspace_id from run where status = 'waiting' and wake_ms <= $1 order by wake_ms limit $2";
    Ok(sqlx::query_as(due).bind(now_ms).bind(limit).fetch_all(&store.readers).await?)
}

/// When something happens next to a waiting run.
pub async fn next_wake(store: &Store) -> Result<Option<i64>, StoreError> {
    let next = "select wake_ms from run where status = 'waiting' and wake_ms is not null order by wake_ms limit 1";
    Ok(sqlx::query_scalar(next).fetch_optional(&store.readers).await?)
}

/// The newest run of each workflow of a workspace.
pub async fn last_of_workflows(
    store: &Store,
    workspace: WorkspaceId,
) -> Result<HashMap<WorkflowId, (RunId, Status, i64)>, StoreError> {
    let last = "select run.workflow_id, run.run_id, run.status, run.created_ms from workflow \
                join run on run.run_id = (select max(newest.run_id) from run as newest where newest.workflow_id = workflow.workflow_id) \
                where workflow.workspace_id = $1";
    let rows: Vec<(WorkflowId, RunId, Status, i64)> =
        sqlx::query_as(last).bind(workspace).fetch_all(&store.readers).await?;
    Ok(rows.into_iter().map(|(workflow, run, status, created_ms)| (workflow, (run, status, created_ms))).collect())
}

/// How many runs of each workflow ended since `from`, by status.
pub async fn recent_counts(
    store: &Store,
    workspace: WorkspaceId,
    from: RunId,
) -> Result<Vec<(WorkflowId, Status, i64)>, StoreError> {
    let counts = "select run.workflow_id, run.status, count(*) from workflow join run on run.workflow_id = workflow.workflow_id \
                  where workflow.workspace_id = $1 and run.run_id >= $2 group by run.workflow_id, run.status";
    Ok(sqlx::query_as(counts).bind(workspace).bind(from).fetch_all(&store.readers).await?)
}

async fn read(store: &Store, row: &SqliteRow) -> Result<Run, StoreError> {
    let parent: Option<RunId> = row.try_get("parent_run_id")?;
    let parent_path: Option<String> = row.try_get("parent_path")?;
    Ok(Run {
        id: row.try_get("run_id")?,
        workflow_name: row.try_get("workflow_name")?,
        head: Head {
            workspace: row.try_get("workspace_id")?,
            workflow: row.try_get("workflow_id")?,
            revision: row.try_get("revision")?,
            trigger: serde_json::from_str(row.try_get("trigger")?)?,
            input: blobs::read(store, row.try_get("input")?).await?,
            created_ms: row.try_get("created_ms")?,
            parent: parent.zip(parent_path).map(|(run, path)| Parent { run, path: Path(path.into()) }),
            depth: row.try_get("depth")?,
            retry_of: row.try_get("retry_of")?,
            origin: row.try_get("origin_run_id")?,
            slot_key: row.try_get("slot_key")?,
            root: row.try_get("root_run_id")?,
        },
        tail: Tail {
            status: row.try_get("status")?,
            started_ms: row.try_get("started_ms")?,
            finished_ms: row.try_get("finished_ms")?,
            output: read_optional(store, row.try_get("output")?).await?,
            error: read_optional(store, row.try_get("error")?).await?,
            wake_ms: row.try_get("wake_ms")?,
            incidents: row.try_get("incidents")?,
            events: row.try_get("events")?,
            kept_signals: row.try_get("kept_signals")?,
        },
        has_masked_family: row.try_get("has_masked_family")?,
    })
}

async fn read_optional<T: DeserializeOwned>(store: &Store, text: Option<&str>) -> Result<Option<T>, StoreError> {
    match text {
        Some(text) => Ok(Some(blobs::read(store, text).await?)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    /// The index a list goes by, and that it neither sorts nor reads everything.
    async fn check(store: &Store, workspace: WorkspaceId, filter: Filter, expected: &str) {
        let list = list_query(workspace, &Filter { limit: 51, ..filter.clone() });
        let explain = sqlx::AssertSqlSafe(format!("explain query plan {}", list.sql().as_str()));
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(&store.readers).await.unwrap();
        let plan: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
        assert!(plan[0].contains(expected), "{filter:?}: {plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{filter:?} is sorted: {plan:#?}");
    }

    #[tokio::test]
    async fn every_list_goes_by_an_index_in_its_order() {
        let (_folder, store, workspace) = fixture::open().await;
        let all = Filter::default;
        let workflow = Some(WorkflowId::fresh());
        let of = |status| Filter { status: Some(status), ..all() };
        check(&store, workspace, all(), "SCAN run").await;
        check(&store, workspace, Filter { before: Some(RunId::fresh()), ..all() }, "PRIMARY KEY (run_id<?)").await;
        check(
            &store,
            workspace,
            Filter { from_ms: Some(1), to_ms: Some(2), ..all() },
            "PRIMARY KEY (run_id>? AND run_id<?)",
        )
        .await;
        check(&store, workspace, Filter { workflow, ..all() }, "run_by_workflow (workflow_id=?)").await;
        check(&store, workspace, of(Status::Succeeded), "SCAN run").await;
        for status in [Status::Failed, Status::Cancelled] {
            check(&store, workspace, of(status), "run_failed (workspace_id=? AND status=?)").await;
            check(
                &store,
                workspace,
                Filter { workflow, ..of(status) },
                "run_failed_of_workflow (workflow_id=? AND status=?)",
            )
            .await;
        }
        for status in [Status::Queued, Status::Running, Status::Waiting] {
            check(&store, workspace, of(status), "run_live (status=?)").await;
        }
        let undecided = Filter { needs_decision: true, ..all() };
        check(&store, workspace, undecided, "run_incident (workspace_id=?)").await;
        let code = Filter { error_code: Some("x".into()), ..all() };
        check(&store, workspace, code, "run_by_error (workspace_id=? AND error_code=?)").await;
    }
}
