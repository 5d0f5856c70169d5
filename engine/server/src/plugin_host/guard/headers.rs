//! Which headers of a request pass.

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION};

/// Headers that belong to the connection, not to the message: the client writes them itself, and a sender who could
/// would be able to smuggle a second request or to ask one server for another's pages.
const IGNORED: [&str; 13] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// The headers that go out. Names and values that HTTP does not allow (line breaks above all) are an error.
pub(super) fn outgoing(headers: &[(String, String)]) -> Result<HeaderMap, String> {
    let mut outgoing = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let header = HeaderName::from_bytes(name.trim().as_bytes())
            .map_err(|_| format!("'{}' is not a header name", name.escape_debug()))?;
        if IGNORED.contains(&header.as_str()) {
            continue;
        }
        let value = HeaderValue::from_str(value).or_else(|_| HeaderValue::from_bytes(value.as_bytes()));
        let value = value
            .map_err(|_| format!("the value of the header '{name}' holds a character that headers cannot carry"))?;
        outgoing.append(header, value);
    }
    Ok(outgoing)
}

/// Removes what was meant for one origin only.
pub(super) fn drop_credentials(headers: &mut HeaderMap) {
    for name in [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION] {
        headers.remove(name);
    }
    let secret = |name: &HeaderName| {
        let name = name.as_str();
        ["api-key", "apikey", "auth", "secret", "token", "signature"].iter().any(|word| name.contains(word))
    };
    let secrets: Vec<HeaderName> = headers.keys().filter(|name| secret(name)).cloned().collect();
    for name in secrets {
        headers.remove(name);
    }
}

/// The headers of an answer, names in lower case, values as text.
pub(super) fn incoming(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(headers: &[(&str, &str)]) -> Vec<(String, String)> {
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn headers_of_the_connection_are_ignored() {
        let sent = owned(&[
            ("Host", "evil"),
            ("content-LENGTH", "0"),
            ("Transfer-Encoding", "chunked"),
            ("X-One", "1"),
            ("x-one", "2"),
        ]);
        let headers = outgoing(&sent).unwrap();
        assert_eq!(incoming(&headers), owned(&[("x-one", "1"), ("x-one", "2")]));
    }

    #[test]
    fn line_breaks_are_refused() {
        for (name, value) in [
            ("x-a", "1\r\nhost: evil"),
            ("x-a", "1\n2"),
            ("x-a\r\nhost", "evil"),
            ("", "1"),
            ("x a", "1"),
            ("x-a", "\0"),
        ] {
            assert!(outgoing(&owned(&[(name, value)])).is_err(), "{name:?} {value:?}");
        }
    }

    #[test]
    fn credentials_are_dropped_by_name() {
        let sent = owned(&[
            ("authorization", "Bearer x"),
            ("cookie", "a=b"),
            ("x-api-key", "k"),
            ("x-auth-token", "t"),
            ("accept", "*/*"),
        ]);
        let mut headers = outgoing(&sent).unwrap();
        drop_credentials(&mut headers);
        assert_eq!(incoming(&headers), owned(&[("accept", "*/*")]));
    }
}
