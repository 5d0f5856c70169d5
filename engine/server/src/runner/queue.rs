//! Whose turn it is: limits of live runs, and a fair order among those that wait.
//!
//! A place is held by a live run and by nothing else: it is taken when the run starts, given back when it ends, and found
//! out anew from the database after a restart. There is no counter that could leak.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard};

use tokio::sync::Notify;
use weft_core::document::{Overlap, Priority, Settings};

use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::runs::Live;

/// Runs that may wait for their turn; more are refused, because nobody would wait that long.
const MOST_QUEUED: usize = 100_000;

/// How far into a workflow's line a run is looked for whose key is free, so that one key does not hold up the others.
const LOOK_AHEAD: usize = 1_000;

/// What limits the runs of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Live runs of the workflow.
    pub runs: Option<usize>,
    /// Live runs of the same key.
    pub per_key: Option<usize>,
    pub overlap: Overlap,
    /// Runs that start in one turn of the workflow.
    pub weight: u32,
}

impl Limits {
    pub(super) fn of(settings: &Settings) -> Limits {
        let alone = (settings.overlap != Overlap::Allow && settings.per_key.is_none()).then_some(1);
        Limits {
            runs: settings.concurrency.map(|count| count as usize).or(alone),
            per_key: settings.per_key.as_ref().map(|per_key| per_key.limit as usize),
            overlap: settings.overlap,
            weight: match settings.priority {
                Priority::Low => 1,
                Priority::Normal => 2,
                Priority::High => 4,
            },
        }
    }

    pub(super) fn is_none(&self) -> bool {
        self.runs.is_none() && self.per_key.is_none()
    }
}

/// Whether a new run may start.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It holds its places now.
    Start,
    /// It has to wait for its turn; the runs named are in its way and are to be cancelled.
    Wait {
        cancel: Vec<RunId>,
    },
    Skip,
    /// The line is too long.
    Full,
}

/// A run that waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Queued {
    pub run: RunId,
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub key: Option<String>,
    pub limits: Limits,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// Something may have become free, or somebody new waits.
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    lines: HashMap<WorkflowId, VecDeque<Queued>>,
    /// The workflows with lines, the next one first, each with the runs it may still start in its turn.
    ring: VecDeque<(WorkflowId, u32)>,
    queued: HashSet<RunId>,
    /// Live runs of workflows with limits. A workflow is here once its live runs are known.
    held: HashMap<WorkflowId, Held>,
    /// Runs that ended while it was being asked which runs of their workflow are live.
    ended_meanwhile: HashMap<WorkflowId, HashSet<RunId>>,
}

/// The live runs of a workflow, and how many there are of each key.
#[derive(Debug, Default)]
struct Held {
    runs: HashMap<RunId, Option<String>>,
    of_key: HashMap<String, usize>,
    /// Those that were asked to make way. To be asked twice would cost a run its clean-up.
    asked: HashSet<RunId>,
}

impl Held {
    fn insert(&mut self, run: RunId, key: Option<String>) {
        if self.runs.contains_key(&run) {
            return;
        }
        if let Some(key) = &key {
            *self.of_key.entry(key.clone()).or_default() += 1;
        }
        self.runs.insert(run, key);
    }

    fn remove(&mut self, run: RunId) -> bool {
        let Some(key) = self.runs.remove(&run) else { return false };
        self.asked.remove(&run);
        if let Some(key) = key
            && let Some(count) = self.of_key.get_mut(&key)
        {
            *count -= 1;
            if *count == 0 {
                self.of_key.remove(&key);
            }
        }
        true
    }

    fn count_of(&self, key: Option<&String>) -> usize {
        key.and_then(|key| self.of_key.get(key)).copied().unwrap_or_default()
    }
}

impl Queue {
    /// Whether the live runs of a workflow are known.
    pub(super) fn knows(&self, workflow: WorkflowId) -> bool {
        self.state().held.contains_key(&workflow)
    }

    /// From now on it is remembered which runs of a workflow end, until it is learnt which were live.
    pub(super) fn begin_to_learn(&self, workflow: WorkflowId) {
        self.state().ended_meanwhile.entry(workflow).or_default();
    }

    /// Takes in the runs of a workflow with limits that were live at some moment since [`Queue::begin_to_learn`].
    pub(super) fn learn(&self, workflow: WorkflowId, live: impl IntoIterator<Item = Live>) {
        let mut state = self.state();
        let ended = state.ended_meanwhile.remove(&workflow).unwrap_or_default();
        if state.held.contains_key(&workflow) {
            return;
        }
        let mut held = Held::default();
        for live in live.into_iter().filter(|live| !ended.contains(&live.run)) {
            held.insert(live.run, live.slot_key);
        }
        state.held.insert(workflow, held);
    }

