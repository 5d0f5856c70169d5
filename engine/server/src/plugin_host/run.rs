//! One call, from admission to answer. Runs on the guests' own runtime.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use wasmtime::component::ResourceTableError;
use wasmtime::{Engine, Store, Trap, UpdateDeadline};

use super::bindings::weft::plugin::types::StepError;
use super::budget::{Budget, Exceeded, Meter, Metered};
use super::call::{CallError, ErrorKind, Frame};
use super::context::{self, Context, MAX_HANDLES, SharedLogs};
use super::engine::MAX_STACK_BYTES;
use super::exports::{Bounds, Export, Guest};
use super::guard::GuardedClient;
use super::http::HttpDoor;
use super::output;
use super::plugin::{Plugin, exceeded};
use super::secrets::Scrubber;
use super::state::{State, Unavailable};
use super::wasi::Wasi;

/// Bytes that a guest may hand to the host at once: an answer's page, or a request with its body.
pub(super) const MAX_HANDED_OVER_BYTES: usize = 34 << 20;

/// What every call uses.
#[derive(Clone)]
pub(super) struct Means {
    pub(super) engine: Engine,
    pub(super) budget: Arc<Budget>,
    pub(super) client: GuardedClient,
    pub(super) calls: Arc<tokio::sync::Semaphore>,
}

/// What is known of a call besides its answer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts {
    pub(super) cpu: Duration,
    pub(super) memory_peak: usize,
}

/// How a call ended, and what is known of it besides.
pub(super) type Ended<T> = (Result<(T, State), CallError>, Facts);

/// A checked call with all it needs to run.
pub(super) struct Task<E> {
    pub(super) means: Means,
    pub(super) plugin: Arc<Plugin>,
    pub(super) export: E,
    pub(super) bounds: Bounds,
    pub(super) frame: Frame,
    pub(super) logs: SharedLogs,
    pub(super) scrubber: Scrubber,
}

impl<E: Export> Task<E> {
    /// Runs the call to its end, its time limit or its cancellation, whichever comes first.
    pub(super) async fn run(self) -> Ended<E::Answer> {
        let (plugin, cancel) = (self.plugin.clone(), self.frame.cancel.clone());
        let (meter, peak) = (Meter::new(self.bounds.cpu), Arc::new(AtomicUsize::new(0)));
        let answer = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(CallError::cancelled()),
            answer = self.admitted(meter.clone(), peak.clone()) => answer,
        };
        let memory_peak = peak.load(Ordering::Relaxed);
        if memory_peak > 0 {
            plugin.used_memory(memory_peak);
        }
        (answer, Facts { cpu: meter.used(), memory_peak })
    }

    /// Waits for a place and for memory; only then the call's own time begins.
    async fn admitted(self, meter: Arc<Meter>, peak: Arc<AtomicUsize>) -> Result<(E::Answer, State), CallError> {
        let Task { means, plugin, export, bounds, frame, logs, scrubber } = self;
        let Frame { grants, slots, state, files, flight, waited, cancel, .. } = frame;
        let waiting = waited.wait();
        let _place = means.calls.acquire_owned().await.expect("the semaphore is never closed");
        let memory = means.budget.admit(plugin.typical_memory(), bounds.memory_bytes, peak).await;
        drop(waiting);
        let timeout = frame.timeout.min(bounds.timeout);
        let context = Context {
            memory,
            wasi: plugin.uses_wasi.then(|| Wasi::new(&logs)),
            http: HttpDoor {
                client: means.client,
                asked: plugin.hosts.clone(),
                granted: grants,
                offline: E::OFFLINE,
                deadline: Instant::now() + timeout,
                slots,
                placeholders: Arc::default(),
                scrubber: scrubber.clone(),
            },
            state,
            files,
            table: context::handles(),
            logs,
            cancel,
            host_calls: 0,
            is_describing: false,
            timeout_ms: u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX),
        };
        let guest: Pin<Box<dyn Future<Output = _> + Send>> =
            Box::pin(flight.follow(ask(&means.engine, &plugin, context, &export, meter.clone())));
        match tokio::time::timeout(timeout, Metered::new(guest, meter)).await {
            Ok(Ok((Ok(raw), state))) => Ok((export.read(&plugin, raw, &scrubber)?, state)),
            Ok(Ok((Err(error), _))) => Err(output::read_error(error, &scrubber)),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(timed_out(timeout)),
        }
    }
}

