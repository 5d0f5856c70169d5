//! What a plugin exports, one file per interface. Adding something the host can ask of a plugin means implementing [`Export`].

mod actions;
mod dynamic;
mod polling;
mod webhooks;

use std::future::Future;
use std::time::Duration;

use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre};

use super::bindings::exports::weft::plugin as interfaces;
use super::bindings::weft::plugin::types::StepError;
use super::call::{CallError, ErrorKind};
use super::context::Context;
use super::manifest::Manifest;
use super::plugin::Plugin;
use super::secrets::Scrubber;

pub use dynamic::{Choice, Choices, Options, SchemaOf, TestCredential};
pub use polling::Poll;
pub use webhooks::{Handle, Inbound, Reply, Subscribe, Unsubscribe, Verdict};

/// Something a plugin can be asked, with what it is asked with.
pub trait Export: Send + Sync + 'static {
    /// What the guest answers.
    type Raw: Send;
    /// What that comes to once it was checked.
    type Answer: Send + 'static;
    /// Why it reaches no host, where that is so.
    const OFFLINE: Option<&'static str> = None;

    /// The slot of the credential it needs.
    fn slot<'m>(&self, manifest: &'m Manifest) -> Option<&'m str>;

    /// Checks what can be checked without the guest, and tells what the call may use.
    fn bounds(&self, plugin: &Plugin) -> Result<Bounds, CallError>;

    /// Asks the guest. The outer error is a trap or a broken interface, the inner one the guest's own.
    fn ask(&self, guest: Guest<'_>) -> impl Future<Output = wasmtime::Result<Result<Self::Raw, StepError>>> + Send;

    /// Checks what the guest answered. It may hold a secret that the host did not recognise in what it made of it.
    fn read(&self, plugin: &Plugin, raw: Self::Raw, scrubber: &Scrubber) -> Result<Self::Answer, CallError>;
}

/// What one call may use.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub(super) memory_bytes: usize,
    pub(super) cpu: Duration,
    pub(super) timeout: Duration,
}

impl Bounds {
    /// For what somebody waits for, or what must not take long: the plugin's own limits, but no more than these.
    fn at_most(self, cpu: Duration, timeout: Duration) -> Bounds {
        Bounds { cpu: self.cpu.min(cpu), timeout: self.timeout.min(timeout), ..self }
    }
}

/// An instance for one call.
#[allow(missing_debug_implementations)]
pub struct Guest<'a> {
    pub(super) exports: &'a Exports,
    pub(super) store: &'a mut Store<Context>,
    pub(super) instance: &'a Instance,
}

/// Where a component has its exports. The interface leaves it to a plugin which of them it has.
pub(super) struct Exports {
    actions: Option<interfaces::actions::GuestIndices>,
    dynamic: Option<interfaces::dynamic::GuestIndices>,
    polling: Option<interfaces::polling::GuestIndices>,
    webhooks: Option<interfaces::webhooks::GuestIndices>,
}

impl Exports {
    pub(super) fn of(instance: &InstancePre<Context>) -> Exports {
        Exports {
            actions: interfaces::actions::GuestIndices::new(instance).ok(),
            dynamic: interfaces::dynamic::GuestIndices::new(instance).ok(),
            polling: interfaces::polling::GuestIndices::new(instance).ok(),
            webhooks: interfaces::webhooks::GuestIndices::new(instance).ok(),
        }
    }
}

/// The indices of an interface, if the component has it.
fn offered<'a, T>(indices: &'a Option<T>, interface: &str) -> wasmtime::Result<&'a T> {
    indices.as_ref().ok_or_else(|| wasmtime::format_err!("the component does not export weft:plugin/{interface}@1.0.0"))
}

fn unknown(plugin: &Plugin, what: &str, id: &str) -> CallError {
    let message = format!("the plugin '{}' has no {what} '{id}'", plugin.manifest().id);
    CallError::new(ErrorKind::Permanent, format!("unknown_{what}"), message)
}
