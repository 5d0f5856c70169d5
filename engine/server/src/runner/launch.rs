//! Starting runs: at once where there is room, else in line.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use weft_core::document::NodeId;
use weft_core::expression::{Limits as Fuel, Scope};
use weft_core::run::{ErrorKind, Event, Extent, Finish, RunError};

use super::drive::Drive;
use super::queue::{Admission, Queued};
use super::{Ended, Order, Program, Runner, StartError, Started, Wait, Waiter};
use crate::clock::now_ms;
use crate::ids::RunId;
use crate::store::StoreError;
use crate::store::runs::{Commit, Fired, Head, Status, Tail};

/// A run about to be started.
pub(super) struct Launch {
    pub run: RunId,
    pub program: Arc<Program>,
    pub head: Head,
    /// What has happened in it before it starts: at least that it was started.
    pub opening: Vec<Event>,
    pub fire: Option<Fired>,
}

/// A run that is not stored yet, and its place in the line.
#[derive(Debug)]
pub struct Prospect {
    pub commit: Commit,
    /// Absent of a run that cannot begin.
    queued: Option<Queued>,
}

impl Runner {
    /// Starts a run. Returns once what `order.wait` asks for is durable.
    pub async fn start(&self, order: Order) -> Result<Started, StartError> {
        self.start_as(RunId::fresh(), order).await
    }

    /// Starts a run under an id chosen by the caller.
    pub async fn start_as(&self, run: RunId, order: Order) -> Result<Started, StartError> {
        let wait = order.wait;
        let (launch, broken_key) = self.prepare(run, order).await?;
        match broken_key {
            None => self.launch(launch, wait).await,
            Some(error) => self.store_ended(launch, Finish::Failed(Arc::new(error))).await,
        }
    }

    /// A run that is to be stored as queued together with something else. It begins once it has [joined](Runner::join) the line.
    pub async fn prospect(&self, order: Order) -> Result<Prospect, StartError> {
        if self.0.stop.is_cancelled() {
            return Err(StartError::ShuttingDown);
        }
        if self.0.queue.is_full() {
            return Err(StartError::Overloaded { retry_after_s: 5 });
        }
        let (launch, broken_key) = self.prepare(RunId::fresh(), order).await?;
        if let Some(error) = broken_key {
            let commit = launch.stored_as(Status::Failed, Some(Arc::new(error)));
            return Ok(Prospect { commit, queued: None });
        }
        self.0.learn(launch.program.workflow, launch.program.limits).await?;
        let queued = Some(launch.queued());
        Ok(Prospect { commit: launch.stored_as(Status::Queued, None), queued })
    }

    /// Puts runs in line that are stored now.
    pub fn join(&self, prospects: Vec<Prospect>) {
        for queued in prospects.into_iter().filter_map(|prospect| prospect.queued) {
            self.0.queue.join(queued);
        }
    }

    async fn prepare(&self, run: RunId, order: Order) -> Result<(Launch, Option<RunError>), StartError> {
        let program = self.0.programs.get(order.workspace, order.workflow, order.revision).await?;
        check_start(&program, &order)?;
        let now_ms = now_ms();
        let (slot_key, broken_key) = match slot_key(&program, &order.input, now_ms) {
            Ok(key) => (key, None),
            Err(error) => (None, Some(error)),
        };
        let head = Head {
            workspace: order.workspace,
            workflow: order.workflow,
            revision: order.revision,
            trigger: order.trigger,
            slot_key,
            input: Arc::new(order.input),
            created_ms: now_ms,
            parent: None,
            depth: 0,
            retry_of: None,
            origin: None,
            root: order.root,
        };
        let opening = vec![Event::RunStarted { start: order.start, at_ms: now_ms }];
        Ok((Launch { run, program, head, opening, fire: order.fire }, broken_key))
    }

    /// Starts a run and waits for at most `patience` for what `order.wait` asks for. When that has not come by then, or the server
    /// stops before, nothing is told of it, but the run is stored; one that is not even stored is an error.
    pub async fn start_within(&self, patience: Duration, run: RunId, order: Order) -> Result<Started, StartError> {
        let workspace = order.workspace;
        let missed = match tokio::time::timeout(patience, self.start_as(run, order)).await {
            Ok(Err(StartError::ShuttingDown)) => StartError::ShuttingDown,
            Ok(started) => return started,
            Err(_) => StoreError::Unavailable("the run could not be stored in time".into()).into(),
        };
        match self.0.records.find(workspace, run).await? {
            Some(_) => Ok(Started { id: run, ended: None, is_skipped: false }),
            None => Err(missed),
        }
    }

