//! The one writer: it groups what everybody wants to write into one transaction (group commit).
//!
//! There is no timer. Whatever has gathered while the previous transaction was flushed goes into the next one, so a lone
//! caller waits for nothing and a crowd shares one flush. Callers are answered only after the commit.

use std::fs::File;

use futures::future::BoxFuture;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::batch::Batch;
use super::runs::{self, Commit};
use super::{StoreError, Tx};
use crate::failpoint;

/// How many writes may wait. Past this callers wait for room, which is how a slow disk slows the intake.
const WAITING: usize = 4096;

/// How many writes share a transaction; keeps the longest flush, and so the wait of one caller, short.
const GROUP: usize = 512;

const SAVEPOINT: &str = "savepoint job";

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Tells a job's caller how the transaction ended.
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// A job runs in the group's transaction and hands back how to answer its caller, and why the database is unavailable if it
/// is: then the transaction is over for everybody in it.
type Job = Box<dyn for<'c> FnOnce(&'c mut Tx) -> BoxFuture<'c, (Answer, Option<StoreError>)> + Send>;

enum Request {
    Commit(Box<Commit>, Reply<()>),
    Job(Job),
    Close(oneshot::Sender<()>),
}

#[derive(Debug, Clone)]
pub(super) struct Writer {
    requests: mpsc::Sender<Request>,
    _task: std::sync::Arc<JoinHandle<()>>,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Request")
    }
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection, lock: File) -> Writer {
        let (requests, inbox) = mpsc::channel(WAITING);
        let task = tokio::spawn(write_groups(connection, lock, inbox));
        Writer { requests, _task: std::sync::Arc::new(task) }
    }

    pub(super) async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Commit(Box::new(commit), reply)).await?;
        answer.await.map_err(|_| closed())?
    }

    pub(super) async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Tx) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Job(Box::new(move |tx| Box::pin(run_job(tx, job, reply))))).await?;
        answer.await.map_err(|_| closed())?
    }

    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.requests.send(Request::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }

    async fn send(&self, request: Request) -> Result<(), StoreError> {
        self.requests.send(request).await.map_err(|_| closed())
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable(
        "the write was given up: the server stops, or what came before met an unavailable database".into(),
    )
}

async fn write_groups(mut connection: SqliteConnection, lock: File, mut inbox: mpsc::Receiver<Request>) {
    let mut requests = Vec::with_capacity(GROUP);
    let mut closing = None;
    while closing.is_none() && inbox.recv_many(&mut requests, GROUP).await > 0 {
        let mut group = Group::default();
        for request in requests.drain(..) {
            match request {
                Request::Commit(commit, reply) => {
                    group.commits.push(*commit);
                    group.replies.push(reply);
                }
                Request::Job(job) => group.jobs.push(job),
                Request::Close(done) => closing = Some(done),
            }
        }
        group.write(&mut connection).await;
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "the database did not close cleanly");
    }
    drop(lock);
    if let Some(done) = closing {
        let _ = done.send(());
    }
}

#[derive(Default)]
struct Group {
    commits: Vec<Commit>,
    /// One for each commit.
    replies: Vec<Reply<()>>,
    jobs: Vec<Job>,
}

impl Group {
    async fn write(self, connection: &mut SqliteConnection) {
        let moments = failpoint::Moments::of(self.commits.iter());
        failpoint::pass("group.begin", String::new);
        let written =
            if self.jobs.is_empty() { write_at_once(connection, &self.commits, &moments).await } else { Ok(false) };
        if let Ok(false) = written {
            return self.write_each(connection, &moments).await;
        }
        moments.pass("after");
        let ended = written.map(|_| ());
        for reply in self.replies {
            // The caller may be gone; what it wanted is written all the same.
            let _ = reply.send(ended.clone());
        }
    }

    /// Writes jobs and commits so that one that is at fault fails alone.
    async fn write_each(self, connection: &mut SqliteConnection, moments: &failpoint::Moments) {
        let mut answers: Vec<Answer> = Vec::with_capacity(self.commits.len() + self.jobs.len());
        let written = match execute(connection, "begin immediate").await {
            Ok(()) => write_jobs(connection, self.jobs, &mut answers).await,
            Err(error) => Err(error),
        };
        let ended = match written {
            Ok(()) => match write_commits(connection, &self.commits, self.replies, &mut answers).await {
                Ok(()) => {
                    moments.pass("before");
                    execute(connection, "commit").await
                }
                Err(error) => Err(error),
            },
            Err(error) => {
                answers.extend(self.replies.into_iter().map(answer_with));
                Err(error)
            }
        };
        if let Err(error) = &ended {
            roll_back(connection, error).await;
        }
        moments.pass("after");
        for answer in answers {
            answer(ended.clone());
        }
    }
}

