//! What Weft says happened, read over its API.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::sleep;

use crate::client::Client;

/// Requests under way at once while a history is read.
const AT_ONCE: usize = 16;

#[derive(Debug, Clone, Deserialize)]
pub struct Run {
    pub id: String,
    pub status: String,
    trigger: Trigger,
    input: Value,
    pub error: Option<Value>,
}

#[derive(Debug, Clone, Deserialize)]
struct Trigger {
    fire_ms: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Step {
    pub path: String,
    pub status: String,
    pub attempt: u64,
    pub output: Option<Value>,
}

impl Run {
    /// The number of the trigger that started it.
    pub fn n(&self) -> Option<u64> {
        self.input["body"]["n"].as_u64()
    }

    /// Whether it was given up because the server died of it, or seemed to.
    pub fn is_in_quarantine(&self) -> bool {
        self.error.as_ref().is_some_and(|error| error["code"] == "quarantined")
    }

    /// The moment of the schedule that started it.
    pub fn fire_ms(&self) -> Option<i64> {
        self.trigger.fire_ms
    }
}

impl Step {
    /// What the ledger answered.
    pub fn receipt(&self) -> Option<&str> {
        self.output.as_ref()?["body"]["receipt"].as_str()
    }
}

/// All runs of a workflow.
pub async fn runs(client: &Client, workflow: &str) -> Result<Vec<Run>> {
    list(client, &format!("/runs?limit=200&workflow={workflow}"), usize::MAX).await
}

/// The runs of a workflow with a status.
pub async fn runs_with(client: &Client, workflow: &str, status: &str) -> Result<Vec<Run>> {
    list(client, &format!("/runs?limit=200&workflow={workflow}&status={status}"), usize::MAX).await
}

async fn list(client: &Client, path: &str, most: usize) -> Result<Vec<Run>> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    while found.len() < most {
        let page = client.get(&format!("{path}{cursor}")).await?;
        let items: Vec<Run> = serde_json::from_value(page["items"].clone())?;
        found.extend(items);
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    Ok(found)
}

pub async fn steps(client: &Client, run: &str) -> Result<Vec<Step>> {
    let found = client.get(&format!("/runs/{run}/steps")).await?;
    serde_json::from_value(found).with_context(|| format!("the steps of {run}"))
}

/// The steps of many runs.
pub async fn steps_of(client: &Client, runs: &[Run]) -> Result<Vec<(Run, Vec<Step>)>> {
    let reads = runs.iter().map(|run| async move { anyhow::Ok((run.clone(), steps(client, &run.id).await?)) });
    stream::iter(reads).buffered(AT_ONCE).try_collect().await
}

/// Waits until no run of these workflows is under way.
pub async fn quiesce(client: &Client, workflows: &[&str], patience: Duration) -> Result<Duration> {
    let began = Instant::now();
    loop {
        let mut live = None;
        for workflow in workflows {
            for status in ["running", "queued", "waiting"] {
                let path = format!("/runs?limit=1&workflow={workflow}&status={status}");
                live = live.or(list(client, &path, 1).await?.pop());
            }
        }
        let Some(live) = live else { return Ok(began.elapsed()) };
        if began.elapsed() > patience {
            bail!("{} is still {} after {} s", live.id, live.status, patience.as_secs());
        }
        sleep(Duration::from_millis(100)).await;
    }
}
