//! All SQL lives here. Reads go to a pool, writes to the one [`writer`], which groups them into transactions.
//!
//! Functions answer one question each, take the workspace first where there is one, and know nothing of HTTP.

pub mod accounts;
mod batch;
mod blobs;
mod error;
#[cfg(test)]
mod fixture;
mod ids;
pub mod masks;
pub mod plugins;
pub mod retention;
pub mod revisions;
pub mod runs;
pub mod schedules;
pub mod search;
pub mod settings;
#[cfg(test)]
mod tests;
pub mod webhooks;
pub mod workflows;
mod writer;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

pub use error::StoreError;
use writer::Writer;

/// The connection of the transaction a write runs in.
pub type Tx = sqlx::SqliteConnection;

/// Pages of the log that gather before they are put in their places. The last pages of each table are written with every
/// transaction, and put in their places once for all of these.
const LOG_PAGES: &str = "4000";

/// Readers wait for nobody in WAL mode; more than this only costs memory.
const READERS: u32 = 4;

/// A database in a data directory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    readers: SqlitePool,
    writer: Writer,
}

impl Store {
    /// Opens the database in `directory`, creating and migrating it. Refuses a directory another server holds.
    pub async fn open(directory: &Path) -> Result<Store, StoreError> {
        let lock = lock(directory)?;
        let options = SqliteConnectOptions::from_str("sqlite:")?
            .filename(directory.join("weft.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", LOG_PAGES)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .statement_cache_capacity(256);
        let writers = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!("../../migrations").run(&writers).await?;
        let connection = writers.acquire().await?.detach();
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Store { readers, writer: Writer::start(connection, lock) })
    }

    /// Runs `job` in a transaction and returns once it is durable. A failed job leaves no trace and harms no other.
    pub async fn write<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Tx) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
    {
        self.writer.run(job).await
    }

    /// Makes one flush of one run durable, together with whatever else is waiting to be written.
    pub async fn commit(&self, commit: runs::Commit) -> Result<(), StoreError> {
        self.writer.commit(commit).await
    }

    /// Writes what is waiting, then lets go of the database and its lock.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

/// The lock that keeps a second server off the same directory; held while the file is open.
fn lock(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join("weft.lock");
    let unavailable = |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", path.display()));
    let file = File::create(&path).map_err(unavailable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(directory.to_owned())),
        Err(TryLockError::Error(error)) => Err(unavailable(error)),
    }
}
