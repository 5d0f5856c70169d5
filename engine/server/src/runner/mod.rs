//! Drives runs through the core.
//!
//! Each live run has one task that owns its state ([`drive`]). Pure steps are computed on the spot; what may touch the
//! outside world starts only after everything before it is durable (the barrier). A run that only waits is written down and
//! forgotten until its timer is due.

mod cancel;
mod drive;
mod flush;
mod program;
mod resume;
mod sandbox;
mod step;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use weft_core::document::NodeId;
use weft_core::problem::Problem;
use weft_core::run::{Extent, Finish, RunState, Start, Timeline};

use crate::clock::now_ms;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::live::Live;
use crate::nodes::Response;
use crate::store::runs::{Fired, Head, Trigger};
use crate::store::{Store, StoreError, runs};
use drive::{Drive, Left};

pub use cancel::CancelError;
pub use program::{Installed, Program, Programs};
pub use sandbox::Sandbox;

/// Runs that may be in memory at once; more are refused so that the ones inside keep moving.
const MOST_LIVE: usize = 20_000;

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
    #[error("too many runs are live; try again in {retry_after_s} s")]
    Overloaded { retry_after_s: u32 },
    #[error("the server is shutting down")]
    ShuttingDown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn first(problems: &[Problem]) -> &str {
    problems.first().map_or("", |problem| &problem.message)
}

/// Starts, resumes and cancels runs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Runner(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    live: Live,
    programs: Programs,
    sandbox: Sandbox,
    tasks: TaskTracker,
    /// The server stops: nothing new is started.
    stop: CancellationToken,
    /// The time to end is over: calls are cut off.
    hurry: CancellationToken,
    room: Arc<Semaphore>,
    /// The runs in memory, with what asks each to cancel.
    active: Mutex<HashMap<RunId, CancellationToken>>,
    timers_changed: Notify,
    /// Who waits for runs that were put to disk meanwhile.
    waiters: Mutex<HashMap<RunId, Waiter>>,
}

#[derive(Debug)]
struct Waiter {
    wait: Wait,
    answer: oneshot::Sender<Result<Option<Ended>, StartError>>,
}

impl Runner {
    pub fn new(store: Store, live: Live, programs: Programs, sandbox: Sandbox) -> Runner {
        Runner(Arc::new(Inner {
            store,
            live,
            programs,
            sandbox,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            hurry: CancellationToken::new(),
            room: Arc::new(Semaphore::new(MOST_LIVE)),
            active: Mutex::default(),
            timers_changed: Notify::new(),
            waiters: Mutex::default(),
        }))
    }

    pub fn programs(&self) -> &Programs {
        &self.0.programs
    }

    /// Starts a run. Returns once what `order.wait` asks for is durable.
    pub async fn start(&self, order: Order) -> Result<Started, StartError> {
        self.start_as(RunId::fresh(), order).await
    }

    /// Starts a run under an id chosen by the caller.
    pub async fn start_as(&self, id: RunId, order: Order) -> Result<Started, StartError> {
        let room = self.room()?;
        let program = self.0.programs.get(order.workspace, order.workflow, order.revision).await?;
        check_start(&program, &order)?;
        let (answer, outcome) = oneshot::channel();
        let waiter = Waiter { wait: order.wait, answer };
        let head = Head {
            workspace: order.workspace,
            workflow: order.workflow,
            revision: order.revision,
            trigger: order.trigger,
            input: order.input,
            created_ms: now_ms(),
        };
        let mut drive = Drive::fresh(Arc::clone(&self.0), id, program, head, order.start, waiter);
        drive.fire = order.fire;
        self.track(id, room, drive);
        let ended = outcome.await.map_err(|_| StartError::ShuttingDown)??;
        Ok(Started { id, ended })
    }

    /// The steps of a run as its journal tells them; `None` when there is no such run.
    pub async fn timeline(&self, workspace: WorkspaceId, run: RunId) -> Result<Option<Timeline>, StartError> {
        let Some(found) = runs::find(&self.0.store, workspace, run).await? else { return Ok(None) };
        let program = self.0.programs.get(workspace, found.head.workflow, found.head.revision).await?;
        let mut timeline = Timeline::new(RunState::new(Arc::clone(&program.graph), Arc::new(found.head.input)));
        for (_, events) in runs::journal(&self.0.store, run).await? {
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
        if tokio::time::timeout(GRACE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!(
                runs = self.0.tasks.len(),
                "some runs did not pause in time; they resume from their journals"
            );
            self.0.hurry.cancel();
            self.0.tasks.wait().await;
        }
    }

    fn room(&self) -> Result<OwnedSemaphorePermit, StartError> {
        if self.0.stop.is_cancelled() {
            return Err(StartError::ShuttingDown);
        }
        Arc::clone(&self.0.room).try_acquire_owned().map_err(|_| StartError::Overloaded { retry_after_s: 1 })
    }

    /// Runs a drive as a task of its own, known as active until it ends.
    fn track(&self, id: RunId, room: OwnedSemaphorePermit, drive: Drive) {
        let runner = self.clone();
        let (workspace, cancel) = (drive.workspace, drive.cancel.clone());
        self.0.active().insert(id, cancel.clone());
        self.0.tasks.spawn(async move {
            let left = drive.run_until_left().await;
            runner.0.active().remove(&id);
            drop(room);
            // The wish came while the run was being put to disk.
            if left == Left::OnDisk
                && cancel.is_cancelled()
                && let Err(error) = runner.cancel(workspace, id).await
            {
                tracing::warn!(run.id = %id, %error, "a run could not be cancelled");
            }
        });
    }
}

impl Inner {
    fn active(&self) -> MutexGuard<'_, HashMap<RunId, CancellationToken>> {
        self.active.lock().expect("no code panics while it holds this lock")
    }

    fn waiters(&self) -> MutexGuard<'_, HashMap<RunId, Waiter>> {
        self.waiters.lock().expect("no code panics while it holds this lock")
    }
}

/// Whether the nodes an order names are there.
fn check_start(program: &Program, order: &Order) -> Result<(), StartError> {
    let known = |id: &NodeId| {
        let at_root =
            program.graph.find(id.as_str()).is_some_and(|ix| program.graph.node(ix).body == weft_core::graph::ROOT);
        if at_root {
            Ok(())
        } else {
            Err(StartError::BadTrigger(format!("there is no node `{id}` outside of containers")))
        }
    };
    match &order.start.extent {
        Extent::All => {}
        Extent::To(id) | Extent::Only(id) => known(id)?,
    }
    order.start.trigger.iter().chain(order.start.given.keys()).try_for_each(known)
}
