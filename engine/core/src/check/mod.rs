//! What is wrong with a document: every problem, each with its node, its place and what to do about it.
//!
//! A document without errors can be published and run. Warnings are worth knowing and keep nothing from happening.

mod codes;
mod containers;
mod drawing;
mod edges;
mod expressions;
mod flow;
mod nodes;
mod params;
mod ports;
mod settings;
#[cfg(test)]
mod tests;
mod text;
mod triggers;
mod wait;

use crate::document::Document;
use crate::node_type::NodeTypes;
use crate::problem::Problem;
use crate::suggest::closest;

use self::drawing::Drawing;

pub use codes::CODES;
pub use text::{MAX_DEPTH, document_schema, parse_document, read_document};

/// The most nodes a document may have.
pub const MAX_NODES: usize = 2_000;
/// The most edges a document may have.
pub const MAX_EDGES: usize = 10_000;
/// How many containers may be inside one another.
pub const MAX_CONTAINER_DEPTH: usize = 16;

/// Every problem of a document.
///
/// ```
/// use weft_core::check::{check, parse_document};
/// use weft_core::node_type::NodeTypes;
///
/// let document = parse_document(r#"{ "weft": 1, "name": "Empty" }"#).unwrap();
/// let problems = check(&document, &NodeTypes::default());
/// assert_eq!(problems[0].code, "no_trigger");
/// ```
pub fn check(document: &Document, types: &NodeTypes) -> Vec<Problem> {
    let mut problems = Vec::new();
    settings::check(document, &mut problems);
    if document.nodes.len() > MAX_NODES || document.edges.len() > MAX_EDGES {
        // The rest would take long and help nobody.
        return problems;
    }
    let mut drawing = Drawing::of(document, types);
    nodes::check(&drawing, &mut problems);
    containers::check(&mut drawing, &mut problems);
    edges::check(&mut drawing, &mut problems);
    flow::check(&drawing, &mut problems);
    triggers::check(&drawing, &mut problems);
    ports::check(&drawing, &mut problems);
    wait::check(&drawing, &mut problems);
    let templates = params::check(&drawing, &mut problems);
    expressions::check(&drawing, &templates, &mut problems);
    debug_assert!(problems.iter().all(|problem| CODES.iter().any(|(code, _)| *code == problem.code)));
    problems
}

/// ` Did you mean …?` with the closest of the known names, or nothing when none is close.
fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    closest(name, known).map(|known| format!(" Did you mean `{known}`?")).unwrap_or_default()
}
