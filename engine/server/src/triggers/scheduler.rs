//! Fires schedules. A moment is marked as fired in the transaction that stores its run, so it can neither be lost nor fire twice.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat};
use futures::{StreamExt, stream};
use serde_json::json;
use weft_core::document::NodeId;
use weft_core::run::Start;
use weft_core::schedule::{Missed, Schedule};

use super::Inner;
use crate::clock::now_ms;
use crate::runner::{Order, StartError, Wait};
use crate::store::runs::{Fired, Trigger, TriggerKind};
use crate::store::{StoreError, schedules};

/// Schedules that are seen to in one go.
const DUE_AT_ONCE: u32 = 1_000;

/// Schedules fired at the same time, so that many due in the same second share the writer's transactions.
const FIRING: usize = 64;

/// The wall clock may be set; the schedules are looked at again at least this often.
const LONGEST_SLEEP_MS: i64 = 10_000;

/// Pause after the database refused, and the least pause in any case.
const SHORTEST_SLEEP_MS: i64 = 50;

pub(super) struct Scheduler {
    inner: Arc<Inner>,
}

impl Scheduler {
    pub(super) fn new(inner: Arc<Inner>) -> Scheduler {
        Scheduler { inner }
    }

    /// Fires what is due until the server stops.
    pub(super) async fn watch(self) {
        let stop = self.inner.stop.clone();
        while !stop.is_cancelled() {
            let changed = self.inner.schedules_changed.notified();
            let next_ms = self.fire_due().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "schedules could not be fired");
                Some(now_ms() + 1_000)
            });
            let pause_ms = next_ms
                .map_or(LONGEST_SLEEP_MS, |next_ms| (next_ms - now_ms()).clamp(SHORTEST_SLEEP_MS, LONGEST_SLEEP_MS));
            tokio::select! {
                () = stop.cancelled() => {}
                () = changed => {}
                () = tokio::time::sleep(Duration::from_millis(pause_ms as u64)) => {}
            }
        }
    }

    /// Fires what is due and answers when something is due next.
    async fn fire_due(&self) -> Result<Option<i64>, StoreError> {
        let now_ms = now_ms();
        let due = schedules::due(&self.inner.store, now_ms, DUE_AT_ONCE).await?;
        stream::iter(due)
            .for_each_concurrent(FIRING, async |schedule| {
                if let Err(error) = self.fire(&schedule, now_ms).await {
                    tracing::error!(workflow.id = %schedule.workflow, node = schedule.node, %error, "a schedule could not be fired");
                }
            })
            .await;
        schedules::next_due(&self.inner.store).await
    }

    async fn fire(&self, stored: &schedules::Schedule, now_ms: i64) -> Result<(), StartError> {
        let schedule = match Schedule::parse(&stored.cron, &stored.timezone) {
            Ok(schedule) => schedule,
            // Checked when it was published; a newer time zone database may have dropped the zone.
            Err(error) => {
                tracing::error!(schedule.id = %stored.id, %error, "a schedule cannot be computed any more and is switched off");
                return self.settle(stored, Vec::new(), now_ms, None).await;
            }
        };
        let missed = match stored.missed {
            schedules::Missed::None => Missed::None,
            schedules::Missed::Last => Missed::Last,
            schedules::Missed::All => Missed::All,
        };
        let due = schedule.due(stored.cursor_ms, now_ms, missed);
        for fire_ms in due.fire {
            let next_ms = schedule.next_after(fire_ms);
            match self.start(stored, Fired { schedule: stored.id, fire_ms, next_ms }).await {
                Ok(()) => {}
                // Somebody else fired it: that is what the key is for.
                Err(StartError::Store(StoreError::Conflict(_))) => {
                    tracing::warn!(schedule.id = %stored.id, fire_ms, "this moment was fired already");
                }
                Err(error) => return Err(error),
            }
        }
        let skipped =
            due.skipped.map(|skipped| (skipped.last_ms, None, Some("missed while the server was not running")));
        self.settle(stored, skipped.into_iter().collect(), due.cursor_ms, due.next_ms).await
    }

    async fn start(&self, stored: &schedules::Schedule, fired: Fired) -> Result<(), StartError> {
        let node = NodeId(stored.node.clone());
        let fire_at =
            DateTime::from_timestamp_millis(fired.fire_ms).map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
        let order = Order {
            workspace: stored.workspace,
            workflow: stored.workflow,
            revision: stored.revision,
            trigger: Trigger { kind: TriggerKind::Schedule, node: Some(node.clone()), fire_ms: Some(fired.fire_ms) },
            input: json!({ "fire_ms": fired.fire_ms, "fire_at": fire_at }),
            start: Start { trigger: Some(node), ..Start::default() },
            wait: Wait::No,
            fire: Some(fired),
        };
        self.inner.runner.start(order).await.map(|_| ())
    }

    /// Moves a schedule past everything up to `cursor_ms`.
    async fn settle(
        &self,
        stored: &schedules::Schedule,
        skipped: Vec<schedules::Fire>,
        cursor_ms: i64,
        next_ms: Option<i64>,
    ) -> Result<(), StartError> {
        let id = stored.id;
        let settled = self
            .inner
            .store
            .write(move |tx| Box::pin(async move { schedules::fire(tx, id, &skipped, cursor_ms, next_ms).await }));
        Ok(settled.await?)
    }
}
