//! Secrets are put on a request for one hop, and only towards hosts that their credential is bound to.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use url::Url;

use super::placeholder::{LENGTH, MARK, Placeholders};
use super::{Bound, Slots};
use crate::plugin_host::guard::Outgoing;
use crate::plugin_host::manifest::Inject;

/// Puts the credentials of one request on it.
pub(in crate::plugin_host) struct Dresser<'a> {
    pub(in crate::plugin_host) slots: &'a Slots,
    pub(in crate::plugin_host) placeholders: &'a Placeholders,
    /// The slot that the request names as its `auth`.
    pub(in crate::plugin_host) auth: Option<&'a str>,
}

/// How a value is written where a placeholder stood.
#[derive(Clone, Copy)]
enum Place {
    Header,
    Url,
    Json,
    Form,
    Other,
}

impl Dresser<'_> {
    /// The error says why the request cannot go out.
    pub(in crate::plugin_host) fn dress(&self, outgoing: &mut Outgoing) -> Result<(), String> {
        self.replace_placeholders(outgoing)?;
        let Some(slot) = self.auth else { return Ok(()) };
        let bound = self
            .slots
            .get(slot)
            .ok_or_else(|| format!("no credential is bound to the slot '{slot}'; choose one in the step's settings"))?;
        let mut is_dressed = false;
        for rule in &bound.rules.inject {
            if covers(rule.hosts(), &outgoing.url) {
                inject(rule, bound, outgoing)?;
                is_dressed = true;
            }
        }
        // A redirect may lead away; the request then goes on without what it was dressed in.
        match is_dressed || !outgoing.is_first {
            true => Ok(()),
            false => Err(not_bound_to(slot, bound, &outgoing.url)),
        }
    }

    fn replace_placeholders(&self, outgoing: &mut Outgoing) -> Result<(), String> {
        let (url, is_first) = (outgoing.url.clone(), outgoing.is_first);
        let replace = |text: &str, place: Place| self.replaced(text, place, &url, is_first);
        for value in outgoing.headers.values_mut() {
            let Some(text) = value.to_str().ok().filter(|text| text.contains(MARK)) else { continue };
            *value = sensitive(&replace(text, Place::Header)?)?;
        }
        if outgoing.url.as_str().contains(MARK) {
            let replaced = Url::parse(&replace(outgoing.url.as_str(), Place::Url)?)
                .map_err(|_| "the URL with its placeholders replaced is none".to_owned())?;
            if replaced.origin() != url.origin() {
                return Err("a placeholder must not stand in the host of a URL".into());
            }
            outgoing.url = replaced;
        }
        if let Some(body) = &mut outgoing.body
            && let Ok(text) = std::str::from_utf8(body)
            && text.contains(MARK)
        {
            let media_type = outgoing.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
            let place = match media_type.split(';').next().unwrap_or("").trim() {
                json if json.ends_with("json") => Place::Json,
                "application/x-www-form-urlencoded" => Place::Form,
                _ => Place::Other,
            };
            *body = replace(text, place)?.into_bytes();
        }
        Ok(())
    }

    fn replaced(&self, text: &str, place: Place, url: &Url, is_first: bool) -> Result<String, String> {
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(MARK) {
            replaced.push_str(&rest[..at]);
            let word = rest[at..].get(..LENGTH).filter(|word| is_placeholder(word));
            let Some(word) = word else {
                replaced.push_str(MARK);
                rest = &rest[at + MARK.len()..];
                continue;
            };
            let (slot, field) = self
                .placeholders
                .meaning(word)
                .ok_or_else(|| "the request holds a placeholder that was not made in this call".to_owned())?;
            let bound = self.slots.get(&slot).ok_or("its slot is gone")?;
            if !bound.hosts.iter().any(|host| host.covers_origin(url)) {
                let also = if is_first { "" } else { " (the request was redirected there)" };
                return Err(format!("{}{also}", not_bound_to(&slot, bound, url)));
            }
            let value = bound.fields.get(&field).map(super::FieldValue::expose).unwrap_or_default();
            match place {
                Place::Header | Place::Other => replaced.push_str(value),
                Place::Url | Place::Form => replaced.extend(utf8_percent_encode(value, NON_ALPHANUMERIC)),
                Place::Json => {
                    let quoted = serde_json::Value::from(value).to_string();
                    replaced.push_str(&quoted[1..quoted.len() - 1]);
                }
            }
            rest = &rest[at + LENGTH..];
        }
        replaced.push_str(rest);
        Ok(replaced)
    }
}

fn is_placeholder(word: &str) -> bool {
    word[MARK.len()..].bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn covers(hosts: &[String], url: &Url) -> bool {
    hosts.iter().any(|host| host.parse().is_ok_and(|host: crate::plugin_host::HostPattern| host.covers_origin(url)))
}

fn not_bound_to(slot: &str, bound: &Bound, url: &Url) -> String {
    let hosts: Vec<&str> = bound.hosts.iter().map(crate::plugin_host::HostPattern::as_str).collect();
    let origin = url.origin().ascii_serialization();
    format!("the credential of the slot '{slot}' may go to {}, not to {origin}", hosts.join(", "))
}

fn inject(rule: &Inject, bound: &Bound, outgoing: &mut Outgoing) -> Result<(), String> {
    match rule {
        Inject::Header { name, format, .. } => {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("'{name}' is no header"))?;
            outgoing.headers.insert(name, sensitive(&filled(format, bound))?);
        }
        Inject::Query { name, format, .. } => {
            let others: Vec<(String, String)> =
                outgoing.url.query_pairs().into_owned().filter(|(other, _)| other != name).collect();
            outgoing.url.query_pairs_mut().clear().extend_pairs(others).append_pair(name, &filled(format, bound));
        }
        Inject::Basic { username, password, .. } => {
            let both = format!("{}:{}", filled(username, bound), filled(password, bound));
            outgoing.headers.insert(AUTHORIZATION, sensitive(&format!("Basic {}", STANDARD.encode(both)))?);
        }
    }
    Ok(())
}

/// A format with its fields filled in.
fn filled(format: &str, bound: &Bound) -> String {
    let mut filled = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(bound.fields.get(name).map(super::FieldValue::expose).unwrap_or_default());
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn sensitive(value: &str) -> Result<HeaderValue, String> {
    let mut header = HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| "a field of the credential holds a character that headers cannot carry".to_owned())?;
    header.set_sensitive(true);
    Ok(header)
}
