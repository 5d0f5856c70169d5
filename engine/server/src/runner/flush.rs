//! Making what happened durable, and telling who waits.

use std::time::Duration;

use weft_core::run::Finish;

use super::drive::Drive;
use super::{Ended, StartError, Wait, Waiter};
use crate::live::Change;
use crate::store::StoreError;
use crate::store::runs::{Commit, Status, Tail};

/// How long a run waits before it tries again to write what the database would not take.
const WRITE_AGAIN: Duration = Duration::from_secs(1);

/// The run cannot go on in this process; its journal has all that is durable.
#[derive(Debug)]
pub(super) struct Stopped;

impl Drive {
    /// Writes the events since the last flush with the run's status, in one transaction.
    pub(super) async fn flush(&mut self, status: Status, timers: Option<Vec<(String, i64)>>) -> Result<(), Stopped> {
        let finish = status.is_final().then(|| self.finish.clone()).flatten();
        let (output, error) = match finish {
            Some(Finish::Succeeded(output)) => (Some((*output).clone()), None),
            Some(Finish::Failed(error)) => (None, Some((*error).clone())),
            Some(Finish::Cancelled) | None => (None, None),
        };
        let tail = Tail {
            status,
            started_ms: Some(self.started_ms),
            finished_ms: status.is_final().then(crate::clock::now_ms),
            output,
            error,
        };
        let events = std::mem::take(&mut self.unwritten);
        let entry = (!events.is_empty()).then_some((self.sequence, events));
        let sets_timers = timers.as_ref().is_some_and(|timers| !timers.is_empty());
        let commit = Commit { run: self.run, head: self.new_head.take(), entry, tail, timers, fire: self.fire.take() };
        self.write(commit).await?;
        if sets_timers {
            self.inner.timers_changed.notify_one();
        }
        self.inner.live.publish(Change {
            workspace: self.workspace,
            workflow: self.program.workflow,
            run: self.run,
            sequence: self.sequence,
            status,
        });
        self.sequence += 1;
        self.answer_if_due(status);
        Ok(())
    }

    /// Nobody has been promised anything before a run's first write, so that one may fail; later ones are tried until they
    /// succeed or the server stops.
    async fn write(&mut self, commit: Commit) -> Result<(), Stopped> {
        let is_first = commit.head.is_some();
        let mut commit = Some(commit);
        while let Some(attempt) = commit.take() {
            let kept = (!is_first).then(|| attempt.clone());
            match self.inner.store.commit(attempt).await {
                Ok(()) => {}
                Err(error) if is_first => {
                    self.answer(Err(StartError::Store(error)));
                    return Err(Stopped);
                }
                Err(StoreError::Unavailable(reason)) => {
                    tracing::warn!(run.id = %self.run, reason, "a run waits for the database");
                    tokio::select! {
                        () = self.inner.stop.cancelled() => return Err(Stopped),
                        () = tokio::time::sleep(WRITE_AGAIN) => commit = kept,
                    }
                }
                Err(error) => {
                    tracing::error!(run.id = %self.run, %error, "a run lost its place in the journal and stops here");
                    return Err(Stopped);
                }
            }
        }
        Ok(())
    }

    /// Answers the caller if what they wait for is durable now.
    fn answer_if_due(&mut self, status: Status) {
        let Some(waiter) = &self.waiter else { return };
        let ended = Ended { finish: self.finish.clone(), response: self.response.clone() };
        match waiter.wait {
            Wait::No => self.answer(Ok(None)),
            Wait::End if status.is_final() => self.answer(Ok(Some(ended))),
            Wait::Response if status.is_final() || self.response.is_some() => self.answer(Ok(Some(ended))),
            Wait::End | Wait::Response => {}
        }
    }

    fn answer(&mut self, outcome: Result<Option<Ended>, StartError>) {
        if let Some(Waiter { answer, .. }) = self.waiter.take() {
            // The caller may have hung up; the run goes on all the same.
            let _ = answer.send(outcome);
        }
    }
}