    /// Decides about a new run. With limits, [`Queue::knows`] must be true of its workflow.
    pub(super) fn admit(&self, new: &Queued) -> Admission {
        let mut state = self.state();
        if !state.has_fitting(new.workflow) && state.fits(new) {
            state.hold(new);
            return Admission::Start;
        }
        match new.limits.overlap {
            Overlap::Skip => Admission::Skip,
            Overlap::Allow | Overlap::Queue | Overlap::CancelRunning if state.queued.len() >= MOST_QUEUED => {
                Admission::Full
            }
            Overlap::Allow | Overlap::Queue => Admission::Wait { cancel: Vec::new() },
            Overlap::CancelRunning => Admission::Wait { cancel: state.in_the_way(new) },
        }
    }

    /// Whether a run without limits has to wait because others of its workflow do.
    pub(super) fn has_line(&self, workflow: WorkflowId) -> bool {
        let state = self.state();
        !state.queued.is_empty() && state.lines.contains_key(&workflow)
    }

    pub(super) fn is_full(&self) -> bool {
        self.state().queued.len() >= MOST_QUEUED
    }

    pub(super) fn len(&self) -> usize {
        self.state().queued.len()
    }

    /// Puts a stored run in line, if it is not there already.
    pub(super) fn join(&self, queued: Queued) {
        let mut state = self.state();
        if !state.queued.insert(queued.run) {
            return;
        }
        let workflow = queued.workflow;
        let weight = queued.limits.weight;
        let line = state.lines.entry(workflow).or_default();
        line.push_back(queued);
        if line.len() == 1 {
            state.ring.push_back((workflow, weight));
        }
        drop(state);
        self.changed.notify_one();
    }

    /// The run whose turn it is; it holds its places now. `None` when nobody waits or nobody fits.
    pub(super) fn next(&self) -> Option<Queued> {
        let mut state = self.state();
        for _ in 0..state.ring.len() {
            let (workflow, credit) = state.ring.pop_front()?;
            let found = state.take_fitting(workflow);
            let rest = state.lines.get(&workflow).and_then(VecDeque::front).map(|next| next.limits.weight);
            match (rest, credit) {
                (None, _) => drop(state.lines.remove(&workflow)),
                (Some(_), 2..) if found.is_some() => state.ring.push_front((workflow, credit - 1)),
                (Some(weight), _) => state.ring.push_back((workflow, weight)),
            }
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether anybody waits who could start.
    pub(super) fn has_next(&self) -> bool {
        let state = self.state();
        state.lines.keys().any(|workflow| state.has_fitting(*workflow))
    }

    /// A run that was taken up holds its places, if its workflow has limits.
    pub(super) fn hold(&self, queued: &Queued) {
        self.state().hold(queued);
    }

    /// Gives back the places of a run that has ended.
    pub(super) fn release(&self, workflow: WorkflowId, run: RunId) {
        let mut state = self.state();
        if let Some(ended) = state.ended_meanwhile.get_mut(&workflow) {
            ended.insert(run);
        }
        if state.held.get_mut(&workflow).is_some_and(|held| held.remove(run)) {
            drop(state);
            self.changed.notify_one();
        }
    }

    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no code panics while it holds this lock")
    }
}

impl State {
    /// Whether somebody in the line of a workflow could start.
    fn has_fitting(&self, workflow: WorkflowId) -> bool {
        self.lines.get(&workflow).is_some_and(|line| line.iter().take(LOOK_AHEAD).any(|queued| self.fits(queued)))
    }

    fn fits(&self, new: &Queued) -> bool {
        let Some(held) = self.held.get(&new.workflow) else { return new.limits.is_none() };
        new.limits.runs.is_none_or(|most| held.runs.len() < most)
            && new.limits.per_key.is_none_or(|most| held.count_of(new.key.as_ref()) < most)
    }

    fn hold(&mut self, new: &Queued) {
        if !new.limits.is_none() {
            self.held.entry(new.workflow).or_default().insert(new.run, new.key.clone());
        }
    }

    /// The oldest runs that have to go so that this one fits, without those that were asked to already.
    fn in_the_way(&mut self, new: &Queued) -> Vec<RunId> {
        let Some(held) = self.held.get_mut(&new.workflow) else { return Vec::new() };
        let surplus = |mut runs: Vec<RunId>, most: Option<usize>| {
            runs.sort();
            let gone = most.map_or(0, |most| (runs.len() + 1).saturating_sub(most));
            runs.truncate(gone);
            runs
        };
        let same_key = held.runs.iter().filter(|(_, key)| **key == new.key && new.key.is_some()).map(|(run, _)| *run);
        let mut gone = surplus(same_key.collect(), new.limits.per_key);
        gone.extend(surplus(held.runs.keys().copied().collect(), new.limits.runs));
        gone.retain(|run| held.asked.insert(*run));
        gone
    }

