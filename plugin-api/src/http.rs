//! Requests through the host: only to hosts that the manifest declares and the installer granted, never to private
//! addresses, and with sizes, times and redirects limited by the host.
//!
//! ```no_run
//! # fn main() -> Result<(), weft_plugin::Error> {
//! let answer = weft_plugin::http::get("https://api.example.com/users").query("page", "2").timeout_ms(5_000).send()?;
//! let users: Vec<serde_json::Value> = answer.ok()?.json()?;
//! # Ok(()) }
//! ```

mod retry_after;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::bindings::weft::plugin::http as wire;
use crate::{Error, ErrorKind};

/// A request under construction.
#[derive(Debug, Clone)]
pub struct Request(wire::Request);

/// What the other side answered. Redirects have been followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// Names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The host did not allow it; the text says which rule, and what would allow it.
    Denied(String),
    Dns(String),
    Connect(String),
    Tls(String),
    Timeout,
    /// The answer is longer than this many bytes.
    TooLarge(u64),
    Protocol(String),
}

/// A `GET` request.
pub fn get(url: impl Into<String>) -> Request {
    Request::new("GET", url)
}

/// A `POST` request.
pub fn post(url: impl Into<String>) -> Request {
    Request::new("POST", url)
}

/// A `DELETE` request.
pub fn delete(url: impl Into<String>) -> Request {
    Request::new("DELETE", url)
}

/// Sends up to 16 requests at once; the answers are in the order of the requests.
pub fn send_all(requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
    let requests: Vec<_> = requests.into_iter().map(|request| request.0).collect();
    send_over_wire(&requests)
}

impl Request {
    /// A request with any method.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Request {
        Request(wire::Request {
            method: method.into(),
            url: url.into(),
            headers: Vec::new(),
            body: None,
            auth: None,
            timeout_ms: None,
            max_redirects: 5,
        })
    }

    /// Adds a header. `Host`, `Content-Length` and the like are the host's business and are ignored.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Request {
        self.0.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a parameter to the query of the URL.
    pub fn query(mut self, name: &str, value: &str) -> Request {
        let (before, fragment) = match self.0.url.split_once('#') {
            Some((before, fragment)) => (before.to_owned(), format!("#{fragment}")),
            None => (self.0.url, String::new()),
        };
        let joint = if before.contains('?') { '&' } else { '?' };
        self.0.url = format!("{before}{joint}{}={}{fragment}", percent_encode(name), percent_encode(value));
        self
    }

    /// The body, as bytes.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.0.body = Some(body.into());
        self
    }

    /// The body, as JSON, with its content type.
    pub fn json(self, body: &impl Serialize) -> Result<Request, Error> {
        let body = serde_json::to_vec(body).map_err(|error| Error::permanent("body_not_json", error.to_string()))?;
        Ok(self.header("content-type", "application/json").body(body))
    }

    /// The body, as a form's fields, with its content type.
    pub fn form(self, fields: &[(&str, &str)]) -> Request {
        let field = |(name, value): &(&str, &str)| format!("{}={}", percent_encode(name), percent_encode(value));
        let body = fields.iter().map(field).collect::<Vec<_>>().join("&");
        self.header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    /// Lets the host add the credential bound to this slot of the manifest.
    pub fn auth(mut self, slot: &str) -> Request {
        self.0.auth = Some(slot.into());
        self
    }

    /// How long to wait for the whole answer. The call's own time limit ends it in any case.
    pub fn timeout_ms(mut self, timeout_ms: u32) -> Request {
        self.0.timeout_ms = Some(timeout_ms);
        self
    }

    /// How many redirects to follow, at most 5; with 0 the answer is the redirect itself.
    pub fn max_redirects(mut self, redirects: u8) -> Request {
        self.0.max_redirects = redirects;
        self
    }

    /// Sends the request and waits. Any status is an answer, also 404 and 500.
    pub fn send(self) -> Result<Response, Failure> {
        send_over_wire(std::slice::from_ref(&self.0)).pop().unwrap_or(Err(Failure::Protocol("no answer".into())))
    }
}

/// How much of a refusing answer goes into the error's message, and into its details.
const MESSAGE_CHARACTERS: usize = 200;
const DETAILS_CHARACTERS: usize = 2_000;

