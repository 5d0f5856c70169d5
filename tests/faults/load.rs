//! The load generator: sends numbered triggers, and writes down which of them were acknowledged.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::client::{Client, Reply};
use crate::lab::now_ms;
use crate::log::Log;

/// How long a trigger is tried while nobody listens.
const UNREACHABLE_FOR: Duration = Duration::from_secs(180);

/// A trigger that was acknowledged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Acked {
    pub n: u64,
    pub run: String,
    pub at_ms: i64,
}

/// What to send.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Webhooks, by turns.
    pub hooks: Vec<&'static str>,
    /// The number of the first trigger.
    pub first: u64,
    pub count: u64,
    pub workers: usize,
    /// Triggers in a second, however long each takes; as fast as they are answered when absent.
    pub rate: Option<u64>,
    /// Bytes of ballast in each body.
    pub ballast: usize,
}

/// What came back.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub acked: u64,
    pub unknown: u64,
    /// Refusals by status.
    pub refused: BTreeMap<u16, u64>,
    /// 429 or 503 without `Retry-After`.
    pub no_retry_after: u64,
    /// The text of the first refusal that nobody should see.
    pub wrong: Option<String>,
    pub took_ms: Vec<u64>,
}

/// Triggers on their way.
#[derive(Debug)]
pub struct Load {
    shared: Arc<Shared>,
    workers: JoinSet<()>,
    began: Instant,
}

#[derive(Debug)]
struct Shared {
    client: Client,
    plan: Plan,
    log: Log,
    next: AtomicU64,
    done: AtomicU64,
    acked: AtomicU64,
    stop: AtomicBool,
    told: Mutex<Told>,
}

impl Load {
    pub fn start(client: &Client, log: &Path, plan: Plan) -> Result<Load> {
        let began = Instant::now();
        let workers = plan.workers;
        let shared = Arc::new(Shared {
            client: client.clone(),
            plan,
            log: Log::open(log)?,
            next: AtomicU64::new(0),
            done: AtomicU64::new(0),
            acked: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            told: Mutex::default(),
        });
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            let shared = Arc::clone(&shared);
            tasks.spawn(async move { shared.work(began).await });
        }
        Ok(Load { shared, workers: tasks, began })
    }

    /// Triggers that were answered or given up.
    pub fn done(&self) -> u64 {
        self.shared.done.load(Ordering::Relaxed)
    }

    pub fn acked(&self) -> u64 {
        self.shared.acked.load(Ordering::Relaxed)
    }

    /// Waits until so many triggers are done; false when that takes too long or all are sent.
    pub async fn reached(&self, done: u64, patience: Duration) -> bool {
        let began = Instant::now();
        while self.done() < done.min(self.shared.plan.count) {
            if began.elapsed() > patience {
                return false;
            }
            sleep(Duration::from_millis(5)).await;
        }
        true
    }

    /// Sends nothing more.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }

    /// What came back, when all have been answered, and how long it took.
    pub async fn end(mut self) -> (Told, Duration) {
        while self.workers.join_next().await.is_some() {}
        (self.shared.told().clone(), self.began.elapsed())
    }
}

impl Shared {
    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().expect("no code panics while it holds this lock")
    }

    async fn work(&self, began: Instant) {
        let ballast = "x".repeat(self.plan.ballast);
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= self.plan.count || self.stop.load(Ordering::Relaxed) {
                return;
            }
            let due = self.plan.rate.map_or(began, |rate| began + Duration::from_micros(index * 1_000_000 / rate));
            tokio::time::sleep_until(due.max(began).into()).await;
            // Lateness of ours counts as lateness of the server: what was due and not sent waited as well.
            let since = if self.plan.rate.is_some() { due } else { Instant::now() };
            let n = self.plan.first + index;
            let hook = self.plan.hooks[(n % self.plan.hooks.len() as u64) as usize];
            self.send(hook, n, &json!({ "n": n, "ballast": ballast }), since).await;
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn send(&self, hook: &str, n: u64, body: &Value, since: Instant) {
        let began = Instant::now();
        let reply = loop {
            match self.client.trigger(hook, body).await {
                Reply::Unreachable if began.elapsed() < UNREACHABLE_FOR && !self.stop.load(Ordering::Relaxed) => {
                    sleep(Duration::from_millis(20)).await;
                }
                reply => break reply,
            }
        };
        match reply {
            Reply::Acked { run } => {
                let took_ms = since.elapsed().as_millis() as u64;
                // A line that cannot be written would let a lost run pass unseen, so the count of the log is compared in the end.
                let written = self.log.append(&Acked { n, run, at_ms: now_ms() }).await;
                let mut told = self.told();
                told.acked += 1;
                told.took_ms.push(took_ms);
                if let Err(error) = written {
                    told.wrong.get_or_insert(format!("{error:#}"));
                }
                self.acked.fetch_add(1, Ordering::Relaxed);
            }
            Reply::Refused { status, says_when, text } => self.refused(status, says_when, text).await,
            Reply::Unreachable | Reply::Unknown => self.told().unknown += 1,
        }
    }

    async fn refused(&self, status: u16, says_when: bool, text: String) {
        {
            let mut told = self.told();
            *told.refused.entry(status).or_default() += 1;
            match status {
                429 | 503 if says_when => {}
                429 | 503 => told.no_retry_after += 1,
                _ => drop(told.wrong.get_or_insert(format!("{status}: {text}"))),
            }
        }
        // Does as it was told, in short: the sender of a refused trigger waits.
        sleep(Duration::from_millis(50)).await;
    }
}

impl Told {
    /// The time within which this share of a thousand was acknowledged.
    pub fn within_ms(&self, permille: usize) -> u64 {
        let mut sorted = self.took_ms.clone();
        sorted.sort_unstable();
        let index = (sorted.len() * permille / 1_000).min(sorted.len().saturating_sub(1));
        sorted.get(index).copied().unwrap_or_default()
    }
}
