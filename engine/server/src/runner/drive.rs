//! The owner of a live run: what it waits for, and how it leaves memory.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use weft_core::run::{Due, ErrorKind, Event, Finish, Path, RunError, RunState};

use super::call::{Ended as CallEnded, PendingCall};
use super::flush::Stopped;
use super::launch::Launch;
use super::mail::Letterbox;
use super::program::Program;
use super::queue::Queued;
use super::{Ended, Inner, StartError, Wait, Waiter};
use crate::clock::now_ms;
use crate::flight_recorder::Flight;
use crate::ids::{RunId, WorkspaceId};
use crate::nodes::Response;
use crate::plugin_host::Turn;
use crate::store::StoreError;
use crate::store::plugin_state::Change;
use crate::store::runs::{ApprovalChange, Child, Fired, Head, Message, Status};

/// A run whose nearest timer is further away than this is put to disk.
const SHORT_WAIT_MS: i64 = 5_000;

/// How long events without a barrier may stay unwritten while steps run, so that watchers see them.
const WATCHERS_PATIENCE: Duration = Duration::from_millis(50);

/// How long a run may compute, and how much may happen in it, before it writes that down and looks whether it is to go on.
const LONGEST_SLICE: Duration = Duration::from_millis(100);
const MOST_EVENTS: usize = 5_000;

/// The pause before the database is asked again what it did not say.
pub(super) const ASK_AGAIN: Duration = Duration::from_secs(1);

/// How long a run may go on without a pause when its workflow does not say: a day. What it spends waiting does not count.
const RUN_TIMEOUT_MS: u64 = 86_400_000;

/// How many events a run's journal may have: far more than runs need, and few enough to be read again when it is taken up.
pub const MOST_HISTORY: u32 = 50_000;

/// The number from which on people are warned.
pub const LONG_HISTORY: u32 = 10_000;

/// A live run.
#[derive(Debug)]
pub(super) struct Drive {
    pub(super) inner: Arc<Inner>,
    pub(super) run: RunId,
    pub(super) workspace: WorkspaceId,
    pub(super) program: Arc<Program>,
    pub(super) head: Arc<Head>,
    /// The status the database knows it by; `None` before the first write.
    pub(super) stored_as: Option<Status>,
    pub(super) state: RunState,
    pub(super) started_ms: i64,
    /// When this process took it up.
    taken_up_ms: i64,
    /// What expressions read as `run`.
    about: OnceLock<Value>,
    /// The moment of a schedule this run is for, marked as fired with the first flush.
    pub(super) fire: Option<Fired>,
    /// How many events its journal has, the unwritten ones among them.
    pub(super) events: u32,
    /// Events that are applied and not yet durable.
    pub(super) unwritten: Vec<Event>,
    /// Since when somebody could have seen them.
    pub(super) unwritten_since: Option<Instant>,
    /// Its clean-up had all the time there is: nothing is left that time could end.
    was_cut_off: bool,
    /// The row of the journal the next flush writes.
    pub(super) sequence: u32,
    pub(super) waiter: Option<Waiter>,
    pub(super) response: Option<Response>,
    pub(super) finish: Option<Finish>,
    pub(super) letterbox: Arc<Letterbox>,
    /// The last message that was taken in, and whether the next flush is to delete up to it.
    pub(super) mail_upto: i64,
    pub(super) has_read_mail: bool,
    /// Runs, messages to runs, and approvals that the next flush stores.
    pub(super) children: Vec<(Child, Queued)>,
    pub(super) tells: Vec<(RunId, Message)>,
    pub(super) approvals: Vec<ApprovalChange>,
    /// What plugins keep of calls whose ends the next flush stores.
    pub(super) kept: Vec<(Change, Option<Turn>)>,
    /// Steps whose reminder is being sent.
    pub(super) reminding: Vec<Path>,
    /// Stops the calls of this run.
    pub(super) stop_calls: CancellationToken,
    pub(super) calls: JoinSet<CallEnded>,
    /// Calls that wait for the barrier.
    pub(super) behind_barrier: VecDeque<PendingCall>,
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
    pub(super) fn fresh(inner: Arc<Inner>, launch: Launch) -> Drive {
        let state = RunState::new(Arc::clone(&launch.program.graph), Arc::clone(&launch.head.input));
        let started_ms = launch.head.created_ms;
        let mut drive = Drive::around(inner, launch.run, launch.program, Arc::new(launch.head), state, started_ms);
        drive.fire = launch.fire;
        for event in launch.opening {
            drive.emit(event);
        }
        drive
    }

