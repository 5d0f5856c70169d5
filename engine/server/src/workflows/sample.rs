//! What a trigger that is polled would find: somebody who draws wants to see it before anything runs.

use std::time::Duration;

use serde_json::Value;
use weft_core::document::Document;
use weft_core::run::RunError;

use crate::app::App;
use crate::forms;
use crate::ids::{WorkflowId, WorkspaceId};
use crate::plugin_host::{Call, Frame, Poll};
use crate::runner::run_error;
use crate::store::{StoreError, workflows};

use super::WorkflowError;

const TIMEOUT: Duration = Duration::from_secs(30);
const MOST_ITEMS: usize = 10;

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
    #[error("the draft has no node `{0}` that is a trigger of a plugin and is polled")]
    NotPolled(String),
    #[error("{}", .0.message)]
    Plugin(RunError),
}

/// Polls for a node of the draft as if for the first time. Nothing of it is kept.
pub async fn sample(app: &App, workspace: WorkspaceId, id: WorkflowId, node: &str) -> Result<Vec<Value>, SampleError> {
    let stored = workflows::find(app.store(), workspace, id).await.map_err(WorkflowError::from)?;
    let draft = stored.ok_or(WorkflowError::NotFound)?.draft;
    let document: Document = serde_json::from_str(&draft).map_err(StoreError::from).map_err(WorkflowError::from)?;
    let not_polled = || SampleError::NotPolled(node.to_owned());
    let drawn = document.nodes.iter().find(|drawn| drawn.id.as_str() == node).ok_or_else(not_polled)?;
    let (plugin, trigger) = drawn.node_type.split_once('/').ok_or_else(not_polled)?;
    let action = forms::action(app, plugin, trigger.to_owned(), drawn.credential.clone()).map_err(|_| not_polled())?;
    let call = Call { is_dry_run: true, ..Call::new(trigger, Value::Object(drawn.params.clone())) };
    let frame = Frame { timeout: TIMEOUT, ..Frame::default() };
    let called = app.sandbox().ask(workspace, &action, Poll(call), frame).await.map_err(SampleError::Plugin)?;
    match called.result {
        Ok(found) => Ok(found.items.into_iter().take(MOST_ITEMS).collect()),
        Err(error) if error.code == "unknown_trigger" => Err(not_polled()),
        Err(error) => Err(SampleError::Plugin(run_error(error))),
    }
}
