//! Many runs that wait cost next to nothing, and a busy workflow does not starve its neighbour.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time::sleep;

use crate::history;
use crate::lab::Lab;
use crate::ledger::Mix;
use crate::load::Plan;
use crate::workflows;

/// What a hundred thousand waiting runs may add to the memory, caches of the database included.
const GROWTH_MIB: u64 = 100;

/// A start with waiting runs is ready within this.
const READY_MS: u64 = 2_000;

/// Of two workflows with the same load, the slower has this much done when the faster ends, in percent.
const LEAST_SHARE: u64 = 50;

pub async fn run(lab: &mut Lab) -> Result<()> {
    let runs = lab.size.pick(1_000, 100_000);
    lab.start().await?;
    let id = lab.client()?.publish(workflows::waits("hour", 3_600_000)).await?;
    let plan = Plan { hooks: vec!["hour"], first: 1, count: 50, workers: 16, rate: None, ballast: 0 };
    lab.load(plan.clone())?.end().await;
    let before_mib = lab.weft.memory_mib()?;
    let (told, _) = lab.load(Plan { first: 51, count: runs - 50, ..plan })?.end().await;
    lab.check_told(&told);
    sleep(Duration::from_secs(1)).await;
    let after_mib = lab.weft.memory_mib()?;
    lab.kill().await?;
    lab.start().await?;
    let cpu_ms = idle_cpu_ms(lab).await?;
    let restarted_mib = lab.weft.memory_mib()?;
    let waiting = history::runs_with(&lab.client()?, &id, "waiting").await?.len() as u64;
    lab.outcome.runs = waiting;
    lab.outcome.acked = told.acked + 50;
    lab.note(format!(
        "{before_mib} MiB before, {after_mib} MiB with {waiting} waiting, {restarted_mib} MiB after a restart that took {} ms; then {cpu_ms} ms of processor in 5 s",
        lab.outcome.ready_ms
    ));
    if waiting != lab.outcome.acked {
        lab.outcome.lost = lab.outcome.acked.abs_diff(waiting);
        lab.problem(format!("{} runs were acknowledged and {waiting} wait", lab.outcome.acked));
    }
    if after_mib > before_mib + GROWTH_MIB || restarted_mib > before_mib + GROWTH_MIB {
        lab.problem(format!("waiting runs cost memory: {before_mib} MiB, then {after_mib} and {restarted_mib} MiB"));
    }
    let most_ms = lab.size.pick(u64::MAX, READY_MS);
    if lab.outcome.ready_ms > most_ms {
        lab.problem(format!("a start with waiting runs took {} ms, more than {most_ms} ms", lab.outcome.ready_ms));
    }
    lab.stop_and_check_database().await
}

/// Processor time the server uses in five seconds in which nothing is due, in milliseconds.
async fn idle_cpu_ms(lab: &Lab) -> Result<u64> {
    let used = || -> Result<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", lab.weft.id()?))?;
        // Behind the name, which may hold spaces: the 12th and 13th field, in ticks of 10 ms.
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok()).unwrap_or_default();
        Ok((ticks(11) + ticks(12)) * 10)
    };
    let before = used()?;
    sleep(Duration::from_secs(5)).await;
    Ok(used()? - before)
}

pub async fn fairness(lab: &mut Lab) -> Result<()> {
    let runs = lab.size.pick(150, 2_000);
    lab.ledger.set(Mix::SLOW).await?;
    lab.start().await?;
    let loud = lab.publish_effect("once", "at_once").await?;
    let quiet = lab.publish_effect("twice", "at_once").await?;
    // The loud one is first in line with everything it has.
    let plan = |hook, first| Plan { hooks: vec![hook], first, count: runs, workers: 100, rate: None, ballast: 0 };
    let first_load = lab.load(plan("once", 1))?;
    first_load.reached(runs, Duration::from_secs(60)).await;
    let second_load = lab.load(plan("twice", 1_000_001))?;
    let began = Instant::now();
    let share = loop {
        let client = lab.client()?;
        let done = async |id: &str| anyhow::Ok(history::runs_with(&client, id, "succeeded").await?.len() as u64);
        let (loud, quiet) = (done(&loud).await?, done(&quiet).await?);
        if loud.max(quiet) >= runs || began.elapsed() > Duration::from_secs(120) {
            break loud.min(quiet) * 100 / loud.max(quiet).max(1);
        }
        sleep(Duration::from_millis(50)).await;
    };
    lab.note(format!("when the first workflow was done, the other had {share} % as much"));
    if share < LEAST_SHARE {
        lab.problem(format!("the neighbour of a busy workflow had {share} % of its share"));
    }
    for load in [first_load, second_load] {
        let (told, _) = load.end().await;
        lab.check_told(&told);
    }
    lab.check(1).await?;
    lab.stop_and_check_database().await
}
