//! Who may make calls: no workflow can take all of what plugins have, however many of its calls hang.
//!
//! A workflow may have as many calls under way as are free for everybody. One that hangs stops at half of all; the next two
//! share what it left; there is always something left for one more.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::oneshot;

use crate::ids::WorkflowId;

/// Calls under way at once, of all workflows. As many as the plugin host takes.
const CALLS: usize = 1_024;

#[derive(Debug)]
pub(super) struct Shares(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    total: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    under_way: usize,
    lanes: HashMap<WorkflowId, Lane>,
    /// The workflows with calls that wait, the next one first.
    ring: VecDeque<WorkflowId>,
}

#[derive(Debug, Default)]
struct Lane {
    under_way: usize,
    waiting: VecDeque<oneshot::Sender<Share>>,
}

impl Lane {
    /// The next who waits and has not gone away.
    fn next(&mut self) -> Option<oneshot::Sender<Share>> {
        while let Some(grant) = self.waiting.pop_front() {
            if !grant.is_closed() {
                return Some(grant);
            }
        }
        None
    }
}

/// The right to make one call; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    of: Arc<Inner>,
    workflow: WorkflowId,
}

impl Default for Shares {
    fn default() -> Shares {
        Shares::of(CALLS)
    }
}

impl Shares {
    fn of(total: usize) -> Shares {
        Shares(Arc::new(Inner { total, state: Mutex::default() }))
    }

    /// Waits until the workflow may make one more call.
    pub(super) async fn take(&self, workflow: WorkflowId) -> Share {
        let granted = {
            let mut state = self.0.state();
            let total = self.0.total;
            let lane = state.lanes.entry(workflow).or_default();
            let may_start = lane.waiting.is_empty();
            if may_start && state.may_have_one_more(workflow, total) {
                state.count(workflow);
                return Share { of: Arc::clone(&self.0), workflow };
            }
            let (grant, granted) = oneshot::channel();
            let lane = state.lanes.entry(workflow).or_default();
            lane.waiting.push_back(grant);
            if lane.waiting.len() == 1 {
                state.ring.push_back(workflow);
            }
            granted
        };
        // A lane is only removed when nobody waits in it.
        granted.await.expect("whoever waits is granted a share in the end")
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no code panics while it holds this lock")
    }
}

impl State {
    fn may_have_one_more(&self, workflow: WorkflowId, total: usize) -> bool {
        let has = self.lanes.get(&workflow).map_or(0, |lane| lane.under_way);
        self.under_way < total && has < total - self.under_way
    }

    fn count(&mut self, workflow: WorkflowId) {
        self.under_way += 1;
        self.lanes.entry(workflow).or_default().under_way += 1;
    }

    /// The next who waits and may start; counted already.
    fn next(&mut self, total: usize) -> Option<(WorkflowId, oneshot::Sender<Share>)> {
        for _ in 0..self.ring.len() {
            let workflow = self.ring.pop_front()?;
            let grant = match self.may_have_one_more(workflow, total) {
                true => self.lanes.get_mut(&workflow).and_then(Lane::next),
                false => None,
            };
            if self.lanes.get(&workflow).is_some_and(|lane| !lane.waiting.is_empty()) {
                self.ring.push_back(workflow);
            }
            if let Some(grant) = grant {
                self.count(workflow);
                return Some((workflow, grant));
            }
        }
        None
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut granted = Vec::new();
        {
            let mut state = self.of.state();
            state.under_way -= 1;
            if let Some(lane) = state.lanes.get_mut(&self.workflow) {
                lane.under_way -= 1;
                if lane.under_way == 0 && lane.waiting.is_empty() {
                    state.lanes.remove(&self.workflow);
                }
            }
            while let Some(next) = state.next(self.of.total) {
                granted.push(next);
            }
        }
        for (workflow, grant) in granted {
            // Who has gone away in this instant hands the share back, and with it on to the next.
            drop(grant.send(Share { of: Arc::clone(&self.of), workflow }));
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn one_workflow_stops_at_half_and_leaves_something_for_the_next() {
        let shares = Shares::of(8);
        let (busy, other) = (WorkflowId::fresh(), WorkflowId::fresh());
        let mut held: Vec<Share> = std::iter::from_fn(|| shares.take(busy).now_or_never()).collect();
        assert_eq!(held.len(), 4);
        let others: Vec<Share> = std::iter::from_fn(|| shares.take(other).now_or_never()).collect();
        assert_eq!(others.len(), 2);
        assert!(shares.take(WorkflowId::fresh()).now_or_never().is_some(), "there is one more for a third");
        drop(others);
        held.pop();
        assert!(shares.take(busy).now_or_never().is_some());
    }

    #[test]
    fn what_is_given_back_goes_to_who_waits_first_and_is_not_lost_with_who_left() {
        let shares = Shares::of(2);
        let workflow = WorkflowId::fresh();
        let held = shares.take(workflow).now_or_never().expect("it is free");
        let mut gone = Box::pin(shares.take(workflow));
        let mut first = Box::pin(shares.take(workflow));
        let mut second = Box::pin(shares.take(workflow));
        assert!(gone.as_mut().now_or_never().is_none());
        assert!(first.as_mut().now_or_never().is_none() && second.as_mut().now_or_never().is_none());
        drop(gone);
        drop(held);
        let first = first.now_or_never().expect("it was its turn");
        assert!(second.as_mut().now_or_never().is_none());
        drop(first);
        assert!(second.now_or_never().is_some());
        assert!(shares.0.state().lanes.is_empty() || shares.0.state().under_way <= 1);
    }
}
