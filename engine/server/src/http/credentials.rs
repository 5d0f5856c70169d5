//! Credentials: list, make, change, remove. Secrets go in and never come out.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::Caller;
use super::json::Json;
use super::page::Page;
use super::parameters::Path;
use super::problem::{Problem, ProblemBody};
use crate::accounts::Permission;
use crate::app::App;
use crate::credentials::{New, Shown, ShownField};
use crate::ids::CredentialId;
use crate::plugin_host::manifest::{Credential as Slot, CredentialType, Field, Manifest};

/// A credential, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Credential)]
pub struct CredentialView {
    #[schema(value_type = String)]
    id: CredentialId,
    /// What documents call it.
    name: String,
    title: String,
    plugin: String,
    slot: String,
    /// What is filled in. A secret is only told to be there.
    fields: BTreeMap<String, FieldView>,
    created_at_ms: i64,
    updated_at_ms: i64,
}

/// A field that is filled in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CredentialField)]
pub struct FieldView {
    secret: bool,
    /// Absent for a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCredential {
    /// Small letters, digits and `_`; unique in the workspace.
    name: String,
    title: String,
    plugin: String,
    slot: String,
    /// Values by the names of the slot's fields.
    #[schema(value_type = BTreeMap<String, String>)]
    fields: BTreeMap<String, Secret>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeCredential {
    #[serde(default)]
    title: Option<String>,
    /// The fields that change; the others stay. An empty text takes one away.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    fields: BTreeMap<String, Secret>,
}

/// A text that is not printed.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub struct Secret(secrecy::SecretString);

impl From<String> for Secret {
    fn from(text: String) -> Secret {
        Secret(text.into())
    }
}

/// A slot of a plugin that a credential can be made for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CredentialSlot)]
pub struct SlotView {
    plugin: String,
    plugin_name: String,
    slot: String,
    /// `api_key`, `bearer`, `basic`, `oauth2`, `jwt` or `custom`.
    r#type: CredentialType,
    title: String,
    /// Where one gets it, in Markdown.
    docs: String,
    fields: Vec<SlotField>,
    /// Where it may go.
    hosts: Vec<String>,
}

/// A field to fill in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotField {
    name: String,
    title: String,
    description: String,
    secret: bool,
    optional: bool,
}

/// List the slots of enabled plugins that a credential can be made for
#[utoipa::path(get, path = "/credentials/slots", operation_id = "list_credential_slots", tag = "credentials",
    responses((status = 200, body = Page<SlotView>), (status = "4XX", body = ProblemBody)))]
pub async fn slots(State(app): State<App>, caller: Caller) -> Result<Json<Page<SlotView>>, Problem> {
    caller.may(Permission::ManageCredentials)?;
    let slots = app.plugins().manifests_in_force().into_iter().flat_map(|manifest| {
        let slots = manifest.credentials.iter().map(|slot| SlotView::of(&manifest, slot));
        slots.collect::<Vec<_>>()
    });
    Ok(Json(Page::whole(slots.collect())))
}

/// List the credentials
#[utoipa::path(get, path = "/credentials", operation_id = "list_credentials", tag = "credentials",
    responses((status = 200, body = Page<CredentialView>), (status = "4XX", body = ProblemBody)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Page<CredentialView>>, Problem> {
    let workspace = caller.may(Permission::ManageCredentials)?;
    let list = app.credentials().list(workspace).await?;
    Ok(Json(Page::whole(list.into_iter().map(CredentialView::from).collect())))
}

/// Make a credential
#[utoipa::path(post, path = "/credentials", operation_id = "create_credential", tag = "credentials", request_body = CreateCredential,
    responses((status = 201, body = CredentialView), (status = "4XX", body = ProblemBody)))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<CreateCredential>,
) -> Result<(StatusCode, Json<CredentialView>), Problem> {
    let workspace = caller.may(Permission::ManageCredentials)?;
    let CreateCredential { name, title, plugin, slot, fields } = body;
    let new = New { name, title, plugin, slot, fields: exposed(fields) };
    Ok((StatusCode::CREATED, Json(app.credentials().create(workspace, new).await?.into())))
}

/// Read a credential, without its secrets
#[utoipa::path(get, path = "/credentials/{id}", operation_id = "read_credential", tag = "credentials", params(("id" = String, Path)),
    responses((status = 200, body = CredentialView), (status = "4XX", body = ProblemBody)))]
pub async fn read(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CredentialId>,
) -> Result<Json<CredentialView>, Problem> {
    let workspace = caller.may(Permission::ManageCredentials)?;
    Ok(Json(app.credentials().find(workspace, id).await?.into()))
}

/// Change a credential
///
/// Runs use it from their next call on.
#[utoipa::path(patch, path = "/credentials/{id}", operation_id = "change_credential", tag = "credentials", params(("id" = String, Path)),
    request_body = ChangeCredential, responses((status = 200, body = CredentialView), (status = "4XX", body = ProblemBody)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CredentialId>,
    Json(body): Json<ChangeCredential>,
) -> Result<Json<CredentialView>, Problem> {
    let workspace = caller.may(Permission::ManageCredentials)?;
    Ok(Json(app.credentials().change(workspace, id, body.title, exposed(body.fields)).await?.into()))
}

/// Remove a credential that no workflow uses
#[utoipa::path(delete, path = "/credentials/{id}", operation_id = "remove_credential", tag = "credentials", params(("id" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemBody)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CredentialId>,
) -> Result<StatusCode, Problem> {
    let workspace = caller.may(Permission::ManageCredentials)?;
    app.credentials().remove(workspace, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl SlotView {
    fn of(manifest: &Manifest, slot: &Slot) -> SlotView {
        let field = |(name, field): (String, Field)| SlotField {
            title: if field.title.is_empty() { name.replace('_', " ") } else { field.title },
            name,
            description: field.description,
            secret: field.secret,
            optional: field.optional,
        };
        SlotView {
            plugin: manifest.id.clone(),
            plugin_name: manifest.name.clone(),
            slot: slot.slot.clone(),
            r#type: slot.kind,
            title: if slot.title.is_empty() { slot.slot.replace('_', " ") } else { slot.title.clone() },
            docs: slot.docs.clone(),
            fields: slot.fields().into_iter().map(field).collect(),
            hosts: manifest.hosts_of(slot).iter().map(|host| host.as_str().to_owned()).collect(),
        }
    }
}

fn exposed(fields: BTreeMap<String, Secret>) -> crate::credentials::Values {
    fields.into_iter().map(|(name, secret)| (name, secret.0)).collect()
}

impl From<Shown> for CredentialView {
    fn from(shown: Shown) -> CredentialView {
        let field = |field: ShownField| match field {
            ShownField::Public(value) => FieldView { secret: false, value: Some(value) },
            ShownField::Secret => FieldView { secret: true, value: None },
        };
        CredentialView {
            id: shown.stored.id,
            name: shown.stored.name,
            title: shown.stored.title,
            plugin: shown.stored.plugin,
            slot: shown.stored.slot,
            fields: shown.fields.into_iter().map(|(name, value)| (name, field(value))).collect(),
            created_at_ms: shown.stored.created_ms,
            updated_at_ms: shown.stored.updated_ms,
        }
    }
}
