//! Taking up runs from their journals: when their moment comes, when they are sent something, when it is their turn.

use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use tokio::sync::OwnedSemaphorePermit;
use weft_core::node_type::Idempotency;
use weft_core::run::{ErrorKind, Event, Finish, RunError, RunState};

use super::children::tells;
use super::drive::{ASK_AGAIN, Drive};
use super::queue::Queued;
use super::{Ended, Runner, StartError};
use crate::clock::now_ms;
use crate::failpoint;
use crate::ids::{RunId, WorkspaceId};
use crate::live::Change;
use crate::store::StoreError;
use crate::store::runs::{ApprovalChange, Commit, Message, Status, Tail};

/// Runs whose moment has come that are taken up in one go.
const DUE_AT_ONCE: u32 = 500;

/// Runs that are read from the database at the same time.
pub(super) const READING: usize = 32;

/// A due moment may belong to a run that is in memory and about to see to it: looking again at once would spin.
const SHORTEST_SLEEP_MS: i64 = 100;

/// The wall clock may be set; what is due is looked at again at least this often.
const LONGEST_SLEEP_MS: i64 = 10_000;

impl Runner {
    /// Wakes waiting runs when their moment comes, until the server stops.
    pub fn watch_wakes(&self) {
        let runner = self.clone();
        self.0.tasks.spawn(async move {
            let stop = runner.0.stop.clone();
            stop.run_until_cancelled(runner.wake_for_ever()).await;
        });
    }

