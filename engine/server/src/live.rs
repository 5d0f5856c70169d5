//! Tells who watches that something about a run has become durable. What it was is read from the store.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::runs::Status;

/// Changes a slow watcher may be behind before it has to read from the store again.
const BEHIND: usize = 1024;

/// One durable flush of a run.
#[derive(Debug, Clone)]
pub struct Change {
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub run: RunId,
    /// The row of the journal it added.
    pub sequence: u32,
    pub status: Status,
}

#[derive(Debug, Clone)]
pub struct Live {
    changes: broadcast::Sender<Arc<Change>>,
}

impl Default for Live {
    fn default() -> Live {
        Live { changes: broadcast::Sender::new(BEHIND) }
    }
}

impl Live {
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Change>> {
        self.changes.subscribe()
    }

    pub fn publish(&self, change: Change) {
        if self.changes.receiver_count() > 0 {
            // Fails when the last watcher left in this instant.
            let _ = self.changes.send(Arc::new(change));
        }
    }
}
