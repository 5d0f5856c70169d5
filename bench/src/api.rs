//! The part of Weft's HTTP API that the bench needs.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::workloads::Workload;

/// The owner key the server is started with.
pub(crate) const KEY: &str = "weft_bench_0123456789abcdef0123456789abcdef";

#[derive(Debug, Clone)]
pub(crate) struct Api {
    pub http: Client,
    pub base: String,
}

impl Api {
    pub(crate) fn hook(&self, workload: &Workload) -> String {
        format!("{}/hooks/{}", self.base, workload.hook())
    }

    /// Creates and publishes the workflow; returns its id.
    pub(crate) async fn publish(&self, workload: &Workload) -> Result<String> {
        let name = &workload.document["name"];
        let created =
            self.call(Method::POST, "/workflows", Some(json!({ "name": name, "document": workload.document })));
        let id = created.await?["id"].as_str().context("a workflow has an id")?.to_owned();
        self.call(Method::POST, &format!("/workflows/{id}/publish"), Some(json!({}))).await?;
        Ok(id)
    }

    /// Calls the webhook once and compares the answer.
    pub(crate) async fn check_answer(&self, workload: &Workload) -> Result<()> {
        let response = self.hook_request(workload).send().await?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status.is_success(), "{} answered {status}: {text}", workload.id);
        let answer: Value = serde_json::from_str(&text)?;
        ensure!(answer == workload.answer, "{} answered {answer}, expected {}", workload.id, workload.answer);
        Ok(())
    }

    pub(crate) fn hook_request(&self, workload: &Workload) -> reqwest::RequestBuilder {
        let request = self.http.post(self.hook(workload)).header("content-type", "application/json");
        request.body(workload.body.to_string())
    }

    /// How many runs of the workflow are stored as succeeded and as failed.
    pub(crate) async fn stored_runs(&self, workflow_id: &str) -> Result<(u64, u64)> {
        let list = self.call(Method::GET, "/workflows?limit=100", None).await?;
        let items = list["items"].as_array().context("a list has items")?;
        let workflow = items.iter().find(|item| item["id"] == workflow_id).context("the workflow is listed")?;
        let count =
            |name: &str| workflow["run_counts"][name].as_u64().with_context(|| format!("run_counts has {name}"));
        Ok((count("succeeded")?, count("failed")?))
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
