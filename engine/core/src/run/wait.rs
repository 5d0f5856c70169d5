//! Steps that wait: for a moment, for a signal, for somebody; and the branch that cleans up after a run.

use std::sync::Arc;

use serde_json::{Value, json};

use super::frame::{FrameIx, Outcome, StepState, Then, Waiting};
use super::state::{IllegalEvent, ROOT_FRAME, RunState, Settled, illegal};
use super::{Answer, Answerer, ErrorKind, Expiry, Finish, Park, Path, RunError, WaitsFor};
use crate::graph::{NodeIx, ROOT};
use crate::node_type::Role;

/// What a moment means to a step that waits.
#[derive(Debug, Clone, PartialEq)]
pub enum Due {
    /// Who should act is to be reminded.
    Reminder,
    /// It goes on by itself.
    GoesOn,
    /// It has waited as long as it may; the attempt that waited fails.
    Fails { attempt: u32, error: Arc<RunError> },
}

impl RunState {
    /// When the wait of the step at `path` is over, if nothing comes before.
    pub fn until_ms(&self, path: &Path) -> Option<i64> {
        self.waiting_at(path)?.until_ms
    }

    /// Why the clean-up branch of the run did not come to its end.
    pub fn clean_up_error(&self) -> Option<&Arc<RunError>> {
        self.clean_up_error.as_ref()
    }

    /// How many signals nobody has waited for yet.
    pub fn kept_signals(&self) -> usize {
        self.signals.len()
    }

    /// What is due for the step at `path`; `None` when it does not wait.
    pub fn due(&self, path: &Path, now_ms: i64) -> Option<Due> {
        let waiting = self.waiting_at(path)?;
        let is_over = waiting.until_ms.is_some_and(|until_ms| until_ms <= now_ms);
        Some(match &waiting.then {
            _ if !is_over => Due::Reminder,
            Then::Fail(error) => Due::Fails { attempt: waiting.attempt, error: Arc::clone(error) },
            Then::Retry | Then::Leave { .. } | Then::Ask => Due::GoesOn,
        })
    }

    /// The attempt of the step at `path` that waits for an answer of this one; `None` when it is not meant for it.
    pub fn attempt_awaiting(&self, path: &Path, answerer: &Answerer) -> Option<u32> {
        let waiting = self.waiting_at(path)?;
        let is_awaited = match (answerer, &waiting.waits_for) {
            (Answerer::Operator, None) => matches!(waiting.then, Then::Ask),
            (Answerer::Holder { token }, Some(WaitsFor::Approval { token: awaited, .. })) => token == awaited,
            (Answerer::Run { run }, Some(WaitsFor::Run { run: awaited })) => run == awaited,
            _ => false,
        };
        is_awaited.then_some(waiting.attempt)
    }

    /// A running step is done for now and goes on later.
    pub(super) fn wait(
        &mut self,
        frame: FrameIx,
        node: NodeIx,
        until_ms: Option<i64>,
        then: Then,
        settled: &mut Vec<Settled>,
    ) {
        if self.frame(frame).halted {
            settled.push(Settled::Cancelled { path: self.path(frame, node) });
            return self.end(frame, node, Outcome::Cancelled, settled);
        }
        let attempt = match self.state(frame, node) {
            StepState::Running { attempt } => *attempt,
            _ => 1,
        };
        let waiting = Waiting { attempt, until_ms, then, waits_for: None, reminder: None };
        *self.state(frame, node) = StepState::Waiting(Box::new(waiting));
        self.waiting.push((frame, node));
    }

    pub(super) fn park(
        &mut self,
        frame: FrameIx,
        node: NodeIx,
        park: &Park,
        output: &Arc<Value>,
        at_ms: i64,
        settled: &mut Vec<Settled>,
    ) {
        let then = match &park.expiry {
            Expiry::Leave { port } => Then::Leave { port: port.clone(), output: Arc::clone(output) },
            Expiry::Fail { limit } => Then::Fail(Arc::new(expired(limit))),
        };
        self.wait(frame, node, park.until_ms, then, settled);
        let StepState::Waiting(waiting) = self.state(frame, node) else { return };
        waiting.waits_for = park.waits_for.clone();
        waiting.reminder = park.remind_every_ms.map(|every_ms| (at_ms.saturating_add_unsigned(every_ms), every_ms));
        if let Some(WaitsFor::Signal { name }) = &park.waits_for
            && let Some(kept) = self.signals.iter().position(|(kept, _)| kept == name)
        {
            let (_, data) = self.signals.remove(kept);
            self.leave_wait(frame, node, data, settled);
        }
    }

