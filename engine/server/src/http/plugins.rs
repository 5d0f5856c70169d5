//! Plugins: list, upload, grant, enable, disable, remove.

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::body::{self, COMPONENT_BODY};
use super::caller::Caller;
use super::json::{Json, OptionalJson};
use super::page::Page;
use super::parameters::Path;
use super::problem::{Code, Problem, ProblemBody};
use crate::accounts::Permission;
use crate::app::App;
use crate::plugin_host::HostPattern;
use crate::plugins::{Entry, Granted, Listed};
use crate::store::plugins::State as Stored;

/// A plugin with its versions, the preferred first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plugin)]
pub struct PluginView {
    id: String,
    name: String,
    summary: String,
    icon: Value,
    /// Whether it comes with Weft.
    bundled: bool,
    versions: Vec<VersionView>,
}

/// One version of a plugin.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginVersion)]
pub struct VersionView {
    version: String,
    sha256: String,
    size_bytes: i64,
    state: StateView,
    /// What the component said about itself when it was uploaded.
    manifest: Value,
    uploaded_at_ms: i64,
    /// What was agreed to when it was enabled.
    #[schema(required)]
    granted: Option<GrantedView>,
    /// Why it is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Whether a version may run.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PluginState)]
pub enum StateView {
    NeedsGrant,
    Enabled,
    Disabled,
    Broken,
}

/// What was agreed to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginGrant)]
pub struct GrantedView {
    hosts: Vec<HostView>,
    /// Who agreed; empty when nobody wrote it down.
    by: String,
    at_ms: i64,
}

/// A host with the methods it may be asked by; any when there are none.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = PluginHost)]
#[serde(deny_unknown_fields)]
pub struct HostView {
    pattern: String,
    #[serde(default)]
    methods: Vec<String>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = GrantPlugin)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// All that it asks for when absent.
    #[serde(default)]
    hosts: Option<Vec<HostView>>,
}

impl Grant {
    fn hosts(self) -> Result<Option<Vec<HostPattern>>, Problem> {
        let pattern = |(at, host): (usize, HostView)| {
            let pattern = host.pattern.parse::<HostPattern>().map_err(|error| {
                let pointer = format!("/hosts/{at}/pattern");
                Problem::new(Code::InvalidGrant, error.to_string()).at_field("hosts").at_pointer(pointer)
            })?;
            Ok(pattern.with_methods(host.methods))
        };
        self.hosts.map(|hosts| hosts.into_iter().enumerate().map(pattern).collect()).transpose()
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct UploadedPlugin {
    id: String,
    version: String,
    sha256: String,
    manifest: Value,
    state: StateView,
}

/// The bytes of an uploaded component.
pub struct Component(Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for Component {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Component, Problem> {
        let (parts, content) = request.into_parts();
        let media_type = body::media_type(&parts.headers);
        let bytes = body::read(&parts.headers, content, COMPONENT_BODY).await?;
        if !matches!(media_type.as_deref(), Some("application/wasm" | "application/octet-stream")) {
            return Err(Problem::new(
                Code::WrongContentType,
                "Send the component with `Content-Type: application/wasm`.",
            ));
        }
        Ok(Component(bytes.into()))
    }
}

/// List the plugins with their versions
#[utoipa::path(get, path = "/plugins", operation_id = "list_plugins", tag = "plugins",
    responses((status = 200, body = Page<PluginView>), (status = "4XX", body = ProblemBody)))]
pub async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Page<PluginView>>, Problem> {
    caller.may(Permission::ViewPlugins)?;
    Ok(Json(Page::whole(app.plugins().list().into_iter().map(PluginView::from).collect())))
}

/// Upload a component
///
/// It runs once what it asks for is granted.
#[utoipa::path(post, path = "/plugins", operation_id = "upload_plugin", tag = "plugins", request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses((status = 201, body = UploadedPlugin), (status = "4XX", body = ProblemBody)))]
pub async fn upload(
    State(app): State<App>,
    caller: Caller,
    Component(bytes): Component,
) -> Result<(StatusCode, Json<UploadedPlugin>), Problem> {
    caller.may(Permission::ManagePlugins)?;
    Ok((StatusCode::CREATED, Json(app.plugins().upload(bytes).await?.into())))
}

/// Grant what a version asks for: it may run from now on
///
/// With `hosts` it gets those only; each must be one that it asks for, or narrower.
#[utoipa::path(post, path = "/plugins/{id}/versions/{version}/grant", operation_id = "grant_plugin", tag = "plugins",
    params(("id" = String, Path), ("version" = String, Path)), request_body = Option<Grant>,
    responses((status = 200, body = VersionView), (status = "4XX", body = ProblemBody)))]
