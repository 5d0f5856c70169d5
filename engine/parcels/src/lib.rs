//! "Parcels": a small service of the kind that plugins connect to. It signs in programs, lists in pages, knows
//! idempotency keys, and calls whoever subscribed. The documentation and the tests of the example plugins talk to it.
//!
//! Everything is kept in memory.

mod access;
mod api;
mod deliveries;
mod hooks;
mod parcels;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;

use deliveries::Sender;
use hooks::Hooks;
use parcels::Parcels;

/// What programs sign in with.
pub const CLIENT_ID: &str = "demo";
pub const CLIENT_SECRET: &str = "demo-secret-of-the-parcels";
/// A token that is always valid, for whoever does not want to sign in.
pub const ACCESS_TOKEN: &str = "demo-token-of-the-parcels";
/// What webhooks are signed with.
pub const WEBHOOK_SECRET: &str = "demo-webhook-secret-of-the-parcels";

/// The service. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Service(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    data: Mutex<Data>,
    sender: Sender,
}

#[derive(Debug, Default)]
struct Data {
    parcels: Parcels,
    hooks: Hooks,
}

impl Service {
    /// A service without parcels.
    pub fn new() -> Service {
        Service::default()
    }

    /// Answers until the future is dropped.
    pub async fn serve(self, listener: TcpListener) -> io::Result<()> {
        axum::serve(listener, api::router(self)).await
    }

    /// The addresses that are called when a parcel changes.
    pub fn subscribers(&self) -> Vec<String> {
        self.data().hooks.urls()
    }

    fn data(&self) -> MutexGuard<'_, Data> {
        self.0.data.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
