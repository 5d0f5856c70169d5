//! What a step waits for outside of its run: the call of a plugin's action, or an answer of the store.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use weft_core::document::OUT;
use weft_core::run::{ErrorKind, Log, Path, RunError};

use super::Inner;
use super::children::{Family, Notice};
use super::drive::Drive;
use super::kept::change_of;
use super::program::Action;
use super::queue::Queued;
use crate::clock::now_ms;
use crate::failpoint;
use crate::flight_recorder::Flight;
use crate::ids::{RunId, WorkflowId};
use crate::links::{fresh_token, hex};
use crate::nodes::{Keys, Question, Subrun};
use crate::plugin_host::{Call, CallError, Files, Frame, LogLevel, State, Turn, Waited};
use crate::store::StoreError;
use crate::store::plugin_state::{Change, Place};
use crate::store::runs::{Child, FirstSeen, TriggerKind};

/// Pages of results one step may collect.
const MOST_PAGES: usize = 1_000;

/// The results of one step, as JSON.
const MOST_BYTES: usize = 16 << 20;

/// Something a step waits for.
#[derive(Debug)]
pub(super) struct PendingCall {
    pub path: Path,
    pub attempt: u32,
    pub work: Work,
}

#[derive(Debug)]
pub(super) enum Work {
    Action {
        action: Action,
        params: Value,
        input: Arc<Value>,
        timeout: Duration,
    },
    Dedupe(Box<Keys>),
    Start(Box<Subrun>),
    /// A question that another workflow is to tell somebody of.
    Ask(Box<Question>),
    /// The same question once more.
    Remind(Box<Notice>),
}

/// How it ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub path: Path,
    pub attempt: u32,
    /// The server stops while the store is away, so what was to be asked of it is still to be asked.
    pub is_open: bool,
    pub result: Result<Done, RunError>,
    pub logs: Vec<Log>,
}

#[derive(Debug)]
pub(super) enum Done {
    Leave {
        port: Cow<'static, str>,
        output: Arc<Value>,
    },
    /// An action came to its end.
    Acted {
        output: Arc<Value>,
        kept: Option<Box<(Change, Option<Turn>)>>,
    },
    /// A run that is stored with the next flush.
    Started {
        child: Box<(Child, Queued)>,
        subrun: Box<Subrun>,
    },
    Asked {
        question: Box<Question>,
        token: String,
        child: Box<(Child, Queued)>,
    },
    Reminded(Box<(Child, Queued)>),
}

/// Who makes the call, and for whom.
#[derive(Debug, Clone)]
struct Caller {
    inner: Arc<Inner>,
    flight: Flight,
    family: Family,
    workflow: WorkflowId,
    /// The run whose idempotency keys are used.
    origin: RunId,
    cancel: CancellationToken,
}

impl Drive {
    /// The run whose idempotency keys this one uses: its own, unless it goes on where another failed.
    pub(super) fn origin(&self) -> RunId {
        self.head.origin.unwrap_or(self.run)
    }

    pub(super) fn make(&mut self, call: PendingCall) {
        let caller = Caller {
            inner: Arc::clone(&self.inner),
            flight: self.flight(),
            family: self.family(),
            workflow: self.program.workflow,
            origin: self.origin(),
            cancel: self.stop_calls.child_token(),
        };
        self.calls.spawn(self.flight().follow(call.make(caller)));
    }

    pub(super) fn take_call(&mut self, ended: Result<Ended, JoinError>) {
        match ended {
            Ok(Ended { path, attempt, result: Ok(done), logs, .. }) => self.take_done(path, attempt, done, logs),
            // The step is left as running, and done when it is started again.
            Ok(Ended { is_open: true, .. }) => {}
            Ok(Ended { path, result: Err(error), .. }) if self.reminding.contains(&path) => {
                tracing::warn!(run.id = %self.run, %path, error = error.message, "a reminder could not be sent");
                self.reminded(path);
            }
            Ok(Ended { path, attempt, result: Err(error), logs, .. }) => self.fail(path, attempt, error, logs),
            // Calls catch the panics of guests and host functions; one that dies all the same has lost its name.
            Err(error) => {
                tracing::error!(run.id = %self.run, %error, "a call died");
                std::mem::take(&mut self.reminding).into_iter().for_each(|path| self.reminded(path));
                for (path, _, attempt, _) in self.state.running() {
                    let error = RunError::new(ErrorKind::Plugin, "call_died", "the call stopped on an internal error");
                    self.fail(path, attempt, error, Vec::new());
                }
            }
        }
    }

