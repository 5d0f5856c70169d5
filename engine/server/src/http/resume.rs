//! Signals by link: whoever was handed the address of a run may send it signals, without signing in.

use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::body::{self, API_BODY};
use super::problem::{Code, Problem};
use super::run_control::signal_of;
use super::{headers, webhook_value};
use crate::app::App;
use crate::store::runs;

/// Receives a signal. A GET carries its query, everything else its body.
pub async fn receive(
    State(app): State<App>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let mut response = match take(&app, &token, name, request).await {
        Ok(()) => (StatusCode::ACCEPTED, "Thank you, that was taken in.\n").into_response(),
        Err(problem) => problem.into_response(),
    };
    headers::sandbox(&mut response);
    response
}

/// Answers a HEAD, by which mail scanners and previews look at links: it sends nothing.
pub async fn look() -> Response {
    let mut response = StatusCode::OK.into_response();
    headers::sandbox(&mut response);
    response
}

async fn take(app: &App, token: &str, name: String, request: Request) -> Result<(), Problem> {
    let unknown = || Problem::new(Code::ResumeLinkNotFound, "Compare the link with the one you were sent.");
    let run = app.links().run_of(token).ok_or_else(unknown)?;
    let workspace = runs::workspace_of(app.store(), run).await?.ok_or_else(unknown)?;
    let (parts, content) = request.into_parts();
    let bytes = body::read(&parts.headers, content, API_BODY).await?;
    let mut value = webhook_value::of(&parts, &name, bytes)?;
    let part = if parts.method == Method::GET { "query" } else { "body" };
    let data = value.get_mut(part).map(Value::take).unwrap_or_default();
    app.runner().send(workspace, run, signal_of(name, data)?).await?;
    Ok(())
}
