//! Requests to the service.

use serde_json::Value;
use weft_plugin::http::{self, Request, Response};
use weft_plugin::{Error, credentials};

pub fn get(path: &str) -> Result<Request, Error> {
    Ok(http::get(url(path)?).auth("account"))
}

pub fn post(path: &str, body: &Value) -> Result<Request, Error> {
    http::post(url(path)?).auth("account").json(body)
}

pub fn delete(path: &str) -> Result<Request, Error> {
    Ok(http::delete(url(path)?).auth("account"))
}

/// The answer's JSON, or an error that says whether to try again.
pub fn read(answer: Response) -> Result<Value, Error> {
    match answer.status {
        // What the service finds wrong with a parcel is wrong with what was filled in.
        422 => {
            let told: Value = answer.json()?;
            let pointer = if told["error"] == "unknown_depot" { "/depot" } else { "" };
            Err(Error::invalid_input(pointer, told["message"].as_str().unwrap_or("the service refused it")))
        }
        _ => answer.ok()?.json(),
    }
}

fn url(path: &str) -> Result<String, Error> {
    let base_url = credentials::public_field("account", "base_url")?;
    Ok(format!("{}{path}", base_url.trim_end_matches('/')))
}
