//! The one door to the outside: every request of a plugin goes through here, and so should every other request the
//! server makes on behalf of a workflow.
//!
//! A request is refused unless a host pattern covers its scheme, host, port and method; its addresses are resolved here
//! and only global ones (or ranges the operator allows) are connected to; each redirect starts over from the top.

mod address;
mod client;
mod headers;
mod pattern;
mod resolver;
mod transport;

pub use address::AddressRule;
pub use client::{GuardedClient, Outgoing, Policy, Refusal, Request, Response, Room};
pub use pattern::{HostPattern, InvalidPattern};
pub use transport::{Answer, Network, Transport};
