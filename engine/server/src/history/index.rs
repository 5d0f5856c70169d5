//! Fills the search index behind the runs, with little work at a time.

use std::time::{Duration, Instant};

use super::History;
use crate::clock::now_ms;
use crate::ids::{RunId, WorkspaceId};
use crate::store::runs;
use crate::store::search::{self, Document};
use crate::store::{StoreError, runs::Run};

/// How often it is looked for runs that have ended.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest it rests after a look at everything.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A run that began so lately is one of many that come.
const BUSY_MS: i64 = 1_000;

/// Runs that are taken into view in one transaction.
const ADVANCE: u32 = 500;

/// Runs outside of the index that are looked at in one go: most of them may be waiting for long.
const LOOKED_AT: u32 = 2_000;

/// Runs that are indexed in one transaction, so that no flush waits long behind it.
const BATCH: usize = 64;

/// While new runs come, the indexer rests after each transaction this many times as long as it worked, so that it takes a
/// quarter of a core at most. Otherwise it has nobody to make way for.
const REST: u32 = 3;

impl History {
    pub(super) async fn index_for_ever(self) {
        loop {
            let started = Instant::now();
            if let Err(error) = self.index_now().await {
                tracing::warn!(%error, "runs could not be indexed for the search; it goes on in a moment");
            }
            // Runs that wait for long are looked at each time, and may be many.
            tokio::time::sleep((started.elapsed() * REST).clamp(PAUSE, LONGEST_PAUSE)).await;
        }
    }

    /// Makes way for runs that come, after a transaction of the indexer's own.
    async fn rest(&self, after: Instant) -> Result<(), StoreError> {
        let worked = after.elapsed();
        if search::has_since(&self.0.store, now_ms() - BUSY_MS).await? {
            tokio::time::sleep(worked * REST).await;
        }
        Ok(())
    }

    /// Indexes every run that has ended.
    pub async fn index_now(&self) -> Result<(), StoreError> {
        let mut before = None;
        loop {
            let is_behind = search::is_behind(&self.0.store).await?;
            if is_behind {
                let started = Instant::now();
                self.0.store.write(|tx| Box::pin(search::advance(tx, ADVANCE))).await?;
                self.rest(started).await?;
            }
            let (ended, more) = search::to_index(&self.0.store, before, LOOKED_AT).await?;
            for batch in ended.chunks(BATCH) {
                let started = Instant::now();
                self.index(batch).await?;
                self.rest(started).await?;
            }
            if more.is_none() && !is_behind {
                return Ok(());
            }
            before = more;
        }
    }

    async fn index(&self, batch: &[(RunId, WorkspaceId)]) -> Result<(), StoreError> {
        let mut documents = Vec::with_capacity(batch.len());
        let mut unreadable = Vec::new();
        for (run, workspace) in batch {
            match runs::find(&self.0.store, *workspace, *run).await {
                Ok(Some(run)) => documents.push(self.document(&run).await?),
                Ok(None) => {}
                Err(error @ StoreError::Unavailable(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(run.id = %run, %error, "a run does not read back and cannot be searched");
                    unreadable.push(*run);
                }
            }
        }
        let job = self.0.store.write(move |tx| {
            Box::pin(async move {
                search::insert(tx, &documents).await?;
                if !unreadable.is_empty() {
                    search::forget(tx, &unreadable).await?;
                }
                Ok(())
            })
        });
        job.await
    }

    /// A run that does not read back is indexed without its text: the others behind it must be found.
    async fn document(&self, run: &Run) -> Result<Document, StoreError> {
        let text = match self.text_of(run).await {
            Ok(text) => text,
            Err(StoreError::Unavailable(reason)) => return Err(StoreError::Unavailable(reason)),
            Err(error) => {
                tracing::error!(run.id = %run.id, %error, "the text of a run cannot be searched");
                String::new()
            }
        };
        Ok(Document {
            run: run.id,
            workspace: run.head.workspace,
            workflow: run.head.workflow,
            status: run.tail.status,
            error_code: run.tail.error.as_ref().map(|error| error.code.clone()),
            text,
        })
    }
}
