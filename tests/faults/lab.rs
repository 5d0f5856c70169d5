//! Where a scenario takes place: a server, a ledger, their files, dice, and the outcome so far.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};
use tempfile::TempDir;

use crate::check::{self, Evidence, Watched};
use crate::client::Client;
use crate::dice::Dice;
use crate::history;
use crate::ledger;
use crate::load::{Load, Plan, Told};
use crate::table::Outcome;
use crate::weft::Weft;
use crate::workflows;

/// How much of a scenario is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Seconds, as part of the tests.
    Short,
    /// As the plan of faults asks for.
    Long,
}

impl Size {
    pub fn pick<T>(self, short: T, long: T) -> T {
        match self {
            Size::Short => short,
            Size::Long => long,
        }
    }
}

#[derive(Debug)]
pub struct Lab {
    pub size: Size,
    pub dice: Dice,
    pub weft: Weft,
    pub ledger: ledger::Running,
    pub outcome: Outcome,
    /// Workflows whose runs are checked.
    workflows: Vec<Watched>,
    kills_ms: Vec<i64>,
    /// The server is made to die while it is at work on a run, so that runs may be set aside.
    pub dies_at_work: bool,
    folder: TempDir,
    /// Removed with the lab.
    _data: TempDir,
    began: Instant,
}

impl Lab {
    /// A lab with a server that has not been started.
    pub async fn new(scenario: &'static str, size: Size, seed: u64, binary: &Path) -> Result<Lab> {
        let folder = tempfile::Builder::new().prefix("weft-faults-").tempdir()?;
        let data = weft_tests::fresh_data_dir().await;
        Ok(Lab {
            size,
            dice: Dice::named(seed, scenario),
            weft: Weft::new(binary, data.path(), &folder.path().join("weft.log"))?,
            ledger: ledger::Running::start(folder.path(), seed).await?,
            outcome: Outcome { scenario, ..Outcome::default() },
            workflows: Vec::new(),
            kills_ms: Vec::new(),
            dies_at_work: false,
            folder,
            _data: data,
            began: Instant::now(),
        })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn acked_log(&self) -> PathBuf {
        self.folder.path().join("acked.log")
    }

    pub fn client(&self) -> Result<Client> {
        self.weft.client()
    }

    pub async fn start(&mut self) -> Result<()> {
        let took_ms = self.weft.start().await?.as_millis() as u64;
        self.outcome.ready_ms = self.outcome.ready_ms.max(took_ms);
        Ok(())
    }

    /// `kill -9`, remembered as what explains repeats.
    pub async fn kill(&mut self) -> Result<()> {
        self.died();
        self.weft.kill().await
    }

    /// The server has died just now.
    pub fn died(&mut self) {
        self.outcome.faults += 1;
        self.kills_ms.push(now_ms());
    }

    /// Publishes the workflows `once` and `end`, whose runs act on the ledger.
    pub async fn publish_effects(&mut self) -> Result<()> {
        for (hook, respond) in [("once", "at_once"), ("end", "at_end")] {
            self.publish_effect(hook, respond).await?;
        }
        Ok(())
    }

    /// Publishes a workflow whose runs act on the ledger, and answers its id.
    pub async fn publish_effect(&mut self, hook: &str, respond: &str) -> Result<String> {
        let id = self.client()?.publish(workflows::effects(hook, respond, &self.ledger.url)).await?;
        self.workflows.push(Watched { id: id.clone(), has_effects: true });
        Ok(id)
    }

    /// Publishes a workflow without effects whose runs are checked.
    pub async fn publish(&mut self, document: serde_json::Value) -> Result<()> {
        let id = self.client()?.publish(document).await?;
        self.workflows.push(Watched { id, has_effects: false });
        Ok(())
    }

    pub fn load(&self, plan: Plan) -> Result<Load> {
        Load::start(&self.client()?, &self.acked_log(), plan)
    }

    /// Waits until all is quiet, and checks the runs of triggers from `first` on.
    pub async fn check(&mut self, first: u64) -> Result<()> {
        let client = self.client()?;
        let patience = Duration::from_secs(self.size.pick(60, 180));
        let ids: Vec<&str> = self.workflows.iter().map(|workflow| workflow.id.as_str()).collect();
        if let Err(error) = history::quiesce(&client, &ids, patience).await {
            self.problem(format!("L1: {error:#}"));
        }
        let evidence = Evidence {
            client: &client,
            workflows: &self.workflows,
            acked: &self.acked_log(),
            ledger: &self.ledger.log,
            kills_ms: &self.kills_ms,
            first,
        };
        let found = check::check(&evidence).await?;
        let outcome = &mut self.outcome;
        outcome.runs += found.runs;
        outcome.acked += found.acked;
        outcome.unacked_runs += found.unacked_runs;
        outcome.lost += found.lost;
        outcome.repeated += found.repeated;
        outcome.unexplained += found.unexplained;
        outcome.problems.extend(found.problems);
        match found.set_aside {
            0 => {}
            count if self.dies_at_work => self.note(format!("{count} runs were set aside")),
            count => self.problem(format!("{count} runs were set aside, and the server did not die of them")),
        }
        Ok(())
    }

    /// Only refusals that are meant: 429 and 503, with a time to come back.
    pub fn check_told(&mut self, told: &Told) {
        if let Some(wrong) = &told.wrong {
            self.problem(format!("a trigger was answered {wrong}"));
        }
        if told.no_retry_after > 0 {
            self.problem(format!("{} refusals came without Retry-After", told.no_retry_after));
        }
    }

    /// Stops the server and has SQLite look through the database.
    pub async fn stop_and_check_database(&mut self) -> Result<()> {
        let status = self.weft.stop().await?;
        if !status.success() {
            self.problem(format!("asked to stop, the server ended with {status}"));
        }
        let mut connection = self.database().await?;
        let row = sqlx::query("pragma integrity_check").fetch_one(&mut connection).await?;
        let verdict: String = row.get(0);
        if verdict != "ok" {
            self.problem(format!("the database is damaged: {verdict}"));
        }
        Ok(())
    }

    /// A connection of another process to the server's database.
    pub async fn database(&self) -> Result<SqliteConnection> {
        let options = SqliteConnectOptions::new().filename(self.weft.data().join("weft.db"));
        options.busy_timeout(Duration::from_secs(30)).connect().await.context("the database cannot be opened")
    }

    pub fn problem(&mut self, text: String) {
        self.outcome.problems.push(text);
    }

    pub fn note(&mut self, text: String) {
        self.outcome.notes.push(text);
    }

    /// Ends the lab. What a scenario that went wrong left behind stays on disk.
    pub fn close(self, result: Result<()>) -> Outcome {
        let mut outcome = self.outcome;
        outcome.took_s = self.began.elapsed().as_secs();
        if let Err(error) = result {
            outcome.problems.push(format!("{error:#}"));
        }
        if !outcome.problems.is_empty() {
            outcome.notes.push(format!("logs are in {}", self.folder.keep().display()));
        }
        outcome
    }
}

/// Milliseconds of the wall clock.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
