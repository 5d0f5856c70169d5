//! The state of a run and how events change it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::frame::{Frame, FrameIx, Items, Outcome, StepState, Then};
use super::{Command, ErrorKind, Event, Finish, Path, RunError};
use crate::document::NodeId;
use crate::graph::{Graph, NodeIx, ROOT};

/// The frame of the root body; it lives as long as the run.
pub(super) const ROOT_FRAME: FrameIx = 0;

/// An event that cannot follow what happened before: a late result, or a damaged journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{event} does not fit the state of `{path}`")]
pub struct IllegalEvent {
    pub event: &'static str,
    pub path: String,
}

/// What followed from an event without an event of its own.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Settled {
    /// A trigger, or a disabled step that passed on its input.
    Passed {
        path: Path,
        output: Arc<Value>,
    },
    Skipped {
        path: Path,
    },
    Cancelled {
        path: Path,
    },
}

/// Where a run stands.
#[derive(Debug)]
pub struct RunState {
    pub(super) graph: Arc<Graph>,
    pub(super) input: Arc<Value>,
    pub(super) frames: Vec<Option<Frame>>,
    pub(super) by_prefix: HashMap<String, FrameIx>,
    pub(super) ready: VecDeque<(FrameIx, NodeIx)>,
    pub(super) waiting: Vec<(FrameIx, NodeIx)>,
    /// Containers whose items have all ended.
    pub(super) closing: Vec<(FrameIx, NodeIx)>,
    pub(super) ending: Option<Finish>,
    /// The nodes of the root body this run goes through, when not all.
    pub(super) covered: Option<Vec<NodeIx>>,
}

impl RunState {
    /// A run that has not started. `input` is the value of its trigger.
    pub fn new(graph: Arc<Graph>, input: Arc<Value>) -> RunState {
        RunState {
            graph,
            input,
            frames: Vec::new(),
            by_prefix: HashMap::new(),
            ready: VecDeque::new(),
            waiting: Vec::new(),
            closing: Vec::new(),
            ending: None,
            covered: None,
        }
    }

    pub fn graph(&self) -> &Arc<Graph> {
        &self.graph
    }

    pub fn input(&self) -> &Arc<Value> {
        &self.input
    }

    /// What to do now. Empty while the run only waits for steps that are running.
    pub fn next(&self) -> Vec<Command> {
        let mut commands = Vec::with_capacity(self.ready.len() + self.closing.len() + self.waiting.len());
        for &(frame, node) in &self.ready {
            let step = &self.frame(frame).steps[self.graph.node(node).place];
            if let (StepState::Ready { attempt }, Some(input)) = (&step.state, &step.input) {
                commands.push(Command::Start {
                    path: self.path(frame, node),
                    node,
                    attempt: *attempt,
                    input: Arc::clone(input),
                });
            }
        }
        for &(frame, node) in &self.closing {
            if let StepState::Open(items) = &self.frame(frame).steps[self.graph.node(node).place].state {
                let result = match &items.failed {
                    Some((_, error)) => Err(Arc::clone(error)),
                    None => {
                        Ok(Arc::new(Value::Array(items.results.iter().map(|result| Value::clone(result)).collect())))
                    }
                };
                commands.push(Command::Close { path: self.path(frame, node), result });
            }
        }
        for &(frame, node) in &self.waiting {
            if let StepState::Waiting { until_ms, .. } = self.frame(frame).steps[self.graph.node(node).place].state {
                commands.push(Command::Arm { path: self.path(frame, node), until_ms });
            }
        }
        if let Some(Some(root)) = self.frames.first()
            && root.live == 0
        {
            let finish = || Finish::Succeeded(root.result(&self.graph, |node| self.covers(node)));
            commands.push(Command::Finish(self.ending.clone().unwrap_or_else(finish)));
        }
        commands
    }

    /// The steps that were started and have not ended, with their attempts: after a crash, what was interrupted.
    pub fn running(&self) -> Vec<(Path, NodeIx, u32, Arc<Value>)> {
        let mut running = Vec::new();
        for (ix, frame) in self.frames.iter().enumerate() {
            let Some(frame) = frame else { continue };
            for (node, step) in self.graph.body(frame.body).order.iter().zip(&frame.steps) {
                if let (StepState::Running { attempt }, Some(input)) = (&step.state, &step.input) {
                    running.push((self.path(ix, *node), *node, *attempt, Arc::clone(input)));
                }
            }
        }
        running
    }

