//! The checker: holds Weft's history against what was acknowledged and what the ledger saw.
//!
//! - L1, no loss: each acknowledged trigger is exactly one run, and that run succeeded with all its effects in the ledger.
//! - L2, no duplicate: one key for each step; history holds one result, and it is an answer of the ledger to that key. A
//!   further request with the same key is explained by an attempt in the journal or by a kill between the two.
//! - L3, order: each request passes on the receipts that history holds for the steps before it, so none was sent on the
//!   strength of a result that was not kept.
//! - L4: a trigger that was not acknowledged is one run or none.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use anyhow::Result;

use crate::client::Client;
use crate::history::{self, Run, Step};
use crate::ledger::{Mode, Record};
use crate::load::Acked;
use crate::log;
use crate::workflows::{EFFECTS, before};

/// A request may be written down a moment after the kill of its sender: it was in the sockets already.
const IN_FLIGHT_MS: i64 = 250;

/// Problems that are told in full; of more only the number.
const TOLD: usize = 10;

/// What the check found. Anything in `problems` is a broken promise.
#[derive(Debug, Default)]
pub struct Findings {
    pub runs: u64,
    pub acked: u64,
    pub unacked_runs: u64,
    pub lost: u64,
    /// Runs that were given up because the server died of them, or seemed to.
    pub set_aside: u64,
    /// Requests with a key that the ledger had seen already.
    pub repeated: u64,
    pub unexplained: u64,
    pub problems: Vec<String>,
    problem_count: u64,
}

/// A workflow whose runs are checked.
#[derive(Debug, Clone)]
pub struct Watched {
    pub id: String,
    /// Its runs act on the ledger, as [`crate::workflows::effects`] has it.
    pub has_effects: bool,
}

/// What is held against each other.
#[derive(Debug)]
pub struct Evidence<'a> {
    pub client: &'a Client,
    pub workflows: &'a [Watched],
    pub acked: &'a Path,
    pub ledger: &'a Path,
    /// When the server died.
    pub kills_ms: &'a [i64],
    /// Triggers before this one are no part of the check.
    pub first: u64,
}

pub async fn check(evidence: &Evidence<'_>) -> Result<Findings> {
    let mut findings = Findings::default();
    let (mut runs, mut with_effects) = (Vec::new(), Vec::new());
    for workflow in evidence.workflows {
        let mut found = history::runs(evidence.client, &workflow.id).await?;
        found.retain(|run| run.n().is_some_and(|n| n >= evidence.first));
        with_effects.extend(found.iter().filter(|_| workflow.has_effects).cloned());
        runs.extend(found);
    }
    let acked: Vec<Acked> = log::read(evidence.acked)?;
    let acked: HashMap<u64, String> =
        acked.into_iter().filter(|acked| acked.n >= evidence.first).map(|acked| (acked.n, acked.run)).collect();
    findings.runs = runs.len() as u64;
    findings.acked = acked.len() as u64;
    findings.triggers(&runs, &acked);
    let records: Vec<Record> = log::read(evidence.ledger)?;
    let mut by_run: HashMap<&str, Vec<&Record>> = HashMap::new();
    for record in records.iter().filter(|record| record.effect.n >= evidence.first) {
        by_run.entry(&record.effect.run).or_default().push(record);
    }
    findings.keys(by_run.values().flatten().copied());
    for (run, steps) in history::steps_of(evidence.client, &with_effects).await? {
        let records = by_run.remove(run.id.as_str()).unwrap_or_default();
        findings.effects(&run, &steps, &records, evidence.kills_ms);
    }
    for run in by_run.keys() {
        findings.problem(format!("L2: the ledger has effects of {run}, which is in no history"));
    }
    findings.problems.extend(
        (findings.problem_count > TOLD as u64)
            .then(|| format!("and {} problems more", findings.problem_count - TOLD as u64)),
    );
    Ok(findings)
}

impl Findings {
    fn problem(&mut self, text: String) {
        self.problem_count += 1;
        if self.problems.len() < TOLD {
            self.problems.push(text);
        }
    }

