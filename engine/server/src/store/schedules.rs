//! The schedule nodes of revisions in service, how far each has been fired, and what each moment became.

use sqlx::FromRow;

use super::{Store, StoreError, Tx};
use crate::ids::{RunId, ScheduleId, WorkflowId, WorkspaceId};

const SCHEDULE: &str = "select schedule.schedule_id, schedule.workspace_id, schedule.workflow_id, schedule.revision, schedule.node, \
     schedule.cron, schedule.timezone, schedule.missed, schedule.cursor_ms, schedule.next_ms, schedule.last_fired_ms, \
     workflow.name as workflow_name from schedule join workflow on workflow.workflow_id = schedule.workflow_id";

/// What becomes of moments that passed while nobody could fire them.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::Type, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum Missed {
    /// They are skipped.
    None,
    /// Only the last of them is fired.
    #[default]
    Last,
    /// Each is fired.
    All,
}

/// A schedule as stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Schedule {
    #[sqlx(rename = "schedule_id")]
    pub id: ScheduleId,
    #[sqlx(rename = "workspace_id")]
    pub workspace: WorkspaceId,
    #[sqlx(rename = "workflow_id")]
    pub workflow: WorkflowId,
    pub workflow_name: String,
    pub revision: i64,
    pub node: String,
    pub cron: String,
    pub timezone: String,
    pub missed: Missed,
    /// Everything up to and including this moment has been fired or recorded as skipped.
    pub cursor_ms: i64,
    pub next_ms: Option<i64>,
    pub last_fired_ms: Option<i64>,
}

/// What a schedule node of a new revision says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSchedule {
    pub node: String,
    pub cron: String,
    pub timezone: String,
    pub missed: Missed,
    /// The first moment after now.
    pub next_ms: Option<i64>,
}

/// One moment of a schedule and what it became: a run, or nothing for a reason.
pub type Fire = (i64, Option<RunId>, Option<&'static str>);

/// Schedules whose next moment has come, the longest overdue first.
pub async fn due(store: &Store, now_ms: i64, limit: u32) -> Result<Vec<Schedule>, StoreError> {
    let due =
        sqlx::AssertSqlSafe(format!("{SCHEDULE} where schedule.next_ms <= $1 order by schedule.next_ms limit $2"));
    Ok(sqlx::query_as(due).bind(now_ms).bind(limit).fetch_all(&store.readers).await?)
}

/// When the next schedule is due.
pub async fn next_due(store: &Store) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar("select min(next_ms) from schedule").fetch_one(&store.readers).await?)
}

/// The schedules of a workspace after the given one, in the order of their ids.
pub async fn list(
    store: &Store,
    workspace: WorkspaceId,
    after: Option<ScheduleId>,
    limit: u32,
) -> Result<Vec<Schedule>, StoreError> {
    let list = sqlx::AssertSqlSafe(format!(
        "{SCHEDULE} where schedule.workspace_id = $1 and ($2 is null or schedule.schedule_id > $2) \
         order by schedule.schedule_id limit $3"
    ));
    Ok(sqlx::query_as(list).bind(workspace).bind(after).bind(limit).fetch_all(&store.readers).await?)
}

/// Records moments of a schedule and moves its cursor past them. A moment that was recorded before is a conflict.
pub async fn fire(
    tx: &mut Tx,
    schedule: ScheduleId,
    fires: &[Fire],
    cursor_ms: i64,
    next_ms: Option<i64>,
) -> Result<(), StoreError> {
    for (fire_ms, run, skipped_because) in fires {
        sqlx::query("insert into fire (schedule_id, fire_ms, run_id, skipped_because) values ($1, $2, $3, $4)")
            .bind(schedule)
            .bind(fire_ms)
            .bind(run)
            .bind(skipped_because)
            .execute(&mut *tx)
            .await?;
    }
    let last_fired_ms = fires.iter().filter(|(_, run, _)| run.is_some()).map(|(fire_ms, _, _)| *fire_ms).max();
    let update = "update schedule set cursor_ms = $2, next_ms = $3, last_fired_ms = coalesce($4, last_fired_ms) \
                  where schedule_id = $1";
    sqlx::query(update).bind(schedule).bind(cursor_ms).bind(next_ms).bind(last_fired_ms).execute(tx).await?;
    Ok(())
}

/// Makes `schedules` all that the workflow has. A node whose cron line and zone stay the same keeps its place in time, so
/// that publishing neither repeats nor loses a moment.
pub async fn replace(
    tx: &mut Tx,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    revision: i64,
    schedules: &[NewSchedule],
    now_ms: i64,
) -> Result<(), StoreError> {
    let before = sqlx::AssertSqlSafe(format!("{SCHEDULE} where schedule.workflow_id = $1"));
    let before: Vec<Schedule> = sqlx::query_as(before).bind(workflow).fetch_all(&mut *tx).await?;
    for gone in before.iter().filter(|old| schedules.iter().all(|new| new.node != old.node)) {
        sqlx::query("delete from schedule where schedule_id = $1").bind(gone.id).execute(&mut *tx).await?;
    }
    for new in schedules {
        match before.iter().find(|old| old.node == new.node) {
            Some(old) => update(tx, old, revision, new, now_ms).await?,
            None => insert(tx, workspace, workflow, revision, new, now_ms).await?,
        }
    }
    Ok(())
}

