//! What an expression can see.

use std::fmt;

use serde_json::{Map, Value};

/// The values an expression may use. Nothing else exists for it.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// What arrived at the node; with several incoming edges an object keyed by source node.
    pub input: &'a Value,
    /// The outputs of earlier nodes.
    pub steps: &'a dyn Steps,
    pub trigger: &'a Value,
    pub run: &'a Value,
    pub vars: &'a Value,
    /// The item of the innermost loop.
    pub item: Option<&'a Value>,
    /// The position of that item.
    pub index: Option<u64>,
    /// The time the run calls now, in UTC milliseconds.
    pub now_ms: i64,
    /// Where random numbers start; the same seed gives the same numbers.
    pub seed: u64,
}

/// Outputs of nodes by their ids.
pub trait Steps: Sync {
    fn output(&self, node_id: &str) -> Option<&Value>;

    /// Every id that has an output, for `Object.keys(steps)` and suggestions.
    fn ids(&self) -> Vec<String>;
}

impl Steps for Map<String, Value> {
    fn output(&self, node_id: &str) -> Option<&Value> {
        self.get(node_id)
    }

    fn ids(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values are people's data and do not belong in logs.
        formatter
            .debug_struct("Scope")
            .field("steps", &self.steps.ids())
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}
