//! The state of a run and how events change it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::frame::{Frame, FrameIx, Items, Iteration, Outcome, StepState, Then};
use super::{Command, ErrorKind, Event, Extent, Finish, OnItemError, Path, RunError, Start};
use crate::document::NodeId;
use crate::graph::{Graph, Join, NodeIx, ROOT};

/// The frame of the root body; it lives as long as the run.
const ROOT_FRAME: FrameIx = 0;

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
    Passed { path: Path, output: Arc<Value> },
    Skipped { path: Path },
    Cancelled { path: Path },
}

/// Where a run stands.
#[derive(Debug)]
pub struct RunState {
    graph: Arc<Graph>,
    input: Arc<Value>,
    frames: Vec<Option<Frame>>,
    by_prefix: HashMap<String, FrameIx>,
    ready: VecDeque<(FrameIx, NodeIx)>,
    waiting: Vec<(FrameIx, NodeIx)>,
    /// Containers whose items have all ended.
    closing: Vec<(FrameIx, NodeIx)>,
    ending: Option<Finish>,
    /// The nodes of the root body this run goes through, when not all.
    covered: Option<Vec<NodeIx>>,
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
                commands.push(Command::Start { path: self.path(frame, node), node, attempt: *attempt, input: Arc::clone(input) });
            }
        }
        for &(frame, node) in &self.closing {
            if let StepState::Open(items) = &self.frame(frame).steps[self.graph.node(node).place].state {
                let result = match &items.failed {
                    Some((_, error)) => Err(Arc::clone(error)),
                    None => Ok(Arc::new(Value::Array(items.results.iter().map(|result| Value::clone(result)).collect()))),
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
                    results: vec![Arc::new(Value::Null); items.len()],
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
                self.end(frame, node, Outcome::Succeeded { port: port.clone(), output: Arc::clone(output) }, &mut settled);
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
                let message = format!("the run took longer than {after_ms} ms, the limit set by `settings.run_timeout_ms`");
                let error = RunError::new(ErrorKind::Timeout, "run_timeout", message);
                self.end_with(Finish::Failed(Arc::new(error)), "timed_out", &mut settled)?;
            }
        }
        Ok(settled)
    }

    fn start(&mut self, start: &Start, settled: &mut Vec<Settled>) {
        let graph = Arc::clone(&self.graph);
        self.open_frame(Frame::new(&graph, ROOT, String::new(), None));
        let only = match &start.extent {
            Extent::Only(node) => graph.find(node.as_str()),
            Extent::All | Extent::To(_) => None,
        };
        self.covered = match &start.extent {
            Extent::All => None,
            Extent::To(node) => Some(graph.find(node.as_str()).map(|node| graph.upstream(node)).unwrap_or_default()),
            // The one node is begun last, when everything handed in has arrived.
            Extent::Only(_) => Some(Vec::new()),
        };
        let given = |ix: &NodeIx| start.given.get(&graph.node(*ix).id).map(|output| Outcome::Given(Arc::clone(output)));
        let order = &graph.body(ROOT).order;
        for (&ix, outcome) in order.iter().filter_map(|ix| Some((ix, given(ix)?))) {
            *self.state(ROOT_FRAME, ix) = StepState::Ended(outcome);
        }
        for (&ix, outcome) in order.iter().filter_map(|ix| Some((ix, given(ix)?))) {
            self.settle(ROOT_FRAME, ix, outcome, settled);
        }
        for &ix in order.iter().filter(|ix| given(ix).is_none()) {
            let node = graph.node(ix);
            if start.trigger.as_ref() == Some(&node.id) {
                let output = Arc::clone(&self.input);
                settled.push(Settled::Passed { path: self.path(ROOT_FRAME, ix), output: Arc::clone(&output) });
                self.settle(ROOT_FRAME, ix, Outcome::Succeeded { port: node.first_port.clone(), output }, settled);
            } else if only != Some(ix) && (node.incoming.is_empty() || !self.covers(ix)) {
                self.settle(ROOT_FRAME, ix, Outcome::Skipped, settled);
            }
        }
        if let Some(ix) = only {
            self.begin_alone(ix);
        }
    }

    /// Begins the only node of a run with what was handed in for the nodes before it, or else with the run's input.
    fn begin_alone(&mut self, ix: NodeIx) {
        let graph = Arc::clone(&self.graph);
        self.covered = Some(vec![ix]);
        let step = &mut self.frame_mut(ROOT_FRAME).steps[graph.node(ix).place];
        if matches!(step.state, StepState::Pending) {
            let input = match step.arrived.is_empty() {
                true => Arc::clone(&self.input),
                false => step.merge_arrived(&graph, graph.node(ix)),
            };
            self.make_ready(ROOT_FRAME, ix, input);
        }
    }

    /// Whether this run goes through `node`.
    fn covers(&self, node: NodeIx) -> bool {
        self.covered.as_ref().is_none_or(|covered| covered.contains(&node) || self.graph.node(node).body != ROOT)
    }

    /// Begins to end the run early, unless something else already does.
    fn end_with(&mut self, finish: Finish, event: &'static str, settled: &mut Vec<Settled>) -> Result<(), IllegalEvent> {
        if self.frames.is_empty() {
            return Err(IllegalEvent { event, path: String::new() });
        }
        self.ending.get_or_insert(finish);
        self.halt(ROOT_FRAME, settled);
        Ok(())
    }

    /// A step that ran has ended.
    fn end(&mut self, frame: FrameIx, node: NodeIx, outcome: Outcome, settled: &mut Vec<Settled>) {
        self.frame_mut(frame).live -= 1;
        match self.frame(frame).halted {
            true => *self.state(frame, node) = StepState::Ended(outcome),
            false => self.settle(frame, node, outcome, settled),
        }
        self.end_frame_if_done(frame, settled);
    }

    /// A step has failed for good: it leaves by its error port, or fails what it is in.
    fn fail(&mut self, frame: FrameIx, node: NodeIx, error: &Arc<RunError>, settled: &mut Vec<Settled>) {
        // An error is plain data; turning it into JSON can't fail.
        let value = Arc::new(serde_json::to_value(&**error).unwrap_or_default());
        if !self.graph.node(node).handles_errors() {
            *self.state(frame, node) = StepState::Ended(Outcome::Failed { value });
            let failing = self.frame_mut(frame);
            failing.live -= 1;
            failing.failed.get_or_insert_with(|| Arc::clone(error));
            if frame == ROOT_FRAME {
                self.ending.get_or_insert_with(|| Finish::Failed(Arc::clone(error)));
            }
            self.halt(frame, settled);
        } else {
            self.end(frame, node, Outcome::Failed { value }, settled);
        }
    }

    fn wait(&mut self, frame: FrameIx, node: NodeIx, until_ms: i64, then: Then, settled: &mut Vec<Settled>) {
        if self.frame(frame).halted {
            settled.push(Settled::Cancelled { path: self.path(frame, node) });
            return self.end(frame, node, Outcome::Cancelled, settled);
        }
        let attempt = match self.state(frame, node) {
            StepState::Running { attempt } => *attempt,
            _ => 1,
        };
        *self.state(frame, node) = StepState::Waiting { attempt, until_ms, then };
        self.waiting.push((frame, node));
    }

    fn wake(&mut self, frame: FrameIx, node: NodeIx, path: &Path, settled: &mut Vec<Settled>) -> Result<(), IllegalEvent> {
        let StepState::Waiting { attempt, then, .. } = self.state(frame, node) else {
            return Err(illegal("timer_due", path));
        };
        let attempt = *attempt;
        let output = match then {
            Then::Retry => None,
            Then::Succeed(output) => Some(Arc::clone(output)),
        };
        self.waiting.retain(|waiting| *waiting != (frame, node));
        match output {
            Some(output) => {
                let port = self.graph.node(node).first_port.clone();
                self.end(frame, node, Outcome::Succeeded { port, output }, settled);
            }
            None => {
                *self.state(frame, node) = StepState::Ready { attempt: attempt + 1 };
                self.ready.push_back((frame, node));
            }
        }
        Ok(())
    }

    /// Marks a step as ended and follows its edges: what has all it needs becomes ready, what gets nothing is skipped.
    fn settle(&mut self, frame: FrameIx, node: NodeIx, outcome: Outcome, settled: &mut Vec<Settled>) {
        let graph = Arc::clone(&self.graph);
        let mut work = vec![(node, outcome)];
        while let Some((ix, outcome)) = work.pop() {
            for link in &graph.node(ix).outgoing {
                let target = graph.node(link.node);
                let delivered = outcome.delivers(&link.port);
                let covered = self.covers(link.node);
                let step = &mut self.frame_mut(frame).steps[target.place];
                if !matches!(step.state, StepState::Pending) {
                    continue;
                }
                step.undecided -= 1;
                step.arrived.extend(delivered.map(|value| (ix, Arc::clone(value))));
                let has_all = step.undecided == 0 || (target.join == Join::First && delivered.is_some());
                if !has_all || !covered {
                    continue;
                }
                if step.arrived.is_empty() {
                    work.push((link.node, Outcome::Skipped));
                    settled.push(Settled::Skipped { path: self.path(frame, link.node) });
                } else {
                    let input = step.merge_arrived(&graph, target);
                    self.begin(frame, link.node, input, &mut work, settled);
                }
            }
            *self.state(frame, ix) = StepState::Ended(outcome);
        }
    }

    /// Makes a step ready, or lets a disabled one pass its input on.
    fn begin(
        &mut self,
        frame: FrameIx,
        ix: NodeIx,
        input: Arc<Value>,
        work: &mut Vec<(NodeIx, Outcome)>,
        settled: &mut Vec<Settled>,
    ) {
        let node = self.graph.node(ix);
        if node.disabled {
            settled.push(Settled::Passed { path: self.path(frame, ix), output: Arc::clone(&input) });
            work.push((ix, Outcome::Succeeded { port: node.first_port.clone(), output: input }));
        } else {
            self.make_ready(frame, ix, input);
        }
    }

    fn make_ready(&mut self, frame: FrameIx, node: NodeIx, input: Arc<Value>) {
        let place = self.graph.node(node).place;
        let frame_ref = self.frame_mut(frame);
        frame_ref.live += 1;
        frame_ref.steps[place].input = Some(input);
        frame_ref.steps[place].state = StepState::Ready { attempt: 1 };
        self.ready.push_back((frame, node));
    }

    /// Starts as many items of an open container as may run at once; when none is left, the container is closing.
    fn advance_items(&mut self, frame: FrameIx, node: NodeIx, settled: &mut Vec<Settled>) {
        let graph = Arc::clone(&self.graph);
        let Some(body) = graph.node(node).contains else { return };
        loop {
            let StepState::Open(items) = self.state(frame, node) else { return };
            let stopped = items.halted || items.failed.is_some() || items.next == items.items.len();
            if stopped && items.live == 0 {
                return self.close(frame, node, settled);
            }
            if stopped || items.live == items.parallel {
                return;
            }
            let index = items.next;
            let item = Arc::clone(&items.items[index]);
            items.next += 1;
            items.live += 1;
            let prefix = format!("{}[{index}]/", self.path(frame, node));
            let iteration = Iteration { frame, container: node, index, item: Arc::clone(&item) };
            let child = self.open_frame(Frame::new(&graph, body, prefix, Some(iteration)));
            for &entry in graph.body(body).order.iter().filter(|ix| graph.node(**ix).incoming.is_empty()) {
                let mut passed = Vec::new();
                self.begin(child, entry, Arc::clone(&item), &mut passed, settled);
                for (ix, outcome) in passed {
                    self.settle(child, ix, outcome, settled);
                }
            }
            if self.frame(child).live == 0 {
                self.take_result(child);
            }
        }
    }

    /// All items of a container have ended.
    fn close(&mut self, frame: FrameIx, node: NodeIx, settled: &mut Vec<Settled>) {
        if self.frame(frame).halted {
            settled.push(Settled::Cancelled { path: self.path(frame, node) });
            self.end(frame, node, Outcome::Cancelled, settled);
        } else if !self.closing.contains(&(frame, node)) {
            self.closing.push((frame, node));
        }
    }

    fn end_frame_if_done(&mut self, frame: FrameIx, settled: &mut Vec<Settled>) {
        if self.frame(frame).live > 0 {
            return;
        }
        if let Some((parent, container)) = self.take_result(frame) {
            self.advance_items(parent, container, settled);
        }
    }

    /// Hands the result of an ended iteration to its container and forgets the frame.
    fn take_result(&mut self, frame: FrameIx) -> Option<(FrameIx, NodeIx)> {
        let iteration = self.frame(frame).iteration.clone()?;
        let ended = self.frames[frame].take()?;
        self.by_prefix.remove(&ended.prefix);
        let result = match &ended.failed {
            Some(error) => Arc::new(serde_json::json!({ "error": **error })),
            None => ended.result(&self.graph, |_| true),
        };
        if let StepState::Open(items) = self.state(iteration.frame, iteration.container) {
            items.live -= 1;
            items.results[iteration.index] = result;
            let earlier = items.failed.as_ref().is_some_and(|(index, _)| *index < iteration.index);
            if items.on_error == OnItemError::Stop && !earlier {
                items.failed = ended.failed.map(|error| (iteration.index, error)).or(items.failed.take());
            }
        }
        Some((iteration.frame, iteration.container))
    }

    /// Starts nothing more in a frame and all frames inside it; what only waits is cancelled, what runs may end.
    fn halt(&mut self, frame: FrameIx, settled: &mut Vec<Settled>) {
        let mut inside = vec![frame];
        let mut next = 0;
        while next < inside.len() {
            let parent = inside[next];
            let is_child = |child: &Frame| child.iteration.as_ref().is_some_and(|iteration| iteration.frame == parent);
            let children = self.frames.iter().enumerate().filter(|(_, child)| child.as_ref().is_some_and(is_child));
            inside.extend(children.map(|(ix, _)| ix));
            next += 1;
        }
        for &ix in &inside {
            self.halt_steps(ix, settled);
        }
        // The innermost first, so that each finds its children gone.
        for ix in inside.into_iter().rev() {
            if self.frames[ix].is_some() {
                self.end_frame_if_done(ix, settled);
            }
        }
    }

    fn halt_steps(&mut self, frame: FrameIx, settled: &mut Vec<Settled>) {
        let graph = Arc::clone(&self.graph);
        self.ready.retain(|(ready, _)| *ready != frame);
        self.waiting.retain(|(waiting, _)| *waiting != frame);
        let closing: Vec<NodeIx> = self.closing.extract_if(.., |(closing, _)| *closing == frame).map(|(_, node)| node).collect();
        self.frame_mut(frame).halted = true;
        for &ix in &graph.body(self.frame(frame).body).order {
            let is_closing = closing.contains(&ix);
            match self.state(frame, ix) {
                StepState::Open(items) if !is_closing => items.halted = true,
                StepState::Ready { .. } | StepState::Waiting { .. } | StepState::Open(_) => {
                    *self.state(frame, ix) = StepState::Ended(Outcome::Cancelled);
                    self.frame_mut(frame).live -= 1;
                    settled.push(Settled::Cancelled { path: self.path(frame, ix) });
                }
                StepState::Pending | StepState::Running { .. } | StepState::Ended(_) => {}
            }
        }
    }

    fn open_frame(&mut self, frame: Frame) -> FrameIx {
        let free = self.frames.iter().position(Option::is_none);
        let ix = free.unwrap_or(self.frames.len());
        self.by_prefix.insert(frame.prefix.clone(), ix);
        match free {
            Some(ix) => self.frames[ix] = Some(frame),
            None => self.frames.push(Some(frame)),
        }
        ix
    }

    fn find(&self, path: &Path, event: &'static str) -> Result<(FrameIx, NodeIx), IllegalEvent> {
        let frame = self.by_prefix.get(path.prefix()).copied().ok_or_else(|| illegal(event, path))?;
        let node = self.graph.find(path.node()).ok_or_else(|| illegal(event, path))?;
        let fits = self.graph.node(node).body == self.frame(frame).body;
        fits.then_some((frame, node)).ok_or_else(|| illegal(event, path))
    }

    fn find_running(&mut self, path: &Path, event: &'static str) -> Result<(FrameIx, NodeIx), IllegalEvent> {
        let (frame, node) = self.find(path, event)?;
        let running = matches!(self.state(frame, node), StepState::Running { .. });
        running.then_some((frame, node)).ok_or_else(|| illegal(event, path))
    }

    /// A step that may end now: running, or a container whose items have all ended.
    fn find_endable(&mut self, path: &Path, event: &'static str) -> Result<(FrameIx, NodeIx), IllegalEvent> {
        let (frame, node) = self.find(path, event)?;
        if let Some(closing) = self.closing.iter().position(|closing| *closing == (frame, node)) {
            self.closing.swap_remove(closing);
            return Ok((frame, node));
        }
        self.find_running(path, event)
    }

    fn path(&self, frame: FrameIx, node: NodeIx) -> Path {
        Path(format!("{}{}", self.frame(frame).prefix, self.graph.node(node).id))
    }

    fn state(&mut self, frame: FrameIx, node: NodeIx) -> &mut StepState {
        let place = self.graph.node(node).place;
        &mut self.frame_mut(frame).steps[place].state
    }

    fn frame(&self, ix: FrameIx) -> &Frame {
        self.frames[ix].as_ref().expect("frames are only referred to while they live")
    }

    fn frame_mut(&mut self, ix: FrameIx) -> &mut Frame {
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

fn illegal(event: &'static str, path: &Path) -> IllegalEvent {
    IllegalEvent { event, path: path.0.clone() }
}
