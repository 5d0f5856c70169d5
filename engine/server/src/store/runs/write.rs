//! Writing flushes: one statement per table for as many runs as wait, all in one trip to SQLite's thread.

use std::sync::Arc;

use serde::Serialize;
use weft_core::run::Event;

use super::{ApprovalChange, Commit, Fired, Head, Status, Tail};
use crate::ids::RunId;
use crate::store::batch::Batch;
use crate::store::schedules::{self, Entry, Outcome, Settlement};
use crate::store::{StoreError, Tx};

const INSERT_RUNS: &str = "insert into run (run_id, workspace_id, workflow_id, revision, status, trigger, input, output, error, \
     created_ms, started_ms, finished_ms, wake_ms, parent_run_id, parent_path, depth, retry_of, origin_run_id, slot_key, incidents) \
     select unhex(value->>'run_id'), unhex(value->>'workspace_id'), unhex(value->>'workflow_id'), value->>'revision', \
     value->>'status', value->>'trigger', value->>'input', value->>'output', value->>'error', value->>'created_ms', \
     value->>'started_ms', value->>'finished_ms', value->>'wake_ms', unhex(value->>'parent_run_id'), value->>'parent_path', \
     coalesce(value->>'depth', 0), unhex(value->>'retry_of'), unhex(value->>'origin_run_id'), value->>'slot_key', \
     coalesce(value->>'incidents', 0) from jsonb_each(?)";

const INSERT_ENTRIES: &str = "insert into journal (run_id, sequence, events) \
     select unhex(value->>'run_id'), value->>'sequence', value->>'events' from jsonb_each(?)";

/// A run that has ended stays as it ended: whoever comes later lost the race.
const UPDATE_TAILS: &str = "update run set status = new.value->>'status', output = new.value->>'output', error = new.value->>'error', \
     started_ms = new.value->>'started_ms', finished_ms = new.value->>'finished_ms', wake_ms = new.value->>'wake_ms', \
     incidents = coalesce(new.value->>'incidents', 0) from jsonb_each(?) as new \
     where run.run_id = unhex(new.value->>'run_id') and run.status in ('queued', 'running', 'waiting')";

const DELETE_MAIL: &str = "delete from inbox where inbox_id in (select inbox.inbox_id from jsonb_each(?) as read \
     join inbox on inbox.run_id = unhex(read.value->>'run_id') and inbox.inbox_id <= read.value->>'upto')";

/// A run that has ended, or is not there any more, is told nothing.
const INSERT_MAIL: &str = "insert into inbox (run_id, message, created_ms) \
     select run.run_id, mail.value->>'message', mail.value->>'created_ms' from jsonb_each(?) as mail \
     join run on run.run_id = unhex(mail.value->>'run_id') where run.status in ('queued', 'running', 'waiting')";

const OPEN_APPROVALS: &str = "insert into approval (token, workspace_id, workflow_id, run_id, path, form, opened_ms, expires_ms) \
     select value->>'token', unhex(value->>'workspace_id'), unhex(value->>'workflow_id'), unhex(value->>'run_id'), \
     value->>'path', value->>'form', value->>'opened_ms', value->>'expires_ms' from jsonb_each(?)";

const CLOSE_APPROVALS: &str = "update approval set closed_ms = closed.value->>'at_ms' from jsonb_each(?) as closed \
     where approval.run_id = unhex(closed.value->>'run_id') and approval.closed_ms is null \
     and (closed.value->>'path' is null or approval.path = closed.value->>'path')";

/// A UUID as `unhex` reads it.
type Hex = uuid::fmt::Simple;

#[derive(Serialize)]
struct RunRow<'a> {
    run_id: Hex,
    workspace_id: Hex,
    workflow_id: Hex,
    revision: i64,
    trigger: String,
    input: String,
    created_ms: i64,
    #[serde(flatten)]
    tail: TailColumns,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_run_id: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_path: Option<&'a str>,
    #[serde(skip_serializing_if = "is_zero")]
    depth: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_of: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin_run_id: Option<Hex>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slot_key: Option<&'a str>,
}

#[derive(Serialize)]
struct TailRow {
    run_id: Hex,
    #[serde(flatten)]
    tail: TailColumns,
}

#[derive(Serialize)]
struct TailColumns {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wake_ms: Option<i64>,
    #[serde(skip_serializing_if = "is_zero")]
    incidents: u32,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[derive(Serialize)]
struct EntryRow {
    run_id: Hex,
    sequence: u32,
    events: String,
}

#[derive(Serialize)]
struct ReadMail {
    run_id: Hex,
    upto: i64,
}

#[derive(Serialize)]
struct MailRow {
    run_id: Hex,
    message: String,
    created_ms: Option<i64>,
}

#[derive(Serialize)]
struct ApprovalRow<'a> {
    token: &'a str,
    workspace_id: Hex,
    workflow_id: Hex,
    run_id: Hex,
    path: &'a str,
    form: String,
    opened_ms: i64,
    expires_ms: Option<i64>,
}

#[derive(Serialize)]
struct ClosedApproval<'a> {
    run_id: Hex,
    path: Option<&'a str>,
    at_ms: i64,
}

/// Writes the flushes of several runs; all or none, as the caller's transaction or savepoint decides.
pub async fn write_commits(tx: &mut Tx, commits: &[Commit]) -> Result<(), StoreError> {
    let mut batch = Batch::default();
    add_commits(&mut batch, commits.iter())?;
    batch.run(tx).await?;
    for commit in commits {
        if let Some(fired) = commit.fire {
            schedules::settle(tx, &settlement(fired, commit.run)).await?;
        }
    }
    Ok(())
}

