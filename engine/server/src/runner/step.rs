//! One attempt of a step: what it is given, and what a plugin made of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use weft_core::expression::{Scope, Steps};
use weft_core::run::{ErrorKind, Log, Path, RunError, RunState};

use super::Inner;
use super::program::{Action, Plan, What};
use crate::clock::now_ms;
use crate::ids::RunId;
use crate::nodes::{Context, Outcome};
use crate::plugin_host::{Call, CallError, LogLevel};

/// Pages of results one step may collect.
const MOST_PAGES: usize = 1_000;

/// What a step sees of the run it is in.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub state: &'a RunState,
    pub run: RunId,
    /// What expressions read as `run`.
    pub about: &'a Value,
    pub vars: &'a Value,
}

/// What a started step asks for.
pub(super) enum Asked {
    Outcome(Outcome),
    Call(Action, Value),
}

/// The outputs a step at a path can read.
struct Visible<'a> {
    state: &'a RunState,
    path: &'a Path,
}

impl Steps for Visible<'_> {
    fn output(&self, node_id: &str) -> Option<&Value> {
        self.state.output(self.path, node_id)
    }

    fn ids(&self) -> Vec<String> {
        self.state.visible(self.path).into_iter().map(ToString::to_string).collect()
    }
}

impl Surroundings<'_> {
    /// Evaluates the parameters of a step and lets its node decide. A panic in there fails this step only.
    pub fn ask(&self, plan: &Plan, path: &Path, input: &Arc<Value>) -> Result<Asked, RunError> {
        let steps = Visible { state: self.state, path };
        let item = self.state.item(path);
        let scope = Scope {
            input,
            steps: &steps,
            trigger: self.state.input(),
            run: self.about,
            vars: self.vars,
            item: item.map(|(item, _)| item),
            index: item.map(|(_, index)| index as u64),
            now_ms: now_ms(),
            seed: seed(self.run, path),
        };
        let context = Context {
            params: &plan.params,
            plain: &plan.plain,
            scope,
            input,
            has_several_sources: plan.has_several_sources,
        };
        catch_unwind(AssertUnwindSafe(|| ask(plan, &context))).unwrap_or_else(|_| {
            let message = "the node stopped on an internal error; the server's log has the details";
            Err(RunError::new(ErrorKind::Plugin, "node_panicked", message))
        })
    }
}

fn ask(plan: &Plan, context: &Context<'_>) -> Result<Asked, RunError> {
    match &plan.what {
        What::Action(action) => Ok(Asked::Call(action.clone(), Value::Object(context.resolve()?))),
        What::BuiltIn { node, calls } => match ((node.run)(context)?, calls) {
            (Outcome::Call { params }, Some(action)) => Ok(Asked::Call(action.clone(), params)),
            (outcome, _) => Ok(Asked::Outcome(outcome)),
        },
    }
}

/// A number that is the same for every attempt of a step, and different for every other step.
fn seed(run: RunId, path: &Path) -> u64 {
    let digest = digest(run, path);
    u64::from_le_bytes(digest[..8].try_into().expect("eight bytes of thirty-two"))
}

/// The same for every attempt of a step. The attempt's number is left out on purpose.
fn idempotency_key(run: RunId, path: &Path) -> String {
    digest(run, path)[..20].iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest(run: RunId, path: &Path) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(run.0.as_bytes());
    hash.update(path.0.as_bytes());
    hash.finalize().into()
}

/// A call of a plugin's action that is about to be made.
#[derive(Debug)]
pub(super) struct PendingCall {
    pub path: Path,
    pub attempt: u32,
    pub action: Action,
    pub params: Value,
    pub input: Arc<Value>,
    pub timeout: Duration,
}

/// How a call ended.
#[derive(Debug)]
pub(super) struct CallEnded {
    pub path: Path,
    pub attempt: u32,
    pub result: Result<Value, RunError>,
    pub logs: Vec<Log>,
}

impl PendingCall {
    /// Makes the call, page after page, within one timeout.
    pub async fn make(self, inner: Arc<Inner>, run: RunId, cancel: CancellationToken) -> CallEnded {
        let mut logs = Vec::new();
        let pages = self.pages(&inner, run, &cancel, &mut logs);
        let result = match tokio::time::timeout(self.timeout, pages).await {
            Ok(result) => result,
            Err(_) => {
                let limit_ms = self.timeout.as_millis();
                let message = format!("the step took longer than {limit_ms} ms, the limit set by `timeout_ms`");
                Err(RunError::new(ErrorKind::Timeout, "step_timeout", message))
            }
        };
        CallEnded { path: self.path, attempt: self.attempt, result, logs }
    }

    async fn pages(
        &self,
        inner: &Inner,
        run: RunId,
        cancel: &CancellationToken,
        logs: &mut Vec<Log>,
    ) -> Result<Value, RunError> {
        let mut collected = Vec::new();
        let mut cursor = None;
        for page in 0..MOST_PAGES {
            let call = Call {
                action: self.action.action.clone(),
                params: self.params.clone(),
                items: vec![Value::clone(&self.input)],
                cursor: cursor.take(),
                idempotency_key: idempotency_key(run, &self.path),
                attempt: self.attempt,
                timeout: self.timeout,
                grants: Vec::new(),
            };
            let result = inner.sandbox.call(&self.action.plugin, &self.action.sha256, call, cancel.clone()).await?;
            logs.extend(result.logs.into_iter().map(|line| Log {
                level: level_name(line.level).to_owned(),
                message: line.message,
                fields: line.fields,
                at_ms: line.at_ms,
            }));
            let mut outcome = result.result.map_err(run_error)?;
            if page == 0 && outcome.next.is_none() && outcome.items.len() == 1 {
                return Ok(outcome.items.remove(0));
            }
            collected.append(&mut outcome.items);
            match outcome.next {
                Some(next) => cursor = Some(next),
                None => return Ok(Value::Array(collected)),
            }
        }
        let message = format!("the action has more than {MOST_PAGES} pages of results: narrow down what it asks for");
        Err(RunError {
            details: Some(json!({ "pages": MOST_PAGES })),
            ..RunError::new(ErrorKind::Limit, "too_many_pages", message)
        })
    }
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

fn run_error(error: CallError) -> RunError {
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
