//! What is measured, in which order.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Client;

use crate::api::{Api, KEY};
use crate::load::{Load, Sample};
use crate::process::{Program, Running, folder_on_disk, free_port};
use crate::report::{Ceiling, Figures, Report, Throughput, median};
use crate::workloads::{self, Workload};

const CONNECTIONS: u32 = 64;
const COLD_STARTS: usize = 5;
const MIB: f64 = 1024.0 * 1024.0;

/// How long and how often to measure.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub weft: PathBuf,
    pub runs: u32,
    pub seconds: u32,
    pub idle: Duration,
    /// Ids of the workloads to measure; all when empty.
    pub only: Vec<String>,
}

/// Both servers, the load and the clients, for one bench.
struct Bench {
    plan: Plan,
    http: Client,
    load: Load,
    weft: Program,
    reference: Program,
}

pub(crate) async fn measure(plan: Plan) -> Result<Report> {
    let folder = folder_on_disk()?;
    let bench = Bench::new(plan, folder.path())?;
    let workloads: Vec<Workload> = workloads::all().into_iter().filter(|workload| bench.plan.wants(workload)).collect();
    let gauge = workloads.first().context("no such workload; there are W1, W2, W4 and W5")?;

    let published = bench.publish(&workloads).await?;
    let mut ceilings = vec![bench.binary_size()?, bench.cold_start(gauge).await?];

    let weft = bench.weft.start(&bench.http).await?;
    let reference = bench.reference.start(&bench.http).await?;
    progress(format!("idle for {} s", bench.plan.idle.as_secs()));
    tokio::time::sleep(bench.plan.idle).await;
    let idle_memory = (weft.memory_mib()?, reference.memory_mib()?);

    let latency = bench.latency(gauge, &weft, &reference).await?;
    let mut throughput = Vec::new();
    for (workload, id) in workloads.iter().zip(&published) {
        throughput.push(bench.throughput(workload, id, &weft, &reference).await?);
    }

    ceilings.extend([
        latency,
        ceiling("memory, idle", "MiB", 60.0, idle_memory.0, Some(idle_memory.1)),
        ceiling("memory after the load", "MiB", 150.0, weft.memory_mib()?, Some(reference.memory_mib()?)),
    ]);
    weft.stop().await?;
    Ok(Report {
        version: env!("CARGO_PKG_VERSION"),
        cores: std::thread::available_parallelism()?.get(),
        connections: CONNECTIONS,
        throughput,
        ceilings,
    })
}

impl Plan {
    fn wants(&self, workload: &Workload) -> bool {
        self.only.is_empty() || self.only.iter().any(|id| id.eq_ignore_ascii_case(workload.id))
    }
}

impl Bench {
    fn new(plan: Plan, folder: &Path) -> Result<Bench> {
        let (weft_port, reference_port) = (free_port()?, free_port()?);
        let weft = Program {
            path: plan.weft.clone(),
            arguments: vec!["serve".into()],
            environment: vec![
                ("WEFT_DATA_DIR", folder.join("weft").display().to_string()),
                ("WEFT_LISTEN", format!("127.0.0.1:{weft_port}")),
                ("WEFT_BOOTSTRAP_KEY", KEY.into()),
            ],
            port: weft_port,
            log: "target/bench/weft.log".into(),
        };
        let reference = Program {
            path: std::env::current_exe()?,
            arguments: vec!["reference".into(), reference_port.to_string(), folder.display().to_string()],
            environment: vec![],
            port: reference_port,
            log: "target/bench/reference.log".into(),
        };
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build()?;
        Ok(Bench { load: Load::new(folder)?, plan, http, weft, reference })
    }

    /// Publishes the workflows and calls each once, which also fills the cache of compiled plugins.
    async fn publish(&self, workloads: &[Workload]) -> Result<Vec<String>> {
        let weft = self.weft.start(&self.http).await?;
        let api = self.api(&weft);
        let mut ids = Vec::new();
        for workload in workloads {
            progress(format!("{}: publishing and checking the answer", workload.id));
            ids.push(api.publish(workload).await?);
            api.check_answer(workload).await?;
        }
        weft.stop().await?;
        Ok(ids)
    }

