//! What is to fire and has not yet: a run may be refused for a while, and many missed times fire one after the other.

use std::collections::VecDeque;

use super::due::{MOST_CAUGHT_UP, SkipReason};
use super::{ON_TIME_MS, Policy, Schedule, Skipped};

/// The times of one schedule that are to fire and have not yet, oldest first.
///
/// What was once found to be on time stays so while somebody goes on looking, however long its run is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlog {
    times: VecDeque<i64>,
    looked_ms: i64,
}

/// How far a look takes a schedule before anything fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// What passed and does not fire; all of it lies before the first time that does.
    pub skipped: Option<Skipped>,
    /// Everything up to here is settled once `skipped` is recorded.
    pub cursor_ms: i64,
    /// When to look again.
    pub next_ms: Option<i64>,
}

impl Backlog {
    /// Takes in what has come due. Times up to `cursor_ms` are settled and forgotten.
    pub fn look(&mut self, schedule: &Schedule, policy: &Policy, cursor_ms: i64, now_ms: i64) -> Look {
        self.times.retain(|time_ms| *time_ms > cursor_ms);
        // Nobody looked for a while: the process slept or the clock was put forward, which is as good as downtime.
        if now_ms - self.looked_ms > ON_TIME_MS {
            self.times.clear();
        }
        self.looked_ms = now_ms;
        let Some(&newest_ms) = self.times.back() else {
            let due = schedule.due(cursor_ms, now_ms, policy);
            self.times = due.fire.into();
            let (cursor_ms, next_ms) = match self.first() {
                Some(first_ms) => (first_ms - 1, Some(first_ms)),
                None => (due.cursor_ms, due.next_ms),
            };
            return Look { skipped: due.skipped, cursor_ms, next_ms };
        };
        let until_ms = schedule.started_until(now_ms, policy);
        let newer: Vec<i64> = schedule.newest(newest_ms, until_ms).collect();
        self.times.extend(newer.into_iter().rev());
        self.times.drain(..self.times.len().saturating_sub(MOST_CAUGHT_UP));
        let first_ms = self.times[0];
        let skipped = schedule.skipped(cursor_ms, first_ms - 1, SkipReason::TooMany);
        Look { skipped, cursor_ms: first_ms - 1, next_ms: Some(first_ms) }
    }

    /// The time to fire now.
    pub fn first(&self) -> Option<i64> {
        self.times.front().copied()
    }

    /// When to look again once the first has fired: at once if there is another, or else when the next starts.
    pub fn next_start(&self, schedule: &Schedule, policy: &Policy) -> Option<i64> {
        match (self.first(), self.times.get(1)) {
            (_, Some(second_ms)) => Some(*second_ms),
            (Some(first_ms), None) => schedule.next_start(first_ms, policy),
            (None, None) => None,
        }
    }
}
