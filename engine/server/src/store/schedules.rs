//! The schedule nodes of revisions in service, and how far each has been settled.

mod fires;

use sqlx::FromRow;

use super::{Store, StoreError, Tx};
use crate::ids::{ScheduleId, WorkflowId, WorkspaceId};

pub use fires::{Entry, Fire, MOST_KEPT, Outcome, Settlement, SkippedBecause, add_settlements, list as fires, settle};

const SCHEDULE: &str = "select schedule.schedule_id, schedule.workspace_id, schedule.workflow_id, schedule.revision, schedule.node, \
     schedule.cron, schedule.timezone, schedule.missed, schedule.missed_window_ms, schedule.jitter_ms, schedule.overlap, \
     schedule.cursor_ms, schedule.next_ms, schedule.last_fired_ms, schedule.retired_ms, workflow.name as workflow_name \
     from schedule join workflow on workflow.workflow_id = schedule.workflow_id";

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
    pub missed_window_ms: Option<i64>,
    pub jitter_ms: i64,
    /// What the workflow does about a run that is still going.
    pub overlap: String,
    /// Everything up to and including this moment has been fired or recorded as skipped.
    pub cursor_ms: i64,
    /// When to look at it again.
    pub next_ms: Option<i64>,
    pub last_fired_ms: Option<i64>,
    /// Since when its node is not in service any more.
    pub retired_ms: Option<i64>,
}

/// What a schedule node of a new revision says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSchedule {
    pub node: String,
    pub cron: String,
    pub timezone: String,
    pub missed: Missed,
    pub missed_window_ms: Option<i64>,
    pub jitter_ms: i64,
    pub overlap: String,
    /// The first moment after now.
    pub next_ms: Option<i64>,
}

/// When a schedule is to be looked at, and which.
pub type DueAt = (i64, ScheduleId);

/// Schedules whose next moment has come, the longest overdue first, after the given one.
pub async fn due(store: &Store, now_ms: i64, after: Option<DueAt>, limit: u32) -> Result<Vec<DueAt>, StoreError> {
    let due = "select next_ms, schedule_id from schedule \
               where next_ms <= $1 and ($2 is null or (next_ms, schedule_id) > ($2, $3)) \
               order by next_ms, schedule_id limit $4";
    let (after_ms, after_id) = after.unzip();
    Ok(sqlx::query_as(due).bind(now_ms).bind(after_ms).bind(after_id).bind(limit).fetch_all(&store.readers).await?)
}

/// Settles every schedule that is due without firing it: its moments are in the ledger as passed over.
pub async fn pass_over_due(tx: &mut Tx, now_ms: i64) -> Result<(), StoreError> {
    let due = "select schedule_id, cron, timezone, cursor_ms from schedule where next_ms <= $1 and retired_ms is null";
    let due: Vec<(ScheduleId, String, String, i64)> = sqlx::query_as(due).bind(now_ms).fetch_all(&mut *tx).await?;
    for (schedule, cron, timezone, from_ms) in due {
        // One that cannot be computed is found out by the scheduler, which looks at it next.
        let times = weft_core::schedule::Schedule::parse(&cron, &timezone).ok();
        let entry = times.and_then(|times| times.passed_over(from_ms, now_ms)).map(Entry::from);
        let settlement =
            Settlement { schedule, from_ms, cursor_ms: now_ms, next_ms: Some(now_ms), decided_ms: now_ms, entry };
        settle(tx, &settlement).await?;
    }
    Ok(())
}

/// When the first schedule is due that is not due yet.
pub async fn next_due(store: &Store, now_ms: i64) -> Result<Option<i64>, StoreError> {
    let next = "select min(next_ms) from schedule where next_ms > $1";
    Ok(sqlx::query_scalar(next).bind(now_ms).fetch_one(&store.readers).await?)
}

/// Has every schedule looked at now, because what says when it is due cannot be trusted any more.
pub async fn look_at_all(tx: &mut Tx, now_ms: i64) -> Result<(), StoreError> {
    sqlx::query("update schedule set next_ms = $1 where next_ms > $1").bind(now_ms).execute(tx).await?;
    Ok(())
}

/// A schedule in service.
pub async fn find(store: &Store, id: ScheduleId) -> Result<Option<Schedule>, StoreError> {
    let find =
        sqlx::AssertSqlSafe(format!("{SCHEDULE} where schedule.schedule_id = $1 and schedule.retired_ms is null"));
    Ok(sqlx::query_as(find).bind(id).fetch_optional(&store.readers).await?)
}

/// Whether a workspace has or had this schedule.
pub async fn exists(store: &Store, workspace: WorkspaceId, id: ScheduleId) -> Result<bool, StoreError> {
    let exists = "select exists (select 1 from schedule where workspace_id = $1 and schedule_id = $2)";
    Ok(sqlx::query_scalar(exists).bind(workspace).bind(id).fetch_one(&store.readers).await?)
}

