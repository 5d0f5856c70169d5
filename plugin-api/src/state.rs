//! A few values that a step or trigger keeps from call to call. What is written is stored together with the call's
//! result: a call that fails has written nothing.
//!
//! ```
//! use weft_plugin::state;
//!
//! # fn main() -> Result<(), weft_plugin::Error> {
//! # let host = weft_plugin::testing::Host::new();
//! let seen: u32 = state::get("seen")?.unwrap_or(0);
//! state::set("seen", &(seen + 1))?;
//! assert_eq!(state::get::<u32>("seen")?, Some(1));
//!
//! // Which of these are new? The next call knows them.
//! let ids = ["parcel-1", "parcel-2"].map(String::from);
//! assert_eq!(state::first_seen(&ids, 86_400)?, [true, true]);
//! assert!(!state::is_first("parcel-1", 86_400)?);
//! # Ok(()) }
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::error::read_json;
use crate::outcome::to_json;

/// Why the host did not keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There are too many values, or one is too long.
    Quota,
    /// A key is a letter or digit, and then letters, digits and `_.:-`, 128 at most.
    BadKey,
    /// Another call of the same step was at it for too long.
    Conflict,
}

/// The value of a key.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Error> {
    host::get(key).as_deref().map(read_json).transpose()
}

/// Keeps a value.
pub fn set(key: &str, value: &impl Serialize) -> Result<(), Error> {
    Ok(host::set(key, to_json(value)?)?)
}

/// Forgets a value.
pub fn delete(key: &str) -> Result<(), Error> {
    Ok(host::delete(key)?)
}

/// Whether each of these is seen for the first time within so many seconds. From now on they are all known.
pub fn first_seen(ids: &[String], ttl_s: u64) -> Result<Vec<bool>, Error> {
    Ok(host::first_seen(ids, ttl_s)?)
}

/// [`first_seen`] for one.
pub fn is_first(id: &str, ttl_s: u64) -> Result<bool, Error> {
    Ok(first_seen(&[id.to_owned()], ttl_s)?.first() == Some(&true))
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        match refusal {
            Refusal::Quota => Error::permanent("state_quota", "the step keeps more than it may"),
            Refusal::BadKey => Error::permanent("state_bad_key", "this is no key for something to be kept"),
            Refusal::Conflict => {
                Error::retryable("state_conflict", "another call of the same step kept something at the same time")
            }
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod host {
    use super::Refusal;
    use crate::bindings::weft::plugin::state as wire;

    fn told(error: wire::StateError) -> Refusal {
        match error {
            wire::StateError::Quota => Refusal::Quota,
            wire::StateError::BadKey => Refusal::BadKey,
            wire::StateError::Conflict => Refusal::Conflict,
        }
    }

    pub(super) fn get(key: &str) -> Option<String> {
        wire::get(key)
    }

    pub(super) fn set(key: &str, value: String) -> Result<(), Refusal> {
        wire::set(key, &value).map_err(told)
    }

    pub(super) fn delete(key: &str) -> Result<(), Refusal> {
        wire::delete(key).map_err(told)
    }

    pub(super) fn first_seen(ids: &[String], ttl_s: u64) -> Result<Vec<bool>, Refusal> {
        wire::first_seen(ids, ttl_s).map_err(told)
    }
}

/// Outside the sandbox, in an author's tests, the values are kept by the test's [`Host`](crate::testing::Host).
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::state as host;
