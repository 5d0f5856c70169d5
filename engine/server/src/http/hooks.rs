//! Webhooks: any request to `/hooks/{path}` that a published workflow answers to starts a run.
//!
//! This is the busiest route, so it asks nothing of the database itself: routes are in memory, and the run's own write is
//! the only one.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use weft_core::run::{Finish, Start};

use super::body::{self, WEBHOOK_BODY};
use super::problem::{Code, Problem};
use super::webhook_value;
use super::{headers, router};
use crate::app::App;
use crate::ids::RunId;
use crate::nodes;
use crate::runner::{Ended, Order, Wait};
use crate::store::runs::{Trigger, TriggerKind};
use crate::triggers::{Respond, WebhookRoute};

const RUN_ID: HeaderName = HeaderName::from_static("weft-run-id");

/// The longest a caller is kept waiting; after that it is answered as if it had asked for an answer at once.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// Headers a workflow may not set: they belong to the connection, to our origin, or to us.
const OURS: [&str; 13] = [
    "connection",
    "content-length",
    "content-security-policy",
    "content-security-policy-report-only",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "weft-run-id",
];

#[derive(Serialize)]
struct Accepted {
    run_id: RunId,
}

/// Receives a request for a workflow.
pub async fn receive(State(app): State<App>, request: Request) -> Response {
    let mut response = answer(&app, request).await.unwrap_or_else(Problem::into_response);
    headers::sandbox(&mut response);
    response
}

async fn answer(app: &App, request: Request) -> Result<Response, Problem> {
    let (parts, content) = request.into_parts();
    let path = decoded_path(parts.uri.path())?;
    let Some(route) = app.triggers().webhook(&path, parts.method.as_str()) else {
        return no_route(app, &path, &parts.method);
    };
    let bytes = body::read(&parts.headers, content, WEBHOOK_BODY).await?;
    let input = webhook_value::of(&parts, &path, bytes)?;
    let order = order(&route, input);
    let wait = order.wait;
    let run = RunId::fresh();
    let started = app.runner().start_within(LONGEST_WAIT, run, order).await?;
    let mut response = match started.ended {
        Some(_) if started.is_skipped => skipped().in_run(run).into_response(),
        Some(ended) => told(run, ended, wait).unwrap_or_else(Problem::into_response),
        None => (StatusCode::ACCEPTED, axum::Json(Accepted { run_id: run })).into_response(),
    };
    if let Ok(id) = HeaderValue::try_from(run.to_string()) {
        response.headers_mut().insert(RUN_ID, id);
    }
    Ok(response)
}

fn order(route: &WebhookRoute, input: Value) -> Order {
    Order {
        workspace: route.workspace,
        workflow: route.workflow,
        revision: route.revision,
        trigger: Trigger { kind: TriggerKind::Webhook, node: Some(route.node.clone()), fire_ms: None },
        input,
        start: Start { trigger: Some(route.node.clone()), ..Start::default() },
        wait: match route.respond {
            Respond::AtOnce => Wait::No,
            Respond::AtEnd => Wait::End,
            Respond::ByNode => Wait::Response,
        },
        fire: None,
        root: None,
    }
}

/// The path behind `/hooks/` as people wrote it.
fn decoded_path(path: &str) -> Result<Cow<'_, str>, Problem> {
    let path = path.strip_prefix(router::HOOKS).unwrap_or(path).trim_matches('/');
    let malformed = |_| Problem::new(Code::MalformedRequest, "The path is not UTF-8.");
    percent_encoding::percent_decode_str(path).decode_utf8().map_err(malformed)
}