    async fn wake_for_ever(&self) {
        loop {
            let changed = self.0.wakes_changed.notified();
            let next_ms = self.wake_due(now_ms()).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "waiting runs could not be read");
                None
            });
            let pause_ms = next_ms
                .map_or(LONGEST_SLEEP_MS, |next_ms| (next_ms - now_ms()).clamp(SHORTEST_SLEEP_MS, LONGEST_SLEEP_MS));
            // Ends early when a run was put to disk; either way the moments are looked at anew.
            let _ = tokio::time::timeout(Duration::from_millis(pause_ms as u64), changed).await;
        }
    }

    /// Takes up the waiting runs whose moment has come. Answers when the next one's does.
    async fn wake_due(&self, now_ms: i64) -> Result<Option<i64>, StartError> {
        let due = self.0.records.due(now_ms, DUE_AT_ONCE).await?;
        stream::iter(due)
            .for_each_concurrent(READING, async |(run, workspace)| {
                if let Err(error) = self.resume(workspace, run).await {
                    tracing::error!(run.id = %run, %error, "a waiting run could not be taken up");
                }
            })
            .await;
        Ok(self.0.records.next_wake().await?)
    }

    /// Takes up a run as soon as there is room. False when it is in memory already or has ended.
    pub(super) async fn resume(&self, workspace: WorkspaceId, run: RunId) -> Result<bool, StartError> {
        let room = Arc::clone(&self.0.room).acquire_owned().await.map_err(|_| StartError::ShuttingDown)?;
        self.resume_in(room, workspace, run).await
    }

    /// Rebuilds a run from its journal and carries on.
    pub(super) async fn resume_in(
        &self,
        room: OwnedSemaphorePermit,
        workspace: WorkspaceId,
        run: RunId,
    ) -> Result<bool, StartError> {
        let Some(letterbox) = self.claim(run) else { return Ok(false) };
        match self.0.recorder.of(run).follow(self.rebuild_in_the_end(workspace, run)).await {
            Ok(Some(drive)) => {
                self.track(room, letterbox, drive);
                Ok(true)
            }
            other => {
                self.0.active().remove(&run);
                match other {
                    Err(error) => self.give_up(workspace, run, error).await,
                    Ok(_) => Ok(false),
                }
            }
        }
    }

    /// Nobody else takes up this run meanwhile, so a database that is away for a moment is asked again.
    async fn rebuild_in_the_end(&self, workspace: WorkspaceId, run: RunId) -> Result<Option<Drive>, StartError> {
        loop {
            match self.rebuild(workspace, run).await {
                Err(StartError::Store(error)) if Drive::is_passing(&error) && !self.0.stop.is_cancelled() => {
                    tracing::warn!(run.id = %run, %error, "a run is taken up as soon as the database answers");
                    tokio::time::sleep(ASK_AGAIN).await;
                }
                rebuilt => return rebuilt,
            }
        }
    }

    async fn rebuild(&self, workspace: WorkspaceId, run: RunId) -> Result<Option<Drive>, StartError> {
        let records = &self.0.records;
        let Some(found) = records.find(workspace, run).await? else { return Ok(None) };
        if found.tail.status.is_final() {
            return Ok(None);
        }
        let program = self.0.programs.get(workspace, found.head.workflow, found.head.revision).await?;
        self.0.learn(program.workflow, program.limits).await?;
        self.0.queue.hold(&Queued {
            run,
            workspace,
            workflow: program.workflow,
            key: found.head.slot_key.clone(),
            limits: program.limits,
        });
        let mut state = RunState::new(Arc::clone(&program.graph), Arc::clone(&found.head.input));
        let (mut sequence, mut count) = (0, 0);
        for (row, events) in records.journal(run).await? {
            sequence = row + 1;
            count += events.len() as u32;
            for event in events {
                state.apply(&event).map_err(|error| StoreError::Damaged(format!("{run}: {error}")))?;
            }
        }
        let started_ms = found.tail.started_ms.unwrap_or_else(now_ms);
        let status = found.tail.status;
        let mut drive = Drive::around(Arc::clone(&self.0), run, program, Arc::new(found.head), state, started_ms);
        drive.stored_as = Some(status);
        drive.sequence = sequence;
        drive.events = count;
        drive.take_mail().await?;
        failpoint::pass("recover", || run.to_string());
        drive.take_up_interrupted();
        Ok(Some(drive))
    }

    /// A run that cannot be rebuilt, now or ever, ends as failed instead of being tried for ever.
    async fn give_up(&self, workspace: WorkspaceId, run: RunId, error: StartError) -> Result<bool, StartError> {
        let reason = match &error {
            StartError::NoSuchRevision | StartError::BrokenRevision(_) => error.to_string(),
            // What a live run refers to is not taken away while it lives: a value that is gone is damage, too.
            StartError::Store(StoreError::Damaged(what) | StoreError::Conflict(what)) => {
                format!("its journal does not read back: {what}")
            }
            _ => return Err(error),
        };
        let message = format!("the run could not be taken up: {reason}");
        tracing::error!(run.id = %run, message);
        self.fail_on_disk(workspace, run, RunError::new(ErrorKind::Permanent, "cannot_resume", message)).await?;
        Ok(false)
    }

    /// Ends a run that is not in memory.
    pub(super) async fn fail_on_disk(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        error: RunError,
    ) -> Result<(), StartError> {
        let Some(found) = self.0.records.find(workspace, run).await? else { return Ok(()) };
        let (error, at_ms) = (Arc::new(error), now_ms());
        let head = &found.head;
        // Its revision may be what is broken; then nobody can be told.
        let program = self.0.programs.get(workspace, head.workflow, head.revision).await.ok();
        let error_run = match &program {
            Some(program) => {
                let error_run = self.0.error_run(program, run, head, found.tail.started_ms, &error).await;
                error_run.map_err(|_| StartError::ShuttingDown)?
            }
            None => None,
        };
        let tail = Tail {
            started_ms: found.tail.started_ms,
            events: found.tail.events,
            finished_ms: Some(at_ms),
            error: Some(Arc::clone(&error)),
            ..Tail::of(Status::Failed)
        };
        let finish = Finish::Failed(error);
        let called = self.0.records.live_children(run).await?.into_iter().map(|child| (child, Message::Cancel));
        let tells: Vec<_> = tells(head, run, &found.workflow_name, &finish).into_iter().chain(called).collect();
        let told: Vec<RunId> = tells.iter().map(|(run, _)| *run).collect();
        let commit = Commit {
            tells,
            children: error_run.iter().map(|(child, _)| child.clone()).collect(),
            approvals: vec![ApprovalChange::CloseAll { at_ms }],
            ..Commit::of(run, tail)
        };
        self.0.records.commit(commit).await?;
        self.0.queue.release(head.workflow, run);
        if let Some((_, queued)) = error_run {
            self.0.queue.join(queued);
        }
        for run in told {
            self.0.wake_up(workspace, run);
        }
        let change = Change { workspace, workflow: head.workflow, run, sequence: 0, status: Status::Failed };
        self.0.live.publish(change);
        if let Some(waiter) = self.0.waiters().remove(&run) {
            // The caller may have hung up.
            let _ = waiter.answer.send(Ok(Some(Ended { finish: Some(finish), response: None })));
        }
        Ok(())
    }
}

impl Drive {
    /// Steps that were started and have not ended are done again with the same idempotency key, unless that could do harm.
    fn take_up_interrupted(&mut self) {
        // Its time may have run out meanwhile: that comes before all it would go on with.
        self.take_time(None);
        for (path, node, attempt, input) in self.state.running() {
            if self.state.is_halted(&path) {
                let message = "the server stopped while the call was under way, and the run was to end";
                self.fail(path, attempt, RunError::new(ErrorKind::Cancelled, "cancelled", message), Vec::new());
                continue;
            }
            match self.program.plan(node).idempotent {
                Idempotency::Natural | Idempotency::Key => self.perform(path, node, attempt, &input),
                Idempotency::No => {
                    self.emit(Event::Interrupted { path, at_ms: now_ms() });
                }
            }
        }
        let now_ms = now_ms();
        let due: Vec<_> = self.state.timers().filter(|(_, until_ms)| *until_ms <= now_ms).collect();
        due.into_iter().for_each(|(path, _)| self.due(path, now_ms));
    }
}
