//! `kill -9` at random moments, sometimes again while the server is coming back.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::lab::Lab;
use crate::ledger::Mix;
use crate::load::Plan;

/// How long the load may take to get to the next kill.
const PATIENCE: Duration = Duration::from_secs(180);

/// The server takes runs again within this time.
const READY_MS: u64 = 10_000;

pub async fn run(lab: &mut Lab) -> Result<()> {
    let (runs, kills, workers) = lab.size.pick((400, 10, 12), (14_000, 200, 24));
    lab.ledger.set(Mix::BAD).await?;
    lab.start().await?;
    lab.publish_effects().await?;
    let plan = Plan { hooks: vec!["once", "end"], first: 1, count: runs, workers, rate: None, ballast: 0 };
    let load = lab.load(plan)?;
    while lab.outcome.faults < kills {
        load.reached((lab.outcome.faults + 1) * runs / (kills + 1), PATIENCE).await;
        sleep(Duration::from_millis(lab.dice.between(0, 300))).await;
        lab.kill().await?;
        if lab.dice.percent(20) && lab.outcome.faults < kills {
            lab.weft.spawn()?;
            sleep(Duration::from_millis(lab.dice.between(0, 600))).await;
            lab.kill().await?;
        }
        lab.start().await?;
    }
    let (told, _) = load.end().await;
    lab.check_told(&told);
    lab.check(1).await?;
    if lab.outcome.ready_ms > READY_MS {
        lab.problem(format!("a start took {} ms", lab.outcome.ready_ms));
    }
    lab.stop_and_check_database().await
}
