//! Deletes runs that are kept no longer: by age and by count, as the workflow says or else the server.

use std::time::Duration;

use weft_core::document::{Document, Keep};

use super::History;
use crate::clock::now_ms;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::StoreError;
use crate::store::files;
use crate::store::retention::{self, Ending};

/// How often runs are looked through.
const PAUSE: Duration = Duration::from_secs(600);

/// Between two batches others have their turn.
const REST: Duration = Duration::from_millis(200);

const DAY_MS: i64 = 86_400_000;

/// Days that runs are kept when their workflow says nothing.
const SUCCEEDED_DAYS: u32 = 30;
const FAILED_DAYS: u32 = 90;

impl History {
    pub(super) async fn tidy_for_ever(self) {
        loop {
            match self.tidy(now_ms()).await {
                Ok(0) => {}
                Ok(deleted) => tracing::info!(runs = deleted, "deleted runs that are kept no longer"),
                Err(error) => tracing::warn!(%error, "old runs could not be deleted; it is tried again later"),
            }
            if let Err(error) = self.sweep_files(now_ms()).await {
                tracing::warn!(%error, "files that are no use could not be deleted; it is tried again later");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Deletes what is kept no longer, and answers how many runs those were.
    pub async fn tidy(&self, now_ms: i64) -> Result<usize, StoreError> {
        let mut deleted = 0;
        for (workflow, workspace) in retention::workflows_with_runs(&self.0.store).await? {
            let document = retention::document(&self.0.store, workflow).await?;
            for ending in Ending::ALL {
                let keep = kept(document.as_deref(), ending);
                deleted += self.tidy_one(workspace, workflow, ending, &keep, now_ms).await?;
            }
        }
        Ok(deleted)
    }

    /// Deletes files that were never finished, or whose run was never stored.
    async fn sweep_files(&self, now_ms: i64) -> Result<(), StoreError> {
        while files::sweep(&self.0.store, now_ms.saturating_sub(DAY_MS)).await? > 0 {
            tokio::time::sleep(REST).await;
        }
        Ok(())
    }

    async fn tidy_one(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        ending: Ending,
        keep: &Keep,
        now_ms: i64,
    ) -> Result<usize, StoreError> {
        let store = &self.0.store;
        let mut deleted = 0;
        if let Some(days) = keep.days {
            let before_ms = now_ms.saturating_sub(DAY_MS.saturating_mul(days.into()));
            while let old @ [_, ..] = &retention::ended_before(store, workflow, ending, before_ms).await?[..] {
                deleted += self.delete(workspace, old.to_vec()).await?;
            }
        }
        if let Some(newest) = keep.runs {
            while let surplus @ [_, ..] = &retention::ended_beyond(store, workflow, ending, newest).await?[..] {
                deleted += self.delete(workspace, surplus.to_vec()).await?;
            }
        }
        Ok(deleted)
    }

    async fn delete(&self, workspace: WorkspaceId, runs: Vec<RunId>) -> Result<usize, StoreError> {
        let deleted = self
            .0
            .store
            .write(move |tx| Box::pin(async move { retention::delete_runs(tx, workspace, &runs).await }))
            .await?;
        tokio::time::sleep(REST).await;
        Ok(deleted.len())
    }
}

/// How long runs that ended in this way are kept: as the document says of them, or else the server.
fn kept(document: Option<&str>, ending: Ending) -> Keep {
    let retention = document
        .and_then(|document| serde_json::from_str::<Document>(document).ok())
        .map(|document| document.settings.retention)
        .unwrap_or_default();
    let (asked, days) = match ending {
        Ending::Succeeded => (retention.succeeded, SUCCEEDED_DAYS),
        Ending::Failed => (retention.failed, FAILED_DAYS),
    };
    match asked {
        Some(keep) => keep,
        None => Keep { days: Some(days), runs: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflow_decides_and_else_the_server() {
        let document = r#"{ "weft": 1, "name": "t", "settings": { "retention": { "failed": { "runs": 5 } } } }"#;
        let days = |days| Keep { days: Some(days), runs: None };
        assert_eq!(kept(Some(document), Ending::Failed), Keep { days: None, runs: Some(5) });
        assert_eq!(kept(Some(document), Ending::Succeeded), days(30));
        assert_eq!((kept(None, Ending::Succeeded), kept(Some("?"), Ending::Failed)), (days(30), days(90)));
    }
}
