//! Credentials for one call, made of what the author gives.

use std::collections::BTreeMap;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::ToolError;
use crate::links::hex;
use crate::plugin_host::{Bound, FieldValue, Manifest, Slots};

/// Values of fields, by slot and name.
pub type Values = BTreeMap<String, BTreeMap<String, String>>;

/// Adds `slot.field=value`.
pub fn add(values: &mut Values, written: &str) -> Result<(), ToolError> {
    let parts = written.split_once('=').and_then(|(place, value)| Some((place.split_once('.')?, value)));
    let ((slot, field), value) = parts.ok_or_else(|| ToolError::BadCredential(written.to_owned()))?;
    values.entry(slot.to_owned()).or_default().insert(field.to_owned(), value.to_owned());
    Ok(())
}

/// The credentials as the host takes them. Fields that are missing stay so: a case may be about that.
pub(super) fn slots(manifest: &Manifest, values: &Values) -> Result<Slots, ToolError> {
    let mut slots = BTreeMap::new();
    for (slot, given) in values {
        let rules = manifest.credential(slot).ok_or_else(|| ToolError::UnknownSlot(slot.clone()))?;
        let known = rules.fields();
        let value = |(name, value): (&String, &String)| {
            let is_public = known.get(name).is_some_and(|field| !field.secret);
            let value =
                if is_public { FieldValue::Public(value.clone()) } else { FieldValue::Secret(value.clone().into()) };
            (name.clone(), value)
        };
        let fields = given.iter().map(value).collect();
        slots.insert(slot.clone(), Bound { hosts: manifest.hosts_of(rules), rules: rules.clone(), fields });
    }
    Ok(Arc::new(slots))
}

/// The values that are secrets, each with what stands for it in a recording. The longest first, because one may hold another.
pub(super) fn secrets(manifest: &Manifest, values: &Values) -> Vec<(String, String)> {
    let is_secret = |slot: &str, field: &str| {
        manifest.credential(slot).and_then(|rules| rules.fields().get(field).map(|field| field.secret)).unwrap_or(true)
    };
    let fields = values.iter().flat_map(|(slot, fields)| fields.iter().map(move |(field, value)| (slot, field, value)));
    let secret = fields.filter(|(slot, field, value)| !value.is_empty() && is_secret(slot, field));
    let mut secrets: Vec<_> = secret.map(|(slot, field, value)| (value.clone(), mark(slot, field))).collect();
    secrets.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
    secrets
}

/// What stands for a secret in a recording.
fn mark(slot: &str, field: &str) -> String {
    format!("{{{{{slot}.{field}}}}}")
}

/// The key that a case is tried with.
pub(super) const CASE_KEY: &str = "weft-plugin-test";
/// What stands for it in a recording, because no service may see the same key for two calls.
pub(super) const CASE_KEY_MARK: &str = "{{idempotency_key}}";

/// Puts the values in the place of what stands for them.
pub(super) fn filled(text: &str, values: &Values) -> String {
    let text = text.replace(CASE_KEY_MARK, CASE_KEY);
    let fields = values.iter().flat_map(|(slot, fields)| fields.iter().map(move |(field, value)| (slot, field, value)));
    fields.fold(text, |text, (slot, field, value)| text.replace(&mark(slot, field), value))
}

/// Puts keyed hashes of a message, in hexadecimal, in the place of what stands for them.
pub(super) fn signed(text: &str, values: &Values, message: &[u8]) -> String {
    let fields = values.iter().flat_map(|(slot, fields)| fields.iter().map(move |(field, value)| (slot, field, value)));
    fields.fold(text.to_owned(), |text, (slot, field, value)| {
        let place = mark(slot, &format!("{field} hmac_sha256"));
        if text.contains(&place) { text.replace(&place, &hmac_sha256(value, message)) } else { text }
    })
}

fn hmac_sha256(key: &str, message: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length is taken");
    mac.update(message);
    hex(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_filled_in() {
        let mut values = Values::new();
        add(&mut values, "account.base_url=https://a.example/?x=y").unwrap();
        assert_eq!(values["account"]["base_url"], "https://a.example/?x=y");
        assert_eq!(
            filled("{{account.base_url}}&b {{account.other}}", &values),
            "https://a.example/?x=y&b {{account.other}}"
        );
        // RFC 4231, test case 2.
        add(&mut values, "hook.key=Jefe").unwrap();
        let signed = signed("v1={{hook.key hmac_sha256}}", &values, b"what do ya want for nothing?");
        assert_eq!(signed, "v1=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        for wrong in ["account", "account=x", "account.token"] {
            assert!(add(&mut values, wrong).is_err(), "{wrong}");
        }
    }
}