    /// Whether the run is being ended and starts nothing any more.
    pub fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    /// The output of `node` as seen by the step at `path`: from its own iteration, or an enclosing one.
    pub fn output(&self, path: &Path, node: &str) -> Option<&Value> {
        let node = self.graph.find(node)?;
        let body = self.graph.node(node).body;
        let mut frame = self.frame(*self.by_prefix.get(path.prefix())?);
        while frame.body != body {
            frame = self.frame(frame.iteration.as_ref()?.frame);
        }
        match &frame.steps[self.graph.node(node).place].state {
            StepState::Ended(outcome) => outcome.output().map(|output| &**output),
            _ => None,
        }
    }

    /// The item and the index of the innermost iteration around the step at `path`.
    pub fn item(&self, path: &Path) -> Option<(&Value, usize)> {
        let frame = self.frame(*self.by_prefix.get(path.prefix())?);
        frame.iteration.as_ref().map(|iteration| (&*iteration.item, iteration.index))
    }

    /// The input a step was made ready with.
    pub(super) fn input_of(&self, path: &Path) -> Option<&Arc<Value>> {
        let node = self.graph.find(path.node())?;
        let frame = self.frame(*self.by_prefix.get(path.prefix())?);
        frame.steps.get(self.graph.node(node).place)?.input.as_ref()
    }

    /// Takes what happened. An event that does not fit leaves the state as it was.
    pub fn apply(&mut self, event: &Event) -> Result<(), IllegalEvent> {
        self.settle_by(event).map(|_| ())
    }

    /// Like [`RunState::apply`], telling also which steps settled without an event of their own.
    pub(super) fn settle_by(&mut self, event: &Event) -> Result<Vec<Settled>, IllegalEvent> {
        let mut settled = Vec::new();
        match event {
            Event::RunStarted { start, .. } => {
                if !self.frames.is_empty() {
                    return Err(IllegalEvent { event: "run_started", path: String::new() });
                }
                self.start(start, &mut settled);
            }
            Event::StepStarted { path, attempt, .. } => {
                let (frame, node) = self.find(path, "step_started")?;
                let StepState::Ready { attempt: expected } = *self.state(frame, node) else {
                    return Err(illegal("step_started", path));
                };
                if expected != *attempt {
                    return Err(illegal("step_started", path));
                }
                self.ready.retain(|ready| *ready != (frame, node));
                *self.state(frame, node) = StepState::Running { attempt: expected };
            }
            Event::Opened { path, items, parallel, on_error, .. } => {
                let (frame, node) = self.find_running(path, "opened")?;
                if self.graph.node(node).contains.is_none() {
                    return Err(illegal("opened", path));
                }
                let items = Items {
                    results: items.iter().map(|_| Arc::default()).collect(),
                    items: items.clone(),
                    next: 0,
                    live: 0,
                    parallel: (*parallel).max(1) as usize,
                    on_error: *on_error,
                    halted: self.frame(frame).halted,
                    failed: None,
                };
                *self.state(frame, node) = StepState::Open(Box::new(items));
                self.advance_items(frame, node, &mut settled);
            }
            Event::Parked { path, until_ms, output, .. } => {
                let (frame, node) = self.find_running(path, "parked")?;
                self.wait(frame, node, *until_ms, Then::Succeed(Arc::clone(output)), &mut settled);
            }
            Event::StepSucceeded { path, port, output, .. } => {
                let (frame, node) = self.find_endable(path, "step_succeeded")?;
                self.end(
                    frame,
                    node,
                    Outcome::Succeeded { port: port.clone(), output: Arc::clone(output) },
                    &mut settled,
                );
            }
            Event::AttemptFailed { path, error, retry_at_ms, .. } => {
                let (frame, node) = self.find_endable(path, "attempt_failed")?;
                match retry_at_ms {
                    Some(until_ms) => self.wait(frame, node, *until_ms, Then::Retry, &mut settled),
                    None => self.fail(frame, node, error, &mut settled),
                }
            }
            Event::TimerDue { path, .. } => {
                let (frame, node) = self.find(path, "timer_due")?;
                self.wake(frame, node, path, &mut settled)?;
            }
            Event::CancelAsked { .. } => {
                self.end_with(Finish::Cancelled, "cancel_asked", &mut settled)?;
            }
            Event::TimedOut { after_ms, .. } => {
                let message =
                    format!("the run took longer than {after_ms} ms, the limit set by `settings.run_timeout_ms`");
                let error = RunError::new(ErrorKind::Timeout, "run_timeout", message);
                self.end_with(Finish::Failed(Arc::new(error)), "timed_out", &mut settled)?;
            }
        }
        Ok(settled)
    }

