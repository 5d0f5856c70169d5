//! One request, hop by hop.

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Method, StatusCode, redirect};
use url::{Host, Url};

use super::address::AddressRule;
use super::headers;
use super::pattern::HostPattern;
use super::resolver::{GuardedResolver, Unresolved};
use super::transport::{Network, Transport};

/// Redirects followed at most, whatever the request says.
const MAX_REDIRECTS: u8 = 5;
const MAX_URL_BYTES: usize = 64 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the other side may stay silent while it sends.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(600);

/// The client behind the guard. Cheap to clone; connections are shared.
#[derive(Debug, Clone)]
pub struct GuardedClient {
    network: Network,
    transport: Option<Arc<dyn Transport>>,
    rule: AddressRule,
    /// What the operator lets requests reach; everything when empty.
    operators: Arc<[HostPattern]>,
}

/// A request as its sender wants it.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    pub timeout: Duration,
    /// 0 hands a redirect back as the answer.
    pub max_redirects: u8,
}

/// What is decided about each hop of a request.
pub trait Policy: Send + Sync {
    /// Whether this may be asked of that URL; the error says what would allow it.
    fn covers(&self, method: &str, url: &Url) -> Result<(), String>;

    /// Adds what only the host knows. It goes out with this hop and is forgotten; the next hop begins without it.
    fn dress(&self, _outgoing: &mut Outgoing) -> Result<(), String> {
        Ok(())
    }
}

/// One hop as it goes out.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Option<Vec<u8>>,
    /// Whether this is what was asked for, not where a redirect led.
    pub is_first: bool,
}

/// The last hop's answer, its body decompressed.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub url: Url,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("refused: {0}")]
    Denied(String),
    #[error("{0}")]
    Dns(String),
    #[error("no connection: {0}")]
    Connect(String),
    #[error("no secure connection: {0}")]
    Tls(String),
    #[error("no answer in time")]
    Timeout,
    #[error("the answer is longer than {0} bytes")]
    TooLarge(u64),
    #[error("{0}")]
    Protocol(String),
}

/// How many bytes of answers may still be held; shared by requests that are sent together.
#[derive(Debug)]
pub struct Room {
    limit: usize,
    left: AtomicUsize,
}

impl Room {
    pub fn new(limit: usize) -> Room {
        Room { limit, left: AtomicUsize::new(limit) }
    }

    fn take(&self, bytes: usize) -> Result<(), Refusal> {
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes));
        taken.map(drop).map_err(|_| Refusal::TooLarge(self.limit as u64))
    }
}

impl GuardedClient {
    /// A client that connects to global addresses and to what the rule allows besides.
    pub fn new(rule: AddressRule) -> Result<GuardedClient, Refusal> {
        let resolver = GuardedResolver::new(rule.clone()).map_err(|error| Refusal::Dns(error.to_string()))?;
        let client = reqwest::Client::builder()
            .dns_resolver(resolver)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(IDLE_TIMEOUT)
            .pool_idle_timeout(Duration::from_secs(60))
            .user_agent(concat!("weft/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Refusal::Tls(chain(&error)))?;
        Ok(GuardedClient { network: Network(client), transport: None, rule, operators: Arc::default() })
    }

    /// The same client, which reaches only what one of these covers, whatever anybody granted. None means every host.
    pub fn within(self, hosts: Vec<HostPattern>) -> GuardedClient {
        GuardedClient { operators: hosts.into(), ..self }
    }

    fn allows(&self, method: &str, url: &Url) -> Result<(), String> {
        if self.operators.is_empty() || self.operators.iter().any(|pattern| pattern.covers(method, url)) {
            return Ok(());
        }
        let origin = url.origin().ascii_serialization();
        Err(format!(
            "the operator of this server does not let requests out to {method} {origin}; WEFT_PLUGIN_HOSTS moves this"
        ))
    }

    /// The same client, with something in the place of the network that every rule stays in front of.
    pub fn with_transport(self, transport: Option<Arc<dyn Transport>>) -> GuardedClient {
        GuardedClient { transport, ..self }
    }

    /// Sends a request and reads the whole answer. The policy is asked about each hop.
    pub async fn send(&self, request: Request, room: &Room, policy: impl Policy) -> Result<Response, Refusal> {
        let timeout = request.timeout.clamp(Duration::from_millis(1), LONGEST);
        tokio::time::timeout(timeout, self.follow(request, room, &policy)).await.unwrap_or(Err(Refusal::Timeout))
    }

    async fn follow(&self, request: Request, room: &Room, policy: &impl Policy) -> Result<Response, Refusal> {
        let mut redirects_left = request.max_redirects.min(MAX_REDIRECTS);
        let mut hop = Hop {
            method: method(&request.method)?,
            url: parse(&request.url)?,
            headers: headers::outgoing(&request.headers).map_err(Refusal::Denied)?,
            body: request.body,
        };
        let mut is_first = true;
        loop {
            self.check(&hop.url)?;
            self.allows(hop.method.as_str(), &hop.url).map_err(Refusal::Denied)?;
            policy.covers(hop.method.as_str(), &hop.url).map_err(Refusal::Denied)?;
            let mut outgoing = hop.outgoing(is_first);
            policy.dress(&mut outgoing).map_err(Refusal::Denied)?;
            let answer = self.send_once(&hop.method, outgoing).await?;
            is_first = false;
            match redirect_target(&answer, &hop.url)? {
                Some(_) if request.max_redirects == 0 => return read(answer, room, hop.url).await,
                Some(_) if redirects_left == 0 => {
                    return Err(Refusal::Protocol(format!(
                        "more than {} redirects",
                        request.max_redirects.min(MAX_REDIRECTS)
                    )));
                }
                Some(target) => hop = hop.redirected(answer.status(), target),
                None => return read(answer, room, hop.url).await,
            }
            redirects_left -= 1;
        }
    }

    /// What can be said of a URL before a name is resolved. Every spelling of an address is an address here: `url` has
    /// turned decimal, octal, hexadecimal and full-width forms into one.
    fn check(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Denied(format!("only http and https are spoken, not {}", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Denied("a URL must not carry a user name or password; send a header instead".into()));
        }
        if url.port() == Some(0) {
            return Err(Refusal::Denied("port 0 cannot be connected to".into()));
        }
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Refusal::Denied("the URL names no host".into())),
        };
        match self.rule.refusal(address) {
            None => Ok(()),
            Some(kind) => Err(Refusal::Denied(format!(
                "{address} is a {kind} address; the operator can allow it with WEFT_ALLOW_PRIVATE"
            ))),
        }
    }