    fn take_fitting(&mut self, workflow: WorkflowId) -> Option<Queued> {
        let line = self.lines.get(&workflow)?;
        let place = line.iter().take(LOOK_AHEAD).position(|queued| self.fits(queued))?;
        let found = self.lines.get_mut(&workflow)?.remove(place)?;
        self.queued.remove(&found.run);
        self.hold(&found);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(runs: Option<usize>, per_key: Option<usize>, overlap: Overlap) -> Limits {
        Limits { runs, per_key, overlap, weight: 2 }
    }

    fn run_of(workflow: WorkflowId, key: Option<&str>, limits: Limits) -> Queued {
        let key = key.map(str::to_owned);
        Queued { run: RunId::fresh(), workspace: WorkspaceId(workflow.0), workflow, key, limits }
    }

    fn known() -> (Queue, WorkflowId) {
        let (queue, workflow) = (Queue::default(), WorkflowId::fresh());
        queue.learn(workflow, []);
        (queue, workflow)
    }

    #[test]
    fn a_limit_is_kept_and_freed_by_the_end_of_a_run() {
        let (queue, workflow) = known();
        let two = limits(Some(2), None, Overlap::Allow);
        let runs: Vec<Queued> = (0..3).map(|_| run_of(workflow, None, two)).collect();
        assert_eq!(queue.admit(&runs[0]), Admission::Start);
        assert_eq!(queue.admit(&runs[1]), Admission::Start);
        assert_eq!(queue.admit(&runs[2]), Admission::Wait { cancel: vec![] });
        queue.join(runs[2].clone());
        assert_eq!((queue.next(), queue.has_next(), queue.len()), (None, false, 1));
        queue.release(workflow, runs[0].run);
        queue.release(workflow, runs[0].run);
        assert_eq!(queue.next().as_ref(), Some(&runs[2]));
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn a_key_that_is_taken_does_not_hold_up_the_others() {
        let (queue, workflow) = known();
        let one_each = limits(None, Some(1), Overlap::Queue);
        let [ada, again, bob] = [Some("ada"), Some("ada"), Some("bob")].map(|key| run_of(workflow, key, one_each));
        assert_eq!(queue.admit(&ada), Admission::Start);
        queue.join(again.clone());
        queue.join(bob.clone());
        assert_eq!(queue.next().as_ref(), Some(&bob));
        assert_eq!(queue.next(), None);
        queue.release(workflow, ada.run);
        assert_eq!(queue.next().as_ref(), Some(&again));
    }

    #[test]
    fn what_happens_to_one_too_many_is_the_workflows_choice() {
        let check = |overlap: Overlap, expected: fn(RunId) -> Admission| {
            let (queue, workflow) = known();
            let one = limits(Some(1), None, overlap);
            let (first, second) = (run_of(workflow, None, one), run_of(workflow, None, one));
            assert_eq!(queue.admit(&first), Admission::Start);
            assert_eq!(queue.admit(&second), expected(first.run), "{overlap:?}");
        };
        check(Overlap::Queue, |_| Admission::Wait { cancel: vec![] });
        check(Overlap::Skip, |_| Admission::Skip);
        check(Overlap::CancelRunning, |running| Admission::Wait { cancel: vec![running] });
    }

    #[test]
    fn workflows_take_turns_by_their_weight() {
        let queue = Queue::default();
        let (busy, quiet) = (WorkflowId::fresh(), WorkflowId::fresh());
        let free = |weight| Limits { weight, ..limits(None, None, Overlap::Allow) };
        for _ in 0..20 {
            queue.join(run_of(busy, None, free(1)));
        }
        for _ in 0..4 {
            queue.join(run_of(quiet, None, free(2)));
        }
        let turns: Vec<bool> = (0..6).map(|_| queue.next().expect("somebody waits").workflow == quiet).collect();
        assert_eq!(turns, [false, true, true, false, true, true]);
        assert_eq!(std::iter::from_fn(|| queue.next()).count(), 18, "the rest follows");
    }

    #[test]
    fn a_run_that_ends_while_it_is_asked_who_is_live_holds_nothing() {
        let (queue, workflow) = (Queue::default(), WorkflowId::fresh());
        let live =
            |run| Live { run, workspace: WorkspaceId(workflow.0), workflow, revision: 1, slot_key: None, crashes: 0 };
        let (ended, going) = (RunId::fresh(), RunId::fresh());
        queue.begin_to_learn(workflow);
        queue.release(workflow, ended);
        queue.learn(workflow, [live(ended), live(going)]);
        let two = limits(Some(2), None, Overlap::Allow);
        assert_eq!(queue.admit(&run_of(workflow, None, two)), Admission::Start);
        assert_eq!(queue.admit(&run_of(workflow, None, two)), Admission::Wait { cancel: vec![] });
    }

    #[test]
    fn settings_become_limits() {
        let of = |text: &str| Limits::of(&serde_json::from_str(text).expect("settings"));
        assert!(of("{}").is_none());
        assert_eq!(of(r#"{"overlap": "skip"}"#).runs, Some(1));
        assert_eq!(of(r#"{"overlap": "skip", "concurrency": 3}"#).runs, Some(3));
        let keyed = of(r#"{"overlap": "queue", "per_key": {"key": "{{ trigger.a }}"}, "priority": "high"}"#);
        assert_eq!((keyed.runs, keyed.per_key, keyed.weight), (None, Some(1), 4));
    }
}
