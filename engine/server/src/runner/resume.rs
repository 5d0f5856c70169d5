//! Taking up runs from their journals: after a restart, when a timer is due, or to cancel one that waits on disk.

use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use weft_core::node_type::Idempotency;
use weft_core::run::{ErrorKind, Event, Path, RunError, RunState};

use super::drive::Drive;
use super::{Runner, StartError};
use crate::clock::now_ms;
use crate::ids::{RunId, WorkspaceId};
use crate::store::{StoreError, runs};

/// Runs with due timers that are taken up in one go.
const DUE_AT_ONCE: u32 = 500;

/// A due timer may belong to a run that is in memory and about to see to it: looking again at once would spin.
const SHORTEST_SLEEP_MS: i64 = 100;

/// The wall clock may be set; what is due is looked at again at least this often.
const LONGEST_SLEEP_MS: i64 = 10_000;

impl Runner {
    /// Takes up every run that was going when the server stopped.
    pub async fn recover(&self) -> Result<(), StartError> {
        let live = runs::live(&self.0.store).await?;
        if !live.is_empty() {
            tracing::info!(runs = live.len(), "taking up runs that were going when the server stopped");
        }
        for (run, workspace) in live {
            if let Err(error) = self.resume(workspace, run).await {
                tracing::error!(run.id = %run, %error, "a run could not be taken up");
            }
        }
        Ok(())
    }

    /// Wakes waiting runs when their timers are due, until the server stops.
    pub fn watch_timers(&self) {
        let runner = self.clone();
        self.0.tasks.spawn(async move {
            let stop = runner.0.stop.clone();
            stop.run_until_cancelled(runner.wake_for_ever()).await;
        });
    }

    async fn wake_for_ever(&self) {
        loop {
            let changed = self.0.timers_changed.notified();
            let next_ms = self.wake_due(now_ms()).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "timers could not be read");
                None
            });
            let pause_ms = next_ms
                .map_or(LONGEST_SLEEP_MS, |next_ms| (next_ms - now_ms()).clamp(SHORTEST_SLEEP_MS, LONGEST_SLEEP_MS));
            // Ends early when a timer was set; either way the timers are looked at anew.
            let _ = tokio::time::timeout(Duration::from_millis(pause_ms as u64), changed).await;
        }
    }

    /// Takes up the waiting runs whose timers are due. Answers when the next one is.
    async fn wake_due(&self, now_ms: i64) -> Result<Option<i64>, StartError> {
        for (run, workspace) in runs::due_timers(&self.0.store, now_ms, DUE_AT_ONCE).await? {
            if let Err(error) = self.resume(workspace, run).await {
                tracing::error!(run.id = %run, %error, "a waiting run could not be taken up");
            }
        }
        Ok(runs::next_timer(&self.0.store).await?)
    }

    /// Rebuilds a run from its journal and carries on, unless it is in memory already or has ended.
    pub(super) async fn resume(&self, workspace: WorkspaceId, run: RunId) -> Result<(), StartError> {
        let room = Arc::clone(&self.0.room).acquire_owned().await.map_err(|_| StartError::ShuttingDown)?;
        let cancel = CancellationToken::new();
        match self.0.active().entry(run) {
            Entry::Occupied(_) => return Ok(()),
            Entry::Vacant(vacant) => vacant.insert(cancel.clone()),
        };
        match self.rebuild(workspace, run).await {
            Ok(Some(mut drive)) => {
                drive.cancel = cancel;
                self.track(run, room, drive);
                Ok(())
            }
            other => {
                self.0.active().remove(&run);
                other.map(|_| ())
            }
        }
    }

    async fn rebuild(&self, workspace: WorkspaceId, run: RunId) -> Result<Option<Drive>, StartError> {
        let Some(found) = runs::find(&self.0.store, workspace, run).await? else { return Ok(None) };
        if found.tail.status.is_final() {
            return Ok(None);
        }
        let program = self.0.programs.get(workspace, found.head.workflow, found.head.revision).await?;
        let mut state = RunState::new(Arc::clone(&program.graph), Arc::new(found.head.input));
        let mut sequence = 0;
        for (row, events) in runs::journal(&self.0.store, run).await? {
            sequence = row + 1;
            for event in events {
                state.apply(&event).map_err(|error| StoreError::Damaged(format!("{run}: {error}")))?;
            }
        }
        let started_ms = found.tail.started_ms.unwrap_or(found.head.created_ms);
        let mut drive = Drive::around(Arc::clone(&self.0), run, workspace, program, state, started_ms);
        drive.sequence = sequence;
        drive.has_timers = true;
        drive.waiter = self.0.waiters().remove(&run);
        drive.take_up_interrupted();
        Ok(Some(drive))
    }
}

impl Drive {
    /// Steps that were started and have not ended are done again with the same idempotency key, unless that could do harm.
    fn take_up_interrupted(&mut self) {
        for (path, node, attempt, input) in self.state.running() {
            match self.program.plan(node).idempotent {
                Idempotency::Natural | Idempotency::Key => self.perform(path, node, attempt, &input),
                Idempotency::No => self.interrupted(path, attempt),
            }
        }
        let now_ms = now_ms();
        for (path, until_ms) in self.timers() {
            if until_ms <= now_ms {
                self.emit(Event::TimerDue { path, at_ms: now_ms });
            }
        }
    }

    fn interrupted(&mut self, path: Path, attempt: u32) {
        let message = "the server stopped while this step was running, and it must not be repeated: see whether it had its effect, then \
                       run the rest by hand";
        self.fail(path, attempt, RunError::new(ErrorKind::Permanent, "interrupted", message), Vec::new());
    }
}
