//! `weft:plugin/webhooks`: requests from outside, and where a service is told to send them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::super::bindings::exports::weft::plugin::webhooks as wire;
use super::super::bindings::weft::plugin::types::StepError;
use super::super::call::{CallError, ErrorKind, Outcome};
use super::super::manifest::Manifest;
use super::super::output;
use super::super::plugin::{Plugin, Rules};
use super::super::secrets::Scrubber;
use super::{Bounds, Export, Guest, offered, unknown};

/// Whoever sent a request waits for the answer.
const HANDLE_CPU: Duration = Duration::from_secs(1);
const HANDLE_TIMEOUT: Duration = Duration::from_secs(5);
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(30);

const MAX_REPLY_BYTES: usize = 1 << 20;
const MAX_REPLY_HEADERS: usize = 64;
const MAX_REASON_CHARACTERS: usize = 1_000;

/// A request to a webhook of a plugin.
#[derive(Debug, Clone)]
pub struct Inbound {
    pub method: String,
    /// What follows the webhook's own address, without a leading slash.
    pub path_suffix: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// UTC milliseconds.
    pub received_ms: u64,
}

/// Asks a trigger what a request means.
#[derive(Debug, Clone)]
pub struct Handle {
    pub trigger: String,
    pub params: Arc<Value>,
    pub inbound: Inbound,
}

/// What a request means.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// A run for each item; the reply is sent once they are stored.
    Accept(Outcome, Reply),
    /// No runs: a handshake, or something of no interest.
    Answer(Reply),
    /// Not from whom it says it is from. The reason is for the log.
    Reject(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Export for Handle {
    type Raw = wire::Verdict;
    type Answer = Verdict;
    const OFFLINE: Option<&'static str> = Some("a plugin that handles a webhook has no network");

    fn slot<'m>(&self, manifest: &'m Manifest) -> Option<&'m str> {
        manifest.slot_of(&self.trigger)
    }

    fn bounds(&self, plugin: &Plugin) -> Result<Bounds, CallError> {
        Ok(rules_of(plugin, &self.trigger)?.bounds.at_most(HANDLE_CPU, HANDLE_TIMEOUT))
    }

    async fn ask(&self, guest: Guest<'_>) -> wasmtime::Result<Result<wire::Verdict, StepError>> {
        let Guest { exports, store, instance } = guest;
        let Inbound { method, path_suffix, query, headers, body, received_ms } = self.inbound.clone();
        let (action, params) = (self.trigger.clone(), self.params.to_string());
        let inbound = wire::Inbound { action, params, method, path_suffix, query, headers, body, received_ms };
        let webhooks = offered(&exports.webhooks, "webhooks")?.load(&mut *store, instance)?;
        webhooks.call_handle(store, &inbound).await
    }

    fn read(&self, plugin: &Plugin, raw: wire::Verdict, scrubber: &Scrubber) -> Result<Verdict, CallError> {
        Ok(match raw {
            wire::Verdict::Accept((outcome, reply)) => {
                let output = rules_of(plugin, &self.trigger)?.output.as_ref();
                Verdict::Accept(output::read(output, usize::MAX, outcome, scrubber)?, reply_of(reply, scrubber)?)
            }
            wire::Verdict::Answer(reply) => Verdict::Answer(reply_of(reply, scrubber)?),
            wire::Verdict::Reject(reason) => {
                Verdict::Reject(output::cut(&scrubber.text(&reason), MAX_REASON_CHARACTERS))
            }
        })
    }
}

/// Asks a trigger to have a service send its requests to an address.
#[derive(Debug, Clone)]
pub struct Subscribe {
    pub trigger: String,
    pub params: Arc<Value>,
    pub url: String,
}

impl Export for Subscribe {
    type Raw = String;
    /// What [`Unsubscribe`] needs.
    type Answer = Value;

    fn slot<'m>(&self, manifest: &'m Manifest) -> Option<&'m str> {
        manifest.slot_of(&self.trigger)
    }

    fn bounds(&self, plugin: &Plugin) -> Result<Bounds, CallError> {
        let bounds = rules_of(plugin, &self.trigger)?.bounds;
        Ok(bounds.at_most(bounds.cpu, SUBSCRIBE_TIMEOUT))
    }

    async fn ask(&self, guest: Guest<'_>) -> wasmtime::Result<Result<String, StepError>> {
        let Guest { exports, store, instance } = guest;
        let webhooks = offered(&exports.webhooks, "webhooks")?.load(&mut *store, instance)?;
        webhooks.call_subscribe(store, &self.trigger, &self.params.to_string(), &self.url).await
    }

    fn read(&self, _: &Plugin, raw: String, scrubber: &Scrubber) -> Result<Value, CallError> {
        output::small(&scrubber.text(&raw), "the subscription")
    }
}

/// Asks a trigger to end what [`Subscribe`] began.
#[derive(Debug, Clone)]
pub struct Unsubscribe {
    pub trigger: String,
    pub params: Arc<Value>,
    pub subscription: Value,
}

impl Export for Unsubscribe {
    type Raw = ();
    type Answer = ();

    fn slot<'m>(&self, manifest: &'m Manifest) -> Option<&'m str> {
        manifest.slot_of(&self.trigger)
    }

    fn bounds(&self, plugin: &Plugin) -> Result<Bounds, CallError> {
        let bounds = rules_of(plugin, &self.trigger)?.bounds;
        Ok(bounds.at_most(bounds.cpu, SUBSCRIBE_TIMEOUT))
    }

    async fn ask(&self, guest: Guest<'_>) -> wasmtime::Result<Result<(), StepError>> {
        let Guest { exports, store, instance } = guest;
        let webhooks = offered(&exports.webhooks, "webhooks")?.load(&mut *store, instance)?;
        let (params, subscription) = (self.params.to_string(), self.subscription.to_string());
        webhooks.call_unsubscribe(store, &self.trigger, &params, &subscription).await
    }

    fn read(&self, _: &Plugin, (): (), _: &Scrubber) -> Result<(), CallError> {
        Ok(())
    }
}

fn rules_of<'a>(plugin: &'a Plugin, trigger: &str) -> Result<&'a Rules, CallError> {
    plugin.trigger(trigger).ok_or_else(|| unknown(plugin, "trigger", trigger))
}

fn reply_of(reply: wire::Reply, scrubber: &Scrubber) -> Result<Reply, CallError> {
    let wire::Reply { status, headers, body } = reply;
    let wrong = |message: String| CallError::new(ErrorKind::Plugin, "reply", message);
    if !(200..=599).contains(&status) {
        return Err(wrong(format!("the plugin replies with the status {status}; it must be from 200 to 599")));
    }
    if headers.len() > MAX_REPLY_HEADERS || body.len() > MAX_REPLY_BYTES {
        return Err(wrong(format!(
            "the plugin replies with {} headers and {} bytes; {MAX_REPLY_HEADERS} and {MAX_REPLY_BYTES} are allowed",
            headers.len(),
            body.len()
        )));
    }
    let headers = headers.into_iter().map(|(name, value)| (name, scrubber.text(&value).into_owned())).collect();
    Ok(Reply { status, headers, body: scrubber.bytes(body) })
}
