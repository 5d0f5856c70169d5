//! One visit to one schedule: what it missed is recorded, and one moment fires.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat};
use serde_json::json;
use weft_core::document::NodeId;
use weft_core::run::Start;
use weft_core::schedule::{Backlog, Missed, Policy, Schedule};

use crate::clock::now_ms;
use crate::ids::ScheduleId;
use crate::runner::{Order, StartError, Wait};
use crate::store::StoreError;
use crate::store::runs::{Fired, Trigger, TriggerKind};
use crate::store::schedules::Schedule as Stored;
use crate::store::schedules::{self, Entry, Outcome, Settlement, SkippedBecause};
use crate::triggers::Inner;

/// A visit to come.
pub(super) struct Visit {
    pub(super) id: ScheduleId,
    pub(super) held: Held,
}

/// What is known of a schedule between visits.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The times `backlog` was found by: cron line and zone.
    times: (String, String),
    backlog: Backlog,
}

/// What a visit leaves to do.
pub(super) enum Left {
    Nothing {
        next_ms: Option<i64>,
    },
    /// Another moment, in turn.
    More(Held),
    /// The same moment, later.
    Refused(Held),
}

/// What became of a moment.
enum Started {
    Settled,
    Refused,
}

pub(super) async fn visit(inner: Arc<Inner>, visit: Visit) -> Left {
    let Visit { id, mut held } = visit;
    match see_to(&inner, id, &mut held).await {
        Ok(Next::Done { next_ms }) => Left::Nothing { next_ms },
        Ok(Next::More) => Left::More(held),
        Ok(Next::Refused) => Left::Refused(held),
        // Somebody changed the schedule meanwhile: a look finds it as it is now.
        Err(StoreError::Conflict(reason)) => {
            tracing::debug!(schedule.id = %id, reason, "a schedule was changed while it was seen to");
            Left::Nothing { next_ms: Some(now_ms()) }
        }
        Err(error) => {
            tracing::warn!(schedule.id = %id, %error, "a schedule could not be seen to and is tried again");
            Left::Refused(held)
        }
    }
}

enum Next {
    Done { next_ms: Option<i64> },
    More,
    Refused,
}

async fn see_to(inner: &Inner, id: ScheduleId, held: &mut Held) -> Result<Next, StoreError> {
    let Some(mut stored) = schedules::find(&inner.store, id).await? else { return Ok(Next::Done { next_ms: None }) };
    let schedule = match Schedule::parse(&stored.cron, &stored.timezone) {
        Ok(schedule) => schedule,
        // Checked when it was published; a newer time zone database may have dropped the zone.
        Err(error) => {
            tracing::error!(schedule.id = %id, %error, "a schedule cannot be computed any more and rests");
            rest(inner, &stored, error.to_string()).await?;
            return Ok(Next::Done { next_ms: None });
        }
    };
    let times = (stored.cron.clone(), stored.timezone.clone());
    if held.times != times {
        *held = Held { times, backlog: Backlog::default() };
    }
    let policy = policy_of(&stored);
    let now_ms = now_ms();
    let look = held.backlog.look(&schedule, &policy, stored.cursor_ms, now_ms);
    let first_ms = held.backlog.first();
    if look.skipped.is_some() || first_ms.is_none() {
        settle(inner, &stored, look.cursor_ms, look.next_ms, look.skipped.map(Entry::from)).await?;
        stored.cursor_ms = look.cursor_ms;
    }
    let Some(fire_ms) = first_ms else { return Ok(Next::Done { next_ms: look.next_ms }) };
    let next_ms = held.backlog.next_start(&schedule, &policy);
    let fired = Fired { schedule: id, from_ms: stored.cursor_ms, fire_ms, next_ms, decided_ms: now_ms };
    match fire(inner, &stored, fired).await? {
        Started::Refused => Ok(Next::Refused),
        Started::Settled if next_ms.is_some_and(|next_ms| next_ms <= now_ms) => Ok(Next::More),
        Started::Settled => Ok(Next::Done { next_ms }),
    }
}

