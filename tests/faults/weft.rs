//! The server under test: a process that is started, watched, and killed.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::client::Client;

pub const KEY: &str = "the-key-of-the-faults";

const START_LIMIT: Duration = Duration::from_secs(120);
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// A free port below those that the kernel gives to outgoing connections: one of these might take it while the server is
/// down.
fn free_port() -> Result<u16> {
    let first = 20_000 + (std::process::id() % 10_000) as u16;
    let free = (first..first + 2_000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.context("no port is free")
}

/// A server on a port and a data directory that stay the same over its lives.
#[derive(Debug)]
pub struct Weft {
    binary: PathBuf,
    data: PathBuf,
    log: PathBuf,
    port: u16,
    /// Set for the next start only.
    pub once: Vec<(String, String)>,
    child: Option<Child>,
}

impl Weft {
    pub fn new(binary: &Path, data: &Path, log: &Path) -> Result<Weft> {
        let port = free_port()?;
        let (binary, data, log) = (binary.to_owned(), data.to_owned(), log.to_owned());
        Ok(Weft { binary, data, log, port, once: Vec::new(), child: None })
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn client(&self) -> Result<Client> {
        Client::new(&self.url())
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Moves the data directory of a server that does not run into another folder.
    pub async fn move_data(&mut self, folder: &Path) -> Result<()> {
        let target = folder.join("data");
        let copied = Command::new("cp").arg("-a").arg(&self.data).arg(&target).status().await?;
        if !copied.success() {
            bail!("{} could not be copied to {}", self.data.display(), target.display());
        }
        self.data = target;
        Ok(())
    }

    /// Starts the process and does not wait for it.
    pub fn spawn(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let child = Command::new(&self.binary)
            .env("WEFT_DATA_DIR", &self.data)
            .env("WEFT_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("WEFT_BOOTSTRAP_KEY", KEY)
            // The ledger is on this machine.
            .env("WEFT_ALLOW_PRIVATE", "127.0.0.0/8")
            .envs(self.once.drain(..))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} could not be started", self.binary.display()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Starts the process and answers how long it took until it was ready.
    pub async fn start(&mut self) -> Result<Duration> {
        let began = Instant::now();
        self.spawn()?;
        if !self.until_ready().await? {
            bail!("the server ended instead of getting ready; see {}", self.log.display());
        }
        Ok(began.elapsed())
    }

    /// Waits until the server is ready; false when it ended before that.
    pub async fn until_ready(&mut self) -> Result<bool> {
        let began = Instant::now();
        let probe = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build()?;
        while began.elapsed() < START_LIMIT {
            if self.child()?.try_wait()?.is_some() {
                return Ok(false);
            }
            let answer = probe.get(format!("{}/readyz", self.url())).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(true);
            }
            sleep(Duration::from_millis(5)).await;
        }
        bail!("the server was not ready within {} s", START_LIMIT.as_secs())
    }

    /// `kill -9`.
    pub async fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the server runs")?;
        child.kill().await.context("the server cannot be killed")
    }

    /// Asks the server to stop, and waits for it.
    pub async fn stop(&mut self) -> Result<ExitStatus> {
        self.signal("TERM").await?;
        let mut child = self.child.take().context("the server runs")?;
        Ok(timeout(STOP_LIMIT, child.wait()).await.context("the server did not stop in time")??)
    }

    pub async fn signal(&self, name: &str) -> Result<()> {
        let id = self.id()?.to_string();
        Command::new("kill").args([&format!("-{name}"), &id]).status().await?;
        Ok(())
    }

    /// Waits for the server to end by itself; `None` when it did not.
    pub async fn ended(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        match timeout(patience, self.child()?.wait()).await {
            Ok(status) => {
                self.child = None;
                Ok(Some(status?))
            }
            Err(_) => Ok(None),
        }
    }

    pub fn id(&self) -> Result<u32> {
        self.child.as_ref().and_then(Child::id).context("the server has ended")
    }

    /// Resident memory in MiB.
    pub fn memory_mib(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in the status")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
    }

    /// Open files and sockets.
    pub fn descriptors(&self) -> Result<usize> {
        Ok(std::fs::read_dir(format!("/proc/{}/fd", self.id()?))?.count())
    }

    fn child(&mut self) -> Result<&mut Child> {
        self.child.as_mut().context("the server was not started")
    }
}
