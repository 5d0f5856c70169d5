//! Restored mode: a server on a restored database takes up no runs, wakes no waits and fires no schedules until somebody
//! confirms, because the world is ahead of the backup.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::take_up;
use crate::clock::now_ms;
use crate::runner::Runner;
use crate::store::{Store, StoreError, restored};
use crate::triggers::Triggers;

/// How often it is looked whether somebody confirmed from outside of this process.
const PAUSE: Duration = Duration::from_secs(1);

/// Stands for a database nobody has to confirm.
const NEVER: i64 = i64::MIN;

/// Whether the server waits for a confirmation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Restored(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    since_ms: AtomicI64,
    confirmed: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Restored {
    pub async fn read(store: &Store) -> Result<Restored, StoreError> {
        let since_ms = restored::since_ms(store).await?;
        Ok(Restored(Arc::new(Inner {
            store: store.clone(),
            since_ms: AtomicI64::new(since_ms.unwrap_or(NEVER)),
            confirmed: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })))
    }

    /// When the database was restored, while nobody has confirmed.
    pub fn since_ms(&self) -> Option<i64> {
        Some(self.0.since_ms.load(Ordering::Relaxed)).filter(|since_ms| *since_ms != NEVER)
    }

    /// Lets runs and schedules go on. Answers whether they were waiting for it.
    pub async fn confirm(&self) -> Result<bool, StoreError> {
        let waited = self.0.store.write(|tx| Box::pin(restored::confirm(tx, now_ms()))).await?;
        self.0.confirmed.notify_one();
        Ok(waited)
    }

    /// Waits for the confirmation in the background, then starts what it kept from starting.
    pub fn take_up_when_confirmed(&self, runner: Runner, triggers: Triggers) {
        tracing::warn!(
            "this database was restored: runs and schedules are held until you confirm with `weft restore --confirm`"
        );
        let restored = self.clone();
        let taking_up = async move {
            restored.wait().await;
            restored.0.since_ms.store(NEVER, Ordering::Relaxed);
            tracing::info!("the restored database is confirmed: runs and schedules go on");
            if let Err(error) = take_up(&runner, &triggers).await {
                tracing::error!(%error, "runs and schedules could not be taken up; restart the server");
            }
        };
        self.0.tasks.spawn(self.0.stop.clone().run_until_cancelled_owned(taking_up));
    }

    pub async fn shutdown(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    async fn wait(&self) {
        loop {
            match restored::since_ms(&self.0.store).await {
                Ok(None) => return,
                Ok(Some(_)) => {}
                Err(error) => tracing::warn!(%error, "it could not be read whether the restored database is confirmed"),
            }
            // Either way it is looked again.
            let _ = tokio::time::timeout(PAUSE, self.0.confirmed.notified()).await;
        }
    }
}
