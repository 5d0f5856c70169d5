//! Memory under lasting load.

use anyhow::{Context, Result};

use crate::measure::{Bench, CONNECTIONS, ceiling, progress};
use crate::report::Ceiling;
use crate::workloads;

impl Bench {
    pub(crate) async fn soak(&self) -> Result<Vec<Ceiling>> {
        let all = workloads::all();
        let workload = all.iter().find(|workload| workload.id == "W2").context("there is W2")?;
        let program = self.weft("soak")?;
        let weft = program.start(&self.http).await?;
        self.api(&weft).publish(&workload.document).await?;
        // The first start compiles the plugins, and keeps for a while what memory that took.
        weft.stop().await?;
        let weft = program.start(&self.http).await?;
        let api = self.api(&weft);

        let half = u32::try_from(self.plan.soak.as_secs() / 2)?;
        let mut memory = Vec::new();
        for turn in ["first", "second"] {
            progress(format!("soak: {}, {turn} half of {} s", workload.title, self.plan.soak.as_secs()));
            self.load.run(&api.hook(&workload.hook()), &workload.body, CONNECTIONS, half).await?;
            memory.push(weft.memory_mib()?);
        }
        weft.stop().await?;
        let title = format!("memory after {} s of W2", self.plan.soak.as_secs());
        Ok(vec![
            ceiling(title, "MiB", 150.0, memory[1], None),
            ceiling("memory growth in the second half of it", "MiB", 10.0, (memory[1] - memory[0]).max(0.0), None),
        ])
    }
}