pub async fn grant(
    State(app): State<App>,
    caller: Caller,
    Path((id, version)): Path<(String, String)>,
    OptionalJson(body): OptionalJson<Grant>,
) -> Result<Json<VersionView>, Problem> {
    caller.may(Permission::ManagePlugins)?;
    Ok(Json(app.plugins().grant(&id, &version, body.hosts()?, &caller.0.name).await?.into()))
}

/// Let a disabled version run again, with what was granted before
#[utoipa::path(post, path = "/plugins/{id}/versions/{version}/enable", operation_id = "enable_plugin", tag = "plugins",
    params(("id" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = VersionView), (status = "4XX", body = ProblemBody)))]
pub async fn enable(
    State(app): State<App>,
    caller: Caller,
    Path((id, version)): Path<(String, String)>,
) -> Result<Json<VersionView>, Problem> {
    caller.may(Permission::ManagePlugins)?;
    Ok(Json(app.plugins().enable(&id, &version).await?.into()))
}

/// Keep a version from running
#[utoipa::path(post, path = "/plugins/{id}/versions/{version}/disable", operation_id = "disable_plugin", tag = "plugins",
    params(("id" = String, Path), ("version" = String, Path)),
    responses((status = 200, body = VersionView), (status = "4XX", body = ProblemBody)))]
pub async fn disable(
    State(app): State<App>,
    caller: Caller,
    Path((id, version)): Path<(String, String)>,
) -> Result<Json<VersionView>, Problem> {
    caller.may(Permission::ManagePlugins)?;
    Ok(Json(app.plugins().disable(&id, &version).await?.into()))
}

/// Remove a version that no workflow uses
#[utoipa::path(delete, path = "/plugins/{id}/versions/{version}", operation_id = "remove_plugin", tag = "plugins",
    params(("id" = String, Path), ("version" = String, Path)),
    responses((status = 204), (status = "4XX", body = ProblemBody)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((id, version)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    caller.may(Permission::ManagePlugins)?;
    app.plugins().remove(&id, &version).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn state(entry: &Entry) -> StateView {
    match (&entry.error, entry.stored.state) {
        (Some(_), _) => StateView::Broken,
        (None, Stored::NeedsGrant) => StateView::NeedsGrant,
        (None, Stored::Enabled) => StateView::Enabled,
        (None, Stored::Disabled) => StateView::Disabled,
    }
}

impl From<Entry> for VersionView {
    fn from(entry: Entry) -> VersionView {
        VersionView {
            state: state(&entry),
            version: entry.stored.version,
            sha256: entry.stored.sha256,
            size_bytes: entry.stored.size_bytes,
            manifest: entry.manifest,
            uploaded_at_ms: entry.stored.uploaded_ms,
            granted: entry.granted.map(GrantedView::from),
            error: entry.error,
        }
    }
}

impl From<Granted> for GrantedView {
    fn from(granted: Granted) -> GrantedView {
        let host =
            |host: &HostPattern| HostView { pattern: host.as_str().to_owned(), methods: host.methods().to_vec() };
        GrantedView { hosts: granted.hosts.iter().map(host).collect(), by: granted.by, at_ms: granted.at_ms }
    }
}

impl From<Entry> for UploadedPlugin {
    fn from(entry: Entry) -> UploadedPlugin {
        UploadedPlugin {
            state: state(&entry),
            id: entry.stored.plugin,
            version: entry.stored.version,
            sha256: entry.stored.sha256,
            manifest: entry.manifest,
        }
    }
}

impl From<Listed> for PluginView {
    fn from(listed: Listed) -> PluginView {
        let first = listed.versions.first();
        PluginView {
            name: first.map(|entry| entry.name.clone()).unwrap_or_default(),
            summary: first.map(|entry| entry.summary.clone()).unwrap_or_default(),
            icon: first.and_then(|entry| entry.manifest.get("icon").cloned()).unwrap_or_default(),
            bundled: listed.versions.iter().any(|entry| entry.stored.bundled),
            versions: listed.versions.into_iter().map(VersionView::from).collect(),
            id: listed.id,
        }
    }
}