    pub(super) async fn launch(&self, launch: Launch, wait: Wait) -> Result<Started, StartError> {
        if self.0.stop.is_cancelled() {
            return Err(StartError::ShuttingDown);
        }
        let limits = launch.program.limits;
        if limits.is_none() {
            let room = Arc::clone(&self.0.room).try_acquire_owned().ok();
            return match room.filter(|_| !self.0.queue.has_line(launch.program.workflow)) {
                Some(room) => self.begin(launch, wait, room).await,
                None if self.0.queue.is_full() => Err(StartError::Overloaded { retry_after_s: 5 }),
                None => self.line_up(launch, wait, Vec::new()).await,
            };
        }
        self.0.learn(launch.program.workflow, limits).await?;
        match self.0.queue.admit(&launch.queued()) {
            Admission::Start => match Arc::clone(&self.0.room).try_acquire_owned() {
                Ok(room) => self.begin(launch, wait, room).await,
                Err(_) => {
                    self.0.queue.release(launch.program.workflow, launch.run);
                    self.line_up(launch, wait, Vec::new()).await
                }
            },
            Admission::Wait { cancel } => self.line_up(launch, wait, cancel).await,
            Admission::Skip if launch.fire.is_some() => Err(StartError::Skipped),
            Admission::Skip => self.store_ended(launch, Finish::Cancelled).await,
            Admission::Full => Err(StartError::Overloaded { retry_after_s: 5 }),
        }
    }

    /// Starts a run now. One of pure steps ends here and now, in one write and without a task of its own.
    async fn begin(&self, launch: Launch, wait: Wait, room: OwnedSemaphorePermit) -> Result<Started, StartError> {
        let run = launch.run;
        let limits = launch.program.limits;
        let mut drive = Drive::fresh(Arc::clone(&self.0), launch);
        if limits.is_none() && drive.compute().await && drive.ends_quietly() {
            return Ok(Started { id: run, ended: drive.end_at_once(wait).await?, is_skipped: false });
        }
        let (answer, outcome) = oneshot::channel();
        drive.waiter = Some(Waiter { wait, answer });
        let letterbox = self.claim(run).ok_or_else(|| StoreError::Conflict(format!("{run} is there already")))?;
        self.track(room, letterbox, drive);
        let ended = outcome.await.map_err(|_| StartError::ShuttingDown)??;
        Ok(Started { id: run, ended, is_skipped: false })
    }

    /// Stores a run that starts when it is its turn, and then asks those it replaces to end.
    async fn line_up(&self, launch: Launch, wait: Wait, replaces: Vec<RunId>) -> Result<Started, StartError> {
        let workspace = launch.head.workspace;
        let (run, queued) = (launch.run, launch.queued());
        let outcome = (wait != Wait::No).then(|| {
            let (answer, outcome) = oneshot::channel();
            self.0.waiters().insert(run, Waiter { wait, answer });
            outcome
        });
        // A task of its own, because a caller who hangs up must not leave a stored run out of the line.
        let runner = self.clone();
        let stored = self.0.tasks.spawn(async move {
            runner.0.records.commit(launch.stored_as(Status::Queued, None)).await?;
            runner.0.queue.join(queued);
            for run in replaces {
                if let Err(error) = runner.cancel(workspace, run).await {
                    tracing::info!(run.id = %run, %error, "a run to be replaced could not be cancelled");
                }
            }
            Ok::<_, StoreError>(())
        });
        if let Err(error) = stored.await.map_err(|_| StartError::ShuttingDown)? {
            self.0.waiters().remove(&run);
            return Err(error.into());
        }
        let ended = match outcome {
            Some(outcome) => outcome.await.map_err(|_| StartError::ShuttingDown)??,
            None => None,
        };
        Ok(Started { id: run, ended, is_skipped: false })
    }