    /// A run with a state and nothing else.
    pub(super) fn around(
        inner: Arc<Inner>,
        run: RunId,
        program: Arc<Program>,
        head: Arc<Head>,
        state: RunState,
        started_ms: i64,
    ) -> Drive {
        Drive {
            inner,
            run,
            workspace: head.workspace,
            program,
            head,
            stored_as: None,
            state,
            started_ms,
            taken_up_ms: now_ms(),
            about: OnceLock::new(),
            fire: None,
            events: 0,
            unwritten: Vec::new(),
            unwritten_since: None,
            was_cut_off: false,
            sequence: 0,
            waiter: None,
            response: None,
            finish: None,
            letterbox: Arc::default(),
            mail_upto: 0,
            has_read_mail: false,
            children: Vec::new(),
            kept: Vec::new(),
            tells: Vec::new(),
            approvals: Vec::new(),
            reminding: Vec::new(),
            stop_calls: CancellationToken::new(),
            calls: JoinSet::new(),
            behind_barrier: VecDeque::new(),
        }
    }

    /// Notes the run while it is being computed. One that is not stored can take the server down, but only once.
    pub(super) fn flight(&self) -> Flight {
        self.stored_as.map_or_else(Flight::default, |_| self.inner.recorder.of(self.run))
    }

    /// What expressions read as `run`.
    pub(super) fn about(&self) -> &Value {
        self.about.get_or_init(|| {
            json!({
                "id": self.run, "workflow_id": self.program.workflow, "workflow_name": self.program.document.name,
                "revision": self.program.revision, "started_at_ms": self.started_ms,
                "resume_url": self.inner.links.resume_url(self.run),
            })
        })
    }

    /// Does what can be done without waiting for anybody, for a while. False when there is more of it.
    pub(super) async fn compute(&mut self) -> bool {
        let (began, written) = (Instant::now(), self.unwritten.len());
        while self.advance() {
            if began.elapsed() >= LONGEST_SLICE || self.unwritten.len() - written >= MOST_EVENTS {
                return false;
            }
            // A long run of pure steps lets others have their turn.
            tokio::task::consume_budget().await;
        }
        true
    }

    /// Whether the run has come to a good end that concerns nobody but who waits for it.
    pub(super) fn ends_quietly(&self) -> bool {
        matches!(self.finish, Some(Finish::Succeeded(_))) && self.children.is_empty() && self.head.parent.is_none()
    }

    /// Stores a run that has ended before it was ever stored.
    pub(super) async fn end_at_once(mut self, wait: Wait) -> Result<Option<Ended>, StartError> {
        self.flush_once(Status::Succeeded).await?;
        Ok((wait != Wait::No).then_some(Ended { finish: self.finish, response: self.response }))
    }

    /// Goes on until the run has ended, was put to disk, or the server stops. Who waits for a run on disk goes on waiting.
    pub(super) async fn run_until_left(mut self) -> Left {
        if self.go_on().await.is_err() {
            // What was never stored is nowhere else to be gone on with, and holds no place.
            return if self.stored_as.is_none() { Left::Ended } else { Left::Stopped };
        }
        if let Some(waiter) = self.waiter.take() {
            self.inner.waiters().insert(self.run, waiter);
        }
        if self.finish.is_some() { Left::Ended } else { Left::OnDisk }
    }

