//! The built-in nodes: one file each, declared as data. A node is a pure function of its context; what it cannot do itself it
//! asks the runner for by its [`Outcome`].
//!
//! Adding a node means adding a file and its line in [`ALL`].

mod aggregate;
mod approval;
mod break_loop;
mod call_workflow;
mod code;
mod context;
mod declare;
mod dedupe;
mod error_trigger;
mod fail;
mod filter;
#[cfg(test)]
mod fixture;
mod for_each;
mod if_node;
mod limit;
mod list;
mod manual;
mod map;
mod merge;
mod note;
mod on_cancel;
mod respond;
mod schedule;
mod set;
mod sort;
mod split;
mod switch;
mod wait;
mod webhook;
mod while_loop;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;
use weft_core::document::OUT;
use weft_core::node_type::NodeType;
use weft_core::run::{OnItemError, Park, RunError};

pub use approval::Question;
pub use call_workflow::Subrun;
pub use code::ENGINE as CODE_ENGINE;
pub use context::Context;
pub use dedupe::Keys;
pub use respond::Response;
pub use wait::is_signal_name;
pub use while_loop::goes_on;

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
    /// Wait until a moment or for something to come.
    Park { park: Park, output: Arc<Value> },
    /// Run the nodes inside once per item.
    Open { items: Vec<Arc<Value>>, parallel: u32, on_error: OnItemError },
    /// Run the nodes inside while a condition holds, the first time with this item.
    Loop { item: Arc<Value>, most_turns: u32 },
    /// Begin no further round of the loop around.
    Break { output: Arc<Value> },
    /// Ask a person.
    Ask(Box<Question>),
    /// Start a run of another workflow.
    Start(Box<Subrun>),
    /// Tell which keys were not seen before.
    Dedupe(Box<Keys>),
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

/// What a trigger of a plugin is in a run: it hands on what it found.
pub static FOUND: BuiltIn = manual::NODE;

/// Every built-in node, in the order of the palette.
pub const ALL: [BuiltIn; 26] = [
    manual::NODE,
    webhook::NODE,
    schedule::NODE,
    error_trigger::NODE,
    if_node::NODE,
    switch::NODE,
    merge::NODE,
    for_each::NODE,
    while_loop::NODE,
    break_loop::NODE,
    filter::NODE,
    wait::NODE,
    approval::NODE,
    call_workflow::NODE,
    on_cancel::NODE,
    respond::NODE,
    fail::NODE,
    set::NODE,
    map::NODE,
    dedupe::NODE,
    sort::NODE,
    limit::NODE,
    split::NODE,
    aggregate::NODE,
    code::NODE,
    note::NODE,
];

/// The declarations of all built-in nodes.
pub fn built_in() -> Vec<NodeType> {
    ALL.iter().map(|node| (node.declaration)()).collect()
}
