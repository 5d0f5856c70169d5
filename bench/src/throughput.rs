//! The workloads that are a rate.

use anyhow::{Result, ensure};

use crate::measure::{Bench, CONNECTIONS, progress};
use crate::process::Running;
use crate::report::{Figures, Throughput};
use crate::workloads::Workload;

impl Bench {
    pub(crate) async fn workloads(&self, workloads: &[Workload]) -> Result<Vec<Throughput>> {
        let weft = self.weft("workloads")?.start(&self.http).await?;
        let reference = self.reference("workloads")?.start(&self.http).await?;
        let mut rows = Vec::new();
        for workload in workloads {
            rows.push(self.throughput(workload, &weft, &reference).await?);
        }
        weft.stop().await?;
        Ok(rows)
    }

    /// Weft and the reference take turns, so that a machine that speeds up or slows down does so for both.
    async fn throughput(&self, workload: &Workload, weft: &Running, reference: &Running) -> Result<Throughput> {
        let api = self.api(weft);
        let workflow_id = api.publish(&workload.document).await?;
        api.check_answer(workload).await?;
        let hook = api.hook(&workload.hook());
        let yardstick = format!("{}/{}", reference.base, workload.reference);
        self.load.run(&hook, &workload.body, CONNECTIONS, self.plan.seconds.min(2)).await?;
        self.load.run(&yardstick, &workload.body, CONNECTIONS, 1).await?;

        let before = api.stored_runs(&workflow_id).await?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for run in 1..=self.plan.runs {
            progress(format!("{}: {}, run {run} of {}", workload.id, workload.title, self.plan.runs));
            ours.push(self.load.run(&hook, &workload.body, CONNECTIONS, self.plan.seconds).await?);
            theirs.push(self.load.run(&yardstick, &workload.body, CONNECTIONS, self.plan.seconds).await?);
        }
        let after = api.stored_runs(&workflow_id).await?;

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
}
