//! A run that takes the server down each time it is taken up: it is set aside after three crashes, and the others go on.
//!
//! Needs a server that was built with the feature `failpoints`.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;

use crate::history;
use crate::lab::Lab;
use crate::load::Plan;
use crate::workflows;

/// Crashes after which a run is set aside.
const CRASHES: u64 = 3;

const PATIENCE: Duration = Duration::from_secs(30);

pub async fn run(lab: &mut Lab) -> Result<()> {
    let runs = lab.size.pick(30, 1_000);
    let deadly = || vec![("WEFT_FAIL_AT".to_owned(), "call.before~poison".to_owned())];
    lab.weft.once = deadly();
    lab.start().await?;
    lab.publish_effects().await?;
    let poison =
        lab.client()?.publish(workflows::request("poison", &format!("{}/poison", lab.ledger.url), 1_000)).await?;
    let plan = Plan { hooks: vec!["once"], first: 1, count: runs, workers: 8, rate: None, ballast: 0 };
    let load = lab.load(plan)?;
    load.reached(runs / 2, PATIENCE).await;
    lab.client()?.trigger("poison", &json!({})).await;
    while lab.weft.ended(Duration::from_secs(10)).await?.is_some() {
        lab.died();
        if lab.outcome.faults > CRASHES {
            bail!("the run has taken the server down {} times", lab.outcome.faults);
        }
        lab.weft.once = deadly();
        lab.weft.spawn()?;
    }
    lab.weft.until_ready().await?;
    let (told, _) = load.end().await;
    lab.check_told(&told);
    lab.check(1).await?;
    let found = history::runs(&lab.client()?, &poison).await?;
    let told: Vec<_> = found.iter().map(|run| (&run.status, &run.error)).collect();
    lab.note(format!("after {} crashes: {told:?}", lab.outcome.faults));
    let is_aside = found.iter().all(history::Run::is_in_quarantine);
    if found.len() != 1 || !is_aside || lab.outcome.faults != CRASHES {
        lab.problem(format!("the run was not set aside after {CRASHES} crashes"));
    }
    lab.stop_and_check_database().await
}
