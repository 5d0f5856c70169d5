//! What carries a hop of a request once every rule has been asked: the network, or what is put in its place.

use std::fmt::Debug;

use futures::future::BoxFuture;
use reqwest::Method;

use super::client::{Outgoing, Refusal, Room, read, refusal};
use super::headers;

/// What stands in the place of the network, to record what goes through it or to answer from a recording.
pub trait Transport: Debug + Send + Sync {
    /// Carries one hop. Every rule about it has been asked before.
    fn carry<'a>(
        &'a self,
        method: &'a Method,
        hop: Outgoing,
        network: &'a Network,
    ) -> BoxFuture<'a, Result<Answer, Refusal>>;
}

/// What came back for one hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// Decompressed.
    pub body: Vec<u8>,
}

/// The network itself.
#[derive(Debug, Clone)]
pub struct Network(pub(super) reqwest::Client);

/// What a recording may hold of one answer.
const MAX_ANSWER_BYTES: usize = 32 << 20;

impl Network {
    /// Sends a hop and reads the whole answer.
    pub async fn answer(&self, method: &Method, hop: Outgoing) -> Result<Answer, Refusal> {
        let url = hop.url.clone();
        let response = read(self.send(method, hop).await?, &Room::new(MAX_ANSWER_BYTES), url).await?;
        Ok(Answer { status: response.status, headers: response.headers, body: response.body })
    }

    pub(super) async fn send(&self, method: &Method, hop: Outgoing) -> Result<reqwest::Response, Refusal> {
        let request = self.0.request(method.clone(), hop.url).headers(hop.headers);
        let request = match hop.body {
            Some(body) => request.body(body),
            None => request,
        };
        request.send().await.map_err(|error| refusal(&error))
    }
}

impl Answer {
    pub(super) fn into_response(self) -> Result<reqwest::Response, Refusal> {
        let mut response = http::Response::new(self.body);
        *response.status_mut() = http::StatusCode::from_u16(self.status)
            .map_err(|_| Refusal::Protocol(format!("{} is no status of an answer", self.status)))?;
        *response.headers_mut() = headers::outgoing(&self.headers).map_err(Refusal::Protocol)?;
        Ok(response.into())
    }
}
