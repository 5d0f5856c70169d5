//! `break`: ends the loop it is in.

use serde_json::json;
use weft_core::node_type::{Category, NodeType, Ports};

use super::declare::{params, step, tags};
use super::{BuiltIn, Outcome};

pub(super) const NODE: BuiltIn =
    BuiltIn { declaration, run: |context| Ok(Outcome::Break { output: context.input.clone() }) };

fn declaration() -> NodeType {
    NodeType {
        summary: "End the loop early".into(),
        tags: tags(&["stop", "exit", "leave", "loop", "enough"]),
        params: params(&[], json!({})),
        ports: Ports::Fixed(vec![]),
        error_port: false,
        docs: "Ends the loop it is in: no further item or turn begins, and what is under way comes to its end. The loop succeeds with \
               what it has so far."
            .into(),
        ..step("break", "Break", Category::Logic, "log-out")
    }
}
