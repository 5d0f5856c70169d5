//! Cancelling runs.

use super::{Runner, StartError};
use crate::ids::{RunId, WorkspaceId};
use crate::store::{StoreError, runs};

#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    #[error("there is no such run")]
    NotFound,
    #[error("the run has already ended")]
    AlreadyEnded,
    #[error(transparent)]
    Start(#[from] StartError),
}

impl From<StoreError> for CancelError {
    fn from(error: StoreError) -> CancelError {
        CancelError::Start(StartError::Store(error))
    }
}

impl Runner {
    /// Asks a run to end: it starts nothing more and its calls are cut off. Its end is told by its journal.
    pub async fn cancel(&self, workspace: WorkspaceId, run: RunId) -> Result<(), CancelError> {
        let found = runs::find(&self.0.store, workspace, run).await?.ok_or(CancelError::NotFound)?;
        if found.tail.status.is_final() {
            return Err(CancelError::AlreadyEnded);
        }
        self.resume(workspace, run).await?;
        // Gone if the run has just ended by itself, which is as good.
        if let Some(token) = self.0.active().get(&run) {
            token.cancel();
        }
        Ok(())
    }
}
