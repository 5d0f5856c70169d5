//! Another process holds the database's write lock, then a long read.

use std::time::Duration;

use anyhow::Result;
use sqlx::Connection;
use tokio::time::sleep;

use crate::lab::Lab;
use crate::ledger::Mix;
use crate::load::Plan;

/// Longer than the server waits for a lock, twice over: what comes in meanwhile must be refused.
const LONG_S: u64 = 11;

pub async fn run(lab: &mut Lab) -> Result<()> {
    lab.ledger.set(Mix::BAD).await?;
    lab.start().await?;
    lab.publish_effects().await?;
    let rate = Some(lab.size.pick(15, 40));
    let plan = Plan { hooks: vec!["once", "end"], first: 1, count: 1_000_000, workers: 64, rate, ballast: 0 };
    let load = lab.load(plan)?;
    sleep(Duration::from_secs(1)).await;
    let locks: Vec<u64> = lab.size.pick(vec![1, LONG_S], (0..30).map(|_| lab.dice.between(1, 21)).collect());
    let is_long = locks.iter().any(|seconds| *seconds >= LONG_S);
    for seconds in locks {
        lab.outcome.faults += 1;
        let mut other = lab.database().await?;
        let lock = other.begin_with("begin immediate").await?;
        sleep(Duration::from_secs(seconds)).await;
        // Readers wait for nobody.
        lab.client()?.get("/runs?limit=1").await?;
        lock.rollback().await?;
        sleep(Duration::from_secs(1)).await;
    }
    let mut other = lab.database().await?;
    let mut reader = other.begin().await?;
    sqlx::query("select count(*) from run").fetch_one(&mut *reader).await?;
    sleep(Duration::from_secs(lab.size.pick(2, 20))).await;
    reader.rollback().await?;
    load.stop();
    let (told, _) = load.end().await;
    lab.note(format!("refused: {:?}", told.refused));
    lab.check_told(&told);
    if is_long && !told.refused.contains_key(&503) {
        lab.problem(format!("a lock of {LONG_S} s and more was met with no 503"));
    }
    lab.check(1).await?;
    lab.stop_and_check_database().await
}
