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
    check_url(params.url.trim())?;
    let mut request = Request::new(&params.method, params.url.trim()).timeout_ms(params.timeout_ms);
    for (name, value) in &params.query {
        match value {
            Value::Array(values) => {
                for value in values {
                    request = request.query(name, &plain(value, &pointer("query", name))?);
                }
            }
            Value::Null => {}
            value => request = request.query(name, &plain(value, &pointer("query", name))?),
        }
    }
    for (name, value) in params.headers.iter().filter(|(_, value)| !value.is_null()) {
        let pointer = pointer("headers", name);
        let value = plain(value, &pointer)?;
        check_header(name.trim(), &value, &pointer)?;
        request = request.header(name, value);
    }
    if changes_something(&params.method) && !has_header(params, "idempotency-key") {
        request = request.header("idempotency-key", idempotency_key);
    }
    with_body(request, params)
}

/// Refuses what is no address, where the form can show it. What is left is up to the host.
fn check_url(url: &str) -> Result<(), Error> {
    let wrong = |why: &str| {
        // Tokens travel in the query.
        let place: String = url.split(['?', '#']).next().unwrap_or_default().chars().take(200).collect();
        Err(Error::invalid_input("/url", format!("`{place}` is not the URL of a web service: {why}")))
    };
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return wrong("it must begin with https:// or http://");
    }
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return wrong("it must not carry a user name or password; send a header instead");
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, ""),
    };
    if host.is_empty() || host.chars().any(|sign| sign.is_whitespace() || sign.is_control() || "<>^|".contains(sign)) {
        return wrong("it names no host");
    }
    match port.is_empty() || port.parse::<u16>().is_ok_and(|port| port != 0) {
        true => Ok(()),
        false => wrong("the port must be a number from 1 to 65535"),
    }
}

fn check_header(name: &str, value: &str, pointer: &str) -> Result<(), Error> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_name) {
        let message = format!("`{}` is not the name of a header", name.escape_debug());
        return Err(Error::invalid_input(pointer, message));
    }
    if value.chars().any(|sign| sign.is_ascii_control() && sign != '\t') {
        let message = format!("the value of the header `{name}` holds a line break or another control character");
        return Err(Error::invalid_input(pointer, message));
    }
    Ok(())
}

fn pointer(parameter: &str, name: &str) -> String {
    format!("/{parameter}/{}", name.replace('~', "~0").replace('/', "~1"))
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(params: Value) -> Option<String> {
        let error = build(&serde_json::from_value(params).unwrap(), "key").err()?;
        assert_eq!(error.code(), "invalid_input", "{error}");
        Some(error.to_string())
    }

    #[test]
    fn what_is_no_url_is_refused_and_every_url_is_not() {
        for url in [
            "",
            "nonsense",
            "ftp://a.example",
            "https://",
            "https:///x",
            "http://a b/",
            "http://a:0/",
            "http://a:x",
            "http://a:70000",
            "https://u:p@a.example",
        ] {
            assert!(refused(json!({ "url": url })).is_some(), "{url}");
        }
        for url in [
            "https://a.example",
            " HTTP://a.example:8080/x y?q=@:z#f ",
            "http://[::1]",
            "http://[::1]:80/",
            "https://ä.example/",
            "http://a:/",
        ] {
            assert_eq!(refused(json!({ "url": url })), None, "{url}");
        }
        assert!(!refused(json!({ "url": "nonsense?token=hunter2" })).unwrap().contains("hunter2"));
    }

    #[test]
    fn headers_that_http_does_not_allow_are_refused() {
        let header =
            |name: &str, value: &str| refused(json!({ "url": "https://a.example", "headers": { name: value } }));
        assert!(header("a b", "x").is_some() && header("", "x").is_some() && header("x", "a\r\nb: c").is_some());
        assert_eq!(header("x-Trace_1", "ä \t~"), None);
        assert_eq!(pointer("headers", "a/b~"), "/headers/a~1b~0");
    }
}
