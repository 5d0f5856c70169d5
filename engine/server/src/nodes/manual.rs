//! `manual`: a run started by a person or over the API.

use weft_core::node_type::NodeType;

use super::declare::{tags, trigger};
use super::{BuiltIn, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run: |context| Ok(Outcome::pass(context.input.clone())) };

fn declaration() -> NodeType {
    NodeType {
        summary: "Start by hand or over the API".into(),
        tags: tags(&["start", "button", "run", "api"]),
        docs: "Starts a run when somebody presses **Run** or calls the API. What they send is the node's output."
            .into(),
        ..trigger("manual", "Manual", "play")
    }
}
