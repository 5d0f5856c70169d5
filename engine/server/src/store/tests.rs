//! The writer's promises, on a real database in a temporary folder.

use futures::future::join_all;
use serde_json::json;
use tempfile::TempDir;
use weft_core::run::{Event, Start};

use super::runs::{Commit, Fired, Head, Status, Tail, Trigger, TriggerKind};
use super::{Store, StoreError, runs, schedules};
use crate::ids::{RunId, ScheduleId, WorkflowId, WorkspaceId};

async fn open() -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    (folder, store)
}

fn commit(run: RunId, workspace: WorkspaceId, status: Status) -> Commit {
    let head = Head {
        workspace,
        workflow: WorkflowId::fresh(),
        revision: 1,
        trigger: Trigger { kind: TriggerKind::Api, node: Some("t".into()), fire_ms: None },
        input: json!({ "n": 1 }),
        created_ms: 5,
    };
    let tail = Tail { status, started_ms: Some(5), finished_ms: None, output: None, error: None };
    let events = vec![Event::RunStarted { start: Start::default(), at_ms: 5 }];
    Commit { run, head: Some(head), entry: Some((0, events)), tail, timers: None, fire: None }
}

#[tokio::test]
async fn what_many_callers_write_at_once_is_all_there() {
    let (_folder, store) = open().await;
    let workspace = WorkspaceId::fresh();
    let ids: Vec<RunId> = (0..300).map(|_| RunId::fresh()).collect();
    let written = join_all(ids.iter().map(|id| store.commit(commit(*id, workspace, Status::Running)))).await;
    assert!(written.iter().all(Result::is_ok));
    for id in &ids {
        let found = runs::find(&store, workspace, *id).await.unwrap().unwrap();
        assert_eq!((found.tail.status, found.head.input), (Status::Running, json!({ "n": 1 })));
        assert_eq!(runs::journal(&store, *id).await.unwrap().len(), 1);
    }
    assert!(
        runs::find(&store, WorkspaceId::fresh(), ids[0]).await.unwrap().is_none(),
        "another workspace sees nothing"
    );
}

#[tokio::test]
async fn a_commit_at_fault_fails_alone() {
    let (_folder, store) = open().await;
    let workspace = WorkspaceId::fresh();
    let (twice, once) = (RunId::fresh(), RunId::fresh());
    store.commit(commit(twice, workspace, Status::Running)).await.unwrap();
    let (again, other) = tokio::join!(
        store.commit(commit(twice, workspace, Status::Running)),
        store.commit(commit(once, workspace, Status::Running))
    );
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    assert!(other.is_ok() && runs::find(&store, workspace, once).await.unwrap().is_some());
}

#[tokio::test]
async fn a_failed_job_leaves_no_trace_and_harms_no_other() {
    let (_folder, store) = open().await;
    let set = |name: &'static str, then: Result<(), StoreError>| {
        store.write(move |tx| {
            Box::pin(async move {
                super::settings::set(tx, name, "1").await?;
                then
            })
        })
    };
    let (kept, failed) =
        tokio::join!(set("kept", Ok(())), set("failed", Err(StoreError::Damaged("on purpose".into()))));
    assert!(kept.is_ok() && matches!(failed, Err(StoreError::Damaged(_))));
    assert_eq!(super::settings::get(&store, "kept").await.unwrap().as_deref(), Some("1"));
    assert_eq!(super::settings::get(&store, "failed").await.unwrap(), None);
}

#[tokio::test]
async fn a_run_that_has_ended_stays_as_it_ended() {
    let (_folder, store) = open().await;
    let (run, workspace) = (RunId::fresh(), WorkspaceId::fresh());
    store.commit(commit(run, workspace, Status::Cancelled)).await.unwrap();
    let late = Commit { head: None, entry: Some((1, Vec::new())), ..commit(run, workspace, Status::Succeeded) };
    assert!(matches!(store.commit(late).await, Err(StoreError::Conflict(_))));
    assert_eq!(runs::find(&store, workspace, run).await.unwrap().unwrap().tail.status, Status::Cancelled);
    assert_eq!(runs::journal(&store, run).await.unwrap().len(), 1, "the late row of the journal is not there either");
}

#[tokio::test]
async fn a_moment_of_a_schedule_becomes_one_run() {
    let (_folder, store) = open().await;
    let (schedule, workspace) = (ScheduleId::fresh(), WorkspaceId::fresh());
    let fired = Fired { schedule, fire_ms: 60_000, next_ms: Some(120_000) };
    let (first, second) = (RunId::fresh(), RunId::fresh());
    let order = |run| Commit { fire: Some(fired), ..commit(run, workspace, Status::Running) };
    store.commit(order(first)).await.unwrap();
    assert!(matches!(store.commit(order(second)).await, Err(StoreError::Conflict(_))));
    assert!(runs::find(&store, workspace, first).await.unwrap().is_some());
    assert!(runs::find(&store, workspace, second).await.unwrap().is_none());
    assert_eq!(schedules::next_due(&store).await.unwrap(), None);
}

#[tokio::test]
async fn due_timers_are_those_of_waiting_runs() {
    let (_folder, store) = open().await;
    let (run, workspace) = (RunId::fresh(), WorkspaceId::fresh());
    let timers = Some(vec![("wait".into(), 1_000), (String::new(), 9_000)]);
    store.commit(Commit { timers, ..commit(run, workspace, Status::Waiting) }).await.unwrap();
    assert_eq!(runs::next_timer(&store).await.unwrap(), Some(1_000));
    assert_eq!(runs::due_timers(&store, 999, 10).await.unwrap(), []);
    assert_eq!(runs::due_timers(&store, 9_999, 10).await.unwrap(), [(run, workspace)]);
    let ended =
        Commit { head: None, entry: None, timers: Some(Vec::new()), ..commit(run, workspace, Status::Succeeded) };
    store.commit(ended).await.unwrap();
    assert_eq!(runs::next_timer(&store).await.unwrap(), None);
}

#[tokio::test]
async fn a_second_server_is_kept_off_the_directory() {
    let (folder, store) = open().await;
    assert!(matches!(Store::open(folder.path()).await, Err(StoreError::InUse(_))));
    store.close().await;
    assert!(Store::open(folder.path()).await.is_ok());
}
