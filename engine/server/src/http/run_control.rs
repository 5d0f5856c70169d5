//! What can be done with a run: stop it, do it again, send it something, decide about its steps, delete it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use weft_core::document::{NodeId, OUT};
use weft_core::run::{Answer, Answerer, ErrorKind, Path as StepPath, RetakeFrom, RunError};

use super::caller::Caller;
use super::json::{AnyJson, Json, OptionalJson};
use super::parameters::Path;
use super::problem::{Code, Problem, ProblemBody};
use super::run_views::RunView;
use super::runs::{created, shown};
use crate::accounts::Permission;
use crate::app::App;
use crate::ids::RunId;
use crate::nodes::is_signal_name;
use crate::store::runs::Message;
use crate::workflows;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rerun {
    /// The earlier run's input when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Value)]
    input: Option<Value>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RetryRun)]
pub struct Retry {
    /// `failed` for everything that did not come to a good end (also when absent), or the id of a node to begin at.
    #[serde(default)]
    from: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// The interrupted step.
    #[schema(value_type = String)]
    path: StepPath,
    resolution: Resolution,
    /// What the step is to have come to, when it is marked as done; `null` when absent.
    #[serde(default)]
    output: Value,
}

/// What becomes of a step that was interrupted by the end of the server.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// It is done again.
    Retry,
    /// It had its effect.
    Done,
    /// It counts as failed.
    Fail,
}

/// An input of `null` is an input.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Cancel a run
///
/// It starts nothing more, its calls are cut off, and its clean-up branch runs; the answer may still show it running.
#[utoipa::path(post, path = "/runs/{id}/cancel", operation_id = "cancel_run", tag = "runs", params(("id" = String, Path)),
    responses((status = 202, body = RunView), (status = "4XX", body = ProblemBody)))]
pub async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RunId>,
) -> Result<(StatusCode, Json<RunView>), Problem> {
    let workspace = caller.may(Permission::CancelRuns)?;
    app.runner().cancel(workspace, id).await?;
    Ok((StatusCode::ACCEPTED, Json(shown(&app, workspace, id).await?)))
}

/// Run again what a run ran
#[utoipa::path(post, path = "/runs/{id}/rerun", operation_id = "rerun", tag = "runs", params(("id" = String, Path)), request_body = Option<Rerun>,
    responses((status = 201, body = RunView), (status = "4XX", body = ProblemBody)))]
pub async fn rerun(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RunId>,
    OptionalJson(body): OptionalJson<Rerun>,
) -> Result<(StatusCode, HeaderMap, Json<RunView>), Problem> {
    let workspace = caller.may(Permission::StartRuns)?;
    let run = workflows::rerun(&app, workspace, id, body.input, caller.trigger_kind()).await?;
    created(&app, workspace, run).await
}

/// Go on where a run failed, or from a node
///
/// A new run takes over what had finished and does the rest. What failed is done again under its old idempotency key; what is
/// repeated from a node gets a new one.
#[utoipa::path(post, path = "/runs/{id}/retry", operation_id = "retry_run", tag = "runs", params(("id" = String, Path)), request_body = Option<Retry>,
    responses((status = 201, body = RunView), (status = "4XX", body = ProblemBody)))]
pub async fn retry(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RunId>,
    OptionalJson(body): OptionalJson<Retry>,
) -> Result<(StatusCode, HeaderMap, Json<RunView>), Problem> {
    let workspace = caller.may(Permission::StartRuns)?;
    let from = match body.from.as_deref() {
        None | Some("failed") => RetakeFrom::Failed,
        Some(node) => RetakeFrom::Node(NodeId::from(node)),
    };
    let run = app.runner().retry(workspace, id, from, caller.trigger_kind()).await?;
    created(&app, workspace, run).await
}

/// Send a run a signal
///
/// The body is what the signal carries. It ends the oldest wait for an event of this name; one that comes early is kept.
#[utoipa::path(post, path = "/runs/{id}/signals/{name}", operation_id = "send_signal", tag = "runs",
    params(("id" = String, Path), ("name" = String, Path)), request_body = Option<Value>,
    responses((status = 202, description = "The signal is stored"), (status = "4XX", body = ProblemBody)))]
pub async fn signal(
    State(app): State<App>,
    caller: Caller,
    Path((id, name)): Path<(RunId, String)>,
    AnyJson(data): AnyJson,
) -> Result<StatusCode, Problem> {
    let workspace = caller.may(Permission::StartRuns)?;
    app.runner().send(workspace, id, signal_of(name, data)?).await?;
    Ok(StatusCode::ACCEPTED)
}

pub fn signal_of(name: String, data: Value) -> Result<Message, Problem> {
    if !is_signal_name(&name) {
        let detail = "The name of a signal has at most 100 letters, digits, `_`, `-` and `.`.";
        return Err(Problem::new(Code::InvalidSignal, detail).at_field("name"));
    }
    Ok(Message::Signal { name, data })
}

/// Decide about a step that was interrupted
///
/// The server died while it ran, and it must not simply be repeated: see whether it had its effect.
#[utoipa::path(post, path = "/runs/{id}/steps/resolve", operation_id = "resolve_step", tag = "runs", params(("id" = String, Path)), request_body = Resolve,
    responses((status = 202, description = "The decision is stored"), (status = "4XX", body = ProblemBody)))]
pub async fn resolve(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RunId>,
    Json(body): Json<Resolve>,
) -> Result<StatusCode, Problem> {
    let workspace = caller.may(Permission::StartRuns)?;
    let timeline = app.runner().timeline(workspace, id).await?;
    let timeline =
        timeline.ok_or_else(|| Problem::new(Code::RunNotFound, "There is no such run in this workspace."))?;
    if !timeline.is_interrupted(&body.path) {
        let detail = format!("The step `{}` of this run was not interrupted, or it was decided already.", body.path);
        return Err(Problem::new(Code::StepNotInterrupted, detail).at_field("path").at_pointer("/path"));
    }
    let answer = match body.resolution {
        Resolution::Retry => Answer::Retry,
        Resolution::Done => Answer::Leave { port: OUT.into(), output: Arc::new(body.output) },
        Resolution::Fail => Answer::Fail { error: Arc::new(given_up(&body.path)) },
    };
    app.runner().send(workspace, id, Message::Answer { path: body.path, from: Answerer::Operator, answer }).await?;
    Ok(StatusCode::ACCEPTED)
}

fn given_up(path: &StepPath) -> RunError {
    let message = "the server died while this step ran, and a person decided that it counts as failed";
    RunError {
        node: Some(path.node().into()),
        path: Some(path.clone()),
        ..RunError::new(ErrorKind::Permanent, "interrupted", message)
    }
}