    fn binary_size(&self) -> Result<Ceiling> {
        let bytes = std::fs::metadata(&self.weft.path)?.len();
        Ok(ceiling("binary with designer and plugins", "MiB", 80.0, bytes as f64 / MIB, None))
    }

    /// From the start of the process to the first answered webhook, compiled plugins in the cache.
    async fn cold_start(&self, workload: &Workload) -> Result<Ceiling> {
        progress(format!("cold start, {COLD_STARTS} times"));
        let mut times = Vec::new();
        for _ in 0..COLD_STARTS {
            let mut weft = self.weft.spawn()?;
            let request = self.api(&weft).hook_request(workload);
            times.push(weft.until_answered(request).await?.as_secs_f64() * 1000.0);
            weft.stop().await?;
        }
        Ok(ceiling("cold start to the first answered webhook", "ms", 150.0, median(times), None))
    }

    async fn latency(&self, workload: &Workload, weft: &Running, reference: &Running) -> Result<Ceiling> {
        progress(format!("{}: latency at one connection", workload.id));
        let ours = self.load.run(&self.api(weft).hook(workload), &workload.body, 1, self.plan.seconds).await?;
        let url = format!("{}/{}", reference.base, workload.reference);
        let theirs = self.load.run(&url, &workload.body, 1, self.plan.seconds).await?;
        let in_ms = |sample: Sample| sample.p50_us as f64 / 1000.0;
        Ok(ceiling("latency at one connection, p50", "ms", 0.6, in_ms(ours), Some(in_ms(theirs))))
    }

    /// Weft and the reference take turns, so that a machine that speeds up or slows down does so for both.
    async fn throughput(
        &self,
        workload: &Workload,
        workflow_id: &str,
        weft: &Running,
        reference: &Running,
    ) -> Result<Throughput> {
        let api = self.api(weft);
        let hook = api.hook(workload);
        let yardstick = format!("{}/{}", reference.base, workload.reference);
        self.load.run(&hook, &workload.body, CONNECTIONS, self.plan.seconds.min(2)).await?;
        self.load.run(&yardstick, &workload.body, CONNECTIONS, 1).await?;

        let before = api.stored_runs(workflow_id).await?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for run in 1..=self.plan.runs {
            progress(format!("{}: {}, run {run} of {}", workload.id, workload.title, self.plan.runs));
            ours.push(self.load.run(&hook, &workload.body, CONNECTIONS, self.plan.seconds).await?);
            theirs.push(self.load.run(&yardstick, &workload.body, CONNECTIONS, self.plan.seconds).await?);
        }
        let after = api.stored_runs(workflow_id).await?;

        let answered = ours.iter().map(|sample| sample.requests).sum();
        let stored = after.0 - before.0;
        ensure!(after.1 == 0, "{}: {} runs failed", workload.id, after.1);
        ensure!(stored >= answered, "{}: {answered} answered, only {stored} stored", workload.id);
        let (weft, reference) = (Figures::of(&ours), Figures::of(&theirs));
        Ok(Throughput {
            id: workload.id,
            title: workload.title,
            weft,
            reference,
            ratio: weft.per_second / reference.per_second,
            target_per_second: workload.target_per_second,
            answered,
            stored,
            samples: ours,
        })
    }

    fn api(&self, weft: &Running) -> Api {
        Api { http: self.http.clone(), base: weft.base.clone() }
    }
}

fn ceiling(title: &'static str, unit: &'static str, target: f64, value: f64, reference: Option<f64>) -> Ceiling {
    Ceiling { title, value, unit, target, reference }
}

#[allow(clippy::print_stderr, reason = "people wait for minutes and want to know for what")]
fn progress(message: String) {
    eprintln!("bench: {message}");
}