/// The schedules of a workspace in service after the given one, in the order of their ids.
pub async fn list(
    store: &Store,
    workspace: WorkspaceId,
    after: Option<ScheduleId>,
    limit: u32,
) -> Result<Vec<Schedule>, StoreError> {
    let list = sqlx::AssertSqlSafe(format!(
        "{SCHEDULE} where schedule.workspace_id = $1 and schedule.retired_ms is null \
         and ($2 is null or schedule.schedule_id > $2) order by schedule.schedule_id limit $3"
    ));
    Ok(sqlx::query_as(list).bind(workspace).bind(after).bind(limit).fetch_all(&store.readers).await?)
}

/// Makes `schedules` all that the workflow has in service. A node whose cron line and zone stay the same keeps its place in
/// time, so that publishing neither repeats nor loses a moment.
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
        retire(tx, gone.id, now_ms).await?;
    }
    for new in schedules {
        match before.iter().find(|old| old.node == new.node) {
            Some(old) => update(tx, old, revision, new, now_ms).await?,
            None => insert(tx, workspace, workflow, revision, new, now_ms).await?,
        }
    }
    Ok(())
}

async fn retire(tx: &mut Tx, id: ScheduleId, now_ms: i64) -> Result<(), StoreError> {
    let retire = "update schedule set next_ms = null, retired_ms = $2 where schedule_id = $1 and retired_ms is null";
    sqlx::query(retire).bind(id).bind(now_ms).execute(tx).await?;
    Ok(())
}

