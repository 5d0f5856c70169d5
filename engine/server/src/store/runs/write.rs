//! Writing flushes: one statement per table for as many runs as wait, all in one trip to SQLite's thread.

use serde::Serialize;

use super::{ApprovalChange, Commit, Fired, Head, Status, Tail};
use crate::clock::now_ms;
use crate::ids::RunId;
use crate::store::batch::{Batch, Row};
use crate::store::blobs::Packer;
use crate::store::plugin_state;
use crate::store::schedules::{self, Entry, Outcome, Settlement};
use crate::store::{StoreError, Tx};

const INSERT_RUNS: &str = "insert into run (run_id, workspace_id, workflow_id, revision, trigger, input, created_ms, parent_run_id, \
     parent_path, depth, retry_of, origin_run_id, slot_key, root_run_id, status, output, error, error_code, started_ms, finished_ms, wake_ms, incidents, \
     events, kept_signals) \
     select * from ";

const INSERT_ENTRIES: &str = "insert into journal (run_id, sequence, events) select * from ";

const THAT_ARE_ROWS: &str = " as new where new.column1 is not null";

const UPDATE_TAILS: &str = "update run set status = new.column2, output = new.column3, error = new.column4, error_code = new.column5, \
     started_ms = new.column6, finished_ms = new.column7, wake_ms = new.column8, incidents = new.column9, \
     events = new.column10, kept_signals = new.column11 from ";

/// A run that has ended stays as it ended: whoever comes later lost the race.
const THAT_ARE_LIVE: &str = " as new where run.run_id = new.column1 and run.status in ('queued', 'running', 'waiting')";

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
struct ReadMail {
    run_id: Hex,
    upto: i64,
}

#[derive(Serialize)]
struct MailRow {
    run_id: Hex,
    message: String,
    created_ms: i64,
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
    batch.run(tx).await
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

/// Adds what flushes write.
pub fn add_commits<'c>(batch: &mut Batch, commits: impl Iterator<Item = &'c Commit> + Clone) -> Result<(), StoreError> {
    let children = || commits.clone().flat_map(|commit| &commit.children);
    let queued = Tail::of(Status::Queued);
    let created = commits.clone().filter_map(|commit| Some((commit.run, commit.head.as_ref()?, &commit.tail)));
    let created: Vec<_> = created.chain(children().map(|child| (child.run, &child.head, &queued))).collect();
    let entries = commits.clone().filter_map(|commit| Some((commit.run, commit.entry.as_ref()?)));
    let entries = entries.map(|(run, (sequence, events))| (run, *sequence, events.as_slice()));
    let entries: Vec<_> =
        entries.chain(children().map(|child| (child.run, 0, std::slice::from_ref(&child.start)))).collect();
    let mut packer = Packer::default();
    let changed: Vec<_> = commits.clone().filter(|commit| commit.head.is_none()).collect();
    batch.values(INSERT_RUNS, THAT_ARE_ROWS, &created, |(run, head, tail), row| {
        write_head(row.value(*run)?, *run, head, &mut packer)?;
        write_tail(row, *run, tail, &mut packer)
    })?;
    batch.values(INSERT_ENTRIES, THAT_ARE_ROWS, &entries, |(run, sequence, events), row| {
        row.value(*run)?.value(*sequence)?.value(packer.list(*run, events)?)?;
        Ok(())
    })?;
    batch.values(UPDATE_TAILS, THAT_ARE_LIVE, &changed, |commit, row| {
        write_tail(row.value(commit.run)?, commit.run, &commit.tail, &mut packer)
    })?;
    packer.add_to(batch)?;
    let fired = commits.clone().filter_map(|commit| Some(settlement(commit.fire?, commit.run)));
    schedules::add_settlements(batch, &fired.collect::<Vec<_>>())?;
    add_mail(batch, commits.clone())?;
    plugin_state::add_changes(batch, commits.clone().flat_map(|commit| &commit.kept))?;
    add_approvals(batch, commits)
}

fn add_mail<'c>(batch: &mut Batch, commits: impl Iterator<Item = &'c Commit> + Clone) -> Result<(), StoreError> {
    let read =
        commits.clone().filter_map(|commit| Some(ReadMail { run_id: hex(commit.run), upto: commit.inbox_upto? }));
    let created_ms = now_ms();
    let sent = commits.flat_map(|commit| &commit.tells).map(|(to, message)| {
        serde_json::to_string(message).map(|message| MailRow { run_id: hex(*to), message, created_ms })
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

fn write_head(row: &mut Row<'_>, run: RunId, head: &Head, packer: &mut Packer) -> Result<(), StoreError> {
    row.value(head.workspace)?
        .value(head.workflow)?
        .value(head.revision)?
        .value(serde_json::to_string(&head.trigger)?)?
        .value(packer.value(run, &head.input)?)?
        .value(head.created_ms)?
        .value(head.parent.as_ref().map(|parent| parent.run))?
        .value(head.parent.as_ref().map(|parent| parent.path.0.to_string()))?
        .value(head.depth)?
        .value(head.retry_of)?
        .value(head.origin)?
        .value(head.slot_key.clone())?
        .value(head.root)?;
    Ok(())
}

fn write_tail(row: &mut Row<'_>, run: RunId, tail: &Tail, packer: &mut Packer) -> Result<(), StoreError> {
    row.value(tail.status)?
        .value(tail.output.as_ref().map(|output| packer.value(run, output)).transpose()?)?
        .value(tail.error.as_ref().map(|error| packer.object(run, error)).transpose()?)?
        .value(tail.error.as_ref().map(|error| error.code.clone()))?
        .value(tail.started_ms)?
        .value(tail.finished_ms)?
        .value(tail.wake_ms)?
        .value(tail.incidents)?
        .value(tail.events)?
        .value(tail.kept_signals)?;
    Ok(())
}

fn hex(run: RunId) -> Hex {
    run.0.simple()
}
