//! What is addressed to runs. A message is durable before its sender is told so, and leaves the inbox in the same
//! transaction in which it becomes part of the journal: it can neither be lost nor be taken in twice.

use weft_core::run::Answerer;

use super::{Message, Status};
use crate::ids::{RunId, WorkspaceId};
use crate::store::{Store, StoreError, Tx};

/// A message with its place in the inbox.
pub type Received = (i64, Message);

/// The most messages a run may have unread, with the signals it keeps that nobody waited for: such a run is not waiting for more.
pub const MOST_KEPT: i64 = 1_000;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// It is stored for a run that stands there.
    Stored(Status),
    /// The question was answered already, or its run is about to end.
    TooLate,
    /// It is a signal, and the run has enough of them.
    Full,
    /// There is no such run, or it has ended.
    NoLiveRun,
}

/// Stores a message for a run that has not ended. The first answer to a question closes it.
pub async fn post(
    tx: &mut Tx,
    workspace: WorkspaceId,
    run: RunId,
    message: &Message,
    now_ms: i64,
) -> Result<Posted, StoreError> {
    let find = "select status, kept_signals from run where run_id = $1 and workspace_id = $2";
    let found: Option<(Status, i64)> = sqlx::query_as(find).bind(run).bind(workspace).fetch_optional(&mut *tx).await?;
    let Some((status, kept)) = found.filter(|(status, _)| !status.is_final()) else { return Ok(Posted::NoLiveRun) };
    if let Message::Answer { from: Answerer::Holder { token }, .. } = message
        && !close_question(tx, run, token, now_ms).await?
    {
        return Ok(Posted::TooLate);
    }
    let unread: i64 =
        sqlx::query_scalar("select count(*) from inbox where run_id = $1").bind(run).fetch_one(&mut *tx).await?;
    // What only signals fill up must not keep a run from being stopped or answered.
    if kept + unread >= MOST_KEPT && matches!(message, Message::Signal { .. }) {
        return Ok(Posted::Full);
    }
    sqlx::query("insert into inbox (run_id, message, created_ms) values ($1, $2, $3)")
        .bind(run)
        .bind(serde_json::to_string(message)?)
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(Posted::Stored(status))
}

/// Closes the question that a token gives the right to answer. False when it is closed, or its run was asked to end.
async fn close_question(tx: &mut Tx, run: RunId, token: &str, now_ms: i64) -> Result<bool, StoreError> {
    let close = "update approval set closed_ms = $1 where run_id = $2 and token = $3 and closed_ms is null                  and not exists (select 1 from inbox where inbox.run_id = $2 and inbox.message = $4)";
    let closed = sqlx::query(close).bind(now_ms).bind(run).bind(token).bind(serde_json::to_string(&Message::Cancel)?);
    Ok(closed.execute(tx).await?.rows_affected() == 1)
}

/// What a run has not taken in yet, oldest first.
pub async fn inbox(store: &Store, run: RunId, after: i64) -> Result<Vec<Received>, StoreError> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("select inbox_id, message from inbox where run_id = $1 and inbox_id > $2 order by inbox_id")
            .bind(run)
            .bind(after)
            .fetch_all(&store.readers)
            .await?;
    rows.into_iter().map(|(id, message)| Ok((id, serde_json::from_str(&message)?))).collect()
}

/// Waiting runs that were sent something, and queued ones that are to end: what a restarted server takes up again.
pub async fn runs_with_mail(store: &Store) -> Result<Vec<(RunId, WorkspaceId)>, StoreError> {
    let mail = "select distinct run.run_id, run.workspace_id from inbox join run on run.run_id = inbox.run_id \
                where run.status = 'waiting' or run.status = 'queued' and inbox.message = $1";
    Ok(sqlx::query_as(mail).bind(serde_json::to_string(&Message::Cancel)?).fetch_all(&store.readers).await?)
}
