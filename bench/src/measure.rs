//! What is measured, in which order.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::Client;

use crate::api::{Api, KEY};
use crate::load::Load;
use crate::process::{Program, Running, folder_on_disk, free_port};
use crate::report::{Ceiling, Report};
use crate::workloads::{self, Workload};

pub(crate) const CONNECTIONS: u32 = 64;

/// How long, how often and how much to measure.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub weft: PathBuf,
    pub runs: u32,
    pub seconds: u32,
    pub idle: Duration,
    pub soak: Duration,
    /// Runs in the history that is listed and searched.
    pub history: u64,
    /// Runs that wait when the server starts, and when its memory is read.
    pub recovered: usize,
    pub waiting: usize,
    /// Ids of what to measure; everything when empty.
    pub only: Vec<String>,
}

/// Measures besides the workloads that are a rate.
const PARTS: [&str; 7] = ["start", "plugins", "W6", "cron", "history", "waiting", "soak"];

impl Plan {
    pub(crate) fn wants(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only.eq_ignore_ascii_case(id))
    }

    fn check(&self) -> Result<()> {
        let known: Vec<&str> = workloads::all().iter().map(|workload| workload.id).chain(PARTS).collect();
        for id in &self.only {
            ensure!(
                known.iter().any(|known| known.eq_ignore_ascii_case(id)),
                "there is no {id}; there are {}",
                known.join(", ")
            );
        }
        Ok(())
    }
}

/// The load and the clients of one bench.
pub(crate) struct Bench {
    pub plan: Plan,
    pub http: Client,
    pub load: Load,
    folder: PathBuf,
}

pub(crate) async fn measure(plan: Plan) -> Result<Report> {
    plan.check()?;
    let folder = folder_on_disk()?;
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(120)).build()?;
    let bench = Bench { load: Load::new(folder.path())?, plan, http, folder: folder.path().to_owned() };

    let workloads: Vec<Workload> =
        workloads::all().into_iter().filter(|workload| bench.plan.wants(workload.id)).collect();
    let mut ceilings = Vec::new();
    if bench.plan.wants("start") {
        ceilings.extend(bench.start_and_latency().await?);
    }
    if bench.plan.wants("plugins") {
        ceilings.extend(bench.plugins().await?);
    }
    let throughput = if workloads.is_empty() { Vec::new() } else { bench.workloads(&workloads).await? };
    if bench.plan.wants("W6") {
        ceilings.extend(bench.burst().await?);
    }
    if bench.plan.wants("cron") {
        ceilings.extend(bench.cron().await?);
    }
    if bench.plan.wants("history") {
        ceilings.extend(bench.history().await?);
    }
    if bench.plan.wants("waiting") {
        ceilings.extend(bench.waiting().await?);
    }
    if bench.plan.wants("soak") {
        ceilings.extend(bench.soak().await?);
    }
    Ok(Report {
        version: env!("CARGO_PKG_VERSION"),
        cores: std::thread::available_parallelism()?.get(),
        connections: CONNECTIONS,
        throughput,
        ceilings,
    })
}

impl Bench {
    /// A server with a data directory of its own, so that no measure stands on the rows of another.
    pub(crate) fn weft(&self, name: &str) -> Result<Program> {
        let port = free_port()?;
        Ok(Program {
            path: self.plan.weft.clone(),
            arguments: vec!["serve".into()],
            environment: vec![
                ("WEFT_DATA_DIR", self.data_dir(name).display().to_string()),
                ("WEFT_LISTEN", format!("127.0.0.1:{port}")),
                ("WEFT_BOOTSTRAP_KEY", KEY.into()),
                // W6 calls the reference server.
                ("WEFT_ALLOW_PRIVATE", "127.0.0.1/32".into()),
            ],
            port,
            log: "target/bench/weft.log".into(),
            plugin_cache: Some(self.data_dir(name).join("plugin-cache")),
        })
    }

    pub(crate) fn reference(&self, name: &str) -> Result<Program> {
        let port = free_port()?;
        let folder = self.data_dir(&format!("reference_{name}"));
        std::fs::create_dir_all(&folder)?;
        Ok(Program {
            path: std::env::current_exe()?,
            arguments: vec!["reference".into(), port.to_string(), folder.display().to_string()],
            environment: vec![],
            port,
            log: "target/bench/reference.log".into(),
            plugin_cache: None,
        })
    }

    pub(crate) fn data_dir(&self, name: &str) -> PathBuf {
        Path::new(&self.folder).join(name)
    }

    pub(crate) fn api(&self, weft: &Running) -> Api {
        Api { http: self.http.clone(), base: weft.base.clone() }
    }
}

pub(crate) fn ceiling(
    title: impl Into<String>,
    unit: &'static str,
    target: f64,
    value: f64,
    reference: Option<f64>,
) -> Ceiling {
    Ceiling { title: title.into(), value, unit, target, reference }
}

#[allow(clippy::print_stderr, reason = "people wait for minutes and want to know for what")]
pub(crate) fn progress(message: impl std::fmt::Display) {
    eprintln!("bench: {message}");
}
