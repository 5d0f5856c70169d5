//! The writer's promises, on a real database in a temporary folder.

use futures::future::join_all;
use serde_json::json;
use tempfile::TempDir;
use weft_core::run::{Answer, Answerer, Event, Start};

use super::runs::{ApprovalChange, Child, Commit, Fired, Message, NewApproval, Posted, Status, Tail, approvals};
use super::schedules::{Missed, NewSchedule};
use super::{Store, StoreError, fixture, runs, schedules};
use crate::ids::{RunId, WorkflowId, WorkspaceId};

async fn open() -> (TempDir, Store) {
    let folder = TempDir::new().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    (folder, store)
}

fn commit(run: RunId, workspace: WorkspaceId, status: Status) -> Commit {
    let head = fixture::head(workspace, WorkflowId::fresh());
    let tail = Tail { started_ms: Some(5), ..Tail::of(status) };
    Commit::opening(run, head, vec![Event::RunStarted { start: Start::default(), at_ms: 5 }], tail)
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
        assert_eq!((found.tail.status, found.head.input), (Status::Running, json!({ "n": 1 }).into()));
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
    let (_folder, store, workspace) = fixture::open().await;
    let workflow = fixture::workflow(&store, workspace, "w", 1).await;
    let clock = NewSchedule {
        node: "clock".into(),
        cron: "* * * * *".into(),
        timezone: "UTC".into(),
        missed: Missed::Last,
        missed_window_ms: None,
        jitter_ms: 0,
        overlap: "allow".into(),
        next_ms: Some(60_000),
    };
    let job = store
        .write(move |tx| Box::pin(async move { schedules::replace(tx, workspace, workflow, 1, &[clock], 5).await }));
    job.await.unwrap();
    let [(_, schedule)] = schedules::due(&store, 60_000, None, 10).await.unwrap()[..] else { panic!("one is due") };
    let fired = Fired { schedule, from_ms: 5, fire_ms: 60_000, next_ms: Some(120_000), decided_ms: 60_001 };
    let (first, second) = (RunId::fresh(), RunId::fresh());
    let order = |run| Commit { fire: Some(fired), ..commit(run, workspace, Status::Running) };
    let (first_written, second_written) = tokio::join!(store.commit(order(first)), store.commit(order(second)));
    first_written.unwrap();
    assert!(matches!(second_written, Err(StoreError::Conflict(_))));
    assert!(runs::find(&store, workspace, second).await.unwrap().is_none());
    assert_eq!(schedules::next_due(&store, 0).await.unwrap(), Some(120_000));
    let ledger = schedules::fires(&store, schedule, None, 10).await.unwrap();
    assert_eq!(ledger.iter().map(|fire| (fire.fire_ms, fire.run)).collect::<Vec<_>>(), [(60_000, Some(first))]);
}

#[tokio::test]
async fn due_runs_are_those_that_wait() {
    let (_folder, store) = open().await;
    let (run, workspace) = (RunId::fresh(), WorkspaceId::fresh());
    let waiting = commit(run, workspace, Status::Waiting);
    let tail = Tail { wake_ms: Some(1_000), ..waiting.tail.clone() };
    store.commit(Commit { tail, ..waiting }).await.unwrap();
    assert_eq!(runs::next_wake(&store).await.unwrap(), Some(1_000));
    assert_eq!(runs::due(&store, 999, 10).await.unwrap(), []);
    assert_eq!(runs::due(&store, 9_999, 10).await.unwrap(), [(run, workspace)]);
    store.commit(Commit::of(run, Tail::of(Status::Succeeded))).await.unwrap();
    assert_eq!(runs::next_wake(&store).await.unwrap(), None);
}

async fn post(store: &Store, workspace: WorkspaceId, run: RunId, message: Message) -> Posted {
    let job = store.write(move |tx| Box::pin(async move { runs::post(tx, workspace, run, &message, 7).await }));
    job.await.unwrap()
}

async fn send(store: &Store, workspace: WorkspaceId, run: RunId, name: &str) -> bool {
    let message = Message::Signal { name: name.into(), data: json!(1) };
    post(store, workspace, run, message).await != Posted::NoLiveRun
}

#[tokio::test]
async fn a_message_stays_until_the_flush_that_takes_it_in() {
    let (_folder, store) = open().await;
    let (run, workspace) = (RunId::fresh(), WorkspaceId::fresh());
    assert!(!send(&store, workspace, run, "early").await, "there is no such run yet");
    store.commit(commit(run, workspace, Status::Waiting)).await.unwrap();
    assert!(!send(&store, WorkspaceId::fresh(), run, "foreign").await);
    assert!(send(&store, workspace, run, "one").await && send(&store, workspace, run, "two").await);
    assert_eq!(runs::runs_with_mail(&store).await.unwrap(), [(run, workspace)]);
    let mail = runs::inbox(&store, run, 0).await.unwrap();
    assert_eq!(mail.len(), 2);
    let read = Commit { inbox_upto: Some(mail[0].0), ..Commit::of(run, Tail::of(Status::Waiting)) };
    store.commit(read).await.unwrap();
    assert_eq!(runs::inbox(&store, run, 0).await.unwrap(), mail[1..]);
    assert_eq!(runs::inbox(&store, run, mail[1].0).await.unwrap(), []);
    store.commit(Commit::of(run, Tail::of(Status::Succeeded))).await.unwrap();
    assert!(!send(&store, workspace, run, "late").await, "the run has ended");
}

