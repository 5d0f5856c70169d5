//! The part of a run that needs nobody: evaluating parameters, letting nodes decide, applying what happened.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use weft_core::depth::is_too_deep;
use weft_core::document::OUT;
use weft_core::graph::NodeIx;
use weft_core::node_type::{Effects, Role};
use weft_core::run::{Command, ErrorKind, Event, Expiry, Log, Park, Path, RunError, WaitsFor, retry_at};

use super::call::{PendingCall, Work};
use super::drive::{Drive, LONG_HISTORY, MOST_HISTORY};
use super::program::Plan;
use super::step::{Asked, Surroundings};
use crate::chance::fraction;
use crate::clock::now_ms;
use crate::links::fresh_token;
use crate::nodes::{Outcome, Question};

/// Workspace variables come with a later release; until then expressions see none.
static NO_VARS: LazyLock<Value> = LazyLock::new(|| json!({}));

impl Drive {
    /// Does what can be done at once. False when there is nothing.
    pub(super) fn advance(&mut self) -> bool {
        let mut progressed = false;
        for command in self.state.next() {
            match command {
                Command::Start { path, node, attempt, input } => self.begin(path, node, attempt, &input),
                Command::Turn { path, node, item, index } => self.turn(path, node, &item, index),
                Command::Close { path, result: Ok(output) } => self.succeed(path, 1, OUT.into(), output, Vec::new()),
                Command::Close { path, result: Err(error) } => {
                    self.emit(Event::AttemptFailed {
                        path,
                        error,
                        retry_at_ms: None,
                        at_ms: now_ms(),
                        logs: Vec::new(),
                    });
                }
                Command::Finish(finish) => {
                    self.finish = Some(finish);
                    return false;
                }
                Command::Arm { .. } => continue,
            }
            progressed = true;
        }
        progressed
    }

    /// Begins a step. Looking at it has no effects, so one that can be computed on the spot is one event.
    fn begin(&mut self, path: Path, node: NodeIx, attempt: u32, input: &Arc<Value>) {
        let program = Arc::clone(&self.program);
        let plan = program.plan(node);
        let asked = self.surroundings(plan.reads_run).ask(plan, &path, input);
        let at_ms = now_ms();
        // An event is not taken when a step before it in this round has failed what both are in.
        match asked {
            Ok(Asked::Outcome(Outcome::Leave { port, output })) if !is_too_deep(&output) => {
                self.emit(Event::StepComputed { path, attempt, port: port.into_owned(), output, at_ms });
            }
            asked => {
                if self.emit(Event::StepStarted { path: path.clone(), attempt, at_ms }) {
                    self.take_asked(plan, path, attempt, asked);
                }
            }
        }
    }

    /// Performs a step that was started before.
    pub(super) fn perform(&mut self, path: Path, node: NodeIx, attempt: u32, input: &Arc<Value>) {
        let program = Arc::clone(&self.program);
        let plan = program.plan(node);
        let asked = self.surroundings(plan.reads_run).ask(plan, &path, input);
        self.take_asked(plan, path, attempt, asked);
    }

    /// Goes on with a started step: at once if it can be computed here, else by a call.
    fn take_asked(&mut self, plan: &Plan, path: Path, attempt: u32, asked: Result<Asked, RunError>) {
        match asked {
            Err(error) => self.fail(path, attempt, error, Vec::new()),
            Ok(Asked::Outcome(outcome)) => self.take(path, attempt, outcome),
            Ok(Asked::Call { action, params, input }) => {
                let work = Work::Action { action, params, input, timeout: plan.timeout };
                let call = PendingCall { path, attempt, work };
                match plan.effects {
                    Effects::None => self.make(call),
                    Effects::Read | Effects::Write => self.behind_barrier.push_back(call),
                }
            }
        }
    }