async fn roll_back(connection: &mut SqliteConnection, error: &StoreError) {
    tracing::error!(%error, "a group of writes was rolled back");
    // Fails when there is nothing to roll back, which is fine.
    let _ = execute(connection, "rollback").await;
}

/// Writes commits as a transaction of their own, in two trips to SQLite's thread. False when one of them is at fault; then
/// nothing of them is written. An unavailable database is nobody's fault and fails them all.
async fn write_at_once(
    connection: &mut SqliteConnection,
    commits: &[Commit],
    moments: &failpoint::Moments,
) -> Result<bool, StoreError> {
    let mut batch = Batch::default();
    batch.add("begin immediate");
    if runs::add_commits(&mut batch, commits.iter()).is_err() {
        return Ok(false);
    }
    let written = match batch.run(connection).await {
        Ok(()) => {
            moments.pass("before");
            execute(connection, "commit").await
        }
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => Ok(true),
        Err(error @ StoreError::Unavailable(_)) => {
            roll_back(connection, &error).await;
            Err(error)
        }
        Err(_) => {
            let _ = execute(connection, "rollback").await;
            Ok(false)
        }
    }
}

/// Runs jobs until the database is unavailable. Jobs that are left then are dropped, and answer by their closed channel.
async fn write_jobs(tx: &mut Tx, jobs: Vec<Job>, answers: &mut Vec<Answer>) -> Result<(), StoreError> {
    for job in jobs {
        let (answer, unavailable) = job(tx).await;
        answers.push(answer);
        if let Some(error) = unavailable {
            return Err(error);
        }
    }
    Ok(())
}

/// Writes all commits with few statements; if one of them is at fault, each on its own so that only it fails.
async fn write_commits(
    tx: &mut Tx,
    commits: &[Commit],
    replies: Vec<Reply<()>>,
    answers: &mut Vec<Answer>,
) -> Result<(), StoreError> {
    if commits.is_empty() {
        return Ok(());
    }
    let mut replies = replies.into_iter();
    let mut written = write_in_savepoint(tx, commits).await;
    if let Err(StoreError::Conflict(_) | StoreError::InUse(_) | StoreError::Damaged(_) | StoreError::Internal(_)) =
        written
    {
        written = Ok(());
        for (commit, reply) in commits.iter().zip(replies.by_ref()) {
            match write_in_savepoint(tx, std::slice::from_ref(commit)).await {
                Err(error @ StoreError::Unavailable(_)) => {
                    answers.push(answer_with(reply));
                    written = Err(error);
                    break;
                }
                Err(error) => answers.push(Box::new(move |_| drop(reply.send(Err(error))))),
                Ok(()) => answers.push(answer_with(reply)),
            }
        }
    }
    answers.extend(replies.map(answer_with));
    written
}

async fn write_in_savepoint(tx: &mut Tx, commits: &[Commit]) -> Result<(), StoreError> {
    execute(tx, SAVEPOINT).await?;
    let written = runs::write_commits(tx, commits).await;
    leave_savepoint(tx, written).await
}

fn answer_with(reply: Reply<()>) -> Answer {
    Box::new(move |ended| drop(reply.send(ended)))
}

async fn run_job<T, F>(tx: &mut Tx, job: F, reply: Reply<T>) -> (Answer, Option<StoreError>)
where
    T: Send + 'static,
    F: for<'c> FnOnce(&'c mut Tx) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
{
    let result = match execute(tx, SAVEPOINT).await {
        Ok(()) => {
            let result = job(tx).await;
            leave_savepoint(tx, result).await
        }
        Err(error) => Err(error),
    };
    let unavailable = result.as_ref().err().filter(|error| matches!(error, StoreError::Unavailable(_))).cloned();
    let answer: Answer = match result {
        Ok(value) => Box::new(move |ended| drop(reply.send(ended.map(|()| value)))),
        Err(error) => Box::new(move |_| drop(reply.send(Err(error)))),
    };
    (answer, unavailable)
}

/// Keeps what was done since the savepoint, or undoes it if it failed.
///
/// When the disk refuses, SQLite may roll back the whole transaction by itself. The savepoint is gone then, and to go on would
/// write outside of any transaction; the error is one of an unavailable database, so that nobody does.
async fn leave_savepoint<T>(tx: &mut Tx, result: Result<T, StoreError>) -> Result<T, StoreError> {
    match result {
        Ok(value) => execute(tx, "release job").await.map(|()| value),
        Err(error @ StoreError::Unavailable(_)) => Err(error),
        Err(error) => match execute(tx, "rollback to job").await {
            Ok(()) => execute(tx, "release job").await.and(Err(error)),
            Err(_) => Err(StoreError::Unavailable(format!("the transaction was lost: {error}"))),
        },
    }
}

async fn execute(tx: &mut Tx, sql: &'static str) -> Result<(), StoreError> {
    sqlx::query(sql).execute(tx).await?;
    Ok(())
}
