//! Mixed load and faults at random, for as long as one likes: nothing is lost, nothing grows.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use sqlx::Connection;
use tokio::time::sleep;

use crate::lab::{Lab, Size};
use crate::ledger::Mix;
use crate::load::Plan;
use crate::table::Outcome;

/// What may grow between the second and the last quarter of the time.
const MEMORY_MIB: u64 = 48;
const DESCRIPTORS: usize = 64;
/// SQLite starts its write-ahead log anew long before this, unless a reader keeps it from doing so.
const WAL_MIB: u64 = 64;

/// A look at the server while it is up and has been for a while.
#[derive(Debug, Clone, Copy)]
struct Sample {
    memory_mib: u64,
    descriptors: usize,
    wal_mib: u64,
    database_mib: u64,
    acked: u64,
}

pub async fn run(time: Duration, seed: u64, binary: &Path) -> Result<Outcome> {
    let mut lab = Lab::new("soak", Size::Long, seed, binary).await?;
    let result = soak(&mut lab, time).await;
    Ok(lab.close(result))
}

async fn soak(lab: &mut Lab, time: Duration) -> Result<()> {
    lab.ledger.set(Mix::BAD).await?;
    lab.start().await?;
    lab.publish_effects().await?;
    lab.publish(crate::workflows::pure("pure", "at_end")).await?;
    lab.publish(crate::workflows::waits("pause", 7_000)).await?;
    let hooks = vec!["once", "pure", "pause", "pure", "end", "pure"];
    let plan = Plan { hooks, first: 1, count: u64::MAX / 2, workers: 64, rate: Some(30), ballast: 200 };
    let load = lab.load(plan)?;
    let (began, mut samples) = (Instant::now(), Vec::new());
    while began.elapsed() < time {
        // Long enough for the memory of a fresh process to settle.
        sleep(Duration::from_secs(lab.dice.between(15, 30)).min(time)).await;
        samples.push(look(lab, load.acked())?);
        fault(lab).await?;
    }
    load.stop();
    let (told, took) = load.end().await;
    lab.check_told(&told);
    lab.check(1).await?;
    let quarter = samples.len() / 4;
    let (second, last) = (&samples[quarter..(2 * quarter).max(quarter + 1)], &samples[3 * quarter..]);
    if let (Some(second), Some(last)) = (middle(second), middle(last)) {
        let stored_kib = last.database_mib.saturating_sub(second.database_mib) << 10;
        lab.note(format!(
            "{} acknowledged in {} s; memory {} MiB, then {}; open files {}, then {}; {} bytes of database a run",
            told.acked,
            took.as_secs(),
            second.memory_mib,
            last.memory_mib,
            second.descriptors,
            last.descriptors,
            (stored_kib << 10) / last.acked.saturating_sub(second.acked).max(1)
        ));
        if last.memory_mib > second.memory_mib + MEMORY_MIB {
            lab.problem(format!("memory grew from {} to {} MiB", second.memory_mib, last.memory_mib));
        }
        if last.descriptors > second.descriptors + DESCRIPTORS {
            lab.problem(format!("open files grew from {} to {}", second.descriptors, last.descriptors));
        }
        if last.wal_mib > WAL_MIB {
            lab.problem(format!("the write-ahead log has {} MiB", last.wal_mib));
        }
    }
    lab.stop_and_check_database().await
}

/// Something goes wrong.
async fn fault(lab: &mut Lab) -> Result<()> {
    match lab.dice.between(0, 4) {
        0 => {
            lab.kill().await?;
            lab.start().await
        }
        1 => {
            lab.weft.stop().await?;
            lab.outcome.faults += 1;
            lab.start().await
        }
        2 => {
            lab.outcome.faults += 1;
            let mut other = lab.database().await?;
            let lock = other.begin_with("begin immediate").await?;
            sleep(Duration::from_secs(lab.dice.between(1, 8))).await;
            Ok(lock.rollback().await?)
        }
        _ => {
            lab.outcome.faults += 1;
            lab.ledger.set(Mix { hang: 50, ..Mix::GOOD }).await?;
            sleep(Duration::from_secs(5)).await;
            lab.ledger.set(Mix::BAD).await
        }
    }
}

fn look(lab: &Lab, acked: u64) -> Result<Sample> {
    let size_mib = |name: &str| std::fs::metadata(lab.weft.data().join(name)).map_or(0, |file| file.len() >> 20);
    Ok(Sample {
        memory_mib: lab.weft.memory_mib()?,
        descriptors: lab.weft.descriptors()?,
        wal_mib: size_mib("weft.db-wal"),
        database_mib: size_mib("weft.db"),
        acked,
    })
}

/// The sample with the middle memory.
fn middle(samples: &[Sample]) -> Option<Sample> {
    let mut sorted = samples.to_vec();
    sorted.sort_by_key(|sample| sample.memory_mib);
    sorted.get(sorted.len() / 2).copied()
}
