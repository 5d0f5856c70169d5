//! Questions to people: the list of a workspace, and the page that whoever has its address can answer at.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use weft_core::run::{Answer, Answerer, Path as StepPath};

use super::caller::Caller;
use super::json::Json;
use super::page::{self, Page};
use super::parameters::{Path, Query};
use super::problem::{Code, Problem, ProblemBody};
use crate::accounts::Permission;
use crate::app::App;
use crate::clock::now_ms;
use crate::ids::{RunId, WorkflowId};
use crate::plugin_host::mismatch_of;
use crate::runner::SendError;
use crate::store::runs::approvals::{self as stored, After, Approval};
use crate::store::runs::{self, Message};

/// The longest comment, in characters.
const LONGEST_COMMENT: usize = 10_000;

/// A question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approval)]
pub struct ApprovalView {
    #[serde(skip)]
    token: String,
    #[schema(value_type = String)]
    run_id: RunId,
    #[schema(value_type = String)]
    workflow_id: WorkflowId,
    workflow_name: String,
    #[schema(value_type = String)]
    path: StepPath,
    node: String,
    #[serde(flatten)]
    form: Form,
    opened_at_ms: i64,
    #[schema(required)]
    expires_at_ms: Option<i64>,
    /// When it was answered, or needed no answer any more.
    #[schema(required)]
    closed_at_ms: Option<i64>,
    /// The page where whoever has this address can answer.
    url: String,
}

/// What is asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Form {
    #[schema(required)]
    title: Option<String>,
    /// Markdown.
    #[schema(required)]
    text: Option<String>,
    choices: Vec<Choice>,
    /// A JSON Schema of an object to fill in.
    #[schema(required, value_type = Value)]
    fields: Option<Value>,
    #[schema(required)]
    assignee: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Choice {
    port: String,
    title: String,
}

/// A question as its own page shows it to people who are not signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicApproval {
    workflow_name: String,
    #[serde(flatten)]
    form: Form,
    opened_at_ms: i64,
    #[schema(required)]
    expires_at_ms: Option<i64>,
    #[schema(required)]
    closed_at_ms: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveAnswer {
    /// The step that asks.
    #[schema(value_type = String)]
    path: StepPath,
    /// The port of a choice.
    choice: String,
    /// What was filled in.
    #[serde(default)]
    data: Value,
    #[serde(default)]
    comment: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivePublicAnswer {
    /// The port of a choice.
    choice: String,
    /// What was filled in.
    #[serde(default)]
    data: Value,
    #[serde(default)]
    comment: Option<String>,
    /// Who answers, as they say themselves.
    #[serde(default)]
    name: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalStatus {
    #[default]
    Open,
    Answered,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ApprovalQuery {
    /// `open` when absent.
    #[serde(default)]
    #[param(inline)]
    status: ApprovalStatus,
    /// Items per page, 1 to 200; 50 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Where the next page begins, as its cursor says it.
struct Cursor(After);

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.opened_ms, self.0.token)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Cursor, ()> {
        let (opened_ms, token) = text.split_once('.').ok_or(())?;
        Ok(Cursor(After { opened_ms: opened_ms.parse().map_err(|_| ())?, token: token.to_owned() }))
    }
}

/// List the questions that runs ask
///
/// What their workflows mask is masked here; whoever is to answer reads the question in full at its `url`.
#[utoipa::path(get, path = "/approvals", operation_id = "list_approvals", tag = "approvals", params(ApprovalQuery),
    responses((status = 200, body = Page<ApprovalView>), (status = "4XX", body = ProblemBody)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ApprovalQuery>,
) -> Result<Json<Page<ApprovalView>>, Problem> {
    let workspace = caller.may(Permission::ViewRuns)?;
    let limit = page::limit(query.limit)?;
    let after = page::cursor::<Cursor>(query.cursor.as_deref())?.map(|cursor| cursor.0);
    let is_open = query.status == ApprovalStatus::Open;
    let found = stored::list(app.store(), workspace, is_open, after, limit + 1).await?;
    let mut items = Vec::with_capacity(found.len());
    for mut approval in found {
        if let Some(run) = runs::find(app.store(), workspace, approval.run).await? {
            approval.form = Arc::new(app.history().form_shown(&run, &approval.form).await?);
        }
        items.push(ApprovalView::of(approval, &app));
    }
    let cursor =
        |view: &ApprovalView| Cursor(After { opened_ms: view.opened_at_ms, token: view.token.clone() }).to_string();
    Ok(Json(Page::of(items, limit, cursor)))
}

/// Answer a question of a run
#[utoipa::path(post, path = "/runs/{id}/approvals", operation_id = "answer_approval", tag = "approvals", params(("id" = String, Path)), request_body = GiveAnswer,
    responses((status = 202, description = "The answer is stored"), (status = "4XX", body = ProblemBody)))]
