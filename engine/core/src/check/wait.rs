//! The Wait node, whose parameters exclude each other.

use serde_json::Value;

use crate::problem::Problem;

use super::drawing::Drawing;

pub(super) fn check(drawing: &Drawing, problems: &mut Vec<Problem>) {
    for (position, node) in drawing.nodes().filter(|(_, node)| node.node_type == "wait") {
        let is_given =
            |name: &str| node.params.get(name).is_some_and(|value| !matches!(value, Value::Null) && value != "");
        let given = ["ms", "until", "event"].into_iter().filter(|name| is_given(name)).collect::<Vec<_>>();
        let (below, message) = match given[..] {
            [_] => continue,
            [] => ("ms", "does not say for what; fill in the milliseconds, the time, or the event to wait for."),
            [_, surplus, ..] => (surplus, "waits for more than one thing; clear all but one."),
        };
        let below = &format!("/params/{below}");
        problems.push(drawing.error(
            position,
            below,
            "wait_needs_one",
            format!("{} {message}", drawing.name(position)),
        ));
    }
}
