//! Whether and when a failed attempt is tried again.

use super::{ErrorKind, RunError};
use crate::document::{Backoff, Jitter, Retry};

/// The longest a server's `Retry-After` is followed, in milliseconds.
const LONGEST_RETRY_AFTER_MS: u64 = 3_600_000;

/// The kinds of errors that may pass by themselves.
const MAY_PASS: [ErrorKind; 3] = [ErrorKind::Retryable, ErrorKind::RateLimited, ErrorKind::Timeout];

/// The moment of the next attempt, or `None` when the failure is final.
///
/// `chance` is a random number in `0.0..1.0`, from which the policy's jitter is made. A server's own `Retry-After` wins.
pub fn retry_at(policy: &Retry, error: &RunError, attempt: u32, now_ms: i64, chance: f64) -> Option<i64> {
    let is_worth_it = policy.on.as_deref().unwrap_or(&MAY_PASS).contains(&error.kind);
    if !is_worth_it || attempt >= policy.attempts {
        return None;
    }
    let pause_ms = match error.retry_after_ms {
        Some(asked_ms) => asked_ms.min(LONGEST_RETRY_AFTER_MS),
        None => {
            let full_ms = match policy.backoff {
                Backoff::Fixed => policy.first_ms,
                Backoff::Exponential => policy
                    .first_ms
                    .saturating_mul(1_u64.checked_shl(attempt - 1).unwrap_or(u64::MAX))
                    .min(policy.max_ms),
            };
            let share = match policy.jitter {
                Jitter::None => 1.0,
                Jitter::Half => 0.5 + chance / 2.0,
                Jitter::Full => chance,
            };
            (full_ms as f64 * share) as u64
        }
    };
    now_ms.checked_add_unsigned(pause_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(backoff: Backoff, attempts: u32, kind: ErrorKind, attempt: u32, expected: Option<i64>) {
        let policy = Retry { attempts, backoff, first_ms: 100, max_ms: 500, ..Retry::once() };
        assert_eq!(retry_at(&policy, &RunError::new(kind, "x", "x"), attempt, 1_000, 1.0), expected);
    }

    #[test]
    fn pauses_grow_up_to_the_limit_and_attempts_end() {
        check(Backoff::Exponential, 9, ErrorKind::Retryable, 1, Some(1_100));
        check(Backoff::Exponential, 9, ErrorKind::Retryable, 3, Some(1_400));
        check(Backoff::Exponential, 9, ErrorKind::Retryable, 4, Some(1_500));
        check(Backoff::Exponential, 100, ErrorKind::Timeout, 90, Some(1_500));
        check(Backoff::Fixed, 3, ErrorKind::RateLimited, 2, Some(1_100));
        check(Backoff::Fixed, 3, ErrorKind::Retryable, 3, None);
    }

    #[test]
    fn what_cannot_get_better_is_not_tried_again() {
        for kind in
            [ErrorKind::Permanent, ErrorKind::Auth, ErrorKind::InvalidInput, ErrorKind::Cancelled, ErrorKind::Plugin]
        {
            check(Backoff::Fixed, 5, kind, 1, None);
        }
    }

    #[test]
    fn the_servers_wish_wins_but_not_for_ever() {
        let policy = Retry { attempts: 5, first_ms: 100, max_ms: 500, ..Retry::once() };
        let asking = |ms| RunError { retry_after_ms: Some(ms), ..RunError::new(ErrorKind::RateLimited, "x", "x") };
        assert_eq!(retry_at(&policy, &asking(7_000), 1, 0, 0.0), Some(7_000));
        assert_eq!(retry_at(&policy, &asking(u64::MAX), 1, 0, 0.0), Some(3_600_000));
    }

    #[test]
    fn the_policy_says_which_errors_and_how_much_is_left_to_chance() {
        let error = RunError::new(ErrorKind::Auth, "x", "x");
        let policy = Retry { attempts: 3, first_ms: 100, on: Some(vec![ErrorKind::Auth]), ..Retry::once() };
        assert_eq!(retry_at(&policy, &error, 1, 0, 0.5), Some(100));
        assert_eq!(retry_at(&policy, &RunError::new(ErrorKind::Timeout, "x", "x"), 1, 0, 0.5), None);
        let at = |jitter| retry_at(&Retry { jitter, ..policy.clone() }, &error, 1, 0, 0.5);
        assert_eq!((at(Jitter::Half), at(Jitter::Full)), (Some(75), Some(50)));
    }
}
