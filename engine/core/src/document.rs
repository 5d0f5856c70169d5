//! The workflow document: what people draw, as data.
//!
//! `Document` is what arrives; [`crate::check`] tells what is wrong with it. The JSON Schema of these types is published.

use std::borrow::Borrow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The version of the document format this build reads and writes.
pub const FORMAT: u32 = 1;

/// The port a node leaves by when nothing else is said.
pub const OUT: &str = "out";

/// The port a failed action leaves by when it is connected.
pub const ERROR: &str = "error";

/// A readable slug, unique in its document; expressions refer to nodes by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct NodeId(#[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,63}$"))] pub String);

impl NodeId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True for a lower-case slug of at most 64 characters that starts with a letter.
    pub fn is_well_formed(&self) -> bool {
        let bytes = self.0.as_bytes();
        bytes.len() <= 64
            && bytes.first().is_some_and(u8::is_ascii_lowercase)
            && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_')
    }
}

impl Borrow<str> for NodeId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for NodeId {
    fn from(id: &str) -> NodeId {
        NodeId(id.to_owned())
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A workflow as it is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Version of the format, 1 today.
    pub weft: u32,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default)]
    pub nodes: Vec<Node>,
    #[serde(default)]
    pub edges: Vec<Edge>,
    #[serde(default)]
    pub settings: Settings,
}

/// A box in the drawing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    pub id: NodeId,
    /// A built-in node type (`if`) or a plugin's action (`http/request`).
    #[serde(rename = "type")]
    pub node_type: String,
    /// What the canvas shows; the id when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// Milliseconds one attempt may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
    /// A disabled node passes its input on by its first port.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// The container this node is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<NodeId>,
    /// Position on the canvas in pixels, relative to the container where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<[f64; 2]>,
    /// Width and height on the canvas in pixels, for containers and notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<[f64; 2]>,
}

/// A line from a port of one node to another node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    pub from: NodeId,
    /// `out` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    pub to: NodeId,
}

impl Edge {
    pub fn port(&self) -> &str {
        self.port.as_deref().unwrap_or(OUT)
    }
}

/// How often and how soon a failed attempt is tried again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Attempts in all, the first included; 1 to 100.
    pub attempts: u32,
    #[serde(default)]
    pub backoff: Backoff,
    /// Milliseconds before the second attempt.
    #[serde(default = "Retry::default_first_ms")]
    pub first_ms: u64,
    /// The longest pause in milliseconds.
    #[serde(default = "Retry::default_max_ms")]
    pub max_ms: u64,
}

impl Retry {
    fn default_first_ms() -> u64 {
        1_000
    }

    fn default_max_ms() -> u64 {
        100_000
    }
}

/// How the pause between attempts grows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Backoff {
    Fixed,
    /// Doubles each time.
    #[default]
    Exponential,
}

/// What holds for every run of the workflow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Milliseconds a run may take in all; 24 hours when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_timeout_ms: Option<u64>,
    /// How many runs may be live at once; unlimited when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// The workflow started with a failed run as its input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_error_workflow: Option<String>,
}
