//! The workflow document: what people draw, as data.
//!
//! `Document` is what arrives; [`crate::check`] tells what is wrong with it. The JSON Schema of these types is published.

use std::borrow::Borrow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::run::ErrorKind;

/// The version of the document format this build reads and writes.
pub const FORMAT: u32 = 1;

/// The port a node leaves by when nothing else is said.
pub const OUT: &str = "out";

/// The port a failed action leaves by when it is connected.
pub const ERROR: &str = "error";

/// A readable slug, unique in its document; expressions refer to nodes by it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// What a failure does when no edge leaves by the port `error`.
    #[serde(default, skip_serializing_if = "OnError::is_fail")]
    pub on_error: OnError,
    /// What happens to a call that was under way when the server died; what the action says of itself when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_crash: Option<AfterCrash>,
    /// Stands in for the node's output when the draft is run; published runs know nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<Value>,
    /// Dotted paths in the node's output that history does not show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mask: Vec<String>,
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
    #[serde(default, skip_serializing_if = "Jitter::is_half")]
    pub jitter: Jitter,
    /// The kinds of errors that are tried again; those that may pass by themselves when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Vec<ErrorKind>>,
}

/// How much of a pause is left to chance, so that runs that failed together do not return together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Jitter {
    /// The pause is exactly what the policy says.
    None,
    /// Between half and all of it.
    #[default]
    Half,
    /// Between nothing and all of it.
    Full,
}

impl Jitter {
    fn is_half(&self) -> bool {
        *self == Jitter::Half
    }
}

/// What a failed step does when no edge leaves by its port `error`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// Fails what it is in: the run, or one round of a loop.
    #[default]
    Fail,
    /// Leaves by its first port with `{"error": …}`.
    Continue,
}

impl OnError {
    fn is_fail(&self) -> bool {
        *self == OnError::Fail
    }
}

/// What happens to a call that was under way when the server died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AfterCrash {
    /// It is made again with the same idempotency key.
    Retry,
    /// A person decides whether it is made again.
    Ask,
}

impl Retry {
    /// No second attempt.
    pub fn once() -> Retry {
        Retry { attempts: 1, backoff: Backoff::Fixed, first_ms: 0, max_ms: 0, jitter: Jitter::None, on: None }
    }

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
    /// Milliseconds a run may take in all, waits included. When absent, it may wait without limit and be busy for 24 hours at
    /// a stretch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_timeout_ms: Option<u64>,
    /// How many runs may be live at once; unlimited when absent, one where `overlap` says what else happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// How many runs of the same key may be live at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_key: Option<PerKey>,
    #[serde(default, skip_serializing_if = "Overlap::is_allow")]
    pub overlap: Overlap,
    #[serde(default, skip_serializing_if = "Priority::is_normal")]
    pub priority: Priority,
    /// The workflow started with a failed run as its input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_error_workflow: Option<String>,
    /// Names of fields, at any depth, that history does not show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mask: Vec<String>,
    /// How long runs are kept; the server's own rule when absent.
    #[serde(default, skip_serializing_if = "Retention::is_unset")]
    pub retention: Retention,
}

/// A limit of live runs among those that share something, such as their customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PerKey {
    /// An expression over `trigger`, such as `{{ trigger.body.customer }}`.
    pub key: String,
    #[serde(default = "PerKey::default_limit")]
    pub limit: u32,
}

impl PerKey {
    fn default_limit() -> u32 {
        1
    }
}

/// What happens to a run that would exceed the limit of live runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// Without a limit it starts; with one it waits for its turn.
    #[default]
    Allow,
    /// It waits for its turn.
    Queue,
    /// It is not run.
    Skip,
    /// It takes the place of the oldest, which is cancelled.
    CancelRunning,
}

impl Overlap {
    fn is_allow(&self) -> bool {
        *self == Overlap::Allow
    }
}

/// How large a share of a busy server the workflow's waiting runs get.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
}

impl Priority {
    fn is_normal(&self) -> bool {
        *self == Priority::Normal
    }
}

/// How long runs are kept, by how they ended; cancelled ones count as failed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succeeded: Option<Keep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Keep>,
}

impl Retention {
    fn is_unset(&self) -> bool {
        *self == Retention::default()
    }
}

/// Runs that exceed either are deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// Days since the run ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// The newest that are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs: Option<u32>,
}