fn no_route(app: &App, path: &str, method: &Method) -> Result<Response, Problem> {
    let methods = app.triggers().methods(path);
    if methods.is_empty() {
        let detail = "No published workflow has a webhook with this path. Publish the workflow, and compare the path with its webhook node.";
        return Err(Problem::new(Code::NoSuchWebhook, detail));
    }
    let allowed = methods.join(", ");
    let mut response =
        Problem::new(Code::MethodNotAllowed, format!("This webhook takes {allowed}, not {method}.")).into_response();
    if let Ok(allowed) = HeaderValue::try_from(allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    Ok(response)
}

fn skipped() -> Problem {
    let detail = "Another run of the workflow is going, and its `settings.overlap` is `skip`. Send it again when that run has ended, \
                  or let runs wait for their turn with `queue`.";
    Problem::new(Code::RunSkipped, detail)
}

/// What the caller is told of a run it waited for.
fn told(run: RunId, ended: Ended, wait: Wait) -> Result<Response, Problem> {
    if let Some(response) = ended.response {
        return Ok(of_workflow(response));
    }
    match ended.finish {
        Some(Finish::Succeeded(output)) if wait == Wait::End => Ok(axum::Json(&*output).into_response()),
        Some(Finish::Succeeded(_)) | None => {
            let detail = "The run ended without passing a Respond node, which its webhook waits for.";
            Err(Problem::new(Code::NoResponse, detail).in_run(run))
        }
        Some(Finish::Failed(error)) => {
            let place = error.node.as_ref().map(|node| format!("At `{node}`: ")).unwrap_or_default();
            Err(Problem::new(Code::RunFailed, format!("{place}{}", error.message)).in_run(run))
        }
        Some(Finish::Cancelled) => {
            let detail = "Somebody cancelled the run, or a newer one took its place because `settings.overlap` is `cancel_running`.";
            Err(Problem::new(Code::RunCancelled, detail).in_run(run))
        }
    }
}

/// The answer a `respond` node gave. What it may not say is left out.
fn of_workflow(given: nodes::Response) -> Response {
    let status = StatusCode::from_u16(given.status).unwrap_or(StatusCode::OK);
    let (content_type, content) = match given.body {
        Value::Null => (None, Body::empty()),
        Value::String(text) => (Some("text/plain; charset=utf-8"), Body::from(text)),
        other => (Some("application/json"), Body::from(other.to_string())),
    };
    let mut response = (status, content).into_response();
    response.headers_mut().remove(CONTENT_TYPE);
    if let Some(content_type) = content_type {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    set_headers(&mut response, given.headers);
    response
}

/// Sets the headers that somebody else than we may set; the others are left out.
pub(super) fn set_headers(response: &mut Response, headers: impl IntoIterator<Item = (String, String)>) {
    for (name, value) in headers {
        let is_ours = OURS.contains(&name.to_ascii_lowercase().as_str());
        if let (false, Ok(name), Ok(value)) = (is_ours, HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
}

/// Joins what came more than once: one value stays alone, several become a list.
pub(super) fn collect(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut collected = Map::new();
    for (name, value) in pairs {
        match collected.get_mut(&name) {
            None => {
                collected.insert(name, Value::String(value));
            }
            Some(Value::Array(values)) => values.push(Value::String(value)),
            Some(single) => *single = Value::Array(vec![single.take(), Value::String(value)]),
        }
    }
    collected
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use weft_core::run::{ErrorKind, RunError};

    use super::*;

    fn response(headers: &[(&str, &str)], body: Value) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        of_workflow(nodes::Response { status: 201, headers, body })
    }

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_workflow_chooses_status_headers_and_body() {
        let answer = response(&[("x-order", "7"), ("content-type", "text/csv")], json!("a,b"));
        assert_eq!(answer.status(), StatusCode::CREATED);
        assert_eq!(answer.headers()["x-order"], "7");
        assert_eq!(answer.headers()[CONTENT_TYPE], "text/csv");
        assert_eq!(text(answer).await, "a,b");
        let answer = response(&[], json!({ "a": [1] }));
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(text(answer).await, r#"{"a":[1]}"#);
        assert_eq!(text(response(&[], Value::Null)).await, "");
    }

    #[test]
    fn what_is_ours_stays_ours() {
        let given = [
            ("Set-Cookie", "weft_session=stolen"),
            ("Content-Security-Policy", "script-src *"),
            ("transfer-encoding", "chunked"),
            ("content-length", "7000"),
            ("weft-run-id", "run_0"),
            ("bad header", "x"),
            ("x-bad", "line\r\nbreak"),
        ];
        let mut answer = response(&given, json!("x"));
        headers::sandbox(&mut answer);
        let names: Vec<_> = answer.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["content-type", "content-security-policy", "x-content-type-options", "referrer-policy"]);
        assert_eq!(answer.headers()["content-security-policy"], "sandbox");
    }

    #[test]
    fn the_end_of_a_run_becomes_an_answer() {
        let check = |finish: Option<Finish>, wait: Wait, expected: Result<u16, &str>| {
            let answer = told(RunId::fresh(), Ended { finish, response: None }, wait);
            let told = answer.as_ref().map(|response| response.status().as_u16()).map_err(|problem| problem.code());
            assert_eq!(told, expected);
        };
        let output = || Some(Finish::Succeeded(Arc::new(json!(1))));
        check(output(), Wait::End, Ok(200));
        check(output(), Wait::Response, Err("no_response"));
        let failure = RunError::new(ErrorKind::Permanent, "failed", "No stock");
        check(Some(Finish::Failed(Arc::new(failure))), Wait::End, Err("run_failed"));
        check(Some(Finish::Cancelled), Wait::End, Err("run_cancelled"));
    }

    #[test]
    fn paths_are_decoded() {
        assert_eq!(decoded_path("/hooks/orders/new").unwrap(), "orders/new");
        assert_eq!(decoded_path("/hooks/a%20b/").unwrap(), "a b");
        assert_eq!(decoded_path("/hooks/%ff").unwrap_err().code(), "malformed_request");
    }
}
