//! Triggers of plugins: how they fare, what they would find, and the requests that services send to them.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::body::{self, WEBHOOK_BODY};
use super::caller::Caller;
use super::hooks::set_headers;
use super::json::Json;
use super::parameters::Path;
use super::problem::{Code, Problem, ProblemBody};
use super::run_views::ErrorView;
use super::{headers, router};
use crate::accounts::Permission;
use crate::app::App;
use crate::clock::now_ms;
use crate::ids::WorkflowId;
use crate::plugin_host::{Inbound, Reply};
use crate::store::plugin_triggers::{self as stored, Kind, PluginTrigger};
use crate::store::workflows;
use crate::triggers::Received;
use crate::workflows as drawn;

/// A trigger of a plugin in service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginTrigger)]
pub struct PluginTriggerView {
    node: String,
    /// `plugin/trigger`.
    r#type: String,
    kind: Kind,
    state: TriggerState,
    /// Where services send their requests. It is a secret. Absent of polled triggers.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Whether the plugin tells the service its address. If not, somebody must.
    subscribes: bool,
    /// When it was seen to last.
    #[schema(required)]
    last_ms: Option<i64>,
    /// When it is seen to next.
    #[schema(required)]
    next_ms: Option<i64>,
    /// Since when it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    failing_since_ms: Option<i64>,
    /// Why it failed the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerState {
    /// It does what it should.
    Working,
    /// It was not seen to yet.
    Connecting,
    /// It failed the last time and is tried again.
    Failing,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PluginTriggerList {
    items: Vec<PluginTriggerView>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeSample {
    /// The node of a trigger that is polled, in the draft.
    node: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Sample {
    /// What would start runs now, at most ten.
    items: Vec<Value>,
}

/// List how the triggers of plugins in a published workflow fare
#[utoipa::path(get, path = "/workflows/{id}/triggers", operation_id = "list_plugin_triggers", tag = "workflows",
    params(("id" = String, Path, description = "A workflow")),
    responses((status = 200, body = PluginTriggerList), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
) -> Result<Json<PluginTriggerList>, Problem> {
    let workspace = caller.may(Permission::ViewWorkflows)?;
    if workflows::find(app.store(), workspace, id).await?.is_none() {
        return Err(drawn::WorkflowError::NotFound.into());
    }
    let found = stored::of_workflow(app.store(), workspace, id).await?;
    let items = found.into_iter().map(|trigger| PluginTriggerView::of(trigger, &app)).collect();
    Ok(Json(PluginTriggerList { items }))
}

/// Show what a trigger that is polled would find now, without starting a run
#[utoipa::path(post, path = "/workflows/{id}/sample", operation_id = "sample_trigger", tag = "workflows",
    params(("id" = String, Path, description = "A workflow")), request_body = TakeSample,
    responses((status = 200, body = Sample), (status = "4XX", body = ProblemBody)))]
pub async fn sample(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
    Json(asked): Json<TakeSample>,
) -> Result<Json<Sample>, Problem> {
    let workspace = caller.may(Permission::EditWorkflows)?;
    Ok(Json(Sample { items: drawn::sample(&app, workspace, id, &asked.node).await? }))
}

impl PluginTriggerView {
    fn of(trigger: PluginTrigger, app: &App) -> PluginTriggerView {
        let is_waited_for = trigger.kind == Kind::Poll || trigger.subscribes;
        PluginTriggerView {
            r#type: format!("{}/{}", trigger.plugin(), trigger.name()),
            state: match (&trigger.error, trigger.last_ms) {
                (Some(_), _) => TriggerState::Failing,
                (None, None) if is_waited_for => TriggerState::Connecting,
                (None, _) => TriggerState::Working,
            },
            url: (trigger.kind == Kind::Webhook).then(|| app.links().trigger_url(&trigger.token)),
            node: trigger.node,
            kind: trigger.kind,
            subscribes: trigger.subscribes,
            last_ms: trigger.last_ms,
            next_ms: trigger.next_ms,
            failing_since_ms: trigger.failing_since_ms,
            error: trigger.error.map(|error| ErrorView::from(&error.0)),
        }
    }
}

/// Receives a request for a trigger of a plugin.
pub async fn receive(State(app): State<App>, request: Request) -> Response {
    let mut response = answer(&app, request).await.unwrap_or_else(Problem::into_response);
    headers::sandbox(&mut response);
    response
}

async fn answer(app: &App, request: Request) -> Result<Response, Problem> {
    let (parts, content) = request.into_parts();
    let path = parts.uri.path();
    let path = path.strip_prefix(router::TRIGGERS).unwrap_or(path);
    let (token, suffix) = path.split_once('/').unwrap_or((path, ""));
    // Known before the body is read, so that nobody else can have us read one.
    let trigger = app.triggers().hook(token)?;
    let bytes = body::read(&parts.headers, content, WEBHOOK_BODY).await?;
    match app.triggers().receive(trigger, inbound(&parts, suffix.to_owned(), bytes)).await? {
        Received::Reply(reply) => Ok(reply_of(reply)),
        Received::Rejected => {
            let detail = "The trigger's plugin did not take the request for genuine. The server's log says why.";
            Err(Problem::new(Code::RequestRejected, detail))
        }
    }
}

fn inbound(parts: &Parts, path_suffix: String, body: Bytes) -> Inbound {
    let query = parts.uri.query().unwrap_or_default();
    Inbound {
        method: parts.method.as_str().to_owned(),
        path_suffix,
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers: pairs(&parts.headers),
        body: body.into(),
        received_ms: now_ms().unsigned_abs(),
    }
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(pair).collect()
}

fn reply_of(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let mut response = (status, Body::from(reply.body)).into_response();
    set_headers(&mut response, reply.headers);
    response
}
