//! What stands in the place of the network: nothing, a recording, or the network with a recorder before it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::cassette::{Body, Exchange, Request, Response};
use super::difference;
use crate::plugin_host::guard::{Answer, Network, Outgoing, Refusal, Transport};
use crate::plugin_host::{MASK, Scrubber};

/// Headers of answers that differ from time to time and say nothing.
const VOLATILE: [&str; 9] = [
    "connection",
    "content-encoding",
    "content-length",
    "date",
    "keep-alive",
    "server",
    "set-cookie",
    "transfer-encoding",
    "vary",
];

/// Refuses everything.
#[derive(Debug)]
pub(super) struct Offline;

impl Transport for Offline {
    fn carry<'a>(
        &'a self,
        method: &'a Method,
        hop: Outgoing,
        _: &'a Network,
    ) -> BoxFuture<'a, Result<Answer, Refusal>> {
        let why = format!("{method} {} was not sent: add --network to reach the network", place(&hop.url));
        Box::pin(async move { Err(Refusal::Denied(why)) })
    }
}

/// Answers from a recording.
#[derive(Debug)]
pub(super) struct Player(Mutex<Playing>);

#[derive(Debug)]
struct Playing {
    left: Vec<Exchange>,
    complaints: Vec<String>,
}

impl Player {
    pub(super) fn new(exchanges: Vec<Exchange>) -> Player {
        Player(Mutex::new(Playing { left: exchanges, complaints: Vec::new() }))
    }

    /// What was sent and not recorded, and what was recorded and not sent.
    pub(super) fn complaints(&self) -> Vec<String> {
        let playing = locked(&self.0);
        let unsent = playing.left.iter().map(|exchange| {
            format!(
                "{} {} was not sent, although the case has an answer to it",
                exchange.request.method, exchange.request.url
            )
        });
        playing.complaints.iter().cloned().chain(unsent).collect()
    }

    fn answer(&self, method: &Method, hop: &Outgoing) -> Result<Answer, Refusal> {
        let mut playing = locked(&self.0);
        let differences: Vec<Option<String>> =
            playing.left.iter().map(|exchange| unlike(&exchange.request, method, hop)).collect();
        if let Some(at) = differences.iter().position(Option::is_none) {
            return Ok(answer_of(playing.left.remove(at).response));
        }
        let sent = format!("{method} {}", hop.url);
        let nearest =
            playing.left.iter().zip(differences).find(|(exchange, _)| same_place(&exchange.request, method, &hop.url));
        let why = match nearest.and_then(|(_, difference)| difference) {
            Some(difference) => format!("{sent} is not what the case has an answer to: {difference}"),
            None => format!("the case has no answer to {sent}; record it with `weft plugin test --record`"),
        };
        playing.complaints.push(why.clone());
        Err(Refusal::Denied(why))
    }
}

impl Transport for Player {
    fn carry<'a>(
        &'a self,
        method: &'a Method,
        hop: Outgoing,
        _: &'a Network,
    ) -> BoxFuture<'a, Result<Answer, Refusal>> {
        Box::pin(async move { self.answer(method, &hop) })
    }
}

/// Lets everything through and keeps it.
#[derive(Debug, Default)]
pub(super) struct Recorder(Mutex<Vec<Recorded>>);

/// A request as it went out, and what came back.
type Recorded = (Method, Outgoing, Answer);

