//! What becomes of runs afterwards: how they are shown, found and at last deleted.
//!
//! The journal keeps true values. Whatever leaves the server as history passes [`History`], which masks it.

mod index;
mod keep;
mod search;
mod text;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use weft_core::mask::{MASKED, Mask, Masks};
use weft_core::run::{RunError, StepRecord, Timeline};

use crate::ids::WorkflowId;
use crate::runner::{Runner, StartError};
use crate::store::runs::{Head, Run, Tail};
use crate::store::{Store, StoreError, masks};

/// Revisions whose masks are kept in memory.
const KEPT: usize = 10_000;

/// Knows what may be shown of runs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct History(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    runner: Runner,
    masks: Mutex<HashMap<(WorkflowId, i64), Arc<Masks>>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl History {
    pub fn new(store: Store, runner: Runner) -> History {
        History(Arc::new(Inner {
            store,
            runner,
            masks: Mutex::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }))
    }

    /// Begins to index runs that have ended, and to delete those that are kept no longer.
    pub fn start(&self) {
        let (indexing, tidying) = (self.clone().index_for_ever(), self.clone().tidy_for_ever());
        self.0.tasks.spawn(self.0.stop.clone().run_until_cancelled_owned(indexing));
        self.0.tasks.spawn(self.0.stop.clone().run_until_cancelled_owned(tidying));
    }

    pub async fn shutdown(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// What the runs of a revision do not show.
    pub async fn masks(&self, workflow: WorkflowId, revision: i64) -> Result<Arc<Masks>, StoreError> {
        if let Some(masks) = self.known().get(&(workflow, revision)) {
            return Ok(Arc::clone(masks));
        }
        let masks = Arc::new(masks::find(&self.0.store, workflow, revision).await?);
        let mut known = self.known();
        if known.len() >= KEPT {
            // Anything may go: what is needed again is read again.
            known.clear();
        }
        known.insert((workflow, revision), Arc::clone(&masks));
        Ok(masks)
    }

    /// A run as people may see it.
    pub async fn shown(&self, run: Run) -> Result<Run, StoreError> {
        let masks = self.masks(run.head.workflow, run.head.revision).await?;
        if !masks.has_marks() {
            return Ok(masked(&masks.for_run([]), run));
        }
        match self.timeline(&run).await? {
            Some(timeline) => Ok(masked(&masks.for_steps(timeline.records()), run)),
            None => Ok(concealed(run)),
        }
    }

    /// Runs as people may see them.
    pub async fn all_shown(&self, runs: Vec<Run>) -> Result<Vec<Run>, StoreError> {
        let mut shown = Vec::with_capacity(runs.len());
        for run in runs {
            shown.push(self.shown(run).await?);
        }
        Ok(shown)
    }

    /// The steps of a run as people may see them.
    pub async fn steps_shown(&self, run: &Run, steps: Vec<StepRecord>) -> Result<Vec<StepRecord>, StoreError> {
        let mask = self.masks(run.head.workflow, run.head.revision).await?.for_steps(&steps);
        Ok(steps.into_iter().map(|step| mask.step(step)).collect())
    }

    /// The steps of a run; `None` when what it ran is gone.
    async fn timeline(&self, run: &Run) -> Result<Option<Timeline>, StoreError> {
        match self.0.runner.timeline(run.head.workspace, run.id).await {
            Ok(timeline) => Ok(timeline),
            Err(StartError::Store(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<(WorkflowId, i64), Arc<Masks>>> {
        self.0.masks.lock().expect("no code panics while it holds this lock")
    }
}

fn masked(mask: &Mask, run: Run) -> Run {
    let input = match &run.head.trigger.node {
        Some(trigger) => mask.output(trigger, &run.head.input),
        None => mask.value(&run.head.input),
    };
    let output = run.tail.output.as_ref().map(|output| mask.value(output));
    let error = run.tail.error.as_ref().map(|error| Arc::new(mask.error(error)));
    Run { head: Head { input, ..run.head }, tail: Tail { output, error, ..run.tail }, ..run }
}

/// A run with marked values of which nobody can tell any more where they went.
fn concealed(run: Run) -> Run {
    let nothing = || Arc::new(Value::from(MASKED));
    let output = run.tail.output.as_ref().map(|_| nothing());
    let error = run.tail.error.as_deref().cloned().map(|error| {
        Arc::new(RunError { message: MASKED.into(), details: error.details.as_ref().map(|_| MASKED.into()), ..error })
    });
    Run { head: Head { input: nothing(), ..run.head }, tail: Tail { output, error, ..run.tail }, ..run }
}
