//! A plugin ready to be called.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use serde_json::Value;
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre};

use super::budget::Exceeded;
use super::call::{CallError, ErrorKind};
use super::context::Context;
use super::engine::MAX_MEMORY_BYTES;
use super::exports::{Bounds, Exports};
use super::guard::HostPattern;
use super::manifest::{Limits, Manifest};
use super::schema::Schema;
use super::{HostError, Tier, imports};

pub(super) const DEFAULT_MEMORY_BYTES: usize = 64 << 20;
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
    image: ArcSwap<Image>,
    pub(super) uses_wasi: bool,
    pub(super) hosts: Arc<[HostPattern]>,
    actions: HashMap<String, Rules>,
    triggers: HashMap<String, Rules>,
    typical_memory: AtomicUsize,
}

/// The compiled code, ready to be instantiated, and where it begins. Better code may take its place while the plugin is loaded.
pub(super) struct Image {
    pub(super) instance: InstancePre<Context>,
    pub(super) exports: Exports,
    tier: Tier,
}

/// What holds for every call of one action or trigger.
pub(super) struct Rules {
    pub(super) input: Schema,
    pub(super) output: Option<Schema>,
    pub(super) max_batch: u32,
    pub(super) bounds: Bounds,
}

impl Plugin {
    pub(super) fn new(
        engine: &Engine,
        (component, tier): (&Component, Tier),
        sha256: &str,
        manifest: Manifest,
    ) -> Result<Plugin, HostError> {
        let actions = manifest.actions.iter().map(|action| {
            let rules = Rules::new(&action.input, action.output.as_ref(), action.limits, action.timeout_ms)?;
            Ok((action.id.clone(), Rules { max_batch: action.max_batch, ..rules }))
        });
        let triggers = manifest.triggers.iter().map(|trigger| {
            let rules = Rules::new(&trigger.input, trigger.output.as_ref(), trigger.limits, trigger.timeout_ms)?;
            Ok((trigger.id.clone(), rules))
        });
        Ok(Plugin {
            sha256: sha256.to_owned(),
            hosts: manifest.host_patterns().into(),
            actions: actions.collect::<Result<_, HostError>>()?,
            triggers: triggers.collect::<Result<_, HostError>>()?,
            image: ArcSwap::from_pointee(Image::new(engine, component, tier)?),
            uses_wasi: imports::uses_wasi(component),
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

    /// How well the code that calls run with now is compiled.
    pub fn tier(&self) -> Tier {
        self.image.load().tier
    }

    /// Lets calls that begin from now on run with optimised code. Those under way end with what they have.
    pub(super) fn improve(&self, engine: &Engine, component: &Component) -> Result<(), HostError> {
        self.image.store(Arc::new(Image::new(engine, component, Tier::Full)?));
        Ok(())
    }

    /// The code that a call which begins now runs with.
    pub(super) fn image(&self) -> Arc<Image> {
        self.image.load_full()
    }

    pub(super) fn action(&self, id: &str) -> Option<&Rules> {
        self.actions.get(id)
    }

    pub(super) fn trigger(&self, id: &str) -> Option<&Rules> {
        self.triggers.get(id)
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

impl Image {
    fn new(engine: &Engine, component: &Component, tier: Tier) -> Result<Image, HostError> {
        let linker = imports::linker(engine).map_err(HostError::engine)?;
        let instance = linker.instantiate_pre(component).map_err(HostError::engine)?;
        Ok(Image { exports: Exports::of(&instance), instance, tier })
    }
}

impl Rules {
    fn new(input: &Value, output: Option<&Value>, limits: Limits, timeout_ms: Option<u64>) -> Result<Rules, HostError> {
        let compile = |schema| Schema::compile(schema).map_err(|error| HostError::Manifest(error.to_string()));
        let memory = limits.memory_mib.map_or(DEFAULT_MEMORY_BYTES, |mib| (mib as usize) << 20);
        Ok(Rules {
            input: compile(input)?,
            output: output.map(compile).transpose()?,
            max_batch: 1,
            bounds: Bounds {
                memory_bytes: memory.min(MAX_MEMORY_BYTES),
                cpu: limits.cpu_ms.map_or(DEFAULT_CPU, Duration::from_millis),
                timeout: timeout_ms.map_or(DEFAULT_TIMEOUT, Duration::from_millis),
            },
        })
    }

    pub(super) fn check_params(&self, params: &Value) -> Result<(), CallError> {
        let Some(mismatch) = self.input.first_error(params) else { return Ok(()) };
        let error = CallError::new(ErrorKind::InvalidInput, "invalid_params", mismatch.message);
        Err(CallError { pointer: Some(mismatch.pointer), ..error })
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
