//! What is inside what.

use crate::node_type::Role;
use crate::problem::Problem;

use super::MAX_CONTAINER_DEPTH;
use super::did_you_mean;
use super::drawing::Drawing;

pub(super) fn check(drawing: &mut Drawing, problems: &mut Vec<Problem>) {
    for (position, _) in drawing.nodes() {
        drawing.holders[position] = find_holder(drawing, position, problems);
    }
    let circular: Vec<usize> =
        (0..drawing.holders.len()).filter(|position| is_inside_itself(drawing, *position)).collect();
    for position in circular {
        let message = format!("The container {} is inside itself; move it out.", drawing.name(position));
        problems.push(drawing.error(position, "/inside", "container_inside_itself", message));
        drawing.holders[position] = None;
    }
    for (position, _) in drawing.nodes() {
        let is_start = drawing.has_role(position, Role::Trigger) || drawing.has_role(position, Role::Cleanup);
        if is_start && drawing.holders[position].is_some() {
            let message =
                format!("{} belongs to the whole workflow; move it out of the container.", drawing.name(position));
            problems.push(drawing.error(position, "/inside", "trigger_inside_container", message));
        }
        if drawing.has_role(position, Role::Container) {
            check_body(drawing, position, problems);
        }
    }
    for (position, _) in drawing.enabled("break").filter(|(position, _)| drawing.holders[*position].is_none()) {
        let message =
            format!("{} ends the loop it is in, and it is in none; move it into one.", drawing.name(position));
        problems.push(drawing.error(position, "/inside", "break_outside_loop", message));
    }
}

fn find_holder(drawing: &Drawing, position: usize, problems: &mut Vec<Problem>) -> Option<usize> {
    let inside = drawing.node(position).inside.as_ref()?;
    let Some(&holder) = drawing.index.get(inside.as_str()) else {
        let containers = drawing.nodes().filter(|(other, _)| drawing.has_role(*other, Role::Container));
        let hint = did_you_mean(inside.as_str(), containers.map(|(_, node)| node.id.as_str()));
        let message = format!("There is no container `{inside}` for {} to be inside of.{hint}", drawing.name(position));
        problems.push(drawing.error(position, "/inside", "unknown_container", message));
        return None;
    };
    // A node of an unknown type may well be a container.
    let node_type = drawing.node_types[holder]?;
    if node_type.role != Role::Container {
        let message =
            format!("`{inside}` is not a container, so nothing can be inside it; move {} out.", drawing.name(position));
        problems.push(drawing.error(position, "/inside", "not_a_container", message));
        return None;
    }
    Some(holder)
}

fn is_inside_itself(drawing: &Drawing, position: usize) -> bool {
    // Going up ends after as many steps as there are nodes, or never.
    drawing.containers(position).take(drawing.holders.len()).any(|holder| holder == position)
}

fn check_body(drawing: &Drawing, container: usize, problems: &mut Vec<Problem>) {
    let runs = |position: usize| !drawing.has_role(position, Role::Note);
    if !drawing.holders.iter().enumerate().any(|(position, holder)| *holder == Some(container) && runs(position)) {
        let message = format!("There is nothing inside {}; drag nodes into it or remove it.", drawing.name(container));
        problems.push(drawing.error(container, "", "empty_container", message));
    }
    if drawing.containers(container).count() == MAX_CONTAINER_DEPTH {
        let message = format!(
            "{} is inside {MAX_CONTAINER_DEPTH} containers, as many as there may be; move it out.",
            drawing.name(container)
        );
        problems.push(drawing.error(container, "/inside", "containers_too_deep", message));
    }
}
