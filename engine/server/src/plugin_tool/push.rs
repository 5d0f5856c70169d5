//! `weft plugin push`: hands a component to a server, and agrees to what it asks for if the author may and wants to.

use serde::Deserialize;
use serde_json::{Value, json};

use super::ToolError;

/// A server, as somebody it knows.
#[derive(Debug)]
pub struct Server {
    client: reqwest::Client,
    url: String,
    identity: Identity,
}

/// Who one is to a server.
#[derive(Debug)]
pub enum Identity {
    /// An API key.
    Key(String),
    Account {
        email: String,
        password: String,
    },
    /// The cookie of a session.
    Session(String),
}

/// What was uploaded.
#[derive(Debug, Clone, Deserialize)]
pub struct Pushed {
    pub id: String,
    pub version: String,
    pub sha256: String,
    pub state: String,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    problems: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    #[serde(default)]
    pointer: String,
    message: String,
}

impl Server {
    /// Signs in, where that is needed.
    pub async fn open(url: &str, identity: Identity) -> Result<Server, ToolError> {
        let url = url.trim_end_matches('/').to_owned();
        let client = reqwest::Client::new();
        let server = Server { client, url, identity };
        let Identity::Account { email, password } = &server.identity else { return Ok(server) };
        let answer = server.send(server.post("/session", &json!({ "email": email, "password": password }))).await?;
        let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default().to_owned();
        Ok(Server { identity: Identity::Session(cookie), ..server })
    }

    /// Uploads a component. It runs once what it asks for is granted.
    pub async fn upload(&self, component: Vec<u8>) -> Result<Pushed, ToolError> {
        let request =
            self.client.post(self.path("/plugins")).header("content-type", "application/wasm").body(component);
        let answer = self.send(self.identified(request)).await?;
        let body = answer.bytes().await.map_err(|error| self.unreached(error))?;
        serde_json::from_slice(&body).map_err(|_| self.no_server("200"))
    }

    /// Grants all that a version asks for.
    pub async fn grant(&self, pushed: &Pushed) -> Result<(), ToolError> {
        let path = format!("/plugins/{}/versions/{}/grant", pushed.id, pushed.version.replace('+', "%2B"));
        self.send(self.identified(self.post(&path, &json!({})))).await.map(drop)
    }

    /// Where people review what is uploaded.
    pub fn review_page(&self) -> String {
        format!("{}/plugins", self.url)
    }

    fn path(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.url)
    }

    fn post(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        self.client.post(self.path(path)).header("content-type", "application/json").body(body.to_string())
    }

    fn identified(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.identity {
            Identity::Key(key) => request.bearer_auth(key),
            Identity::Session(cookie) => request.header("cookie", cookie),
            Identity::Account { .. } => request,
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<reqwest::Response, ToolError> {
        let answer = request.send().await.map_err(|error| self.unreached(error))?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        let problem: Option<Problem> = serde_json::from_str(&text).ok();
        let problem = problem.filter(|problem| !problem.code.is_empty());
        let Some(problem) = problem else { return Err(self.no_server(status.as_str())) };
        let places = problem.problems.into_iter().map(|place| (place.pointer, place.message)).collect();
        Err(ToolError::Refused { code: problem.code, detail: problem.detail, problems: places })
    }

    /// What answered does not speak as Weft does.
    fn no_server(&self, status: &str) -> ToolError {
        let detail = format!("{} is no Weft server, or something stands before it", self.url);
        ToolError::Refused { code: format!("http_{status}"), detail, problems: Vec::new() }
    }

    /// The innermost cause says the most.
    fn unreached(&self, error: reqwest::Error) -> ToolError {
        let mut innermost: &dyn std::error::Error = &error;
        while let Some(cause) = innermost.source() {
            innermost = cause;
        }
        ToolError::Unreached { url: self.url.clone(), why: innermost.to_string() }
    }
}
