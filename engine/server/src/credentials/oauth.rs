//! Access tokens by the grant `client_credentials` (RFC 6749, 4.4): a program signs in as itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;
use weft_core::run::{ErrorKind, RunError};

use crate::ids::CredentialId;
use crate::plugin_host::HostPattern;
use crate::plugin_host::guard::{GuardedClient, Policy, Refusal, Request, Response, Room};

const TIMEOUT: Duration = Duration::from_secs(20);
const MAX_ANSWER_BYTES: usize = 256 << 10;
/// A token is not used so close to its end.
const MARGIN: Duration = Duration::from_secs(60);
/// How long a token is used that does not say when it ends.
const UNTOLD_LIFETIME: Duration = Duration::from_secs(300);
const LONGEST_LIFETIME: Duration = Duration::from_secs(24 * 3_600);

/// Fetches tokens and keeps them until they end.
#[derive(Debug)]
pub(super) struct Tokens {
    client: GuardedClient,
    /// By the version of a credential, so that a changed one signs in anew. Whoever fetches a token has the others wait.
    kept: Mutex<HashMap<(CredentialId, i64), Slot>>,
}

/// Where the token of one credential is kept.
type Slot = Arc<tokio::sync::Mutex<Option<Token>>>;

#[derive(Debug, Clone)]
struct Token {
    secret: SecretString,
    ends: Instant,
}

/// Who signs in, and where.
#[derive(Debug)]
pub(super) struct SignIn<'a> {
    pub(super) url: String,
    pub(super) client_id: &'a str,
    pub(super) client_secret: &'a SecretString,
    pub(super) scopes: &'a [String],
    /// Where the plugin may go.
    pub(super) hosts: &'a [HostPattern],
}

impl SignIn<'_> {
    fn form(&self) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials")
            .append_pair("client_id", self.client_id)
            .append_pair("client_secret", self.client_secret.expose_secret());
        if !self.scopes.is_empty() {
            form.append_pair("scope", &self.scopes.join(" "));
        }
        form.finish()
    }
}

/// What a token endpoint answers.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<u64>,
}

/// What a token endpoint answers when it refuses.
#[derive(Default, Deserialize)]
struct Denied {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Tokens {
    pub(super) fn new(client: GuardedClient) -> Tokens {
        Tokens { client, kept: Mutex::default() }
    }

    /// The token of a version of a credential: the one that is kept, or a new one.
    pub(super) async fn of(
        &self,
        id: CredentialId,
        version: i64,
        sign_in: SignIn<'_>,
    ) -> Result<SecretString, RunError> {
        let slot = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.retain(|(other, of), _| *other != id || *of >= version);
            Arc::clone(kept.entry((id, version)).or_default())
        };
        let mut token = slot.lock().await;
        if let Some(token) = token.as_ref().filter(|token| token.ends > Instant::now()) {
            return Ok(token.secret.clone());
        }
        let new = self.fetch(sign_in).await?;
        let secret = new.secret.clone();
        *token = Some(new);
        Ok(secret)
    }

    async fn fetch(&self, sign_in: SignIn<'_>) -> Result<Token, RunError> {
        let began = Instant::now();
        let form = sign_in.form();
        let SignIn { url, hosts, .. } = sign_in;
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let request = Request {
            method: "POST".into(),
            url: url.clone(),
            headers: vec![
                header("content-type", "application/x-www-form-urlencoded"),
                header("accept", "application/json"),
            ],
            body: Some(form.into_bytes()),
            timeout: TIMEOUT,
            // A redirect would take the client's secret elsewhere.
            max_redirects: 0,
        };
        let answer = self.client.send(request, &Room::new(MAX_ANSWER_BYTES), Granting(hosts)).await;
        let answer = answer.map_err(|refusal| unreached(&url, refusal))?;
        if answer.status != 200 {
            return Err(denied(&url, &answer));
        }
        let granted: Granted = serde_json::from_slice(&answer.body).map_err(|_| {
            let message = format!("{url} answered 200 without a JSON object that holds an access_token");
            RunError::new(ErrorKind::Auth, "oauth_refused", message)
        })?;
        let lifetime = granted.expires_in.map_or(UNTOLD_LIFETIME, Duration::from_secs).min(LONGEST_LIFETIME);
        Ok(Token { secret: granted.access_token.into(), ends: began + lifetime.saturating_sub(MARGIN) })
    }
}

/// The plugin's own hosts: its manifest says where to sign in, and whoever installed it agreed to them.
struct Granting<'a>(&'a [HostPattern]);

impl Policy for Granting<'_> {
    fn covers(&self, method: &str, url: &Url) -> Result<(), String> {
        let is_granted = self.0.iter().any(|pattern| pattern.covers(method, url));
        is_granted.then_some(()).ok_or_else(|| {
            format!(
                "{method} {} was not granted to the plugin; grant it on the Plugins page",
                url.origin().ascii_serialization()
            )
        })
    }
}

fn unreached(url: &str, refusal: Refusal) -> RunError {
    let kind = match refusal {
        Refusal::Denied(_) => ErrorKind::Permanent,
        _ => ErrorKind::Retryable,
    };
    RunError::new(kind, "oauth_unreachable", format!("no access token could be fetched from {url}: {refusal}"))
}

fn denied(url: &str, answer: &Response) -> RunError {
    let told: Denied = serde_json::from_slice(&answer.body).unwrap_or_default();
    let why = [told.error, told.error_description].into_iter().filter(|text| !text.is_empty());
    let why: String = why.collect::<Vec<_>>().join(": ").chars().take(500).collect();
    let message = format!(
        "{url} gave no access token (status {}{}{why}): check the client ID and secret on the Credentials page",
        answer.status,
        if why.is_empty() { "" } else { ", " }
    );
    let kind = if answer.status >= 500 || answer.status == 429 { ErrorKind::Retryable } else { ErrorKind::Auth };
    RunError::new(kind, "oauth_refused", message)
}
