//! Random words that stand for secrets inside of one call.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Slots;
use crate::links::hex;
use crate::plugin_host::manifest::Use;

/// What every placeholder begins with.
pub(super) const MARK: &str = "wph_";
/// The mark and 128 random bits in hexadecimal.
pub(super) const LENGTH: usize = MARK.len() + 32;
/// Placeholders a call may ask for.
const MOST: usize = 64;

/// The placeholders of one call.
#[derive(Debug, Default)]
pub(in crate::plugin_host) struct Placeholders(Mutex<HashMap<String, (String, String)>>);

/// Why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::plugin_host) enum NoPlaceholder {
    NotBound,
    UnknownField,
    OtherUse,
    TooMany,
}

impl Placeholders {
    /// A word that stands for a field, for this call and where the credential may go.
    pub(in crate::plugin_host) fn make(&self, slots: &Slots, slot: &str, field: &str) -> Result<String, NoPlaceholder> {
        let bound = slots.get(slot).ok_or(NoPlaceholder::NotBound)?;
        if !bound.fields.contains_key(field) {
            return Err(NoPlaceholder::UnknownField);
        }
        // The fields of a credential that lists none are those of its type, and are there to be sent.
        if bound.rules.fields.get(field).is_some_and(|field| !field.uses.contains(&Use::Placeholder)) {
            return Err(NoPlaceholder::OtherUse);
        }
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= MOST {
            return Err(NoPlaceholder::TooMany);
        }
        let word = format!("{MARK}{}", hex(&rand::random::<[u8; 16]>()));
        made.insert(word.clone(), (slot.to_owned(), field.to_owned()));
        Ok(word)
    }

    /// The slot and the field that a word of this call stands for.
    pub(super) fn meaning(&self, word: &str) -> Option<(String, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(word).cloned()
    }
}
