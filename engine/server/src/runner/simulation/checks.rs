//! What must hold when everything has come to rest.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;
use weft_core::run::{Event, Path};

use super::world::World;
use crate::ids::RunId;
use crate::store::runs::{Status, Tail};

/// The errors of runs that were ended without their journal.
const ENDED_ON_DISK: [&str; 2] = ["quarantined", "skipped_overlap"];

pub fn check(world: &World) {
    world.assert_all_is_well();
    every_acknowledged_run_is_there_once(world);
    every_run_ended_as_its_journal_says(world);
    every_effect_has_one_key_and_repeats_have_a_reason(world);
    every_signal_is_taken_in_once(world);
}

fn every_acknowledged_run_is_there_once(world: &World) {
    let (seed, durable, known) = (world.plan.seed, world.durable(), world.known());
    for (place, (run, is_acknowledged)) in &known.runs {
        assert!(!is_acknowledged || durable.runs.contains_key(run), "seed {seed}: run {place}, {run}, is lost");
    }
    for (run, row) in &durable.runs {
        let is_asked_for = known.runs.values().any(|(known, _)| known == run);
        let is_called = row.head.parent.as_ref().is_some_and(|parent| durable.runs.contains_key(&parent.run));
        assert!(is_asked_for || is_called, "seed {seed}: nobody asked for {run}");
    }
}

fn every_run_ended_as_its_journal_says(world: &World) {
    let (seed, durable) = (world.plan.seed, world.durable());
    for (run, row) in &durable.runs {
        let rows = durable.rows(*run);
        let sequences: Vec<u32> = rows.iter().map(|(sequence, _)| *sequence).collect();
        assert!(sequences.windows(2).all(|pair| pair[0] < pair[1]), "seed {seed}: {run} has rows {sequences:?}");
        assert!(row.tail.status.is_final(), "seed {seed}: {run} is {:?}", row.tail.status);
        let code = row.tail.error.as_ref().map(|error| error.code.as_str());
        if code.is_some_and(|code| ENDED_ON_DISK.contains(&code)) {
            assert!(code != Some("quarantined") || row.crashes > 2, "seed {seed}: {run} is in quarantine for nothing");
            continue;
        }
        let state = durable.state(*run, &world.plan.graphs);
        assert!(state.is_finished(), "seed {seed}: {run} is {:?}, and its journal goes on", row.tail);
    }
}

/// The attempt, the life of the server and the key of a call.
type Made = (u32, u32, String);

fn every_effect_has_one_key_and_repeats_have_a_reason(world: &World) {
    let seed = world.plan.seed;
    let mut steps: HashMap<(RunId, Path), Vec<Made>> = HashMap::new();
    let mut by_key: HashMap<String, (RunId, Path)> = HashMap::new();
    for called in &*world.ledger() {
        let step = (called.run, called.path.clone());
        assert_eq!(
            by_key.entry(called.key.clone()).or_insert_with(|| step.clone()),
            &step,
            "seed {seed}: a shared key"
        );
        let before = steps.entry(step).or_default();
        if let Some((attempt, life, key)) = before.last() {
            let is_next = called.attempt == attempt + 1;
            let is_repeated = called.attempt == *attempt && called.life > *life;
            assert!(is_next || is_repeated, "seed {seed}: {called:?} after attempt {attempt} in life {life}");
            assert_eq!(*key, called.key, "seed {seed}: {called:?} has another key than before");
        }
        before.push((called.attempt, called.life, called.key.clone()));
    }
    let durable = world.durable();
    for run in durable.runs.keys() {
        let graph = &world.plan.graphs[&durable.runs[run].head.workflow];
        for (_, events) in durable.rows(*run) {
            for event in events {
                let Event::StepSucceeded { path, port, .. } = event else { continue };
                let drawn = world.plan.document(durable.runs[run].head.workflow).expect("it is in the plan");
                let is_outside = graph.find(path.node()).is_some()
                    && drawn["nodes"].as_array().into_iter().flatten().any(|node| {
                        node["id"] == path.node() && matches!(node["type"].as_str(), Some("sim/write" | "sim/once"))
                    });
                let was_called = steps.contains_key(&(*run, path.clone()));
                assert!(!is_outside || was_called, "seed {seed}: {run} {path} left by {port} and was never called");
            }
        }
    }
}

fn every_signal_is_taken_in_once(world: &World) {
    let (seed, durable, known) = (world.plan.seed, world.durable(), world.known());
    for run in durable.runs.keys() {
        let events = durable.rows(*run).into_iter().flat_map(|(_, events)| events);
        let taken = events.filter(|event| matches!(event, Event::Signalled { .. })).count();
        let sent = known.sent.get(run).copied().unwrap_or_default() as usize;
        assert!(taken <= sent, "seed {seed}: {run} took in {taken} signals, {sent} were sent");
    }
}

/// How a run ended, without what differs from run to run.
type End = (Status, Option<Value>, Option<String>);

/// How those runs ended whose end is certain, by their place in the plan. A run that was set aside because the server died too
/// often is none of them, nor is one that called it.
pub fn ends(world: &World) -> BTreeMap<usize, End> {
    let (durable, known) = (world.durable(), world.known());
    let mut aside = HashSet::new();
    for (run, row) in &durable.runs {
        let is_aside = row.tail.error.as_ref().is_some_and(|error| error.code == "quarantined");
        let mut next = is_aside.then_some(*run);
        while let Some(run) = next.filter(|run| aside.insert(*run)) {
            next = durable.runs.get(&run).and_then(|row| Some(row.head.parent.as_ref()?.run));
        }
    }
    let certain =
        known.runs.iter().filter(|(place, (run, _))| world.plan.asked[**place].is_certain && !aside.contains(run));
    let ended = certain.filter_map(|(place, (run, _))| {
        let Tail { status, output, error, .. } = &durable.runs.get(run)?.tail;
        let code = error.as_ref().map(|error| error.code.clone());
        let output = output.as_ref().map(|output| Value::clone(output));
        Some((*place, (*status, output, code)))
    });
    ended.collect()
}

/// All that is on disk, as text.
pub fn story(world: &World) -> Vec<String> {
    let durable = world.durable();
    let runs = durable.runs.iter().map(|(run, row)| format!("{run} {:?} {:?} {}", row.head, row.tail, row.crashes));
    let journal = durable.journal.iter().map(|((run, sequence), events)| format!("{run} {sequence} {events}"));
    runs.chain(journal).collect()
}