#[tokio::test]
async fn the_end_of_a_run_and_what_follows_from_it_are_one_write() {
    let (_folder, store) = open().await;
    let (parent, child, workspace) = (RunId::fresh(), RunId::fresh(), WorkspaceId::fresh());
    store.commit(commit(parent, workspace, Status::Waiting)).await.unwrap();
    let start = Event::RunStarted { start: Start::default(), at_ms: 5 };
    let head = fixture::head(workspace, WorkflowId::fresh());
    let asks = Commit {
        children: vec![Child { run: child, head: head.into(), start }],
        ..Commit::of(parent, Tail::of(Status::Waiting))
    };
    store.commit(asks).await.unwrap();
    let queued = runs::queued(&store).await.unwrap();
    assert_eq!((queued.len(), queued[0].run), (1, child));
    assert_eq!(runs::journal(&store, child).await.unwrap().len(), 1);
    let answer = Answer::Leave { port: "out".into(), output: json!("done").into() };
    let from = Answerer::Run { run: child.to_string() };
    let message = Message::Answer { path: "call".into(), from, answer };
    let ended = Tail { finished_ms: Some(9), ..Tail::of(Status::Succeeded) };
    let ends = Commit { tells: vec![(parent, message.clone())], ..Commit::of(child, ended) };
    store.commit(ends).await.unwrap();
    let mail = runs::inbox(&store, parent, 0).await.unwrap();
    assert_eq!(mail.into_iter().map(|(_, message)| message).collect::<Vec<_>>(), [message]);
}