fn settlement(fired: Fired, run: RunId) -> Settlement {
    Settlement {
        schedule: fired.schedule,
        from_ms: fired.from_ms,
        cursor_ms: fired.fire_ms,
        next_ms: fired.next_ms,
        decided_ms: fired.decided_ms,
        entry: Some(Entry::of(fired.fire_ms, Outcome::Ran(run))),
    }
}

/// Whether [`add_commits`] says all that is to be written.
pub fn is_batch(commit: &Commit) -> bool {
    commit.fire.is_none()
}

/// Adds what flushes write in any case. Moments of schedules are apart: they are few, and have their own rules.
pub fn add_commits<'c>(batch: &mut Batch, commits: impl Iterator<Item = &'c Commit> + Clone) -> Result<(), StoreError> {
    let children = || commits.clone().flat_map(|commit| &commit.children);
    let queued = Tail::of(Status::Queued);
    let created = commits.clone().filter_map(|commit| Some(run_row(commit.run, commit.head.as_ref()?, &commit.tail)));
    let created = created.chain(children().map(|child| run_row(child.run, &child.head, &queued)));
    let entries = commits.clone().filter_map(|commit| Some((commit.run, commit.entry.as_ref()?)));
    let entries = entries.map(|(run, (sequence, events))| entry_row(run, *sequence, events));
    let entries = entries.chain(children().map(|child| entry_row(child.run, 0, std::slice::from_ref(&child.start))));
    let changed = commits.clone().filter(|commit| commit.head.is_none()).map(tail_row);
    batch.for_each(INSERT_RUNS, &created.collect::<Result<Vec<_>, _>>()?)?;
    batch.for_each(INSERT_ENTRIES, &entries.collect::<Result<Vec<_>, _>>()?)?;
    batch.for_each(UPDATE_TAILS, &changed.collect::<Result<Vec<_>, _>>()?)?;
    add_mail(batch, commits.clone())?;
    add_approvals(batch, commits)
}

fn add_mail<'c>(batch: &mut Batch, commits: impl Iterator<Item = &'c Commit> + Clone) -> Result<(), StoreError> {
    let read =
        commits.clone().filter_map(|commit| Some(ReadMail { run_id: hex(commit.run), upto: commit.inbox_upto? }));
    let sent = commits.filter_map(|commit| {
        let (to, message) = commit.tells.as_ref()?;
        let created_ms = commit.tail.finished_ms;
        Some(serde_json::to_string(message).map(|message| MailRow { run_id: hex(*to), message, created_ms }))
    });
    batch.with(DELETE_MAIL, &read.collect::<Vec<_>>())?;
    batch.with(INSERT_MAIL, &sent.collect::<Result<Vec<_>, _>>()?)
}

fn add_approvals<'c>(batch: &mut Batch, commits: impl Iterator<Item = &'c Commit> + Clone) -> Result<(), StoreError> {
    let (mut opened, mut closed) = (Vec::new(), Vec::new());
    for (commit, change) in commits.flat_map(|commit| commit.approvals.iter().map(move |change| (commit, change))) {
        let run_id = hex(commit.run);
        match change {
            ApprovalChange::Open(new) => opened.push(ApprovalRow {
                token: &new.token,
                workspace_id: new.workspace.0.simple(),
                workflow_id: new.workflow.0.simple(),
                run_id,
                path: &new.path.0,
                form: serde_json::to_string(&new.form)?,
                opened_ms: new.opened_ms,
                expires_ms: new.expires_ms,
            }),
            ApprovalChange::Close { path, at_ms } => {
                closed.push(ClosedApproval { run_id, path: Some(&path.0), at_ms: *at_ms });
            }
            ApprovalChange::CloseAll { at_ms } => closed.push(ClosedApproval { run_id, path: None, at_ms: *at_ms }),
        }
    }
    batch.for_each(OPEN_APPROVALS, &opened)?;
    batch.with(CLOSE_APPROVALS, &closed)
}

fn run_row<'a>(run: RunId, head: &'a Arc<Head>, tail: &Tail) -> Result<RunRow<'a>, StoreError> {
    Ok(RunRow {
        run_id: hex(run),
        workspace_id: head.workspace.0.simple(),
        workflow_id: head.workflow.0.simple(),
        revision: head.revision,
        trigger: serde_json::to_string(&head.trigger)?,
        input: serde_json::to_string(&head.input)?,
        created_ms: head.created_ms,
        tail: tail_columns(tail)?,
        parent_run_id: head.parent.as_ref().map(|parent| hex(parent.run)),
        parent_path: head.parent.as_ref().map(|parent| &*parent.path.0),
        depth: head.depth,
        retry_of: head.retry_of.map(hex),
        origin_run_id: head.origin.map(hex),
        slot_key: head.slot_key.as_deref(),
    })
}

fn tail_row(commit: &Commit) -> Result<TailRow, StoreError> {
    Ok(TailRow { run_id: hex(commit.run), tail: tail_columns(&commit.tail)? })
}

fn tail_columns(tail: &Tail) -> Result<TailColumns, StoreError> {
    Ok(TailColumns {
        status: tail.status,
        output: text(&tail.output)?,
        error: text(&tail.error)?,
        started_ms: tail.started_ms,
        finished_ms: tail.finished_ms,
        wake_ms: tail.wake_ms,
        incidents: tail.incidents,
    })
}

fn entry_row(run: RunId, sequence: u32, events: &[Event]) -> Result<EntryRow, StoreError> {
    Ok(EntryRow { run_id: hex(run), sequence, events: serde_json::to_string(events)? })
}

fn text(value: &Option<impl Serialize>) -> Result<Option<String>, StoreError> {
    Ok(value.as_ref().map(serde_json::to_string).transpose()?)
}

fn hex(run: RunId) -> Hex {
    run.0.simple()
}
