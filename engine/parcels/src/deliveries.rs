//! Calls to subscribers: a challenge when they subscribe, and signed news afterwards.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::WEBHOOK_SECRET;
use crate::parcels::Parcel;

const SIGNATURE: &str = "x-parcels-signature";
const DELIVERY: &str = "x-parcels-delivery";
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends to subscribers, each delivery with an id of its own.
#[derive(Debug, Default)]
pub(crate) struct Sender {
    client: reqwest::Client,
    last: AtomicU64,
}

/// Why a subscriber was not reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreached {
    #[error("{0}")]
    NoAnswer(reqwest::Error),
    #[error("it answered {0}")]
    Refused(u16),
    #[error("it did not answer with the challenge")]
    NoChallenge,
}

impl Sender {
    /// Asks whether an address wants to be called: it has to answer with what it is sent.
    pub(crate) async fn challenge(&self, url: &str) -> Result<(), Unreached> {
        let word = format!("challenge-{}", self.last.load(Ordering::Relaxed));
        let answer: Value = serde_json::from_slice(&self.post(url, &json!({ "challenge": word })).await?)
            .map_err(|_| Unreached::NoChallenge)?;
        if answer["challenge"] == word { Ok(()) } else { Err(Unreached::NoChallenge) }
    }

    pub(crate) async fn tell(&self, url: &str, parcel: &Parcel) -> Result<(), Unreached> {
        self.post(url, &json!(parcel)).await.map(drop)
    }

    async fn post(&self, url: &str, body: &Value) -> Result<Vec<u8>, Unreached> {
        let body = body.to_string();
        let delivery = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let request = self
            .client
            .post(url)
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .header(DELIVERY, format!("delivery_{delivery}"))
            .header(SIGNATURE, signature(body.as_bytes()))
            .body(body);
        let answer = request.send().await.map_err(Unreached::NoAnswer)?;
        match answer.status() {
            status if status.is_success() => Ok(answer.bytes().await.map_err(Unreached::NoAnswer)?.into()),
            status => Err(Unreached::Refused(status.as_u16())),
        }
    }
}

/// What a subscriber holds against the body: HMAC-SHA256 in hexadecimal.
fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()).expect("a key of any length is taken");
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