    fn take_done(&mut self, path: Path, attempt: u32, done: Done, logs: Vec<Log>) {
        match done {
            Done::Leave { port, output } => self.succeed(path, attempt, port.into_owned(), output, logs),
            Done::Acted { output, kept } => {
                if self.succeeded(path, attempt, OUT.to_owned(), output, logs) {
                    self.kept.extend(kept.map(|kept| *kept));
                }
            }
            Done::Started { child, subrun } => self.started(path, *child, *subrun),
            Done::Asked { question, token, child } => {
                self.children.push(*child);
                self.ask(path, *question, token);
            }
            Done::Reminded(child) => {
                self.children.push(*child);
                self.reminded(path);
            }
        }
    }
}

impl PendingCall {
    async fn make(self, caller: Caller) -> Ended {
        let PendingCall { path, attempt, work } = self;
        let mut logs = Vec::new();
        // The code of an action's error is the plugin's own.
        let asks_store = !matches!(work, Work::Action { .. });
        let result = match work {
            Work::Action { action, params, input, timeout } => {
                let params = Arc::new(params);
                let call = ActionCall { caller: &caller, path: &path, attempt, action, params, input, timeout };
                call.make(&mut logs).await
            }
            Work::Dedupe(keys) => caller.dedupe(&path, *keys).await,
            Work::Start(subrun) => {
                let input = Arc::new(subrun.input.clone());
                let child = caller.child(&path, &subrun.workflow, TriggerKind::Workflow, input).await;
                child.map(|child| Done::Started { child: Box::new(child), subrun })
            }
            Work::Ask(question) => {
                let token = fresh_token();
                let notice = Notice::first(&question, &token, &caller.inner.links);
                let child = caller.notify(&path, &notice).await;
                child.map(|child| Done::Asked { question, token, child: Box::new(child) })
            }
            Work::Remind(notice) => caller.notify(&path, &notice).await.map(|child| Done::Reminded(Box::new(child))),
        };
        let is_open = asks_store && result.as_ref().is_err_and(|error| error.code == STORE_AWAY);
        Ended { path, attempt, is_open, result, logs }
    }
}

impl Caller {
    async fn dedupe(&self, path: &Path, keys: Keys) -> Result<Done, RunError> {
        let now_ms = now_ms();
        let asked = FirstSeen {
            workflow: self.workflow,
            scope: if keys.is_shared { String::new() } else { path.node().to_owned() },
            keys: keys.hashes.clone(),
            run: self.origin,
            path: path.clone(),
            now_ms,
            expires_ms: now_ms.saturating_add_unsigned(keys.window_ms),
        };
        let is_new = loop {
            let answer = self.inner.records.first_seen(asked.clone()).await.map_err(|error| store_failed(&error));
            if !self.inner.is_to_be_asked_again(&answer).await {
                break answer?;
            }
        };
        let (port, output) = keys.settle(&is_new);
        Ok(Done::Leave { port: port.into(), output })
    }

    async fn child(
        &self,
        path: &Path,
        workflow: &str,
        kind: TriggerKind,
        input: Arc<Value>,
    ) -> Result<(Child, Queued), RunError> {
        self.inner.child(&self.family, path, workflow, kind, input).await
    }

    async fn notify(&self, path: &Path, notice: &Notice) -> Result<(Child, Queued), RunError> {
        self.child(path, &notice.workflow, TriggerKind::Workflow, Arc::new(notice.input.clone())).await
    }
}

/// The code of an error that says only that the store is away for the moment.
pub(super) const STORE_AWAY: &str = "store_unavailable";

pub(super) fn store_failed(error: &StoreError) -> RunError {
    let code = if Drive::is_passing(error) { STORE_AWAY } else { "store_failed" };
    RunError::new(ErrorKind::Retryable, code, error.to_string())
}

/// A call of a plugin's action.
struct ActionCall<'a> {
    caller: &'a Caller,
    path: &'a Path,
    attempt: u32,
    action: Action,
    params: Arc<Value>,
    input: Arc<Value>,
    timeout: Duration,
}

