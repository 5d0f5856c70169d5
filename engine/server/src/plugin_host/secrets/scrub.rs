//! Takes secrets out of what comes back: an endpoint that echoes its request, an error that quotes a header.

use std::borrow::Cow;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret;

use super::{FieldValue, Slots};

/// Shorter secrets cannot be told from other text.
const SHORTEST: usize = 4;
/// Shorter pieces of base64 are found where nobody wrote a secret.
const SHORTEST_BASE64: usize = 6;
/// What stands in the place of a secret.
pub const MASK: &str = "•••";

/// Finds the secrets of one call in all their spellings.
#[derive(Debug, Clone, Default)]
pub struct Scrubber(Option<Arc<AhoCorasick>>);

impl Scrubber {
    /// A finder of what these credentials keep secret.
    pub fn of(slots: &Slots) -> Scrubber {
        let fields = slots.values().flat_map(|bound| bound.fields.values());
        let secrets = fields.filter_map(|field| match field {
            FieldValue::Secret(secret) if secret.expose_secret().len() >= SHORTEST => Some(secret.expose_secret()),
            FieldValue::Secret(_) | FieldValue::Public(_) => None,
        });
        let needles: Vec<String> = secrets.flat_map(spellings).collect();
        if needles.is_empty() {
            return Scrubber(None);
        }
        let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(needles);
        Scrubber(Some(Arc::new(built.expect("a few short needles fit"))))
    }

    /// The text with a mask in the place of each.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.0 {
            Some(finder) if finder.is_match(text) => {
                let mut clean = String::with_capacity(text.len());
                finder.replace_all_with(text, &mut clean, |_, _, clean| {
                    clean.push_str(MASK);
                    true
                });
                Cow::Owned(clean)
            }
            _ => Cow::Borrowed(text),
        }
    }

    pub(in crate::plugin_host) fn bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        match &self.0 {
            Some(finder) if finder.is_match(&bytes) => {
                let mut clean = Vec::with_capacity(bytes.len());
                finder.replace_all_with_bytes(&bytes, &mut clean, |_, _, clean| {
                    clean.extend_from_slice(MASK.as_bytes());
                    true
                });
                clean
            }
            _ => bytes,
        }
    }

    /// Cleans a text in its place.
    pub(in crate::plugin_host) fn clean(&self, text: &mut String) {
        if let Cow::Owned(clean) = self.text(text) {
            *text = clean;
        }
    }
}

/// A secret as it stands, percent-encoded, inside of a JSON text, and inside of base64.
fn spellings(secret: &str) -> Vec<String> {
    let quoted = serde_json::Value::from(secret).to_string();
    let mut spellings = vec![
        secret.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        quoted[1..quoted.len() - 1].to_owned(),
    ];
    for alphabet in [&STANDARD, &URL_SAFE] {
        let engine = GeneralPurpose::new(alphabet, NO_PAD);
        // What stands before it decides at which of three bits its base64 begins; the letters at the edges are not its own.
        for before in 0..3_usize {
            let encoded = engine.encode([&[0; 2][..before], secret.as_bytes()].concat());
            let own = (before * 8).div_ceil(6)..(before + secret.len()) * 8 / 6;
            spellings.extend(encoded.get(own).filter(|own| own.len() >= SHORTEST_BASE64).map(str::to_owned));
        }
    }
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use base64::engine::general_purpose;

    use super::*;
    use crate::plugin_host::manifest::Manifest;
    use crate::plugin_host::secrets::Bound;

    const SECRET: &str = "s3cr\"et/+ü-token";

    fn scrubber() -> Scrubber {
        let manifest = Manifest::parse(&serde_json::json!({
            "manifest": 1, "id": "a", "version": "1.0.0", "name": "A", "credentials": [{ "slot": "bot", "type": "bearer" }],
            "actions": [{ "id": "b", "title": "B", "effects": "read", "idempotent": "natural" }]
        }));
        let rules = manifest.unwrap().credentials.remove(0);
        let fields = BTreeMap::from([
            ("token".to_owned(), FieldValue::Secret(SECRET.into())),
            ("pin".to_owned(), FieldValue::Secret("123".into())),
            ("team".to_owned(), FieldValue::Public("T0001".into())),
        ]);
        Scrubber::of(&Arc::new(BTreeMap::from([("bot".into(), Bound { rules, hosts: Vec::new(), fields })])))
    }

    #[test]
    fn secrets_are_taken_out_in_all_their_spellings() {
        let scrubber = scrubber();
        let json = serde_json::json!({ "authorization": format!("Bearer {SECRET}") }).to_string();
        let percent = utf8_percent_encode(SECRET, NON_ALPHANUMERIC).to_string();
        for text in [SECRET.to_owned(), json, format!("?token={percent}&x=1")] {
            let clean = scrubber.text(&text);
            assert!(clean.contains(MASK) && !clean.contains("et/"), "{clean}");
        }
        for before in ["", "a", "ab", "abc", "user:"] {
            for engine in [&general_purpose::STANDARD, &general_purpose::URL_SAFE] {
                let encoded = engine.encode(format!("{before}{SECRET}@example"));
                let clean = scrubber.text(&encoded).into_owned();
                let left = clean.replace(MASK, "");
                assert!(clean.contains(MASK) && left.len() < encoded.len() - 15, "{before} {encoded} {clean}");
            }
        }
        assert_eq!(scrubber.bytes(SECRET.as_bytes().to_vec()), MASK.as_bytes());
    }

    #[test]
    fn what_is_no_secret_stays() {
        let scrubber = scrubber();
        assert_eq!(scrubber.text("team T0001, pin 123"), "team T0001, pin 123");
        assert_eq!(Scrubber::default().text(SECRET), SECRET);
    }
}
