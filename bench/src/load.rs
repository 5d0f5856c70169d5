//! Load from wrk: one JSON body posted over and over on a number of connections.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::process::Command;

/// What one run of the load generator saw.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
pub(crate) struct Sample {
    pub requests: u64,
    pub duration_us: u64,
    pub p50_us: u64,
    pub p99_us: u64,
    /// Answers with a status of 400 or more.
    pub refused: u64,
    /// Requests that got no answer at all.
    pub broken: u64,
}

impl Sample {
    pub(crate) fn per_second(&self) -> f64 {
        self.requests as f64 * 1e6 / self.duration_us.max(1) as f64
    }
}

/// The load generator with its script on disk.
#[derive(Debug)]
pub(crate) struct Load {
    script: PathBuf,
}

impl Load {
    pub(crate) fn new(folder: &Path) -> Result<Load> {
        let script = folder.join("load.lua");
        std::fs::write(&script, include_str!("load.lua"))?;
        Ok(Load { script })
    }

    /// Posts `body` to `url` for `seconds`. An answer that is not a success fails the measurement.
    pub(crate) async fn run(&self, url: &str, body: &Value, connections: u32, seconds: u32) -> Result<Sample> {
        let output = Command::new("wrk")
            .args(["--threads", "1", "--connections", &connections.to_string()])
            .args(["--duration", &format!("{seconds}s"), "--timeout", "10s", "--script"])
            .arg(&self.script)
            .args([url, "--", &body.to_string()])
            .output()
            .await
            .context("wrk could not be started; `just setup bench` installs it")?;
        if !output.status.success() {
            bail!("wrk failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().find(|line| line.starts_with('{')).context("wrk printed no figures")?;
        let sample: Sample = serde_json::from_str(line)?;
        ensure!(sample.requests > 0, "{url} answered nothing");
        ensure!(sample.refused == 0 && sample.broken == 0, "{url} refused or dropped requests: {sample:?}");
        Ok(sample)
    }
}