async fn update(tx: &mut Tx, old: &Schedule, revision: i64, new: &NewSchedule, now_ms: i64) -> Result<(), StoreError> {
    let goes_on = old.retired_ms.is_none() && old.cron == new.cron && old.timezone == new.timezone;
    // Other times begin now, but never before what was settled: the clock may have been put back since.
    let cursor_ms = if goes_on { old.cursor_ms } else { old.cursor_ms.max(now_ms) };
    let next_ms = match old.next_ms {
        Some(next_ms) if goes_on && old.jitter_ms == new.jitter_ms => Some(next_ms),
        // Another jitter may start the same moment earlier, even now.
        Some(next_ms) if goes_on => Some(next_ms.min(now_ms)),
        _ => new.next_ms,
    };
    let update = "update schedule set revision = $2, cron = $3, timezone = $4, missed = $5, missed_window_ms = $6, \
                  jitter_ms = $7, overlap = $8, cursor_ms = $9, next_ms = $10, retired_ms = null where schedule_id = $1";
    sqlx::query(update)
        .bind(old.id)
        .bind(revision)
        .bind(&new.cron)
        .bind(&new.timezone)
        .bind(new.missed)
        .bind(new.missed_window_ms)
        .bind(new.jitter_ms)
        .bind(&new.overlap)
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
    let insert = "insert into schedule (schedule_id, workspace_id, workflow_id, revision, node, cron, timezone, missed, \
                  missed_window_ms, jitter_ms, overlap, cursor_ms, next_ms) \
                  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    sqlx::query(insert)
        .bind(ScheduleId::fresh())
        .bind(workspace)
        .bind(workflow)
        .bind(revision)
        .bind(&new.node)
        .bind(&new.cron)
        .bind(&new.timezone)
        .bind(new.missed)
        .bind(new.missed_window_ms)
        .bind(new.jitter_ms)
        .bind(&new.overlap)
        .bind(now_ms)
        .bind(new.next_ms)
        .execute(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RunId;
    use crate::store::fixture;

    fn nightly(cron: &str, next_ms: i64) -> NewSchedule {
        NewSchedule {
            node: "clock".into(),
            cron: cron.into(),
            timezone: "UTC".into(),
            missed: Missed::Last,
            missed_window_ms: None,
            jitter_ms: 0,
            overlap: "allow".into(),
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

    async fn settled(store: &Store, settlement: Settlement) -> Result<(), StoreError> {
        store.write(move |tx| Box::pin(async move { settle(tx, &settlement).await })).await
    }

    fn ran(schedule: &Schedule, fire_ms: i64, next_ms: i64) -> Settlement {
        Settlement {
            schedule: schedule.id,
            from_ms: schedule.cursor_ms,
            cursor_ms: fire_ms,
            next_ms: Some(next_ms),
            decided_ms: fire_ms + 3,
            entry: Some(Entry::of(fire_ms, Outcome::Ran(RunId::fresh()))),
        }
    }

    fn skipped(schedule: &Schedule, first_ms: i64, fire_ms: i64, count: u64) -> Settlement {
        let outcome = Outcome::Skipped { because: SkippedBecause::Policy, detail: None };
        let entry = Entry { first_ms, count, ..Entry::of(fire_ms, outcome) };
        Settlement { entry: Some(entry), ..ran(schedule, fire_ms, fire_ms + 1) }
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
        let moved = NewSchedule { jitter_ms: 50, ..nightly("0 3 * * *", 900) };
        put(&store, workspace, workflow, vec![moved], 400).await;
        let moved = only(&store, workspace).await;
        assert_eq!((moved.cursor_ms, moved.next_ms, moved.jitter_ms), (100, Some(400), 50), "it is looked at now");
        put(&store, workspace, workflow, vec![nightly("0 4 * * *", 950)], 600).await;
        let changed = only(&store, workspace).await;
        assert_eq!((changed.id, changed.cursor_ms, changed.next_ms), (first.id, 600, Some(950)));
    }

    #[tokio::test]
    async fn a_schedule_out_of_service_rests_and_never_goes_back_in_time() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = fixture::workflow(&store, workspace, "w", 1).await;
        put(&store, workspace, workflow, vec![nightly("0 3 * * *", 500)], 100).await;
        let first = only(&store, workspace).await;
        settled(&store, ran(&first, 500, 900)).await.unwrap();
        put(&store, workspace, workflow, Vec::new(), 700).await;
        assert_eq!(
            (list(&store, workspace, None, 10).await.unwrap(), find(&store, first.id).await.unwrap()),
            (vec![], None)
        );
        assert_eq!(due(&store, 10_000, None, 10).await.unwrap(), []);
        assert_eq!(fires(&store, first.id, None, 10).await.unwrap().len(), 1, "the ledger is still there");
        assert!(exists(&store, workspace, first.id).await.unwrap());
        assert!(!exists(&store, WorkspaceId::fresh(), first.id).await.unwrap());
        let late = settled(&store, ran(&only_gone(&first), 900, 1_000)).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
        // The clock was put back; what has fired stays fired, and what passed meanwhile was not missed.
        put(&store, workspace, workflow, vec![nightly("0 3 * * *", 500)], 450).await;
        let back = only(&store, workspace).await;
        assert_eq!((back.id, back.cursor_ms, back.next_ms), (first.id, 500, Some(500)));
        put(&store, workspace, workflow, vec![nightly("0 4 * * *", 480)], 460).await;
        assert_eq!(only(&store, workspace).await.cursor_ms, 500);
    }

    fn only_gone(first: &Schedule) -> Schedule {
        Schedule { cursor_ms: 500, ..first.clone() }
    }

    #[tokio::test]
    async fn a_moment_is_settled_once_and_from_where_the_schedule_stands() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = fixture::workflow(&store, workspace, "w", 1).await;
        put(&store, workspace, workflow, vec![nightly("0 3 * * *", 500)], 100).await;
        let first = only(&store, workspace).await;
        assert_eq!(due(&store, 499, None, 10).await.unwrap(), []);
        assert_eq!(due(&store, 500, None, 10).await.unwrap(), [(500, first.id)]);
        assert_eq!(due(&store, 500, Some((500, first.id)), 10).await.unwrap(), []);
        assert_eq!((next_due(&store, 499).await.unwrap(), next_due(&store, 500).await.unwrap()), (Some(500), None));
        settled(&store, skipped(&first, 300, 400, 2)).await.unwrap();
        let second = only(&store, workspace).await;
        assert_eq!((second.cursor_ms, second.next_ms, second.last_fired_ms), (400, Some(401), None));
        settled(&store, ran(&second, 500, 800)).await.unwrap();
        let fired = only(&store, workspace).await;
        assert_eq!((fired.cursor_ms, fired.next_ms, fired.last_fired_ms), (500, Some(800), Some(500)));
        for late in [ran(&second, 500, 1_000), ran(&second, 600, 1_000), ran(&fired, 500, 1_000)] {
            let late = settled(&store, late).await;
            assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
            assert_eq!(only(&store, workspace).await, fired);
        }
        let told: Vec<_> = fires(&store, first.id, None, 10).await.unwrap();
        let told: Vec<_> = told.iter().map(|fire| (fire.fire_ms, fire.first_ms, fire.count, fire.decided_ms)).collect();
        assert_eq!(told, [(500, 500, 1, Some(503)), (400, 300, 2, Some(403))]);
    }

    #[tokio::test]
    async fn the_ledger_keeps_the_newest_rows_of_each_schedule() {
        let (_folder, store, workspace) = fixture::open().await;
        let workflow = fixture::workflow(&store, workspace, "w", 1).await;
        let other = NewSchedule { node: "other".into(), ..nightly("0 3 * * *", 500) };
        put(&store, workspace, workflow, vec![nightly("0 3 * * *", 500), other], 0).await;
        let [busy, idle] = list(&store, workspace, None, 10).await.unwrap().try_into().unwrap();
        settled(&store, ran(&idle, 1, 2)).await.unwrap();
        let fill = busy.clone();
        let job = store.write(move |tx| {
            Box::pin(async move {
                for at_ms in 1..=MOST_KEPT + 5 {
                    let from = Schedule { cursor_ms: at_ms - 1, ..fill.clone() };
                    settle(tx, &ran(&from, at_ms, at_ms + 1)).await?;
                }
                Ok(())
            })
        });
        job.await.unwrap();
        let newest = fires(&store, busy.id, None, 2).await.unwrap();
        assert_eq!(newest.iter().map(|fire| fire.fire_ms).collect::<Vec<_>>(), [MOST_KEPT + 5, MOST_KEPT + 4]);
        assert_eq!(fires(&store, busy.id, Some(8), 10).await.unwrap().len(), 2, "what is older than 6 was removed");
        assert_eq!(fires(&store, idle.id, None, 10).await.unwrap().len(), 1);
    }
}
