//! What a restarted server does with the runs it finds.

use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use weft_core::run::{ErrorKind, RunError};

use super::drive::Drive;
use super::queue::{Limits, Queued};
use super::resume::READING;
use super::{Runner, StartError};
use crate::store::runs::{Live, SUSPICIOUS_CRASHES};

/// How long others wait for a suspect.
const ALONE: Duration = Duration::from_secs(30);

impl Runner {
    /// Takes up every run that was going when the server stopped, and puts those in line that wait for their turn. Returns
    /// when it is known which those are; they are taken up in the background.
    pub async fn recover(&self) -> Result<(), StartError> {
        let going = self.0.records.take_up(self.0.recorder.suspects()).await?;
        self.0.recorder.forget_last_process();
        let queued = self.0.records.queued().await?;
        let with_mail = self.0.records.runs_with_mail().await?;
        if !going.is_empty() {
            tracing::info!(runs = going.len(), "taking up runs that were going when the server stopped");
        }
        let (suspects, queued): (Vec<Live>, Vec<Live>) =
            queued.into_iter().partition(|run| run.crashes >= SUSPICIOUS_CRASHES);
        // First, so that nobody in line takes the places of those that were going.
        for run in going.iter().chain(&suspects) {
            self.keep_places(run).await?;
        }
        for run in queued {
            self.line_up_again(run).await?;
        }
        let runner = self.clone();
        self.0.tasks.spawn(async move {
            let stop = runner.0.stop.clone();
            let taking_up = async {
                let going = going.into_iter().map(|run| (run.run, run.workspace)).chain(with_mail);
                stream::iter(going)
                    .for_each_concurrent(READING, async |(run, workspace)| {
                        if let Err(error) = runner.resume(workspace, run).await {
                            tracing::error!(run.id = %run, %error, "a run could not be taken up");
                        }
                    })
                    .await;
                for suspect in suspects {
                    runner.try_alone(suspect).await;
                }
            };
            stop.run_until_cancelled(taking_up).await;
        });
        Ok(())
    }

    /// A run that was going holds its places from the start, not only once it has been taken up.
    async fn keep_places(&self, run: &Live) -> Result<(), StartError> {
        let program = match self.0.programs.get(run.workspace, run.workflow, run.revision).await {
            Ok(program) => program,
            Err(StartError::Store(error)) if Drive::is_passing(&error) => return Err(error.into()),
            // It cannot be taken up, and ends as failed when that is tried.
            Err(_) => return Ok(()),
        };
        self.0.learn(run.workflow, program.limits).await?;
        self.0.queue.hold(&in_line(run, program.limits));
        Ok(())
    }

    async fn line_up_again(&self, run: Live) -> Result<(), StartError> {
        let program = match self.0.programs.get(run.workspace, run.workflow, run.revision).await {
            Ok(program) => program,
            Err(StartError::Store(error)) if Drive::is_passing(&error) => return Err(error.into()),
            Err(error) => {
                let message = format!("the run could not be started: {error}");
                let error = RunError::new(ErrorKind::Permanent, "cannot_resume", message);
                return self.fail_on_disk(run.workspace, run.run, error).await;
            }
        };
        self.0.learn(run.workflow, program.limits).await?;
        self.0.queue.join(in_line(&run, program.limits));
        Ok(())
    }

    /// Takes up a run during which the server has died more than once. One at a time: if it dies again, it is known which
    /// of them it was, and that one is not tried any more.
    async fn try_alone(&self, suspect: Live) {
        let (run, workspace) = (suspect.run, suspect.workspace);
        if suspect.crashes > SUSPICIOUS_CRASHES {
            let message = format!(
                "the server died {} times while this run was going, so it is not tried again: see the server's log for what it died of",
                suspect.crashes
            );
            tracing::error!(run.id = %run, crashes = suspect.crashes, "a run is put into quarantine");
            let error = RunError::new(ErrorKind::Limit, "quarantined", message);
            if let Err(error) = self.fail_on_disk(workspace, run, error).await {
                tracing::error!(run.id = %run, %error, "a run could not be put into quarantine");
            }
            return;
        }
        tracing::warn!(run.id = %run, crashes = suspect.crashes, "taking up alone a run that the server may have died of");
        if let Err(error) = self.resume(workspace, run).await {
            tracing::error!(run.id = %run, %error, "a run could not be taken up");
        }
        let letterbox = self.0.active().get(&run).map(Arc::clone);
        if let Some(letterbox) = letterbox {
            // One that lives for so long is not what kills the server at once.
            let _ = tokio::time::timeout(ALONE, letterbox.closed()).await;
        }
    }
}

fn in_line(run: &Live, limits: Limits) -> Queued {
    Queued { run: run.run, workspace: run.workspace, workflow: run.workflow, key: run.slot_key.clone(), limits }
}
