//! SIGTERM under load: what was acknowledged goes on at the next start, and the server ends in order.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time::sleep;

use crate::lab::Lab;
use crate::ledger::Mix;
use crate::load::Plan;

/// The grace of requests and of steps, and a little.
const STOPS_WITHIN: Duration = Duration::from_secs(45);

pub async fn run(lab: &mut Lab) -> Result<()> {
    let stops = lab.size.pick(2, 20);
    lab.ledger.set(Mix::SLOW).await?;
    lab.start().await?;
    lab.publish_effects().await?;
    let rate = Some(lab.size.pick(20, 50));
    let plan = Plan { hooks: vec!["once", "end"], first: 1, count: 1_000_000, workers: 32, rate, ballast: 0 };
    let load = lab.load(plan)?;
    let mut slowest = Duration::ZERO;
    for _ in 0..stops {
        sleep(Duration::from_millis(lab.dice.between(500, 1_500))).await;
        let began = Instant::now();
        let status = lab.weft.stop().await?;
        slowest = slowest.max(began.elapsed());
        lab.outcome.faults += 1;
        if !status.success() {
            lab.problem(format!("asked to stop, the server ended with {status}"));
        }
        lab.start().await?;
    }
    sleep(Duration::from_millis(500)).await;
    load.stop();
    let (told, _) = load.end().await;
    lab.note(format!(
        "stopped within {} ms; {} requests met a closing connection; refused: {:?}",
        slowest.as_millis(),
        told.unknown,
        told.refused
    ));
    if slowest > STOPS_WITHIN {
        lab.problem(format!("a stop took {} s", slowest.as_secs()));
    }
    lab.check_told(&told);
    // No kill is on record here: a step that is repeated after a stop in order has no excuse.
    lab.check(1).await?;
    lab.stop_and_check_database().await
}
