//! `weft-faults`: breaks a server in every way that can be arranged, and checks that it kept its promises.
//!
//! The server is a process and is seen from outside only: its API, its webhooks, its signals. What must hold is in
//! GUARANTEES.md; what is checked after each scenario is in `check.rs`. A seed makes the same choices again; the moments
//! at which they meet the server are those of the day.

mod check;
mod client;
mod dice;
mod history;
mod lab;
mod ledger;
mod load;
mod log;
mod scenarios;
mod table;
mod weft;
mod workflows;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};

use crate::lab::Size;
use crate::table::Outcome;

#[derive(Debug, Parser)]
#[command(name = "weft-faults", about = "Breaks a Weft server in many ways and checks that it kept its promises")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// The server; the `weft` beside this program when absent
    #[arg(long, env = "WEFT_BINARY", global = true)]
    binary: Option<PathBuf>,
    /// Repeats the choices of an earlier run
    #[arg(long, global = true)]
    seed: Option<u64>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run scenarios, all of them when none is named
    Run {
        scenarios: Vec<String>,
        /// Seconds instead of minutes
        #[arg(long)]
        short: bool,
    },
    /// Mixed load and random faults
    Soak {
        #[arg(long, default_value_t = 10)]
        minutes: u64,
    },
    /// Be the outside world (the scenarios start this themselves)
    #[command(hide = true)]
    Ledger {
        #[arg(long)]
        log: PathBuf,
    },
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    let seed = cli.seed.unwrap_or_else(|| lab::now_ms().unsigned_abs());
    let binary = || weft(cli.binary.clone());
    let outcomes = match cli.command {
        Command::Ledger { log } => {
            ledger::serve(&log, seed).await?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Run { scenarios, short } => {
            let size = if short { Size::Short } else { Size::Long };
            run(&scenarios, size, seed, &binary()?).await?
        }
        Command::Soak { minutes } => {
            table::print(&format!("seed {seed}"));
            vec![scenarios::soak::run(Duration::from_secs(minutes * 60), seed, &binary()?).await?]
        }
    };
    table::print(&table::of(&outcomes));
    let kept = outcomes.iter().all(|outcome| outcome.problems.is_empty());
    Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(names: &[String], size: Size, seed: u64, binary: &std::path::Path) -> Result<Vec<Outcome>> {
    table::print(&format!("seed {seed}"));
    let all = scenarios::NAMES.map(str::to_owned);
    let names = if names.is_empty() { &all[..] } else { names };
    let mut outcomes = Vec::new();
    for name in names {
        let outcome = scenarios::run(name, size, seed, binary).await?;
        let verdict = if outcome.problems.is_empty() { "kept" } else { "BROKEN" };
        table::print(&format!("{name}: {verdict} after {} s", outcome.took_s));
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

fn weft(given: Option<PathBuf>) -> Result<PathBuf> {
    let beside = || anyhow::Ok(std::env::current_exe()?.parent().context("a program is in a folder")?.join("weft"));
    let binary = given.map_or_else(beside, Ok)?;
    if !binary.exists() {
        bail!("{} is not there; build it with `cargo build --package weft --package weft-tests`", binary.display());
    }
    Ok(binary)
}
