//! The parameters of each node against what its type declares.

use std::collections::HashSet;

use crate::node_type::Role;
use crate::params_schema::{self, Patterns, TemplateText};
use crate::problem::{Problem, Severity};

use super::drawing::Drawing;

/// Tells what is wrong with parameters and gives the texts with expressions, each with the position of its node.
pub(super) fn check<'d>(drawing: &Drawing<'d>, problems: &mut Vec<Problem>) -> Vec<(usize, TemplateText<'d>)> {
    // What a check that knows the node better has told is not told again.
    let told: HashSet<String> = problems.iter().map(|problem| problem.pointer.clone()).collect();
    let mut patterns = Patterns::default();
    let mut templates = Vec::new();
    for (position, node) in drawing.nodes() {
        let Some(node_type) = drawing.node_types[position] else { continue };
        let found = params_schema::look(&node_type.params, &node.params, &mut patterns);
        for finding in found.findings {
            let below = format!("/params{}", finding.pointer);
            let problem = drawing.error(position, &below, finding.code, finding.message);
            if !told.contains(&problem.pointer) {
                let severity = if node.disabled { Severity::Warning } else { finding.severity };
                problems.push(Problem { severity, ..problem });
            }
        }
        if node_type.role != Role::Note {
            templates.extend(found.templates.into_iter().map(|template| (position, template)));
        }
    }
    templates
}