    /// A waiting step's moment has come.
    pub(super) fn wake(
        &mut self,
        frame: FrameIx,
        node: NodeIx,
        path: &Path,
        settled: &mut Vec<Settled>,
    ) -> Result<(), IllegalEvent> {
        let (attempt, outcome) = match self.state(frame, node) {
            StepState::Waiting(waiting) if waiting.until_ms.is_some() => match &waiting.then {
                Then::Retry => (waiting.attempt, None),
                Then::Leave { port, output } => {
                    let outcome = Outcome::Succeeded { port: port.clone(), output: Arc::clone(output) };
                    (waiting.attempt, Some(outcome))
                }
                Then::Fail(_) | Then::Ask => return Err(illegal("timer_due", path)),
            },
            _ => return Err(illegal("timer_due", path)),
        };
        self.stop_waiting(frame, node);
        match outcome {
            Some(outcome) => self.end(frame, node, outcome, settled),
            None => self.start_again(frame, node, attempt),
        }
        Ok(())
    }

    /// What a parked or interrupted step waited for has come.
    pub(super) fn answer(
        &mut self,
        frame: FrameIx,
        node: NodeIx,
        path: &Path,
        answer: &Answer,
        settled: &mut Vec<Settled>,
    ) -> Result<(), IllegalEvent> {
        let StepState::Waiting(waiting) = self.state(frame, node) else { return Err(illegal("answered", path)) };
        let attempt = waiting.attempt;
        let may_retry = matches!(waiting.then, Then::Ask);
        match answer {
            Answer::Leave { port, output } => {
                let outcome = Outcome::Succeeded { port: port.clone(), output: Arc::clone(output) };
                self.stop_waiting(frame, node);
                self.end(frame, node, outcome, settled);
            }
            Answer::Fail { error } => {
                self.stop_waiting(frame, node);
                self.fail(frame, node, error, settled);
            }
            Answer::Retry if may_retry => {
                self.stop_waiting(frame, node);
                self.start_again(frame, node, attempt);
            }
            Answer::Retry => return Err(illegal("answered", path)),
        }
        Ok(())
    }

    /// A signal ends the oldest wait for it; one that nobody waits for is kept.
    pub(super) fn signal(&mut self, name: &str, data: &Arc<Value>, settled: &mut Vec<Settled>) {
        let listens = |&(frame, node): &(FrameIx, NodeIx)| {
            let step = &self.frame(frame).steps[self.graph.node(node).place];
            matches!(&step.state, StepState::Waiting(waiting)
                if matches!(&waiting.waits_for, Some(WaitsFor::Signal { name: awaited }) if awaited == name))
        };
        match self.waiting.iter().copied().find(listens) {
            Some((frame, node)) => self.leave_wait(frame, node, Arc::clone(data), settled),
            None => self.signals.push((name.to_owned(), Arc::clone(data))),
        }
    }

    fn leave_wait(&mut self, frame: FrameIx, node: NodeIx, data: Arc<Value>, settled: &mut Vec<Settled>) {
        self.stop_waiting(frame, node);
        let port = self.graph.node(node).first_port.clone();
        let path = self.path(frame, node);
        settled.push(Settled::Signalled { path, port: port.clone(), output: Arc::clone(&data) });
        self.end(frame, node, Outcome::Succeeded { port, output: data }, settled);
    }

    /// Takes a step out of its wait: its attempt runs again, until the caller says what becomes of it.
    pub(super) fn stop_waiting(&mut self, frame: FrameIx, node: NodeIx) {
        self.waiting.retain(|waiting| *waiting != (frame, node));
        let state = self.state(frame, node);
        if let StepState::Waiting(waiting) = state {
            *state = StepState::Running { attempt: waiting.attempt };
        }
    }

    fn start_again(&mut self, frame: FrameIx, node: NodeIx, attempt: u32) {
        *self.state(frame, node) = StepState::Ready { attempt: attempt + 1 };
        self.ready.push_back((frame, node));
    }

    /// Once a run that is being stopped has come to rest, its clean-up branch begins.
    pub(super) fn clean_up_if_due(&mut self, at_ms: i64, settled: &mut Vec<Settled>) {
        let stopped_by = match &self.ending {
            Some(Finish::Cancelled) => "cancelled",
            Some(Finish::Failed(error)) if error.kind == ErrorKind::Timeout && error.node.is_none() => "timed_out",
            _ => return,
        };
        let is_at_rest = matches!(self.frames.first(), Some(Some(root)) if root.live == 0);
        if self.cleans_up || !self.has_begun || !is_at_rest || self.covered.is_some() {
            return;
        }
        self.cleans_up = true;
        let graph = Arc::clone(&self.graph);
        let is_start = |ix: &&NodeIx| graph.node(**ix).role == Role::Cleanup && !graph.node(**ix).disabled;
        for &ix in graph.body(ROOT).order.iter().filter(is_start) {
            self.frame_mut(ROOT_FRAME).halted = false;
            let output = Arc::new(json!({ "reason": stopped_by, "at_ms": at_ms, "input": *self.input }));
            settled.push(Settled::Passed { path: self.path(ROOT_FRAME, ix), output: Arc::clone(&output) });
            let outcome = Outcome::Succeeded { port: graph.node(ix).first_port.clone(), output };
            self.settle(ROOT_FRAME, ix, outcome, settled);
        }
    }
}

fn expired(limit: &str) -> RunError {
    let message = format!("what this step waited for did not come in the time set by `{limit}`");
    RunError::new(ErrorKind::Timeout, "wait_expired", message)
}
