//! Patterns of hosts: what a manifest asks for and what an install grants.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// `https://api.example.com`, `https://*.example.com`, `http://localhost:8080`, or `*` for every host; with the methods
/// it covers, all of them unless said otherwise. A host without a scheme means HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct HostPattern {
    text: String,
    origin: Origin,
    methods: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    Any,
    Exactly { scheme: String, host: String, port: u16 },
    Below { scheme: String, suffix: String, port: u16 },
}

/// A pattern as manifests write it.
#[derive(Serialize, Deserialize)]
struct Written {
    pattern: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    methods: Vec<String>,
}

/// Why a text is no host pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a host pattern: {why}; write https://api.example.com, https://*.example.com or *")]
pub struct InvalidPattern {
    text: String,
    why: &'static str,
}

impl HostPattern {
    /// Every host.
    pub fn any() -> HostPattern {
        HostPattern { text: "*".into(), origin: Origin::Any, methods: Vec::new() }
    }

    /// The same pattern for these methods only.
    pub fn with_methods(self, methods: impl IntoIterator<Item = impl AsRef<str>>) -> HostPattern {
        let methods = methods.into_iter().map(|method| method.as_ref().to_ascii_uppercase()).collect();
        HostPattern { methods, ..self }
    }

    /// The pattern as it was written, without methods.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The methods it covers, in capitals; all when there are none.
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// Whether the pattern covers a request.
    pub fn covers(&self, method: &str, url: &Url) -> bool {
        let method_fits =
            self.methods.is_empty() || self.methods.iter().any(|covered| covered.eq_ignore_ascii_case(method));
        method_fits && self.covers_origin(url)
    }

    /// Whether the other pattern covers whatever this one covers.
    pub fn is_within(&self, other: &HostPattern) -> bool {
        let methods_fit = other.methods.is_empty()
            || !self.methods.is_empty() && self.methods.iter().all(|method| other.methods.contains(method));
        methods_fit && self.origin.is_within(&other.origin)
    }

    /// Whether the pattern covers a URL, by some method.
    pub fn covers_origin(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str().map(bare), url.port_or_known_default()) else { return false };
        match &self.origin {
            Origin::Any => true,
            Origin::Exactly { scheme, host: allowed, port: allowed_port } => {
                scheme == url.scheme() && allowed == host && *allowed_port == port
            }
            Origin::Below { scheme, suffix, port: allowed_port } => {
                scheme == url.scheme() && is_below(host, suffix) && *allowed_port == port
            }
        }
    }
}

impl Origin {
    fn is_within(&self, other: &Origin) -> bool {
        match (self, other) {
            (_, Origin::Any) => true,
            (Origin::Exactly { scheme, host, port }, Origin::Below { scheme: within, suffix, port: at }) => {
                scheme == within && is_below(host, suffix) && port == at
            }
            (Origin::Below { scheme, suffix, port }, Origin::Below { scheme: within, suffix: wide, port: at }) => {
                scheme == within && (suffix == wide || is_below(suffix, wide)) && port == at
            }
            (one, other) => one == other,
        }
    }
}

/// Whether a host is one below a domain, at any depth.
fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|label| label.len() > 1 && label.ends_with('.'))
}

impl FromStr for HostPattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<HostPattern, InvalidPattern> {
        let invalid = |why| InvalidPattern { text: text.to_owned(), why };
        if text == "*" {
            return Ok(HostPattern::any());
        }
        let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
        if !matches!(scheme, "http" | "https") {
            return Err(invalid("only http and https are spoken"));
        }
        let (wildcard, plain) = match rest.strip_prefix("*.") {
            Some(suffix) => (true, suffix),
            None => (false, rest),
        };
        if plain.contains('*') {
            return Err(invalid("a * may only stand alone or as the first label"));
        }
        let url = Url::parse(&format!("{scheme}://{plain}")).map_err(|_| invalid("this is not a host"))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() || plain.ends_with('/')
        {
            return Err(invalid("a path does not belong here"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("user information does not belong here"));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(invalid("this is not a host"));
        };
        let scheme = scheme.to_owned();
        let name = bare(&host.to_string()).to_owned();
        let origin = match (wildcard, &host) {
            (false, _) => Origin::Exactly { scheme, host: name, port },
            (true, Host::Domain(_)) if name.contains('.') => Origin::Below { scheme, suffix: name, port },
            (true, Host::Domain(_)) => return Err(invalid("a wildcard needs two labels after it")),
            (true, _) => return Err(invalid("an address has no labels")),
        };
        Ok(HostPattern { text: text.to_owned(), origin, methods: Vec::new() })
    }
}

