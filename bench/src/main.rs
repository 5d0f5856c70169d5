//! `just bench`: measures Weft's workloads beside a bare axum and SQLite server, prints one table with targets and
//! ratios, and writes `target/bench/report.json`.

mod api;
mod burst;
mod cron;
mod history;
mod load;
mod measure;
mod plugins;
mod process;
mod reference;
mod report;
mod soak;
mod start;
mod throughput;
mod waiting;
mod workloads;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::measure::Plan;

#[derive(Debug, Parser)]
#[command(about = "Measures Weft's workloads beside a bare axum and SQLite server")]
struct Arguments {
    /// One short run each, for a first impression
    #[arg(long)]
    quick: bool,
    /// Measured runs of each workload
    #[arg(long, default_value_t = 3)]
    runs: u32,
    /// Length of a run
    #[arg(long, default_value_t = 4)]
    seconds: u32,
    /// Length of the soak, whose memory is watched
    #[arg(long, default_value_t = 60)]
    soak: u64,
    /// Only these measures, such as W1,W4,start,plugins,cron,history,waiting,soak
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The binary to measure
    #[arg(long, default_value = "target/release/weft")]
    weft: PathBuf,
    #[command(subcommand)]
    mode: Option<Mode>,
}

#[derive(Debug, Subcommand)]
enum Mode {
    /// Serve as the reference server; the bench starts this itself
    #[command(hide = true)]
    Reference { port: u16, folder: PathBuf },
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match &arguments.mode {
        Some(Mode::Reference { port, folder }) => reference::serve(*port, folder).await,
        None => bench(arguments).await,
    }
}

#[allow(clippy::print_stdout, reason = "the table is what the command is for")]
async fn bench(arguments: Arguments) -> Result<()> {
    let plan = Plan {
        weft: arguments.weft,
        runs: if arguments.quick { 1 } else { arguments.runs },
        seconds: if arguments.quick { 2 } else { arguments.seconds },
        idle: Duration::from_secs(if arguments.quick { 5 } else { 30 }),
        soak: Duration::from_secs(if arguments.quick { 10 } else { arguments.soak }),
        history: if arguments.quick { 100_000 } else { 1_000_000 },
        recovered: 10_000,
        waiting: if arguments.quick { 20_000 } else { 100_000 },
        only: arguments.only,
    };
    let report = measure::measure(plan).await?;
    std::fs::write("target/bench/report.json", serde_json::to_vec_pretty(&report)?)?;
    println!("\n{}", report.table());
    println!("written to target/bench/report.json");
    Ok(())
}
