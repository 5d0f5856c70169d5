//! Publishing: the draft becomes a revision, and its triggers go into service in the same transaction.

use sha2::{Digest, Sha256};
use weft_core::document::Document;
use weft_core::problem::Problem;

use super::{WorkflowError, problems, refuse_errors, triggers};
use crate::app::App;
use crate::clock::now_ms;
use crate::ids::{WorkflowId, WorkspaceId};
use crate::store::plugin_triggers::{self, NewTrigger};
use crate::store::revisions::{self, NewRevision};
use crate::store::webhooks::{self, Webhook};
use crate::store::{StoreError, Tx, schedules, workflows};

/// What was put into service.
#[derive(Debug)]
pub struct Revision {
    pub number: i64,
    /// What is worth knowing of its document.
    pub warnings: Vec<Problem>,
}

/// How publishing went inside its transaction.
enum Published {
    Revision(i64),
    /// Nothing was written.
    PathsTaken(Vec<Problem>),
    Gone,
}

/// Freezes the draft as the next revision and puts it into service.
pub async fn publish(
    app: &App,
    workspace: WorkspaceId,
    id: WorkflowId,
    note: Option<String>,
    by: String,
) -> Result<Revision, WorkflowError> {
    let workflow = workflows::find(app.store(), workspace, id).await?.ok_or(WorkflowError::NotFound)?;
    let document: Document = serde_json::from_str(&workflow.draft).map_err(StoreError::from)?;
    let warnings = refuse_errors(problems(app, workspace, Some(id), &document).await?)?;
    let lock = app.plugins().lock_of(&document);
    let found_by = triggers::plugin_triggers(&document, app.plugins(), &lock);
    let revision = NewRevision {
        document_sha256: Sha256::digest(workflow.draft.as_bytes()).into(),
        plugin_lock: serde_json::to_string(&lock).map_err(StoreError::from)?,
        document: workflow.draft,
        note,
        created_by: Some(by),
        created_ms: now_ms(),
    };
    let published = app.store().write(move |tx| {
        Box::pin(async move { put_into_service(tx, workspace, id, &document, &revision, &found_by).await })
    });
    match published.await? {
        Published::Revision(number) => {
            app.triggers().changed().await?;
            Ok(Revision { number, warnings })
        }
        Published::PathsTaken(problems) => Err(WorkflowError::HasProblems(problems)),
        Published::Gone => Err(WorkflowError::NotFound),
    }
}

async fn put_into_service(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: WorkflowId,
    document: &Document,
    revision: &NewRevision,
    found_by: &[NewTrigger],
) -> Result<Published, StoreError> {
    if workflows::find_for_change(tx, workspace, id).await?.is_none() {
        return Ok(Published::Gone);
    }
    let taken = taken_paths(tx, id, &triggers::webhooks(document, workspace, id, 0)).await?;
    if !taken.is_empty() {
        return Ok(Published::PathsTaken(taken));
    }
    let number = revisions::publish(tx, id, revision).await?;
    let now_ms = revision.created_ms;
    workflows::set_published(tx, workspace, id, Some(number), now_ms).await?;
    let hooks: Vec<Webhook> =
        triggers::webhooks(document, workspace, id, number).into_iter().map(|(_, webhook)| webhook).collect();
    webhooks::replace(tx, id, &hooks).await?;
    schedules::replace(tx, workspace, id, number, &triggers::schedules(document, now_ms), now_ms).await?;
    plugin_triggers::replace(tx, workspace, id, number, found_by, now_ms).await?;
    Ok(Published::Revision(number))
}

/// A problem for each path that somebody else answers to, or that two nodes of this document share.
async fn taken_paths(tx: &mut Tx, id: WorkflowId, webhooks: &[(usize, Webhook)]) -> Result<Vec<Problem>, StoreError> {
    let mut problems = Vec::new();
    for (position, (place, webhook)) in webhooks.iter().enumerate() {
        let Webhook { path, method, node, .. } = webhook;
        let twice = webhooks[..position].iter().any(|(_, other)| other.path == *path && other.method == *method);
        let by_whom = if twice {
            "another node of this workflow"
        } else if webhooks::is_taken(tx, id, path, method).await? {
            "another workflow"
        } else {
            continue;
        };
        let message = format!("{method} /hooks/{path} belongs to {by_whom}; choose another path or method");
        let problem = Problem::error(format!("/nodes/{place}/params/path"), "webhook_path_taken", message);
        problems.push(problem.at(&node.as_str().into()));
    }
    Ok(problems)
}

/// Takes a workflow out of service. Runs that are live go on.
pub async fn unpublish(app: &App, workspace: WorkspaceId, id: WorkflowId) -> Result<(), WorkflowError> {
    let now_ms = now_ms();
    let unpublished = app.store().write(move |tx| {
        Box::pin(async move {
            if workflows::find_for_change(tx, workspace, id).await?.is_none() {
                return Ok(false);
            }
            workflows::set_published(tx, workspace, id, None, now_ms).await?;
            webhooks::replace(tx, id, &[]).await?;
            schedules::replace(tx, workspace, id, 0, &[], now_ms).await?;
            plugin_triggers::replace(tx, workspace, id, 0, &[], now_ms).await?;
            Ok(true)
        })
    });
    if !unpublished.await? {
        return Err(WorkflowError::NotFound);
    }
    app.triggers().changed().await?;
    Ok(())
}
