//! Writing flushes: as few statements as possible for as many runs as wait, because each one costs a trip to SQLite's thread.

use sqlx::QueryBuilder;

use super::{Commit, Head};
use crate::store::{StoreError, Tx, schedules};

/// Rows per statement. Few different lengths, so that every statement is prepared once.
const CHUNKS: [usize; 3] = [64, 8, 1];

/// Writes the flushes of several runs; all or none, as the caller's transaction or savepoint decides.
pub async fn write_commits(tx: &mut Tx, commits: &[Commit]) -> Result<(), StoreError> {
    let created: Vec<(&Commit, &Head)> =
        commits.iter().filter_map(|commit| Some((commit, commit.head.as_ref()?))).collect();
    for chunk in chunks(&created) {
        insert_runs(tx, chunk).await?;
    }
    let entries: Vec<&Commit> = commits.iter().filter(|commit| commit.entry.is_some()).collect();
    for chunk in chunks(&entries) {
        insert_entries(tx, chunk).await?;
    }
    for commit in commits {
        if commit.head.is_none() {
            update_tail(tx, commit).await?;
        }
        if let Some(fired) = commit.fire {
            let moment = (fired.fire_ms, Some(commit.run), None);
            schedules::fire(tx, fired.schedule, &[moment], fired.fire_ms, fired.next_ms).await?;
        }
        if let Some(timers) = &commit.timers {
            replace_timers(tx, commit, timers).await?;
        }
    }
    Ok(())
}

fn chunks<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = CHUNKS.into_iter().find(|size| *size <= rows.len())?;
        let (chunk, rest) = rows.split_at(size);
        rows = rest;
        Some(chunk)
    })
}

async fn insert_runs(tx: &mut Tx, rows: &[(&Commit, &Head)]) -> Result<(), StoreError> {
    let texts = rows
        .iter()
        .map(|(commit, head)| {
            Ok((
                serde_json::to_string(&head.trigger)?,
                serde_json::to_string(&head.input)?,
                commit.tail.output.as_ref().map(serde_json::to_string).transpose()?,
                commit.tail.error.as_ref().map(serde_json::to_string).transpose()?,
            ))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    let mut insert = QueryBuilder::new(
        "insert into run (run_id, workspace_id, workflow_id, revision, status, trigger, input, output, error, \
         created_ms, started_ms, finished_ms) ",
    );
    insert.push_values(rows.iter().zip(texts), |mut row, ((commit, head), (trigger, input, output, error))| {
        row.push_bind(commit.run)
            .push_bind(head.workspace)
            .push_bind(head.workflow)
            .push_bind(head.revision)
            .push_bind(commit.tail.status)
            .push_bind(trigger)
            .push_bind(input)
            .push_bind(output)
            .push_bind(error)
            .push_bind(head.created_ms)
            .push_bind(commit.tail.started_ms)
            .push_bind(commit.tail.finished_ms);
    });
    insert.build().execute(tx).await?;
    Ok(())
}

async fn insert_entries(tx: &mut Tx, commits: &[&Commit]) -> Result<(), StoreError> {
    let rows = commits
        .iter()
        .filter_map(|commit| commit.entry.as_ref().map(|(sequence, events)| (commit.run, *sequence, events)))
        .map(|(run, sequence, events)| Ok((run, sequence, serde_json::to_string(events)?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    let mut insert = QueryBuilder::new("insert into journal (run_id, sequence, events) ");
    insert.push_values(rows, |mut row, (run, sequence, events)| {
        row.push_bind(run).push_bind(sequence).push_bind(events);
    });
    insert.build().execute(tx).await?;
    Ok(())
}

const UPDATE_TAIL: &str = "update run set status = $2, output = $3, error = $4, started_ms = $5, finished_ms = $6 \
     where run_id = $1 and status in ('queued', 'running', 'waiting')";

/// A run that has ended stays as it ended: whoever comes later lost the race.
async fn update_tail(tx: &mut Tx, commit: &Commit) -> Result<(), StoreError> {
    let tail = &commit.tail;
    let updated = sqlx::query(UPDATE_TAIL)
        .bind(commit.run)
        .bind(tail.status)
        .bind(tail.output.as_ref().map(serde_json::to_string).transpose()?)
        .bind(tail.error.as_ref().map(serde_json::to_string).transpose()?)
        .bind(tail.started_ms)
        .bind(tail.finished_ms)
        .execute(tx)
        .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::Conflict(format!("{} has already ended", commit.run)));
    }
    Ok(())
}

async fn replace_timers(tx: &mut Tx, commit: &Commit, timers: &[(String, i64)]) -> Result<(), StoreError> {
    sqlx::query("delete from timer where run_id = $1").bind(commit.run).execute(&mut *tx).await?;
    for (path, due_ms) in timers {
        sqlx::query("insert into timer (run_id, path, due_ms) values ($1, $2, $3)")
            .bind(commit.run)
            .bind(path)
            .bind(due_ms)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
