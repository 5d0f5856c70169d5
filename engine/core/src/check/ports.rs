//! Ports that parameters declare, such as the cases of a switch.

use std::collections::HashSet;

use serde_json::Value;

use crate::document::{ERROR, NodeId};
use crate::node_type::Ports;
use crate::params_schema::below;
use crate::problem::Problem;

use super::drawing::Drawing;

pub(super) fn check(drawing: &Drawing, problems: &mut Vec<Problem>) {
    for (position, node) in drawing.nodes() {
        let Some(Ports::FromParam { list, field, default }) =
            drawing.node_types[position].map(|node_type| &node_type.ports)
        else {
            continue;
        };
        let Some(Value::Array(cases)) = node.params.get(list) else { continue };
        let mut seen = HashSet::new();
        for (number, case) in cases.iter().enumerate() {
            // An empty or absent port is told as a missing parameter.
            let Some(port) = case.get(field).and_then(Value::as_str).filter(|port| !port.is_empty()) else { continue };
            let (code, message) = if port == default.id || port == ERROR {
                ("reserved_port", format!("The port `{port}` has a meaning of its own; name the case differently."))
            } else if !NodeId::from(port).is_well_formed() {
                let rule = "use at most 64 lower-case letters, digits and underscores, starting with a letter.";
                ("bad_port", format!("`{port}` can't be a port; {rule}"))
            } else if !seen.insert(port) {
                ("duplicate_port", format!("Two cases lead to the port `{port}`; give each a port of its own."))
            } else {
                continue;
            };
            let pointer = below(&below(&below("/params", list), &number.to_string()), field);
            problems.push(drawing.error(position, &pointer, code, message));
        }
    }
}
