//! What plugins are asked while somebody draws: choices and schemas for forms, and whether a credential works.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use weft_core::expression::Template;
use weft_core::run::{ErrorKind, RunError};

use crate::app::App;
use crate::ids::WorkspaceId;
use crate::plugin_host::{Choices, Export, Frame, Options, SchemaOf, TestCredential};
use crate::runner::{Action, run_error};
use crate::store::credentials::Credential;

/// Somebody waits with a form open.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A node that is being filled in.
#[derive(Debug)]
pub struct Asked {
    pub workspace: WorkspaceId,
    /// `plugin/action` or `plugin/trigger`.
    pub node_type: String,
    pub params: Map<String, Value>,
    /// The name of its credential.
    pub credential: Option<String>,
}

pub async fn options(
    app: &App,
    asked: Asked,
    field: String,
    search: Option<String>,
    cursor: Option<Value>,
) -> Result<Choices, RunError> {
    let (workspace, action, params) = taken_apart(app, asked)?;
    let export = Options { of: action.action.clone(), field, params, search, cursor };
    ask(app, workspace, &action, export).await
}

pub async fn schema(app: &App, asked: Asked, field: Option<String>) -> Result<Value, RunError> {
    let (workspace, action, params) = taken_apart(app, asked)?;
    let export = SchemaOf { of: action.action.clone(), field, params };
    ask(app, workspace, &action, export).await
}

/// Answers what the plugin has to say of a credential that works.
pub async fn test_credential(app: &App, workspace: WorkspaceId, credential: &Credential) -> Result<String, RunError> {
    let action = action(app, &credential.plugin, String::new(), Some(credential.name.clone()))?;
    ask(app, workspace, &action, TestCredential { slot: credential.slot.clone() }).await
}

async fn ask<E: Export>(app: &App, workspace: WorkspaceId, action: &Action, export: E) -> Result<E::Answer, RunError> {
    let frame = Frame { timeout: TIMEOUT, ..Frame::default() };
    app.sandbox().ask(workspace, action, export, frame).await?.result.map_err(run_error)
}

fn taken_apart(app: &App, asked: Asked) -> Result<(WorkspaceId, Action, Arc<Value>), RunError> {
    let Asked { workspace, node_type, params, credential } = asked;
    let (plugin, id) = node_type.split_once('/').ok_or_else(|| {
        let message = format!("`{node_type}` is not a node type of a plugin, so there is nobody to ask");
        RunError { pointer: Some("/type".into()), ..RunError::new(ErrorKind::InvalidInput, "not_of_a_plugin", message) }
    })?;
    let known: Map<String, Value> = params.into_iter().filter(|(_, value)| !has_expression(value)).collect();
    Ok((workspace, action(app, plugin, id.to_owned(), credential)?, Arc::new(Value::Object(known))))
}

/// What the version of a plugin in force is asked.
pub fn action(app: &App, plugin: &str, action: String, credential: Option<String>) -> Result<Action, RunError> {
    let locked = app.plugins().in_force(plugin).ok_or_else(|| {
        let message = format!("the plugin `{plugin}` is not installed, or not enabled: see the Plugins page");
        RunError::new(ErrorKind::Permanent, "plugin_not_enabled", message)
    })?;
    Ok(Action { plugin: plugin.to_owned(), sha256: locked.sha256, action, credential })
}

/// Whether a parameter is known only while a run is going.
fn has_expression(value: &Value) -> bool {
    match value {
        Value::String(text) => Template::has_expression(text),
        Value::Array(values) => values.iter().any(has_expression),
        Value::Object(fields) => fields.values().any(has_expression),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
