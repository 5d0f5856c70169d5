//! Several statements in one trip to SQLite's thread. A trip costs two switches of threads, more than most statements do.

use futures::TryStreamExt;
use serde::Serialize;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Either, Encode, Executor, Sqlite, Type};

use super::{StoreError, Tx};

/// Lengths of lists of values. Few, so that each statement is prepared once: a list is filled up with rows of nulls.
const LENGTHS: [usize; 4] = [1, 8, 24, 64];

/// Statements that are run in order until one fails. What to do then is the caller's business.
#[derive(Debug, Default)]
pub struct Batch {
    sql: String,
    arguments: SqliteArguments,
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

    /// A statement that changes one row for each of `rows`, which stand as a list of values between `before` and `after`: for
    /// long texts, which would be copied several times on their way through `jsonb_each`. It must pass over rows whose first
    /// value is null, and may become several statements.
    pub fn values<T>(
        &mut self,
        before: &'static str,
        after: &'static str,
        rows: &[T],
        write: impl FnMut(&T, &mut Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.listing((before, after), rows, Some, write)
    }

    /// Like [`Batch::values`], for statements that pass over what is there already.
    pub fn new_values<T>(
        &mut self,
        before: &'static str,
        after: &'static str,
        rows: &[T],
        write: impl FnMut(&T, &mut Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.listing((before, after), rows, |_| None, write)
    }

    fn listing<T>(
        &mut self,
        (before, after): (&'static str, &'static str),
        rows: &[T],
        changes: impl Fn(u64) -> Option<u64>,
        mut write: impl FnMut(&T, &mut Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let longest = LENGTHS[LENGTHS.len() - 1];
        for rows in rows.chunks(longest) {
            let mut columns = 0;
            for row in rows {
                let mut values = Row { arguments: &mut self.arguments, columns: 0 };
                write(row, &mut values)?;
                columns = values.columns;
            }
            let length = LENGTHS.into_iter().find(|length| *length >= rows.len()).unwrap_or(longest);
            let mut padding = Row { arguments: &mut self.arguments, columns: 0 };
            for _ in 0..(length - rows.len()) * columns {
                padding.value(None::<i64>)?;
            }
            self.sql.push_str(before);
            self.sql.push_str("(values ");
            for number in 0..length {
                self.sql.push_str(if number == 0 { "(?" } else { ",(?" });
                self.sql.extend(std::iter::repeat_n(",?", columns - 1));
                self.sql.push(')');
            }
            self.sql.push(')');
            self.push(after, changes(rows.len() as u64));
        }
        Ok(())
    }

    fn reading<T: Serialize>(&mut self, sql: &'static str, rows: &[T], changes: Option<u64>) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows = serde_json::to_string(rows)?;
        Row { arguments: &mut self.arguments, columns: 0 }.value(rows)?;
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

/// One row of a list of values.
#[derive(Debug)]
pub struct Row<'b> {
    arguments: &'b mut SqliteArguments,
    columns: usize,
}

impl Row<'_> {
    /// The value of the next column.
    pub fn value<'q, T: Encode<'q, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> Result<&mut Self, StoreError> {
        self.arguments.add(value).map_err(|error| StoreError::Internal(error.to_string()))?;
        self.columns += 1;
        Ok(self)
    }
}
