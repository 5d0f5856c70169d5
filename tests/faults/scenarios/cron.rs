//! Schedules over times without a server: the clock of the next start is moved ahead, and each policy is held to its words.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tokio::process::Command;
use tokio::time::sleep;

use crate::history::{self, Run};
use crate::lab::{Lab, now_ms};
use crate::workflows;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// As documented: what `all` and `last` make up for, and what is not late yet.
const MOST_CAUGHT_UP: usize = 100;
const LAST_WINDOW_MS: i64 = DAY_MS;
const ON_TIME_MS: i64 = MINUTE_MS;

/// How long the fires after a start may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A schedule in UTC, simple enough to be computed by hand.
struct Case {
    every_ms: i64,
    offset_ms: i64,
    missed: &'static str,
    workflow: String,
}

impl Case {
    fn cron(&self) -> String {
        match (self.every_ms / MINUTE_MS, self.offset_ms / MINUTE_MS) {
            (1_440, offset) => format!("{} {} * * *", offset % 60, offset / 60),
            (60, offset) => format!("{offset} * * * *"),
            (every, _) => format!("*/{every} * * * *"),
        }
    }

    /// All moments after one and up to another.
    fn moments(&self, after_ms: i64, until_ms: i64) -> Vec<i64> {
        let first = (after_ms - self.offset_ms).div_euclid(self.every_ms) + 1;
        (first..).map(|index| index * self.every_ms + self.offset_ms).take_while(|moment| *moment <= until_ms).collect()
    }

    /// What fires at a start at `now_ms`, of what was due since `down_ms`.
    fn expected(&self, down_ms: i64, now_ms: i64) -> BTreeSet<i64> {
        let due = self.moments(down_ms, now_ms);
        let on_time = due.iter().copied().filter(|moment| now_ms - moment <= ON_TIME_MS);
        match self.missed {
            "all" => due[due.len().saturating_sub(MOST_CAUGHT_UP)..].iter().copied().collect(),
            "last" => due.last().copied().filter(|moment| now_ms - moment <= LAST_WINDOW_MS).into_iter().collect(),
            _ => on_time.collect(),
        }
    }
}

pub async fn run(lab: &mut Lab) -> Result<()> {
    lab.start().await?;
    seconds_over_kills(lab).await?;
    let Some(library) = faketime().await else {
        lab.note("no times without a server: scripts/setup faults installs libfaketime".into());
        return Ok(());
    };
    let mut cases = Vec::new();
    for number in 0..lab.size.pick(24, 1_000) {
        let every_ms = *lab.dice.pick(&[5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, DAY_MS]);
        let offset = if every_ms >= HOUR_MS { lab.dice.between(0, (every_ms / MINUTE_MS) as u64) as i64 } else { 0 };
        let missed = ["none", "last", "all"][number % 3];
        let mut case = Case { every_ms, offset_ms: offset * MINUTE_MS, missed, workflow: String::new() };
        case.workflow =
            lab.client()?.publish(workflows::schedule(&format!("case {number}"), &case.cron(), missed)).await?;
        cases.push(case);
    }
    let mut ahead_ms = 0;
    let mut down_ms = now_ms();
    for hours in [1, 72] {
        lab.weft.stop().await?;
        ahead_ms += hours * HOUR_MS;
        lab.outcome.faults += 1;
        lab.weft.once = vec![
            ("LD_PRELOAD".into(), library.clone()),
            ("FAKETIME".into(), format!("+{}", ahead_ms / 1_000)),
            ("FAKETIME_DONT_FAKE_MONOTONIC".into(), "1".into()),
        ];
        let began_ms = now_ms() + ahead_ms;
        lab.start().await?;
        hold(lab, &cases, down_ms, began_ms, ahead_ms).await?;
        down_ms = now_ms() + ahead_ms;
    }
    lab.weft.stop().await?;
    Ok(())
}

/// Fires each second, and the server is killed meanwhile: no second is left out, none fires twice.
async fn seconds_over_kills(lab: &mut Lab) -> Result<()> {
    let ticks = lab.client()?.publish(workflows::schedule("ticks", "* * * * * *", "all")).await?;
    for _ in 0..lab.size.pick(2, 30) {
        sleep(Duration::from_millis(lab.dice.between(800, 2_200))).await;
        lab.kill().await?;
        lab.start().await?;
    }
    sleep(Duration::from_secs(1)).await;
    lab.client()?.post(&format!("/workflows/{ticks}/unpublish"), serde_json::json!({})).await.ok();
    let mut fires: Vec<i64> = history::runs(&lab.client()?, &ticks).await?.iter().filter_map(Run::fire_ms).collect();
    fires.sort_unstable();
    lab.outcome.runs += fires.len() as u64;
    if let Some(pair) = fires.windows(2).find(|pair| pair[1] - pair[0] != 1_000) {
        lab.problem(format!("L5: after {} the schedule fired at {}", pair[0], pair[1]));
    }
    Ok(())
}

/// Waits for the fires of a start and compares them with what each policy says.
async fn hold(lab: &mut Lab, cases: &[Case], down_ms: i64, began_ms: i64, ahead_ms: i64) -> Result<()> {
    let began = Instant::now();
    let client = lab.client()?;
    for case in cases {
        loop {
            let fires = history::runs(&client, &case.workflow).await?;
            let fired: BTreeSet<i64> = fires.iter().filter_map(Run::fire_ms).filter(|fire| *fire > down_ms).collect();
            // The server looked at some moment between these two.
            let late_ms = now_ms() + ahead_ms;
            let mut early = case.expected(down_ms, began_ms);
            early.extend(case.moments(began_ms, late_ms));
            if fired == early || fired == case.expected(down_ms, late_ms) {
                lab.outcome.runs += fired.len() as u64;
                break;
            }
            if began.elapsed() > PATIENCE {
                let told = |moments: &BTreeSet<i64>| moments.iter().map(|ms| ms / MINUTE_MS).collect::<Vec<_>>();
                let (cron, fired, early) = (case.cron(), told(&fired), told(&early));
                lab.problem(format!(
                    "L5: `{cron}`, missed {}, fired at the minutes {fired:?} instead of {early:?}",
                    case.missed
                ));
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(())
}

/// The library that moves the clock of a process.
async fn faketime() -> Option<String> {
    let found = Command::new("sh")
        .args(["-c", "ls /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib*/faketime/libfaketimeMT.so.1 2>/dev/null"])
        .output()
        .await
        .context("sh")
        .ok()?;
    String::from_utf8(found.stdout).ok()?.lines().next().map(str::to_owned)
}
