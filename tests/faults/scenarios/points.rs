//! The server dies at each boundary of a transaction, right before and right after it, and around each outside call.
//!
//! Needs a server that was built with the feature `failpoints`.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::history;
use crate::lab::Lab;
use crate::ledger::Mix;
use crate::load::Plan;
use crate::workflows;

/// Where the server dies, as `engine/server/src/failpoint.rs` names it.
const POINTS: [&str; 14] = [
    "group.begin",
    "accept.before",
    "accept.after",
    "progress.before",
    "progress.after",
    "wait.before",
    "wait.after",
    "finish.before",
    "finish.after",
    "fire.before",
    "fire.after",
    "call.before",
    "call.after",
    "recover",
];

/// How long a point may take to be reached.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn run(lab: &mut Lab) -> Result<()> {
    let (runs, deaths) = lab.size.pick((6, 1), (100, 10));
    lab.dies_at_work = true;
    lab.ledger.set(Mix::BAD).await?;
    lab.start().await?;
    lab.publish_effects().await?;
    let ticks = lab.client()?.publish(workflows::schedule("ticks", "* * * * * *", "all")).await?;
    lab.publish(workflows::waits("pause", 300)).await?;
    let mut first = 1;
    for point in POINTS {
        for _ in 0..deaths {
            die_at(lab, point, first, runs / deaths).await?;
            first += runs / deaths;
        }
    }
    lab.check(1).await?;
    check_ticks(lab, &ticks).await?;
    lab.stop_and_check_database().await
}

/// One life that ends at the point, while triggers come in.
async fn die_at(lab: &mut Lab, point: &str, first: u64, count: u64) -> Result<()> {
    if lab.weft.id().is_ok() {
        lab.kill().await?;
    }
    let at = if point == "recover" { 1 } else { lab.dice.between(1, 5) };
    if point == "recover" {
        lab.start().await?;
    } else {
        lab.weft.once = vec![("WEFT_FAIL_AT".into(), format!("{point}:{at}"))];
        lab.weft.spawn()?;
    }
    let hooks = if point.starts_with("wait") { vec!["pause"] } else { vec!["once", "end", "pause"] };
    let plan = Plan { hooks, first, count, workers: 6, rate: None, ballast: 0 };
    let load = lab.load(plan)?;
    if point == "recover" {
        load.reached(1, PATIENCE).await;
        lab.kill().await?;
        lab.weft.once = vec![("WEFT_FAIL_AT".into(), format!("{point}:{at}"))];
        lab.weft.spawn()?;
    }
    let Some(status) = lab.weft.ended(PATIENCE).await? else {
        bail!("{point} was not passed {at} times within {} s", PATIENCE.as_secs());
    };
    lab.died();
    if status.success() {
        bail!("at {point} the server ended in order; was it built with the feature `failpoints`?");
    }
    lab.start().await?;
    let (told, _) = load.end().await;
    lab.check_told(&told);
    Ok(())
}

/// Each second fired once.
async fn check_ticks(lab: &mut Lab, workflow: &str) -> Result<()> {
    let mut fires: Vec<i64> =
        history::runs(&lab.client()?, workflow).await?.iter().filter_map(history::Run::fire_ms).collect();
    fires.sort_unstable();
    lab.note(format!("{} ticks of a schedule that fires each second", fires.len()));
    if let Some(pair) = fires.windows(2).find(|pair| pair[1] - pair[0] != 1_000) {
        lab.problem(format!("L5: after {} the schedule fired at {}", pair[0], pair[1]));
    }
    Ok(())
}