#[tokio::test]
async fn a_question_is_open_until_it_is_answered_or_its_run_ends() {
    let (_folder, store) = open().await;
    let (run, workspace, workflow) = (RunId::fresh(), WorkspaceId::fresh(), WorkflowId::fresh());
    store.commit(commit(run, workspace, Status::Waiting)).await.unwrap();
    let question = |path: &str, opened_ms| {
        ApprovalChange::Open(Box::new(NewApproval {
            token: format!("token of {path}"),
            workspace,
            workflow,
            path: path.into(),
            form: json!({ "title": path }).into(),
            opened_ms,
            expires_ms: None,
        }))
    };
    let change = |approvals| Commit { approvals, ..Commit::of(run, Tail::of(Status::Waiting)) };
    store.commit(change(vec![question("a", 1), question("b", 2), question("c", 3)])).await.unwrap();
    let open = async || {
        let open = approvals::list(&store, workspace, true, None, 10).await.unwrap();
        open.into_iter().map(|approval| approval.path.0.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(open().await, ["c", "b", "a"]);
    store.commit(change(vec![ApprovalChange::Close { path: "b".into(), at_ms: 9 }])).await.unwrap();
    assert_eq!(open().await, ["c", "a"]);
    let answer = |path: &str| Message::Answer {
        path: path.into(),
        from: Answerer::Holder { token: format!("token of {path}") },
        answer: Answer::Leave { port: "yes".into(), output: json!("fine").into() },
    };
    assert_eq!(post(&store, workspace, run, answer("b")).await, Posted::TooLate);
    assert_eq!(post(&store, workspace, run, answer("c")).await, Posted::Stored(Status::Waiting));
    assert_eq!(post(&store, workspace, run, answer("c")).await, Posted::TooLate);
    assert_eq!(open().await, ["a"]);
    let asked = approvals::newest_at(&store, workspace, run, &"b".into()).await.unwrap();
    assert_eq!(asked.unwrap().closed_ms, Some(9));
    assert_eq!(approvals::by_token(&store, "token of b").await.unwrap().unwrap().closed_ms, Some(9));
    post(&store, workspace, run, Message::Cancel).await;
    assert_eq!(post(&store, workspace, run, answer("a")).await, Posted::TooLate);
    store.commit(change(vec![ApprovalChange::CloseAll { at_ms: 10 }])).await.unwrap();
    assert_eq!((open().await, approvals::count_open(&store, workspace).await.unwrap()), (Vec::<String>::new(), 0));
}

#[tokio::test]
async fn a_crash_is_counted_against_suspects_and_those_of_several_wait() {
    let (_folder, store) = open().await;
    let (suspect, innocent, workspace) = (RunId::fresh(), RunId::fresh(), WorkspaceId::fresh());
    store.commit(commit(suspect, workspace, Status::Running)).await.unwrap();
    store.commit(commit(innocent, workspace, Status::Running)).await.unwrap();
    let crash = async |run: RunId| {
        store.write(move |tx| Box::pin(async move { runs::count_crash(tx, &[run]).await })).await.unwrap();
        let found = [runs::in_progress(&store).await.unwrap(), runs::queued(&store).await.unwrap()];
        found.map(|runs| runs.iter().map(|run| (run.run, run.crashes)).collect::<Vec<_>>())
    };
    assert_eq!(crash(suspect).await, [vec![(suspect, 1), (innocent, 0)], vec![]]);
    assert_eq!(crash(suspect).await, [vec![(innocent, 0)], vec![(suspect, 2)]]);
    assert_eq!(crash(RunId::fresh()).await, [vec![(innocent, 0)], vec![(suspect, 2)]], "of a run that is gone");
    assert_eq!(crash(suspect).await, [vec![(innocent, 0)], vec![(suspect, 3)]], "it was tried alone");

    let further = Commit { entry: Some((1, Vec::new())), ..Commit::of(suspect, Tail::of(Status::Waiting)) };
    store.commit(further).await.unwrap();
    assert_eq!(crash(suspect).await, [vec![(innocent, 0)], vec![]], "it had got further, so the count begins anew");
    assert_eq!(crash(suspect).await, [vec![(innocent, 0)], vec![(suspect, 2)]], "a wait does not hide it");
}

#[tokio::test]
async fn a_second_server_is_kept_off_the_directory() {
    let (folder, store) = open().await;
    assert!(matches!(Store::open(folder.path()).await, Err(StoreError::InUse(_))));
    store.close().await;
    assert!(Store::open(folder.path()).await.is_ok());
}

/// Lets the database grow to so many pages more, as a disk of that size would.
async fn leave_pages(store: &Store, more: i64) {
    let limit = store.write(move |tx| {
        Box::pin(async move {
            let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(&mut *tx).await?;
            let limit = sqlx::AssertSqlSafe(format!("pragma max_page_count = {}", pages + more));
            Ok(sqlx::query_scalar::<_, i64>(limit).fetch_one(tx).await?)
        })
    });
    limit.await.unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_loses_nothing_and_recovers_by_itself() {
    let (_folder, store) = open().await;
    let workspace = WorkspaceId::fresh();
    let large = |status| {
        let mut commit = commit(RunId::fresh(), workspace, status);
        commit.tail.output = Some(json!("x".repeat(60_000)).into());
        commit
    };
    leave_pages(&store, 40).await;
    // Commits and jobs in the same groups: a job that is undone must not be told that it is there.
    let commits: Vec<Commit> = (0..20).map(|_| large(Status::Succeeded)).collect();
    let ids: Vec<RunId> = commits.iter().map(|commit| commit.run).collect();
    let jobs = join_all((0..20).map(|number| {
        let name = format!("job {number}");
        store.write(move |tx| Box::pin(async move { super::settings::set(tx, &name, "1").await }))
    }));
    let (written, set) = tokio::join!(join_all(commits.into_iter().map(|commit| store.commit(commit))), jobs);
    assert!(written.iter().any(Result::is_err), "the disk did not run full");
    for (id, told) in ids.iter().zip(&written) {
        assert!(matches!(told, Ok(()) | Err(StoreError::Unavailable(_))), "{told:?}");
        assert_eq!(runs::find(&store, workspace, *id).await.unwrap().is_some(), told.is_ok());
    }
    for (number, told) in set.iter().enumerate() {
        assert!(matches!(told, Ok(()) | Err(StoreError::Unavailable(_))), "{told:?}");
        let there = super::settings::get(&store, &format!("job {number}")).await.unwrap().is_some();
        assert_eq!(there, told.is_ok());
    }
    leave_pages(&store, 10_000).await;
    store.commit(large(Status::Succeeded)).await.unwrap();
}

#[tokio::test]
async fn a_locked_database_is_unavailable_until_it_is_let_go() {
    let (folder, store) = open().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("weft.db"));
    let mut other = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("begin immediate").execute(&mut other).await.unwrap();
    let workspace = WorkspaceId::fresh();
    let waiting = commit(RunId::fresh(), workspace, Status::Running);
    let (told, set) =
        tokio::join!(store.commit(waiting.clone()), store.write(|tx| Box::pin(super::settings::set(tx, "name", "1"))));
    assert!(matches!(told, Err(StoreError::Unavailable(_))), "{told:?}");
    assert!(matches!(set, Err(StoreError::Unavailable(_))), "{set:?}");
    sqlx::query("rollback").execute(&mut other).await.unwrap();
    store.commit(waiting).await.unwrap();
}

#[tokio::test]
async fn a_disk_that_is_nearly_full_refuses_new_runs_and_writes_what_goes_on() {
    let (_folder, store) = open().await;
    let (run, workspace) = (RunId::fresh(), WorkspaceId::fresh());
    store.commit(commit(run, workspace, Status::Running)).await.unwrap();
    let low = store.clone().with_floor(super::Floor::Bytes(u64::MAX));
    assert!(low.disk().1 && !store.disk().1);
    let refused = low.commit(commit(RunId::fresh(), workspace, Status::Running)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    low.commit(Commit::of(run, Tail::of(Status::Succeeded))).await.unwrap();
    assert_eq!(runs::find(&low, workspace, run).await.unwrap().unwrap().tail.status, Status::Succeeded);
}
