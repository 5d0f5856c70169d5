//! Which times fire now, after the process slept or was down: everything since the cursor, under a policy.

use serde::{Deserialize, Serialize};

use super::Schedule;

/// A time that is this late was not missed: timers and the disk take their time.
pub const ON_TIME_MS: i64 = 60_000;
/// How old a missed time may be to be made up for by the policy `last`.
const LAST_WINDOW_MS: i64 = 24 * 3_600_000;
/// How many missed times the policy `all` makes up for: the newest.
const MOST_CAUGHT_UP: usize = 100;
/// Skipped times are counted up to here; more are told as at least this many.
const MOST_COUNTED: u32 = 10_000;

/// What happens to times that passed while nobody looked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// They are skipped.
    None,
    /// The newest fires, if it is not older than a day and no other fires anyway.
    #[default]
    Last,
    /// The newest hundred fire.
    All,
}

/// What to do about a schedule now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// The times to fire, oldest first.
    pub fire: Vec<i64>,
    /// What passed and does not fire.
    pub skipped: Option<Skipped>,
    /// Everything up to here is settled; the next call starts from it.
    pub cursor_ms: i64,
    pub next_ms: Option<i64>,
}

/// Times that passed without firing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub reason: SkipReason,
    pub count: u32,
    /// False where there were more than are counted.
    pub is_exact: bool,
    pub first_ms: i64,
    pub last_ms: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// The policy makes up for none of them, or for the last alone.
    Policy,
    /// Even the newest is older than the policy `last` makes up for.
    TooOld,
    /// More than the policy `all` makes up for.
    TooMany,
}

impl Schedule {
    /// Settles everything after the cursor, up to and including now.
    ///
    /// A time fires at most once: the cursor only moves forward, so a clock that was put back fires nothing again.
    pub fn due(&self, cursor_ms: i64, now_ms: i64, missed: Missed) -> Due {
        let settled_ms = cursor_ms.max(now_ms);
        let next_ms = self.next_after(settled_ms);
        let newest = self.newest(cursor_ms, now_ms);
        let Some(&last_ms) = newest.first() else {
            return Due { cursor_ms: settled_ms, next_ms, ..Due::default() };
        };
        let (firing, reason) = choose(&newest, now_ms, missed);
        let fire: Vec<i64> = newest[..firing].iter().rev().copied().collect();
        let skipped = match fire.first() {
            Some(&first_ms) => self.skipped(cursor_ms, first_ms - 1, reason),
            None => self.skipped(cursor_ms, last_ms, reason),
        };
        Due { fire, skipped, cursor_ms: settled_ms, next_ms }
    }

    /// The newest times after `after_ms`, up to and including `until_ms`, newest first; not more than could fire.
    fn newest(&self, after_ms: i64, until_ms: i64) -> Vec<i64> {
        if until_ms <= after_ms {
            return Vec::new();
        }
        std::iter::successors(self.last_until(until_ms), |time_ms| self.last_until(*time_ms - 1))
            .take_while(|time_ms| *time_ms > after_ms)
            .take(MOST_CAUGHT_UP)
            .collect()
    }

    fn skipped(&self, after_ms: i64, until_ms: i64, reason: SkipReason) -> Option<Skipped> {
        let first_ms = self.next_after(after_ms).filter(|first_ms| *first_ms <= until_ms)?;
        let last_ms = self.last_until(until_ms)?;
        let times = std::iter::successors(Some(first_ms), |time_ms| self.next_after(*time_ms));
        let count = (0..=MOST_COUNTED).zip(times.take_while(|time_ms| *time_ms <= until_ms)).count() as u32;
        Some(Skipped { reason, count: count.min(MOST_COUNTED), is_exact: count <= MOST_COUNTED, first_ms, last_ms })
    }
}

/// How many of the newest times fire, and why the others do not.
fn choose(newest: &[i64], now_ms: i64, missed: Missed) -> (usize, SkipReason) {
    let on_time = newest.iter().take_while(|time_ms| now_ms - **time_ms <= ON_TIME_MS).count();
    match missed {
        Missed::None => (on_time, SkipReason::Policy),
        Missed::Last if on_time > 0 => (on_time, SkipReason::Policy),
        Missed::Last if now_ms - newest[0] <= LAST_WINDOW_MS => (1, SkipReason::Policy),
        Missed::Last => (0, SkipReason::TooOld),
        Missed::All => (newest.len(), SkipReason::TooMany),
    }
}
