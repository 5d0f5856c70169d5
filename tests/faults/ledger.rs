//! The ledger: the outside world that the runs act upon. A process of its own that writes down every request before it
//! answers, and that misbehaves as its dice say.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use futures::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::dice::Dice;
use crate::lab::now_ms;
use crate::log::Log;

/// How long a hanging answer is kept back; every client gives up before that.
const HANG: Duration = Duration::from_secs(120);

/// After this many requests for the same effect the ledger behaves, so that every run can end.
const MISCHIEFS: u64 = 4;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Ok,
    /// Answered well, late.
    Slow,
    /// Written down, and refused with 503.
    Busy,
    /// Written down, and never answered.
    Hang,
    /// Written down, and the connection dropped.
    Drop,
    /// Written down, and the answer cut off before the length it promised.
    Cut,
    /// Sent elsewhere; written down there.
    Redirect,
}

impl Mode {
    /// The client was told that it worked.
    pub fn is_answered(self) -> bool {
        matches!(self, Mode::Ok | Mode::Slow)
    }
}

/// How often of a hundred requests each misbehaviour is chosen.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Mix {
    pub slow: u64,
    pub busy: u64,
    pub hang: u64,
    pub drop: u64,
    pub cut: u64,
    pub redirect: u64,
}

impl Mix {
    pub const GOOD: Mix = Mix { slow: 0, busy: 0, hang: 0, drop: 0, cut: 0, redirect: 0 };
    pub const SLOW: Mix = Mix { slow: 100, ..Mix::GOOD };
    pub const BAD: Mix = Mix { slow: 10, busy: 6, hang: 1, drop: 5, cut: 3, redirect: 5 };

    fn choose(self, dice: &mut Dice) -> Mode {
        let mut number = dice.between(0, 100);
        let shares = [
            (self.slow, Mode::Slow),
            (self.busy, Mode::Busy),
            (self.hang, Mode::Hang),
            (self.drop, Mode::Drop),
            (self.cut, Mode::Cut),
            (self.redirect, Mode::Redirect),
        ];
        for (share, mode) in shares {
            if number < share {
                return mode;
            }
            number -= share;
        }
        Mode::Ok
    }
}

/// One request as it was written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    pub at_ms: i64,
    /// The header `Idempotency-Key`.
    pub key: String,
    pub effect: Effect,
    pub mode: Mode,
    /// What the answer says; no two are the same.
    pub receipt: String,
}

/// What a step says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Effect {
    pub n: u64,
    pub run: String,
    /// The path of the step.
    pub path: String,
    /// The receipts of the steps before it.
    #[serde(default)]
    pub prior: Option<String>,
}

#[derive(Debug)]
struct Ledger {
    seed: u64,
    log: Log,
    bomb: PathBuf,
    mix: Mutex<Mix>,
    /// How often each effect was asked for.
    asked: Mutex<HashMap<(u64, String), u64>>,
    receipts: AtomicU64,
}

/// Serves until the process that started it is gone.
pub async fn serve(log: &Path, seed: u64) -> Result<()> {
    let ledger = Arc::new(Ledger {
        seed,
        log: Log::open(log)?,
        bomb: log.with_extension("bomb.gz"),
        mix: Mutex::new(Mix::GOOD),
        asked: Mutex::default(),
        receipts: AtomicU64::new(1),
    });
    let router = Router::new()
        .route("/effect", post(effect))
        .route("/mix", post(mix))
        .route("/hang", any(hang))
        .route("/bomb", any(bomb))
        .with_state(ledger);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    crate::table::print(&format!("http://{}", listener.local_addr()?));
    let (mut owner, mut nothing) = (tokio::io::stdin(), [0]);
    tokio::select! {
        served = axum::serve(listener, router) => served?,
        _ = owner.read(&mut nothing) => {}
    }
    Ok(())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no code panics while it holds this lock")
}

async fn mix(State(ledger): State<Arc<Ledger>>, body: Bytes) -> Response {
    match serde_json::from_slice(&body) {
        Ok(mix) => *locked(&ledger.mix) = mix,
        Err(error) => return (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
    StatusCode::NO_CONTENT.into_response()
}

async fn hang() {
    tokio::time::sleep(HANG).await;
}

/// Little to send, much to unpack.
async fn bomb(State(ledger): State<Arc<Ledger>>) -> Response {
    match tokio::fs::read(&ledger.bomb).await {
        Ok(bytes) => ([(header::CONTENT_ENCODING, "gzip")], bytes).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn effect(
    State(ledger): State<Arc<Ledger>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let at_ms = now_ms();
    let Ok(effect) = serde_json::from_slice::<Effect>(&body) else {
        return (StatusCode::BAD_REQUEST, "this is no effect").into_response();
    };
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned();
    let (mut mode, mut dice) = ledger.mode(&effect);
    if mode == Mode::Redirect && query.contains_key("again") {
        mode = Mode::Ok;
    }
    if mode == Mode::Redirect {
        return (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/effect?again")]).into_response();
    }
    let receipt = ledger.receipts.fetch_add(1, Ordering::Relaxed).to_string();
    let answer = axum::Json(json!({ "receipt": receipt }));
    if ledger.log.append(&Record { at_ms, key, effect, mode, receipt }).await.is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    match mode {
        Mode::Ok | Mode::Redirect => answer.into_response(),
        Mode::Slow => {
            tokio::time::sleep(Duration::from_millis(dice.between(50, 300))).await;
            answer.into_response()
        }
        Mode::Busy => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Mode::Hang => {
            hang().await;
            StatusCode::GATEWAY_TIMEOUT.into_response()
        }
        // Unwinding ends the task of this connection without a word, which is what the mode is for.
        Mode::Drop => std::panic::resume_unwind(Box::new("dropped on purpose")),
        Mode::Cut => {
            let pieces = [Ok("{\"rec"), Err(std::io::Error::other("cut on purpose"))];
            ([(header::CONTENT_LENGTH, "1000")], Body::from_stream(stream::iter(pieces))).into_response()
        }
    }
}

impl Ledger {
    /// Depends on the seed, the effect and how often it was asked for, and not on when.
    fn mode(&self, effect: &Effect) -> (Mode, Dice) {
        let times = {
            let mut asked = locked(&self.asked);
            let times = asked.entry((effect.n, effect.path.clone())).or_default();
            *times += 1;
            *times
        };
        let mut dice = Dice::named(self.seed, &format!("{} {} {times}", effect.n, effect.path));
        let mode = if times > MISCHIEFS { Mode::Ok } else { locked(&self.mix).choose(&mut dice) };
        (mode, dice)
    }
}

/// A ledger that runs. It ends with this value.
#[derive(Debug)]
pub struct Running {
    pub url: String,
    pub log: PathBuf,
    _process: Child,
}

impl Running {
    pub async fn start(folder: &Path, seed: u64) -> Result<Running> {
        let log = folder.join("ledger.log");
        let mut process = Command::new(std::env::current_exe()?)
            .args(["ledger", "--seed", &seed.to_string(), "--log"])
            .arg(&log)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let out = process.stdout.take().context("the ledger has an output")?;
        let url = BufReader::new(out).lines().next_line().await?.context("the ledger ended at once")?;
        Ok(Running { url, log, _process: process })
    }

    /// From now on it misbehaves like this.
    pub async fn set(&self, mix: Mix) -> Result<()> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let body: Value = serde_json::to_value(mix)?;
        client.post(format!("{}/mix", self.url)).body(body.to_string()).send().await?.error_for_status()?;
        Ok(())
    }
}