    /// Whether this run goes through `node`.
    pub(super) fn covers(&self, node: NodeIx) -> bool {
        self.covered.as_ref().is_none_or(|covered| covered.contains(&node) || self.graph.node(node).body != ROOT)
    }

    pub(super) fn open_frame(&mut self, frame: Frame) -> FrameIx {
        let free = self.frames.iter().position(Option::is_none);
        let ix = free.unwrap_or(self.frames.len());
        self.by_prefix.insert(frame.prefix.clone(), ix);
        match free {
            Some(ix) => self.frames[ix] = Some(frame),
            None => self.frames.push(Some(frame)),
        }
        ix
    }

    pub(super) fn find(&self, path: &Path, event: &'static str) -> Result<(FrameIx, NodeIx), IllegalEvent> {
        let frame = self.by_prefix.get(path.prefix()).copied().ok_or_else(|| illegal(event, path))?;
        let node = self.graph.find(path.node()).ok_or_else(|| illegal(event, path))?;
        let fits = self.graph.node(node).body == self.frame(frame).body;
        fits.then_some((frame, node)).ok_or_else(|| illegal(event, path))
    }

    pub(super) fn find_running(&mut self, path: &Path, event: &'static str) -> Result<(FrameIx, NodeIx), IllegalEvent> {
        let (frame, node) = self.find(path, event)?;
        let running = matches!(self.state(frame, node), StepState::Running { .. });
        running.then_some((frame, node)).ok_or_else(|| illegal(event, path))
    }

    /// A step that may end now: running, or a container whose items have all ended.
    pub(super) fn find_endable(&mut self, path: &Path, event: &'static str) -> Result<(FrameIx, NodeIx), IllegalEvent> {
        let (frame, node) = self.find(path, event)?;
        if let Some(closing) = self.closing.iter().position(|closing| *closing == (frame, node)) {
            self.closing.swap_remove(closing);
            return Ok((frame, node));
        }
        self.find_running(path, event)
    }

    pub(super) fn path(&self, frame: FrameIx, node: NodeIx) -> Path {
        Path(format!("{}{}", self.frame(frame).prefix, self.graph.node(node).id))
    }

    pub(super) fn state(&mut self, frame: FrameIx, node: NodeIx) -> &mut StepState {
        let place = self.graph.node(node).place;
        &mut self.frame_mut(frame).steps[place].state
    }

    pub(super) fn frame(&self, ix: FrameIx) -> &Frame {
        self.frames[ix].as_ref().expect("frames are only referred to while they live")
    }

    pub(super) fn frame_mut(&mut self, ix: FrameIx) -> &mut Frame {
        self.frames[ix].as_mut().expect("frames are only referred to while they live")
    }

    /// The node ids whose outputs the step at `path` can read.
    pub fn visible(&self, path: &Path) -> Vec<&NodeId> {
        let mut visible = Vec::new();
        let mut frame = self.by_prefix.get(path.prefix()).map(|ix| self.frame(*ix));
        while let Some(current) = frame {
            for (ix, step) in self.graph.body(current.body).order.iter().zip(&current.steps) {
                if matches!(&step.state, StepState::Ended(outcome) if outcome.output().is_some()) {
                    visible.push(&self.graph.node(*ix).id);
                }
            }
            frame = current.iteration.as_ref().map(|iteration| self.frame(iteration.frame));
        }
        visible
    }
}

pub(super) fn illegal(event: &'static str, path: &Path) -> IllegalEvent {
    IllegalEvent { event, path: path.0.clone() }
}
