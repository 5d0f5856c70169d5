//! What can go wrong with the host itself.

use std::io;
use std::path::PathBuf;

use super::guard::Refusal;
use super::inspect::UploadError;

/// Why the host cannot do something, through no fault of a plugin or a caller.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    #[error("the WebAssembly engine: {0}")]
    Engine(String),
    #[error("the plugin cache at {folder}: {error}")]
    Cache { folder: PathBuf, error: io::Error },
    #[error("the compiler {program} does not run: {error}")]
    Compiler { program: PathBuf, error: io::Error },
    #[error("a thread could not be started: {0}")]
    Thread(io::Error),
    #[error("the HTTP client: {0}")]
    Client(Refusal),
    #[error("the component could not be read: {0}")]
    Bytes(io::Error),
    #[error("the component's bytes have the digest {found}, not {expected}")]
    Digest { expected: String, found: String },
    #[error("the manifest is not usable any more: {0}")]
    Manifest(String),
    #[error("the component is not usable any more: {0}")]
    Component(Box<UploadError>),
    #[error("the server is stopping")]
    Stopping,
}

impl HostError {
    pub(super) fn engine(error: wasmtime::Error) -> HostError {
        HostError::Engine(format!("{error:#}"))
    }
}