impl ActionCall<'_> {
    /// Makes the call, page after page, within one timeout. Waiting for a share, and for room in the host, does not count.
    async fn make(self, logs: &mut Vec<Log>) -> Result<Done, RunError> {
        let Caller { inner, workflow, family, cancel, .. } = self.caller;
        let Some(_share) = cancel.run_until_cancelled(inner.shares.take(*workflow)).await else {
            return Err(RunError::new(
                ErrorKind::Cancelled,
                "cancelled",
                "the run was stopped before the call was made",
            ));
        };
        failpoint::pass("call.before", || self.params.to_string());
        let waited = Waited::default();
        let files = inner.calls.files(family.workspace, family.run);
        let ended = waited.timeout(self.timeout, self.pages(&waited, &files, logs)).await;
        files.end().await;
        failpoint::pass("call.after", || self.params.to_string());
        match ended {
            Some(result) => result.map(|(output, state)| Done::Acted {
                output: Arc::new(output),
                kept: change_of(state, || self.place()).map(Box::new),
            }),
            None => {
                let limit_ms = self.timeout.as_millis();
                let message = format!("the step took longer than {limit_ms} ms, the limit set by `timeout_ms`");
                Err(RunError::new(ErrorKind::Timeout, "step_timeout", message))
            }
        }
    }

    /// Whose state the call works with.
    fn place(&self) -> Place {
        let node = self.path.node().to_owned();
        Place { workflow: self.caller.workflow, node, plugin: self.action.plugin.clone() }
    }

    async fn pages(&self, waited: &Waited, files: &Files, logs: &mut Vec<Log>) -> Result<(Value, State), RunError> {
        let Caller { inner, flight, family, origin, cancel, .. } = self.caller;
        let mut state = inner.calls.state(self.place());
        let mut collected = Vec::new();
        let mut bytes = 0;
        let mut cursor = None;
        for page in 0..MOST_PAGES {
            let call = Call {
                action: self.action.action.clone(),
                params: Arc::clone(&self.params),
                items: vec![Arc::clone(&self.input)],
                cursor: cursor.take(),
                idempotency_key: idempotency_key(*origin, self.path),
                attempt: self.attempt,
                is_dry_run: false,
            };
            let frame = Frame {
                timeout: self.timeout,
                state,
                files: files.clone(),
                flight: flight.clone(),
                waited: waited.clone(),
                cancel: cancel.clone(),
                ..Frame::default()
            };
            let result = inner.calls.call(family.workspace, &self.action, call, frame).await?;
            state = result.state;
            logs.extend(result.logs.into_iter().map(|line| Log {
                level: level_name(line.level).to_owned(),
                message: line.message,
                fields: line.fields,
                at_ms: line.at_ms,
            }));
            let mut outcome = result.result.map_err(run_error)?;
            if page == 0 && outcome.next.is_none() && outcome.items.len() == 1 {
                return Ok((outcome.items.remove(0), state));
            }
            bytes += outcome.bytes;
            if bytes > MOST_BYTES {
                let message = format!(
                    "the action's results come to more than {} MiB: narrow down what it asks for",
                    MOST_BYTES >> 20
                );
                return Err(RunError::new(ErrorKind::Limit, "too_many_results", message));
            }
            collected.append(&mut outcome.items);
            match outcome.next {
                Some(next) => cursor = Some(next),
                None => return Ok((Value::Array(collected), state)),
            }
        }
        let message = format!("the action has more than {MOST_PAGES} pages of results: narrow down what it asks for");
        Err(RunError {
            details: Some(json!({ "pages": MOST_PAGES })),
            ..RunError::new(ErrorKind::Limit, "too_many_pages", message)
        })
    }
}

/// The same for every attempt of a step. The attempt's number is left out on purpose.
pub(super) fn idempotency_key(run: RunId, path: &Path) -> String {
    let digest = Sha256::new_with_prefix(run.0.as_bytes()).chain_update(path.0.as_bytes()).finalize();
    hex(&digest[..20])
}

fn level_name(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Trace => "trace",
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}

/// A plugin's error as the error of a step.
pub fn run_error(error: CallError) -> RunError {
    use crate::plugin_host::ErrorKind as Host;
    let kind = match error.kind {
        Host::Retryable => ErrorKind::Retryable,
        Host::Permanent => ErrorKind::Permanent,
        Host::RateLimited => ErrorKind::RateLimited,
        Host::Auth => ErrorKind::Auth,
        Host::InvalidInput => ErrorKind::InvalidInput,
        Host::Cancelled => ErrorKind::Cancelled,
        Host::Timeout => ErrorKind::Timeout,
        Host::Limit => ErrorKind::Limit,
        Host::Plugin => ErrorKind::Plugin,
    };
    RunError {
        pointer: error.pointer,
        details: error.details,
        retry_after_ms: error.retry_after_ms,
        ..RunError::new(kind, &error.code, error.message)
    }
}
