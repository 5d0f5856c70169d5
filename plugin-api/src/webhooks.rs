//! Triggers that services call: what arrives is handed to [`Plugin::handle`](crate::Plugin::handle), which says whether it
//! is genuine and what it means. It has no network, so that whoever calls cannot make the server call others.
//!
//! ```
//! use serde_json::{Value, json};
//! use weft_plugin::credentials::{self, Hash};
//! use weft_plugin::webhooks::{Inbound, Reply, Verdict};
//! use weft_plugin::{Error, Outcome, state};
//!
//! fn handle(inbound: Inbound) -> Result<Verdict, Error> {
//!     let signature = inbound.header("x-parcels-signature").unwrap_or_default();
//!     if !credentials::hmac_verify_hex("account", "webhook_secret", Hash::Sha256, &inbound.body, signature)? {
//!         return Ok(Verdict::Reject("the signature does not fit".into()));
//!     }
//!     // A delivery that comes a second time is answered, and starts nothing.
//!     let delivery = inbound.header("x-parcels-delivery").unwrap_or_default();
//!     if !state::is_first(delivery, 86_400)? {
//!         return Ok(Verdict::Answer(Reply::ok()));
//!     }
//!     Ok(Verdict::Accept(Outcome::one(&inbound.json::<Value>()?)?, Reply::ok()))
//! }
//! # let host = weft_plugin::testing::Host::new();
//! # assert!(handle(Inbound::new("parcel_updated", json!({}))).is_err());
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bindings::more::exports::weft::plugin::webhooks as wire;
use crate::error::read_json;
use crate::{Error, Outcome};

/// A request that arrived at a trigger's address.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// The id of the trigger, as in the manifest.
    pub action: String,
    pub method: String,
    /// What the path has behind the trigger's own address.
    pub path_suffix: String,
    pub query: Vec<(String, String)>,
    /// As they came.
    pub headers: Vec<(String, String)>,
    /// As it came: what a signature is made of.
    pub body: Vec<u8>,
    /// When it arrived, in UTC milliseconds.
    pub received_ms: u64,
    params: String,
}

impl Inbound {
    /// A `POST` without headers and body, for tests to add to.
    pub fn new(action: &str, params: Value) -> Inbound {
        Inbound {
            action: action.into(),
            method: "POST".into(),
            path_suffix: String::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Vec::new(),
            received_ms: 0,
            params: params.to_string(),
        }
    }

    /// The same request with one more header.
    pub fn with_header(mut self, name: &str, value: &str) -> Inbound {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same request with this body.
    pub fn with_body(self, body: impl Into<Vec<u8>>) -> Inbound {
        Inbound { body: body.into(), ..self }
    }

    /// The trigger's parameters, read into a type of your own.
    pub fn params<T: DeserializeOwned>(&self) -> Result<T, Error> {
        read_json(&self.params)
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The first query parameter of this name.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value.as_str())
    }

    /// The body read as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Error::permanent("body_not_json", format!("the request's body is not JSON: {error}")))
    }

    pub(crate) fn from_wire(inbound: wire::Inbound) -> Inbound {
        Inbound {
            action: inbound.action,
            method: inbound.method,
            path_suffix: inbound.path_suffix,
            query: inbound.query,
            headers: inbound.headers,
            body: inbound.body,
            received_ms: inbound.received_ms,
            params: inbound.params,
        }
    }
}

/// What whoever called is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply without a body.
    pub fn new(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: Vec::new() }
    }

    /// 200 without a body.
    pub fn ok() -> Reply {
        Reply::new(200)
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The body, as JSON, with its content type.
    pub fn json(self, body: &impl Serialize) -> Result<Reply, Error> {
        let body = serde_json::to_vec(body).map_err(|error| Error::permanent("reply_not_json", error.to_string()))?;
        Ok(Reply { body, ..self.header("content-type", "application/json") })
    }

    /// The body, as text.
    pub fn text(self, body: impl Into<String>) -> Reply {
        Reply { body: body.into().into_bytes(), ..self.header("content-type", "text/plain; charset=utf-8") }
    }
}

/// What a request comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Each value starts a run. They are stored before the reply is sent.
    Accept(Outcome, Reply),
    /// It starts nothing: a handshake, or something nobody waits for.
    Answer(Reply),
    /// It is not genuine. The caller learns nothing; the reason goes to the log.
    Reject(String),
}

impl Verdict {
    pub(crate) fn into_wire(self) -> wire::Verdict {
        let wired = |reply: Reply| wire::Reply { status: reply.status, headers: reply.headers, body: reply.body };
        match self {
            Verdict::Accept(outcome, reply) => wire::Verdict::Accept((outcome.into_wire(), wired(reply))),
            Verdict::Answer(reply) => wire::Verdict::Answer(wired(reply)),
            Verdict::Reject(why) => wire::Verdict::Reject(why),
        }
    }
}

/// The trigger that wants to be called, or no longer.
#[derive(Debug, Clone)]
pub struct Subscriber {
    /// The id of the trigger, as in the manifest.
    pub action: String,
    pub(crate) params: String,
}

impl Subscriber {
    /// A trigger as a test would name it.
    pub fn new(action: &str, params: Value) -> Subscriber {
        Subscriber { action: action.into(), params: params.to_string() }
    }

    /// The trigger's parameters, read into a type of your own.
    pub fn params<T: DeserializeOwned>(&self) -> Result<T, Error> {
        read_json(&self.params)
    }
}
