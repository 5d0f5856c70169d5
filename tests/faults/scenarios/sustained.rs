//! Webhooks at a steady rate for long: none is lost, acknowledgements stay quick, memory stays flat.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::lab::Lab;
use crate::load::Plan;
use crate::workflows;

/// How much longer than planned the load may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What the memory may grow by after the first quarter.
const GROWTH_MIB: u64 = 64;

pub async fn run(lab: &mut Lab) -> Result<()> {
    // How quick it is, is measured in the long form only: a test must pass on a slow machine.
    let (rate, seconds, most_ms) = lab.size.pick((100, 6, u64::MAX), (1_000, 600, 100));
    lab.start().await?;
    lab.publish(workflows::pure("steady", "at_once")).await?;
    let plan =
        Plan { hooks: vec!["steady"], first: 1, count: rate * seconds, workers: 64, rate: Some(rate), ballast: 100 };
    let load = lab.load(plan)?;
    load.reached(rate * seconds / 4, PATIENCE).await;
    let early_mib = lab.weft.memory_mib()?;
    load.reached(rate * seconds, PATIENCE + Duration::from_secs(seconds)).await;
    let late_mib = lab.weft.memory_mib()?;
    let (told, took) = load.end().await;
    let began = Instant::now();
    lab.check_told(&told);
    lab.check(1).await?;
    lab.note(format!(
        "{} a second for {} s; acknowledged within {} ms (50 %), {} ms (99 %); quiet and checked {} s later; {early_mib} MiB, then {late_mib} MiB",
        told.acked / took.as_secs().max(1),
        took.as_secs(),
        told.within_ms(500),
        told.within_ms(990),
        began.elapsed().as_secs()
    ));
    if told.within_ms(990) > most_ms {
        lab.problem(format!("acknowledgements took {} ms (99 %), more than {most_ms} ms", told.within_ms(990)));
    }
    if told.acked < rate * seconds {
        lab.problem(format!("{} of {} triggers were not acknowledged", rate * seconds - told.acked, rate * seconds));
    }
    if late_mib > early_mib + GROWTH_MIB {
        lab.problem(format!("memory grew from {early_mib} MiB to {late_mib} MiB"));
    }
    lab.stop_and_check_database().await
}
