//! Commands that look after the database: check it, copy it, put a copy back.
#![expect(clippy::print_stdout, reason = "what was done is these commands' output")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use weft::check;
use weft::clock::now_ms;
use weft::store::backup::{self, Existing};

#[derive(Debug, Subcommand)]
pub enum Db {
    /// See whether the database is sound: its file, its references, its large values, the journals of live runs
    Check,
}

#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write; it must not exist
    file: PathBuf,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    #[arg(required_unless_present = "confirm", conflicts_with = "confirm")]
    file: Option<PathBuf>,
    /// Move a database that is there aside
    #[arg(long, conflicts_with = "confirm")]
    force: bool,
    /// Let the runs and schedules of a restored database go on
    #[arg(long)]
    confirm: bool,
}

impl Db {
    pub async fn run(self, data_dir: &Path) -> anyhow::Result<ExitCode> {
        let Db::Check = self;
        let report = check::check(data_dir).await?;
        let counts = &report.counts;
        println!("workflows: {}", counts.workflows);
        println!("runs: {}, of which {} have not ended", counts.runs, report.live_runs);
        println!("rows of journals: {}", counts.journal_rows);
        println!("large values: {} in {} MiB", counts.blobs, counts.blob_bytes >> 20);
        let problems = report.problems();
        problems.iter().for_each(|problem| println!("problem: {problem}"));
        if problems.is_empty() {
            println!("The database is sound.");
            return Ok(ExitCode::SUCCESS);
        }
        println!("{} problems. Restore a backup, or ask for help with what is above.", problems.len());
        Ok(ExitCode::FAILURE)
    }
}

impl Backup {
    pub async fn run(self, data_dir: &Path) -> anyhow::Result<ExitCode> {
        backup::backup(data_dir, &self.file).await?;
        println!("The backup is in {}.", self.file.display());
        Ok(ExitCode::SUCCESS)
    }
}

impl Restore {
    pub async fn run(self, data_dir: &Path) -> anyhow::Result<ExitCode> {
        let Some(file) = &self.file else {
            match backup::confirm(data_dir, now_ms()).await? {
                true => println!("Confirmed: runs and schedules go on."),
                false => println!("Nothing was waiting: this database is not restored, or was confirmed before."),
            }
            return Ok(ExitCode::SUCCESS);
        };
        let existing = if self.force { Existing::MoveAside } else { Existing::Refuse };
        let aside = backup::restore(file, data_dir, existing, now_ms()).await?;
        println!("{} is restored to {}.", file.display(), data_dir.display());
        if let Some(aside) = aside {
            println!("What was there before is in {}.", aside.display());
        }
        println!("Start the server and look around; runs and schedules are held until `weft restore --confirm`.");
        Ok(ExitCode::SUCCESS)
    }
}
