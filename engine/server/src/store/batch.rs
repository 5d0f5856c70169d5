//! Several statements in one trip to SQLite's thread. A trip costs two switches of threads, more than most statements do.

use futures::TryStreamExt;
use serde::Serialize;
use sqlx::{AssertSqlSafe, Either, Executor, Sqlite};

use super::{StoreError, Tx};

/// Statements that are run in order until one fails. What to do then is the caller's business.
#[derive(Debug, Default)]
pub struct Batch {
    sql: String,
    arguments: sqlx::sqlite::SqliteArguments,
    /// How many rows each statement must change, where that says whether it did what it should.
    changes: Vec<Option<u64>>,
}

impl Batch {
    /// A statement without arguments.
    pub fn add(&mut self, sql: &'static str) {
        self.push(sql, None);
    }

    /// A statement that reads `rows` from `jsonb_each(?)`, its only argument, and changes one row for each. With no rows
    /// there is no statement.
    pub fn for_each<T: Serialize>(&mut self, sql: &'static str, rows: &[T]) -> Result<(), StoreError> {
        let changes = rows.len() as u64;
        self.reading(sql, rows, Some(changes))
    }

    /// Like [`Batch::for_each`], for statements that may change any number of rows.
    pub fn with<T: Serialize>(&mut self, sql: &'static str, rows: &[T]) -> Result<(), StoreError> {
        self.reading(sql, rows, None)
    }

    fn reading<T: Serialize>(&mut self, sql: &'static str, rows: &[T], changes: Option<u64>) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows = serde_json::to_string(rows)?;
        sqlx::Arguments::add(&mut self.arguments, rows).map_err(|error| StoreError::Internal(error.to_string()))?;
        self.push(sql, changes);
        Ok(())
    }

    fn push(&mut self, sql: &'static str, changes: Option<u64>) {
        self.sql.push_str(sql);
        self.sql.push(';');
        self.changes.push(changes);
    }

    /// Runs the statements. A statement that changed fewer rows than it should is a conflict.
    pub async fn run(self, tx: &mut Tx) -> Result<(), StoreError> {
        let query = sqlx::query_with::<Sqlite, _>(AssertSqlSafe(self.sql), self.arguments);
        let mut expected = self.changes.into_iter();
        let mut results = tx.fetch_many(query);
        let mut missed = false;
        while let Some(result) = results.try_next().await? {
            if let Either::Left(done) = result {
                missed |= expected.next().flatten().is_some_and(|changes| changes != done.rows_affected());
            }
        }
        match missed {
            true => Err(StoreError::Conflict("a row to be changed is not there, or not as it was".into())),
            false => Ok(()),
        }
    }
}
