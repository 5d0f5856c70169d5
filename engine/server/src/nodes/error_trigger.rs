//! `error_trigger`: runs started because a run of another workflow failed.

use weft_core::node_type::NodeType;

use super::declare::{tags, trigger};
use super::{BuiltIn, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run: |context| Ok(Outcome::pass(context.input.clone())) };

fn declaration() -> NodeType {
    NodeType {
        summary: "Start when another workflow fails".into(),
        tags: tags(&["error", "failure", "alert", "catch", "alarm"]),
        docs: "Starts a run for each failed run of the workflows whose settings name this one as their error workflow. The output is \
               `{workflow: {id, name}, run: {id, revision, trigger, input, created_at_ms, started_at_ms}, error: {kind, code, message, node, path}}`."
            .into(),
        ..trigger("error_trigger", "On error", "siren")
    }
}
