//! What is addressed to runs: wishes to cancel, signals, answers. A message is stored before its sender hears that it was,
//! and leaves the inbox in the flush that makes it part of the journal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use weft_core::run::{Answer, Answerer, Event, Path};

use super::drive::Drive;
use super::{Inner, Runner, StartError};
use crate::clock::now_ms;
use crate::ids::{RunId, WorkspaceId};
use crate::store::StoreError;
use crate::store::runs::{MOST_KEPT, Message, Posted, Status};

/// Where a run in memory is told that something was sent to it.
#[derive(Debug, Default)]
pub(super) struct Letterbox {
    has_mail: AtomicBool,
    came: Notify,
    /// The run has left memory.
    left: CancellationToken,
}

impl Letterbox {
    pub(super) fn ring(&self) {
        self.has_mail.store(true, Ordering::Release);
        self.came.notify_one();
    }

    /// Whether something came that nobody has looked at; looking is left to the caller.
    pub(super) fn has_mail(&self) -> bool {
        self.has_mail.swap(false, Ordering::AcqRel)
    }

    pub(super) async fn rung(&self) {
        self.came.notified().await;
    }

    pub(super) fn close(&self) {
        self.left.cancel();
    }

    pub(super) async fn closed(&self) {
        self.left.cancelled().await;
    }
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("there is no such run")]
    NotFound,
    #[error("the run has already ended")]
    AlreadyEnded,
    #[error("the question was answered already, or needs no answer any more")]
    TooLate,
    #[error("the run keeps {MOST_KEPT} signals that no step has waited for; it takes more once steps wait for those")]
    Full,
    #[error(transparent)]
    Start(#[from] StartError),
}

impl From<StoreError> for SendError {
    fn from(error: StoreError) -> SendError {
        SendError::Start(StartError::Store(error))
    }
}

impl Runner {
    /// Asks a run to end: it starts nothing more and its calls are cut off. Its end is told by its journal.
    pub async fn cancel(&self, workspace: WorkspaceId, run: RunId) -> Result<(), SendError> {
        self.send(workspace, run, Message::Cancel).await
    }

    /// Sends a run something. Returns once that is durable; the run takes it in by itself.
    pub async fn send(&self, workspace: WorkspaceId, run: RunId, message: Message) -> Result<(), SendError> {
        let inner = &self.0;
        let is_cancel = message == Message::Cancel;
        let status = match inner.records.post(workspace, run, message).await? {
            Posted::Stored(status) => status,
            Posted::TooLate => return Err(SendError::TooLate),
            Posted::Full => return Err(SendError::Full),
            Posted::NoLiveRun => {
                return Err(match inner.records.find(workspace, run).await? {
                    Some(_) => SendError::AlreadyEnded,
                    None => SendError::NotFound,
                });
            }
        };
        // A run that waits for its turn reads its mail when it has it, unless it is to end.
        if is_cancel || status != Status::Queued || inner.is_active(run) {
            inner.wake_up(workspace, run);
        }
        Ok(())
    }
}

impl Inner {
    pub(super) fn is_active(&self, run: RunId) -> bool {
        self.active().contains_key(&run)
    }

    /// Lets a run look at its mail: one in memory at once, one on disk after it was taken up.
    pub(super) fn wake_up(self: &Arc<Inner>, workspace: WorkspaceId, run: RunId) {
        if let Some(letterbox) = self.active().get(&run) {
            letterbox.ring();
            return;
        }
        let runner = Runner(Arc::clone(self));
        self.tasks.spawn(async move {
            let stop = runner.0.stop.clone();
            if let Some(Err(error)) = stop.run_until_cancelled(runner.resume(workspace, run)).await {
                tracing::error!(run.id = %run, %error, "a run that was sent something could not be taken up");
            }
        });
    }
}

impl Drive {
    /// Takes in what was sent since the last look.
    pub(super) async fn take_mail(&mut self) -> Result<(), StoreError> {
        for (place, message) in self.inner.records.inbox(self.run, self.mail_upto).await? {
            self.mail_upto = place;
            self.has_read_mail = true;
            let at_ms = now_ms();
            match message {
                Message::Cancel => self.stop(Event::CancelAsked { at_ms }),
                Message::Signal { name, data } => {
                    self.emit(Event::Signalled { name, data: Arc::new(data), at_ms });
                }
                Message::Answer { path, from, answer } => self.take_answer(path, &from, answer, at_ms),
            }
        }
        Ok(())
    }

    fn take_answer(&mut self, path: Path, from: &Answerer, answer: Answer, at_ms: i64) {
        match (self.state.attempt_awaiting(&path, from), answer) {
            (None, _) => tracing::debug!(run.id = %self.run, %path, "an answer that nobody waits for was dropped"),
            // A run that was called may be called again.
            (Some(attempt), Answer::Fail { error }) if *from != Answerer::Operator => {
                self.fail(path, attempt, Arc::unwrap_or_clone(error), Vec::new());
            }
            (Some(_), answer) => {
                self.emit(Event::Answered { path, answer, at_ms });
            }
        }
        // A run that has answered has ended: nobody needs to ask it to.
        if let Answerer::Run { run } = from {
            self.tells.retain(|(to, _)| to.to_string() != *run);
        }
    }
}