    async fn go_on(&mut self) -> Result<(), Stopped> {
        loop {
            let is_done = self.compute().await;
            if self.finish.is_some() {
                return self.end().await;
            }
            if self.events >= MOST_HISTORY && !self.state.is_ending() {
                self.stop(Event::Stopped { error: Arc::new(history_limit()), at_ms: now_ms() });
                continue;
            }
            if !is_done {
                self.look_up().await?;
                continue;
            }
            if !self.behind_barrier.is_empty() {
                // A run taken up from disk has to be known as running, too: should it kill the server, that is counted.
                if self.has_unwritten() || self.stored_as != Some(Status::Running) {
                    self.flush(Status::Running).await?;
                }
                while let Some(call) = self.behind_barrier.pop_front() {
                    self.make(call);
                }
                continue;
            }
            if self.calls.is_empty() && !self.stays_in_memory().await? {
                return Ok(());
            }
            self.wait_for_something().await?;
        }
    }

    /// Between two slices of a long computation: writes what happened, and sees whether it is to go on.
    async fn look_up(&mut self) -> Result<(), Stopped> {
        self.flush(Status::Running).await?;
        if self.inner.stop.is_cancelled() {
            return self.leave().await;
        }
        if self.letterbox.has_mail() {
            self.read_mail().await;
        }
        self.take_time(None);
        Ok(())
    }

    /// Waits for a call, a timer, the run's deadline or a message, and takes it in.
    async fn wait_for_something(&mut self) -> Result<(), Stopped> {
        let timer = self.next_timer();
        let wake_at = timer.as_ref().map_or(i64::MAX, |(_, until_ms)| *until_ms).min(self.deadline_ms());
        let unwritten = self.has_unwritten();
        let patience = if self.is_promised() { Duration::ZERO } else { WATCHERS_PATIENCE };
        let write_at = *self.unwritten_since.get_or_insert_with(Instant::now) + patience;
        let letterbox = Arc::clone(&self.letterbox);
        tokio::select! {
            biased;
            () = self.inner.stop.cancelled() => {
                self.leave().await?;
            }
            () = letterbox.rung() => {
                self.letterbox.has_mail();
                self.read_mail().await;
            }
            Some(ended) = self.calls.join_next() => self.take_call(ended),
            () = sleep_until(instant_of(wake_at)) => self.take_time(timer),
            () = sleep_until(write_at), if unwritten => self.flush(Status::Running).await?,
        }
        Ok(())
    }

    async fn read_mail(&mut self) {
        if let Err(error) = self.take_mail().await {
            tracing::warn!(run.id = %self.run, %error, "what was sent to a run could not be read yet");
            tokio::time::sleep(ASK_AGAIN).await;
            self.letterbox.ring();
        }
    }

    pub(super) fn take_time(&mut self, timer: Option<(Path, i64)>) {
        let at_ms = now_ms();
        if at_ms >= self.deadline_ms() {
            self.was_cut_off = self.state.is_ending();
            self.stop(Event::TimedOut { after_ms: self.timeout_ms(), at_ms });
        } else if let Some((path, until_ms)) = timer
            && at_ms >= until_ms
        {
            self.due(path, at_ms);
        }
    }

    /// A waiting step's moment has come: its end, or a reminder before it.
    pub(super) fn due(&mut self, path: Path, at_ms: i64) {
        match self.state.due(&path, at_ms) {
            Some(Due::GoesOn) => {
                self.emit(Event::TimerDue { path, at_ms });
            }
            Some(Due::Fails { attempt, error }) => self.fail(path, attempt, RunError::clone(&error), Vec::new()),
            Some(Due::Reminder) => self.remind(path),
            None => {}
        }
    }

    /// With nothing running, decides whether the run stays in memory for its timers. If not, it is on disk when this returns.
    async fn stays_in_memory(&mut self) -> Result<bool, Stopped> {
        if !self.state.has_waits() {
            // Nothing runs, nothing waits and nothing can start: the core would have said how it ends.
            tracing::error!(run.id = %self.run, "the run has nothing left to do and has not ended");
            return Err(Stopped);
        }
        let now_ms = now_ms();
        let stays = self.wake_ms().is_some_and(|nearest_ms| nearest_ms - now_ms <= SHORT_WAIT_MS);
        if self.has_unwritten() || !stays {
            self.flush(Status::Waiting).await?;
        }
        Ok(stays)
    }

