//! The yardstick: the least that a durable web service does. axum parses JSON, computes the answer, and replies once a
//! row about the request is safe on disk; one writer groups the rows of all requests into one transaction.
//!
//! It knows nothing of workflows, so its rate is a ceiling for Weft on the same machine, measured in the same minutes.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// More requests than the load has connections, so a sender never waits for room.
const QUEUE: usize = 1024;

/// One statement, and so one transaction, for the whole group: row by row, half of the time would go to sqlx.
const INSERT: &str = "insert into request (body) select value from json_each($1)";

struct Row {
    body: String,
    written: oneshot::Sender<()>,
}

#[derive(Clone)]
struct Journal(mpsc::Sender<Row>);

impl Journal {
    async fn append(&self, body: String) -> Result<(), StatusCode> {
        let (written, flushed) = oneshot::channel();
        self.0.send(Row { body, written }).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        flushed.await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
    }
}

/// How long the server that others call takes to answer.
const SLOW: Duration = Duration::from_millis(200);

#[derive(Deserialize)]
struct Request {
    n: i64,
    name: String,
}

#[derive(Serialize)]
struct Answer {
    n: i64,
    double: i64,
    name: String,
}

#[derive(Deserialize, Serialize)]
struct Items {
    items: Vec<Item>,
}

#[derive(Deserialize, Serialize)]
struct Item {
    id: i64,
    v: i64,
}

#[derive(Serialize)]
struct Total {
    count: usize,
    sum: i64,
}

/// Serves until it is killed.
pub(crate) async fn serve(port: u16, folder: &Path) -> Result<()> {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("reference.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    sqlx::query("create table if not exists request (request_id integer primary key, body text not null)")
        .execute(&pool)
        .await?;

    let (sender, receiver) = mpsc::channel(QUEUE);
    let router = Router::new()
        .route("/healthz", get(|| async { StatusCode::OK }))
        .route("/one_row", post(one_row))
        .route("/ten_rows", post(ten_rows))
        .route("/items", post(items))
        .route("/slow", get(slow))
        .with_state(Journal(sender));
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let writer = write_groups(pool, receiver);
    tokio::select! {
        served = axum::serve(listener, router) => served?,
        wrote = writer => wrote?,
    }
    Ok(())
}

async fn write_groups(pool: SqlitePool, mut rows: mpsc::Receiver<Row>) -> Result<()> {
    let mut group = Vec::with_capacity(QUEUE);
    while rows.recv_many(&mut group, QUEUE).await > 0 {
        let bodies: Vec<&str> = group.iter().map(|row| row.body.as_str()).collect();
        sqlx::query(INSERT).bind(serde_json::to_string(&bodies)?).execute(&pool).await?;
        for row in group.drain(..) {
            // A client that hung up no longer waits for its row.
            let _ = row.written.send(());
        }
    }
    Ok(())
}

async fn one_row(State(journal): State<Journal>, Json(request): Json<Request>) -> Result<Json<Answer>, StatusCode> {
    let answer = Answer { n: request.n, double: request.n * 2, name: request.name.to_uppercase() };
    journal.append(row(&answer)?).await?;
    Ok(Json(answer))
}

/// A workflow of ten steps that each wait for their own row.
async fn ten_rows(State(journal): State<Journal>, Json(request): Json<Request>) -> Result<Json<Answer>, StatusCode> {
    let mut answer = Answer { n: request.n, double: request.n * 2, name: request.name };
    for _ in 0..10 {
        answer.n += 1;
        journal.append(row(&answer)?).await?;
    }
    Ok(Json(answer))
}

/// Works through a list and stores what became of it as one row.
async fn items(State(journal): State<Journal>, Json(mut list): Json<Items>) -> Result<Json<Total>, StatusCode> {
    for item in &mut list.items {
        item.v *= 2;
    }
    journal.append(row(&list)?).await?;
    Ok(Json(Total { count: list.items.len(), sum: list.items.iter().map(|item| item.v).sum() }))
}

async fn slow() -> Json<&'static str> {
    tokio::time::sleep(SLOW).await;
    Json("slow")
}

fn row(answer: &impl Serialize) -> Result<String, StatusCode> {
    serde_json::to_string(answer).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}
