//! What a guest is given: the host's side of every import, for one call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::bindings::weft::plugin::{credentials, host};
use super::budget::{Exceeded, Memory};
use super::call::LogLevel;
use super::http::HttpDoor;
use super::logs::Logs;
use super::wasi::Wasi;

/// Calls of the host that one call may make.
const MAX_HOST_CALLS: u32 = 100_000;

/// The data of one call's store.
pub(super) struct Context {
    pub(super) memory: Memory,
    pub(super) logs: SharedLogs,
    pub(super) cancel: CancellationToken,
    pub(super) http: HttpDoor,
    /// Present for components that import WASI.
    pub(super) wasi: Option<Box<Wasi>>,
    pub(super) host_calls: u32,
}

/// The log outlives the store: a call that is cut off keeps its lines.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedLogs(Arc<Mutex<Logs>>);

impl SharedLogs {
    pub(super) fn lock(&self) -> MutexGuard<'_, Logs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Context {
    /// Every import counts, so that a guest cannot keep the host busy for free.
    pub(super) fn count_host_call(&mut self) -> wasmtime::Result<()> {
        self.host_calls += 1;
        if self.host_calls > MAX_HOST_CALLS {
            return Err(Exceeded::HostCalls { limit: MAX_HOST_CALLS }.into());
        }
        Ok(())
    }
}

impl host::Host for Context {
    fn log(&mut self, level: host::Level, message: String, fields: Option<String>) -> wasmtime::Result<()> {
        self.count_host_call()?;
        let level = match level {
            host::Level::Trace => LogLevel::Trace,
            host::Level::Debug => LogLevel::Debug,
            host::Level::Info => LogLevel::Info,
            host::Level::Warn => LogLevel::Warn,
            host::Level::Error => LogLevel::Error,
        };
        self.logs.lock().push(level, &message, fields.as_deref());
        Ok(())
    }

    fn progress(&mut self, done: u64, total: Option<u64>, note: String) -> wasmtime::Result<()> {
        self.count_host_call()?;
        let message = match total {
            Some(total) => format!("progress {done}/{total} {note}"),
            None => format!("progress {done} {note}"),
        };
        self.logs.lock().push(LogLevel::Debug, message.trim_end(), None);
        Ok(())
    }

    fn is_cancelled(&mut self) -> wasmtime::Result<bool> {
        self.count_host_call()?;
        Ok(self.cancel.is_cancelled())
    }
}

/// No credential can be bound to a slot yet, so every question has the same true answer.
impl credentials::Host for Context {
    fn placeholder(
        &mut self,
        _slot: String,
        _field: String,
    ) -> wasmtime::Result<Result<String, credentials::CredError>> {
        self.not_bound()
    }

    fn public_field(
        &mut self,
        _slot: String,
        _field: String,
    ) -> wasmtime::Result<Result<String, credentials::CredError>> {
        self.not_bound()
    }

    fn hmac(
        &mut self,
        _slot: String,
        _field: String,
        _alg: credentials::Hash,
        _message: Vec<u8>,
    ) -> wasmtime::Result<Result<Vec<u8>, credentials::CredError>> {
        self.not_bound()
    }

    fn hmac_verify(
        &mut self,
        _slot: String,
        _field: String,
        _alg: credentials::Hash,
        _message: Vec<u8>,
        _mac: Vec<u8>,
    ) -> wasmtime::Result<Result<bool, credentials::CredError>> {
        self.not_bound()
    }

    fn sign_jwt(
        &mut self,
        _slot: String,
        _field: String,
        _claims: String,
    ) -> wasmtime::Result<Result<String, credentials::CredError>> {
        self.not_bound()
    }
}

impl Context {
    fn not_bound<T>(&mut self) -> wasmtime::Result<Result<T, credentials::CredError>> {
        self.count_host_call()?;
        Ok(Err(credentials::CredError::NotBound))
    }
}
