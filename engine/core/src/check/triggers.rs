//! Webhooks, schedules, and who answers.

use std::collections::HashMap;

use serde_json::Value;

use crate::document::Node;
use crate::problem::Problem;
use crate::schedule::{Field, Schedule};

use super::drawing::Drawing;

const MAX_PATH_BYTES: usize = 200;

pub(super) fn check(drawing: &Drawing, problems: &mut Vec<Problem>) {
    check_webhooks(drawing, problems);
    check_answers(drawing, problems);
    for (position, node) in drawing.nodes().filter(|(_, node)| node.node_type == "schedule") {
        check_schedule(drawing, position, node, problems);
    }
}

fn check_webhooks(drawing: &Drawing, problems: &mut Vec<Problem>) {
    let mut taken: HashMap<(String, &str), usize> = HashMap::new();
    for (position, node) in drawing.nodes().filter(|(_, node)| node.node_type == "webhook") {
        let Some(path) = text(drawing, position, node, "path") else { continue };
        if let Some(reason) = wrong_path(path) {
            let message = format!("The path `{path}` can't be used: {reason}.");
            problems.push(drawing.error(position, "/params/path", "webhook_path", message));
            continue;
        }
        if node.disabled {
            continue;
        }
        let method = text(drawing, position, node, "method").unwrap_or("POST").to_ascii_uppercase();
        if let Some(other) = taken.get(&(method.clone(), path)) {
            let message = format!(
                "{} waits for {method} /hooks/{path} too; change the path or the method.",
                drawing.name(*other)
            );
            problems.push(drawing.error(position, "/params/path", "duplicate_webhook", message));
        } else {
            taken.insert((method, path), position);
        }
    }
}

fn wrong_path(path: &str) -> Option<String> {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "-_.~/".contains(character);
    if path.is_empty() {
        return Some("it is empty; write something like `orders`".into());
    }
    if path.len() > MAX_PATH_BYTES {
        return Some(format!("it is longer than {MAX_PATH_BYTES} bytes"));
    }
    if let Some(wrong) = path.chars().find(|character| !is_allowed(*character)) {
        return Some(format!(
            "it has the character `{wrong}`; letters, digits, `-`, `_`, `.`, `~` and single slashes are allowed"
        ));
    }
    if path.split('/').any(str::is_empty) {
        return Some("a slash must stand between two parts; leave out the first, the last and double ones".into());
    }
    // Clients resolve these before they send the request.
    let goes_up = path.split('/').any(|part| part == "." || part == "..");
    goes_up.then(|| "a part must not be `.` or `..`".into())
}

fn check_answers(drawing: &Drawing, problems: &mut Vec<Problem>) {
    let has_respond_node = drawing.enabled("respond").next().is_some();
    let has_webhook = drawing.enabled("webhook").next().is_some();
    for (position, node) in drawing.enabled("webhook") {
        if !has_respond_node && text(drawing, position, node, "respond") == Some("by_node") {
            let message = format!(
                "{} is answered by a Respond node, and there is none; add one or answer at the end.",
                drawing.name(position)
            );
            problems.push(drawing.warning(position, "/params/respond", "no_respond_node", message));
        }
    }
    for (position, _) in drawing.enabled("respond") {
        if !has_webhook {
            let message =
                format!("{} has nobody to answer, because the workflow has no webhook.", drawing.name(position));
            problems.push(drawing.warning(position, "", "respond_without_webhook", message));
        }
    }
}

fn check_schedule(drawing: &Drawing, position: usize, node: &Node, problems: &mut Vec<Problem>) {
    let Some(cron) = text(drawing, position, node, "cron").filter(|cron| !cron.is_empty()) else { return };
    let timezone = text(drawing, position, node, "timezone").filter(|timezone| !timezone.is_empty()).unwrap_or("UTC");
    // Each text is checked beside one that is right, so that both are told.
    let found = [Schedule::parse(cron, "UTC"), Schedule::parse("0 0 * * *", timezone)];
    for error in found.into_iter().filter_map(Result::err) {
        let (below, code) = match error.field {
            Field::Cron => ("/params/cron", "invalid_cron"),
            Field::Timezone => ("/params/timezone", "invalid_timezone"),
        };
        problems.push(drawing.error(position, below, code, error.message));
    }
}

/// A parameter that is a text, or its default.
fn text<'d>(drawing: &Drawing<'d>, position: usize, node: &'d Node, name: &str) -> Option<&'d str> {
    let default = || drawing.node_types[position]?.params.get("properties")?.get(name)?.get("default");
    node.params.get(name).filter(|value| !value.is_null()).or_else(default).and_then(Value::as_str)
}
