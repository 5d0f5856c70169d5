//! Expressions: whether they can be read, and whether what they read is there when they run.

use crate::expression::{Reference, Root, Template, utf16};
use crate::node_type::Role;
use crate::params_schema::TemplateText;
use crate::problem::{Problem, Severity};

use super::did_you_mean;
use super::drawing::Drawing;

pub(super) fn check(drawing: &Drawing, templates: &[(usize, TemplateText)], problems: &mut Vec<Problem>) {
    let mut order = Order { drawing, upstream: vec![None; drawing.document.nodes.len()] };
    for (position, template) in templates {
        let below = format!("/params{}", template.pointer);
        let mut tell = |told: Told| {
            let problem = drawing.error(*position, &below, told.code, told.message);
            // A disabled node passes its input on and evaluates nothing.
            let severity = if drawing.node(*position).disabled { Severity::Warning } else { told.severity };
            problems.push(Problem { severity, ..problem });
        };
        match Template::parse(template.text) {
            Ok(parsed) => {
                let mut told = Vec::new();
                for reference in parsed.references() {
                    let problem = order.check(*position, template, &reference);
                    told.extend(problem.filter(|problem| !told.contains(problem)));
                }
                told.into_iter().for_each(tell);
            }
            Err(error) => {
                let character = utf16(template.text, error.span).start + 1;
                let message =
                    format!("{} (at character {character})", capitalized(error.message.trim_end_matches('.')));
                tell(Told { code: "bad_expression", severity: Severity::Error, message });
            }
        }
    }
}

#[derive(Debug, PartialEq)]
struct Told {
    code: &'static str,
    severity: Severity,
    message: String,
}

impl Told {
    fn error(code: &'static str, message: String) -> Option<Told> {
        Some(Told { code, severity: Severity::Error, message })
    }

    fn warning(code: &'static str, message: String) -> Option<Told> {
        Some(Told { code, severity: Severity::Warning, message })
    }
}

/// Knows which node runs before which.
struct Order<'d> {
    drawing: &'d Drawing<'d>,
    /// By node: whether each node runs before it. Filled as asked for.
    upstream: Vec<Option<Vec<bool>>>,
}

impl Order<'_> {
    fn check(&mut self, reader: usize, template: &TemplateText, reference: &Reference) -> Option<Told> {
        match &reference.root {
            Root::Steps(Some(id)) => self.check_step(reader, id),
            Root::Item | Root::Index => self.check_item(reader, template, reference),
            Root::Input => self.check_input(reader, reference),
            Root::Steps(None) | Root::Trigger | Root::Run | Root::Vars => None,
        }
    }

    fn check_step(&mut self, reader: usize, id: &str) -> Option<Told> {
        let drawing = self.drawing;
        let is_known = |position: &usize| !drawing.has_role(*position, Role::Note);
        let Some(step) = drawing.index.get(id).copied().filter(is_known) else {
            return Told::error("unknown_step", format!("There is no node `{id}`.{}", did_you_mean(id, drawing.ids())));
        };
        // The reader, or the container it is in that stands beside the step.
        let stands_beside = |position: &usize| drawing.holders[*position] == drawing.holders[step];
        let Some(beside) = std::iter::once(reader).chain(drawing.containers(reader)).find(stands_beside) else {
            let container = drawing.containers(step).last().unwrap_or(step);
            let message = format!(
                "`{id}` is inside a container and only seen there; read `steps.{}` instead.",
                drawing.node(container).id
            );
            return Told::error("step_not_visible", message);
        };
        if beside == step {
            let message = if reader == step {
                format!("`{id}` can't read its own output.")
            } else {
                format!("`{id}` ends after everything inside it, so its output is not there yet.")
            };
            return Told::error("step_is_later", message);
        }
        if self.runs_before(step, beside) {
            return None;
        }
        if self.runs_before(beside, step) {
            return Told::error(
                "step_is_later",
                format!("`{id}` runs after this node, so its output is not there yet."),
            );
        }
        let message = format!("`{id}` is on another branch and may not have run; connect it with an edge to be sure.");
        Told::warning("step_not_upstream", message)
    }

    fn check_item(&self, reader: usize, template: &TemplateText, reference: &Reference) -> Option<Told> {
        if template.is_per_item || self.drawing.holders[reader].is_some() {
            return None;
        }
        let name = if reference.root == Root::Item { "item" } else { "index" };
        Told::error("no_item", format!("There is no `{name}` here; it exists inside a container. Use `input` instead."))
    }

    fn check_input(&self, reader: usize, reference: &Reference) -> Option<Told> {
        let sources = &self.drawing.sources[reader];
        let first = sources.first()?;
        let read = reference.path.first()?;
        let is_one_of_several = sources.iter().any(|source| source != first);
        if !is_one_of_several || sources.iter().any(|source| self.drawing.node(*source).id.as_str() == read) {
            return None;
        }
        let mut fields: Vec<String> =
            sources.iter().map(|source| format!("`input.{}`", self.drawing.node(*source).id)).collect();
        fields.dedup();
        let message =
            format!("Several edges lead here, so there is no `input.{read}`; there are {}.", fields.join(", "));
        Told::warning("unknown_source", message)
    }

    fn runs_before(&mut self, first: usize, second: usize) -> bool {
        let drawing = self.drawing;
        let upstream = self.upstream[second].get_or_insert_with(|| {
            let mut is_upstream = vec![false; drawing.document.nodes.len()];
            let mut open = drawing.sources[second].clone();
            while let Some(position) = open.pop() {
                if !std::mem::replace(&mut is_upstream[position], true) {
                    open.extend(&drawing.sources[position]);
                }
            }
            is_upstream
        });
        upstream[first]
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
