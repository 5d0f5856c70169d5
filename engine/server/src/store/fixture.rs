//! What tests of the store begin with.

use tempfile::TempDir;

use super::runs::{Head, Trigger, TriggerKind};
use super::{Store, accounts, workflows};
use crate::ids::{WorkflowId, WorkspaceId};

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
    }
}
