//! Slows down guessing: after some free failures each further one doubles the wait.

use std::collections::HashMap;

/// Failures are forgotten after this long without another.
const FORGET_AFTER_MS: i64 = 15 * 60_000;

/// What is remembered at most. When that is not enough, the oldest go first.
const MOST: usize = 10_000;

/// How patient we are with one kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Failures without a wait.
    pub free: u32,
    pub longest_wait_s: u64,
}

/// An account's longest wait stays short, so that nobody can lock its owner out by guessing.
pub const ACCOUNT: Policy = Policy { free: 5, longest_wait_s: 60 };

/// Many people may share an address.
pub const ADDRESS: Policy = Policy { free: 20, longest_wait_s: 900 };

/// Who failed how often.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: HashMap<String, Failures>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last_ms: i64,
}

impl Throttle {
    /// Lets an attempt begin, or refuses with the seconds to wait. An attempt counts as failed until it is known better, so
    /// that many at once are no way around the limit.
    pub fn begin(&mut self, keys: &[(String, Policy)], now_ms: i64) -> Result<(), u64> {
        let waits = keys.iter().filter_map(|(key, policy)| {
            let failures = self.failures.get(key)?;
            let until_ms = failures.last_ms + failures.wait_s(*policy) as i64 * 1_000;
            (until_ms > now_ms).then(|| (until_ms - now_ms).cast_unsigned().div_ceil(1_000))
        });
        if let Some(wait_s) = waits.max() {
            return Err(wait_s);
        }
        self.forget(now_ms);
        for (key, _) in keys {
            let failures = self.failures.entry(key.clone()).or_insert(Failures { count: 0, last_ms: now_ms });
            let is_old = now_ms - failures.last_ms >= FORGET_AFTER_MS;
            failures.count = if is_old { 1 } else { failures.count + 1 };
            failures.last_ms = now_ms;
        }
        Ok(())
    }

    /// The attempt was right: what its account failed before is forgiven, while the address only gets back this one. Otherwise
    /// somebody with an account could guess at others' for ever.
    pub fn succeeded(&mut self, keys: &[(String, Policy)]) {
        for (key, policy) in keys {
            match self.failures.get_mut(key) {
                Some(failures) if *policy == ADDRESS => failures.count = failures.count.saturating_sub(1),
                _ => {
                    self.failures.remove(key);
                }
            }
        }
    }

    fn forget(&mut self, now_ms: i64) {
        if self.failures.len() < MOST {
            return;
        }
        self.failures.retain(|_, failures| now_ms - failures.last_ms < FORGET_AFTER_MS);
        while self.failures.len() >= MOST {
            let oldest = self.failures.iter().min_by_key(|(_, failures)| failures.last_ms).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { return };
            self.failures.remove(&oldest);
        }
    }
}

impl Failures {
    fn wait_s(self, policy: Policy) -> u64 {
        match self.count.checked_sub(policy.free) {
            None => 0,
            Some(more) => 1_u64.checked_shl(more).unwrap_or(u64::MAX).min(policy.longest_wait_s),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(name: &str) -> Vec<(String, Policy)> {
        vec![(name.to_owned(), Policy { free: 2, longest_wait_s: 8 })]
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let mut throttle = Throttle::default();
        let (mut now_ms, mut waits) = (0, Vec::new());
        for _ in 0..7 {
            throttle.begin(&keys("ada"), now_ms).unwrap();
            let wait_s = throttle.begin(&keys("ada"), now_ms).err();
            if wait_s.is_none() {
                // That was an attempt, too.
                throttle.failures.get_mut("ada").unwrap().count -= 1;
            }
            now_ms += wait_s.unwrap_or(0) as i64 * 1_000;
            waits.push(wait_s);
        }
        assert_eq!(waits, [None, Some(1), Some(2), Some(4), Some(8), Some(8), Some(8)]);
        assert_eq!(throttle.begin(&keys("eve"), 0), Ok(()));
    }

    #[test]
    fn success_forgives_the_account_but_not_the_address() {
        let mut throttle = Throttle::default();
        let both = [("ada".to_owned(), ACCOUNT), ("1.2.3.4".to_owned(), ADDRESS)];
        (0..5).for_each(|_| throttle.begin(&both, 0).unwrap());
        throttle.succeeded(&both);
        assert!(!throttle.failures.contains_key("ada"));
        assert_eq!(throttle.failures["1.2.3.4"].count, 4);
    }

    #[test]
    fn old_failures_are_forgotten() {
        let mut throttle = Throttle::default();
        throttle.begin(&keys("ada"), 0).unwrap();
        throttle.begin(&keys("ada"), 0).unwrap();
        throttle.begin(&keys("ada"), FORGET_AFTER_MS).unwrap();
        assert_eq!(throttle.failures["ada"].count, 1);
    }

    #[test]
    fn memory_is_bounded() {
        let mut throttle = Throttle::default();
        for number in 0..(MOST + 50) as i64 {
            throttle.begin(&keys(&number.to_string()), number).unwrap();
        }
        assert_eq!(throttle.failures.len(), MOST);
        assert!(!throttle.failures.contains_key("0"));
    }
}
