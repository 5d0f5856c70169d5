//! From uploaded bytes to a plugin whose manifest is known: everything that may be refused is refused here.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use wasmtime::component::Component;
use wasmtime::{Engine, Precompiled, Store};
use weft_core::problem::Problem;

use super::HostError;
use super::bindings::exports::weft::plugin::metadata::GuestIndices;
use super::budget::{Budget, Meter, Metered};
use super::cache::Cache;
use super::context::Context;
use super::imports::{self, RefusedImport};
use super::manifest::{Manifest, TriggerKind};
use super::run::{self, Means};

pub(super) const MAX_COMPONENT_BYTES: usize = 32 << 20;
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
    #[error("the component could not be compiled: {0}")]
    CompileFailed(String),
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
            UploadError::CompileFailed(_) => "compile_failed",
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

/// The component of which a worker has just made the code.
pub(super) fn open(engine: &Engine, code: &[u8]) -> Result<Component, UploadError> {
    if !matches!(Engine::detect_precompiled(code), Some(Precompiled::Component)) {
        return Err(HostError::Engine("the compiler did not write code".to_owned()).into());
    }
    // More of something than an instance may have, such as memories, is found here.
    let component = Cache::open_code(engine, code).map_err(|error| UploadError::NotAComponent(format!("{error:#}")))?;
    check_imports(engine, &component)?;
    Ok(component)
}

fn check_imports(engine: &Engine, component: &Component) -> Result<(), UploadError> {
    let refused = imports::refused(component);
    if !refused.is_empty() {
        return Err(UploadError::UndeclaredImport(refused));
    }
    // Linking once more, for real, finds functions of known interfaces with types of their own making.
    let linker = imports::linker(engine).map_err(HostError::engine)?;
    match linker.instantiate_pre(component) {
        Ok(_) => Ok(()),
        Err(error) => Err(UploadError::UndeclaredImport(vec![RefusedImport {
            name: format!("{error:#}"),
            why: "its functions must have the types of the published interface",
        }])),
    }
}

/// Asks the component to describe itself, where every import of ours traps, and checks what it says.
pub(super) async fn describe(means: &Means, component: &Component) -> Result<(Manifest, Value), UploadError> {
    let meter = Meter::new(DESCRIBE_CPU);
    let guest = Box::pin(call_describe(means, component, meter.clone()));
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
    check_exports(component, &manifest)?;
    Ok((manifest, json))
}

async fn call_describe(means: &Means, component: &Component, meter: Arc<Meter>) -> wasmtime::Result<String> {
    let instance = imports::linker(&means.engine)?.instantiate_pre(component)?;
    let metadata = GuestIndices::new(&instance)?;
    let budget = Budget::new(DESCRIBE_MEMORY_BYTES);
    let memory = budget.admit(DESCRIBE_MEMORY_BYTES, DESCRIBE_MEMORY_BYTES, Arc::default()).await;
    let mut store = Store::new(&means.engine, Context::describing(memory, means.client.clone()));
    store.limiter(|context| &mut context.memory);
    store.set_hostcall_fuel(run::MAX_HANDED_OVER_BYTES);
    run::interrupt(&mut store, meter);
    let instance = instance.instantiate_async(&mut store).await?;
    metadata.load(&mut store, &instance)?.call_describe(&mut store).await
}

fn describe_failure(error: &wasmtime::Error) -> String {
    let failure = run::failure(error);
    match failure.code.as_str() {
        "broken_interface" => format!("{error:#}"),
        _ => failure.message,
    }
}

/// What a manifest offers must be there to be called, or whoever installs the plugin would find out one by one that it is not.
fn check_exports(component: &Component, manifest: &Manifest) -> Result<(), UploadError> {
    let has = |interface: &str| {
        let name = format!("weft:plugin/{interface}@1.0");
        component.component_type().exports(component.engine()).any(|(export, _)| export.starts_with(&name))
    };
    let by = |kind| manifest.triggers.iter().any(|trigger| trigger.kind == kind);
    let needed = [
        ("actions", !manifest.actions.is_empty(), "/actions"),
        ("polling", by(TriggerKind::Poll), "/triggers"),
        ("webhooks", by(TriggerKind::Webhook), "/triggers"),
    ];
    let missing = needed.into_iter().filter(|(interface, is_needed, _)| *is_needed && !has(interface));
    let problem = |(interface, _, pointer): (&str, bool, &str)| {
        let message = format!("the component does not export weft:plugin/{interface}@1.0.0, which these need");
        Problem::error(pointer, "invalid_manifest", message)
    };
    let problems: Vec<Problem> = missing.map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(UploadError::InvalidManifest(problems)) }
}

fn list(refused: &[RefusedImport]) -> String {
    refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