    fn surroundings(&self, reads_run: bool) -> Surroundings<'_> {
        let about = if reads_run { self.about() } else { &Value::Null };
        Surroundings { state: &self.state, run: self.origin(), about, vars: &NO_VARS }
    }

    /// A loop looks whether it goes round once more.
    fn turn(&mut self, path: Path, node: NodeIx, item: &Arc<Value>, index: u32) {
        let program = Arc::clone(&self.program);
        let plan = program.plan(node);
        match self.surroundings(plan.reads_run).goes_on(plan, &path, item, index) {
            Ok(goes_on) => {
                self.emit(Event::Turned { path, goes_on, at_ms: now_ms() });
            }
            Err(error) => self.fail(path, 1, error, Vec::new()),
        }
    }

    fn take(&mut self, path: Path, attempt: u32, outcome: Outcome) {
        let at_ms = now_ms();
        match outcome {
            Outcome::Leave { port, output } => self.succeed(path, attempt, port.into_owned(), output, Vec::new()),
            Outcome::Respond { response, output } => {
                self.response.get_or_insert(response);
                self.succeed(path, attempt, OUT.into(), output, Vec::new());
            }
            Outcome::Park { park, output } => {
                let park = self.bounded(&path, park, at_ms);
                self.emit(Event::Parked { path, park, output, at_ms });
            }
            Outcome::Open { items, parallel, on_error } => {
                self.emit(Event::Opened { path, items, parallel, on_error, at_ms });
            }
            Outcome::Loop { item, most_turns } => {
                self.emit(Event::Looped { path, item, most_turns, at_ms });
            }
            Outcome::Break { output } => {
                self.emit(Event::Broke { path, output, at_ms });
            }
            Outcome::Ask(question) if question.notify_workflow.is_none() => self.ask(path, *question, fresh_token()),
            Outcome::Ask(question) => self.make(PendingCall { path, attempt, work: Work::Ask(question) }),
            Outcome::Start(subrun) => self.make(PendingCall { path, attempt, work: Work::Start(subrun) }),
            Outcome::Dedupe(keys) => self.make(PendingCall { path, attempt, work: Work::Dedupe(keys) }),
            Outcome::Call { .. } => {
                let error = RunError::new(ErrorKind::Plugin, "no_engine", "this node has no plugin to call");
                self.fail(path, attempt, error, Vec::new());
            }
        }
    }

    /// Parks a step until somebody answers.
    pub(super) fn ask(&mut self, path: Path, question: Question, token: String) {
        let Question { form, park, output, notify_workflow: notify } = question;
        let (form, at_ms) = (Arc::new(form), now_ms());
        let mut park = self.bounded(&path, park, at_ms);
        let expires_ms = park.until_ms;
        park.waits_for = Some(WaitsFor::Approval { form: Arc::clone(&form), token: token.clone(), notify });
        if self.emit(Event::Parked { path: path.clone(), park, output, at_ms }) {
            self.open_approval(path, form, token, at_ms, expires_ms);
        }
    }

    /// How the step at `path` waits, with the time that its node gives each attempt.
    pub(super) fn bounded(&self, path: &Path, park: Park, at_ms: i64) -> Park {
        let node = self.state.graph().find(path.node());
        let Some(timeout_ms) = node.and_then(|node| self.program.plan(node).own_timeout_ms) else { return park };
        let latest_ms = at_ms.saturating_add_unsigned(timeout_ms);
        match park.until_ms {
            Some(until_ms) if until_ms <= latest_ms => park,
            _ => Park { until_ms: Some(latest_ms), expiry: Expiry::Fail { limit: "timeout_ms".into() }, ..park },
        }
    }

    pub(super) fn succeed(&mut self, path: Path, attempt: u32, port: String, output: Arc<Value>, logs: Vec<Log>) {
        self.succeeded(path, attempt, port, output, logs);
    }

    /// Ends a step well. False when that came too late to matter, or failed after all.
    pub(super) fn succeeded(
        &mut self,
        path: Path,
        attempt: u32,
        port: String,
        output: Arc<Value>,
        logs: Vec<Log>,
    ) -> bool {
        if is_too_deep(&output) {
            self.fail(path, attempt, RunError::too_deep(), logs);
            return false;
        }
        self.emit(Event::StepSucceeded { path, port, output, at_ms: now_ms(), logs })
    }

    pub(super) fn fail(&mut self, path: Path, attempt: u32, error: RunError, logs: Vec<Log>) {
        let at_ms = now_ms();
        let graph = Arc::clone(self.state.graph());
        let node = graph.find(path.node()).map(|ix| graph.node(ix));
        let retry_at_ms = node
            .filter(|node| node.role != Role::Container && !self.state.is_ending())
            .and_then(|node| retry_at(&node.retry, &error, attempt, at_ms, fraction()));
        let error = RunError { node: node.map(|node| node.id.clone()), path: Some(path.clone()), ..error };
        self.emit(Event::AttemptFailed { path, error: Arc::new(error), retry_at_ms, at_ms, logs });
    }

    /// Applies an event and keeps it for the next flush. False when it came too late to matter.
    pub(super) fn emit(&mut self, event: Event) -> bool {
        let engaged = self.state.engaged();
        let applied = self.state.apply(&event);
        match &applied {
            Ok(()) => {
                if !engaged.is_empty() {
                    self.let_go(engaged);
                }
                self.unwritten.push(event);
                self.events += 1;
                if self.events == LONG_HISTORY {
                    tracing::warn!(run.id = %self.run, workflow.id = %self.program.workflow,
                        "a run has {LONG_HISTORY} events in its history; it is stopped at {MOST_HISTORY}");
                }
            }
            Err(error) => tracing::debug!(run.id = %self.run, %error, "an event came too late and was dropped"),
        }
        applied.is_ok()
    }
}
