//! Signing with a key that the guest never sees. Only a secret that the manifest gives no other way out can be one: what is
//! injected into requests must not serve as an oracle.

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::{FieldValue, Slots};
use crate::plugin_host::bindings::weft::plugin::credentials::{CredError, Hash};
use crate::plugin_host::manifest::{JwtAlgorithm, Use};

/// A message of more bytes is hashed by the plugin first.
const LONGEST_MESSAGE: usize = 8 << 20;
const LARGEST_CLAIMS: usize = 16 * 1024;

/// The keyed hash of a message.
pub(in crate::plugin_host) fn hmac(
    slots: &Slots,
    slot: &str,
    field: &str,
    hash: Hash,
    message: &[u8],
) -> Result<Vec<u8>, CredError> {
    Ok(match Keyed::of(slots, slot, field, hash, message)? {
        Keyed::Sha1(mac) => mac.finalize().into_bytes().to_vec(),
        Keyed::Sha256(mac) => mac.finalize().into_bytes().to_vec(),
        Keyed::Sha512(mac) => mac.finalize().into_bytes().to_vec(),
    })
}

/// Whether this is the keyed hash of a message, whole and not just the beginning of it.
pub(in crate::plugin_host) fn hmac_verify(
    slots: &Slots,
    slot: &str,
    field: &str,
    hash: Hash,
    message: &[u8],
    mac: &[u8],
) -> Result<bool, CredError> {
    Ok(match Keyed::of(slots, slot, field, hash, message)? {
        Keyed::Sha1(keyed) => keyed.verify_slice(mac).is_ok(),
        Keyed::Sha256(keyed) => keyed.verify_slice(mac).is_ok(),
        Keyed::Sha512(keyed) => keyed.verify_slice(mac).is_ok(),
    })
}

/// A token of these claims (RFC 7519), signed as the manifest says.
pub(in crate::plugin_host) fn jwt(slots: &Slots, slot: &str, field: &str, claims: &str) -> Result<String, CredError> {
    let refused = |why: String| CredError::Refused(why);
    let key = key(slots, slot, field, Use::Jwt)?;
    let rules = slots.get(slot).and_then(|bound| bound.rules.fields.get(field)?.jwt.as_ref());
    let rules =
        rules.ok_or_else(|| refused(format!("the manifest does not say how '{field}' signs: give it \"jwt\"")))?;
    if claims.len() > LARGEST_CLAIMS {
        return Err(refused(format!("the claims have {} bytes; {LARGEST_CLAIMS} are allowed", claims.len())));
    }
    let claims: Map<String, Value> =
        serde_json::from_str(claims).map_err(|error| refused(format!("the claims are no JSON object: {error}")))?;
    let unfit =
        |error: jsonwebtoken::errors::Error| refused(format!("'{field}' is no key for this algorithm: {error}"));
    let (algorithm, key) = match rules.alg {
        JwtAlgorithm::HS256 => (Algorithm::HS256, EncodingKey::from_secret(key.as_bytes())),
        JwtAlgorithm::RS256 => (Algorithm::RS256, EncodingKey::from_rsa_pem(key.as_bytes()).map_err(unfit)?),
        JwtAlgorithm::ES256 => (Algorithm::ES256, EncodingKey::from_ec_pem(key.as_bytes()).map_err(unfit)?),
    };
    let header = Header { kid: rules.kid.clone(), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, &claims, &key).map_err(unfit)
}

enum Keyed {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl Keyed {
    fn of(slots: &Slots, slot: &str, field: &str, hash: Hash, message: &[u8]) -> Result<Keyed, CredError> {
        if message.len() > LONGEST_MESSAGE {
            let why = format!("the message has {} bytes; {LONGEST_MESSAGE} are allowed", message.len());
            return Err(CredError::Refused(why));
        }
        let key = key(slots, slot, field, Use::Hmac)?;
        Ok(match hash {
            Hash::Sha1 => Keyed::Sha1(keyed(key, message)),
            Hash::Sha256 => Keyed::Sha256(keyed(key, message)),
            Hash::Sha512 => Keyed::Sha512(keyed(key, message)),
        })
    }
}

fn keyed<M: Mac + KeyInit>(key: &str, message: &[u8]) -> M {
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).expect("a key of any length is taken");
    mac.update(message);
    mac
}