impl Recorder {
    /// What went through, with marks in the place of secrets; where those are encoded, nothing is left of them.
    pub(super) fn exchanges(&self, marks: &[(String, String)], scrubber: &Scrubber) -> Vec<Exchange> {
        let hide = |text: &str| {
            let marked = marks.iter().fold(text.to_owned(), |text, (value, mark)| text.replace(value, mark));
            scrubber.text(&marked).into_owned()
        };
        let header = |(name, value): (&str, &[u8])| (name.to_owned(), hide(&String::from_utf8_lossy(value)));
        let exchange = |(method, hop, answer): &Recorded| Exchange {
            request: Request {
                method: method.to_string(),
                url: hide(hop.url.as_str()),
                headers: hop.headers.iter().map(|(name, value)| header((name.as_str(), value.as_bytes()))).collect(),
                body: hop.body.as_deref().and_then(|body| body_of(body, &hide)),
            },
            response: Response {
                status: answer.status,
                headers: answer
                    .headers
                    .iter()
                    .filter(|(name, _)| !VOLATILE.contains(&name.as_str()))
                    .map(|(name, value)| header((name, value.as_bytes())))
                    .collect(),
                body: body_of(&answer.body, &hide),
            },
        };
        locked(&self.0).iter().map(exchange).collect()
    }
}

impl Transport for Recorder {
    fn carry<'a>(
        &'a self,
        method: &'a Method,
        hop: Outgoing,
        network: &'a Network,
    ) -> BoxFuture<'a, Result<Answer, Refusal>> {
        Box::pin(async move {
            let answer = network.answer(method, hop.clone()).await?;
            locked(&self.0).push((method.clone(), hop, answer.clone()));
            Ok(answer)
        })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A URL without its query, which may hold a secret.
fn place(url: &Url) -> String {
    url.as_str().split(['?', '#']).next().unwrap_or_default().to_owned()
}

fn same_place(recorded: &Request, method: &Method, url: &Url) -> bool {
    recorded.method == method.as_str() && Url::parse(&recorded.url).is_ok_and(|recorded| place(&recorded) == place(url))
}

/// What is different about a request, in words; nothing when it is the one that was recorded.
fn unlike(recorded: &Request, method: &Method, hop: &Outgoing) -> Option<String> {
    if !same_place(recorded, method, &hop.url) && !recorded.url.contains(MASK) {
        return Some("another place".into());
    }
    let expected = Url::parse(&recorded.url).map(String::from).unwrap_or_else(|_| recorded.url.clone());
    if expected != hop.url.as_str() && !recorded.url.contains(MASK) {
        return difference::first(&expected.into(), &hop.url.as_str().into());
    }
    let headers: BTreeMap<&str, String> = hop
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    for (name, expected) in &recorded.headers {
        let found = headers.get(name.as_str()).map(String::as_str);
        if found != Some(expected) && !expected.contains(MASK) {
            let found = found.map_or(Value::Null, Value::from);
            return difference::first(&expected.as_str().into(), &found)
                .map(|told| format!("the header {name} {told}"));
        }
    }
    let body = hop.body.as_deref().unwrap_or_default();
    let told = match recorded.body.as_ref()? {
        Body::Json(expected) => {
            let found = serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into());
            difference::first(expected, &found)
        }
        Body::Text(expected) => difference::first(&expected.as_str().into(), &String::from_utf8_lossy(body).into()),
        Body::Base64(expected) => difference::first(&expected.as_str().into(), &STANDARD.encode(body).into()),
    };
    told.map(|told| format!("its body {told}"))
}

fn answer_of(recorded: Response) -> Answer {
    let is_json = matches!(recorded.body, Some(Body::Json(_)));
    let body = recorded.body.map(Body::into_bytes).unwrap_or_default();
    let mut headers = recorded.headers;
    if is_json {
        headers.entry("content-type".into()).or_insert_with(|| "application/json".into());
    }
    Answer { status: recorded.status, headers: headers.into_iter().collect(), body }
}

fn body_of(bytes: &[u8], hide: &impl Fn(&str) -> String) -> Option<Body> {
    if bytes.is_empty() {
        return None;
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Some(Body::Base64(STANDARD.encode(bytes))) };
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => Some(Body::Json(hidden(value, hide))),
        _ => Some(Body::Text(hide(text))),
    }
}

fn hidden(value: Value, hide: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => hide(&text).into(),
        Value::Array(list) => list.into_iter().map(|value| hidden(value, hide)).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, hidden(value, hide))).collect(),
        other => other,
    }
}
