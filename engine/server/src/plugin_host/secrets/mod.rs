//! Secrets never enter a guest. The host puts them on a request as it leaves, and takes them out of what comes back.

mod inject;
mod placeholder;
mod scrub;
pub(super) mod sign;

use std::collections::BTreeMap;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::guard::HostPattern;
use super::manifest::Credential;

pub(super) use inject::Dresser;
pub(super) use placeholder::{NoPlaceholder, Placeholders};
pub use scrub::{MASK, Scrubber};

/// A credential as one call may use it, made for that call by whoever keeps credentials.
#[derive(Debug, Clone)]
pub struct Bound {
    /// What the plugin's manifest says of it.
    pub rules: Credential,
    /// Where it may go.
    pub hosts: Vec<HostPattern>,
    pub fields: BTreeMap<String, FieldValue>,
}

/// The credentials of a call, by the slots of the manifest.
pub type Slots = Arc<BTreeMap<String, Bound>>;

/// What was filled in.
#[derive(Debug, Clone)]
pub enum FieldValue {
    Secret(SecretString),
    Public(String),
}

impl FieldValue {
    /// The value, to be sent. It must go nowhere else.
    fn expose(&self) -> &str {
        match self {
            FieldValue::Secret(secret) => secret.expose_secret(),
            FieldValue::Public(text) => text,
        }
    }
}
