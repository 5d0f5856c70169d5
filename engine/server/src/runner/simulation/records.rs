//! The database of the simulation: what the runner asks of [`Records`], over memory that outlives the server.

use std::sync::Arc;

use futures::future::BoxFuture;
use weft_core::run::Event;

use super::super::Records;
use super::world::{Durable, Row, World};
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::StoreError;
use crate::store::revisions::Revision;
use crate::store::runs::{
    Commit, FirstSeen, Head, Live, Message, Posted, Received, Run, SUSPICIOUS_CRASHES, Status, Tail,
};

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

#[derive(Debug)]
pub struct Memory(pub Arc<World>);

impl Memory {
    /// Reads in one go, after the way there and before the way back.
    fn read<'a, T: Send + 'a>(&'a self, read: impl FnOnce(&Durable) -> T + Send + 'a) -> Answer<'a, T> {
        Box::pin(async move {
            if !self.0.trip().await {
                return Err(away());
            }
            let found = read(&self.0.durable());
            self.0.point().await;
            Ok(found)
        })
    }

    /// Writes all or nothing, one after the other. The server may die before, and after without hearing of it.
    fn write<'a, T: Send + 'a>(
        &'a self,
        write: impl FnOnce(&mut Durable) -> Result<T, StoreError> + Send + 'a,
    ) -> Answer<'a, T> {
        Box::pin(async move {
            let _turn = self.0.writer.lock().await;
            if !self.0.trip().await {
                return Err(away());
            }
            let written = write(&mut self.0.durable())?;
            self.0.point().await;
            Ok(written)
        })
    }
}

fn away() -> StoreError {
    StoreError::Unavailable("it is away for a moment".into())
}

fn conflict(what: impl Into<String>) -> StoreError {
    StoreError::Conflict(what.into())
}

fn apply(durable: &mut Durable, commit: &Commit) -> Result<(), StoreError> {
    let entry = commit.entry.as_ref().map(|(sequence, events)| (commit.run, *sequence, events.clone()));
    let entries: Vec<(RunId, u32, Vec<Event>)> = entries_of(commit).chain(entry).collect();
    let is_new = commit.head.is_some();
    if is_new == durable.runs.contains_key(&commit.run)
        || commit.children.iter().any(|child| durable.runs.contains_key(&child.run))
    {
        return Err(conflict(format!("{} is there already, or is not", commit.run)));
    }
    if entries.iter().any(|(run, sequence, _)| durable.journal.contains_key(&(*run, *sequence))) {
        return Err(conflict(format!("a row of {} is there already", commit.run)));
    }
    if let Some(row) = durable.runs.get_mut(&commit.run) {
        if row.tail.status.is_final() {
            return Err(conflict(format!("{} has ended", commit.run)));
        }
        row.tail = commit.tail.clone();
    }
    let created = commit.head.iter().map(|head| (commit.run, head, commit.tail.clone()));
    let queued = commit.children.iter().map(|child| (child.run, &child.head, Tail::of(Status::Queued)));
    for (run, head, tail) in created.chain(queued) {
        durable.runs.insert(run, Row { head: Arc::clone(head), tail, crashes: 0 });
    }
    for (run, sequence, events) in entries {
        durable.journal.insert((run, sequence), serde_json::to_string(&events)?);
    }
    if let Some(upto) = commit.inbox_upto {
        durable.inbox.retain(|place, (run, _)| *run != commit.run || *place > upto);
    }
    for (run, message) in &commit.tells {
        durable.post(*run, message);
    }
    Ok(())
}

fn entries_of(commit: &Commit) -> impl Iterator<Item = (RunId, u32, Vec<Event>)> {
    commit.children.iter().map(|child| (child.run, 0, vec![child.start.clone()]))
}

fn live(durable: &Durable, is_wanted: impl Fn(&Row) -> bool) -> Vec<Live> {
    let wanted = durable.runs.iter().filter(|(_, row)| is_wanted(row));
    let live = wanted.map(|(run, row)| Live {
        run: *run,
        workspace: row.head.workspace,
        workflow: row.head.workflow,
        revision: row.head.revision,
        slot_key: row.head.slot_key.clone(),
        crashes: row.crashes,
    });
    live.collect()
}

fn waits(row: &Row) -> bool {
    row.tail.status == Status::Waiting
}

