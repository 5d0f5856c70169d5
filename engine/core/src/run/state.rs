//! The state of a run and how events change it.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::frame::{Frame, FrameIx, Items, Outcome, Source, StepState, Then, Waiting};
use super::{Command, ErrorKind, Event, Finish, Path, RunError, WaitsFor};
use crate::document::{NodeId, OUT};
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
    /// A signal ended its wait.
    Signalled {
        path: Path,
        port: String,
        output: Arc<Value>,
    },
}

/// Where a run stands.
#[derive(Debug)]
pub struct RunState {
    pub(super) graph: Arc<Graph>,
    pub(super) input: Arc<Value>,
    pub(super) frames: Vec<Option<Frame>>,
    /// Places in `frames` that are free again.
    pub(super) free_frames: Vec<FrameIx>,
    pub(super) by_prefix: FxHashMap<String, FrameIx>,
    pub(super) ready: VecDeque<(FrameIx, NodeIx)>,
    pub(super) waiting: Vec<(FrameIx, NodeIx)>,
    /// Containers that are to look at their condition.
    pub(super) turning: Vec<(FrameIx, NodeIx)>,
    /// Containers whose items have all ended.
    pub(super) closing: Vec<(FrameIx, NodeIx)>,
    /// Signals nobody has waited for yet, oldest first.
    pub(super) signals: Vec<(String, Arc<Value>)>,
    pub(super) ending: Option<Finish>,
    /// The clean-up branch has begun.
    pub(super) cleans_up: bool,
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
            free_frames: Vec::new(),
            by_prefix: FxHashMap::default(),
            ready: VecDeque::new(),
            waiting: Vec::new(),
            turning: Vec::new(),
            closing: Vec::new(),
            signals: Vec::new(),
            ending: None,
            cleans_up: false,
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
        let mut commands = Vec::with_capacity(self.ready.len() + 1);
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
        for &(frame, node) in &self.turning {
            if let StepState::Open(items) = &self.frame(frame).steps[self.graph.node(node).place].state
                && let Source::Condition { last, .. } = &items.source
            {
                let (item, index) = (Arc::clone(last), items.next as u32);
                commands.push(Command::Turn { path: self.path(frame, node), node, item, index });
            }
        }
        for &(frame, node) in &self.closing {
            if let StepState::Open(items) = &self.frame(frame).steps[self.graph.node(node).place].state {
                commands.push(Command::Close { path: self.path(frame, node), result: items.result() });
            }
        }
        commands.extend(
            self.waits()
                .filter_map(|(path, _, waiting)| waiting.due_ms().map(|until_ms| Command::Arm { path, until_ms })),
        );
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

    /// Whether the run is being ended: what it still starts is its clean-up branch.
    pub fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    /// The steps that wait, with what they wait for.
    pub(super) fn waits(&self) -> impl Iterator<Item = (Path, NodeIx, &Waiting)> {
        self.waiting.iter().filter_map(|&(frame, node)| {
            match &self.frame(frame).steps[self.graph.node(node).place].state {
                StepState::Waiting(waiting) => Some((self.path(frame, node), node, &**waiting)),
                _ => None,
            }
        })
    }

    /// Whether nothing is left to be done.
    pub fn is_finished(&self) -> bool {
        matches!(self.frames.first(), Some(Some(root)) if root.live == 0)
    }

    /// The steps to which something happens at a moment, and when.
    pub fn timers(&self) -> impl Iterator<Item = (Path, i64)> {
        self.waits().filter_map(|(path, _, waiting)| Some((path, waiting.due_ms()?)))
    }

    /// Whether any step waits.
    pub fn has_waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether the wait of the step at `path` is over by this time.
    pub fn is_over(&self, path: &Path, now_ms: i64) -> bool {
        self.waiting_at(path).is_some_and(|waiting| waiting.until_ms.is_some_and(|until_ms| until_ms <= now_ms))
    }

    /// What the step at `path` waits for, when it is parked.
    pub fn waits_for(&self, path: &Path) -> Option<&WaitsFor> {
        self.waiting_at(path)?.waits_for.as_ref()
    }

    /// The steps that keep somebody else busy while they wait: another run, or a person.
    pub fn engaged(&self) -> Vec<(Path, WaitsFor)> {
        let mut engaged = Vec::new();
        for &(frame, node) in &self.waiting {
            if let StepState::Waiting(waiting) = &self.frame(frame).steps[self.graph.node(node).place].state
                && let Some(waits_for @ (WaitsFor::Run { .. } | WaitsFor::Approval { .. })) = &waiting.waits_for
            {
                engaged.push((self.path(frame, node), waits_for.clone()));
            }
        }
        engaged
    }

    /// Whether what the step at `path` is in has been stopped, so that it matters to nobody how the step ends.
    pub fn is_halted(&self, path: &Path) -> bool {
        self.by_prefix.get(path.prefix()).is_some_and(|frame| self.frame(*frame).halted)
    }

    /// Whether the step at `path` was interrupted and waits for a person.
    pub fn is_interrupted(&self, path: &Path) -> bool {
        self.waiting_at(path).is_some_and(|waiting| matches!(waiting.then, Then::Ask))
    }

    /// How many steps were interrupted and wait for a person.
    pub fn incidents(&self) -> usize {
        self.waits().filter(|(_, _, waiting)| matches!(waiting.then, Then::Ask)).count()
    }

    /// How many signals nobody has waited for yet.
    pub fn kept_signals(&self) -> usize {
        self.signals.len()
    }

