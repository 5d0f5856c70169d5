//! The Wait node, whose two parameters exclude each other.

use serde_json::Value;

use crate::problem::Problem;

use super::drawing::Drawing;

pub(super) fn check(drawing: &Drawing, problems: &mut Vec<Problem>) {
    for (position, node) in drawing.nodes().filter(|(_, node)| node.node_type == "wait") {
        let is_given =
            |name: &str| node.params.get(name).is_some_and(|value| !matches!(value, Value::Null) && value != "");
        let (below, message) = match (is_given("ms"), is_given("until")) {
            (true, true) => ("/params/until", "has both a number of milliseconds and a time; clear one of them."),
            (false, false) => {
                ("/params/ms", "does not say how long; fill in the milliseconds or the time to wait until.")
            }
            (true, false) | (false, true) => continue,
        };
        problems.push(drawing.error(
            position,
            below,
            "wait_needs_one",
            format!("{} {message}", drawing.name(position)),
        ));
    }
}
