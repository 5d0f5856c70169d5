//! The time a call waits for room, which is not its own.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The least pause between two looks at how long was waited.
const PAUSE: Duration = Duration::from_millis(10);

/// How long was waited in all. Clones tell the same.
#[derive(Debug, Clone, Default)]
pub struct Waited(Arc<Mutex<Times>>);

#[derive(Debug, Default)]
struct Times {
    before: Duration,
    since: Option<Instant>,
}

/// Somebody waits, until this is dropped.
#[derive(Debug)]
pub struct Waiting(Waited);

impl Waited {
    pub fn wait(&self) -> Waiting {
        self.times().since = Some(Instant::now());
        Waiting(self.clone())
    }

    /// Runs a future for at most `timeout`, not counting what it waits; `None` when it took longer.
    pub async fn timeout<F: Future>(&self, timeout: Duration, future: F) -> Option<F::Output> {
        let began = Instant::now();
        let mut future = pin!(future);
        let mut left = timeout;
        loop {
            if let Ok(output) = tokio::time::timeout(left, &mut future).await {
                return Some(output);
            }
            let spent = began.elapsed().saturating_sub(self.so_far());
            if spent >= timeout {
                return None;
            }
            left = (timeout - spent).max(PAUSE);
        }
    }

    fn so_far(&self) -> Duration {
        let times = self.times();
        times.before + times.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut times = self.0.times();
        if let Some(since) = times.since.take() {
            times.before += since.elapsed();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn what_is_waited_does_not_count() {
        let works = async |waits: u32, works: u32| {
            let waited = Waited::default();
            let work = async {
                for _ in 0..2 {
                    let waiting = waited.wait();
                    sleep(SECOND * waits).await;
                    drop(waiting);
                    sleep(SECOND * works).await;
                }
            };
            waited.timeout(5 * SECOND, work).await
        };
        assert_eq!((works(0, 2).await, works(60, 2).await), (Some(()), Some(())));
        assert_eq!((works(0, 3).await, works(60, 3).await), (None, None));
    }
}
