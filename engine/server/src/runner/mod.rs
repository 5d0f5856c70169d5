//! Drives runs through the core.
//!
//! Each live run has one owner ([`drive`]). Pure steps are computed on the spot; what may touch the outside world starts
//! only after everything before it is durable (the barrier). A run that only waits is written down and forgotten until its
//! moment comes or somebody sends it something ([`mail`]). Runs take turns where limits ask for it ([`queue`]).

mod call;
mod children;
mod compute;
mod drive;
mod files;
mod flush;
mod kept;
mod launch;
mod mail;
mod ports;
mod program;
mod queue;
mod recover;
mod repeat;
mod resume;
mod sandbox;
mod shares;
#[cfg(test)]
mod simulation;
mod step;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use weft_core::problem::Problem;
use weft_core::run::{Finish, RunState, Start, Timeline};

use crate::flight_recorder::FlightRecorder;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::links::Links;
use crate::live::Live;
use crate::nodes::Response;
use crate::store::StoreError;
use crate::store::runs::{Fired, Trigger};
use drive::{Drive, Left};
use mail::Letterbox;
use queue::Queue;
use shares::Shares;

pub use call::run_error;
pub use drive::{LONG_HISTORY, MOST_HISTORY};
pub use kept::{States, change_of};
pub use launch::Prospect;
pub use mail::SendError;
pub use ports::{Calls, Credentials, Records};
pub use program::{Action, Installed, Program, Programs, Standing};
pub use repeat::RepeatError;
pub use sandbox::Sandbox;

/// Runs that may be in memory at once. More wait for their turn, on disk, so that the ones inside keep moving.
const MOST_ACTIVE: usize = 4_096;

/// How long a run rests that lost its place in the journal, before it is taken up from there.
const TAKE_UP_AGAIN: Duration = Duration::from_secs(10);

/// How long a stopping server lets running steps end before it leaves them to the journal.
const GRACE: Duration = Duration::from_secs(30);

/// What starts a run.
#[derive(Debug, Clone)]
pub struct Order {
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    /// Above zero a published revision, below the snapshot of a draft.
    pub revision: i64,
    pub trigger: Trigger,
    pub input: Value,
    pub start: Start,
    pub wait: Wait,
    /// The moment of a schedule that is marked as fired in the transaction that stores the run.
    pub fire: Option<Fired>,
    /// The first of the runs its input comes from.
    pub root: Option<RunId>,
}

/// What [`Runner::start`] waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Until the run is durable.
    No,
    /// Until it has ended and its end is durable.
    End,
    /// Until a `respond` node has spoken, or else the end.
    Response,
}

/// A run that was started.
#[derive(Debug)]
pub struct Started {
    pub id: RunId,
    /// What was waited for.
    pub ended: Option<Ended>,
    /// It is not run, because others are going and the workflow says so.
    pub is_skipped: bool,
}

#[derive(Debug, Clone)]
pub struct Ended {
    /// Absent when a `respond` node spoke and the run goes on.
    pub finish: Option<Finish>,
    pub response: Option<Response>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("this revision does not exist")]
    NoSuchRevision,
    #[error("this revision cannot run: {}", first(.0))]
    BrokenRevision(Vec<Problem>),
    #[error("{0}")]
    BadTrigger(String),
    /// Only told to schedules, which note it instead of storing a run.
    #[error("another run of the workflow is going, and its settings say that this one is skipped")]
    Skipped,
    #[error("too many runs wait for their turn; try again in {retry_after_s} s")]
    Overloaded { retry_after_s: u32 },
    #[error("the server is shutting down")]
    ShuttingDown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn first(problems: &[Problem]) -> &str {
    problems.first().map_or("", |problem| &problem.message)
}

/// Starts, resumes and stops runs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Runner(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    records: Arc<dyn Records>,
    calls: Arc<dyn Calls>,
    live: Live,
    programs: Programs,
    links: Links,
    recorder: FlightRecorder,
    tasks: TaskTracker,
    /// The server stops: nothing new is started.
    stop: CancellationToken,
    /// The time to end is over: calls are cut off.
    hurry: CancellationToken,
    room: Arc<Semaphore>,
    queue: Queue,
    shares: Shares,
    /// The runs in memory, with where each is told things.
    active: Mutex<HashMap<RunId, Arc<Letterbox>>>,
    /// A waiting run was written down whose moment may be the next.
    wakes_changed: Notify,
    /// Who waits for runs that are on disk meanwhile.
    waiters: Mutex<HashMap<RunId, Waiter>>,
}

