//! What the designer asks plugins while somebody fills in a form: choices, schemas, and whether a credential works.

use std::time::Instant;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::caller::Caller;
use super::json::Json;
use super::parameters::Path;
use super::problem::{Problem, ProblemBody};
use crate::accounts::Permission;
use crate::app::App;
use crate::forms::{self, Asked};
use crate::ids::CredentialId;

/// What is asked about, as it is filled in so far.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskOptions {
    /// A node type of a plugin.
    r#type: String,
    /// The parameter.
    field: String,
    /// Parameters. Those with expressions are not known before a run and are left out.
    #[serde(default)]
    params: Map<String, Value>,
    /// The name of the node's credential.
    #[serde(default)]
    credential: Option<String>,
    /// What was typed to find a choice.
    #[serde(default)]
    search: Option<String>,
    /// `next` of the page before.
    #[serde(default)]
    cursor: Option<Value>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ChoiceList {
    items: Vec<ChoiceView>,
    /// Absent when there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Value>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ParameterChoice)]
pub struct ChoiceView {
    value: Value,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskSchema {
    /// A node type of a plugin.
    r#type: String,
    /// The parameter; all of them when absent.
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    params: Map<String, Value>,
    #[serde(default)]
    credential: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DependentSchema {
    /// JSON Schema.
    schema: Value,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialReport {
    /// Whether the service took it.
    works: bool,
    /// What the plugin says: whose it is, or what is wrong.
    message: String,
    took_ms: u64,
}

/// Ask a plugin what a parameter can be set to
#[utoipa::path(post, path = "/node-types/options", operation_id = "ask_options", tag = "documents", request_body = AskOptions,
    responses((status = 200, body = ChoiceList), (status = "4XX", body = ProblemBody)))]
pub async fn options(
    State(app): State<App>,
    caller: Caller,
    Json(asked): Json<AskOptions>,
) -> Result<Json<ChoiceList>, Problem> {
    let workspace = caller.may(Permission::EditWorkflows)?;
    let AskOptions { r#type, field, params, credential, search, cursor } = asked;
    let about = Asked { workspace, node_type: r#type, params, credential };
    let choices = forms::options(&app, about, field, search, cursor).await?;
    let view =
        |choice: crate::plugin_host::Choice| ChoiceView { value: choice.value, label: choice.label, hint: choice.hint };
    Ok(Json(ChoiceList { items: choices.items.into_iter().map(view).collect(), next: choices.next }))
}

/// Ask a plugin for a schema that depends on other parameters
#[utoipa::path(post, path = "/node-types/schema", operation_id = "ask_schema", tag = "documents", request_body = AskSchema,
    responses((status = 200, body = DependentSchema), (status = "4XX", body = ProblemBody)))]
pub async fn schema(
    State(app): State<App>,
    caller: Caller,
    Json(asked): Json<AskSchema>,
) -> Result<Json<DependentSchema>, Problem> {
    let workspace = caller.may(Permission::EditWorkflows)?;
    let AskSchema { r#type, field, params, credential } = asked;
    let about = Asked { workspace, node_type: r#type, params, credential };
    Ok(Json(DependentSchema { schema: forms::schema(&app, about, field).await? }))
}

/// Ask a plugin whether a credential works
#[utoipa::path(post, path = "/credentials/{id}/test", operation_id = "test_credential", tag = "credentials",
    params(("id" = String, Path, description = "A credential")),
    responses((status = 200, body = CredentialReport), (status = "4XX", body = ProblemBody)))]
pub async fn test_credential(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CredentialId>,
) -> Result<Json<CredentialReport>, Problem> {
    let workspace = caller.may(Permission::ManageCredentials)?;
    let credential = app.credentials().find(workspace, id).await?.stored;
    let began = Instant::now();
    let answer = forms::test_credential(&app, workspace, &credential).await;
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Json(match answer {
        Ok(message) => CredentialReport { works: true, message, took_ms },
        Err(error) => CredentialReport { works: false, message: error.message, took_ms },
    }))
}
