//! `http/request`: one HTTP request, described by the node's parameters.

mod answer;
mod declaration;
mod request;

use serde_json::Value;
use weft_plugin::{Call, Error, Host, Manifest, Outcome, Plugin};

struct Http;

impl Plugin for Http {
    fn manifest() -> Manifest {
        Manifest::new("http", env!("CARGO_PKG_VERSION"), "HTTP")
            .summary("Talks to any web service.")
            .icon("globe")
            .category("connectors")
            .host(Host::new("*"))
            .action(declaration::request())
    }

    fn run(call: Call) -> Result<Outcome, Error> {
        match call.action.as_str() {
            "request" => call.answer(|params: &request::Params, _: Value| {
                let answer = request::build(params, &call.idempotency_key)?.send()?;
                answer::read(params, &answer)
            }),
            _ => Err(call.unknown_action()),
        }
    }
}

weft_plugin::export!(Http);
