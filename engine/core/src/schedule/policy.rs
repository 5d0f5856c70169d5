//! How a schedule treats its times, apart from when they are.

use super::{Missed, Schedule};

/// What becomes of missed times, and how far each start is moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    pub missed: Missed,
    /// How old a missed time may be to be made up for. Absent: a day for the policy `last`, without limit for `all`.
    pub window_ms: Option<i64>,
    /// Each start is moved by less than this, and never past the next time; zero moves none.
    pub jitter_ms: i64,
    /// Tells the jitter of one schedule from that of others.
    pub seed: u64,
}

impl Schedule {
    /// When a time starts its run: the time itself, moved by the jitter. The same for the same time, whoever asks.
    pub fn start_of(&self, time_ms: i64, policy: &Policy) -> i64 {
        if policy.jitter_ms <= 0 {
            return time_ms;
        }
        let to_the_next_ms = self.next_after(time_ms).map_or(i64::MAX, |next_ms| next_ms - time_ms);
        time_ms + spread(policy.seed, time_ms, policy.jitter_ms.min(to_the_next_ms))
    }

    /// When the first time after a moment starts its run.
    pub fn next_start(&self, after_ms: i64, policy: &Policy) -> Option<i64> {
        self.next_after(after_ms).map(|time_ms| self.start_of(time_ms, policy))
    }

    /// All times up to here have started by now. Only the newest can be waiting for its jitter to pass, because no start is
    /// moved past the next time.
    pub(super) fn started_until(&self, now_ms: i64, policy: &Policy) -> i64 {
        if policy.jitter_ms <= 0 {
            return now_ms;
        }
        match self.last_until(now_ms) {
            Some(time_ms) if self.start_of(time_ms, policy) > now_ms => time_ms - 1,
            _ => now_ms,
        }
    }
}

/// A number from zero up to but not including `below`, which is at least one. Evenly spread over moments and seeds
/// (SplitMix64); written here because it must never change, or a restart would move starts that are due.
fn spread(seed: u64, time_ms: i64, below: i64) -> i64 {
    let mut mixed = seed.wrapping_add(time_ms.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for (shift, factor) in [(30, 0xbf58_476d_1ce4_e5b9), (27, 0x94d0_49bb_1331_11eb)] {
        mixed = (mixed ^ (mixed >> shift)).wrapping_mul(factor);
    }
    mixed ^= mixed >> 31;
    // The high half of the product is the number scaled to the range.
    ((u128::from(mixed) * u128::from(below.max(1).cast_unsigned())) >> 64) as i64
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn jitter_is_spread_evenly_over_moments_and_over_schedules() {
        let check = |numbers: Vec<i64>| {
            let mut tenths = [0; 10];
            for number in numbers {
                assert!((0..60_000).contains(&number));
                tenths[(number / 6_000) as usize] += 1;
            }
            assert!(tenths.iter().all(|count| (900..1_100).contains(count)), "{tenths:?}");
        };
        check((0..10_000).map(|minute| spread(7, minute * 60_000, 60_000)).collect());
        check((0..10_000).map(|seed| spread(seed, 1_795_219_200_000, 60_000)).collect());
        assert_eq!(spread(1, 2, 1), 0);
    }

    #[test]
    fn jitter_stays_as_it_is_over_releases() {
        let first: Vec<i64> = (0..4).map(|hour| spread(42, hour * 3_600_000, 60_000)).collect();
        assert_eq!(first, [39_222, 23_852, 25_579, 33_042]);
    }
}
