//! W6: many runs at once that each wait for other people's servers.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::measure::{Bench, ceiling, progress};
use crate::process::Running;
use crate::report::Ceiling;
use crate::workloads::{chain, hook_of, node};

const RUNS: usize = 1_000;
const LOOK_EVERY: Duration = Duration::from_millis(20);

impl Bench {
    pub(crate) async fn burst(&self) -> Result<Vec<Ceiling>> {
        progress(format!("W6: {RUNS} runs at once with three HTTP steps each"));
        let slow = self.reference("slow")?.start(&self.http).await?;
        let weft = self.weft("burst")?.start(&self.http).await?;
        let api = self.api(&weft);
        let request = json!({ "url": format!("{}/slow", slow.base) });
        let steps = (1..=3).map(|step| node(&format!("call_{step}"), "http/request", request.clone()));
        api.publish(&chain("W6", steps.collect())).await?;
        let hook = hook_of("W6");
        api.call_hook(&hook, &Value::Null, 1, 1).await?;
        let before = weft.memory_mib()?;
        // Opens the connections.
        api.call_hook(&hook, &Value::Null, RUNS, RUNS).await?;

        let began = Instant::now();
        let calls = {
            let (api, hook) = (api.clone(), hook.clone());
            tokio::spawn(async move { api.call_hook(&hook, &Value::Null, RUNS, RUNS).await })
        };
        let peak = highest_memory(&weft, &calls).await?;
        calls.await??;
        let took = began.elapsed();
        weft.stop().await?;
        Ok(vec![
            ceiling(format!("W6 {RUNS} runs with three calls of 200 ms, all done"), "s", 2.0, took.as_secs_f64(), None),
            ceiling("W6 memory per run in flight", "KiB", 50.0, (peak - before).max(0.0) * 1024.0 / RUNS as f64, None),
        ])
    }
}

async fn highest_memory<T>(weft: &Running, during: &JoinHandle<T>) -> Result<f64> {
    let mut peak = weft.memory_mib()?;
    while !during.is_finished() {
        tokio::time::sleep(LOOK_EVERY).await;
        peak = peak.max(weft.memory_mib()?);
    }
    Ok(peak)
}