/// The secret of a field that the manifest gives this use.
fn key<'s>(slots: &'s Slots, slot: &str, field: &str, wanted: Use) -> Result<&'s str, CredError> {
    let bound = slots.get(slot).ok_or(CredError::NotBound)?;
    let value = bound.fields.get(field).ok_or(CredError::UnknownField)?;
    let is_meant_for_it = bound.rules.fields.get(field).is_some_and(|field| field.uses.contains(&wanted));
    match value {
        FieldValue::Secret(secret) if is_meant_for_it => Ok(secret.expose_secret()),
        _ => Err(CredError::Refused(format!("the manifest does not say that '{field}' is for {wanted}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::links::hex;
    use crate::plugin_host::manifest::Manifest;
    use crate::plugin_host::secrets::Bound;

    fn slots(secret: &str) -> Slots {
        let manifest = Manifest::parse(&json!({
            "manifest": 1, "id": "a", "version": "1.0.0", "name": "A",
            "hosts": [{ "pattern": "https://a.example" }],
            "credentials": [{ "slot": "hook", "type": "custom", "fields": {
                "key": { "uses": ["hmac"] }, "token": {}, "signer": { "uses": ["jwt"], "jwt": { "alg": "HS256", "kid": "k1" } }
            } }],
            "actions": [{ "id": "b", "title": "B", "effects": "read", "idempotent": "natural" }]
        }));
        let rules = manifest.unwrap().credentials.remove(0);
        let field = |name: &str| (name.to_owned(), FieldValue::Secret(secret.into()));
        let fields = BTreeMap::from([field("key"), field("token"), field("signer")]);
        Arc::new(BTreeMap::from([("hook".into(), Bound { rules, hosts: Vec::new(), fields })]))
    }

    #[test]
    fn known_answers() {
        // RFC 4231, test case 2.
        let slots = slots("Jefe");
        let mac = hmac(&slots, "hook", "key", Hash::Sha256, b"what do ya want for nothing?").unwrap();
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let verified = |mac: &[u8]| {
            hmac_verify(&slots, "hook", "key", Hash::Sha256, b"what do ya want for nothing?", mac).unwrap()
        };
        assert!(verified(&mac));
        assert!(!verified(&mac[..31]) && !verified(&[]) && !verified(&[0; 32]), "no beginning of it will do");
        // RFC 2202, test case 2.
        let mac = hmac(&slots, "hook", "key", Hash::Sha1, b"what do ya want for nothing?").unwrap();
        assert_eq!(hex(&mac), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }

    #[test]
    fn what_is_sent_is_no_key_and_a_key_has_one_use() {
        let slots = slots("Jefe");
        let refused =
            |field: &str| matches!(hmac(&slots, "hook", field, Hash::Sha256, b""), Err(CredError::Refused(_)));
        assert!(refused("token") && refused("signer"));
        assert!(matches!(jwt(&slots, "hook", "key", "{}"), Err(CredError::Refused(_))));
        assert!(matches!(hmac(&slots, "other", "key", Hash::Sha256, b""), Err(CredError::NotBound)));
        assert!(matches!(hmac(&slots, "hook", "none", Hash::Sha256, b""), Err(CredError::UnknownField)));
    }

    #[test]
    fn a_token_is_signed_as_the_manifest_says() {
        let secret = "a secret of at least 32 bytes, as HS256 asks";
        let token = jwt(&slots(secret), "hook", "signer", r#"{"iss":"weft","exp":4102444800}"#).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!((header.alg, header.kid.as_deref()), (Algorithm::HS256, Some("k1")));
        let key = jsonwebtoken::DecodingKey::from_secret(secret.as_bytes());
        let read = jsonwebtoken::decode::<Value>(&token, &key, &jsonwebtoken::Validation::new(Algorithm::HS256));
        assert_eq!(read.unwrap().claims["iss"], "weft");
        for claims in ["[]", "{oops", &format!("{{\"a\":\"{}\"}}", "x".repeat(LARGEST_CLAIMS))] {
            assert!(jwt(&slots(secret), "hook", "signer", claims).is_err());
        }
    }
}
