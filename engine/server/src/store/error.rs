//! Why the store refused, split by what a caller can do about it.

use std::path::PathBuf;

#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was first, or the thing exists already: read again and decide. Holds SQLite's words on the constraint.
    #[error("conflict: {0}")]
    Conflict(String),
    /// Disk full, locked, read-only or going away: refuse work and try again later.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Another server has this data directory.
    #[error("another Weft server is using {}; stop it or choose another data directory", .0.display())]
    InUse(PathBuf),
    /// What was stored does not read back: a bug, or a database changed by hand.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    #[error("the database refused a statement: {0}")]
    Internal(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> StoreError {
        match &error {
            sqlx::Error::Database(database)
                if database.is_unique_violation() || database.is_foreign_key_violation() =>
            {
                StoreError::Conflict(database.message().to_owned())
            }
            sqlx::Error::Database(database) => match database.code().and_then(|code| code.parse::<i32>().ok()) {
                // The primary result code is the low byte: busy, locked, read-only, I/O error, full, cannot open.
                Some(code) if matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14) => {
                    StoreError::Unavailable(database.message().to_owned())
                }
                _ => StoreError::Internal(error.to_string()),
            },
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) => {
                StoreError::Unavailable(error.to_string())
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::Damaged(error.to_string()),
            _ => StoreError::Internal(error.to_string()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> StoreError {
        StoreError::Internal(format!("migration: {error}"))
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> StoreError {
        StoreError::Damaged(error.to_string())
    }
}
