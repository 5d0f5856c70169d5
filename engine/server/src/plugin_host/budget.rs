//! Limits of one call: computing time and memory. And the memory of all calls together.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::ResourceLimiter;

const PAGE: usize = 64 * 1024;

/// A limit that a call ran into, with what moves it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Exceeded {
    #[error(
        "the call computed for more than {limit_ms} ms; the action's limits.cpuMs in the plugin's manifest moves this (up to 60,000)"
    )]
    Cpu { limit_ms: u128 },
    #[error(
        "the call asked for {asked} bytes of memory, {over} more than the {limit} it may use; the action's limits.memoryMiB in the \
         plugin's manifest moves this (up to 512)"
    )]
    Memory { asked: usize, over: usize, limit: usize },
    #[error(
        "all plugins together already use the {budget} bytes of memory that the server gives them; try again later"
    )]
    MemoryOfAll { budget: usize },
    #[error("the call made more than {limit} calls of the host")]
    HostCalls { limit: u32 },
    #[error("the call held more than {limit} handles (of files, streams and the like) at a time; the limit is fixed")]
    Handles { limit: usize },
}

impl Exceeded {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Exceeded::Cpu { .. } => "cpu_limit",
            Exceeded::Memory { .. } => "memory_limit",
            Exceeded::MemoryOfAll { .. } => "memory_budget",
            Exceeded::HostCalls { .. } => "host_call_limit",
            Exceeded::Handles { .. } => "handle_limit",
        }
    }
}

/// The memory of all calls, in pages.
#[derive(Debug)]
pub(super) struct Budget {
    bytes: usize,
    pages: Arc<Semaphore>,
}

impl Budget {
    pub(super) fn new(bytes: usize) -> Arc<Budget> {
        let pages = (bytes / PAGE).clamp(1, Semaphore::MAX_PERMITS);
        Arc::new(Budget { bytes, pages: Arc::new(Semaphore::new(pages)) })
    }

    /// Waits until this much memory is free. What a call needs beyond it is taken while it runs, or refused. The most it
    /// used is left in `peak`.
    pub(super) async fn admit(self: &Arc<Self>, bytes: usize, limit: usize, peak: Arc<AtomicUsize>) -> Memory {
        let pages = u32::try_from(bytes.min(self.bytes).div_ceil(PAGE)).unwrap_or(u32::MAX);
        let permit = self.pages.clone().acquire_many_owned(pages.max(1)).await.expect("the semaphore is never closed");
        Memory { budget: self.clone(), permit, limit, used: 0, lent: 0, peak }
    }
}

/// The memories and tables of one call, as one sum.
#[derive(Debug)]
pub(super) struct Memory {
    budget: Arc<Budget>,
    permit: OwnedSemaphorePermit,
    limit: usize,
    used: usize,
    lent: usize,
    peak: Arc<AtomicUsize>,
}

impl Memory {
    /// Lends what is set aside and not used to others, while the call waits for something outside: many calls may hang there.
    pub(super) fn lend(&mut self) {
        let unused = self.permit.num_permits().saturating_sub(self.used.div_ceil(PAGE));
        if let Some(lent) = self.permit.split(unused) {
            self.lent = lent.num_permits();
        }
    }

    /// Takes back what was lent, as far as it is there. To wait for it could be to wait for each other.
    pub(super) fn take_back(&mut self) {
        let pages = u32::try_from(std::mem::take(&mut self.lent)).unwrap_or(u32::MAX);
        if let Ok(back) = self.budget.pages.clone().try_acquire_many_owned(pages) {
            self.permit.merge(back);
        }
    }

    /// Counts what the host holds for the guest like what the guest holds itself.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<(), Exceeded> {
        self.take(self.used + bytes)
    }

    /// What was held is let go.
    pub(super) fn release(&mut self, bytes: usize) {
        self.used = self.used.saturating_sub(bytes);
    }

    fn take(&mut self, asked: usize) -> Result<(), Exceeded> {
        self.reserve(asked)?;
        self.used = asked;
        self.peak.fetch_max(asked, Ordering::Relaxed);
        Ok(())
    }

    fn grow(&mut self, current: usize, desired: usize) -> wasmtime::Result<bool> {
        self.take(self.used + desired.saturating_sub(current))?;
        Ok(true)
    }

    fn reserve(&mut self, asked: usize) -> Result<(), Exceeded> {
        if asked > self.limit {
            return Err(Exceeded::Memory { asked, over: asked - self.limit, limit: self.limit });
        }
        let missing = asked.div_ceil(PAGE).saturating_sub(self.permit.num_permits());
        if missing == 0 {
            return Ok(());
        }
        let more =
            u32::try_from(missing).ok().and_then(|pages| self.budget.pages.clone().try_acquire_many_owned(pages).ok());
        let more = more.ok_or(Exceeded::MemoryOfAll { budget: self.budget.bytes })?;
        self.permit.merge(more);
        Ok(())
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let bytes = |elements: usize| elements.saturating_mul(size_of::<usize>() * 2);
        self.grow(bytes(current), bytes(desired))
    }
}