#[derive(Debug)]
struct Waiter {
    wait: Wait,
    answer: oneshot::Sender<Result<Option<Ended>, StartError>>,
}

impl Runner {
    pub fn new(
        records: Arc<dyn Records>,
        calls: Arc<dyn Calls>,
        live: Live,
        programs: Programs,
        links: Links,
        recorder: FlightRecorder,
    ) -> Runner {
        Runner(Arc::new(Inner {
            records,
            calls,
            live,
            programs,
            links,
            recorder,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            hurry: CancellationToken::new(),
            room: Arc::new(Semaphore::new(MOST_ACTIVE)),
            queue: Queue::default(),
            shares: Shares::default(),
            active: Mutex::default(),
            wakes_changed: Notify::new(),
            waiters: Mutex::default(),
        }))
    }

    pub fn programs(&self) -> &Programs {
        &self.0.programs
    }

    /// Runs in memory, and runs that wait for their turn.
    pub fn load(&self) -> (usize, usize) {
        (self.0.active().len(), self.0.queue.len())
    }

    /// The steps of a run as its journal tells them; `None` when there is no such run.
    pub async fn timeline(&self, workspace: WorkspaceId, run: RunId) -> Result<Option<Timeline>, StartError> {
        let records = &self.0.records;
        let Some(found) = records.find(workspace, run).await? else { return Ok(None) };
        let program = self.0.programs.get(workspace, found.head.workflow, found.head.revision).await?;
        let mut timeline = Timeline::new(RunState::new(Arc::clone(&program.graph), found.head.input));
        for (_, events) in records.journal(run).await? {
            for event in events {
                timeline.apply(&event).map_err(|error| StoreError::Damaged(format!("{run}: {error}")))?;
            }
        }
        Ok(Some(timeline))
    }

    /// Starts nothing more, lets running steps end for a while, then leaves the rest to the journal.
    pub async fn shutdown(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.let_callers_go();
        if tokio::time::timeout(GRACE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!(
                runs = self.0.tasks.len(),
                "some runs did not pause in time; they resume from their journals"
            );
            self.0.hurry.cancel();
            self.0.tasks.wait().await;
        }
        self.0.let_callers_go();
        if let Err(error) = self.0.records.note_orderly_stop().await {
            tracing::warn!(%error, "the orderly stop could not be noted");
        }
    }

    /// Makes the caller the only one who may bring this run into memory; `None` when it is there already.
    fn claim(&self, run: RunId) -> Option<Arc<Letterbox>> {
        match self.0.active().entry(run) {
            Entry::Occupied(_) => None,
            Entry::Vacant(vacant) => Some(Arc::clone(vacant.insert(Arc::default()))),
        }
    }

    /// Runs a claimed run as a task of its own until it leaves memory.
    fn track(&self, room: OwnedSemaphorePermit, letterbox: Arc<Letterbox>, mut drive: Drive) {
        let runner = self.clone();
        let (id, workspace, workflow) = (drive.run, drive.workspace, drive.program.workflow);
        drive.letterbox = Arc::clone(&letterbox);
        if drive.waiter.is_none() {
            drive.waiter = self.0.waiters().remove(&id);
        }
        self.0.tasks.spawn(async move {
            let left = drive.flight().follow(drive.run_until_left()).await;
            runner.0.active().remove(&id);
            drop(room);
            match left {
                Left::Ended => runner.0.queue.release(workflow, id),
                // Something came while the run was being put to disk.
                Left::OnDisk if letterbox.has_mail() => runner.0.wake_up(workspace, id),
                // The database refused what is the run's: its journal has all that is durable, and says how to go on.
                Left::Stopped if !runner.0.stop.is_cancelled() => {
                    tokio::time::sleep(TAKE_UP_AGAIN).await;
                    runner.0.wake_up(workspace, id);
                }
                Left::OnDisk | Left::Stopped => {}
            }
            letterbox.close();
        });
    }
}

impl Inner {
    fn active(&self) -> MutexGuard<'_, HashMap<RunId, Arc<Letterbox>>> {
        self.active.lock().expect("no code panics while it holds this lock")
    }

    /// Who waits for runs on disk hears that the server stops.
    fn let_callers_go(&self) {
        self.waiters().clear();
    }

    fn waiters(&self) -> MutexGuard<'_, HashMap<RunId, Waiter>> {
        self.waiters.lock().expect("no code panics while it holds this lock")
    }
}
