//! A trigger that is polled and one that is called, which do what they are told; and what the designer asks.

use std::hint::black_box;

use serde_json::{Value, json};

use crate::Hostile;
use crate::bindings::exports::weft::plugin::dynamic::{self, Choice, Choices};
use crate::bindings::exports::weft::plugin::polling;
use crate::bindings::exports::weft::plugin::webhooks::{self, Inbound, Reply, Verdict};
use crate::bindings::weft::plugin::http;
use crate::bindings::weft::plugin::types::{Call, Outcome, OutputItem, StepError};
use crate::keeping::{count, failed};

impl polling::Guest for Hostile {
    /// Answers `items` of its parameters, or the number of the poll if they ask for so many `pages`. Its cursor is how often
    /// it was polled.
    fn poll(call: Call) -> Result<Outcome, StepError> {
        let params = read(&call.params);
        let polls = call.cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0_u64) + 1;
        if params["fails"].as_bool().unwrap_or_default() {
            return Err(failed("on purpose"));
        }
        let (found, more) = match params["pages"].as_u64() {
            Some(pages) => (items(&json!([{ "id": polls }])), polls < pages),
            None => (items(&params["items"]), false),
        };
        Ok(Outcome { next: Some(polls.to_string()), meta: Some(json!({ "more": more }).to_string()), ..found })
    }
}

impl webhooks::Guest for Hostile {
    fn handle(inbound: Inbound) -> Result<Verdict, StepError> {
        let body: Value = serde_json::from_slice(&inbound.body).unwrap_or_default();
        let reply = |status: u16, body: Value| Reply { status, headers: vec![], body: body.to_string().into_bytes() };
        Ok(match body["do"].as_str().unwrap_or_default() {
            "accept" => Verdict::Accept((items(&body["items"]), reply(202, json!("taken")))),
            "reject" => Verdict::Reject("not genuine".into()),
            "fail" => return Err(failed("on purpose")),
            "count" => {
                let counted = read(&count("count")?.items[0].data);
                Verdict::Accept((items(&json!([{ "id": counted }])), reply(202, json!("counted"))))
            }
            "teapot" => Verdict::Answer(reply(99, json!(null))),
            "network" => {
                let request = http::Request {
                    method: "GET".into(),
                    url: body["url"].as_str().unwrap_or_default().into(),
                    headers: vec![],
                    body: None,
                    auth: None,
                    timeout_ms: None,
                    max_redirects: 0,
                };
                Verdict::Answer(reply(200, json!(format!("{:?}", http::send(&request)))))
            }
            "loop" => loop {
                black_box(0);
            },
            _ => Verdict::Answer(reply(200, json!({ "method": inbound.method, "suffix": inbound.path_suffix }))),
        })
    }

    fn subscribe(_: String, _: String, url: String) -> Result<String, StepError> {
        Ok(json!({ "url": url }).to_string())
    }

    fn unsubscribe(_: String, _: String, subscription: String) -> Result<(), StepError> {
        if read(&subscription)["url"].is_string() { Ok(()) } else { Err(failed("that is no subscription of mine")) }
    }
}

impl dynamic::Guest for Hostile {
    fn options(
        _: String,
        field: String,
        _: String,
        search: Option<String>,
        _: Option<String>,
    ) -> Result<Choices, StepError> {
        let choice = |number: u32| Choice { value: number.to_string(), label: "x".repeat(1_000), hint: search.clone() };
        match field.as_str() {
            "loop" => loop {
                black_box(0);
            },
            "many" => Ok(Choices { items: (0..1_001).map(choice).collect(), next: None }),
            _ => Ok(Choices { items: vec![choice(1)], next: Some("2".into()) }),
        }
    }

    fn schema(_: String, field: Option<String>, _: String) -> Result<String, StepError> {
        let schema = if field.as_deref() == Some("bad") { json!({ "type": 7 }) } else { json!({ "type": "string" }) };
        Ok(schema.to_string())
    }

    fn test_credential(slot: String) -> Result<String, StepError> {
        Ok(format!("{slot} works"))
    }
}

fn items(items: &Value) -> Outcome {
    let items = items.as_array().into_iter().flatten().map(|item| OutputItem { source: 0, data: item.to_string() });
    Outcome { items: items.collect(), failures: vec![], next: None, meta: None }
}

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_default()
}
