//! The ledger: what each moment of a schedule became.

use sqlx::FromRow;

use crate::ids::{RunId, ScheduleId};
use crate::store::{Store, StoreError, Tx};

/// Rows kept for each schedule, the newest.
pub const MOST_KEPT: i64 = 1_000;

/// How far a schedule is settled, with the row of the ledger that says why.
#[derive(Debug, Clone)]
pub struct Settlement {
    pub schedule: ScheduleId,
    /// The cursor this was decided from. If it is another by now, or the schedule is out of service, nothing is written.
    pub from_ms: i64,
    pub cursor_ms: i64,
    /// When to look at it again.
    pub next_ms: Option<i64>,
    pub decided_ms: i64,
    pub entry: Option<Entry>,
}

/// A row to write: one moment, or several that were skipped for the same reason.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The moment; of several the last.
    pub fire_ms: i64,
    pub first_ms: i64,
    pub count: u64,
    pub outcome: Outcome,
}

impl Entry {
    pub fn of(fire_ms: i64, outcome: Outcome) -> Entry {
        Entry { fire_ms, first_ms: fire_ms, count: 1, outcome }
    }
}

#[derive(Debug, Clone)]
pub enum Outcome {
    Ran(RunId),
    Skipped { because: SkippedBecause, detail: Option<String> },
}

/// Why a moment became no run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum SkippedBecause {
    /// Missed, and the policy does not make up for it.
    Policy,
    /// Missed, and older than the window of missed times.
    TooOld,
    /// Missed, and not among the newest hundred.
    TooMany,
    /// A run of the workflow was still going.
    Overlap,
    /// The published revision could not be run.
    CouldNotStart,
    /// The times cannot be computed any more, so the schedule rests until it is published again.
    CouldNotCompute,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Fire {
    pub fire_ms: i64,
    #[sqlx(rename = "run_id")]
    pub run: Option<RunId>,
    pub skipped_because: Option<SkippedBecause>,
    pub detail: Option<String>,
    pub count: i64,
    pub first_ms: i64,
    /// Absent in rows of an earlier release.
    pub decided_ms: Option<i64>,
}

/// Moves a schedule past everything up to a moment and writes what that became. A moment that became a run before, or a
/// schedule that is not where it was when this was decided, is a conflict.
pub async fn settle(tx: &mut Tx, settlement: &Settlement) -> Result<(), StoreError> {
    let entry = settlement.entry.as_ref();
    let last_fired_ms = entry.filter(|entry| matches!(entry.outcome, Outcome::Ran(_))).map(|entry| entry.fire_ms);
    let update = "update schedule set cursor_ms = $3, next_ms = $4, last_fired_ms = coalesce($5, last_fired_ms) \
                  where schedule_id = $1 and cursor_ms = $2 and retired_ms is null";
    let updated = sqlx::query(update)
        .bind(settlement.schedule)
        .bind(settlement.from_ms)
        .bind(settlement.cursor_ms)
        .bind(settlement.next_ms)
        .bind(last_fired_ms)
        .execute(&mut *tx)
        .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::Conflict(format!("{} was changed meanwhile", settlement.schedule)));
    }
    if let Some(entry) = entry {
        insert(tx, settlement, entry).await?;
        prune(tx, settlement.schedule).await?;
    }
    Ok(())
}

async fn insert(tx: &mut Tx, settlement: &Settlement, entry: &Entry) -> Result<(), StoreError> {
    let (run, because, detail) = match &entry.outcome {
        Outcome::Ran(run) => (Some(*run), None, None),
        Outcome::Skipped { because, detail } => (None, Some(*because), detail.as_deref()),
    };
    let insert = "insert into fire (schedule_id, fire_ms, run_id, skipped_because, detail, count, first_ms, decided_ms) \
                  values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (schedule_id, fire_ms) do nothing";
    let inserted = sqlx::query(insert)
        .bind(settlement.schedule)
        .bind(entry.fire_ms)
        .bind(run)
        .bind(because)
        .bind(detail)
        .bind(entry.count.cast_signed())
        .bind(entry.first_ms)
        .bind(settlement.decided_ms)
        .execute(tx)
        .await?;
    match run {
        Some(_) if inserted.rows_affected() == 0 => {
            Err(StoreError::Conflict(format!("{} fired at {} already", settlement.schedule, entry.fire_ms)))
        }
        _ => Ok(()),
    }
}

async fn prune(tx: &mut Tx, schedule: ScheduleId) -> Result<(), StoreError> {
    let prune = "delete from fire where schedule_id = $1 and fire_ms <= \
                 (select fire_ms from fire where schedule_id = $1 order by fire_ms desc limit 1 offset $2)";
    sqlx::query(prune).bind(schedule).bind(MOST_KEPT).execute(tx).await?;
    Ok(())
}

/// The ledger of a schedule, newest first, before a moment.
pub async fn list(
    store: &Store,
    schedule: ScheduleId,
    before_ms: Option<i64>,
    limit: u32,
) -> Result<Vec<Fire>, StoreError> {
    let list = "select fire_ms, run_id, skipped_because, detail, count, coalesce(first_ms, fire_ms) as first_ms, decided_ms \
                from fire where schedule_id = $1 and ($2 is null or fire_ms < $2) order by fire_ms desc limit $3";
    Ok(sqlx::query_as(list).bind(schedule).bind(before_ms).bind(limit).fetch_all(&store.readers).await?)
}