/// A fresh store and a fresh instance: nothing is left of one call in the next, but what it asked to be kept.
async fn ask<E: Export>(
    engine: &Engine,
    plugin: &Plugin,
    context: Context,
    export: &E,
    meter: Arc<Meter>,
) -> wasmtime::Result<(Result<E::Raw, StepError>, State)> {
    let image = plugin.image();
    let mut store = Store::new(engine, context);
    store.limiter(|context| &mut context.memory);
    store.set_hostcall_fuel(MAX_HANDED_OVER_BYTES);
    interrupt(&mut store, meter);
    let instance = image.instance.instantiate_async(&mut store).await?;
    let guest = Guest { exports: &image.exports, store: &mut store, instance: &instance };
    let answer = export.ask(guest).await?;
    Ok((answer, store.into_data().state))
}

/// Lets a guest give way at every tick, and stops it when it has computed for too long.
pub(super) fn interrupt<T: 'static>(store: &mut Store<T>, meter: Arc<Meter>) {
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |_| {
        meter.check()?;
        Ok(UpdateDeadline::Yield(1))
    });
}

fn timed_out(timeout: Duration) -> CallError {
    let message = format!(
        "the call did not end within {} ms; the node's timeout_ms, or timeoutMs of the action in the plugin's manifest, moves this",
        timeout.as_millis()
    );
    CallError::new(ErrorKind::Timeout, "timed_out", message)
}

/// Why a guest did not come to an answer of its own.
pub(super) fn failure(error: &wasmtime::Error) -> CallError {
    if error.chain().any(|cause| matches!(cause.downcast_ref(), Some(ResourceTableError::Full))) {
        let exceeded = Exceeded::Handles { limit: MAX_HANDLES };
        return CallError::new(ErrorKind::Limit, exceeded.code(), exceeded.to_string());
    }
    if let Some(exceeded) = exceeded(error) {
        let kind = match exceeded {
            Exceeded::MemoryOfAll { .. } => ErrorKind::Retryable,
            _ => ErrorKind::Limit,
        };
        return CallError::new(kind, exceeded.code(), exceeded.to_string());
    }
    if let Some(unavailable) = error.chain().find_map(|cause| cause.downcast_ref::<Unavailable>()) {
        return CallError::new(ErrorKind::Retryable, "state_unavailable", unavailable.to_string());
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => {
            let message = format!(
                "the plugin's calls are nested too deeply: its stack of {MAX_STACK_BYTES} bytes is full; the limit is fixed"
            );
            CallError::new(ErrorKind::Limit, "stack_limit", message)
        }
        Some(Trap::UnreachableCodeReached) => {
            let message = "the plugin crashed: it stopped itself (a panic or an abort); its log may say why";
            CallError::new(ErrorKind::Plugin, "trap", message)
        }
        Some(trap) => CallError::new(ErrorKind::Plugin, "trap", format!("the plugin crashed: {trap}")),
        None => unexpected(error),
    }
}

fn unexpected(error: &wasmtime::Error) -> CallError {
    let cause = error.root_cause().to_string();
    if cause.contains("fuel allocated for hostcalls") {
        let message =
            format!("the plugin handed over more than {MAX_HANDED_OVER_BYTES} bytes at once; the limit is fixed");
        return CallError::new(ErrorKind::Limit, "output_limit", message);
    }
    if error.downcast_ref::<wasmtime_wasi::I32Exit>().is_some() {
        return CallError::new(ErrorKind::Plugin, "trap", "the plugin ended its own process instead of answering");
    }
    CallError::new(ErrorKind::Plugin, "broken_interface", format!("the plugin broke the interface: {cause}"))
}