    async fn send_once(&self, method: &Method, outgoing: Outgoing) -> Result<reqwest::Response, Refusal> {
        match &self.transport {
            None => self.network.send(method, outgoing).await,
            Some(transport) => transport.carry(method, outgoing, &self.network).await?.into_response(),
        }
    }
}

struct Hop {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Hop {
    fn outgoing(&self, is_first: bool) -> Outgoing {
        Outgoing { url: self.url.clone(), headers: self.headers.clone(), body: self.body.clone(), is_first }
    }

    /// The next request: by the old habit of browsers, a redirected `POST` becomes a `GET` unless 307 or 308 forbid it.
    fn redirected(mut self, status: StatusCode, target: Url) -> Hop {
        if target.origin() != self.url.origin() {
            headers::drop_credentials(&mut self.headers);
        }
        let turns_into_get = match status {
            StatusCode::SEE_OTHER => self.method != Method::HEAD,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            _ => false,
        };
        if turns_into_get {
            self.method = Method::GET;
            self.body = None;
            for header in [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LANGUAGE] {
                self.headers.remove(header);
            }
        }
        Hop { url: target, ..self }
    }
}

fn method(text: &str) -> Result<Method, Refusal> {
    let method = Method::from_bytes(text.trim().to_ascii_uppercase().as_bytes());
    match method {
        Ok(Method::CONNECT | Method::TRACE) => Err(Refusal::Denied(format!("the method {text} is not sent"))),
        Ok(method) => Ok(method),
        Err(_) => Err(Refusal::Denied(format!("'{}' is not a method", text.escape_debug()))),
    }
}

fn parse(text: &str) -> Result<Url, Refusal> {
    if text.len() > MAX_URL_BYTES {
        return Err(Refusal::Denied(format!("the URL is {} bytes long; {MAX_URL_BYTES} are allowed", text.len())));
    }
    Url::parse(text).map_err(|error| Refusal::Denied(format!("'{}' is not a URL: {error}", text.escape_debug())))
}

fn redirect_target(answer: &reqwest::Response, base: &Url) -> Result<Option<Url>, Refusal> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = answer.headers().get(LOCATION) else { return Ok(None) };
    let location = std::str::from_utf8(location.as_bytes()).ok();
    let target = location.filter(|text| text.len() <= MAX_URL_BYTES).and_then(|text| base.join(text).ok());
    target.map(Some).ok_or_else(|| Refusal::Protocol("the answer redirects to something that is not a URL".into()))
}

/// `url` is the hop's own: the one that was sent may hold a secret.
pub(super) async fn read(mut answer: reqwest::Response, room: &Room, url: Url) -> Result<Response, Refusal> {
    if let Some(length) = answer.content_length()
        && length > room.limit as u64
    {
        return Err(Refusal::TooLarge(room.limit as u64));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| refusal(&error))? {
        room.take(chunk.len())?;
        body.extend_from_slice(&chunk);
    }
    let headers = headers::incoming(answer.headers());
    Ok(Response { status: answer.status().as_u16(), headers, body, url })
}

pub(super) fn refusal(error: &reqwest::Error) -> Refusal {
    let mut source = error.source();
    while let Some(cause) = source {
        match cause.downcast_ref::<Unresolved>() {
            Some(refused @ Unresolved::Refused { .. }) => return Refusal::Denied(refused.to_string()),
            Some(failed @ Unresolved::Failed { .. }) => return Refusal::Dns(failed.to_string()),
            None => {}
        }
        // The TLS library's error type is not ours to name; its errors say what they are.
        if cause.to_string().contains("certificate") {
            return Refusal::Tls(cause.to_string());
        }
        source = cause.source();
    }
    match error {
        error if error.is_timeout() => Refusal::Timeout,
        error if error.is_connect() => Refusal::Connect(chain(error)),
        error => Refusal::Protocol(chain(error)),
    }
}

/// The innermost cause says the most, and unlike the outermost it does not repeat the URL with its query.
fn chain(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}
