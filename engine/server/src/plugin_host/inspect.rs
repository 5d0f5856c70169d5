//! From uploaded bytes to a plugin whose manifest is known: everything that may be refused is refused here.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};
use weft_core::problem::Problem;

use super::HostError;
use super::bindings::exports::weft::plugin::metadata::GuestIndices;
use super::budget::{Budget, Memory, Meter, Metered};
use super::imports::{self, RefusedImport};
use super::manifest::Manifest;
use super::run;

const MAX_COMPONENT_BYTES: usize = 32 << 20;
const MAX_MANIFEST_BYTES: usize = 1 << 20;
const DESCRIBE_MEMORY_BYTES: usize = 64 << 20;
const DESCRIBE_CPU: Duration = Duration::from_secs(1);
const DESCRIBE_TIMEOUT: Duration = Duration::from_secs(5);

/// What an upload turned out to be.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// The digest of the bytes, in hexadecimal.
    pub sha256: String,
    pub size_bytes: usize,
    pub manifest: Manifest,
    /// The manifest as the plugin wrote it.
    pub manifest_json: Value,
}

/// Why an upload was refused.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error("this is not a WebAssembly component: {0}")]
    NotAComponent(String),
    #[error("the component has {size_bytes} bytes, {} more than the {limit_bytes} allowed; the limit is fixed", size_bytes - limit_bytes)]
    TooLarge { size_bytes: usize, limit_bytes: usize },
    #[error("{}", list(.0))]
    UndeclaredImport(Vec<RefusedImport>),
    #[error("the plugin could not describe itself: {0}")]
    DescribeFailed(String),
    #[error("the manifest has {} problems, the first at '{}': {}", .0.len(), .0[0].pointer, .0[0].message)]
    InvalidManifest(Vec<Problem>),
    #[error(transparent)]
    Host(#[from] HostError),
}

impl UploadError {
    /// Stable identifier.
    pub fn code(&self) -> &'static str {
        match self {
            UploadError::NotAComponent(_) => "not_a_component",
            UploadError::TooLarge { .. } => "too_large",
            UploadError::UndeclaredImport(_) => "undeclared_import",
            UploadError::DescribeFailed(_) => "describe_failed",
            UploadError::InvalidManifest(_) => "invalid_manifest",
            UploadError::Host(_) => "internal",
        }
    }

    /// The manifest's problems, where those are the reason.
    pub fn problems(&self) -> &[Problem] {
        match self {
            UploadError::InvalidManifest(problems) => problems,
            _ => &[],
        }
    }
}

pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Looks at the first bytes and the size before anything is compiled.
pub(super) fn check_bytes(bytes: &[u8]) -> Result<(), UploadError> {
    if bytes.len() > MAX_COMPONENT_BYTES {
        return Err(UploadError::TooLarge { size_bytes: bytes.len(), limit_bytes: MAX_COMPONENT_BYTES });
    }
    let why = match bytes {
        [b'\0', b'a', b's', b'm', 0x0d, 0, 1, 0, ..] => return Ok(()),
        [b'\0', b'a', b's', b'm', 1, 0, 0, 0, ..] => "it is a core module; encode it as a component first",
        [b'\0', b'a', b's', b'm', ..] => "it was made for another version of the component model",
        [0x7f, b'E', b'L', b'F', ..] => "it is compiled already; only portable components are taken",
        [b'(', ..] => "it is in text form; encode it first",
        [] => "it is empty",
        _ => "it does not begin like one",
    };
    Err(UploadError::NotAComponent(why.to_owned()))
}

/// Compiles on the current thread, which should be one for blocking work.
pub(super) fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, UploadError> {
    check_bytes(bytes)?;
    let component =
        Component::from_binary(engine, bytes).map_err(|error| UploadError::NotAComponent(format!("{error:#}")))?;
    let refused = imports::refused(&component);
    if !refused.is_empty() {
        return Err(UploadError::UndeclaredImport(refused));
    }
    // Linking once more, for real, finds functions of known interfaces with types of their own making.
    let linker = imports::linker(engine).map_err(HostError::engine)?;
    match linker.instantiate_pre(&component) {
        Ok(_) => Ok(component),
        Err(error) => Err(UploadError::UndeclaredImport(vec![RefusedImport {
            name: format!("{error:#}"),
            why: "its functions must have the types of the published interface",
        }])),
    }
}

/// Asks the component to describe itself, where every import traps, and checks what it says.
pub(super) async fn describe(engine: &Engine, component: &Component) -> Result<(Manifest, Value), UploadError> {
    let meter = Meter::new(DESCRIBE_CPU);
    let guest = Box::pin(call_describe(engine, component, meter.clone()));
    let text = match tokio::time::timeout(DESCRIBE_TIMEOUT, Metered::new(guest, meter)).await {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => return Err(UploadError::DescribeFailed(describe_failure(&error))),
        Err(_) => {
            return Err(UploadError::DescribeFailed(format!("it took more than {} s", DESCRIBE_TIMEOUT.as_secs())));
        }
    };
    if text.len() > MAX_MANIFEST_BYTES {
        let why = format!("its manifest has {} bytes; {MAX_MANIFEST_BYTES} are allowed", text.len());
        return Err(UploadError::DescribeFailed(why));
    }
    let json: Value = serde_json::from_str(&text)
        .map_err(|error| UploadError::DescribeFailed(format!("its manifest is not JSON: {error}")))?;
    let manifest = Manifest::parse(&json).map_err(UploadError::InvalidManifest)?;
    check_hosts(component, &manifest)?;
    Ok((manifest, json))
}

async fn call_describe(engine: &Engine, component: &Component, meter: Arc<Meter>) -> wasmtime::Result<String> {
    let mut linker = Linker::<Memory>::new(engine);
    linker.define_unknown_imports_as_traps(component)?;
    let instance = linker.instantiate_pre(component)?;
    let metadata = GuestIndices::new(&instance)?;
    let budget = Budget::new(DESCRIBE_MEMORY_BYTES);
    let memory = budget.admit(DESCRIBE_MEMORY_BYTES, DESCRIBE_MEMORY_BYTES, Arc::default()).await;
    let mut store = Store::new(engine, memory);
    store.limiter(|memory| memory);
    store.set_hostcall_fuel(run::MAX_HANDED_OVER_BYTES);
    run::interrupt(&mut store, meter);
    let instance = instance.instantiate_async(&mut store).await?;
    metadata.load(&mut store, &instance)?.call_describe(&mut store).await
}

fn describe_failure(error: &wasmtime::Error) -> String {
    let failure = run::failure(error);
    match failure.code.as_str() {
        "broken_interface" => format!("{:#} (every import traps while a plugin describes itself)", error),
        _ => failure.message,
    }
}

/// A component that can send requests must say where to, or whoever installs it would grant nothing and get a plugin that
/// never works.
fn check_hosts(component: &Component, manifest: &Manifest) -> Result<(), UploadError> {
    if manifest.hosts.is_empty() && imports::uses_http(component) {
        return Err(UploadError::UndeclaredImport(vec![RefusedImport {
            name: "weft:plugin/http".into(),
            why: "its manifest must list the hosts it talks to under \"hosts\"",
        }]));
    }
    Ok(())
}

fn list(refused: &[RefusedImport]) -> String {
    refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
