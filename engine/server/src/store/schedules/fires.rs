//! The ledger: what each moment of a schedule became.

use serde::Serialize;
use sqlx::FromRow;
use weft_core::schedule::{SkipReason, Skipped};

use crate::ids::{RunId, ScheduleId};
use crate::store::batch::Batch;
use crate::store::{Store, StoreError, Tx};

/// Rows kept for each schedule, the newest.
pub const MOST_KEPT: i64 = 1_000;

const MOVE_CURSORS: &str = "update schedule set cursor_ms = new.value->>'cursor_ms', next_ms = new.value->>'next_ms', \
     last_fired_ms = coalesce(new.value->>'last_fired_ms', last_fired_ms) from jsonb_each(?) as new \
     where schedule.schedule_id = unhex(new.value->>'schedule_id') and schedule.cursor_ms = new.value->>'from_ms' \
     and schedule.retired_ms is null";

const INSERT_FIRES: &str = "insert into fire (schedule_id, fire_ms, run_id, skipped_because, detail, count, first_ms, decided_ms) \
     select unhex(value->>'schedule_id'), value->>'fire_ms', unhex(value->>'run_id'), value->>'skipped_because', \
     value->>'detail', value->>'count', value->>'first_ms', value->>'decided_ms' from jsonb_each(?) \
     where true on conflict (schedule_id, fire_ms) do nothing";

/// The thousand is [`MOST_KEPT`].
const PRUNE_FIRES: &str = "delete from fire where (schedule_id, fire_ms) in (select old.schedule_id, old.fire_ms from \
     (select kept.schedule_id, (select fire_ms from fire where fire.schedule_id = kept.schedule_id \
     order by fire_ms desc limit 1 offset 1000) as upto_ms from \
     (select unhex(value->>'schedule_id') as schedule_id from jsonb_each(?)) as kept) as full \
     join fire as old on old.schedule_id = full.schedule_id and old.fire_ms <= full.upto_ms)";

/// A UUID as `unhex` reads it.
type Hex = uuid::fmt::Simple;

#[derive(Serialize)]
struct CursorRow {
    schedule_id: Hex,
    from_ms: i64,
    cursor_ms: i64,
    next_ms: Option<i64>,
    last_fired_ms: Option<i64>,
}

#[derive(Serialize)]
struct FireRow<'a> {
    schedule_id: Hex,
    fire_ms: i64,
    run_id: Option<Hex>,
    skipped_because: Option<SkippedBecause>,
    detail: Option<&'a str>,
    count: u64,
    first_ms: i64,
    decided_ms: i64,
}

#[derive(Serialize)]
struct Pruned {
    schedule_id: Hex,
}

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

impl From<Skipped> for Entry {
    fn from(skipped: Skipped) -> Entry {
        let because = match skipped.reason {
            SkipReason::Policy => SkippedBecause::Policy,
            SkipReason::TooOld => SkippedBecause::TooOld,
            SkipReason::TooMany => SkippedBecause::TooMany,
            SkipReason::Restored => SkippedBecause::Restored,
        };
        let outcome = Outcome::Skipped { because, detail: None };
        Entry { fire_ms: skipped.last_ms, first_ms: skipped.first_ms, count: skipped.count, outcome }
    }
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
    /// The database was restored, and nobody knows what the server it is of fired.
    Restored,
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
    let mut batch = Batch::default();
    add_settlements(&mut batch, std::slice::from_ref(settlement))?;
    batch.run(tx).await
}

/// Adds what [`settle`] writes, for several schedules.
pub fn add_settlements(batch: &mut Batch, settlements: &[Settlement]) -> Result<(), StoreError> {
    let entries = || settlements.iter().filter_map(|settlement| Some((settlement, settlement.entry.as_ref()?)));
    let (ran, skipped): (Vec<FireRow>, Vec<FireRow>) =
        entries().map(|(settlement, entry)| fire_row(settlement, entry)).partition(|row| row.run_id.is_some());
    let pruned: Vec<Pruned> = entries().map(|(settlement, _)| Pruned { schedule_id: hex(settlement) }).collect();
    batch.for_each(MOVE_CURSORS, &settlements.iter().map(cursor_row).collect::<Vec<_>>())?;
    // Only a run can be in conflict: what was skipped before is skipped.
    batch.for_each(INSERT_FIRES, &ran)?;
    batch.with(INSERT_FIRES, &skipped)?;
    batch.with(PRUNE_FIRES, &pruned)
}

fn cursor_row(settlement: &Settlement) -> CursorRow {
    let fired = settlement.entry.as_ref().filter(|entry| matches!(entry.outcome, Outcome::Ran(_)));
    CursorRow {
        schedule_id: hex(settlement),
        from_ms: settlement.from_ms,
        cursor_ms: settlement.cursor_ms,
        next_ms: settlement.next_ms,
        last_fired_ms: fired.map(|entry| entry.fire_ms),
    }
}

fn fire_row<'a>(settlement: &Settlement, entry: &'a Entry) -> FireRow<'a> {
    let (run, skipped_because, detail) = match &entry.outcome {
        Outcome::Ran(run) => (Some(*run), None, None),
        Outcome::Skipped { because, detail } => (None, Some(*because), detail.as_deref()),
    };
    FireRow {
        schedule_id: hex(settlement),
        fire_ms: entry.fire_ms,
        run_id: run.map(|run| run.0.simple()),
        skipped_because,
        detail,
        count: entry.count,
        first_ms: entry.first_ms,
        decided_ms: settlement.decided_ms,
    }
}

fn hex(settlement: &Settlement) -> Hex {
    settlement.schedule.0.simple()
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
