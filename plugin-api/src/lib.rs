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
//! crate: [`http`] for the hosts its manifest declares, [`credentials`] that it can use and not see, and [`log`](mod@log).

pub mod credentials;
pub mod http;
pub mod log;

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
pub use manifest::{Action, Credential, Host, Idempotency, Manifest};
pub use outcome::Outcome;

/// A plugin: what it offers, and how a call is carried out.
///
/// Every call runs in a fresh instance, so there is no state to keep between calls and nothing to clean up.
pub trait Plugin {
    /// Describes the plugin. Called once, when the component is uploaded, where every import traps.
    fn manifest() -> Manifest;

    /// Carries out one call. The host has checked the parameters against the action's schema.
    fn run(call: Call) -> Result<Outcome, Error>;
}
