//! The outside world: a server that answers as it is told, echoes everything else, and remembers who asked what.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How long a test waits for a request before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// One request that arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HashMap<String, String>,
    pub body: String,
}

/// A server that plays everybody else's.
#[derive(Debug)]
pub struct Outside {
    url: String,
    state: Arc<Inner>,
    serving: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Inner {
    ledger: Mutex<Vec<Request>>,
    answers: Mutex<HashMap<(String, String), (u16, Value)>>,
    held: Mutex<HashSet<String>>,
    /// Rung with every request.
    came: Notify,
    released: Notify,
}

impl Outside {
    pub async fn start() -> Outside {
        let state = Arc::<Inner>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("the outside serves") });
        Outside { url, state, serving }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on this method and path are answered so.
    pub fn answer(&self, method: &str, path: &str, status: u16, body: Value) {
        locked(&self.state.answers).insert((method.to_owned(), path.to_owned()), (status, body));
    }

    /// From now on this path is not answered.
    pub fn hold(&self, path: &str) {
        locked(&self.state.held).insert(path.to_owned());
    }

    /// Answers who waits for this path, and from now on everybody again.
    pub fn release(&self, path: &str) {
        locked(&self.state.held).remove(path);
        self.state.released.notify_waiters();
    }

    /// Waits until this path was asked for.
    pub async fn asked(&self, path: &str) {
        self.asked_times(path, 1).await;
    }

    /// Waits until this path was asked for so many times in all.
    pub async fn asked_times(&self, path: &str, times: usize) {
        loop {
            let came = self.state.came.notified();
            if self.ledger().iter().filter(|request| request.path == path).count() >= times {
                return;
            }
            tokio::time::timeout(PATIENCE, came).await.unwrap_or_else(|_| panic!("nobody asked for {path}"));
        }
    }

    /// Everything that was asked so far, in order.
    pub fn ledger(&self) -> Vec<Request> {
        locked(&self.state.ledger).clone()
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State(state): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let request = Request {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers: headers.iter().map(header).collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    locked(&state.ledger).push(request.clone());
    state.came.notify_waiters();
    loop {
        let released = state.released.notified();
        let is_held = locked(&state.held).contains(&request.path);
        if !is_held {
            break;
        }
        released.await;
    }
    let told = locked(&state.answers).get(&(request.method.clone(), request.path.clone())).cloned();
    let (status, body) = told.unwrap_or_else(|| (200, echo(&request)));
    (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), axum::Json(body)).into_response()
}

fn echo(request: &Request) -> Value {
    let body = serde_json::from_str(&request.body).unwrap_or_else(|_| Value::String(request.body.clone()));
    json!({
        "method": request.method, "path": request.path, "query": request.query, "headers": request.headers, "body": body
    })
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panics while it holds this lock")
}
