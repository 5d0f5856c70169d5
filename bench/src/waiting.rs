//! Runs that wait: how soon a server with many of them is ready, and what they cost in memory.

use anyhow::Result;
use serde_json::{Value, json};

use crate::measure::{Bench, CONNECTIONS, ceiling, progress};
use crate::report::Ceiling;
use crate::workloads::{chain, hook_of, node};

const A_DAY_MS: u64 = 86_400_000;

impl Bench {
    pub(crate) async fn waiting(&self) -> Result<Vec<Ceiling>> {
        let (recovered, waiting) = (self.plan.recovered, self.plan.waiting);
        let program = self.weft("waiting")?;
        let weft = program.start(&self.http).await?;
        let mut document = chain("waiting", vec![node("pause", "wait", json!({ "ms": A_DAY_MS }))]);
        document["nodes"][0]["params"]["respond"] = json!("at_once");
        self.api(&weft).publish(&document).await?;
        let hook = hook_of("waiting");
        let at_once = CONNECTIONS as usize;

        progress(format!("waiting: starting {recovered} runs that wait"));
        self.api(&weft).call_hook(&hook, &Value::Null, recovered, at_once).await?;
        weft.stop().await?;
        let mut weft = program.spawn()?;
        let ready = weft.until_answered(self.http.get(format!("{}/readyz", weft.base))).await?;

        progress(format!("waiting: {waiting} runs that wait"));
        self.api(&weft).call_hook(&hook, &Value::Null, waiting - recovered, at_once).await?;
        let memory = weft.memory_mib()?;
        weft.stop().await?;
        Ok(vec![
            ceiling(format!("ready with {recovered} runs waiting"), "s", 2.0, ready.as_secs_f64(), None),
            ceiling(format!("memory, {waiting} runs waiting"), "MiB", 150.0, memory, None),
        ])
    }
}
