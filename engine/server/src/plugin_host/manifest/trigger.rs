//! A trigger as a manifest declares it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Icon, Limits, any_object};

/// Something that starts runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trigger {
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]*$"), length(max = 64))]
    pub id: String,
    /// The id with spaces when empty.
    #[serde(default)]
    #[schemars(length(max = 80))]
    pub title: String,
    #[serde(default)]
    #[schemars(length(max = 300))]
    pub summary: String,
    /// Help in Markdown.
    #[serde(default)]
    pub docs: String,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
    pub kind: TriggerKind,
    /// Seconds between two polls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 10, max = 86_400))]
    pub every_s: Option<u32>,
    /// Whether the service is told by the plugin where to send its requests. If not, people tell it.
    #[serde(default)]
    pub subscribe: bool,
    /// The slot of the credential the trigger needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// JSON Schema of the parameters, of type `object`.
    #[serde(default = "any_object")]
    pub input: Value,
    /// JSON Schema of each item that starts a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// JSON pointer to what an item is known by. An item that was seen before starts no run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^(/([^~/]|~[01])*)+$"), length(max = 200))]
    pub dedupe: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3_600_000))]
    pub timeout_ms: Option<u64>,
    #[serde(default)]
    pub limits: Limits,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// How a trigger learns of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKind {
    /// By asking, again and again.
    Poll,
    /// By requests from outside.
    Webhook,
}

impl Trigger {
    /// What people call it.
    pub fn title(&self) -> String {
        match self.title.as_str() {
            "" => self.id.replace('_', " "),
            title => title.to_owned(),
        }
    }
}