async fn update(tx: &mut Tx, old: &Schedule, revision: i64, new: &NewSchedule, now_ms: i64) -> Result<(), StoreError> {
    let same_times = old.cron == new.cron && old.timezone == new.timezone;
    let (cursor_ms, next_ms) = if same_times { (old.cursor_ms, old.next_ms) } else { (now_ms, new.next_ms) };
    let update = "update schedule set revision = $2, cron = $3, timezone = $4, missed = $5, cursor_ms = $6, next_ms = $7 \
                  where schedule_id = $1";
    sqlx::query(update)
        .bind(old.id)
        .bind(revision)
        .bind(&new.cron)
        .bind(&new.timezone)
        .bind(new.missed)
        .bind(cursor_ms)
        .bind(next_ms)
        .execute(tx)
        .await?;
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    revision: i64,
    new: &NewSchedule,
    now_ms: i64,
) -> Result<(), StoreError> {
    let insert = "insert into schedule (schedule_id, workspace_id, workflow_id, revision, node, cron, timezone, missed, cursor_ms, \
                  next_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    sqlx::query(insert)
        .bind(ScheduleId::fresh())
        .bind(workspace)
        .bind(workflow)
        .bind(revision)
        .bind(&new.node)
        .bind(&new.cron)
        .bind(&new.timezone)
        .bind(new.missed)
        .bind(now_ms)
        .bind(new.next_ms)
        .execute(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture;

    fn nightly(cron: &str, next_ms: i64) -> NewSchedule {
        NewSchedule {
            node: "clock".into(),
            cron: cron.into(),
            timezone: "UTC".into(),
            missed: Missed::Last,
            next_ms: Some(next_ms),
        }
    }

    async fn put(
        store: &Store,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        schedules: Vec<NewSchedule>,
        now_ms: i64,
    ) {
        let job = store
            .write(move |tx| Box::pin(async move { replace(tx, workspace, workflow, 1, &schedules, now_ms).await }));
        job.await.unwrap();
    }

    async fn only(store: &Store, workspace: WorkspaceId) -> Schedule {
        list(store, workspace, None, 10).await.unwrap().pop().unwrap()
    }

    #[tokio::test]
    async fn publishing_again_keeps_the_place_in_time_unless_the_times_changed() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = fixture::workflow(&store, workspace, "w", 1).await;
        put(&store, workspace, workflow, vec![nightly("0 3 * * *", 500)], 100).await;
        let first = only(&store, workspace).await;
        assert_eq!((first.cursor_ms, first.next_ms, first.workflow_name.as_str()), (100, Some(500), "w"));
        put(&store, workspace, workflow, vec![nightly("0 3 * * *", 900)], 600).await;
        let again = only(&store, workspace).await;
        assert_eq!((again.id, again.cursor_ms, again.next_ms), (first.id, 100, Some(500)));
        put(&store, workspace, workflow, vec![nightly("0 4 * * *", 950)], 600).await;
        let changed = only(&store, workspace).await;
        assert_eq!((changed.id, changed.cursor_ms, changed.next_ms), (first.id, 600, Some(950)));
        put(&store, workspace, workflow, Vec::new(), 700).await;
        assert_eq!(list(&store, workspace, None, 10).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_moment_is_fired_once() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = fixture::workflow(&store, workspace, "w", 1).await;
        put(&store, workspace, workflow, vec![nightly("0 3 * * *", 500)], 100).await;
        assert_eq!(due(&store, 499, 10).await.unwrap(), []);
        assert_eq!(next_due(&store).await.unwrap(), Some(500));
        let id = due(&store, 500, 10).await.unwrap()[0].id;
        let fire_at = async |fires: Vec<Fire>, cursor_ms, next_ms| {
            store.write(move |tx| Box::pin(async move { fire(tx, id, &fires, cursor_ms, next_ms).await })).await
        };
        let run = RunId::fresh();
        fire_at(vec![(400, None, Some("missed")), (500, Some(run), None)], 500, Some(800)).await.unwrap();
        let fired = only(&store, workspace).await;
        assert_eq!((fired.cursor_ms, fired.next_ms, fired.last_fired_ms), (500, Some(800), Some(500)));
        let twice = fire_at(vec![(500, Some(RunId::fresh()), None)], 900, Some(1_000)).await;
        assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
        assert_eq!(only(&store, workspace).await, fired);
        fire_at(Vec::new(), 900, None).await.unwrap();
        assert_eq!((next_due(&store).await.unwrap(), only(&store, workspace).await.last_fired_ms), (None, Some(500)));
    }
}
