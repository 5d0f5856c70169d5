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
use weft_core::mask::{Mask, Masks, outputs};
use weft_core::run::{StepRecord, Timeline};

use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::runner::{Runner, StartError};
use crate::store::runs::{Head, Run, Tail};
use crate::store::{Store, StoreError, masks};

/// Revisions whose masks are kept in memory.
const KEPT: usize = 10_000;

/// Runs with marked values that are looked at to show one they share values with. Where there are more, no value is shown.
const MOST_MARKED: u32 = 64;

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
    async fn masks(&self, workflow: WorkflowId, revision: i64) -> Result<Arc<Masks>, StoreError> {
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
        Ok(masked(&self.mask(&run).await?, run))
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
        let mask = self.mask_given(run, &steps).await?;
        Ok(steps.into_iter().map(|step| mask.step(step)).collect())
    }

    /// What is shown in lists of a question that a run asks. Whoever is to answer it reads it in full, on its own page.
    pub async fn form_shown(&self, run: &Run, form: &Value) -> Result<Value, StoreError> {
        let masks = self.masks(run.head.workflow, run.head.revision).await?;
        if masks.is_empty() && !run.has_masked_family {
            return Ok(form.clone());
        }
        let mask = match self.timeline(run).await? {
            Some(timeline) => {
                let mut mask = self.mask_given(run, timeline.records()).await?;
                let outputs = timeline.records().iter().filter_map(|step| step.output.as_deref());
                mask.follow_names(outputs.chain([&*run.head.input]));
                mask
            }
            None => Mask::of_everything(),
        };
        Ok(mask.form(form))
    }

    /// What a run does not show.
    async fn mask(&self, run: &Run) -> Result<Mask, StoreError> {
        if !self.masks(run.head.workflow, run.head.revision).await?.has_marks() {
            return self.mask_given(run, &[]).await;
        }
        match self.timeline(run).await? {
            Some(timeline) => self.mask_given(run, timeline.records()).await,
            None => Ok(Mask::of_everything()),
        }
    }

    /// What a run does not show, given its steps: what its own document hides, and what the runs hide that it shares values
    /// with.
    pub async fn mask_given(&self, run: &Run, steps: &[StepRecord]) -> Result<Mask, StoreError> {
        let mut mask = self.masks(run.head.workflow, run.head.revision).await?.for_steps(steps);
        if !run.has_masked_family {
            return Ok(mask);
        }
        let root = run.head.root.unwrap_or(run.id);
        let mut has_marks = false;
        for (workflow, number) in masks::of_family(&self.0.store, root).await? {
            let masks = self.masks(workflow, number).await?;
            has_marks |= masks.has_marks();
            mask.share(&masks, []);
        }
        if !has_marks {
            return Ok(mask);
        }
        let Some(marked) = masks::marked_in_family(&self.0.store, root, MOST_MARKED).await? else {
            return Ok(Mask::of_everything());
        };
        for relative in marked.iter().filter(|relative| relative.run != run.id) {
            let Some(timeline) = self.timeline_of(run.head.workspace, relative.run).await? else {
                return Ok(Mask::of_everything());
            };
            let masks = self.masks(relative.workflow, relative.revision).await?;
            mask.share(&masks, outputs(timeline.records()));
        }
        Ok(mask)
    }

    /// The steps of a run; `None` when what it ran is gone.
    async fn timeline(&self, run: &Run) -> Result<Option<Timeline>, StoreError> {
        self.timeline_of(run.head.workspace, run.id).await
    }

    async fn timeline_of(&self, workspace: WorkspaceId, run: RunId) -> Result<Option<Timeline>, StoreError> {
        match self.0.runner.timeline(workspace, run).await {
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