    fn waiting_at(&self, path: &Path) -> Option<&Waiting> {
        let frame = self.frame(*self.by_prefix.get(path.prefix())?);
        let node = self.graph.find(path.node()).filter(|node| self.graph.node(*node).body == frame.body)?;
        match &frame.steps[self.graph.node(node).place].state {
            StepState::Waiting(waiting) => Some(waiting),
            _ => None,
        }
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
                let (frame, node) = self.take_ready(path, *attempt, "step_started")?;
                *self.state(frame, node) = StepState::Running { attempt: *attempt };
            }
            Event::StepComputed { path, attempt, port, output, .. } => {
                let (frame, node) = self.take_ready(path, *attempt, "step_computed")?;
                let outcome = Outcome::Succeeded { port: port.clone(), output: Arc::clone(output) };
                self.end(frame, node, outcome, &mut settled);
            }
            Event::Opened { path, items, parallel, on_error, .. } => {
                let (frame, node) = self.find_running(path, "opened")?;
                if self.graph.node(node).contains.is_none() {
                    return Err(illegal("opened", path));
                }
                let results = items.iter().map(|_| Arc::default()).collect();
                let source = Source::List { items: items.clone(), results };
                let items = Items {
                    parallel: (*parallel).max(1) as usize,
                    on_error: *on_error,
                    ..Items::new(source, self.frame(frame).halted)
                };
                self.open(frame, node, items, &mut settled);
            }
            Event::Looped { path, item, most_turns, .. } => {
                let (frame, node) = self.find_running(path, "looped")?;
                if self.graph.node(node).contains.is_none() {
                    return Err(illegal("looped", path));
                }
                let source = Source::Condition { last: Arc::clone(item), most_turns: *most_turns, holds: None };
                self.open(frame, node, Items::new(source, self.frame(frame).halted), &mut settled);
            }
            Event::Turned { path, goes_on, .. } => {
                let (frame, node) = self.find(path, "turned")?;
                let Some(place) = self.turning.iter().position(|turning| *turning == (frame, node)) else {
                    return Err(illegal("turned", path));
                };
                self.turning.swap_remove(place);
                if let StepState::Open(items) = self.state(frame, node)
                    && let Source::Condition { holds, .. } = &mut items.source
                {
                    *holds = Some(*goes_on);
                }
                self.advance_items(frame, node, &mut settled);
            }
            Event::Broke { path, output, .. } => {
                let (frame, node) = self.find_running(path, "broke")?;
                let iteration = self.frame(frame).iteration.clone().ok_or_else(|| illegal("broke", path))?;
                if let StepState::Open(items) = self.state(iteration.frame, iteration.container) {
                    items.broken = true;
                }
                let outcome = Outcome::Succeeded { port: OUT.into(), output: Arc::clone(output) };
                self.end(frame, node, outcome, &mut settled);
            }
            Event::Parked { path, park, output, at_ms } => {
                let (frame, node) = self.find_running(path, "parked")?;
                self.park(frame, node, park, output, *at_ms, &mut settled);
            }
            Event::Reminded { path, at_ms } => {
                let (frame, node) = self.find(path, "reminded")?;
                let StepState::Waiting(waiting) = self.state(frame, node) else {
                    return Err(illegal("reminded", path));
                };
                waiting.remind_after(*at_ms);
            }
            Event::Interrupted { path, .. } => {
                let (frame, node) = self.find_running(path, "interrupted")?;
                self.wait(frame, node, None, Then::Ask, &mut settled);
            }
            Event::Answered { path, answer, .. } => {
                let (frame, node) = self.find(path, "answered")?;
                self.answer(frame, node, path, answer, &mut settled)?;
            }
            Event::Signalled { name, data, .. } => {
                if self.frames.is_empty() {
                    return Err(IllegalEvent { event: "signalled", path: name.clone() });
                }
                self.signal(name, data, &mut settled);
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
                    Some(until_ms) => self.wait(frame, node, Some(*until_ms), Then::Retry, &mut settled),
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
        self.clean_up_if_due(event.at_ms(), &mut settled);
        Ok(settled)
    }

    /// Whether this run goes through `node`.
    pub(super) fn covers(&self, node: NodeIx) -> bool {
        self.covered.as_ref().is_none_or(|covered| covered.contains(&node) || self.graph.node(node).body != ROOT)
    }

    pub(super) fn open_frame(&mut self, frame: Frame) -> FrameIx {
        let ix = self.free_frames.pop().unwrap_or(self.frames.len());
        self.by_prefix.insert(frame.prefix.clone(), ix);
        match self.frames.get_mut(ix) {
            Some(free) => *free = Some(frame),
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

    /// A ready step that begins its attempt now.
    fn take_ready(
        &mut self,
        path: &Path,
        attempt: u32,
        event: &'static str,
    ) -> Result<(FrameIx, NodeIx), IllegalEvent> {
        let (frame, node) = self.find(path, event)?;
        match *self.state(frame, node) {
            StepState::Ready { attempt: expected } if expected == attempt => {}
            _ => return Err(illegal(event, path)),
        }
        // Nearly always the first.
        if let Some(place) = self.ready.iter().position(|ready| *ready == (frame, node)) {
            self.ready.remove(place);
        }
        Ok((frame, node))
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
        let (prefix, id) = (&self.frame(frame).prefix, self.graph.node(node).id.as_str());
        if prefix.is_empty() { Path::from(id) } else { Path([prefix, id].concat().into()) }
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
    IllegalEvent { event, path: path.to_string() }
}
