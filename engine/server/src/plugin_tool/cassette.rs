//! A case of a plugin: what it is asked, what the services it talks to answered, and what should come of it. A file of JSON.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::ToolError;
use super::ask::{Ask, Asked};
use super::credential::{self, Values};

const NOTHING_ASKED: &str = "it asks nothing: give it `action`, `poll`, `options`, `schema`, `test_credential`, `handle`, \
                             `subscribe` or `unsubscribe`";

/// A file in the folder `tests` of a project.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cassette {
    /// What it shows, in a sentence.
    pub(super) name: String,
    /// What the plugin is asked, by one key: `action`, `poll`, `options`, `schema`, `test_credential`, `handle`, `subscribe`
    /// or `unsubscribe`.
    #[serde(flatten)]
    pub(super) asked: Asked,
    #[serde(default = "empty")]
    pub(super) params: Value,
    /// `[null]` when absent: most actions are about one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) items: Option<Vec<Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cursor: Option<Value>,
    /// Made-up values of the credentials' fields, by slot.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) credential: Values,
    /// What the plugin has kept from earlier calls.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) state: BTreeMap<String, Value>,
    /// What was sent and answered, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) http: Vec<Exchange>,
    /// What comes of it: the parts of the answer by name, or parts of its `error`; `state`, and texts in its `logs`.
    pub(super) expect: Map<String, Value>,
}

/// A request and its answer. `{{slot.field}}` stands for a credential's value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchange {
    pub(super) request: Request,
    pub(super) response: Response,
}

/// What has to be sent. What is left out may be anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Body>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Response {
    pub(super) status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default, flatten, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Body>,
}

/// A body as a recording writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Body {
    Json(Value),
    Text(String),
    Base64(String),
}

impl Cassette {
    pub(super) fn read(path: &Path) -> Result<Cassette, ToolError> {
        let text = std::fs::read_to_string(path).map_err(|error| ToolError::io(path, error))?;
        serde_json::from_str(&text).map_err(|error| match error.to_string() {
            told if told.contains("enum Asked") => ToolError::file(path, NOTHING_ASKED),
            told => ToolError::file(path, told),
        })
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), ToolError> {
        let text = serde_json::to_string_pretty(self).map_err(|error| ToolError::file(path, error))?;
        super::sdk::write_file(path, format!("{text}\n").as_bytes())
    }

    pub(super) fn ask(&self) -> Ask {
        Ask {
            asked: self.asked.clone(),
            params: self.params.clone(),
            items: self.items.clone().unwrap_or_else(|| vec![Value::Null]),
            cursor: self.cursor.clone(),
            credentials: self.credential.clone(),
            state: self.state.clone(),
            idempotency_key: credential::CASE_KEY.into(),
        }
    }
}

impl Exchange {
    /// The exchange with values in the place of what stands for them.
    pub(super) fn filled(&self, values: &Values) -> Exchange {
        let headers = |headers: &BTreeMap<String, String>| {
            let header = |(name, value): (&String, &String)| (name.to_lowercase(), credential::filled(value, values));
            headers.iter().map(header).collect()
        };
        let request = Request {
            method: self.request.method.to_uppercase(),
            url: credential::filled(&self.request.url, &percent_encoded(values)),
            headers: headers(&self.request.headers),
            body: self.request.body.as_ref().map(|body| body.filled(values)),
        };
        let response = Response {
            status: self.response.status,
            headers: headers(&self.response.headers),
            body: self.response.body.as_ref().map(|body| body.filled(values)),
        };
        Exchange { request, response }
    }
}

impl Body {
    /// The bytes. What is no base64 is left as it is.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Body::Json(value) => value.to_string().into_bytes(),
            Body::Text(text) => text.into_bytes(),
            Body::Base64(text) => STANDARD.decode(&text).unwrap_or_else(|_| text.into_bytes()),
        }
    }

    pub(super) fn filled(&self, values: &Values) -> Body {
        match self {
            Body::Json(value) => Body::Json(filled_in(value, values)),
            Body::Text(text) => Body::Text(credential::filled(text, values)),
            Body::Base64(text) => Body::Base64(text.clone()),
        }
    }
}

fn filled_in(value: &Value, values: &Values) -> Value {
    match value {
        Value::String(text) => credential::filled(text, values).into(),
        Value::Array(list) => list.iter().map(|value| filled_in(value, values)).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), filled_in(value, values))).collect(),
        other => other.clone(),
    }
}

/// A public field may be a whole address; secrets in a URL are encoded.
fn percent_encoded(values: &Values) -> Values {
    let encode = |value: &String| match url::Url::parse(value) {
        Ok(_) => value.clone(),
        Err(_) => percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string(),
    };
    let encoded =
        |fields: &BTreeMap<String, String>| fields.iter().map(|(name, value)| (name.clone(), encode(value))).collect();
    values.iter().map(|(slot, fields)| (slot.clone(), encoded(fields))).collect()
}

fn empty() -> Value {
    Value::Object(Map::new())
}
