//! The lines between nodes.

use std::collections::HashSet;

use crate::document::Edge;
use crate::node_type::{Ports, Role};
use crate::problem::Problem;

use super::did_you_mean;
use super::drawing::Drawing;

pub(super) fn check(drawing: &mut Drawing, problems: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    for (number, edge) in drawing.document.edges.iter().enumerate() {
        let ends = (find(drawing, edge, number, End::From, problems), find(drawing, edge, number, End::To, problems));
        let (Some(from), Some(to)) = ends else { continue };
        let found = problems.len();
        check_edge(drawing, edge, number, from, to, problems);
        if !seen.insert((&edge.from, edge.port(), &edge.to)) {
            let message = format!(
                "`{}` and `{}` are connected twice by the port `{}`; remove one edge.",
                edge.from,
                edge.to,
                edge.port()
            );
            problems.push(Problem::error(format!("/edges/{number}"), "duplicate_edge", message).at(&edge.from));
        } else if problems.len() == found {
            drawing.links.push((from, to, number));
            drawing.sources[to].push(from);
        }
    }
}

#[derive(Clone, Copy)]
enum End {
    From,
    To,
}

fn find(drawing: &Drawing, edge: &Edge, number: usize, end: End, problems: &mut Vec<Problem>) -> Option<usize> {
    let (id, field, verb) = match end {
        End::From => (&edge.from, "from", "starts"),
        End::To => (&edge.to, "to", "ends"),
    };
    let found = drawing.index.get(id.as_str()).copied();
    if found.is_none() {
        let hint = did_you_mean(id.as_str(), drawing.ids());
        let message =
            format!("The edge from `{}` to `{}` {verb} at a node that is not there.{hint}", edge.from, edge.to);
        let problem = Problem::error(format!("/edges/{number}/{field}"), "unknown_edge_node", message);
        let other = match end {
            End::From => &edge.to,
            End::To => &edge.from,
        };
        problems.push(if drawing.index.contains_key(other.as_str()) { problem.at(other) } else { problem });
    }
    found
}

fn check_edge(drawing: &Drawing, edge: &Edge, number: usize, from: usize, to: usize, problems: &mut Vec<Problem>) {
    let pointer = |field: &str| format!("/edges/{number}{field}");
    if from == to {
        let message =
            format!("`{}` is connected to itself; remove the edge, and repeat with a for_each container.", edge.from);
        problems.push(Problem::error(pointer(""), "self_edge", message).at(&edge.from));
        return;
    }
    if drawing.has_role(to, Role::Trigger) {
        let message =
            format!("`{}` is a trigger and starts the run, so nothing can lead to it; remove the edge.", edge.to);
        problems.push(Problem::error(pointer("/to"), "edge_into_trigger", message).at(&edge.to));
    }
    if drawing.has_role(to, Role::Cleanup) {
        let message = format!("`{}` begins the clean-up, so nothing can lead to it; remove the edge.", edge.to);
        problems.push(Problem::error(pointer("/to"), "edge_into_trigger", message).at(&edge.to));
    }
    for (position, id, field) in [(from, &edge.from, "/from"), (to, &edge.to, "/to")] {
        if drawing.has_role(position, Role::Note) {
            let message = format!("`{id}` is a note and never runs; remove the edge.");
            problems.push(Problem::error(pointer(field), "edge_on_note", message).at(id));
            return;
        }
    }
    if drawing.holders[from] != drawing.holders[to] {
        let message = format!(
            "The edge from `{}` to `{}` crosses the border of a container; connect the container itself, or move a node in or out.",
            edge.from, edge.to
        );
        problems.push(Problem::error(pointer(""), "edge_crosses_container", message).at(&edge.from));
    }
    problems.extend(check_port(drawing, edge, number, from));
}

fn check_port(drawing: &Drawing, edge: &Edge, number: usize, from: usize) -> Option<Problem> {
    let (node, node_type) = (drawing.node(from), drawing.node_types[from]?);
    if let Ports::FromParam { list, .. } = &node_type.ports
        && node.params.get(list).is_some_and(|list| !list.is_array())
    {
        return None;
    }
    let ports = node_type.ports_of(node);
    if ports.iter().any(|port| port == edge.port()) {
        return None;
    }
    let listed: Vec<String> = ports.iter().map(|port| format!("`{port}`")).collect();
    let message = match listed.as_slice() {
        [] => format!("`{}` has no ports, so nothing can follow it; remove the edge.", edge.from),
        ports => format!("`{}` has no port `{}`; its ports are {}.", edge.from, edge.port(), ports.join(", ")),
    };
    Some(Problem::error(format!("/edges/{number}/port"), "unknown_port", message).at(&edge.from))
}
