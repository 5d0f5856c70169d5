//! Listing and searching a history of many runs. The runs are written through the store itself, which takes seconds instead
//! of the minutes that running them would.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use uuid::Uuid;
use weft::ids::{RunId, WorkflowId, WorkspaceId};
use weft::store::runs::{Commit, Head, Status, Tail, Trigger, TriggerKind};
use weft::store::{Store, accounts};
use weft_core::run::{ErrorKind, Event, RunError, Start};

use crate::api::Api;
use crate::measure::{Bench, ceiling, progress};
use crate::report::{Ceiling, percentile};
use crate::workloads;

/// The history goes back this far.
const SPAN_MS: i64 = 30 * 86_400_000;

/// Commits that share transactions of the writer.
const AT_ONCE: usize = 512;

/// Requests of each kind.
const REQUESTS: usize = 40;

/// One run in a hundred thousand is about this customer.
const RARE: &str = "zsazsa";

impl Bench {
    pub(crate) async fn history(&self) -> Result<Vec<Ceiling>> {
        let runs = self.plan.history;
        let program = self.weft("history")?;
        let weft = program.start(&self.http).await?;
        let all = workloads::all();
        let workflow = self.api(&weft).publish(&all.first().context("there is a workload")?.document).await?;
        weft.stop().await?;
        progress(format!("history: writing {runs} runs"));
        fill(&self.data_dir("history"), workflow.parse()?, runs).await?;

        let weft = program.start(&self.http).await?;
        let api = self.api(&weft);
        progress("history: listing and searching");
        let listed = [
            "/runs".to_owned(),
            "/runs?status=failed".to_owned(),
            format!("/runs?workflow={workflow}"),
            format!("/runs?workflow={workflow}&status=failed"),
            format!("/runs?cursor={}", far_back(&api).await?),
        ];
        let searched =
            [format!("/runs?search={RARE}"), "/runs?search=order+7".to_owned(), "/runs?search=nowhere".to_owned()];
        let list = slowest_p95(&api, &listed).await?;
        progress("history: waiting for the search index");
        while api.get("/runs?search=nowhere").await?["incomplete"] == true {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        let search = slowest_p95(&api, &searched).await?;
        weft.stop().await?;
        Ok(vec![
            ceiling(format!("run list, {runs} runs stored, p95"), "ms", 50.0, list, None),
            ceiling(format!("run search, {runs} runs stored, p95"), "ms", 50.0, search, None),
        ])
    }
}

/// The p95 of the slowest of these requests, in milliseconds.
async fn slowest_p95(api: &Api, paths: &[String]) -> Result<f64> {
    let mut slowest = 0.0_f64;
    for path in paths {
        let mut times = Vec::with_capacity(REQUESTS);
        for _ in 0..REQUESTS {
            let began = Instant::now();
            api.get(path).await?;
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        let p95 = percentile(times, 95);
        progress(format!("history: {path} takes {p95:.1} ms"));
        slowest = slowest.max(p95);
    }
    Ok(slowest)
}

/// The cursor behind the tenth page.
async fn far_back(api: &Api) -> Result<String> {
    let mut cursor = String::new();
    for _ in 0..10 {
        let page = api.get(&format!("/runs?limit=200{cursor}")).await?;
        cursor = format!("&cursor={}", page["next"].as_str().context("there are more pages")?);
    }
    Ok(cursor.trim_start_matches("&cursor=").to_owned())
}

async fn fill(folder: &Path, workflow: WorkflowId, runs: u64) -> Result<()> {
    let store = Store::open(folder).await?;
    let workspace = store
        .write(|tx| {
            Box::pin(async move { accounts::first_workspace(tx, "bench", 0).await.map(|workspace| workspace.id) })
        })
        .await?;
    let first_ms = weft::clock::now_ms() - SPAN_MS;
    let commits = stream::iter(0..runs).map(|number| {
        let created_ms = first_ms + (i128::from(SPAN_MS) * i128::from(number) / i128::from(runs)) as i64;
        Ok(commit(workspace, workflow, number, created_ms))
    });
    let stored: Result<(), weft::store::StoreError> =
        commits.try_for_each_concurrent(AT_ONCE, async |commit| store.commit(commit).await).await;
    stored?;
    store.close().await;
    Ok(())
}

/// A run of the past: mostly of an order that went well.
fn commit(workspace: WorkspaceId, workflow: WorkflowId, number: u64, created_ms: i64) -> Commit {
    let id = RunId(Uuid::from_u128(RunId::first_at(created_ms).0.as_u128() | u128::from(number)));
    let customer = if number % 100_000 == 7 { RARE.to_owned() } else { format!("customer {}", number % 5_000) };
    let failed = number % 20 == 3;
    let head = Head {
        workspace,
        workflow,
        revision: 1,
        trigger: Trigger { kind: TriggerKind::Webhook, node: Some("hook".into()), fire_ms: None },
        input: Arc::new(input(number, &customer)),
        created_ms,
        parent: None,
        depth: 0,
        retry_of: None,
        origin: None,
        slot_key: None,
        root: None,
    };
    let no_stock = || RunError::new(ErrorKind::Permanent, "no_stock", format!("order {number} has no stock"));
    let tail = Tail {
        started_ms: Some(created_ms),
        finished_ms: Some(created_ms + 5),
        output: (!failed).then(|| Arc::new(json!({ "order": number, "customer": customer }))),
        error: failed.then(|| Arc::new(no_stock())),
        ..Tail::of(if failed { Status::Failed } else { Status::Succeeded })
    };
    Commit::opening(id, head, vec![Event::RunStarted { start: Start::default(), at_ms: created_ms }], tail)
}

fn input(number: u64, customer: &str) -> Value {
    json!({
        "method": "POST", "path": "orders", "query": {},
        "headers": { "host": "weft.example", "content-type": "application/json", "user-agent": "shop/1.0" },
        "body": { "order": number, "customer": customer, "total": number % 977, "items": [{ "sku": number % 311, "count": 2 }] },
    })
}
