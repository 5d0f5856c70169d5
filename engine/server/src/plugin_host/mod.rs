//! The plugin host: runs actions of WASM components in a sandbox.
//!
//! A component is inspected once, when it is uploaded, and loaded from a cache of compiled code afterwards: code that was made
//! quickly at first, and optimised in the background. Every call gets
//! a fresh store and a fresh instance on a runtime of the guests' own, so that a guest can neither leave anything behind
//! nor slow the server down. What a guest can reach is what [`imports`] links: the log, HTTP through the [`guard`], and by the
//! [`Frame`] of its call credentials, state and files.

// A call's error is made once, at its end, and read by people: its size does not matter, its fields do.
#![allow(clippy::result_large_err)]

mod bindings;
mod blobs;
mod budget;
mod cache;
mod call;
mod compile;
mod components;
mod config;
mod context;
mod engine;
mod error;
mod exports;
pub mod guard;
mod http;
mod imports;
mod inspect;
mod logs;
pub mod manifest;
mod output;
mod plugin;
mod run;
mod schema;
mod secrets;
mod state;
#[cfg(test)]
mod tests;
mod waited;
mod warm;
mod wasi;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::{OnceCell, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use wasmtime::component::Component;

pub use blobs::{FileInfo, FileStore, Files, MAX_FILE_BYTES, PIECE_BYTES, Room};
pub use call::{Call, CallError, CallResult, Called, ErrorKind, Frame, LogLevel, LogLine, Outcome};
pub use compile::{Tier, compile_worker};
pub use components::Components;
pub use config::HostConfig;
pub use error::HostError;
pub use exports::{
    Choice, Choices, Export, Handle, Inbound, Options, Poll, Reply, SchemaOf, Subscribe, TestCredential, Unsubscribe,
    Verdict,
};
pub use guard::HostPattern;
pub use imports::RefusedImport;
pub use inspect::{Inspected, UploadError};
pub use manifest::Manifest;
pub use plugin::Plugin;
pub use schema::mismatch_of;
pub use secrets::{Bound, FieldValue, MASK, Scrubber, Slots};
pub use state::{Changes, IdHash, Seen, State, StateStore, Turn};
pub use waited::Waited;

use budget::Budget;
use cache::Cache;
use compile::Compiler;
use context::SharedLogs;
use guard::{AddressRule, GuardedClient};
use run::{Ended, Facts, Means, Task};
use warm::Warmer;

/// How long running calls may take to notice that the server stops.
const GRACE: Duration = Duration::from_secs(2);

/// Runs plugins. Cheap to clone.
#[derive(Clone)]
pub struct PluginHost(Arc<Inner>);

struct Inner {
    means: Means,
    cache: Cache,
    loaded: Mutex<HashMap<String, Arc<OnceCell<Arc<Plugin>>>>>,
    components: Arc<dyn Components>,
    compiler: Compiler,
    warmer: Warmer,
    handle: tokio::runtime::Handle,
    runtime: Mutex<Option<Runtime>>,
    calls: TaskTracker,
    stop: CancellationToken,
    _ticker: engine::Ticker,
}

impl PluginHost {
    /// Starts the guests' runtime and clock. What has to be compiled is asked of `components`.
    pub fn new(config: HostConfig, components: Arc<dyn Components>) -> Result<PluginHost, HostError> {
        let engine = engine::new(config.calls)?;
        let cache = Cache::open(&config.cache_dir, &engine)
            .map_err(|error| HostError::Cache { folder: config.cache_dir.clone(), error })?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(config.threads.max(1))
            .thread_name("plugins")
            .enable_all()
            .build()
            .map_err(HostError::Thread)?;
        let handle = runtime.handle().clone();
        let client = {
            let _inside = handle.enter();
            let rule = AddressRule::new(config.allow_private);
            GuardedClient::new(rule).map_err(HostError::Client)?.within(config.hosts).with_transport(config.transport)
        };
        Ok(PluginHost(Arc::new(Inner {
            _ticker: engine::Ticker::start(&engine)?,
            means: Means {
                budget: Budget::new(config.memory_budget_bytes),
                calls: Arc::new(Semaphore::new(config.calls as usize)),
                engine,
                client,
            },
            cache,
            loaded: Mutex::default(),
            components,
            compiler: Compiler::new(config.compiler),
            warmer: Warmer::new(),
            handle,
            runtime: Mutex::new(Some(runtime)),
            calls: TaskTracker::new(),
            stop: CancellationToken::new(),
        })))
    }

    /// The guarded client, for the server's own requests on behalf of workflows.
    pub fn client(&self) -> GuardedClient {
        self.0.means.client.clone()
    }

    /// Examines uploaded bytes: are they a component, does it import only what is offered, what does it say about itself?
    /// Quickly compiled code is kept, so that loading it afterwards takes no time; see [`PluginHost::warm`] for better.
    pub async fn inspect(&self, bytes: Vec<u8>) -> Result<Inspected, UploadError> {
        inspect::check_bytes(&bytes)?;
        let (sha256, size_bytes) = (inspect::digest(&bytes), bytes.len());
        let known = self.cached(&sha256).await?;
        let is_new = known.is_none();
        let component = match known {
            Some((component, _)) => component,
            None => self.compile(&sha256, &bytes, Tier::Quick).await?,
        };
        let means = self.0.means.clone();
        let describe = async move { inspect::describe(&means, &component).await };
        let described = AbortOnDropHandle::new(self.0.handle.spawn(describe)).await;
        let described = described.unwrap_or_else(|_| Err(HostError::Stopping.into()));
        if is_new && described.is_err() {
            self.0.cache.remove(&sha256);
        }
        let (manifest, manifest_json) = described?;
        Ok(Inspected { sha256, size_bytes, manifest, manifest_json })
    }

