//! The size of the binary, the time to start, idle memory, and latency without load.

use anyhow::{Context, Result};

use crate::load::Sample;
use crate::measure::{Bench, ceiling, progress};
use crate::report::{Ceiling, median};
use crate::workloads;

const COLD_STARTS: usize = 5;
const MIB: f64 = 1024.0 * 1024.0;

impl Bench {
    pub(crate) async fn start_and_latency(&self) -> Result<Vec<Ceiling>> {
        let all = workloads::all();
        let gauge = all.first().context("there is a workload")?;
        let (program, reference) = (self.weft("start")?, self.reference("start")?);
        let weft = program.start(&self.http).await?;
        // Calling each once also fills the cache of compiled plugins.
        for workload in &all {
            self.api(&weft).publish(&workload.document).await?;
            self.api(&weft).check_answer(workload).await?;
        }
        weft.stop().await?;

        progress(format!("cold start, {COLD_STARTS} times"));
        let mut times = Vec::new();
        for _ in 0..COLD_STARTS {
            let mut weft = program.spawn()?;
            let request = self.api(&weft).hook_request(&gauge.hook(), &gauge.body);
            times.push(weft.until_answered(request).await?.as_secs_f64() * 1000.0);
            weft.stop().await?;
        }

        let weft = program.start(&self.http).await?;
        let reference = reference.start(&self.http).await?;
        progress(format!("idle for {} s", self.plan.idle.as_secs()));
        tokio::time::sleep(self.plan.idle).await;
        let memory = (weft.memory_mib()?, reference.memory_mib()?);

        progress(format!("{}: latency at one connection", gauge.id));
        let (seconds, body) = (self.plan.seconds, &gauge.body);
        let ours = self.load.run(&self.api(&weft).hook(&gauge.hook()), body, 1, seconds).await?;
        let theirs = self.load.run(&format!("{}/{}", reference.base, gauge.reference), body, 1, seconds).await?;
        let in_ms = |sample: Sample| sample.p50_us as f64 / 1000.0;
        weft.stop().await?;
        let bytes = std::fs::metadata(&self.plan.weft)?.len();
        Ok(vec![
            ceiling("binary with designer and plugins", "MiB", 80.0, bytes as f64 / MIB, None),
            ceiling("cold start to the first answered webhook", "ms", 150.0, median(times), None),
            ceiling("latency at one connection, p50", "ms", 0.6, in_ms(ours), Some(in_ms(theirs))),
            ceiling("memory, idle", "MiB", 60.0, memory.0, Some(memory.1)),
        ])
    }
}
