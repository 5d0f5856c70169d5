//! From the answer to the step's output or error.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use weft_plugin::http::Response;
use weft_plugin::{Error, ErrorKind};

use crate::request::Params;

/// How much of a refusing answer's body goes into the error.
const EXCERPT_CHARACTERS: usize = 2_000;

pub fn read(params: &Params, answer: &Response) -> Result<Value, Error> {
    if answer.status >= 400 && !params.accept_status.iter().any(|accepted| covers(accepted, answer.status)) {
        return Err(refusal(params, answer));
    }
    Ok(json!({ "status": answer.status, "headers": headers(answer), "body": body(answer) }))
}

/// Whether `404`, `"404"` or `"4xx"` covers a status.
fn covers(accepted: &Value, status: u16) -> bool {
    match accepted {
        Value::Number(number) => number.as_u64() == Some(status.into()),
        Value::String(text) => match text.strip_suffix("xx") {
            Some(class) => class.parse() == Ok(status / 100),
            None => text.parse() == Ok(status),
        },
        _ => false,
    }
}

fn refusal(params: &Params, answer: &Response) -> Error {
    let status = answer.status;
    let place = params.url.split(['?', '#']).next().unwrap_or_default();
    let message = format!("{} {place} answered {status}{}", params.method, reason(status));
    let excerpt: String = answer.text().chars().take(EXCERPT_CHARACTERS).collect();
    let details = json!({ "status": status, "body": excerpt });
    let error = Error::new(ErrorKind::of_status(status), format!("http_{status}"), message).details(details);
    match answer.retry_after_ms() {
        Some(wait_ms) => error.retry_after_ms(wait_ms),
        None => error,
    }
}

/// Headers by name; of several with one name, the values joined as HTTP allows, cookies as a list.
fn headers(answer: &Response) -> Map<String, Value> {
    let mut headers = Map::new();
    for (name, value) in &answer.headers {
        match (name.as_str(), headers.get_mut(name)) {
            ("set-cookie", Some(Value::Array(cookies))) => cookies.push(value.as_str().into()),
            ("set-cookie", _) => drop(headers.insert(name.clone(), json!([value]))),
            (_, Some(Value::String(joined))) => joined.extend([", ", value]),
            _ => drop(headers.insert(name.clone(), value.as_str().into())),
        }
    }
    headers
}

fn body(answer: &Response) -> Value {
    if answer.body.is_empty() {
        return Value::Null;
    }
    let content_type = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let says_json =
        content_type.eq_ignore_ascii_case("application/json") || content_type.to_ascii_lowercase().ends_with("+json");
    if says_json && let Ok(parsed) = serde_json::from_slice(&answer.body) {
        return parsed;
    }
    match std::str::from_utf8(&answer.body) {
        Ok(text) => text.into(),
        Err(_) => json!({ "base64": STANDARD.encode(&answer.body) }),
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        400 => " Bad Request",
        401 => " Unauthorized",
        403 => " Forbidden",
        404 => " Not Found",
        405 => " Method Not Allowed",
        408 => " Request Timeout",
        409 => " Conflict",
        410 => " Gone",
        413 => " Content Too Large",
        415 => " Unsupported Media Type",
        422 => " Unprocessable Content",
        429 => " Too Many Requests",
        500 => " Internal Server Error",
        502 => " Bad Gateway",
        503 => " Service Unavailable",
        504 => " Gateway Timeout",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Response { status, headers, body: body.into() }
    }

    fn read_with(params: Value, answer: &Response) -> Result<Value, Error> {
        read(&serde_json::from_value(params).unwrap(), answer)
    }

    #[test]
    fn json_is_parsed_and_headers_are_joined() {
        let headers = [
            ("content-type", "application/problem+json; charset=utf-8"),
            ("vary", "a"),
            ("vary", "b"),
            ("set-cookie", "c"),
        ];
        let read = read_with(json!({ "url": "https://a.example" }), &answer(200, &headers, r#"{"n":1}"#)).unwrap();
        assert_eq!(read["body"], json!({ "n": 1 }));
        assert_eq!((&read["headers"]["vary"], &read["headers"]["set-cookie"]), (&json!("a, b"), &json!(["c"])));
    }

    #[test]
    fn what_is_not_json_is_text_or_bytes() {
        let params = json!({ "url": "https://a.example" });
        assert_eq!(
            read_with(params.clone(), &answer(200, &[("content-type", "application/json")], "{oops")).unwrap()["body"],
            "{oops"
        );
        assert_eq!(read_with(params.clone(), &answer(204, &[], "")).unwrap()["body"], Value::Null);
        let bytes = Response { status: 200, headers: vec![], body: vec![0xff, 0] };
        assert_eq!(read_with(params, &bytes).unwrap()["body"], json!({ "base64": "/wA=" }));
    }

    #[test]
    fn refusals_tell_whether_to_try_again() {
        use ErrorKind as K;
        let cases = [
            (400, K::Permanent),
            (401, K::Auth),
            (403, K::Auth),
            (404, K::Permanent),
            (408, K::Retryable),
            (425, K::Retryable),
            (429, K::RateLimited),
            (500, K::Retryable),
            (503, K::Retryable),
        ];
        for (status, kind) in cases {
            let error =
                read_with(json!({ "url": "https://a.example/x?token=1" }), &answer(status, &[], "no")).unwrap_err();
            assert_eq!((error.kind(), error.code()), (kind, format!("http_{status}").as_str()));
            assert!(!error.to_string().contains("token"), "{error}");
        }
    }

    #[test]
    fn accepted_statuses_are_answers() {
        for accepted in [json!([404]), json!(["404"]), json!([500, "4xx"])] {
            let params = json!({ "url": "https://a.example", "accept_status": accepted });
            assert_eq!(read_with(params.clone(), &answer(404, &[], "")).unwrap()["status"], 404);
            assert!(read_with(params, &answer(503, &[], "")).is_err());
        }
    }
}