/// Starts the run of a moment, or records why there is none.
async fn fire(inner: &Inner, stored: &Stored, fired: Fired) -> Result<Started, StoreError> {
    let because = match inner.runner.start(order(stored, fired)).await {
        Ok(_) => return Ok(Started::Settled),
        Err(error @ (StartError::Overloaded { .. } | StartError::ShuttingDown)) => {
            tracing::debug!(schedule.id = %stored.id, fired.fire_ms, %error, "a moment waits for its run");
            return Ok(Started::Refused);
        }
        Err(StartError::Store(StoreError::Conflict(reason))) => {
            tracing::warn!(schedule.id = %stored.id, fired.fire_ms, reason, "a moment was settled by somebody else");
            // Does nothing but pass over it, if it is the moment and not the schedule that is in conflict.
            settle(inner, stored, fired.fire_ms, fired.next_ms, None).await?;
            return Ok(Started::Settled);
        }
        Err(StartError::Store(error)) if !matches!(error, StoreError::Damaged(_)) => return Err(error),
        Err(StartError::Skipped) => Outcome::Skipped { because: SkippedBecause::Overlap, detail: None },
        Err(error) => {
            tracing::error!(workflow.id = %stored.workflow, node = stored.node, %error, "a schedule could not start its run");
            Outcome::Skipped { because: SkippedBecause::CouldNotStart, detail: Some(error.to_string()) }
        }
    };
    settle(inner, stored, fired.fire_ms, fired.next_ms, Some(Entry::of(fired.fire_ms, because))).await?;
    Ok(Started::Settled)
}

fn order(stored: &Stored, fired: Fired) -> Order {
    let node = NodeId(stored.node.clone());
    let fire_at =
        DateTime::from_timestamp_millis(fired.fire_ms).map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
    Order {
        workspace: stored.workspace,
        workflow: stored.workflow,
        revision: stored.revision,
        trigger: Trigger { kind: TriggerKind::Schedule, node: Some(node.clone()), fire_ms: Some(fired.fire_ms) },
        input: json!({ "fire_ms": fired.fire_ms, "fire_at": fire_at }),
        start: Start { trigger: Some(node), ..Start::default() },
        wait: Wait::No,
        fire: Some(fired),
        root: None,
    }
}

fn policy_of(stored: &Stored) -> Policy {
    let missed = match stored.missed {
        schedules::Missed::None => Missed::None,
        schedules::Missed::Last => Missed::Last,
        schedules::Missed::All => Missed::All,
    };
    // The end of an id is random; its beginning is the time it was made at.
    let seed = stored.id.0.as_u64_pair().1;
    Policy { missed, window_ms: stored.missed_window_ms, jitter_ms: stored.jitter_ms, seed }
}

/// Nothing more happens to a schedule whose times can't be computed, until it is published again.
async fn rest(inner: &Inner, stored: &Stored, detail: String) -> Result<(), StoreError> {
    let due_ms = stored.next_ms.unwrap_or(stored.cursor_ms).max(stored.cursor_ms);
    let outcome = Outcome::Skipped { because: SkippedBecause::CouldNotCompute, detail: Some(detail) };
    settle(inner, stored, stored.cursor_ms, None, Some(Entry::of(due_ms, outcome))).await
}

/// Moves a schedule past everything up to `cursor_ms`.
async fn settle(
    inner: &Inner,
    stored: &Stored,
    cursor_ms: i64,
    next_ms: Option<i64>,
    entry: Option<Entry>,
) -> Result<(), StoreError> {
    let settlement =
        Settlement { schedule: stored.id, from_ms: stored.cursor_ms, cursor_ms, next_ms, decided_ms: now_ms(), entry };
    inner.store.write(move |tx| Box::pin(async move { schedules::settle(tx, &settlement).await })).await
}