    /// L1 and L4: triggers against runs.
    fn triggers(&mut self, runs: &[Run], acked: &HashMap<u64, String>) {
        let mut by_n: HashMap<u64, Vec<&Run>> = HashMap::new();
        for run in runs {
            by_n.entry(run.n().unwrap_or_default()).or_default().push(run);
        }
        for (n, id) in acked {
            match by_n.get(n).map(Vec::as_slice) {
                None => {
                    self.lost += 1;
                    self.problem(format!("L1: trigger {n} was acknowledged as {id} and has no run"));
                }
                Some([run]) if run.id == *id => {}
                Some(runs) => self.problem(format!("L1: trigger {n} was acknowledged as {id} and has {}", ids(runs))),
            }
        }
        for (n, runs) in &by_n {
            if !acked.contains_key(n) {
                self.unacked_runs += 1;
                if runs.len() > 1 {
                    self.problem(format!("L4: trigger {n} was not acknowledged and has {}", ids(runs)));
                }
            }
        }
        for run in runs.iter().filter(|run| run.status != "succeeded") {
            if run.is_in_quarantine() {
                self.set_aside += 1;
                continue;
            }
            let error = run.error.as_ref().map(ToString::to_string).unwrap_or_default();
            self.lost += 1;
            self.problem(format!("L1: {} is {} {error}", run.id, run.status));
        }
    }

    /// L2: a key belongs to one step, a step has one key.
    fn keys<'a>(&mut self, records: impl Iterator<Item = &'a Record>) {
        let mut owners: HashMap<&str, (&str, &str)> = HashMap::new();
        let mut keys: HashMap<(&str, &str), &str> = HashMap::new();
        for record in records {
            let step = (record.effect.run.as_str(), record.effect.path.as_str());
            let key = record.key.as_str();
            if key.is_empty() {
                self.problem(format!("L2: {} of {} came without a key", step.1, step.0));
            } else if *owners.entry(key).or_insert(step) != step || *keys.entry(step).or_insert(key) != key {
                self.problem(format!("L2: the key {key} of {} of {} is not its own", step.1, step.0));
            }
        }
    }

    /// L1, L2 and L3 for one run.
    fn effects(&mut self, run: &Run, steps: &[Step], records: &[&Record], kills_ms: &[i64]) {
        let steps: HashMap<&str, &Step> = steps.iter().map(|step| (step.path.as_str(), step)).collect();
        for path in EFFECTS {
            let mut seen: Vec<&Record> = records.iter().copied().filter(|record| record.effect.path == path).collect();
            seen.sort_by_key(|record| record.at_ms);
            let Some(step) = steps.get(path).filter(|step| step.status == "succeeded") else {
                if run.status == "succeeded" {
                    self.problem(format!("L1: {} succeeded without {path}", run.id));
                }
                continue;
            };
            let answers: HashSet<&str> =
                seen.iter().filter(|record| record.mode.is_answered()).map(|record| record.receipt.as_str()).collect();
            if !step.receipt().is_some_and(|receipt| answers.contains(receipt)) {
                self.lost += 1;
                self.problem(format!("L2: {path} of {} has a result that the ledger did not give", run.id));
            }
            self.repeats(run, path, step, &seen, kills_ms);
            self.order(run, path, &steps, &seen);
        }
    }

    fn repeats(&mut self, run: &Run, path: &str, step: &Step, seen: &[&Record], kills_ms: &[i64]) {
        self.repeated += seen.len().saturating_sub(1) as u64;
        let by_no_kill = seen.windows(2).filter(|pair| {
            let between = pair[0].at_ms - IN_FLIGHT_MS..=pair[1].at_ms;
            !kills_ms.iter().any(|kill_ms| between.contains(kill_ms))
        });
        let unexplained = (by_no_kill.count() as u64).saturating_sub(step.attempt.saturating_sub(1));
        if unexplained > 0 {
            self.unexplained += unexplained;
            let modes: Vec<Mode> = seen.iter().map(|record| record.mode).collect();
            self.problem(format!("L2: {path} of {} was repeated, at attempt {}: {modes:?}", run.id, step.attempt));
        }
    }

    fn order(&mut self, run: &Run, path: &str, steps: &HashMap<&str, &Step>, seen: &[&Record]) {
        let expected: Vec<&str> =
            before(path).iter().map(|path| steps.get(path).and_then(|step| step.receipt()).unwrap_or("")).collect();
        let expected = Some(expected.join(",")).filter(|expected| !expected.is_empty());
        if let Some(early) = seen.iter().find(|record| record.effect.prior != expected) {
            let told = &early.effect.prior;
            self.problem(format!("L3: {path} of {} was sent after {told:?}; history has {expected:?}", run.id));
        }
    }
}

