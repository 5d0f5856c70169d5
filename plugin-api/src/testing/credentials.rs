//! Credentials whose values the test has chosen.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::world;
use crate::credentials::{Hash, Refusal};

/// A word that a test can look for in what was sent.
pub(crate) fn placeholder(slot: &str, field: &str) -> Result<String, Refusal> {
    value(slot, field)?;
    Ok(format!("{{{{{slot}.{field}}}}}"))
}

pub(crate) fn public_field(slot: &str, field: &str) -> Result<String, Refusal> {
    value(slot, field)
}

pub(crate) fn hmac(slot: &str, field: &str, hash: Hash, message: &[u8]) -> Result<Vec<u8>, Refusal> {
    let key = value(slot, field)?;
    Ok(match hash {
        Hash::Sha1 => keyed::<Hmac<Sha1>>(&key, message).finalize().into_bytes().to_vec(),
        Hash::Sha256 => keyed::<Hmac<Sha256>>(&key, message).finalize().into_bytes().to_vec(),
        Hash::Sha512 => keyed::<Hmac<Sha512>>(&key, message).finalize().into_bytes().to_vec(),
    })
}

pub(crate) fn hmac_verify(slot: &str, field: &str, hash: Hash, message: &[u8], mac: &[u8]) -> Result<bool, Refusal> {
    Ok(hmac(slot, field, hash, message)? == mac)
}

/// The claims as they are: a test has no key to sign with.
pub(crate) fn sign_jwt(slot: &str, field: &str, claims: &str) -> Result<String, Refusal> {
    value(slot, field)?;
    Ok(claims.to_owned())
}

fn value(slot: &str, field: &str) -> Result<String, Refusal> {
    world::with(|world| {
        let fields = world.credentials.get(slot).ok_or(Refusal::NotBound)?;
        fields.get(field).cloned().ok_or(Refusal::UnknownField)
    })
}

fn keyed<M: Mac + KeyInit>(key: &str, message: &[u8]) -> M {
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).expect("a key of any length is taken");
    mac.update(message);
    mac
}