/// Counts the time a call spends computing: the time its future is being polled.
#[derive(Debug)]
pub(super) struct Meter {
    epoch: Instant,
    used_ns: AtomicU64,
    poll_began_ns: AtomicU64,
    limit: Duration,
}

impl Meter {
    pub(super) fn new(limit: Duration) -> Arc<Meter> {
        Arc::new(Meter { epoch: Instant::now(), used_ns: AtomicU64::new(0), poll_began_ns: AtomicU64::new(0), limit })
    }

    pub(super) fn used(&self) -> Duration {
        Duration::from_nanos(self.used_ns.load(Ordering::Relaxed))
    }

    /// Asked at every tick, while the future is being polled.
    pub(super) fn check(&self) -> Result<(), Exceeded> {
        let this_poll = self.now_ns() - self.poll_began_ns.load(Ordering::Relaxed);
        let used = self.used() + Duration::from_nanos(this_poll);
        if used > self.limit { Err(Exceeded::Cpu { limit_ms: self.limit.as_millis() }) } else { Ok(()) }
    }

    fn now_ns(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// A future whose polling is counted.
#[derive(Debug)]
pub(super) struct Metered<F> {
    future: F,
    meter: Arc<Meter>,
}

impl<F> Metered<F> {
    pub(super) fn new(future: F, meter: Arc<Meter>) -> Metered<F> {
        Metered { future, meter }
    }
}

impl<F: Future + Unpin> Future for Metered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let began = self.meter.now_ns();
        self.meter.poll_began_ns.store(began, Ordering::Relaxed);
        let poll = Pin::new(&mut self.future).poll(context);
        self.meter.used_ns.fetch_add(self.meter.now_ns() - began, Ordering::Relaxed);
        poll
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memories_and_tables_count_together() {
        let peak = Arc::new(AtomicUsize::new(0));
        let mut memory = Budget::new(100 * PAGE).admit(PAGE, 10 * PAGE, peak.clone()).await;
        assert!(memory.memory_growing(0, 4 * PAGE, None).unwrap());
        assert!(memory.memory_growing(0, 4 * PAGE, None).unwrap());
        assert!(memory.table_growing(0, PAGE / 8, None).unwrap());
        let error = memory.memory_growing(4 * PAGE, 5 * PAGE, None).unwrap_err();
        let expected = Exceeded::Memory { asked: 11 * PAGE, over: PAGE, limit: 10 * PAGE };
        assert_eq!(error.downcast_ref::<Exceeded>(), Some(&expected));
        assert_eq!(peak.load(Ordering::Relaxed), 10 * PAGE);
    }

    #[tokio::test]
    async fn all_calls_share_the_budget_and_give_it_back() {
        let budget = Budget::new(10 * PAGE);
        let mut first = budget.admit(PAGE, 64 * PAGE, Arc::default()).await;
        let mut second = budget.admit(PAGE, 64 * PAGE, Arc::default()).await;
        assert!(first.memory_growing(0, 9 * PAGE, None).unwrap());
        let error = second.memory_growing(0, 2 * PAGE, None).unwrap_err();
        assert_eq!(error.downcast_ref::<Exceeded>().unwrap().code(), "memory_budget");
        drop(first);
        assert!(second.memory_growing(0, 2 * PAGE, None).unwrap());
    }

    #[tokio::test]
    async fn what_a_waiting_call_does_not_use_is_lent() {
        let budget = Budget::new(10 * PAGE);
        let mut waits = budget.admit(8 * PAGE, 10 * PAGE, Arc::default()).await;
        assert!(waits.memory_growing(0, 3 * PAGE, None).unwrap());
        waits.lend();
        assert_eq!(budget.pages.available_permits(), 7);
        waits.take_back();
        assert_eq!(budget.pages.available_permits(), 2);
        waits.lend();
        let _other = budget.admit(6 * PAGE, 10 * PAGE, Arc::default()).await;
        waits.take_back();
        assert_eq!(budget.pages.available_permits(), 1, "it goes on with what it has");
        assert!(waits.memory_growing(3 * PAGE, 4 * PAGE, None).unwrap());
    }

    #[test]
    fn errors_name_the_limit_and_what_moves_it() {
        let text = Exceeded::Memory { asked: 11, over: 1, limit: 10 }.to_string();
        assert!(
            text.contains("11 bytes") && text.contains("1 more than the 10") && text.contains("limits.memoryMiB"),
            "{text}"
        );
    }
}