impl Response {
    /// The answer if its status is below 400; otherwise an error that says whether to try again, and when.
    ///
    /// ```
    /// use weft_plugin::ErrorKind;
    /// use weft_plugin::http::Response;
    ///
    /// let busy = Response { status: 429, headers: vec![("retry-after".into(), "7".into())], body: b"slow down".into() };
    /// let error = busy.ok().unwrap_err();
    /// assert_eq!((error.kind(), error.code()), (ErrorKind::RateLimited, "http_429"));
    /// assert_eq!(error.retry_after(), Some(7_000));
    /// ```
    pub fn ok(self) -> Result<Response, Error> {
        if self.status < 400 {
            return Ok(self);
        }
        let text = self.text();
        let excerpt = |characters| text.chars().take(characters).collect::<String>();
        let message = format!("the service answered {}: {}", self.status, excerpt(MESSAGE_CHARACTERS));
        let error = Error::new(ErrorKind::of_status(self.status), format!("http_{}", self.status), message)
            .details(json!({ "status": self.status, "body": excerpt(DETAILS_CHARACTERS) }));
        Err(match self.retry_after_ms() {
            Some(wait_ms) => error.retry_after_ms(wait_ms),
            None => error,
        })
    }

    /// How long a busy service (429 or 503) asks to be left alone.
    pub fn retry_after_ms(&self) -> Option<u64> {
        matches!(self.status, 429 | 503).then(|| retry_after::milliseconds(self)).flatten()
    }

    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are no UTF-8 become replacement characters.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body read as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| Error::permanent("answer_not_json", error.to_string()))
    }
}

/// The code by which the engine knows that a request took too long.
const TIMED_OUT: &str = "request_timed_out";

impl From<Failure> for Error {
    fn from(failure: Failure) -> Error {
        match failure {
            Failure::Denied(why) => Error::permanent("request_denied", why),
            Failure::Dns(why) => Error::retryable("dns_failed", why),
            Failure::Connect(why) => Error::retryable("connection_failed", why),
            Failure::Tls(why) => Error::permanent("tls_failed", why),
            Failure::Timeout => Error::retryable(TIMED_OUT, "the answer did not come in time"),
            Failure::TooLarge(bytes) => {
                Error::permanent("answer_too_large", format!("the answer is longer than {bytes} bytes"))
            }
            Failure::Protocol(why) => Error::retryable("protocol_error", why),
        }
    }
}

/// Encodes everything that is not a letter, a digit or one of `-._~`.
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte as char),
            _ => {
                const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
                encoded.push('%');
                encoded.push(DIGITS[usize::from(byte >> 4)] as char);
                encoded.push(DIGITS[usize::from(byte & 15)] as char);
            }
        }
    }
    encoded
}

#[cfg(target_arch = "wasm32")]
fn send_over_wire(requests: &[wire::Request]) -> Vec<Result<Response, Failure>> {
    let read =
        |response: wire::Response| Response { status: response.status, headers: response.headers, body: response.body };
    let fail = |error| match error {
        wire::HttpError::Denied(why) => Failure::Denied(why),
        wire::HttpError::Dns(why) => Failure::Dns(why),
        wire::HttpError::Connect(why) => Failure::Connect(why),
        wire::HttpError::Tls(why) => Failure::Tls(why),
        wire::HttpError::Timeout => Failure::Timeout,
        wire::HttpError::TooLarge(bytes) => Failure::TooLarge(bytes),
        wire::HttpError::Protocol(why) => Failure::Protocol(why),
    };
    match requests {
        [request] => vec![wire::send(request).map(read).map_err(fail)],
        requests => wire::send_all(requests).into_iter().map(|answer| answer.map(read).map_err(fail)).collect(),
    }
}

/// Outside the sandbox, in an author's tests, the test's [`Host`](crate::testing::Host) answers.
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::http::send as send_over_wire;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_parameters_are_encoded_and_come_before_the_fragment() {
        let url = |request: Request| request.0.url;
        assert_eq!(url(get("https://a.example/x").query("q", "ä b&c")), "https://a.example/x?q=%C3%A4%20b%26c");
        assert_eq!(url(get("https://a.example/x?a=1#end").query("b", "2")), "https://a.example/x?a=1&b=2#end");
    }

    #[test]
    fn forms_are_encoded() {
        let request = get("https://a.example").form(&[("a b", "ä&"), ("c", "")]);
        assert_eq!(request.0.body, Some(b"a%20b=%C3%A4%26&c=".to_vec()));
    }

    #[test]
    fn outside_the_sandbox_requests_are_refused() {
        assert!(matches!(get("https://a.example").send(), Err(Failure::Denied(_))));
    }
}
