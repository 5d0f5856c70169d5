//! The wasmtime engine: what guests may use of WebAssembly, where their memory comes from, and the clock that
//! interrupts them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

use super::{HostError, Tier};

/// How often a computing guest gives way and is looked at.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// The largest memory any manifest may ask for.
pub(super) const MAX_MEMORY_BYTES: usize = 512 << 20;

/// The stack of a guest. QuickJS counts on more than it reports, so that its own limit is met first.
pub(super) const MAX_STACK_BYTES: usize = 1 << 20;

/// Memory of a place in the pool that is kept for the next call there; what a call wrote beyond it is given back.
const KEPT_BYTES: usize = 1 << 20;

/// Memories one component may have: its own, and one for an adapter or a second module.
const MEMORIES_PER_COMPONENT: u32 = 4;

/// An engine for this many calls at once.
pub(super) fn new(calls: u32) -> Result<Engine, HostError> {
    // The pool reserves address space for every call at once, without using memory. Where the system grants less (limits
    // on virtual memory, small address spaces), memory is mapped call by call: slower, but the same.
    let pooled = InstanceAllocationStrategy::Pooling(pool(calls));
    Engine::new(config(Tier::Full).allocation_strategy(pooled)).or_else(|error| {
        tracing::warn!(%error, "no address space for pooled memories: calls of plugins take a little longer");
        for_compiling(Tier::Full).map_err(HostError::engine)
    })
}

/// An engine that only compiles. What it makes runs in the other: the settings that differ are none the code depends on.
pub(super) fn for_compiling(tier: Tier) -> wasmtime::Result<Engine> {
    Engine::new(config(tier).allocation_strategy(InstanceAllocationStrategy::OnDemand))
}

fn config(tier: Tier) -> Config {
    let mut config = Config::new();
    match tier {
        // Not with the register allocator that makes a single pass: its authors do not answer for its safety.
        Tier::Quick => config.cranelift_opt_level(OptLevel::None),
        // Nobody waits: the other processors are for those who do.
        Tier::Full => config.cranelift_opt_level(OptLevel::Speed).parallel_compilation(false),
    };
    config
        .epoch_interruption(true)
        .memory_init_cow(true)
        .max_wasm_stack(MAX_STACK_BYTES)
        .async_stack_size(2 * MAX_STACK_BYTES)
        // Features nobody needs are attack surface. Threads, GC, exceptions and component-model async are not even compiled in.
        .concurrency_support(false)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(true);
    config
}

fn pool(calls: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(16))
        .total_memories(calls.saturating_mul(2))
        .total_tables(calls.saturating_mul(4))
        .total_stacks(calls)
        .max_core_instances_per_component(64)
        .max_memories_per_component(MEMORIES_PER_COMPONENT)
        .max_tables_per_component(16)
        .max_memory_size(MAX_MEMORY_BYTES)
        .table_elements(50_000)
        // Pages that a call has written are set back by copying, not taken away and faulted in again: with the pages goes the
        // cost of telling every processor about it. The kernel says which they are; where it cannot, it is the lowest ones.
        .pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(KEPT_BYTES)
        .table_keep_resident(16 * 1024);
    pool
}

/// Advances the engine's clock until it is dropped.
#[derive(Debug)]
pub(super) struct Ticker {
    stop: Arc<AtomicBool>,
}

impl Ticker {
    pub(super) fn start(engine: &Engine) -> Result<Ticker, HostError> {
        let stop = Arc::new(AtomicBool::new(false));
        let (engine, stopped) = (engine.weak(), stop.clone());
        let tick = move || {
            while !stopped.load(Ordering::Relaxed) {
                std::thread::sleep(TICK);
                let Some(engine) = engine.upgrade() else { return };
                engine.increment_epoch();
            }
        };
        std::thread::Builder::new().name("plugin-clock".into()).spawn(tick).map_err(HostError::Thread)?;
        Ok(Ticker { stop })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
