//! The two servers under load, each a process of its own on a free port.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::api::Api;

const START_LIMIT: Duration = Duration::from_secs(120);
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// How to start a server.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub path: PathBuf,
    pub arguments: Vec<String>,
    pub environment: Vec<(&'static str, String)>,
    pub port: u16,
    pub log: PathBuf,
    /// Where it keeps the plugins that it compiles after its start.
    pub plugin_cache: Option<PathBuf>,
}

/// A server that runs; killed when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    started: Instant,
    pub base: String,
}

impl Program {
    pub(crate) fn spawn(&self) -> Result<Running> {
        let log = std::fs::File::options().create(true).append(true).open(&self.log)?;
        let started = Instant::now();
        let child = Command::new(&self.path)
            .args(&self.arguments)
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} could not be started", self.path.display()))?;
        Ok(Running { child, started, base: format!("http://127.0.0.1:{}", self.port) })
    }

    /// Starts the server and waits until it answers `/healthz` and has compiled its plugins, which takes from what is measured.
    pub(crate) async fn start(&self, http: &reqwest::Client) -> Result<Running> {
        let mut running = self.spawn()?;
        let request = http.get(format!("{}/healthz", running.base));
        running.until_answered(request).await.with_context(|| format!("see {}", self.log.display()))?;
        if let Some(cache) = &self.plugin_cache {
            running.until_compiled(http, cache).await?;
        }
        Ok(running)
    }
}

impl Running {
    /// Sends the request until it succeeds; returns how long after the start of the process that was.
    pub(crate) async fn until_answered(&mut self, request: reqwest::RequestBuilder) -> Result<Duration> {
        while self.started.elapsed() < START_LIMIT {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended by itself: {status}");
            }
            let attempt = request.try_clone().context("a request with a plain body can be sent again")?;
            if attempt.send().await.is_ok_and(|response| response.status().is_success()) {
                return Ok(self.started.elapsed());
            }
            sleep(Duration::from_millis(1)).await;
        }
        bail!("the server did not answer within {} s", START_LIMIT.as_secs())
    }

    async fn until_compiled(&self, http: &reqwest::Client, cache: &Path) -> Result<()> {
        let digests = Api { http: http.clone(), base: self.base.clone() }.plugin_digests().await?;
        while self.started.elapsed() < START_LIMIT {
            let files = std::fs::read_dir(cache)?.map(|file| Ok(file?.file_name().to_string_lossy().into_owned()));
            let files = files.collect::<Result<Vec<String>>>()?;
            let is_compiled =
                |digest: &String| files.iter().any(|file| file.starts_with(digest) && file.ends_with(".full"));
            if digests.iter().all(is_compiled) {
                return Ok(());
            }
            sleep(Duration::from_millis(10)).await;
        }
        bail!("the server did not compile its plugins within {} s", START_LIMIT.as_secs())
    }

    /// Resident memory in MiB, as Linux counts it.
    pub(crate) fn memory_mib(&self) -> Result<f64> {
        let id = self.child.id().context("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in the status")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }

    /// Asks the server to shut down and waits for it.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let id = self.child.id().context("the server has ended")?;
        Command::new("kill").args(["-TERM", &id.to_string()]).status().await?;
        timeout(STOP_LIMIT, self.child.wait()).await.context("the server did not shut down in time")??;
        Ok(())
    }
}

pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A folder on the disk of the build, because the system's temporary folder may be memory, where syncing costs nothing.
pub(crate) fn folder_on_disk() -> Result<tempfile::TempDir> {
    let parent = Path::new("target/bench");
    std::fs::create_dir_all(parent)?;
    Ok(tempfile::Builder::new().prefix("data-").tempdir_in(parent)?)
}
