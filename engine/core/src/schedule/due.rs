//! Which times fire now, after the process slept or was down: everything since the cursor, under a policy.

use serde::{Deserialize, Serialize};

use super::{Policy, Schedule};

/// A time that is this late was not missed: timers and the disk take their time.
pub const ON_TIME_MS: i64 = 60_000;
/// How many times of one schedule are made up for: the newest.
pub const MOST_CAUGHT_UP: usize = 100;
/// How old a missed time may be to be made up for by the policy `last`, unless the schedule says otherwise.
pub const LAST_WINDOW_MS: i64 = 24 * 3_600_000;

/// What happens to times that passed while nobody looked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// They are skipped.
    None,
    /// The newest fires, if it is not older than the window and no other fires anyway.
    #[default]
    Last,
    /// The newest hundred fire, if they are not older than the window.
    All,
}

/// What to do about a schedule now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// The times to fire, oldest first.
    pub fire: Vec<i64>,
    /// What passed and does not fire; all of it lies before what fires.
    pub skipped: Option<Skipped>,
    /// Everything up to here is settled; the next call starts from it.
    pub cursor_ms: i64,
    /// When the first time after the cursor starts its run.
    pub next_ms: Option<i64>,
}

/// Times that passed without firing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub reason: SkipReason,
    pub count: u64,
    pub first_ms: i64,
    pub last_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The policy makes up for none of them, or for the last alone.
    Policy,
    /// Older than the schedule's window.
    TooOld,
    /// More than are made up for at once.
    TooMany,
    /// They are of before a restored database went on.
    Restored,
}

impl Schedule {
    /// Settles everything after the cursor, up to and including now.
    ///
    /// A time fires at most once: the cursor only moves forward, so a clock that was put back fires nothing again.
    pub fn due(&self, cursor_ms: i64, now_ms: i64, policy: &Policy) -> Due {
        let until_ms = self.started_until(now_ms, policy);
        let settled_ms = cursor_ms.max(until_ms);
        let (mut fire, reason) = self.choose(cursor_ms, until_ms, now_ms, policy);
        fire.reverse();
        let skipped_until_ms = fire.first().map_or(until_ms, |first_ms| first_ms - 1);
        let skipped = self.skipped(cursor_ms, skipped_until_ms, reason);
        Due { fire, skipped, cursor_ms: settled_ms, next_ms: self.next_start(settled_ms, policy) }
    }

    /// Which times fire, newest first, and why those before them do not.
    fn choose(&self, cursor_ms: i64, until_ms: i64, now_ms: i64, policy: &Policy) -> (Vec<i64>, SkipReason) {
        let mut times = self.newest(cursor_ms, until_ms).peekable();
        let is_on_time = |time_ms: &i64| now_ms - self.start_of(*time_ms, policy) <= ON_TIME_MS;
        let mut fire: Vec<i64> = std::iter::from_fn(|| times.next_if(is_on_time)).collect();
        match policy.missed {
            Missed::None => (fire, SkipReason::Policy),
            Missed::Last if !fire.is_empty() => (fire, SkipReason::Policy),
            Missed::Last => {
                let window_ms = policy.window_ms.unwrap_or(LAST_WINDOW_MS);
                match times.next_if(|time_ms| now_ms - time_ms <= window_ms) {
                    Some(last_ms) => (vec![last_ms], SkipReason::Policy),
                    None => (fire, SkipReason::TooOld),
                }
            }
            Missed::All => {
                let window_ms = policy.window_ms.unwrap_or(i64::MAX);
                fire.extend(std::iter::from_fn(|| times.next_if(|time_ms| now_ms - time_ms <= window_ms)));
                (fire, if times.peek().is_some() { SkipReason::TooOld } else { SkipReason::TooMany })
            }
        }
    }

    /// The newest times after `after_ms`, up to and including `until_ms`, newest first; not more than could fire.
    pub(super) fn newest(&self, after_ms: i64, until_ms: i64) -> impl Iterator<Item = i64> {
        let last_ms = if until_ms > after_ms { self.last_until(until_ms) } else { None };
        std::iter::successors(last_ms, |time_ms| self.last_until(*time_ms - 1))
            .take_while(move |time_ms| *time_ms > after_ms)
            .take(MOST_CAUGHT_UP)
    }

    /// Everything after one moment, up to and including another, passed over because the database was restored.
    pub fn passed_over(&self, after_ms: i64, until_ms: i64) -> Option<Skipped> {
        self.skipped(after_ms, until_ms, SkipReason::Restored)
    }

    pub(super) fn skipped(&self, after_ms: i64, until_ms: i64, reason: SkipReason) -> Option<Skipped> {
        let first_ms = self.next_after(after_ms).filter(|first_ms| *first_ms <= until_ms)?;
        let last_ms = self.last_until(until_ms)?;
        Some(Skipped { reason, count: self.count(after_ms, until_ms), first_ms, last_ms })
    }
}
