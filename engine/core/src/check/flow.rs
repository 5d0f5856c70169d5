//! Where runs start and whether they get anywhere.

use std::collections::VecDeque;

use crate::node_type::Role;
use crate::problem::Problem;

use super::drawing::Drawing;

pub(super) fn check(drawing: &Drawing, problems: &mut Vec<Problem>) {
    check_cycles(drawing, problems);
    let triggers: Vec<usize> =
        drawing.nodes().map(|(position, _)| position).filter(|at| drawing.has_role(*at, Role::Trigger)).collect();
    let enabled = || triggers.iter().copied().filter(|position| !drawing.node(*position).disabled);
    if enabled().next().is_some() {
        let main = reached(drawing, enabled().collect());
        let starts = drawing.nodes().map(|(position, _)| position).filter(|at| drawing.has_role(*at, Role::Cleanup));
        let cleanup = reached(drawing, starts.collect());
        check_reach(drawing, &main, &cleanup, problems);
        return;
    }
    // A node of a type that is not known may be a trigger; that it is not known has been told.
    if triggers.is_empty() && drawing.node_types.iter().any(Option::is_none) {
        return;
    }
    let message = match triggers.first() {
        Some(position) => {
            format!("Every trigger is disabled, so nothing starts the workflow; enable {}.", drawing.name(*position))
        }
        None => "Nothing starts the workflow; add a trigger, such as Manual or Webhook.".to_owned(),
    };
    problems.push(Problem::error("/nodes", "no_trigger", message));
}

/// By node: whether it is among `starts` or follows one of them.
fn reached(drawing: &Drawing, starts: Vec<usize>) -> Vec<bool> {
    let mut followers = vec![Vec::new(); drawing.document.nodes.len()];
    for (from, to, _) in &drawing.links {
        followers[*from].push(*to);
    }
    let mut is_reached = vec![false; followers.len()];
    let mut open = starts;
    while let Some(position) = open.pop() {
        if !std::mem::replace(&mut is_reached[position], true) {
            open.extend(&followers[position]);
        }
    }
    is_reached
}

/// Warns of nodes outside of containers that nothing leads to, and refuses those that would wait for both the run and its
/// clean-up, because only one of the two ever comes.
fn check_reach(drawing: &Drawing, main: &[bool], cleanup: &[bool], problems: &mut Vec<Problem>) {
    for (position, node) in drawing.nodes() {
        let runs = drawing.node_types[position]
            .is_some_and(|node_type| matches!(node_type.role, Role::Step | Role::Container));
        if main[position] && cleanup[position] {
            let message = format!(
                "{} follows the clean-up as well as the run itself; give the clean-up steps of its own.",
                drawing.name(position)
            );
            problems.push(drawing.error(position, "", "cleanup_joins_run", message));
        }
        let is_reached = main[position] || cleanup[position];
        if runs && !is_reached && drawing.holders[position].is_none() && node.inside.is_none() {
            let message =
                format!("No path leads from a trigger to {}, so it never runs; connect it.", drawing.name(position));
            problems.push(drawing.warning(position, "", "unreachable_node", message));
        }
    }
}

fn check_cycles(drawing: &Drawing, problems: &mut Vec<Problem>) {
    let mut followers = vec![Vec::new(); drawing.document.nodes.len()];
    for (from, to, number) in &drawing.links {
        followers[*from].push((*to, *number));
    }
    let mut is_told = vec![false; followers.len()];
    for start in without_order(&followers) {
        let Some((cycle, closing_edge)) = shortest_cycle(&followers, start) else { continue };
        // Cycles that share a node are told one at a time: mending one often mends the others.
        if cycle.iter().any(|position| is_told[*position]) {
            continue;
        }
        cycle.iter().for_each(|position| is_told[*position] = true);
        let names: Vec<String> = cycle.iter().chain([&start]).map(|position| drawing.name(*position)).collect();
        let message =
            format!("The edges {} form a cycle; remove one, and repeat with a for_each container.", names.join(" → "));
        problems.push(Problem::error(format!("/edges/{closing_edge}"), "cycle", message).at(&drawing.node(start).id));
    }
}

/// The nodes that can't be put into an order, each after those before it: those on cycles and what follows them.
fn without_order(followers: &[Vec<(usize, usize)>]) -> Vec<usize> {
    let mut open_edges = vec![0; followers.len()];
    for (to, _) in followers.iter().flatten() {
        open_edges[*to] += 1;
    }
    let mut ready: Vec<usize> = (0..followers.len()).filter(|position| open_edges[*position] == 0).collect();
    while let Some(position) = ready.pop() {
        for (to, _) in &followers[position] {
            open_edges[*to] -= 1;
            if open_edges[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    (0..followers.len()).filter(|position| open_edges[*position] > 0).collect()
}

/// The shortest way from a node back to it, and the edge that closes it.
fn shortest_cycle(followers: &[Vec<(usize, usize)>], start: usize) -> Option<(Vec<usize>, usize)> {
    let mut came_from = vec![None; followers.len()];
    let mut open = VecDeque::from([start]);
    while let Some(position) = open.pop_front() {
        for (next, edge) in &followers[position] {
            if *next == start {
                let mut cycle: Vec<usize> =
                    std::iter::successors(Some(position), |position| came_from[*position]).collect();
                cycle.reverse();
                return Some((cycle, *edge));
            }
            if came_from[*next].is_none() {
                came_from[*next] = Some(position);
                open.push_back(*next);
            }
        }
    }
    None
}
