//! A client of the API that expects things.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

const PREFIX: &str = "/api/v1";

/// Calls the server, always with the same headers.
#[derive(Debug, Clone)]
pub struct Api {
    client: reqwest::Client,
    url: String,
    headers: HeaderMap,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Api {
    pub fn new(url: &str) -> Api {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client can be built");
        Api { client, url: url.to_owned(), headers: HeaderMap::new() }
    }

    /// The same client with one more header, which replaces one of the same name.
    pub fn with_header(&self, name: &str, value: &str) -> Api {
        let mut headers = self.headers.clone();
        let name: HeaderName = name.parse().expect("this is the name of a header");
        headers.insert(name, HeaderValue::from_str(value).expect("this is the value of a header"));
        Api { headers, ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        match body {
            Some(body) => {
                let api = self.with_header(CONTENT_TYPE.as_str(), "application/json");
                api.send_bytes(method, &format!("{PREFIX}{path}"), body.to_string().into_bytes()).await
            }
            None => self.send_bytes(method, &format!("{PREFIX}{path}"), Vec::new()).await,
        }
    }

    /// Sends bytes as they are; the path is the whole path.
    pub async fn send_bytes(&self, method: Method, path: &str, body: Vec<u8>) -> Answer {
        let request =
            self.client.request(method, format!("{}{path}", self.url)).headers(self.headers.clone()).body(body);
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer is complete");
        Answer { status, headers, text }
    }

    /// A response that is read piece by piece.
    pub async fn stream(&self, path: &str) -> reqwest::Response {
        let request = self.client.get(format!("{}{PREFIX}{path}", self.url)).headers(self.headers.clone());
        request.send().await.expect("the server answers")
    }

    /// Makes a workflow of a document and answers its id.
    pub async fn create(&self, document: Value) -> String {
        let name = document["name"].clone();
        let created = self.post("/workflows", json!({ "name": name, "document": document })).await;
        created.expect(201)["id"].as_str().expect("a workflow has an id").to_owned()
    }

    /// Makes a workflow of a document and publishes it.
    pub async fn publish(&self, document: Value) -> String {
        let id = self.create(document).await;
        self.post(&format!("/workflows/{id}/publish"), json!({})).await.expect(200);
        id
    }

    /// Runs a workflow to its end and answers the run.
    pub async fn run(&self, workflow: &str, input: Value) -> Value {
        self.post(&format!("/workflows/{workflow}/runs"), json!({ "input": input, "wait": true })).await.expect(201)
    }

    /// Waits until a run has ended and answers it.
    pub async fn ended(&self, run: &str) -> Value {
        let mut events = crate::events::Events::of(self.stream(&format!("/runs/{run}/events")).await);
        while let Some(event) = events.next().await {
            let status = event.data["status"].as_str();
            if event.event == "run" && matches!(status, Some("succeeded" | "failed" | "cancelled")) {
                return event.data;
            }
        }
        panic!("the events of {run} ended before the run did");
    }
}

impl Answer {
    /// The body as JSON, `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// The body of a refusal with this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(body["code"], code, "{body:#}");
        assert_eq!(body["status"], status);
        let is_told = |field: &str| body[field].as_str().is_some_and(|text| !text.is_empty());
        assert!(is_told("title") && is_told("detail") && is_told("type"), "{body:#}");
        body
    }

    /// A header, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
