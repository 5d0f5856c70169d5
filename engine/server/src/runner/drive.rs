//! The task that owns a live run.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use weft_core::document::OUT;
use weft_core::graph::NodeIx;
use weft_core::node_type::{Effects, Role};
use weft_core::run::{Command, ErrorKind, Event, Finish, Log, Path, RunError, RunState, Start, retry_at};

use super::flush::Stopped;
use super::program::Program;
use super::step::{Asked, CallEnded, PendingCall, Surroundings};
use super::{Inner, Wait, Waiter};
use crate::clock::now_ms;
use crate::ids::{RunId, WorkspaceId};
use crate::nodes::{Outcome, Response};
use crate::store::runs::{Fired, Head, Status};

/// A run whose nearest timer is further away than this is put to disk.
const SHORT_WAIT_MS: i64 = 5_000;

/// How long events without a barrier may stay unwritten while steps run, so that watchers see them.
const WATCHERS_PATIENCE: Duration = Duration::from_millis(50);

/// Workspace variables come with a later release; until then expressions see none.
static NO_VARS: LazyLock<Value> = LazyLock::new(|| json!({}));

/// A live run.
#[derive(Debug)]
pub(super) struct Drive {
    pub(super) inner: Arc<Inner>,
    pub(super) run: RunId,
    pub(super) workspace: WorkspaceId,
    pub(super) program: Arc<Program>,
    pub(super) state: RunState,
    pub(super) started_ms: i64,
    /// What expressions read as `run`.
    about: Value,
    /// The head, until it is written with the first flush.
    pub(super) new_head: Option<Head>,
    /// The moment of a schedule this run is for, marked as fired with the first flush.
    pub(super) fire: Option<Fired>,
    /// Events that are applied and not yet durable.
    pub(super) unwritten: Vec<Event>,
    /// The row of the journal the next flush writes.
    pub(super) sequence: u32,
    pub(super) waiter: Option<Waiter>,
    pub(super) response: Option<Response>,
    pub(super) finish: Option<Finish>,
    /// Asked to cancel the run.
    pub(super) cancel: CancellationToken,
    /// Stops the calls of this run.
    stop_calls: CancellationToken,
    calls: JoinSet<CallEnded>,
    /// Calls that wait for the barrier.
    behind_barrier: VecDeque<PendingCall>,
    /// The store has timers of this run, to be cleared at its end.
    pub(super) has_timers: bool,
}

/// How a run left memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Ended,
    OnDisk,
    Stopped,
}

impl Drive {
    /// A run that starts now.
    pub(super) fn fresh(
        inner: Arc<Inner>,
        run: RunId,
        program: Arc<Program>,
        head: Head,
        start: Start,
        waiter: Waiter,
    ) -> Drive {
        let input = Arc::new(head.input.clone());
        let state = RunState::new(Arc::clone(&program.graph), input);
        let workspace = head.workspace;
        let mut drive = Drive::around(inner, run, workspace, program, state, head.created_ms);
        drive.new_head = Some(head);
        drive.waiter = Some(waiter);
        drive.emit(Event::RunStarted { start, at_ms: now_ms() });
        drive
    }

    /// A run with a state and nothing else.
    pub(super) fn around(
        inner: Arc<Inner>,
        run: RunId,
        workspace: WorkspaceId,
        program: Arc<Program>,
        state: RunState,
        started_ms: i64,
    ) -> Drive {
        let about = json!({
            "id": run, "workflow_id": program.workflow, "workflow_name": program.document.name,
            "revision": program.revision, "started_at_ms": started_ms,
        });
        Drive {
            inner,
            run,
            workspace,
            program,
            state,
            started_ms,
            about,
            new_head: None,
            fire: None,
            unwritten: Vec::new(),
            sequence: 0,
            waiter: None,
            response: None,
            finish: None,
            cancel: CancellationToken::new(),
            stop_calls: CancellationToken::new(),
            calls: JoinSet::new(),
            behind_barrier: VecDeque::new(),
            has_timers: false,
        }
    }

    /// Goes on until the run has ended, was put to disk, or the server stops. Who waits for a run on disk goes on waiting.
    pub(super) async fn run_until_left(mut self) -> Left {
        if self.go_on().await.is_err() {
            return Left::Stopped;
        }
        if let Some(waiter) = self.waiter.take() {
            self.inner.waiters().insert(self.run, waiter);
        }
        if self.finish.is_some() { Left::Ended } else { Left::OnDisk }
    }