impl Records for Memory {
    fn commit(&self, commit: Commit) -> Answer<'_, ()> {
        self.write(move |durable| {
            apply(durable, &commit)?;
            let live = self.0.plan.more_than_may_be_live(durable, commit.run);
            self.0.expect(live.is_empty(), || format!("too many runs are live: {live:?}"));
            Ok(())
        })
    }

    fn find(&self, _: WorkspaceId, run: RunId) -> Answer<'_, Option<Run>> {
        self.read(move |durable| {
            let row = durable.runs.get(&run)?;
            Some(Run {
                id: run,
                head: Head::clone(&row.head),
                workflow_name: String::new(),
                tail: row.tail.clone(),
                has_masked_family: false,
            })
        })
    }

    fn journal(&self, run: RunId) -> Answer<'_, Vec<(u32, Vec<Event>)>> {
        self.read(move |durable| durable.rows(run))
    }

    fn inbox(&self, run: RunId, after: i64) -> Answer<'_, Vec<Received>> {
        self.read(move |durable| {
            let mail = durable.inbox.range(after + 1..).filter(|(_, (to, _))| *to == run);
            mail.map(|(place, (_, message))| (*place, serde_json::from_str(message).expect("it was written by us")))
                .collect()
        })
    }

    fn post(&self, _: WorkspaceId, run: RunId, message: Message) -> Answer<'_, Posted> {
        self.write(move |durable| Ok(durable.post(run, &message).map_or(Posted::NoLiveRun, Posted::Stored)))
    }

    fn take_up(&self, _suspects: &[RunId]) -> Answer<'_, Vec<Live>> {
        self.write(|durable| {
            if !std::mem::take(&mut durable.was_orderly) {
                for row in durable.runs.values_mut().filter(|row| row.tail.status == Status::Running) {
                    row.crashes += 1;
                    if row.crashes >= SUSPICIOUS_CRASHES {
                        row.tail.status = Status::Queued;
                    }
                }
            }
            Ok(live(durable, |row| row.tail.status == Status::Running))
        })
    }

    fn note_orderly_stop(&self) -> Answer<'_, ()> {
        self.write(|durable| {
            durable.was_orderly = true;
            Ok(())
        })
    }

    fn queued(&self) -> Answer<'_, Vec<Live>> {
        self.read(|durable| live(durable, |row| row.tail.status == Status::Queued))
    }

    fn waiting_of(&self, workflow: WorkflowId) -> Answer<'_, Vec<Live>> {
        self.read(move |durable| live(durable, |row| waits(row) && row.head.workflow == workflow))
    }

    fn live_children(&self, run: RunId) -> Answer<'_, Vec<RunId>> {
        self.read(move |durable| {
            let is_child = |row: &Row| row.head.parent.as_ref().is_some_and(|parent| parent.run == run);
            let live = durable.runs.iter().filter(|(_, row)| is_child(row) && !row.tail.status.is_final());
            live.map(|(run, _)| *run).collect()
        })
    }

    fn runs_with_mail(&self) -> Answer<'_, Vec<(RunId, WorkspaceId)>> {
        self.read(|durable| {
            let to = |run: &RunId| durable.inbox.values().any(|(to, _)| to == run);
            let runs = durable.runs.iter().filter(|(run, row)| waits(row) && to(run));
            runs.map(|(run, row)| (*run, row.head.workspace)).collect()
        })
    }

    fn due(&self, now_ms: i64, limit: u32) -> Answer<'_, Vec<(RunId, WorkspaceId)>> {
        self.read(move |durable| {
            let is_due = |row: &Row| waits(row) && row.tail.wake_ms.is_some_and(|wake_ms| wake_ms <= now_ms);
            let mut due: Vec<_> = durable.runs.iter().filter(|(_, row)| is_due(row)).collect();
            due.sort_by_key(|(_, row)| row.tail.wake_ms);
            due.iter().take(limit as usize).map(|(run, row)| (**run, row.head.workspace)).collect()
        })
    }

    fn next_wake(&self) -> Answer<'_, Option<i64>> {
        self.read(|durable| durable.runs.values().filter(|row| waits(row)).filter_map(|row| row.tail.wake_ms).min())
    }

    fn published(&self, _: WorkspaceId, workflow: WorkflowId) -> Answer<'_, Option<i64>> {
        self.read(move |_| self.0.plan.document(workflow).map(|_| 1))
    }

    fn revision(&self, _: WorkspaceId, workflow: WorkflowId, number: i64) -> Answer<'_, Option<Revision>> {
        self.read(move |_| {
            let document = self.0.plan.document(workflow)?;
            Some(Revision {
                number,
                document: serde_json::to_string(document).expect("a document is JSON"),
                plugin_lock: "{}".into(),
                note: None,
                created_by: None,
                created_ms: 0,
            })
        })
    }

    fn first_seen(&self, asked: FirstSeen) -> Answer<'_, Vec<bool>> {
        self.write(move |_| Err(StoreError::Internal(format!("no workflow drawn here asks for {asked:?}"))))
    }
}
