//! A plugin ready to be called.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre};

use super::bindings::exports::weft::plugin::actions::GuestIndices;
use super::budget::Exceeded;
use super::context::Context;
use super::engine::MAX_MEMORY_BYTES;
use super::guard::HostPattern;
use super::manifest::{Action, Manifest};
use super::schema::Schema;
use super::{HostError, imports};

const DEFAULT_MEMORY_BYTES: usize = 64 << 20;
const DEFAULT_CPU: Duration = Duration::from_secs(5);
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(3_600);
/// What a call is assumed to use before one has been seen.
const FIRST_GUESS_BYTES: usize = 2 << 20;
/// How many calls it takes, about, to forget what a call used.
const LAST_CALLS: usize = 8;

/// A loaded component with its manifest. Calls go through [`PluginHost::call`](super::PluginHost::call).
pub struct Plugin {
    sha256: String,
    manifest: Manifest,
    pub(super) instance: InstancePre<Context>,
    pub(super) actions: Option<GuestIndices>,
    pub(super) uses_wasi: bool,
    pub(super) hosts: Arc<[HostPattern]>,
    rules: HashMap<String, Rules>,
    typical_memory: AtomicUsize,
}

/// What holds for every call of one action.
pub(super) struct Rules {
    pub(super) input: Schema,
    pub(super) output: Option<Schema>,
    pub(super) max_batch: u32,
    pub(super) memory_bytes: usize,
    pub(super) cpu: Duration,
    pub(super) timeout: Duration,
}

impl Plugin {
    pub(super) fn new(
        engine: &Engine,
        component: &Component,
        sha256: &str,
        manifest: Manifest,
    ) -> Result<Plugin, HostError> {
        let linker = imports::linker(engine).map_err(HostError::engine)?;
        let instance = linker.instantiate_pre(component).map_err(HostError::engine)?;
        let rules: Result<_, HostError> =
            manifest.actions.iter().map(|action| Ok((action.id.clone(), Rules::new(action)?))).collect();
        Ok(Plugin {
            sha256: sha256.to_owned(),
            hosts: manifest.host_patterns().into(),
            rules: rules?,
            actions: GuestIndices::new(&instance).ok(),
            uses_wasi: imports::uses_wasi(component),
            instance,
            manifest,
            typical_memory: AtomicUsize::new(FIRST_GUESS_BYTES),
        })
    }

    /// The digest of the component's bytes, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(super) fn rules(&self, action: &str) -> Option<&Rules> {
        self.rules.get(action)
    }

    /// What a call is likely to use, in bytes: follows what the last calls used, so that a rare large one does not take the
    /// place of many others for long.
    pub(super) fn typical_memory(&self) -> usize {
        self.typical_memory.load(Ordering::Relaxed)
    }

    pub(super) fn used_memory(&self, bytes: usize) {
        let typical = self.typical_memory();
        // Two calls that end at the same time may lose one of their steps, which does not matter.
        self.typical_memory.store(typical - typical / LAST_CALLS + bytes / LAST_CALLS, Ordering::Relaxed);
    }
}

impl Rules {
    fn new(action: &Action) -> Result<Rules, HostError> {
        let compile = |schema| Schema::compile(schema).map_err(|error| HostError::Manifest(error.to_string()));
        let memory = action.limits.memory_mib.map_or(DEFAULT_MEMORY_BYTES, |mib| (mib as usize) << 20);
        Ok(Rules {
            input: compile(&action.input)?,
            output: action.output.as_ref().map(compile).transpose()?,
            max_batch: action.max_batch,
            memory_bytes: memory.min(MAX_MEMORY_BYTES),
            cpu: action.limits.cpu_ms.map_or(DEFAULT_CPU, Duration::from_millis),
            timeout: action.timeout_ms.map_or(DEFAULT_TIMEOUT, Duration::from_millis),
        })
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plugin")
            .field("id", &self.manifest.id)
            .field("version", &self.manifest.version)
            .finish_non_exhaustive()
    }
}

/// Finds the limit that a guest ran into, wherever wasmtime wrapped it.
pub(super) fn exceeded(error: &wasmtime::Error) -> Option<&Exceeded> {
    error.chain().find_map(|cause| cause.downcast_ref::<Exceeded>()).or_else(|| error.downcast_ref::<Exceeded>())
}
