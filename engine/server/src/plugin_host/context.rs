//! What a guest is given: the host's side of every import, for one call.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use wasmtime::component::ResourceTable;

use super::bindings::weft::plugin::credentials::{self, CredError};
use super::bindings::weft::plugin::host;
use super::blobs::Files;
use super::budget::{Exceeded, Memory};
use super::call::LogLevel;
use super::guard::GuardedClient;
use super::http::HttpDoor;
use super::logs::Logs;
use super::secrets::{FieldValue, NoPlaceholder, Scrubber, sign};
use super::state::State;
use super::wasi::Wasi;

/// Calls of the host that one call may make.
const MAX_HOST_CALLS: u32 = 100_000;

/// Handles that the guest of one call may hold at a time, those of WASI included.
pub(super) const MAX_HANDLES: usize = 1_024;

const DESCRIBING: &str = "nothing can be imported from the host while a plugin describes itself";

/// The data of one call's store.
pub(super) struct Context {
    pub(super) memory: Memory,
    pub(super) logs: SharedLogs,
    pub(super) cancel: CancellationToken,
    pub(super) http: HttpDoor,
    /// Present for components that import WASI.
    pub(super) wasi: Option<Box<Wasi>>,
    pub(super) state: State,
    pub(super) files: Files,
    /// What the guest's handles stand for.
    pub(super) table: ResourceTable,
    pub(super) host_calls: u32,
    /// How long the call may take.
    pub(super) timeout_ms: u64,
    pub(super) is_describing: bool,
}

/// The log outlives the store: a call that is cut off keeps its lines.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedLogs(Arc<Mutex<Logs>>);

impl SharedLogs {
    /// A log that takes secrets out of what is written to it.
    pub(super) fn new(scrubber: Scrubber) -> SharedLogs {
        SharedLogs(Arc::new(Mutex::new(Logs::new(scrubber))))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Logs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Context {
    /// For a plugin that describes itself: every import of ours traps, WASI always answers the same.
    pub(super) fn describing(memory: Memory, client: GuardedClient) -> Context {
        Context {
            memory,
            logs: SharedLogs::default(),
            cancel: CancellationToken::new(),
            http: HttpDoor::shut(client, DESCRIBING),
            wasi: Some(Wasi::constant()),
            state: State::default(),
            files: Files::default(),
            table: handles(),
            host_calls: 0,
            timeout_ms: 0,
            is_describing: true,
        }
    }

    /// Every import counts, so that a guest cannot keep the host busy for free.
    pub(super) fn count_host_call(&mut self) -> wasmtime::Result<()> {
        if self.is_describing {
            return Err(wasmtime::Error::msg(DESCRIBING));
        }
        self.host_calls += 1;
        if self.host_calls > MAX_HOST_CALLS {
            return Err(Exceeded::HostCalls { limit: MAX_HOST_CALLS }.into());
        }
        Ok(())
    }
}

/// A table for the handles of one call.
pub(super) fn handles() -> ResourceTable {
    let mut table = ResourceTable::new();
    table.set_max_capacity(MAX_HANDLES);
    table
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

impl credentials::Host for Context {
    fn placeholder(&mut self, slot: String, field: String) -> wasmtime::Result<Result<String, CredError>> {
        self.count_host_call()?;
        let made = self.http.placeholders.make(&self.http.slots, &slot, &field);
        Ok(made.map_err(|why| match why {
            NoPlaceholder::NotBound => CredError::NotBound,
            NoPlaceholder::UnknownField => CredError::UnknownField,
            NoPlaceholder::OtherUse => {
                CredError::Refused(format!("the manifest does not say that '{field}' is for placeholders"))
            }
            NoPlaceholder::TooMany => CredError::Refused("a call may ask for 64 placeholders".into()),
        }))
    }

    fn public_field(&mut self, slot: String, field: String) -> wasmtime::Result<Result<String, CredError>> {
        self.count_host_call()?;
        Ok(match self.http.slots.get(&slot).map(|bound| bound.fields.get(&field)) {
            None => Err(CredError::NotBound),
            Some(None) => Err(CredError::UnknownField),
            Some(Some(FieldValue::Public(text))) => Ok(text.clone()),
            Some(Some(FieldValue::Secret(_))) => Err(CredError::Refused(format!("'{field}' is a secret"))),
        })
    }

    fn hmac(
        &mut self,
        slot: String,
        field: String,
        alg: credentials::Hash,
        message: Vec<u8>,
    ) -> wasmtime::Result<Result<Vec<u8>, CredError>> {
        self.count_host_call()?;
        Ok(sign::hmac(&self.http.slots, &slot, &field, alg, &message))
    }

    fn hmac_verify(
        &mut self,
        slot: String,
        field: String,
        alg: credentials::Hash,
        message: Vec<u8>,
        mac: Vec<u8>,
    ) -> wasmtime::Result<Result<bool, CredError>> {
        self.count_host_call()?;
        Ok(sign::hmac_verify(&self.http.slots, &slot, &field, alg, &message, &mac))
    }

    fn sign_jwt(&mut self, slot: String, field: String, claims: String) -> wasmtime::Result<Result<String, CredError>> {
        self.count_host_call()?;
        Ok(sign::jwt(&self.http.slots, &slot, &field, &claims))
    }
}