fn ids(runs: &[&Run]) -> String {
    runs.iter().map(|run| run.id.as_str()).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use serde_json::{Value, json};

    use super::*;
    use crate::ledger::Effect;

    fn run(id: &str, n: u64, status: &str) -> Run {
        let run = json!({ "id": id, "status": status, "trigger": {}, "input": { "body": { "n": n } }, "error": null });
        serde_json::from_value(run).unwrap()
    }

    fn step(path: &str, attempt: u64, receipt: &str) -> Step {
        let output = json!({ "body": { "receipt": receipt } });
        serde_json::from_value(json!({ "path": path, "status": "succeeded", "attempt": attempt, "output": output }))
            .unwrap()
    }

    fn record(at_ms: i64, path: &str, mode: Mode, receipt: &str, prior: Option<&str>) -> Record {
        let effect = Effect { n: 1, run: "run_1".into(), path: path.into(), prior: prior.map(str::to_owned) };
        Record { at_ms, key: format!("key of {path}"), effect, mode, receipt: receipt.into() }
    }

    /// A run whose five effects went well, then changed.
    fn check(change: impl FnOnce(&mut Vec<Step>, &mut Vec<Record>), kills_ms: &[i64], expected: &[&str]) {
        let mut steps: Vec<Step> = EFFECTS.iter().map(|path| step(path, 1, path)).collect();
        let prior = |path: &str| Some(before(path).join(",")).filter(|prior| !prior.is_empty());
        let ok = |path: &&str| record(10_000, path, Mode::Ok, path, prior(path).as_deref());
        let mut records: Vec<Record> = EFFECTS.iter().map(ok).collect();
        change(&mut steps, &mut records);
        let records: Vec<&Record> = records.iter().collect();
        let mut findings = Findings::default();
        findings.keys(records.iter().copied());
        findings.effects(&run("run_1", 1, "succeeded"), &steps, &records, kills_ms);
        let told: Vec<&str> = findings.problems.iter().map(|problem| &problem[..2]).collect();
        assert_eq!(told, expected, "{:#?}", findings.problems);
    }

    #[test]
    fn effects_are_held_against_history() {
        check(|_, _| {}, &[], &[]);
        check(|steps, _| drop(steps.remove(1)), &[], &["L1", "L3", "L3"]);
        check(|steps, _| steps[0].output = Some(Value::Null), &[], &["L2", "L3", "L3"]);
        check(|_, records| records[2].key = "key of a".into(), &[], &["L2"]);
        check(|_, records| records[4].effect.prior = Some("b,old".into()), &[], &["L3"]);
    }

    #[test]
    fn a_repeat_needs_an_attempt_or_a_kill() {
        let again = |_: &mut Vec<Step>, records: &mut Vec<Record>| {
            records.push(record(10_500, "a", Mode::Drop, "a2", None));
        };
        check(again, &[], &["L2"]);
        check(again, &[10_200], &[]);
        check(again, &[9_000], &["L2"]);
        check(
            |steps, records| {
                steps[0].attempt = 2;
                again(steps, records)
            },
            &[],
            &[],
        );
    }

    #[test]
    fn triggers_are_held_against_runs() {
        let check = |runs: &[Run], acked: &[(u64, &str)], lost: u64, expected: &[&str]| {
            let acked = acked.iter().map(|(n, id)| (*n, (*id).to_owned())).collect();
            let mut findings = Findings::default();
            findings.triggers(runs, &acked);
            let told: Vec<&str> = findings.problems.iter().map(|problem| &problem[..2]).collect();
            assert_eq!((told.as_slice(), findings.lost), (expected, lost), "{:#?}", findings.problems);
        };
        let good = run("run_1", 1, "succeeded");
        let other = || run("run_2", 1, "succeeded");
        check(from_ref(&good), &[(1, "run_1")], 0, &[]);
        check(from_ref(&good), &[], 0, &[]);
        check(&[], &[(1, "run_1")], 1, &["L1"]);
        check(from_ref(&good), &[(1, "run_2")], 0, &["L1"]);
        check(&[good.clone(), other()], &[(1, "run_1")], 0, &["L1"]);
        check(&[good, other()], &[], 0, &["L4"]);
        check(&[run("run_1", 1, "failed")], &[(1, "run_1")], 1, &["L1"]);
    }

    #[test]
    fn a_run_in_quarantine_is_counted_apart() {
        let mut aside = run("run_1", 1, "failed");
        aside.error = Some(json!({ "code": "quarantined" }));
        let mut findings = Findings::default();
        findings.triggers(&[aside], &HashMap::new());
        assert_eq!((findings.set_aside, findings.lost), (1, 0));
    }
}
