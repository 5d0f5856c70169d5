//! What tests of the store begin with.

use tempfile::TempDir;

use weft_core::run::{Event, Start};

use super::runs::{Commit, Head, Status, Tail, Trigger, TriggerKind};
use super::{Store, accounts, workflows};
use crate::ids::{RunId, WorkflowId, WorkspaceId};

/// A fresh database with a workspace in it.
pub(super) async fn open() -> (TempDir, Store, WorkspaceId) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let workspace = store.write(|tx| Box::pin(accounts::first_workspace(tx, "Tests", 0))).await.unwrap();
    (folder, store, workspace.id)
}

/// A workflow of this name, last changed at `updated_ms`.
pub(super) async fn workflow(store: &Store, workspace: WorkspaceId, name: &str, updated_ms: i64) -> WorkflowId {
    let workflow = workflows::Workflow {
        id: WorkflowId::fresh(),
        name: name.into(),
        draft: "{}".into(),
        draft_version: 1,
        published_revision: None,
        created_ms: updated_ms,
        updated_ms,
    };
    let id = workflow.id;
    store.write(move |tx| Box::pin(async move { workflows::insert(tx, workspace, &workflow).await })).await.unwrap();
    id
}

/// What a run of this workflow was started with.
pub(super) fn head(workspace: WorkspaceId, workflow: WorkflowId) -> Head {
    Head {
        workspace,
        workflow,
        revision: 1,
        trigger: Trigger { kind: TriggerKind::Api, node: Some("t".into()), fire_ms: None },
        input: serde_json::json!({ "n": 1 }).into(),
        created_ms: 5,
        parent: None,
        depth: 0,
        retry_of: None,
        origin: None,
        slot_key: None,
        root: None,
    }
}

/// All that is written of a run that has this status at the end, or meanwhile.
pub(super) fn ended(run: RunId, workspace: WorkspaceId, workflow: WorkflowId, status: Status, at_ms: i64) -> Commit {
    let head = Head { created_ms: at_ms, ..head(workspace, workflow) };
    let finished_ms = status.is_final().then_some(at_ms);
    let tail = Tail { started_ms: Some(at_ms), finished_ms, ..Tail::of(status) };
    Commit::opening(run, head, vec![Event::RunStarted { start: Start::default(), at_ms }], tail)
}
