//! `on_cancel`: where the clean-up of a stopped run begins.

use weft_core::node_type::{Category, NodeType, Role};

use super::declare::{step, tags};
use super::{BuiltIn, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run: |context| Ok(Outcome::pass(context.input.clone())) };

fn declaration() -> NodeType {
    NodeType {
        summary: "Clean up when a run is cancelled".into(),
        tags: tags(&["cancel", "abort", "cleanup", "undo", "finally", "compensate", "timeout"]),
        role: Role::Cleanup,
        error_port: false,
        docs: "The steps behind it run when a run is cancelled or takes longer than it may, after everything else has come to rest. They \
               read what was done as `steps.<id>`. The output is `{reason, at_ms, input}`; the reason is `cancelled` or `timed_out`. \
               Cancelling again ends the clean-up, too."
            .into(),
        ..step("on_cancel", "On cancel", Category::Logic, "eraser")
    }
}
