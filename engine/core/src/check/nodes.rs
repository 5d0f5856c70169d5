//! Each node by itself: id, type, retry and time limit.

use crate::document::Retry;
use crate::problem::Problem;

use super::did_you_mean;
use super::drawing::Drawing;

const MAX_ATTEMPTS: u32 = 100;
/// A day: what waits longer belongs in a Wait node, which is stored.
const MAX_PAUSE_MS: u64 = 24 * 3_600_000;

pub(super) fn check(drawing: &Drawing, problems: &mut Vec<Problem>) {
    for (position, node) in drawing.nodes() {
        if !node.id.is_well_formed() {
            let message = format!(
                "`{}` can't be a node id; use at most 64 lower-case letters, digits and underscores, starting with a letter.",
                node.id
            );
            problems.push(drawing.error(position, "/id", "bad_node_id", message));
        }
        if drawing.index.get(node.id.as_str()) != Some(&position) {
            let message = format!("Another node has the id `{}` too; rename one of them.", node.id);
            problems.push(drawing.error(position, "/id", "duplicate_node_id", message));
        }
        if drawing.node_types[position].is_none() {
            problems.push(unknown_type(drawing, position));
        }
        if let Some(slot) = drawing.node_types[position].and_then(|node_type| node_type.credential.as_ref())
            && node.credential.as_ref().is_none_or(String::is_empty)
            && !node.disabled
        {
            let message = format!("The node needs a credential for `{slot}`: choose one in its settings.");
            problems.push(drawing.error(position, "/credential", "credential_missing", message));
        }
        if let Some(retry) = &node.retry {
            check_retry(drawing, position, retry, problems);
        }
        if node.mask.iter().any(|path| path.split('.').any(str::is_empty)) {
            let message = "A field to mask is written as a dotted path, such as `card.number`.";
            problems.push(drawing.error(position, "/mask", "invalid_setting", message));
        }
        if node.timeout_ms.is_some_and(|limit_ms| !(1..=MAX_PAUSE_MS).contains(&limit_ms)) {
            let message =
                format!("The time limit of an attempt must be from 1 to {MAX_PAUSE_MS} milliseconds (a day).");
            problems.push(drawing.error(position, "/timeout_ms", "out_of_range", message));
        }
    }
}

fn unknown_type(drawing: &Drawing, position: usize) -> Problem {
    let wanted = drawing.node(position).node_type.as_str();
    let known = || drawing.types.0.keys().map(String::as_str);
    let Some((plugin, _)) = wanted.split_once('/') else {
        let message = format!("There is no node type `{wanted}`.{}", did_you_mean(wanted, known()));
        return drawing.error(position, "/type", "unknown_node_type", message);
    };
    if known().any(|id| id.split_once('/').is_some_and(|(installed, _)| installed == plugin)) {
        let message = format!("The plugin `{plugin}` has no action `{wanted}`.{}", did_you_mean(wanted, known()));
        return drawing.error(position, "/type", "unknown_node_type", message);
    }
    let message =
        format!("The node needs the plugin `{plugin}`, which is not installed or not enabled; see the Plugins page.");
    drawing.error(position, "/type", "plugin_not_installed", message)
}

fn check_retry(drawing: &Drawing, position: usize, retry: &Retry, problems: &mut Vec<Problem>) {
    let mut out_of_range = |field: &str, message: String| {
        problems.push(drawing.error(position, &format!("/retry/{field}"), "out_of_range", message));
    };
    if !(1..=MAX_ATTEMPTS).contains(&retry.attempts) {
        out_of_range("attempts", format!("The number of attempts must be from 1 to {MAX_ATTEMPTS}; 1 means no retry."));
    }
    if retry.first_ms > MAX_PAUSE_MS {
        out_of_range("first_ms", format!("The first pause must be at most {MAX_PAUSE_MS} milliseconds (a day)."));
    }
    if retry.max_ms > MAX_PAUSE_MS {
        out_of_range("max_ms", format!("The longest pause must be at most {MAX_PAUSE_MS} milliseconds (a day)."));
    }
    if retry.max_ms < retry.first_ms {
        out_of_range(
            "max_ms",
            format!("The longest pause must not be shorter than the first, {} milliseconds.", retry.first_ms),
        );
    }
    if retry.on.as_ref().is_some_and(Vec::is_empty) {
        let message = "No kind of error is tried again; name some, or leave `on` out.";
        problems.push(drawing.error(position, "/retry/on", "invalid_setting", message));
    }
}
