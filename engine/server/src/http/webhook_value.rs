//! A request as the value of a webhook: `{method, path, query, headers, body}`.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::body;
use super::hooks::collect;
use super::problem::{Code, Problem};

/// The value of a request.
pub fn of(parts: &Parts, path: &str, bytes: Bytes) -> Result<Value, Problem> {
    let mut value = Map::with_capacity(5);
    value.insert("method".into(), parts.method.as_str().into());
    value.insert("path".into(), path.into());
    value.insert("query".into(), query_of(parts.uri.query().unwrap_or_default()).into());
    value.insert("headers".into(), headers_of(&parts.headers).into());
    value.insert("body".into(), body_of(&parts.headers, bytes)?);
    Ok(Value::Object(value))
}

fn query_of(query: &str) -> Map<String, Value> {
    collect(form_urlencoded::parse(query.as_bytes()).into_owned())
}

fn headers_of(headers: &HeaderMap) -> Map<String, Value> {
    let value_of = |name| {
        let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        values.collect::<Vec<_>>().join(", ")
    };
    headers.keys().map(|name| (name.as_str().to_owned(), value_of(name).into())).collect()
}

/// JSON is parsed, a form becomes an object, text stays text; everything else is told in base64.
fn body_of(headers: &HeaderMap, bytes: Bytes) -> Result<Value, Problem> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    match body::media_type(headers).as_deref() {
        Some(media_type) if body::is_json(media_type) => json_of(&bytes),
        Some("application/x-www-form-urlencoded") => Ok(collect(form_urlencoded::parse(&bytes).into_owned()).into()),
        Some(media_type) if is_text(media_type) => Ok(String::from_utf8_lossy(&bytes).into()),
        None if std::str::from_utf8(&bytes).is_ok() => Ok(String::from_utf8_lossy(&bytes).into()),
        _ => Ok(STANDARD.encode(&bytes).into()),
    }
}

fn json_of(bytes: &[u8]) -> Result<Value, Problem> {
    body::check_depth(bytes)?;
    serde_json::from_slice(bytes).map_err(|error| {
        Problem::new(Code::BodyNotJson, format!("The content type says JSON, but the body does not parse: {error}."))
    })
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || matches!(media_type, "application/xml" | "application/yaml")
        || media_type.ends_with("+xml")
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde_json::json;

    use super::*;

    fn value(request: axum::http::request::Builder, body: &'static [u8]) -> Result<Value, Problem> {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        of(&parts, "orders", Bytes::from_static(body))
    }

    fn check_body(content_type: Option<&str>, body: &'static [u8], expected: Value) {
        let mut request = Request::post("/hooks/orders");
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        assert_eq!(value(request, body).unwrap()["body"], expected, "{content_type:?}");
    }

    #[test]
    fn a_request_becomes_a_value() {
        let request = Request::put("/hooks/orders?id=7&tag=a&tag=b%20c")
            .header("X-Trace", "one")
            .header("x-trace", "two")
            .header("content-type", "application/json");
        let expected = json!({
            "method": "PUT", "path": "orders", "query": { "id": "7", "tag": ["a", "b c"] },
            "headers": { "x-trace": "one, two", "content-type": "application/json" }, "body": { "total": 120 }
        });
        assert_eq!(value(request, br#"{"total": 120}"#).unwrap(), expected);
    }

    #[test]
    fn a_body_is_read_by_its_type() {
        check_body(Some("application/json"), b"", Value::Null);
        check_body(Some("application/vnd.api+json"), b"[1]", json!([1]));
        check_body(Some("application/x-www-form-urlencoded"), b"a=1&b=x+y&b=z", json!({ "a": "1", "b": ["x y", "z"] }));
        check_body(Some("text/csv"), b"a,b", json!("a,b"));
        check_body(Some("image/png"), &[0, 1, 2], json!("AAEC"));
        check_body(None, b"plain", json!("plain"));
        check_body(None, &[0xff], json!("/w=="));
    }

    #[test]
    fn json_that_is_none_is_refused() {
        let request = || Request::post("/hooks/orders").header("content-type", "application/json");
        assert_eq!(value(request(), b"{").unwrap_err().code(), "body_not_json");
        let deep: &'static [u8] = "[".repeat(65).leak().as_bytes();
        assert_eq!(value(request(), deep).unwrap_err().code(), "body_too_deep");
    }
}