    async fn go_on(&mut self) -> Result<(), Stopped> {
        loop {
            if self.advance() {
                // A long run of pure steps lets others have their turn.
                tokio::task::consume_budget().await;
                continue;
            }
            if self.finish.is_some() {
                return self.flush(self.final_status(), self.has_timers.then(Vec::new)).await;
            }
            if !self.behind_barrier.is_empty() {
                if self.has_unwritten() {
                    self.flush(Status::Running, None).await?;
                }
                while let Some(call) = self.behind_barrier.pop_front() {
                    self.make(call);
                }
                continue;
            }
            if self.calls.is_empty() && !self.stays_for_timers().await? {
                return Ok(());
            }
            self.wait_for_something().await?;
        }
    }

    /// Does what can be done at once. False when there is nothing.
    fn advance(&mut self) -> bool {
        let mut progressed = false;
        for command in self.state.next() {
            match command {
                Command::Start { path, node, attempt, input } => {
                    // Not taken when a step before it in this round has failed what both are in.
                    if self.emit(Event::StepStarted { path: path.clone(), attempt, at_ms: now_ms() }) {
                        self.perform(path, node, attempt, &input);
                    }
                }
                Command::Close { path, result: Ok(output) } => self.succeed(path, OUT.into(), output, Vec::new()),
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

    /// Performs a started step: at once if it can be computed here, else as a call.
    pub(super) fn perform(&mut self, path: Path, node: NodeIx, attempt: u32, input: &Arc<Value>) {
        let program = Arc::clone(&self.program);
        let plan = program.plan(node);
        let surroundings = Surroundings { state: &self.state, run: self.run, about: &self.about, vars: &NO_VARS };
        match surroundings.ask(plan, &path, input) {
            Err(error) => self.fail(path, attempt, error, Vec::new()),
            Ok(Asked::Outcome(outcome)) => self.take(path, outcome),
            Ok(Asked::Call(action, params)) => {
                let call =
                    PendingCall { path, attempt, action, params, input: Arc::clone(input), timeout: plan.timeout };
                match plan.effects {
                    Effects::None => self.make(call),
                    Effects::Read | Effects::Write => self.behind_barrier.push_back(call),
                }
            }
        }
    }

    fn take(&mut self, path: Path, outcome: Outcome) {
        let at_ms = now_ms();
        match outcome {
            Outcome::Leave { port, output } => self.succeed(path, port.into_owned(), output, Vec::new()),
            Outcome::Respond { response, output } => {
                self.response.get_or_insert(response);
                self.succeed(path, OUT.into(), output, Vec::new());
            }
            Outcome::Park { until_ms, output } => {
                self.emit(Event::Parked { path, until_ms, output, at_ms });
            }
            Outcome::Open { items, parallel, on_error } => {
                self.emit(Event::Opened { path, items, parallel, on_error, at_ms });
            }
            Outcome::Call { .. } => {
                let error = RunError::new(ErrorKind::Plugin, "no_engine", "this node has no plugin to call");
                self.fail(path, 1, error, Vec::new());
            }
        }
    }

    fn make(&mut self, call: PendingCall) {
        self.calls.spawn(call.make(Arc::clone(&self.inner), self.run, self.stop_calls.child_token()));
    }

    fn succeed(&mut self, path: Path, port: String, output: Arc<Value>, logs: Vec<Log>) {
        self.emit(Event::StepSucceeded { path, port, output, at_ms: now_ms(), logs });
    }

    pub(super) fn fail(&mut self, path: Path, attempt: u32, error: RunError, logs: Vec<Log>) {
        let at_ms = now_ms();
        let graph = Arc::clone(self.state.graph());
        let node = graph.find(path.node()).map(|ix| graph.node(ix));
        let retry_at_ms = node
            .filter(|node| node.role != Role::Container && !self.state.is_ending())
            .and_then(|node| retry_at(&node.retry, &error, attempt, at_ms, rand::random()));
        let error = RunError { node: node.map(|node| node.id.clone()), path: Some(path.clone()), ..error };
        self.emit(Event::AttemptFailed { path, error: Arc::new(error), retry_at_ms, at_ms, logs });
    }

    /// Applies an event and keeps it for the next flush. False when it came too late to matter.
    pub(super) fn emit(&mut self, event: Event) -> bool {
        let applied = self.state.apply(&event);
        match &applied {
            Ok(()) => self.unwritten.push(event),
            Err(error) => tracing::debug!(run.id = %self.run, %error, "an event came too late and was dropped"),
        }
        applied.is_ok()
    }

    fn has_unwritten(&self) -> bool {
        !self.unwritten.is_empty() || self.new_head.is_some()
    }

    /// Whether somebody waits for nothing but the next flush.
    fn is_promised(&self) -> bool {
        self.waiter.as_ref().is_some_and(|waiter| match waiter.wait {
            Wait::No => self.new_head.is_some(),
            Wait::Response => self.response.is_some(),
            Wait::End => false,
        })
    }

    /// Waits for a call, a timer, the run's deadline or somebody's wish, and takes it in.
    async fn wait_for_something(&mut self) -> Result<(), Stopped> {
        let timer = self.next_timer();
        let wake_at = timer.as_ref().map_or(i64::MAX, |(_, until_ms)| *until_ms).min(self.deadline_ms());
        let unwritten = self.has_unwritten();
        let patience = if self.is_promised() { Duration::ZERO } else { WATCHERS_PATIENCE };
        tokio::select! {
            biased;
            () = self.inner.stop.cancelled() => {
                return self.leave().await;
            }
            () = self.cancel.cancelled(), if !self.state.is_ending() => {
                self.emit(Event::CancelAsked { at_ms: now_ms() });
                self.stop_calls.cancel();
            }
            Some(ended) = self.calls.join_next() => self.take_call(ended),
            () = sleep_until(instant_of(wake_at)) => self.take_time(timer),
            () = tokio::time::sleep(patience), if unwritten => self.flush(Status::Running, None).await?,
        }
        Ok(())
    }

    fn take_call(&mut self, ended: Result<CallEnded, tokio::task::JoinError>) {
        match ended {
            Ok(CallEnded { path, result: Ok(output), logs, .. }) => {
                self.succeed(path, OUT.into(), Arc::new(output), logs)
            }
            Ok(CallEnded { path, attempt, result: Err(error), logs }) => self.fail(path, attempt, error, logs),
            // Calls catch the panics of guests and host functions; one that dies all the same has lost its name.
            Err(error) => {
                tracing::error!(run.id = %self.run, %error, "a call died");
                for (path, _, attempt, _) in self.state.running() {
                    let error = RunError::new(ErrorKind::Plugin, "call_died", "the call stopped on an internal error");
                    self.fail(path, attempt, error, Vec::new());
                }
            }
        }
    }

    fn take_time(&mut self, timer: Option<(Path, i64)>) {
        let at_ms = now_ms();
        if at_ms >= self.deadline_ms() && !self.state.is_ending() {
            self.emit(Event::TimedOut { after_ms: self.program.run_timeout_ms, at_ms });
            self.stop_calls.cancel();
        } else if let Some((path, until_ms)) = timer
            && at_ms >= until_ms
        {
            self.emit(Event::TimerDue { path, at_ms });
        }
    }

    /// With nothing running, decides whether the run stays in memory for its timers. If not, it is on disk when this returns.
    async fn stays_for_timers(&mut self) -> Result<bool, Stopped> {
        let Some((_, nearest_ms)) = self.next_timer() else {
            // Nothing runs, nothing waits and nothing can start: the core would have said how it ends.
            tracing::error!(run.id = %self.run, "the run has nothing left to do and has not ended");
            return Err(Stopped);
        };
        let stays = nearest_ms - now_ms() <= SHORT_WAIT_MS && !self.cancel.is_cancelled();
        if self.has_unwritten() || !stays {
            let timers =
                self.timers().map(|(path, until_ms)| (path.0, until_ms)).chain([(String::new(), self.deadline_ms())]);
            let timers = timers.collect();
            self.has_timers = true;
            self.flush(Status::Waiting, Some(timers)).await?;
        }
        Ok(stays || self.cancel.is_cancelled())
    }

    /// The server stops: calls may end while there is time, what happened is written, the journal has the rest.
    async fn leave(&mut self) -> Result<(), Stopped> {
        while let Some(Some(ended)) = self.inner.hurry.run_until_cancelled(self.calls.join_next()).await {
            self.take_call(ended);
        }
        if self.has_unwritten() {
            self.flush(Status::Running, None).await?;
        }
        Err(Stopped)
    }

    pub(super) fn timers(&self) -> impl Iterator<Item = (Path, i64)> + use<> {
        self.state.next().into_iter().filter_map(|command| match command {
            Command::Arm { path, until_ms } => Some((path, until_ms)),
            Command::Start { .. } | Command::Close { .. } | Command::Finish(_) => None,
        })
    }

    fn next_timer(&self) -> Option<(Path, i64)> {
        self.timers().min_by_key(|(_, until_ms)| *until_ms)
    }

    fn deadline_ms(&self) -> i64 {
        self.started_ms.saturating_add_unsigned(self.program.run_timeout_ms)
    }

    fn final_status(&self) -> Status {
        match self.finish {
            Some(Finish::Succeeded(_)) => Status::Succeeded,
            Some(Finish::Failed(_)) | None => Status::Failed,
            Some(Finish::Cancelled) => Status::Cancelled,
        }
    }
}

/// The moment of the monotonic clock at which the wall clock shows `at_ms`, as far as can be known now.
fn instant_of(at_ms: i64) -> Instant {
    // A month ahead is as good as never for a run in memory, and does not overflow the clock.
    let ahead_ms = at_ms.saturating_sub(now_ms()).clamp(0, 30 * 86_400_000);
    Instant::now() + Duration::from_millis(ahead_ms as u64)
}
