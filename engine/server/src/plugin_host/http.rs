//! The import `http`: requests of guests, through the guard.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use url::Url;

use super::bindings::weft::plugin::http::{Host, HttpError, Request, Response};
use super::call::LogLevel;
use super::context::{Context, SharedLogs};
use super::guard::{self, GuardedClient, HostPattern, Refusal, Room};
use super::secrets::{Dresser, Placeholders, Scrubber, Slots};

/// Requests of one `send-all` under way at once.
const AT_ONCE: usize = 16;
/// What the answers of one `send` or `send-all` may add up to, decompressed.
const MAX_ANSWER_BYTES: usize = 32 << 20;
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// What one call may reach: hosts that the manifest asks for and the installer granted.
#[derive(Debug, Clone)]
pub(super) struct HttpDoor {
    pub(super) client: GuardedClient,
    pub(super) asked: Arc<[HostPattern]>,
    pub(super) granted: Arc<[HostPattern]>,
    /// Why nothing may be reached, where that is so.
    pub(super) offline: Option<&'static str>,
    pub(super) deadline: Instant,
    pub(super) slots: Slots,
    pub(super) placeholders: Arc<Placeholders>,
    pub(super) scrubber: Scrubber,
}

/// What is decided about one request of a call.
struct Passage<'a> {
    door: &'a HttpDoor,
    auth: Option<String>,
}

impl HttpDoor {
    /// A door that stays shut.
    pub(super) fn shut(client: GuardedClient, why: &'static str) -> HttpDoor {
        HttpDoor {
            client,
            asked: Arc::default(),
            granted: Arc::default(),
            offline: Some(why),
            deadline: Instant::now(),
            slots: Slots::default(),
            placeholders: Arc::default(),
            scrubber: Scrubber::default(),
        }
    }

    async fn send(&self, request: Request, room: &Room, logs: &SharedLogs) -> Result<Response, HttpError> {
        let began = Instant::now();
        let timeout = request.timeout_ms.map_or(DEFAULT_TIMEOUT, |ms| Duration::from_millis(ms.into()));
        let label = label(&request);
        let passage = Passage { door: self, auth: request.auth };
        let request = guard::Request {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body,
            timeout: timeout.min(self.deadline.saturating_duration_since(began)),
            max_redirects: request.max_redirects,
        };
        let answer = self.client.send(request, room, passage).await;
        let took = began.elapsed().as_millis();
        match &answer {
            Ok(answer) => {
                logs.lock().push(LogLevel::Debug, &format!("{label} answered {} after {took} ms", answer.status), None)
            }
            Err(refusal) => {
                logs.lock().push(LogLevel::Warn, &format!("{label} got no answer after {took} ms: {refusal}"), None)
            }
        }
        answer.map(|answer| self.clean(answer)).map_err(HttpError::from)
    }

    /// An answer as the guest gets it. Some endpoints repeat what they were sent.
    fn clean(&self, mut answer: guard::Response) -> Response {
        answer.headers.iter_mut().for_each(|(_, value)| self.scrubber.clean(value));
        Response { status: answer.status, headers: answer.headers, body: self.scrubber.bytes(answer.body) }
    }
}

impl guard::Policy for Passage<'_> {
    fn covers(&self, method: &str, url: &Url) -> Result<(), String> {
        if let Some(why) = self.door.offline {
            return Err(why.to_owned());
        }
        let origin = url.origin().ascii_serialization();
        if !self.door.asked.iter().any(|pattern| pattern.covers(method, url)) {
            return Err(format!("the plugin's manifest does not list {method} {origin} under \"hosts\""));
        }
        if !self.door.granted.iter().any(|pattern| pattern.covers(method, url)) {
            return Err(format!("{method} {origin} was not granted to the plugin; grant it on the Plugins page"));
        }
        Ok(())
    }

    fn dress(&self, outgoing: &mut guard::Outgoing) -> Result<(), String> {
        let HttpDoor { slots, placeholders, .. } = self.door;
        Dresser { slots, placeholders, auth: self.auth.as_deref() }.dress(outgoing)
    }
}

/// A request for the log, without its query: that is where tokens travel.
fn label(request: &Request) -> String {
    let place = request.url.split(['?', '#']).next().unwrap_or_default();
    let place: String = place.chars().take(300).collect();
    format!("{} {place}", request.method)
}

impl Host for Context {
    async fn send(&mut self, request: Request) -> wasmtime::Result<Result<Response, HttpError>> {
        self.count_host_call()?;
        self.memory.lend();
        let answer = self.http.send(request, &Room::new(MAX_ANSWER_BYTES), &self.logs).await;
        self.memory.take_back();
        Ok(answer)
    }

    async fn send_all(&mut self, requests: Vec<Request>) -> wasmtime::Result<Vec<Result<Response, HttpError>>> {
        for _ in &requests {
            self.count_host_call()?;
        }
        let room = Room::new(MAX_ANSWER_BYTES);
        self.memory.lend();
        let sends = requests.into_iter().map(|request| self.http.send(request, &room, &self.logs));
        let answers = futures::stream::iter(sends).buffered(AT_ONCE).collect().await;
        self.memory.take_back();
        Ok(answers)
    }
}

impl From<Refusal> for HttpError {
    fn from(refusal: Refusal) -> HttpError {
        match refusal {
            Refusal::Denied(why) => HttpError::Denied(why),
            Refusal::Dns(why) => HttpError::Dns(why),
            Refusal::Connect(why) => HttpError::Connect(why),
            Refusal::Tls(why) => HttpError::Tls(why),
            Refusal::Timeout => HttpError::Timeout,
            Refusal::TooLarge(bytes) => HttpError::TooLarge(bytes),
            Refusal::Protocol(why) => HttpError::Protocol(why),
        }
    }
}
