//! All SQL lives here. Reads go to a pool, writes to the one [`writer`], which groups them into transactions.
//!
//! Functions answer one question each, take the workspace first where there is one, and know nothing of HTTP.

pub mod accounts;
pub mod backup;
mod batch;
mod blobs;
pub mod check;
pub mod credentials;
mod disk;
mod error;
pub mod files;
#[cfg(test)]
mod fixture;
mod ids;
#[cfg(test)]
mod interleavings;
pub mod masks;
pub mod plugin_state;
pub mod plugin_triggers;
pub mod plugins;
pub mod restored;
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
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqlitePool};

use disk::Disk;

pub use disk::Floor;
pub use error::StoreError;
use writer::Writer;

/// The connection of the transaction a write runs in.
pub type Tx = sqlx::SqliteConnection;

/// Pages of the log that gather before they are put in their places. The last pages of each table are written with every
/// transaction, and put in their places once for all of these.
const LOG_PAGES: &str = "4000";

/// Readers wait for nobody in WAL mode; more than this only costs memory.
const READERS: u32 = 4;

/// The file of the database in a data directory.
const DATABASE: &str = "weft.db";

/// How long a connection waits for another process, such as a backup, before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// A database in a data directory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    readers: SqlitePool,
    writer: Writer,
    disk: Disk,
}

impl Store {
    /// Opens the database in `directory`, creating and migrating it. Refuses a directory another server holds.
    pub async fn open(directory: &Path) -> Result<Store, StoreError> {
        let lock = lock(directory)?;
        let options = options(directory)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", LOG_PAGES);
        let writers = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        MIGRATIONS.run(&writers).await?;
        let connection = writers.acquire().await?.detach();
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        let disk = Disk::of(directory, Floor::Default);
        Ok(Store { readers, writer: Writer::start(connection, lock), disk })
    }

    /// Opens the database in `directory` to look at it, whoever else is at work there. Writes fail.
    pub async fn open_to_read(directory: &Path) -> Result<Store, StoreError> {
        let path = directory.join(DATABASE);
        let unavailable = |error: std::io::Error| StoreError::Unavailable(format!("{}: {error}", path.display()));
        // Open and not locked: it keeps nobody off.
        let no_lock = File::open(&path).map_err(unavailable)?;
        let options = options(directory)?.read_only(true);
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.clone()).await?;
        let connection = options.connect().await?;
        let disk = Disk::of(directory, Floor::Default);
        Ok(Store { readers, writer: Writer::start(connection, no_lock), disk })
    }

    /// How much of the disk has to stay free for new runs to be stored.
    pub fn with_floor(self, floor: Floor) -> Store {
        Store { disk: self.disk.with_floor(floor), ..self }
    }

    /// Free bytes on the disk of the data directory, and whether they are too few for new runs.
    pub fn disk(&self) -> (u64, bool) {
        self.disk.state()
    }

    /// Runs `job` in a transaction and returns once it is durable. A failed job leaves no trace and harms no other.
    pub async fn write<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Tx) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
    {
        self.writer.run(job).await
    }

    /// Makes one flush of one run durable, together with whatever else is waiting to be written. A new run is refused when
    /// the disk is nearly full, so that those that are live can go on.
    pub async fn commit(&self, commit: runs::Commit) -> Result<(), StoreError> {
        if commit.head.is_some() {
            self.disk.has_room()?;
        }
        self.writer.commit(commit).await
    }

    /// Writes what is waiting, then lets go of the database and its lock.
    pub async fn close(&self) {
        // The writer last: who closes the database last folds the log into the file, and readers may not write.
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn options(directory: &Path) -> Result<SqliteConnectOptions, StoreError> {
    Ok(SqliteConnectOptions::from_str("sqlite:")?
        .filename(directory.join(DATABASE))
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .statement_cache_capacity(256))
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
