//! The example connector, in Rust: actions, a drop-down, the test of a credential, a trigger that polls and one that is
//! called. It talks to the service that `weft plugin example-service` starts.

mod manifest;
mod service;
#[cfg(test)]
mod tests;

use serde::Deserialize;
use serde_json::{Value, json};
use weft_plugin::choices::{Choice, Choices, Question};
use weft_plugin::credentials::{self, Hash};
use weft_plugin::webhooks::{Inbound, Reply, Subscriber, Verdict};
use weft_plugin::{Call, Error, Manifest, Outcome, Plugin, state};

/// How long a delivery is remembered, so that one sent twice starts one run.
const REMEMBERED_S: u64 = 7 * 86_400;

struct Parcels;

impl Plugin for Parcels {
    fn manifest() -> Manifest {
        manifest::manifest()
    }

    fn run(call: Call) -> Result<Outcome, Error> {
        match call.action.as_str() {
            "create_parcel" => create_parcel(&call),
            "list_parcels" => list_parcels(&call),
            _ => Err(call.unknown_action()),
        }
    }

    fn options(question: Question) -> Result<Choices, Error> {
        match question.place() {
            ("create_parcel", "depot") => depots(question.search.as_deref().unwrap_or_default()),
            _ => Err(question.unknown_field()),
        }
    }

    fn test_credential(_slot: &str) -> Result<String, Error> {
        let me = service::read(service::get("/me")?.send()?)?;
        Ok(format!("Signed in as {}.", me["name"].as_str().unwrap_or("somebody")))
    }

    fn poll(call: Call) -> Result<Outcome, Error> {
        match call.action.as_str() {
            "parcel_delivered" => parcel_delivered(&call),
            _ => Err(call.unknown_action()),
        }
    }

    fn handle(inbound: Inbound) -> Result<Verdict, Error> {
        let signature = inbound.header("x-parcels-signature").unwrap_or_default();
        if !credentials::hmac_verify_hex("account", "webhook_secret", Hash::Sha256, &inbound.body, signature)? {
            return Ok(Verdict::Reject("the signature does not fit".into()));
        }
        let body: Value = inbound.json()?;
        if let Some(challenge) = body.get("challenge") {
            return Ok(Verdict::Answer(Reply::ok().json(&json!({ "challenge": challenge }))?));
        }
        let delivery = inbound.header("x-parcels-delivery").unwrap_or_default();
        if !state::is_first(delivery, REMEMBERED_S)? {
            return Ok(Verdict::Answer(Reply::ok()));
        }
        Ok(Verdict::Accept(Outcome::one(&body)?, Reply::ok()))
    }

    fn subscribe(_subscriber: Subscriber, url: &str) -> Result<Value, Error> {
        service::read(service::post("/hooks", &json!({ "url": url }))?.send()?)
    }

    fn unsubscribe(_subscriber: Subscriber, subscription: Value) -> Result<(), Error> {
        let id = subscription["id"].as_str().unwrap_or_default();
        match service::delete(&format!("/hooks/{id}"))?.send()? {
            // It is gone already.
            answer if answer.status == 404 => Ok(()),
            answer => answer.ok().map(drop),
        }
    }
}

weft_plugin::export!(Parcels as connector);

fn create_parcel(call: &Call) -> Result<Outcome, Error> {
    let order: Value = call.params()?;
    let request = service::post("/parcels", &order)?.header("idempotency-key", &call.idempotency_key);
    Outcome::one(&service::read(request.send()?)?)
}

#[derive(Deserialize)]
struct Listing {
    #[serde(default = "fifty")]
    page_size: u32,
}

fn fifty() -> u32 {
    50
}

/// One page a call: a run that is interrupted goes on at the page it was at.
fn list_parcels(call: &Call) -> Result<Outcome, Error> {
    let listing: Listing = call.params()?;
    let mut request = service::get("/parcels")?.query("limit", &listing.page_size.to_string());
    if let Some(cursor) = call.cursor::<String>()? {
        request = request.query("cursor", &cursor);
    }
    let page: Page = from(service::read(request.send()?)?)?;
    let outcome = Outcome::list(&page.items)?;
    match page.next {
        Some(next) => outcome.next(&next),
        None => Ok(outcome),
    }
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Value>,
    next: Option<String>,
}

fn depots(search: &str) -> Result<Choices, Error> {
    let found = service::read(service::get("/depots")?.query("search", search).send()?)?;
    let depots = found["items"].as_array().into_iter().flatten();
    Ok(Choices::new(depots.map(|depot| Choice::new(depot["id"].clone(), depot["name"].as_str().unwrap_or_default()))))
}

/// The cursor is the moment of the last delivery that was told. The first time it is only remembered.
fn parcel_delivered(call: &Call) -> Result<Outcome, Error> {
    let last: Option<u64> = call.cursor()?;
    let mut delivered = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let mut request = service::get("/parcels")?.query("status", "delivered");
        request = request.query("since", &last.unwrap_or(0).to_string());
        if let Some(cursor) = &next {
            request = request.query("cursor", cursor);
        }
        let page: Page = from(service::read(request.send()?)?)?;
        delivered.extend(page.items);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let latest = delivered.iter().filter_map(|parcel| parcel["delivered_at"].as_u64()).max();
    let cursor = latest.or(last).unwrap_or(0);
    match last {
        Some(_) => Outcome::list(&delivered)?.next(&cursor),
        None => Outcome::empty().next(&cursor),
    }
}

fn from<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|error| Error::permanent("unexpected_answer", error.to_string()))
}