pub async fn answer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RunId>,
    Json(body): Json<GiveAnswer>,
) -> Result<StatusCode, Problem> {
    let workspace = caller.may(Permission::StartRuns)?;
    let asked = stored::newest_at(app.store(), workspace, id, &body.path).await?;
    let by = caller.0.name.clone();
    give(&app, asked.ok_or_else(missing)?, body.choice, body.data, body.comment, Some(by)).await
}

/// Read a question by the token of its link
#[utoipa::path(get, path = "/public/approvals/{token}", operation_id = "read_public_approval", tag = "approvals", params(("token" = String, Path)), security(()),
    responses((status = 200, body = PublicApproval), (status = "4XX", body = ProblemBody)))]
pub async fn read_public(State(app): State<App>, Path(token): Path<String>) -> Result<Json<PublicApproval>, Problem> {
    let found = stored::by_token(app.store(), &token).await?.ok_or_else(missing)?;
    Ok(Json(PublicApproval {
        workflow_name: found.workflow_name,
        form: Form::of(&found.form),
        opened_at_ms: found.opened_ms,
        expires_at_ms: found.expires_ms,
        closed_at_ms: found.closed_ms,
    }))
}

/// Answer a question by the token of its link
#[utoipa::path(post, path = "/public/approvals/{token}", operation_id = "answer_public_approval", tag = "approvals", params(("token" = String, Path)), security(()),
    request_body = GivePublicAnswer,
    responses((status = 202, description = "The answer is stored"), (status = "4XX", body = ProblemBody)))]
pub async fn answer_public(
    State(app): State<App>,
    Path(token): Path<String>,
    Json(body): Json<GivePublicAnswer>,
) -> Result<StatusCode, Problem> {
    let found = stored::by_token(app.store(), &token).await?.ok_or_else(missing)?;
    give(&app, found, body.choice, body.data, body.comment, body.name).await
}

fn missing() -> Problem {
    Problem::new(
        Code::ApprovalNotFound,
        "There is no such question, or its run is gone. Compare the link with the one you were sent.",
    )
}

async fn give(
    app: &App,
    asked: Approval,
    choice: String,
    data: Value,
    comment: Option<String>,
    by: Option<String>,
) -> Result<StatusCode, Problem> {
    if asked.closed_ms.is_some() {
        return Err(SendError::TooLate.into());
    }
    let form = Form::of(&asked.form);
    let ports: Vec<&str> = form.choices.iter().map(|choice| choice.port.as_str()).collect();
    if !ports.contains(&choice.as_str()) {
        let detail = format!("`{choice}` is not a choice here; choose one of {}.", ports.join(", "));
        return Err(Problem::new(Code::InvalidAnswer, detail).at_field("choice").at_pointer("/choice"));
    }
    if comment.as_ref().is_some_and(|comment| comment.chars().count() > LONGEST_COMMENT) {
        let detail = format!("The comment may have at most {LONGEST_COMMENT} characters.");
        return Err(Problem::new(Code::InvalidAnswer, detail).at_field("comment").at_pointer("/comment"));
    }
    // The schema was looked at when the question was asked.
    if let Some(fields) = &form.fields
        && let Ok(Some((pointer, message))) = mismatch_of(fields, &data)
    {
        return Err(Problem::new(Code::InvalidAnswer, message).at_field("data").at_pointer(format!("/data{pointer}")));
    }
    let output = json!({ "choice": choice, "data": data, "comment": comment, "by": by, "at_ms": now_ms() });
    let answer = Answer::Leave { port: choice, output: Arc::new(output) };
    let message = Message::Answer { path: asked.path, from: Answerer::Holder { token: asked.token }, answer };
    app.runner().send(asked.workspace, asked.run, message).await?;
    Ok(StatusCode::ACCEPTED)
}

impl Form {
    fn of(form: &Value) -> Form {
        let text = |name: &str| form[name].as_str().map(str::to_owned);
        Form {
            title: text("title"),
            text: text("text"),
            choices: serde_json::from_value(form["choices"].clone()).unwrap_or_default(),
            fields: Some(form["fields"].clone()).filter(|fields| !fields.is_null()),
            assignee: text("assignee"),
        }
    }
}

impl ApprovalView {
    fn of(approval: Approval, app: &App) -> ApprovalView {
        ApprovalView {
            run_id: approval.run,
            workflow_id: approval.workflow,
            workflow_name: approval.workflow_name,
            node: approval.path.node().to_owned(),
            path: approval.path,
            form: Form::of(&approval.form),
            opened_at_ms: approval.opened_ms,
            expires_at_ms: approval.expires_ms,
            closed_at_ms: approval.closed_ms,
            url: app.links().approval_url(&approval.token),
            token: approval.token,
        }
    }
}
