//! The one place that reads the wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// UTC milliseconds.
pub fn now_ms() -> i64 {
    #[cfg(test)]
    if let Some(now_ms) = simulated::now_ms() {
        return now_ms;
    }
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// A clock for tests on one thread: it goes as tokio's does, which may be paused.
#[cfg(test)]
pub mod simulated {
    use std::cell::Cell;

    use tokio::time::Instant;

    thread_local! {
        static SET: Cell<Option<(i64, Instant)>> = const { Cell::new(None) };
    }

    /// From now on the wall clock of this thread shows `at_ms` and goes on from there. Within a runtime.
    pub fn set(at_ms: i64) {
        SET.set(Some((at_ms, Instant::now())));
    }

    pub(super) fn now_ms() -> Option<i64> {
        SET.get().map(|(at_ms, from)| at_ms + from.elapsed().as_millis() as i64)
    }
}
