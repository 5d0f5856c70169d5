//! Credentials that the plugin can use and not see. Most plugins need nothing of this: a request that names a slot as its
//! [`auth`](crate::http::Request::auth) gets what the manifest says.
//!
//! ```
//! use weft_plugin::credentials::{self, Hash};
//!
//! # fn main() -> Result<(), weft_plugin::Error> {
//! # let host = weft_plugin::testing::Host::new();
//! # host.credential("account", &[("base_url", "https://eu.example.com"), ("webhook_secret", "key")]);
//! let base_url = credentials::public_field("account", "base_url")?;
//! let is_genuine = credentials::hmac_verify_hex("account", "webhook_secret", Hash::Sha256, b"the body", "00ff")?;
//! assert!(base_url.starts_with("https://") && !is_genuine);
//! # Ok(()) }
//! ```

use crate::{Error, ErrorKind};

/// How a keyed hash is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// Only where the other side knows nothing better.
    Sha1,
    Sha256,
    Sha512,
}

/// Why the host did not do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No credential is chosen for the slot.
    NotBound,
    UnknownField,
    /// The text says which rule.
    Refused(String),
}

/// A random word that becomes the secret when a request leaves for a host of its credential; worth nothing after this call.
pub fn placeholder(slot: &str, field: &str) -> Result<String, Refusal> {
    host::placeholder(slot, field)
}

/// The value of a field that is no secret: an account's id, a region.
pub fn public_field(slot: &str, field: &str) -> Result<String, Refusal> {
    host::public_field(slot, field)
}

/// The keyed hash (HMAC) of a message, with a secret whose `uses` has `hmac`.
pub fn hmac(slot: &str, field: &str, hash: Hash, message: &[u8]) -> Result<Vec<u8>, Refusal> {
    host::hmac(slot, field, hash, message)
}

/// Whether this is the keyed hash of a message, compared in constant time.
pub fn hmac_verify(slot: &str, field: &str, hash: Hash, message: &[u8], mac: &[u8]) -> Result<bool, Refusal> {
    host::hmac_verify(slot, field, hash, message, mac)
}

/// [`hmac_verify`] for a keyed hash that is written in hexadecimal, as most services send it. What is no hexadecimal fits nothing.
pub fn hmac_verify_hex(slot: &str, field: &str, hash: Hash, message: &[u8], mac: &str) -> Result<bool, Refusal> {
    hmac_verify(slot, field, hash, message, &from_hex(mac).unwrap_or_default())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.trim().chars().map(|digit| Some(digit.to_digit(16)? as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// A token (JWT) of these claims, a JSON object, signed with a secret whose `uses` has `jwt`.
pub fn sign_jwt(slot: &str, field: &str, claims: &serde_json::Value) -> Result<String, Refusal> {
    host::sign_jwt(slot, field, &claims.to_string())
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        match refusal {
            Refusal::NotBound => {
                Error::new(ErrorKind::Auth, "credential_not_bound", "no credential is chosen for this step")
            }
            Refusal::UnknownField => Error::permanent("credential_unknown_field", "the credential has no such field"),
            Refusal::Refused(why) => Error::permanent("credential_refused", why),
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod host {
    use super::{Hash, Refusal};
    use crate::bindings::weft::plugin::credentials as wire;

    impl From<Hash> for wire::Hash {
        fn from(hash: Hash) -> wire::Hash {
            match hash {
                Hash::Sha1 => wire::Hash::Sha1,
                Hash::Sha256 => wire::Hash::Sha256,
                Hash::Sha512 => wire::Hash::Sha512,
            }
        }
    }

    fn told(error: wire::CredError) -> Refusal {
        match error {
            wire::CredError::NotBound => Refusal::NotBound,
            wire::CredError::UnknownField => Refusal::UnknownField,
            wire::CredError::Refused(why) => Refusal::Refused(why),
        }
    }

    pub(super) fn placeholder(slot: &str, field: &str) -> Result<String, Refusal> {
        wire::placeholder(slot, field).map_err(told)
    }

    pub(super) fn public_field(slot: &str, field: &str) -> Result<String, Refusal> {
        wire::public_field(slot, field).map_err(told)
    }

    pub(super) fn hmac(slot: &str, field: &str, hash: Hash, message: &[u8]) -> Result<Vec<u8>, Refusal> {
        wire::hmac(slot, field, hash.into(), message).map_err(told)
    }

    pub(super) fn hmac_verify(
        slot: &str,
        field: &str,
        hash: Hash,
        message: &[u8],
        mac: &[u8],
    ) -> Result<bool, Refusal> {
        wire::hmac_verify(slot, field, hash.into(), message, mac).map_err(told)
    }

    pub(super) fn sign_jwt(slot: &str, field: &str, claims: &str) -> Result<String, Refusal> {
        wire::sign_jwt(slot, field, claims).map_err(told)
    }
}

/// Outside the sandbox, in an author's tests, the test's [`Host`](crate::testing::Host) has them.
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::credentials as host;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{Action, Credential, Host, Manifest};

    #[test]
    fn slots_are_written_as_the_host_reads_them() {
        let bot = Credential::new("bot", "oauth2").secret("access_token", "Token").public("team", "Team").in_header(
            "authorization",
            "Bearer {access_token}",
            &["https://a.example"],
        );
        let manifest = Manifest::new("a", "1.0.0", "A")
            .host(Host::new("https://a.example"))
            .credential(bot)
            .action(Action::reads("list", "List").credential("bot"));
        let written: Value = serde_json::from_str(&manifest.to_json()).unwrap();
        assert_eq!(
            written["credentials"],
            json!([{
                "slot": "bot", "type": "oauth2",
                "fields": { "access_token": { "title": "Token" }, "team": { "title": "Team", "secret": false } },
                "inject": [{ "in": "header", "name": "authorization", "format": "Bearer {access_token}", "hosts": ["https://a.example"] }]
            }])
        );
        assert_eq!(written["actions"][0]["credential"], "bot");
    }

    #[test]
    fn outside_the_sandbox_nothing_is_bound() {
        assert_eq!(placeholder("bot", "access_token"), Err(Refusal::NotBound));
        assert_eq!(Error::from(Refusal::NotBound).code(), "credential_not_bound");
    }
}
