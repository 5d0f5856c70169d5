//! Making what happened durable, and telling who waits.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use weft_core::run::{Finish, RunError};

use super::children::tells;
use super::drive::Drive;
use super::{Ended, StartError, Wait, Waiter};
use crate::clock::now_ms;
use crate::live::Change;
use crate::store::StoreError;
use crate::store::runs::{Child, Commit, Status, Tail};

/// How long a run waits before it tries again to write what the database would not take.
const WRITE_AGAIN: Duration = Duration::from_secs(1);

/// The run cannot go on in this process; its journal has all that is durable.
#[derive(Debug)]
pub(super) struct Stopped;

impl Drive {
    /// Writes the last flush of a run that has ended.
    pub(super) async fn end(&mut self) -> Result<(), Stopped> {
        let status = match self.finish.clone() {
            Some(Finish::Succeeded(_)) => Status::Succeeded,
            Some(Finish::Cancelled) => Status::Cancelled,
            Some(Finish::Failed(error)) => {
                let (head, started_ms) = (&self.head, Some(self.started_ms));
                let error_run = self.inner.error_run(&self.program, self.run, head, started_ms, &error).await?;
                self.children.extend(error_run);
                Status::Failed
            }
            None => Status::Failed,
        };
        self.flush(status).await
    }

    /// Writes the events since the last flush with the run's status, in one transaction. Nobody has been promised anything
    /// before a run's first write, so that one may fail; later ones are tried until they succeed or the server stops.
    pub(super) async fn flush(&mut self, status: Status) -> Result<(), Stopped> {
        let is_first = self.stored_as.is_none();
        let mut commit = self.commit(status);
        loop {
            let kept = (!is_first).then(|| commit.clone());
            match self.inner.records.commit(commit).await {
                Ok(()) => break,
                Err(error) if is_first => {
                    self.answer(Err(StartError::Store(error)));
                    return Err(Stopped);
                }
                Err(error) if Drive::is_passing(&error) => {
                    tracing::warn!(run.id = %self.run, %error, "a run waits for the database");
                    tokio::select! {
                        biased;
                        () = self.inner.stop.cancelled() => return Err(Stopped),
                        () = tokio::time::sleep(WRITE_AGAIN) => {}
                    }
                }
                Err(error) => {
                    tracing::error!(run.id = %self.run, %error, "a run lost its place in the journal and stops here");
                    return Err(Stopped);
                }
            }
            match kept {
                Some(kept) => commit = kept,
                None => return Err(Stopped),
            }
        }
        self.written(status);
        Ok(())
    }

    /// Writes the one and only flush of a run that has ended.
    pub(super) async fn flush_once(&mut self, status: Status) -> Result<(), StoreError> {
        let commit = self.commit(status);
        self.inner.records.commit(commit).await?;
        self.publish(status);
        Ok(())
    }

    fn commit(&mut self, status: Status) -> Commit {
        let finish = self.finish.as_ref().filter(|_| status.is_final());
        let tail = Tail {
            started_ms: Some(self.started_ms),
            finished_ms: status.is_final().then(now_ms),
            output: match finish {
                Some(Finish::Succeeded(output)) => Some(Arc::clone(output)),
                _ => None,
            },
            error: finish.and_then(|finish| error_of(finish, self.state.clean_up_error())),
            wake_ms: (status == Status::Waiting).then(|| self.wake_ms()).flatten(),
            incidents: self.state.incidents() as u32,
            events: self.events,
            kept_signals: self.state.kept_signals() as u32,
            ..Tail::of(status)
        };
        let name = &self.program.document.name;
        self.tells.extend(finish.and_then(|finish| tells(&self.head, self.run, name, finish)));
        let events = std::mem::take(&mut self.unwritten);
        Commit {
            head: self.stored_as.is_none().then(|| Arc::clone(&self.head)),
            entry: (!events.is_empty()).then_some((self.sequence, events)),
            fire: self.fire.take(),
            inbox_upto: std::mem::take(&mut self.has_read_mail).then_some(self.mail_upto),
            children: self.children.iter().map(|(child, _)| Child::clone(child)).collect(),
            tells: self.tells.clone(),
            approvals: std::mem::take(&mut self.approvals),
            kept: self.kept.iter().map(|(change, _)| change.clone()).collect(),
            ..Commit::of(self.run, tail)
        }
    }

    /// Tells everybody of a flush that is durable now.
    fn written(&mut self, status: Status) {
        self.stored_as = Some(status);
        self.unwritten_since = None;
        self.kept.clear();
        for (_, queued) in self.children.drain(..) {
            self.inner.queue.join(queued);
        }
        if status == Status::Waiting {
            self.inner.wakes_changed.notify_one();
        }
        for (run, _) in self.tells.drain(..) {
            self.inner.wake_up(self.workspace, run);
        }
        self.publish(status);
        self.sequence += 1;
        self.answer_if_due(status);
    }

    fn publish(&self, status: Status) {
        self.inner.live.publish(Change {
            workspace: self.workspace,
            workflow: self.program.workflow,
            run: self.run,
            sequence: self.sequence,
            status,
        });
    }

    /// Answers the caller if what they wait for is durable now.
    fn answer_if_due(&mut self, status: Status) {
        let Some(waiter) = &self.waiter else { return };
        let ended = || Ended { finish: self.finish.clone(), response: self.response.clone() };
        let answer = match waiter.wait {
            Wait::No => None,
            Wait::End if status.is_final() => Some(ended()),
            Wait::Response if status.is_final() || self.response.is_some() => Some(ended()),
            Wait::End | Wait::Response => return,
        };
        self.answer(Ok(answer));
    }

    fn answer(&mut self, outcome: Result<Option<Ended>, StartError>) {
        if let Some(Waiter { answer, .. }) = self.waiter.take() {
            // The caller may have hung up; the run goes on all the same.
            let _ = answer.send(outcome);
        }
    }
}

/// What is wrong with a run that ended so: why it failed, and what went wrong when it was cleaned up after.
fn error_of(finish: &Finish, clean_up: Option<&Arc<RunError>>) -> Option<Arc<RunError>> {
    match (finish, clean_up) {
        (Finish::Succeeded(_), _) | (Finish::Cancelled, None) => None,
        (Finish::Failed(error), None) => Some(Arc::clone(error)),
        (Finish::Failed(error), Some(clean_up)) => {
            let message = format!("{}; and its clean-up failed: {}", error.message, clean_up.message);
            let details = Some(json!({ "clean_up": **clean_up }));
            Some(Arc::new(RunError { message, details, ..RunError::clone(error) }))
        }
        (Finish::Cancelled, Some(clean_up)) => {
            let message = format!("the run was cancelled, and its clean-up failed: {}", clean_up.message);
            Some(Arc::new(RunError { code: "clean_up_failed".into(), message, ..RunError::clone(clean_up) }))
        }
    }
}