    /// Stores a run that is not to happen, so that it can be seen, with the reason.
    pub(super) async fn store_ended(&self, launch: Launch, finish: Finish) -> Result<Started, StartError> {
        let run = launch.run;
        let (status, error) = match &finish {
            Finish::Failed(error) => (Status::Failed, Some(Arc::clone(error))),
            Finish::Cancelled | Finish::Succeeded(_) => (Status::Cancelled, Some(Arc::new(skipped()))),
        };
        let is_skipped = status == Status::Cancelled;
        self.0.records.commit(launch.stored_as(status, error)).await?;
        Ok(Started { id: run, ended: Some(Ended { finish: Some(finish), response: None }), is_skipped })
    }

    /// Starts runs when it is their turn, until the server stops.
    pub fn serve_queue(&self) {
        let runner = self.clone();
        self.0.tasks.spawn(async move {
            let stop = runner.0.stop.clone();
            stop.run_until_cancelled(runner.serve_for_ever()).await;
        });
    }

    async fn serve_for_ever(&self) {
        loop {
            let changed = self.0.queue.changed();
            if !self.0.queue.has_next() {
                changed.await;
                continue;
            }
            let Ok(room) = Arc::clone(&self.0.room).acquire_owned().await else { return };
            let Some(next) = self.0.queue.next() else { continue };
            let runner = self.clone();
            self.0.tasks.spawn(async move {
                let started = runner.resume_in(room, next.workspace, next.run).await;
                if let Err(error) = &started {
                    tracing::error!(run.id = %next.run, %error, "a run whose turn it was could not be started");
                }
                // Cancelled while it waited, or not to be started: it holds nothing. One that was taken up before its turn, to be
                // cancelled, gives its place back itself.
                if !matches!(started, Ok(true)) && !runner.0.is_active(next.run) {
                    runner.0.queue.release(next.workflow, next.run);
                }
            });
        }
    }
}

impl Launch {
    fn queued(&self) -> Queued {
        Queued {
            run: self.run,
            workspace: self.head.workspace,
            workflow: self.program.workflow,
            key: self.head.slot_key.clone(),
            limits: self.program.limits,
        }
    }

    fn stored_as(self, status: Status, error: Option<Arc<RunError>>) -> Commit {
        let finished_ms = status.is_final().then_some(self.head.created_ms);
        let events = self.opening.len() as u32;
        let tail = Tail { finished_ms, error, events, ..Tail::of(status) };
        Commit { fire: self.fire, ..Commit::opening(self.run, self.head, self.opening, tail) }
    }
}

fn skipped() -> RunError {
    let message = "another run of the workflow was going, and its settings say that this one is skipped";
    RunError::new(ErrorKind::Cancelled, "skipped_overlap", message)
}

/// What a run shares a limit with, as the workflow's settings say.
pub(super) fn slot_key(program: &Program, input: &Value, now_ms: i64) -> Result<Option<String>, RunError> {
    let Some(key) = &program.slot_key else { return Ok(None) };
    let (steps, nothing) = (Map::new(), Value::Null);
    let scope = Scope {
        input,
        steps: &steps,
        trigger: input,
        run: &nothing,
        vars: &nothing,
        item: None,
        index: None,
        now_ms,
        seed: 0,
    };
    match key.evaluate(&scope, &Fuel::default()) {
        Ok(Value::Null) => Ok(None),
        Ok(Value::String(text)) => Ok(Some(text)),
        Ok(other) => Ok(Some(other.to_string())),
        Err(error) => {
            let message = format!("the key of the workflow's limit, `settings.per_key.key`, failed: {}", error.message);
            Err(RunError::new(ErrorKind::Expression, error.code, message))
        }
    }
}

/// Whether the nodes an order names are there.
fn check_start(program: &Program, order: &Order) -> Result<(), StartError> {
    let known = |id: &NodeId| match program.is_at_root(id) {
        true => Ok(()),
        false => Err(StartError::BadTrigger(format!("there is no node `{id}` outside of containers"))),
    };
    match &order.start.extent {
        Extent::All => {}
        Extent::To(id) | Extent::Only(id) => known(id)?,
    }
    order.start.trigger.iter().chain(order.start.given.keys()).try_for_each(known)
}
