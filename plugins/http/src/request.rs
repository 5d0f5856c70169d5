//! From the parameters to a request.

use serde::Deserialize;
use serde_json::{Map, Value};
use weft_plugin::Error;
use weft_plugin::http::Request;

#[derive(Deserialize)]
pub struct Params {
    #[serde(default = "get")]
    pub method: String,
    pub url: String,
    #[serde(default)]
    query: Map<String, Value>,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Value,
    #[serde(default = "half_a_minute")]
    timeout_ms: u32,
    #[serde(default)]
    pub accept_status: Vec<Value>,
}

fn get() -> String {
    "GET".into()
}

fn half_a_minute() -> u32 {
    30_000
}

pub fn build(params: &Params, idempotency_key: &str) -> Result<Request, Error> {
    let mut request = Request::new(&params.method, params.url.trim()).timeout_ms(params.timeout_ms);
    for (name, value) in &params.query {
        match value {
            Value::Array(values) => {
                for value in values {
                    request = request.query(name, &plain(value, &format!("/query/{name}"))?);
                }
            }
            Value::Null => {}
            value => request = request.query(name, &plain(value, &format!("/query/{name}"))?),
        }
    }
    for (name, value) in params.headers.iter().filter(|(_, value)| !value.is_null()) {
        request = request.header(name, plain(value, &format!("/headers/{name}"))?);
    }
    if changes_something(&params.method) && !has_header(params, "idempotency-key") {
        request = request.header("idempotency-key", idempotency_key);
    }
    with_body(request, params)
}

fn with_body(request: Request, params: &Params) -> Result<Request, Error> {
    match &params.body {
        Value::Null => Ok(request),
        Value::String(text) if has_header(params, "content-type") => Ok(request.body(text.as_str())),
        Value::String(text) => Ok(request.header("content-type", "text/plain; charset=utf-8").body(text.as_str())),
        value if has_header(params, "content-type") => Ok(request.body(value.to_string())),
        value => request.json(value),
    }
}

fn changes_something(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD" | "OPTIONS")
}

fn has_header(params: &Params, name: &str) -> bool {
    params.headers.keys().any(|header| header.eq_ignore_ascii_case(name))
}

fn plain(value: &Value, pointer: &str) -> Result<String, Error> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(Error::invalid_input(pointer, "this must be text, a number or a boolean")),
    }
}
