//! What a plugin says about itself: the JSON that `describe()` returns.

mod check;
mod credential;
mod icon;
mod node_types;
mod trigger;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use weft_core::node_type::{Category, Effects, Idempotency};
use weft_core::problem::Problem;

pub use credential::{Credential, CredentialType, Field, Grant, Inject, JwtAlgorithm, JwtRules, OAuth2, Use};
pub use trigger::{Trigger, TriggerKind};

use super::HostError;
use super::guard::HostPattern;

/// A manifest without problems. Keys it does not know are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The version of the manifest's own format.
    #[schemars(range(min = 1, max = 1))]
    pub manifest: u32,
    /// `snake_case`, with dots between publisher and name: `acme.slack`.
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"), length(max = 64))]
    pub id: String,
    /// Semantic version.
    #[schemars(
        regex(pattern = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"),
        length(max = 64)
    )]
    pub version: String,
    #[schemars(length(min = 1, max = 64))]
    pub name: String,
    /// One line for lists.
    #[serde(default)]
    #[schemars(length(max = 300))]
    pub summary: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<Icon>,
    /// Where the actions stand in the palette.
    #[serde(default = "connectors")]
    pub category: Category,
    /// The hosts the actions may talk to once they are granted.
    #[serde(default)]
    #[schemars(length(max = 100))]
    pub hosts: Vec<Host>,
    #[serde(default)]
    #[schemars(length(max = 20))]
    pub credentials: Vec<Credential>,
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub actions: Vec<Action>,
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub triggers: Vec<Trigger>,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One action of a plugin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]*$"), length(max = 64))]
    pub id: String,
    #[schemars(length(min = 1, max = 80))]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The slot of the credential the action needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// How many items one call may carry.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000))]
    pub max_batch: u32,
    pub effects: Effects,
    pub idempotent: Idempotency,
    /// JSON Schema of the parameters, of type `object`.
    #[serde(default = "any_object")]
    pub input: Value,
    /// JSON Schema of each value the action answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3_600_000))]
    pub timeout_ms: Option<u64>,
    #[serde(default)]
    pub limits: Limits,
    /// Kept out of the palette: the engine itself calls it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What one call may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    #[serde(default, rename = "memoryMiB", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 512))]
    pub memory_mib: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 60_000))]
    pub cpu_ms: Option<u64>,
}

/// A host as a manifest writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Host {
    /// `https://api.example.com`, `https://*.example.com`, or `*` for every public host.
    pub pattern: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
}

/// A picture for the palette: the name of an icon of the designer's set, or the plugin's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Icon {
    Named(#[schemars(regex(pattern = "^[a-z][a-z0-9-]*$"), length(max = 64))] String),
    Svg { svg: String },
}

impl Manifest {
    /// Reads and checks a manifest. The error holds every problem, each with a JSON pointer into the manifest.
    pub fn parse(json: &Value) -> Result<Manifest, Vec<Problem>> {
        check::parse(json)
    }

    /// Reads back a manifest that had no problems when it was stored.
    pub fn read(stored: &str) -> Result<Manifest, HostError> {
        let unreadable = |problem: &dyn std::fmt::Display| {
            HostError::Manifest(format!("the manifest that was stored does not read back: {problem}"))
        };
        let json = serde_json::from_str(stored).map_err(|error| unreadable(&error))?;
        Manifest::parse(&json).map_err(|problems| {
            let first = problems.first().map(|problem| format!("{}: {}", problem.pointer, problem.message));
            unreadable(&first.unwrap_or_default())
        })
    }

    /// The published JSON Schema of manifests.
    pub fn schema() -> Value {
        schemars::schema_for!(Manifest).to_value()
    }

    /// The action of this id.
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == id)
    }

    /// The trigger of this id.
    pub fn trigger(&self, id: &str) -> Option<&Trigger> {
        self.triggers.iter().find(|trigger| trigger.id == id)
    }

    /// The slot of the credential that an action or a trigger needs.
    pub fn slot_of(&self, id: &str) -> Option<&str> {
        match self.action(id) {
            Some(action) => action.credential.as_deref(),
            None => self.trigger(id)?.credential.as_deref(),
        }
    }

    /// The credential slot of this name.
    pub fn credential(&self, slot: &str) -> Option<&Credential> {
        self.credentials.iter().find(|credential| credential.slot == slot)
    }

    /// Where the credential of a slot may go: where its rules put it, or wherever the plugin may go when it has none.
    pub fn hosts_of(&self, credential: &Credential) -> Vec<HostPattern> {
        match credential.inject.is_empty() {
            true => self.host_patterns(),
            false => credential.inject.iter().flat_map(Inject::hosts).filter_map(|host| host.parse().ok()).collect(),
        }
    }

    /// The hosts as patterns: what installing the plugin asks to be granted.
    pub fn host_patterns(&self) -> Vec<HostPattern> {
        self.hosts.iter().filter_map(|host| host.pattern_of().ok()).collect()
    }
}

impl Host {
    /// Whether it covers, by some method, whatever the pattern covers.
    fn origin_covers(&self, pattern: &HostPattern) -> bool {
        self.pattern.parse::<HostPattern>().is_ok_and(|asked| pattern.is_within(&asked))
    }

    fn pattern_of(&self) -> Result<HostPattern, super::guard::InvalidPattern> {
        Ok(self.pattern.parse::<HostPattern>()?.with_methods(&self.methods))
    }
}

fn connectors() -> Category {
    Category::Connectors
}

fn one() -> u32 {
    1
}

fn any_object() -> Value {
    json!({ "type": "object" })
}
