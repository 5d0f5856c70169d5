//! One call, from admission to answer. Runs on the guests' own runtime.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use wasmtime::{Engine, Store, Trap, UpdateDeadline};

use super::bindings::weft::plugin::types as wire;
use super::budget::{Budget, Exceeded, Meter, Metered};
use super::call::{Call, CallError, ErrorKind, Outcome};
use super::context::{Context, SharedLogs};
use super::engine::MAX_STACK_BYTES;
use super::guard::GuardedClient;
use super::http::HttpDoor;
use super::output;
use super::plugin::{Plugin, Rules, exceeded};
use super::secrets::Scrubber;
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

/// How a call ended, and what is known of it besides.
pub(super) type Ended = (Result<Outcome, CallError>, Facts);

/// What is known of a call besides its answer.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) cpu: Duration,
    pub(super) memory_peak: usize,
}

impl Facts {
    /// Of a call that did not reach a guest.
    pub(super) fn none() -> Facts {
        Facts { cpu: Duration::ZERO, memory_peak: 0 }
    }
}

/// Checks what can be checked without the guest, and writes the call as the guest reads it.
pub(super) fn prepare(plugin: &Plugin, rules: &Rules, call: &Call) -> Result<wire::Call, CallError> {
    if let Some(mismatch) = rules.input.first_error(&call.params) {
        let error = CallError::new(ErrorKind::InvalidInput, "invalid_params", mismatch.message);
        return Err(CallError { pointer: Some(mismatch.pointer), ..error });
    }
    let items = call.items.len();
    if items == 0 || items > rules.max_batch as usize {
        let message = format!(
            "{}/{} takes 1 to {} items a call, not {items}; maxBatch in the plugin's manifest moves this",
            plugin.manifest().id,
            call.action,
            rules.max_batch
        );
        return Err(CallError::new(ErrorKind::InvalidInput, "batch_size", message));
    }
    Ok(wire::Call {
        action: call.action.clone(),
        params: call.params.to_string(),
        items: call.items.iter().map(ToString::to_string).collect(),
        cursor: call.cursor.as_ref().map(ToString::to_string),
        idempotency_key: call.idempotency_key.clone(),
        attempt: call.attempt,
        deadline_ms: u64::try_from(call.timeout.min(rules.timeout).as_millis()).unwrap_or(u64::MAX),
        dry_run: false,
    })
}

/// A prepared call with all it needs to run.
pub(super) struct Task {
    pub(super) means: Means,
    pub(super) plugin: Arc<Plugin>,
    pub(super) call: Call,
    pub(super) wire: wire::Call,
    pub(super) logs: SharedLogs,
    pub(super) scrubber: Scrubber,
    pub(super) cancel: CancellationToken,
}

impl Task {
    /// Runs the call to its end, its time limit or its cancellation, whichever comes first.
    pub(super) async fn run(self) -> Ended {
        let (plugin, cancel) = (self.plugin.clone(), self.cancel.clone());
        let rules = plugin.rules(&self.call.action).expect("whoever prepared the call looked its action up");
        let (meter, peak) = (Meter::new(rules.cpu), Arc::new(AtomicUsize::new(0)));
        let answer = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(CallError::cancelled()),
            answer = self.admitted(rules, meter.clone(), peak.clone()) => answer,
        };
        let memory_peak = peak.load(Ordering::Relaxed);
        if memory_peak > 0 {
            plugin.used_memory(memory_peak);
        }
        (answer, Facts { cpu: meter.used(), memory_peak })
    }

    /// Waits for a place and for memory; only then the call's own time begins.
    async fn admitted(self, rules: &Rules, meter: Arc<Meter>, peak: Arc<AtomicUsize>) -> Result<Outcome, CallError> {
        let Task { means, plugin, call, wire, logs, scrubber, cancel } = self;
        let waiting = call.waited.wait();
        let _place = means.calls.acquire_owned().await.expect("the semaphore is never closed");
        let memory = means.budget.admit(plugin.typical_memory(), rules.memory_bytes, peak).await;
        drop(waiting);
        let timeout = call.timeout.min(rules.timeout);
        let context = Context {
            memory,
            wasi: plugin.uses_wasi.then(|| Wasi::new(&logs)),
            http: HttpDoor {
                client: means.client,
                asked: plugin.hosts.clone(),
                granted: call.grants,
                deadline: Instant::now() + timeout,
                slots: call.slots,
                placeholders: Arc::default(),
                scrubber: scrubber.clone(),
            },
            logs,
            cancel,
            host_calls: 0,
        };
        let guest: Pin<Box<dyn Future<Output = _> + Send>> =
            Box::pin(call.flight.follow(call_guest(&means.engine, &plugin, context, wire, meter.clone())));
        match tokio::time::timeout(timeout, Metered::new(guest, meter)).await {
            Ok(Ok(Ok(outcome))) => output::read(rules, outcome, &scrubber),
            Ok(Ok(Err(error))) => Err(output::read_error(error, &scrubber)),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(timed_out(timeout)),
        }
    }
}

/// A fresh store and a fresh instance: nothing is left of one call in the next.
async fn call_guest(
    engine: &Engine,
    plugin: &Plugin,
    context: Context,
    wire: wire::Call,
    meter: Arc<Meter>,
) -> wasmtime::Result<Result<wire::Outcome, wire::StepError>> {
    let Some(actions) = &plugin.actions else {
        wasmtime::bail!("the component does not export weft:plugin/actions@1.0.0");
    };
    let mut store = Store::new(engine, context);
    store.limiter(|context| &mut context.memory);
    store.set_hostcall_fuel(MAX_HANDED_OVER_BYTES);
    interrupt(&mut store, meter);
    let instance = plugin.instance.instantiate_async(&mut store).await?;
    actions.load(&mut store, &instance)?.call_run(&mut store, &wire).await
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
    if let Some(exceeded) = exceeded(error) {
        let kind = match exceeded {
            Exceeded::MemoryOfAll { .. } => ErrorKind::Retryable,
            _ => ErrorKind::Limit,
        };
        return CallError::new(kind, exceeded.code(), exceeded.to_string());
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