    /// The server stops: calls may end while there is time, what happened is written, the journal has the rest. A run that comes to
    /// its end without another call does, for whoever waits for it.
    async fn leave(&mut self) -> Result<(), Stopped> {
        while let Some(Some(ended)) = self.inner.hurry.run_until_cancelled(self.calls.join_next()).await {
            self.take_call(ended);
        }
        if self.has_unwritten() {
            self.flush(Status::Running).await?;
        }
        // What this leads to is written only with the end: a step that is noted as started has to be made.
        match self.calls.is_empty() && self.compute().await && self.finish.is_some() {
            true => Ok(()),
            false => Err(Stopped),
        }
    }

    /// Stops the run by an event: its calls are cut off.
    pub(super) fn stop(&mut self, event: Event) {
        if self.emit(event) {
            self.stop_calls.cancel();
            // The clean-up makes calls of its own.
            self.stop_calls = CancellationToken::new();
        }
    }

    pub(super) fn has_unwritten(&self) -> bool {
        !self.unwritten.is_empty()
            || self.stored_as.is_none()
            || !self.children.is_empty()
            || !self.approvals.is_empty()
    }

    /// Whether somebody waits for nothing but the next flush.
    fn is_promised(&self) -> bool {
        self.waiter.as_ref().is_some_and(|waiter| match waiter.wait {
            Wait::No => self.stored_as.is_none(),
            Wait::Response => self.response.is_some(),
            Wait::End => false,
        })
    }

    fn next_timer(&self) -> Option<(Path, i64)> {
        self.state.timers().filter(|(path, _)| !self.reminding.contains(path)).min_by_key(|(_, until_ms)| *until_ms)
    }

    /// The nearest moment at which something happens to the run, should it be put to disk now.
    pub(super) fn wake_ms(&self) -> Option<i64> {
        let deadline_ms = self.program.run_timeout_ms.map(|_| self.deadline_ms());
        self.next_timer().map(|(_, until_ms)| until_ms).into_iter().chain(deadline_ms).min()
    }

    fn timeout_ms(&self) -> u64 {
        self.program.run_timeout_ms.unwrap_or(RUN_TIMEOUT_MS)
    }

    /// A limit that the workflow sets holds for the run as a whole, the server's own only for what is done in one go.
    fn deadline_ms(&self) -> i64 {
        let from_ms = if self.program.run_timeout_ms.is_some() { self.started_ms } else { self.taken_up_ms };
        let deadline_ms = from_ms.saturating_add_unsigned(self.timeout_ms());
        if self.was_cut_off {
            return i64::MAX;
        }
        match self.state.is_ending() {
            // A clean-up has as much time again.
            true => deadline_ms.saturating_add_unsigned(self.timeout_ms()),
            false => deadline_ms,
        }
    }

    /// A store that is not there for the moment keeps a run from ending; anything else is final.
    pub(super) fn is_passing(error: &StoreError) -> bool {
        matches!(error, StoreError::Unavailable(_))
    }
}

fn history_limit() -> RunError {
    let message = format!(
        "more than {MOST_HISTORY} things happened in the run, the most its history may hold: split the work among several \
         runs by `call_workflow`, or look for a loop that does not end"
    );
    RunError::new(ErrorKind::Limit, "history_limit", message)
}

/// The moment of the monotonic clock at which the wall clock shows `at_ms`, as far as can be known now.
fn instant_of(at_ms: i64) -> Instant {
    // A month ahead is as good as never for a run in memory, and does not overflow the clock.
    let ahead_ms = at_ms.saturating_sub(now_ms()).clamp(0, 30 * 86_400_000);
    Instant::now() + Duration::from_millis(ahead_ms as u64)
}
