//! Starting a run by hand or over the API: which revision, from which trigger, how far.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use weft_core::document::{Document, NodeId};
use weft_core::node_type::{NodeTypes, Role};
use weft_core::run::{Event, Extent, Start};

use super::{WorkflowError, snapshot};
use crate::app::App;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::runner::{self, Order, Program, Wait};
use crate::store::runs::{self, Trigger, TriggerKind};
use crate::store::{StoreError, workflows};

/// What a person or a program wants to run.
#[derive(Debug)]
pub struct NewRun {
    pub source: Source,
    pub kind: TriggerKind,
    /// The node to start from; the first trigger when absent.
    pub trigger: Option<NodeId>,
    pub extent: Extent,
    pub given: BTreeMap<NodeId, Arc<Value>>,
    pub input: Value,
    pub wait: Wait,
}

/// Which document runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Published,
    Revision(i64),
    Draft,
}

/// Why nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("this workflow is not published; publish it, or run its draft with `draft: true`")]
    NotPublished,
    #[error("there is no such run in this workspace")]
    NoSuchRun,
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
    #[error(transparent)]
    Runner(#[from] runner::StartError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Starts a run and waits as `new` asks, but no longer than `patience`: the run goes on without its caller.
pub async fn start(
    app: &App,
    workspace: WorkspaceId,
    id: WorkflowId,
    new: NewRun,
    patience: Duration,
) -> Result<RunId, StartError> {
    let revision = revision_of(app, workspace, id, new.source).await?;
    let program = app.runner().programs().get(workspace, id, revision).await?;
    let node = match new.trigger {
        Some(node) => Some(known_trigger(&program.document, &app.node_types(), node)?),
        None => program.entry("manual"),
    };
    let mut given = new.given;
    if new.source == Source::Draft {
        pinned(&program, &mut given);
    }
    let order = Order {
        workspace,
        workflow: id,
        revision,
        trigger: Trigger { kind: new.kind, node: node.clone(), fire_ms: None },
        input: new.input,
        start: Start { trigger: node, extent: new.extent, given },
        wait: new.wait,
        fire: None,
        root: None,
    };
    let run = RunId::fresh();
    Ok(app.runner().start_within(patience, run, order).await?.id)
}

/// Runs again what an earlier run ran, from the same place, with its input or another.
pub async fn rerun(
    app: &App,
    workspace: WorkspaceId,
    run: RunId,
    input: Option<Value>,
    kind: TriggerKind,
) -> Result<RunId, StartError> {
    let earlier = runs::find(app.store(), workspace, run).await?.ok_or(StartError::NoSuchRun)?;
    let journal = runs::journal(app.store(), run).await?;
    let started = journal.into_iter().flat_map(|(_, events)| events).find_map(|event| match event {
        Event::RunStarted { start, .. } => Some(start),
        _ => None,
    });
    let order = Order {
        workspace,
        workflow: earlier.head.workflow,
        revision: earlier.head.revision,
        trigger: Trigger { kind, node: earlier.head.trigger.node.clone(), fire_ms: None },
        input: input.unwrap_or_else(|| Value::clone(&earlier.head.input)),
        start: started.unwrap_or(Start { trigger: earlier.head.trigger.node, ..Start::default() }),
        wait: Wait::No,
        fire: None,
        root: earlier.head.root,
    };
    Ok(app.runner().start(order).await?.id)
}

async fn revision_of(app: &App, workspace: WorkspaceId, id: WorkflowId, source: Source) -> Result<i64, StartError> {
    let workflow = workflows::find(app.store(), workspace, id).await?.ok_or(WorkflowError::NotFound)?;
    match source {
        Source::Published => workflow.published_revision.ok_or(StartError::NotPublished),
        Source::Revision(number @ 1..) => Ok(number),
        Source::Revision(_) => Err(runner::StartError::NoSuchRevision.into()),
        Source::Draft => Ok(snapshot(app, workspace, id).await?),
    }
}

fn known_trigger(document: &Document, types: &NodeTypes, id: NodeId) -> Result<NodeId, StartError> {
    let is_it = triggers(document, types).any(|trigger| *trigger == id);
    let refused = || runner::StartError::BadTrigger(format!("`{id}` is not a trigger of this workflow"));
    if is_it { Ok(id) } else { Err(refused().into()) }
}

/// What is pinned to the nodes of a drawing stands in for them, unless something else was handed in.
fn pinned(program: &Program, given: &mut BTreeMap<NodeId, Arc<Value>>) {
    for node in program.document.nodes.iter().filter(|node| node.inside.is_none()) {
        if let Some(pinned) = &node.pinned {
            given.entry(node.id.clone()).or_insert_with(|| Arc::new(pinned.clone()));
        }
    }
}

fn triggers<'a>(document: &'a Document, types: &'a NodeTypes) -> impl Iterator<Item = &'a NodeId> {
    let is_trigger = |node_type: &str| types.get(node_type).is_some_and(|node_type| node_type.role == Role::Trigger);
    document.nodes.iter().filter(move |node| is_trigger(&node.node_type)).map(|node| &node.id)
}