/// A host without the dot that may end a full name.
fn bare(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

impl TryFrom<Written> for HostPattern {
    type Error = InvalidPattern;

    fn try_from(written: Written) -> Result<HostPattern, InvalidPattern> {
        Ok(written.pattern.parse::<HostPattern>()?.with_methods(&written.methods))
    }
}

impl From<HostPattern> for Written {
    fn from(pattern: HostPattern) -> Written {
        Written { pattern: pattern.text, methods: pattern.methods }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.methods.as_slice() {
            [] => f.write_str(&self.text),
            methods => write!(f, "{} {}", methods.join("/"), self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(pattern: &str, url: &str) -> bool {
        pattern.parse::<HostPattern>().unwrap().covers("GET", &Url::parse(url).unwrap())
    }

    #[test]
    fn a_pattern_covers_scheme_host_and_port() {
        let cases = [
            ("https://api.example.com", "https://api.example.com/x?y", true),
            ("https://api.example.com", "https://API.example.com./x", true),
            ("https://api.example.com", "https://api.example.com:443/", true),
            ("api.example.com", "https://api.example.com/", true),
            ("api.example.com", "http://api.example.com/", false),
            ("https://api.example.com", "http://api.example.com/", false),
            ("https://api.example.com", "https://api.example.com:8443/", false),
            ("https://api.example.com:8443", "https://api.example.com:8443/", true),
            ("https://api.example.com", "https://api.example.com.evil.example/", false),
            ("https://api.example.com", "https://evilapi.example.com/", false),
            ("https://api.example.com", "https://evil.example/?https://api.example.com", false),
            ("https://bücher.example", "https://xn--bcher-kva.example/", true),
            ("https://example.com", "https://exаmple.com/", false),
            ("https://*.example.com", "https://a.example.com/", true),
            ("https://*.example.com", "https://a.b.example.com/", true),
            ("https://*.example.com", "https://example.com/", false),
            ("https://*.example.com", "https://evilexample.com/", false),
            ("https://*.example.com", "https://a.example.com.evil.example/", false),
            ("http://127.0.0.1:8080", "http://2130706433:8080/", true),
            ("http://[::1]:8080", "http://[0:0::1]:8080/", true),
            ("*", "http://anything.example:81/", true),
        ];
        for (pattern, url, expected) in cases {
            assert_eq!(covers(pattern, url), expected, "{pattern} {url}");
        }
    }

    #[test]
    fn patterns_lie_within_wider_ones() {
        let is_within = |one: &str, other: &str| {
            let pattern = |text: &str| match text.split_once(' ') {
                Some((methods, text)) => text.parse::<HostPattern>().unwrap().with_methods(methods.split('/')),
                None => text.parse().unwrap(),
            };
            pattern(one).is_within(&pattern(other))
        };
        for (one, other) in [
            ("https://a.example.com", "https://a.example.com"),
            ("https://a.example.com", "https://*.example.com"),
            ("https://*.b.example.com", "https://*.example.com"),
            ("https://*.example.com", "https://*.example.com"),
            ("https://a.example.com", "*"),
            ("GET https://a.example.com", "GET/POST https://a.example.com"),
            ("GET https://a.example.com", "https://a.example.com"),
        ] {
            assert!(is_within(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("*", "https://*.example.com"),
            ("https://example.com", "https://*.example.com"),
            ("https://evilexample.com", "https://*.example.com"),
            ("https://*.example.com", "https://*.b.example.com"),
            ("https://*.example.com", "https://a.example.com"),
            ("http://a.example.com", "https://a.example.com"),
            ("https://a.example.com:8443", "https://*.example.com"),
            ("https://a.example.com", "GET https://a.example.com"),
            ("GET/PUT https://a.example.com", "GET/POST https://a.example.com"),
        ] {
            assert!(!is_within(one, other), "{one} {other}");
        }
    }

    #[test]
    fn methods_narrow_a_pattern() {
        let pattern: HostPattern =
            serde_json::from_str(r#"{"pattern":"https://a.example","methods":["get"]}"#).unwrap();
        let url = Url::parse("https://a.example").unwrap();
        assert!(pattern.covers("GET", &url) && !pattern.covers("POST", &url));
        assert_eq!(serde_json::to_string(&pattern).unwrap(), r#"{"pattern":"https://a.example","methods":["GET"]}"#);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            "ftp://a.example",
            "https://",
            "https://a.example/path",
            "https://u@a.example",
            "https://a.*.example",
            "*.com",
            "https://*.1.2.3.4",
            "https://a b",
            "https://a.example?x",
            "**",
        ] {
            assert!(text.parse::<HostPattern>().is_err(), "{text}");
        }
    }
}
