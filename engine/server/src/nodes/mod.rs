//! The built-in nodes: one file each, declared as data. A node is a pure function of its context; what it cannot do itself it
//! asks the runner for by its [`Outcome`].
//!
//! Adding a node means adding a file and its line in [`ALL`].

mod code;
mod context;
mod declare;
mod fail;
mod filter;
mod for_each;
mod if_node;
mod manual;
mod map;
mod merge;
mod note;
mod respond;
mod schedule;
mod set;
mod switch;
mod wait;
mod webhook;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;
use weft_core::document::OUT;
use weft_core::node_type::NodeType;
use weft_core::run::{OnItemError, RunError};

pub use code::ENGINE as CODE_ENGINE;
pub use context::Context;
pub use respond::Response;

/// A node type that is part of the engine.
#[derive(Debug)]
pub struct BuiltIn {
    pub declaration: fn() -> NodeType,
    pub run: fn(&Context<'_>) -> Result<Outcome, RunError>,
}

/// What a node asks the runner to do.
#[derive(Debug)]
pub enum Outcome {
    /// Leave by a port with a value.
    Leave { port: Cow<'static, str>, output: Arc<Value> },
    /// Answer whoever waits for the run, then leave by `out`.
    Respond { response: Response, output: Arc<Value> },
    /// Wait until a moment, then leave by `out`.
    Park { until_ms: i64, output: Arc<Value> },
    /// Run the nodes inside once per item.
    Open { items: Vec<Arc<Value>>, parallel: u32, on_error: OnItemError },
    /// Let a plugin's action do it.
    Call { params: Value },
}

impl Outcome {
    fn out(output: Value) -> Outcome {
        Outcome::pass(Arc::new(output))
    }

    fn pass(output: Arc<Value>) -> Outcome {
        Outcome::Leave { port: Cow::Borrowed(OUT), output }
    }
}

/// Every built-in node, in the order of the palette.
pub const ALL: [BuiltIn; 15] = [
    manual::NODE,
    webhook::NODE,
    schedule::NODE,
    if_node::NODE,
    switch::NODE,
    merge::NODE,
    for_each::NODE,
    filter::NODE,
    wait::NODE,
    respond::NODE,
    fail::NODE,
    set::NODE,
    map::NODE,
    code::NODE,
    note::NODE,
];

/// The declarations of all built-in nodes.
pub fn built_in() -> Vec<NodeType> {
    ALL.iter().map(|node| (node.declaration)()).collect()
}
