//! A client that expects that things go wrong.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};

use crate::weft::KEY;

#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    pub url: String,
}

/// What became of a trigger that was sent.
#[derive(Debug)]
pub enum Reply {
    /// Acknowledged: there is a run.
    Acked { run: String },
    /// Turned down, with a status.
    Refused { status: u16, says_when: bool, text: String },
    /// No connection, so no run.
    Unreachable,
    /// The connection broke, or nothing came: there may be a run.
    Unknown,
}

impl Client {
    pub fn new(url: &str) -> Result<Client> {
        let builder = reqwest::Client::builder().no_proxy().connect_timeout(Duration::from_secs(5));
        Ok(Client { http: builder.timeout(Duration::from_secs(130)).build()?, url: url.to_owned() })
    }

    pub async fn get(&self, path: &str) -> Result<Value> {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(KEY);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            bail!("{path} answered {status}: {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("{path} answered {text}"))
    }

    /// Makes a workflow of a document, publishes it, and answers its id.
    pub async fn publish(&self, document: Value) -> Result<String> {
        let created = self.post("/workflows", json!({ "name": document["name"], "document": document })).await?;
        let id = created["id"].as_str().context("a workflow has an id")?.to_owned();
        self.post(&format!("/workflows/{id}/publish"), json!({})).await?;
        Ok(id)
    }

    /// Calls a webhook.
    pub async fn trigger(&self, path: &str, body: &Value) -> Reply {
        let request = self.http.post(format!("{}/hooks/{path}", self.url)).header("content-type", "application/json");
        let answer = match request.body(body.to_string()).send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() => return Reply::Unreachable,
            Err(_) => return Reply::Unknown,
        };
        let status = answer.status();
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (run, says_when) = (header("weft-run-id"), header("retry-after").is_some());
        let Ok(text) = answer.text().await else { return Reply::Unknown };
        match run {
            Some(run) if status.is_success() => Reply::Acked { run },
            _ => Reply::Refused { status: status.as_u16(), says_when, text },
        }
    }
}
