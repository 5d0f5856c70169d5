//! The document as a whole: format, name, size and settings.

use crate::document::{Document, FORMAT, PerKey};
use crate::expression::{Reference, Root, Template};
use crate::problem::Problem;

use super::{MAX_EDGES, MAX_NODES};

const MAX_NAME_CHARACTERS: usize = 200;
/// Ten years: as long as a Wait node may wait.
const MAX_RUN_TIMEOUT_MS: u64 = 10 * 366 * 24 * 3_600_000;
const MAX_CONCURRENCY: u32 = 10_000;

pub(super) fn check(document: &Document, problems: &mut Vec<Problem>) {
    if document.weft != FORMAT {
        let message = format!("The document has format {}; this version of Weft reads format {FORMAT}.", document.weft);
        problems.push(Problem::error("/weft", "unsupported_format", message));
    }
    if document.name.trim().is_empty() {
        problems.push(Problem::error("/name", "missing_name", "The workflow has no name; give it one."));
    }
    if document.name.chars().count() > MAX_NAME_CHARACTERS {
        let message =
            format!("The name is longer than {MAX_NAME_CHARACTERS} characters; shorten it and use the description.");
        problems.push(Problem::error("/name", "name_too_long", message));
    }
    let sizes = [
        ("/nodes", "too_many_nodes", "nodes", document.nodes.len(), MAX_NODES),
        ("/edges", "too_many_edges", "edges", document.edges.len(), MAX_EDGES),
    ];
    for (pointer, code, what, count, most) in sizes {
        if count > most {
            let message = format!(
                "The workflow has {count} {what}, more than the {most} it may have; move a part of it to another workflow."
            );
            problems.push(Problem::error(pointer, code, message));
        }
    }
    check_settings(document, problems);
}

fn check_settings(document: &Document, problems: &mut Vec<Problem>) {
    let settings = &document.settings;
    if settings.run_timeout_ms.is_some_and(|limit_ms| !(1..=MAX_RUN_TIMEOUT_MS).contains(&limit_ms)) {
        let message =
            format!("The time limit of a run must be from 1 to {MAX_RUN_TIMEOUT_MS} milliseconds (ten years).");
        problems.push(Problem::error("/settings/run_timeout_ms", "out_of_range", message));
    }
    if settings.concurrency.is_some_and(|count| !(1..=MAX_CONCURRENCY).contains(&count)) {
        let message =
            format!("The number of runs at once must be from 1 to {MAX_CONCURRENCY}; leave it out for no limit.");
        problems.push(Problem::error("/settings/concurrency", "out_of_range", message));
    }
    if settings.on_error_workflow.as_deref().is_some_and(|id| !is_workflow_id(id)) {
        let message = "The workflow for errors must be named by its id, `wf_` and 32 hexadecimal digits.";
        problems.push(Problem::error("/settings/on_error_workflow", "invalid_setting", message));
    }
    if let Some(per_key) = &settings.per_key {
        check_per_key(per_key, problems);
    }
    if settings.mask.iter().any(|name| name.trim().is_empty()) {
        let message = "A field to mask has no name; write one, or remove it.";
        problems.push(Problem::error("/settings/mask", "invalid_setting", message));
    }
    for (place, name) in settings.mask.iter().enumerate().filter(|(_, name)| name.contains('.')) {
        let message = format!(
            "`{name}` is compared with names of fields, and hides nothing at a path; write the name alone, or mark the path in the \
             `mask` of the node it comes from."
        );
        problems.push(Problem::warning(format!("/settings/mask/{place}"), "mask_is_a_path", message));
    }
    let retention = &settings.retention;
    for (name, keep) in [("succeeded", &retention.succeeded), ("failed", &retention.failed)] {
        if keep.as_ref().is_some_and(|keep| keep.days == Some(0) || keep.runs == Some(0)) {
            let message = "Runs are kept for at least a day, and at least one of them; leave a limit out for none.";
            problems.push(Problem::error(format!("/settings/retention/{name}"), "out_of_range", message));
        }
    }
}

fn check_per_key(per_key: &PerKey, problems: &mut Vec<Problem>) {
    if !(1..=MAX_CONCURRENCY).contains(&per_key.limit) {
        let message = format!("The number of runs at once for each key must be from 1 to {MAX_CONCURRENCY}.");
        problems.push(Problem::error("/settings/per_key/limit", "out_of_range", message));
    }
    let pointer = "/settings/per_key/key";
    match Template::parse(&per_key.key) {
        Err(error) => problems.push(Problem::error(pointer, "bad_expression", error.message)),
        Ok(template) => {
            let reads = |reference: &Reference| matches!(reference.root, Root::Trigger | Root::Vars);
            if template.references().is_empty() || !template.references().iter().all(reads) {
                let message = "The key is an expression over `trigger`, such as {{ trigger.body.customer }}.";
                problems.push(Problem::error(pointer, "invalid_setting", message));
            }
        }
    }
}

fn is_workflow_id(id: &str) -> bool {
    id.strip_prefix("wf_").is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
