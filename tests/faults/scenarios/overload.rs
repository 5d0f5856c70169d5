//! Five times as many senders as it takes to keep the server busy: it turns away or slows down, and does not fall over.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::client::Reply;
use crate::lab::Lab;
use crate::load::{Load, Plan, Told};
use crate::workflows;

const RECOVERS: Duration = Duration::from_secs(30);

/// What is left of the best throughput, in percent.
const GOODPUT: u64 = 80;

pub async fn run(lab: &mut Lab) -> Result<()> {
    let (senders, seconds) = lab.size.pick((16, 3), (64, 60));
    lab.start().await?;
    lab.publish(workflows::pure("busy", "at_once")).await?;
    let (peak, _) = push(lab, 1, senders, seconds).await?;
    let (goodput, told) = push(lab, 10_000_001, senders * 5, seconds).await?;
    lab.outcome.faults = 1;
    lab.check_told(&told);
    lab.note(format!(
        "{peak} acknowledged a second with {senders} senders, {goodput} with {}; within {} ms (99 %); refused: {:?}",
        senders * 5,
        told.within_ms(990),
        told.refused
    ));
    // Three seconds on a busy machine prove no rate.
    if goodput * 100 < peak * lab.size.pick(30, GOODPUT) {
        lab.problem(format!("under overload the throughput fell from {peak} to {goodput} a second"));
    }
    let began = Instant::now();
    let reply = lab.client()?.trigger("busy", &serde_json::json!({})).await;
    if !matches!(reply, Reply::Acked { .. }) || began.elapsed() > RECOVERS {
        lab.problem(format!("after the overload a trigger became {reply:?} in {} s", began.elapsed().as_secs()));
    }
    lab.check(1).await?;
    lab.stop_and_check_database().await
}

/// Acknowledgements in a second.
async fn push(lab: &Lab, first: u64, workers: u64, seconds: u64) -> Result<(u64, Told)> {
    let plan = Plan { hooks: vec!["busy"], first, count: 9_000_000, workers: workers as usize, rate: None, ballast: 0 };
    let load: Load = lab.load(plan)?;
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    load.stop();
    let (told, took) = load.end().await;
    Ok((told.acked * 1_000 / took.as_millis().max(1) as u64, told))
}
