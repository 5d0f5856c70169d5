//! The part of Weft's HTTP API that the bench needs.

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::workloads::{Answer, Workload};

/// The owner key the server is started with.
pub(crate) const KEY: &str = "weft_bench_0123456789abcdef0123456789abcdef";

#[derive(Debug, Clone)]
pub(crate) struct Api {
    pub http: Client,
    pub base: String,
}

impl Api {
    pub(crate) fn hook(&self, path: &str) -> String {
        format!("{}/hooks/{path}", self.base)
    }

    /// Creates and publishes a workflow; returns its id.
    pub(crate) async fn publish(&self, document: &Value) -> Result<String> {
        let new = json!({ "name": document["name"], "document": document });
        let created = self.call(Method::POST, "/workflows", Some(new)).await?;
        let id = created["id"].as_str().context("a workflow has an id")?.to_owned();
        self.call(Method::POST, &format!("/workflows/{id}/publish"), Some(json!({}))).await?;
        Ok(id)
    }

    /// Calls the webhook once and compares the answer.
    pub(crate) async fn check_answer(&self, workload: &Workload) -> Result<()> {
        let response = self.hook_request(&workload.hook(), &workload.body).send().await?;
        let (status, text) = (response.status(), response.text().await?);
        match &workload.answer {
            Answer::Accepted => ensure!(status == StatusCode::ACCEPTED, "{} answered {status}: {text}", workload.id),
            Answer::Output(expected) => {
                ensure!(status.is_success(), "{} answered {status}: {text}", workload.id);
                let answer: Value = serde_json::from_str(&text)?;
                ensure!(answer == *expected, "{} answered {answer}, expected {expected}", workload.id);
            }
        }
        Ok(())
    }

    pub(crate) fn hook_request(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        self.http.post(self.hook(path)).header("content-type", "application/json").body(body.to_string())
    }

    /// Calls a webhook `count` times, `at_once` of them at the same time. Every call must succeed.
    pub(crate) async fn call_hook(&self, path: &str, body: &Value, count: usize, at_once: usize) -> Result<()> {
        let calls = stream::iter(0..count).map(Ok::<_, anyhow::Error>);
        calls
            .try_for_each_concurrent(at_once, async |_| {
                self.hook_request(path, body).send().await?.error_for_status()?.bytes().await?;
                Ok(())
            })
            .await
    }

    /// How many runs of the workflow are stored as succeeded and as failed.
    pub(crate) async fn stored_runs(&self, workflow_id: &str) -> Result<(u64, u64)> {
        let list = self.get("/workflows?limit=100").await?;
        let items = list["items"].as_array().context("a list has items")?;
        let workflow = items.iter().find(|item| item["id"] == workflow_id).context("the workflow is listed")?;
        let count =
            |name: &str| workflow["run_counts"][name].as_u64().with_context(|| format!("run_counts has {name}"));
        Ok((count("succeeded")?, count("failed")?))
    }

    pub(crate) async fn upload_plugin(&self, component: Vec<u8>) -> Result<()> {
        let request = self.http.post(format!("{}/api/v1/plugins", self.base)).bearer_auth(KEY);
        let response = request.header("content-type", "application/wasm").body(component).send().await?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status == StatusCode::CREATED, "the upload was answered with {status}: {text}");
        Ok(())
    }

    /// Agrees to all that a plugin asks for.
    pub(crate) async fn grant_plugin(&self, plugin: &str, version: &str) -> Result<()> {
        let path = format!("/plugins/{plugin}/versions/{version}/grant");
        self.call(Method::POST, &path, Some(json!({}))).await?;
        Ok(())
    }

    /// The digests of the components that are installed.
    pub(crate) async fn plugin_digests(&self) -> Result<Vec<String>> {
        let list = self.get("/plugins").await?;
        let plugins = list["items"].as_array().context("a list has items")?;
        let versions = plugins.iter().filter_map(|plugin| plugin["versions"].as_array()).flatten();
        Ok(versions.filter_map(|version| version["sha256"].as_str().map(str::to_owned)).collect())
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.call(Method::GET, path, None).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}/api/v1{path}", self.base)).bearer_auth(KEY);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status.is_success(), "{path} answered {status}: {text}");
        serde_json::from_str(&text).with_context(|| format!("{path} answered no JSON: {text}"))
    }
}
