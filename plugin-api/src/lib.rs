//! The SDK for Weft plugins in Rust: implement [`Plugin`], register it with [`export!`], build for
//! `wasm32-unknown-unknown` and encode the result as a component.
//!
//! ```
//! use serde::Deserialize;
//! use serde_json::{Value, json};
//! use weft_plugin::{Action, Call, Error, Manifest, Outcome, Plugin};
//!
//! struct Greeter;
//!
//! #[derive(Deserialize)]
//! struct Greet {
//!     name: String,
//! }
//!
//! impl Plugin for Greeter {
//!     fn manifest() -> Manifest {
//!         Manifest::new("greeter", "1.0.0", "Greeter").action(
//!             Action::pure("greet", "Greet").summary("Says hello to someone.").input(json!({
//!                 "type": "object",
//!                 "required": ["name"],
//!                 "properties": { "name": { "type": "string", "title": "Name" } }
//!             })),
//!         )
//!     }
//!
//!     fn run(call: Call) -> Result<Outcome, Error> {
//!         match call.action.as_str() {
//!             "greet" => call.answer(|params: &Greet, _item: Value| Ok(format!("Hello, {}!", params.name))),
//!             _ => Err(call.unknown_action()),
//!         }
//!     }
//! }
//!
//! weft_plugin::export!(Greeter);
//!
//! // Plugins are plain Rust: test them without a sandbox.
//! let outcome = Greeter::run(Call::new("greet", json!({ "name": "Ada" }))).unwrap();
//! assert_eq!(outcome.values(), [json!("Hello, Ada!")]);
//! ```
//!
//! A plugin has no file system, no clock, no environment and no network of its own. What it may do comes through this
//! crate: [`http`] for the hosts its manifest declares, [`credentials`] that it can use and not see, [`state`] that it keeps
//! from call to call, files as [`blobs`], and [`log`](mod@log). Triggers, drop-downs and the rest are further methods of
//! [`Plugin`]; [`testing`] plays the host in tests.

pub mod blobs;
pub mod choices;
pub mod credentials;
pub mod http;
pub mod log;
pub mod state;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod webhooks;

#[doc(hidden)]
pub mod bindings;
mod call;
mod error;
mod export;
mod manifest;
mod outcome;

pub use call::Call;
pub use error::{Error, ErrorKind};
#[doc(hidden)]
pub use export::Exported;
pub use manifest::{Action, Credential, Host, Idempotency, Manifest, Trigger};
pub use outcome::Outcome;

use choices::{Choices, Question};
use serde_json::Value;
use webhooks::{Inbound, Subscriber, Verdict};

/// A plugin: what it offers, and how a call is carried out. What it does not offer needs no method.
///
/// Every call runs in a fresh instance, so there is no state to keep between calls and nothing to clean up.
pub trait Plugin {
    /// Describes the plugin. Called once, when the component is uploaded, where every import traps.
    fn manifest() -> Manifest;

    /// Carries out one call of an action. The host has checked the parameters against the action's schema.
    fn run(call: Call) -> Result<Outcome, Error> {
        Err(call.unknown_action())
    }

    /// The choices of a drop-down: of a parameter with `"x-ui": { "options": "dynamic" }`.
    fn options(question: Question) -> Result<Choices, Error> {
        Err(question.unknown_field())
    }

    /// The JSON Schema of a parameter with `"x-ui": { "schema": "dynamic" }`, which depends on the others.
    fn schema(question: Question) -> Result<Value, Error> {
        Err(question.unknown_field())
    }

    /// Tries the credential of a slot, and says in a few words whose it is.
    fn test_credential(slot: &str) -> Result<String, Error> {
        let _ = slot;
        Err(Error::not_offered("to test credentials"))
    }

    /// Looks for what is new since [`Call::cursor`], for a trigger of the kind `poll`. Each value starts a run.
    ///
    /// The first time there is no cursor: remember where things stand, and return nothing.
    fn poll(call: Call) -> Result<Outcome, Error> {
        Err(call.unknown_action())
    }

    /// Says what a request to the address of a trigger of the kind `webhook` means. It has no network.
    fn handle(inbound: Inbound) -> Result<Verdict, Error> {
        Err(Error::unknown_action(&inbound.action))
    }

    /// Asks a service to call this URL from now on. What is returned is handed to [`Plugin::unsubscribe`] one day.
    fn subscribe(subscriber: Subscriber, url: &str) -> Result<Value, Error> {
        let _ = url;
        Err(Error::unknown_action(&subscriber.action))
    }

    /// Asks a service to call no more. A subscription that is gone already is no error.
    fn unsubscribe(subscriber: Subscriber, subscription: Value) -> Result<(), Error> {
        let _ = subscription;
        Err(Error::unknown_action(&subscriber.action))
    }
}