    /// The plugin of this digest: from memory, from the cache, or compiled quickly and then better in the background.
    /// What it may do is what its `manifest` said when it was inspected; it is not asked again.
    pub async fn load(&self, sha256: &str, manifest: &str) -> Result<Arc<Plugin>, HostError> {
        let cell = self.plugins().entry(sha256.to_owned()).or_default().clone();
        let plugin = cell.get_or_try_init(|| self.load_new(sha256, manifest)).await?;
        if plugin.tier() == Tier::Quick {
            self.warm(sha256);
        }
        Ok(plugin.clone())
    }

    /// The plugin of this digest, if it is in memory.
    pub fn loaded(&self, sha256: &str) -> Option<Arc<Plugin>> {
        self.plugins().get(sha256)?.get().cloned()
    }

    /// Forgets a plugin, in memory and in the cache. Calls that are under way end undisturbed.
    pub fn unload(&self, sha256: &str) {
        self.plugins().remove(sha256);
        self.0.warmer.forget(sha256);
        self.0.cache.remove(sha256);
    }

    /// Asks a plugin and waits for its answer. Dropping the future ends the call as well.
    pub async fn call<E: Export>(&self, plugin: &Arc<Plugin>, export: E, frame: Frame) -> Called<E::Answer> {
        let began = Instant::now();
        let scrubber = Scrubber::of(&frame.slots);
        let logs = SharedLogs::new(scrubber.clone());
        let before = frame.state.clone();
        let (answer, facts) = match self.start(plugin, export, frame, logs.clone(), scrubber) {
            Ok(running) => running.await.unwrap_or_else(|_| {
                let message = "the host failed while it ran the plugin";
                (Err(CallError::new(ErrorKind::Plugin, "host_failed", message)), Facts::default())
            }),
            Err(error) => (Err(error), Facts::default()),
        };
        let (result, state) = match answer {
            Ok((answer, state)) => (Ok(answer), state),
            Err(error) => (Err(error), before),
        };
        let logs = logs.lock().finish();
        Called { result, state, logs, duration: began.elapsed(), cpu: facts.cpu, memory_peak_bytes: facts.memory_peak }
    }

    /// Cancels what is under way and waits for it, briefly.
    pub async fn shutdown(&self) {
        self.0.stop.cancel();
        self.0.calls.close();
        let _ = tokio::time::timeout(GRACE, self.0.calls.wait()).await;
        self.0.stop_runtime();
    }

    fn start<E: Export>(
        &self,
        plugin: &Arc<Plugin>,
        export: E,
        frame: Frame,
        logs: SharedLogs,
        scrubber: Scrubber,
    ) -> Result<AbortOnDropHandle<Ended<E::Answer>>, CallError> {
        if self.0.stop.is_cancelled() {
            return Err(CallError::new(ErrorKind::Retryable, "stopping", "the server is stopping"));
        }
        let bounds = export.bounds(plugin)?;
        let (means, plugin) = (self.0.means.clone(), plugin.clone());
        let task = Task { means, plugin, export, bounds, frame, logs, scrubber };
        let stop = self.0.stop.clone();
        let guest = async move {
            tokio::select! {
                biased;
                () = stop.cancelled() => (Err(CallError::cancelled()), Facts::default()),
                ended = task.run() => ended,
            }
        };
        Ok(AbortOnDropHandle::new(self.0.calls.spawn_on(guest, &self.0.handle)))
    }

    async fn load_new(&self, sha256: &str, manifest: &str) -> Result<Arc<Plugin>, HostError> {
        let manifest = Manifest::read(manifest)?;
        let (component, tier) = match self.cached(sha256).await? {
            Some(found) => found,
            None => (self.compile_stored(sha256, Tier::Quick).await?, Tier::Quick),
        };
        Plugin::new(&self.0.means.engine, (&component, tier), sha256, manifest).map(Arc::new)
    }

    async fn cached(&self, sha256: &str) -> Result<Option<(Component, Tier)>, HostError> {
        let (cache, engine, digest) = (self.0.cache.clone(), self.0.means.engine.clone(), sha256.to_owned());
        self.blocking(move || cache.load(&engine, &digest)).await
    }

    async fn compile_stored(&self, sha256: &str, tier: Tier) -> Result<Component, HostError> {
        let bytes = self.0.components.bytes(sha256).await.map_err(HostError::Bytes)?;
        let found = inspect::digest(&bytes);
        if found != sha256 {
            return Err(HostError::Digest { expected: sha256.to_owned(), found });
        }
        self.compile(sha256, &bytes, tier).await.map_err(|error| match error {
            UploadError::Host(error) => error,
            error => HostError::Component(Box::new(error)),
        })
    }

    /// Compiles and keeps.
    async fn compile(&self, sha256: &str, bytes: &[u8], tier: Tier) -> Result<Component, UploadError> {
        let code = self.0.compiler.compile(bytes, tier).await?;
        let (cache, engine, digest) = (self.0.cache.clone(), self.0.means.engine.clone(), sha256.to_owned());
        let open = move || {
            let component = inspect::open(&engine, &code)?;
            cache.store(&digest, tier, &code);
            Ok(component)
        };
        self.blocking(open).await?
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, HostError> {
        self.0.handle.spawn_blocking(work).await.map_err(|_| HostError::Stopping)
    }

    fn plugins(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<OnceCell<Arc<Plugin>>>>> {
        self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// A runtime must not be waited for inside another one, so it is let go.
    fn stop_runtime(&self) {
        if let Some(runtime) = self.runtime.lock().unwrap_or_else(PoisonError::into_inner).take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop_runtime();
    }
}

impl std::fmt::Debug for PluginHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PluginHost").finish_non_exhaustive()
    }
}
