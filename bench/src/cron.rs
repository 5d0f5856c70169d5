//! How late schedules fire when a thousand are due in the same second.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use crate::api::Api;
use crate::measure::{Bench, ceiling, progress};
use crate::report::{Ceiling, percentile};
use crate::workloads::node;

const SCHEDULES: usize = 1_000;
const EVERY_MS: i64 = 10_000;

/// After the second moment, by when everything should long have been fired.
const PATIENCE_MS: i64 = 5_000;

impl Bench {
    pub(crate) async fn cron(&self) -> Result<Vec<Ceiling>> {
        let weft = self.weft("cron")?.start(&self.http).await?;
        let api = self.api(&weft);
        progress(format!("cron: publishing {SCHEDULES} schedules"));
        let publishing = stream::iter(0..SCHEDULES).map(Ok::<_, anyhow::Error>);
        publishing
            .try_for_each_concurrent(8, async |number| {
                api.publish(&document(number)).await?;
                Ok(())
            })
            .await?;

        // The first moment after the next may have found the last schedules not there yet.
        let first_ms = (now_ms()? / EVERY_MS + 2) * EVERY_MS;
        let moments = [first_ms, first_ms + EVERY_MS];
        progress("cron: waiting for two moments");
        let until_ms = moments[1] + PATIENCE_MS;
        tokio::time::sleep(Duration::from_millis(u64::try_from(until_ms - now_ms()?)?)).await;

        let mut lateness = Vec::new();
        for moment in moments {
            let fired = fired_at(&api, moment).await?;
            ensure!(fired.len() == SCHEDULES, "{} of {SCHEDULES} schedules fired at {moment}", fired.len());
            ensure!(fired.values().all(|late| late.len() == 1), "a schedule fired twice at {moment}");
            lateness.extend(fired.into_values().flatten());
        }
        weft.stop().await?;
        let title = format!("cron, {SCHEDULES} in the same second: lateness, p99");
        Ok(vec![ceiling(title, "s", 1.0, percentile(lateness, 99) / 1000.0, None)])
    }
}

fn document(number: usize) -> Value {
    json!({
        "weft": 1,
        "name": format!("Bench cron {number}"),
        "nodes": [
            node("clock", "schedule", json!({ "cron": format!("*/{} * * * * *", EVERY_MS / 1000) })),
            node("shape", "set", json!({ "fields": { "at": "{{ input.fire_ms }}" } })),
        ],
        "edges": [{ "from": "clock", "to": "shape" }],
    })
}

/// By workflow, how many milliseconds after the moment its runs began.
async fn fired_at(api: &Api, moment: i64) -> Result<HashMap<String, Vec<f64>>> {
    let mut fired: HashMap<String, Vec<f64>> = HashMap::new();
    let mut cursor = String::new();
    loop {
        let page = api.get(&format!("/runs?from={moment}&limit=200{cursor}")).await?;
        for run in page["items"].as_array().context("a list has items")? {
            if run["trigger"]["fire_ms"].as_i64() == Some(moment) {
                let began = run["started_at_ms"].as_i64().context("a fired run has started")?;
                let workflow = run["workflow_id"].as_str().unwrap_or_default().to_owned();
                fired.entry(workflow).or_default().push((began - moment) as f64);
            }
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(fired),
        }
    }
}

fn now_ms() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}
