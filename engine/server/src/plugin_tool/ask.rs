//! What a plugin can be asked, as cases and the command line write it, and what it answers, as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::cassette::Body;
use super::credential::{self, Values};
use crate::links::hex;
use crate::plugin_host::{self as host, CallError, Choices, LogLine, Outcome};

/// What is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// The id of an action to be run.
    Action(String),
    /// The id of a trigger that looks for what is new.
    Poll(String),
    /// The choices of a drop-down.
    Options {
        of: String,
        field: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        search: Option<String>,
    },
    /// A schema that depends on other parameters: of one field, or of all.
    Schema {
        of: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
    /// The slot of a credential to be tried.
    TestCredential(String),
    /// What a request to a trigger means.
    Handle(Inbound),
    Subscribe {
        trigger: String,
        url: String,
    },
    Unsubscribe {
        trigger: String,
        subscription: Value,
    },
}

/// A request from outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Inbound {
    pub trigger: String,
    #[serde(default = "post")]
    method: String,
    #[serde(default)]
    path_suffix: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    /// `{{slot.field}}` stands for a value, `{{slot.field hmac_sha256}}` for what it signs the body with, in hexadecimal.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(flatten)]
    body: Option<Body>,
}

/// A question with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Ask {
    pub asked: Asked,
    pub params: Value,
    pub items: Vec<Value>,
    pub cursor: Option<Value>,
    pub credentials: Values,
    /// What the plugin has kept from earlier calls.
    pub state: BTreeMap<String, Value>,
    pub idempotency_key: String,
}

/// What came of a question.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Its parts by name: `items`, `next`, `choices`, `verdict` and so on.
    pub result: Result<Map<String, Value>, CallError>,
    pub logs: Vec<LogLine>,
    /// What the plugin keeps now.
    pub state: BTreeMap<String, Value>,
}

impl Ask {
    /// A question about nothing in particular, with a key that no service has seen.
    pub fn new(asked: Asked, params: Value) -> Ask {
        let idempotency_key = fresh_key();
        let (credentials, state) = (Values::new(), BTreeMap::new());
        Ask { asked, params, items: vec![Value::Null], cursor: None, credentials, state, idempotency_key }
    }

    pub(super) fn call(&self, id: &str) -> host::Call {
        host::Call {
            items: self.items.iter().cloned().map(Arc::new).collect(),
            cursor: self.cursor.clone(),
            idempotency_key: self.idempotency_key.clone(),
            ..host::Call::new(id, self.params.clone())
        }
    }
}

impl Inbound {
    /// The request as the host takes it, with values in the place of what stands for them.
    pub(super) fn filled(&self, values: &Values) -> host::Inbound {
        let body = self.body.as_ref().map(|body| body.filled(values).into_bytes()).unwrap_or_default();
        let header = |(name, value): (&String, &String)| {
            (name.clone(), credential::filled(&credential::signed(value, values, &body), values))
        };
        host::Inbound {
            method: self.method.clone(),
            path_suffix: self.path_suffix.clone(),
            query: self.query.clone().into_iter().collect(),
            headers: self.headers.iter().map(header).collect(),
            body,
            received_ms: u64::try_from(crate::clock::now_ms()).unwrap_or(0),
        }
    }
}

pub(super) fn outcome(outcome: Outcome) -> Map<String, Value> {
    parts([("items", json!(outcome.items)), ("next", json!(outcome.next)), ("meta", json!(outcome.meta))])
}

pub(super) fn choices(choices: Choices) -> Map<String, Value> {
    let choice = |choice: host::Choice| {
        let shown = [("value", choice.value), ("label", choice.label.into()), ("hint", json!(choice.hint))];
        Value::Object(parts(shown))
    };
    let items: Vec<Value> = choices.items.into_iter().map(choice).collect();
    parts([("choices", items.into()), ("next", json!(choices.next))])
}

pub(super) fn verdict(verdict: host::Verdict) -> Map<String, Value> {
    match verdict {
        host::Verdict::Accept(outcome, answer) => {
            parts([("verdict", "accept".into()), ("items", json!(outcome.items)), ("reply", reply(answer))])
        }
        host::Verdict::Answer(answer) => parts([("verdict", "answer".into()), ("reply", reply(answer))]),
        host::Verdict::Reject(reason) => parts([("verdict", "reject".into()), ("reason", reason.into())]),
    }
}

fn reply(reply: host::Reply) -> Value {
    let headers: BTreeMap<String, String> = reply.headers.into_iter().collect();
    let mut told = json!({ "status": reply.status });
    if let Some(parts) = told.as_object_mut() {
        if !headers.is_empty() {
            parts.insert("headers".into(), json!(headers));
        }
        match (reply.body.is_empty(), serde_json::from_slice::<Value>(&reply.body), String::from_utf8(reply.body)) {
            (true, ..) => {}
            (_, Ok(json), _) => drop(parts.insert("json".into(), json)),
            (_, _, Ok(text)) => drop(parts.insert("text".into(), text.into())),
            (_, _, Err(bytes)) => drop(parts.insert("base64".into(), STANDARD.encode(bytes.as_bytes()).into())),
        }
    }
    told
}

/// What there is of an answer, by name.
pub(super) fn parts<const N: usize>(parts: [(&str, Value); N]) -> Map<String, Value> {
    parts.into_iter().filter(|(_, part)| !part.is_null()).map(|(name, part)| (name.to_owned(), part)).collect()
}

/// A key that no service has seen.
pub(super) fn fresh_key() -> String {
    hex(&rand::random::<[u8; 16]>())
}

fn post() -> String {
    "POST".into()
}
