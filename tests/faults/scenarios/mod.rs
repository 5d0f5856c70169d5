//! The scenarios. Each brings its own faults, and ends with the same check.

mod cron;
mod disk;
mod drain;
mod endpoints;
mod kill;
mod locked;
mod overload;
mod points;
mod poison;
pub mod soak;
mod sustained;
mod waiting;

use std::path::Path;

use anyhow::{Result, bail};

use crate::lab::{Lab, Size};
use crate::table::Outcome;

/// All scenarios, in the order they run.
pub const NAMES: [&str; 13] = [
    "kill",
    "points",
    "full_disk",
    "refusing_disk",
    "locked",
    "drain",
    "cron",
    "endpoints",
    "sustained",
    "overload",
    "waiting",
    "fairness",
    "poison",
];

/// Runs a scenario. What goes wrong in it is in the outcome.
pub async fn run(name: &str, size: Size, seed: u64, binary: &Path) -> Result<Outcome> {
    let Some(name) = NAMES.into_iter().find(|known| *known == name) else {
        bail!("there is no scenario `{name}`; there are {}", NAMES.join(", "));
    };
    let mut lab = Lab::new(name, size, seed, binary).await?;
    let result = match name {
        "kill" => kill::run(&mut lab).await,
        "points" => points::run(&mut lab).await,
        "full_disk" => disk::full(&mut lab).await,
        "refusing_disk" => disk::refusing(&mut lab).await,
        "locked" => locked::run(&mut lab).await,
        "drain" => drain::run(&mut lab).await,
        "cron" => cron::run(&mut lab).await,
        "endpoints" => endpoints::run(&mut lab).await,
        "sustained" => sustained::run(&mut lab).await,
        "overload" => overload::run(&mut lab).await,
        "waiting" => waiting::run(&mut lab).await,
        "fairness" => waiting::fairness(&mut lab).await,
        _ => poison::run(&mut lab).await,
    };
    Ok(lab.close(result))
}
