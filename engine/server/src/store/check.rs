//! Whether a database is sound, as far as the database itself can tell.

use sqlx::Row;

use super::{Store, StoreError, backup, blobs};
use crate::ids::{RunId, WorkspaceId};

/// What is wrong, in words; empty lists when nothing is.
#[derive(Debug, Default)]
pub struct Findings {
    /// What SQLite finds in its pages and indexes.
    pub integrity: Vec<String>,
    /// Rows that refer to rows that are not there.
    pub foreign_keys: Vec<String>,
    /// Blobs whose bytes are not what they are stored under.
    pub blobs: Vec<String>,
    /// Blobs that runs refer to and that are not there.
    pub missing_blobs: Vec<String>,
}

/// How many there are of what people would count.
#[derive(Debug)]
pub struct Counts {
    pub workflows: i64,
    pub runs: i64,
    pub journal_rows: i64,
    pub blobs: i64,
    pub blob_bytes: i64,
}

pub async fn findings(store: &Store) -> Result<Findings, StoreError> {
    let mut connection = store.readers.acquire().await?;
    let integrity = backup::integrity(&mut connection).await?;
    if !integrity.is_empty() {
        // The rest would only say the same in other words.
        return Ok(Findings { integrity, ..Findings::default() });
    }
    let broken = sqlx::query("pragma foreign_key_check").fetch_all(&mut *connection).await?;
    let told = |row: &sqlx::sqlite::SqliteRow| -> Result<String, StoreError> {
        Ok(format!(
            "a row of {} refers to a row of {} that is not there",
            row.try_get::<String, _>(0)?,
            row.try_get::<String, _>(2)?
        ))
    };
    let missing = "select distinct lower(hex(run_blob.sha256)) from run_blob left join blob on blob.sha256 = run_blob.sha256 \
                   where blob.sha256 is null";
    Ok(Findings {
        integrity,
        foreign_keys: broken.iter().map(told).collect::<Result<_, _>>()?,
        blobs: blobs::damaged(&mut connection).await?,
        missing_blobs: sqlx::query_scalar(missing).fetch_all(&mut *connection).await?,
    })
}

pub async fn counts(store: &Store) -> Result<Counts, StoreError> {
    let counts = "select (select count(*) from workflow), (select count(*) from run), (select count(*) from journal), \
                  (select count(*) from blob), (select coalesce(sum(size_bytes), 0) from blob)";
    let (workflows, runs, journal_rows, blobs, blob_bytes) = sqlx::query_as(counts).fetch_one(&store.readers).await?;
    Ok(Counts { workflows, runs, journal_rows, blobs, blob_bytes })
}

/// Every run that has not ended.
pub async fn live_runs(store: &Store) -> Result<Vec<(RunId, WorkspaceId)>, StoreError> {
    let live = "select run_id, workspace_id from run where status in ('queued', 'running', 'waiting') order by run_id";
    Ok(sqlx::query_as(live).fetch_all(&store.readers).await?)
}
