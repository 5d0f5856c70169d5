//! Drafts: made, saved under a version, renamed, copied, frozen for a test run.

use sha2::{Digest, Sha256};
use weft_core::check::check;
use weft_core::document::{Document, FORMAT, Settings};
use weft_core::problem::Problem;

use super::{WorkflowError, checked_name, problems, refuse_errors};
use crate::app::App;
use crate::clock::now_ms;
use crate::ids::{WorkflowId, WorkspaceId};
use crate::store::revisions::{self, NewRevision};
use crate::store::workflows::{self, Workflow};
use crate::store::{StoreError, plugin_triggers, runs};

/// What a workflow is made of.
#[derive(Debug)]
pub struct NewWorkflow {
    pub name: String,
    /// An empty drawing when absent.
    pub document: Option<Document>,
}

/// A draft as it is after saving.
#[derive(Debug)]
pub struct Draft {
    pub version: i64,
    pub problems: Vec<Problem>,
}

/// Why a draft was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("there is no such workflow in this workspace")]
    NotFound,
    #[error("somebody saved this draft after you read it; read it again and decide whose changes to keep")]
    Changed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub async fn create(app: &App, workspace: WorkspaceId, new: NewWorkflow) -> Result<Workflow, WorkflowError> {
    let name = checked_name(&new.name)?;
    let document = new.document.unwrap_or_else(empty);
    let now_ms = now_ms();
    let workflow = Workflow {
        id: WorkflowId::fresh(),
        draft: named(document, &name)?,
        name,
        draft_version: 1,
        published_revision: None,
        created_ms: now_ms,
        updated_ms: now_ms,
    };
    let stored = workflow.clone();
    app.store().write(move |tx| Box::pin(async move { workflows::insert(tx, workspace, &stored).await })).await?;
    Ok(workflow)
}

/// Saves a draft, with problems or without; refuses when `version` is no longer the stored one.
pub async fn save_draft(
    app: &App,
    workspace: WorkspaceId,
    id: WorkflowId,
    version: Option<i64>,
    document: Document,
) -> Result<Draft, SaveError> {
    let problems = problems(app, workspace, Some(id), &document).await?;
    let now_ms = now_ms();
    let saved = app.store().write(move |tx| {
        Box::pin(async move {
            let Some(workflow) = workflows::find_for_change(tx, workspace, id).await? else { return Ok(None) };
            // The workflow's name is the one that counts; renaming is a change of its own.
            let draft = named(document, &workflow.name)?;
            let version = version.unwrap_or(workflow.draft_version);
            Ok(Some(workflows::save_draft(tx, workspace, id, version, &draft, now_ms).await?))
        })
    });
    let version = saved.await?.ok_or(SaveError::NotFound)?.ok_or(SaveError::Changed)?;
    Ok(Draft { version, problems })
}

pub async fn rename(app: &App, workspace: WorkspaceId, id: WorkflowId, name: &str) -> Result<Workflow, WorkflowError> {
    let name = checked_name(name)?;
    let now_ms = now_ms();
    let renamed = app.store().write(move |tx| {
        Box::pin(async move {
            let Some(workflow) = workflows::find_for_change(tx, workspace, id).await? else { return Ok(None) };
            let draft = named(serde_json::from_str(&workflow.draft)?, &name)?;
            workflows::rename(tx, workspace, id, &name, &draft, now_ms).await?;
            Ok(Some(Workflow { name, draft, updated_ms: now_ms, ..workflow }))
        })
    });
    renamed.await?.ok_or(WorkflowError::NotFound)
}

/// A copy of the draft as a workflow of its own, not published.
pub async fn duplicate(app: &App, workspace: WorkspaceId, id: WorkflowId) -> Result<Workflow, WorkflowError> {
    let original = workflows::find(app.store(), workspace, id).await?.ok_or(WorkflowError::NotFound)?;
    let document = serde_json::from_str(&original.draft).map_err(StoreError::from)?;
    let kept: String = original.name.chars().take(super::LONGEST_NAME - 7).collect();
    create(app, workspace, NewWorkflow { name: format!("{kept} (copy)"), document: Some(document) }).await
}

/// Deletes a workflow and cancels its live runs. What has run stays in the history.
pub async fn delete(app: &App, workspace: WorkspaceId, id: WorkflowId) -> Result<(), WorkflowError> {
    let now_ms = now_ms();
    let deleted = app.store().write(move |tx| {
        Box::pin(async move {
            plugin_triggers::forget(tx, workspace, id, now_ms).await?;
            workflows::delete(tx, workspace, id).await
        })
    });
    let deleted = deleted.await?;
    if !deleted {
        return Err(WorkflowError::NotFound);
    }
    app.triggers().changed().await?;
    for status in [runs::Status::Queued, runs::Status::Running, runs::Status::Waiting] {
        let filter = runs::Filter { workflow: Some(id), status: Some(status), limit: u32::MAX, ..Default::default() };
        for run in runs::list(app.store(), workspace, &filter).await? {
            if let Err(error) = app.runner().cancel(workspace, run.id).await {
                tracing::debug!(run.id = %run.id, %error, "a run of a deleted workflow was not cancelled");
            }
        }
    }
    Ok(())
}

/// Freezes the draft for a test run and answers the number of the snapshot. A draft that cannot run is refused.
pub async fn snapshot(app: &App, workspace: WorkspaceId, id: WorkflowId) -> Result<i64, WorkflowError> {
    let workflow = workflows::find(app.store(), workspace, id).await?.ok_or(WorkflowError::NotFound)?;
    let document: Document = serde_json::from_str(&workflow.draft).map_err(StoreError::from)?;
    refuse_errors(check(&document, &app.node_types()))?;
    let revision = NewRevision {
        document_sha256: Sha256::digest(workflow.draft.as_bytes()).into(),
        plugin_lock: serde_json::to_string(&app.plugins().lock_of(&document)).map_err(StoreError::from)?,
        document: workflow.draft,
        note: None,
        created_by: None,
        created_ms: now_ms(),
    };
    let number =
        app.store().write(move |tx| Box::pin(async move { revisions::snapshot(tx, id, &revision).await })).await?;
    Ok(number)
}

/// The document as stored: under the name of its workflow.
fn named(mut document: Document, name: &str) -> Result<String, StoreError> {
    document.name = name.to_owned();
    Ok(serde_json::to_string(&document)?)
}

fn empty() -> Document {
    Document {
        weft: FORMAT,
        name: String::new(),
        description: String::new(),
        nodes: Vec::new(),
        edges: Vec::new(),
        settings: Settings::default(),
    }
}
