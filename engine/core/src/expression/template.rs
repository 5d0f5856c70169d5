//! A string with expressions in it, parsed once and evaluated many times.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use super::ast::{Base, Expr, Kind, LinkKind};
use super::coerce;
use super::datum::find;
use super::error::{Checked, ExpressionError, Failure, Span};
use super::evaluate::Machine;
use super::fuel::{Fuel, Limits};
use super::lexer;
use super::parser::{Findings, Parser};
use super::scope::Scope;

/// A parsed template. A string that is one expression keeps the value's type; otherwise the parts are put together as
/// text, where null is empty and lists and objects are JSON.
#[derive(Debug)]
pub struct Template {
    text: Box<str>,
    body: Body,
    references: Vec<Reference>,
    slots: usize,
    height: u32,
}

#[derive(Debug)]
enum Body {
    /// What it always gives.
    Constant(Value),
    Single(Expr),
    Parts(Vec<Part>),
}

#[derive(Debug)]
enum Part {
    Text(String),
    Expression(Expr),
}

/// A path an expression reads, such as `steps.notify.body`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    pub root: Root,
    /// The whole path in the template's text, in bytes.
    pub span: Span,
    /// The members after the root, as far as they are written out: `["body"]`.
    pub path: Vec<String>,
}

/// Where a path starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Root {
    Input,
    /// The output of a node; none where the node is only known when it runs, as in `steps[input.name]`.
    Steps(Option<String>),
    Trigger,
    Run,
    Vars,
    Item,
    Index,
}

/// A place that names a node.
#[derive(Debug, Clone)]
pub(crate) struct StepName {
    /// From after `steps` to the end of the name, brackets included: `.notify` or `["notify"]`.
    pub(crate) span: Span,
    /// The name alone, with quotes where it has them.
    pub(crate) name: Span,
    pub(crate) id: String,
}

/// One stretch of a template's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Stretch {
    pub start: usize,
    pub end: usize,
    pub kind: StretchKind,
}

/// Whether a stretch is written as it is or evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StretchKind {
    Text,
    Expression,
}

const OPEN: &str = "{{";

impl Template {
    pub fn parse(text: &str) -> Result<Template, ExpressionError> {
        Template::parse_known(text, &[])
    }

    /// Parses with some names known already, in slots from 0.
    pub(crate) fn parse_known(text: &str, locals: &[&str]) -> Result<Template, ExpressionError> {
        let mut findings = Findings::default();
        let mut parts = Vec::new();
        let mut at = 0;
        let whole = Span::new(0, text.len());
        while let Some(offset) = text[at..].find(OPEN) {
            let start = at + offset;
            if offset > 0 {
                parts.push(Part::Text(text[at..start].to_owned()));
            }
            let tokens = lexer::lex(text, start + OPEN.len()).map_err(|failure| failure.into_error(whole))?;
            let parser = Parser::new(text, &tokens, &mut findings).with_locals(locals);
            parts.push(Part::Expression(parser.parse().map_err(|failure| failure.into_error(whole))?));
            at = tokens.end;
        }
        if at < text.len() {
            parts.push(Part::Text(text[at..].to_owned()));
        }
        let Findings { references, slots, height, .. } = findings;
        Ok(Template { body: Body::new(text, parts), text: text.into(), references, slots, height })
    }

    /// The template's value for one scope.
    pub fn evaluate(&self, scope: &Scope<'_>, limits: &Limits) -> Result<Value, ExpressionError> {
        match self.borrow(scope) {
            Some(value) => Ok(value.clone()),
            None => self.run(&mut Machine::new(scope, *limits), &[]),
        }
    }

    /// Like `evaluate`, without a copy where the template only names a value that is there already.
    pub fn evaluate_borrowed<'v>(
        &'v self,
        scope: &Scope<'v>,
        limits: &Limits,
    ) -> Result<Cow<'v, Value>, ExpressionError> {
        match self.borrow(scope) {
            Some(value) => Ok(Cow::Borrowed(value)),
            None => self.evaluate(scope, limits).map(Cow::Owned),
        }
    }

    /// Every path that starts at a root, in the order of the text.
    pub fn references(&self) -> Vec<Reference> {
        self.references.clone()
    }

    /// True when every scope gives the same value.
    pub fn is_constant(&self) -> bool {
        matches!(self.body, Body::Constant(_))
    }

    /// True when the text has to be parsed at all.
    pub fn has_expression(text: &str) -> bool {
        text.contains(OPEN)
    }

    pub(crate) fn constant(&self) -> Option<&Value> {
        match &self.body {
            Body::Constant(value) => Some(value),
            Body::Single(_) | Body::Parts(_) => None,
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The value itself, where the template is constant or a plain path to something that is there.
    pub(crate) fn borrow<'v>(&'v self, scope: &Scope<'v>) -> Option<&'v Value> {
        match &self.body {
            Body::Constant(value) => Some(value),
            Body::Single(expr) => follow(expr, scope),
            Body::Parts(_) => None,
        }
    }

    /// Evaluates with what is left in the machine; `known` fills the first slots.
    pub(crate) fn run<'v>(&'v self, machine: &mut Machine<'v>, known: &'v [Value]) -> Result<Value, ExpressionError> {
        machine.enter(&self.text, self.slots);
        machine.fill(known);
        let whole = Span::new(0, self.text.len());
        self.value(machine).map_err(|failure| failure.into_error(whole))
    }

    fn value<'v>(&'v self, machine: &mut Machine<'v>) -> Checked<Value> {
        if self.height > machine.fuel.depth() {
            let limit = machine.fuel.depth();
            return Err(Failure::new("too_deep", format!("the expression nests deeper than {limit} levels")));
        }
        match &self.body {
            Body::Constant(value) => {
                pay_copy(value, &mut machine.fuel)?;
                Ok(value.clone())
            }
            Body::Single(expr) => {
                let value = machine.evaluate(expr)?;
                value.into_json(&mut machine.fuel).map_err(|failure| failure.at(expr.span))
            }
            Body::Parts(parts) => {
                let mut text = String::new();
                for part in parts {
                    match part {
                        Part::Text(more) => {
                            machine.fuel.allocate(more.len())?;
                            text.push_str(more);
                        }
                        Part::Expression(expr) => {
                            let value = machine.evaluate(expr)?;
                            coerce::write_into_template(value, &mut text, &mut machine.fuel)
                                .map_err(|failure| failure.at(expr.span))?;
                        }
                    }
                }
                Ok(Value::String(text))
            }
        }
    }
}

/// Pays for a copy of a value that stays where it is.
pub(crate) fn pay_copy(value: &Value, fuel: &mut Fuel) -> Checked<()> {
    fuel.allocate(size_of::<Value>())?;
    match value {
        Value::String(text) => fuel.allocate(text.len()),
        Value::Array(items) => items.iter().try_for_each(|item| pay_copy(item, fuel)),
        Value::Object(map) => map.iter().try_for_each(|(key, value)| {
            fuel.allocate(key.len() + size_of::<String>())?;
            pay_copy(value, fuel)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

impl Body {
    fn new(text: &str, mut parts: Vec<Part>) -> Body {
        if !parts.iter().any(|part| matches!(part, Part::Expression(_))) {
            return Body::Constant(Value::String(text.to_owned()));
        }
        let is_blank = |part: &Part| matches!(part, Part::Text(text) if text.trim().is_empty());
        let is_single = parts.iter().filter(|part| !is_blank(part)).count() == 1
            && parts.iter().filter(|part| matches!(part, Part::Expression(_))).count() == 1;
        if !is_single {
            return Body::Parts(parts);
        }
        parts.retain(|part| !is_blank(part));
        match parts.pop() {
            Some(Part::Expression(Expr { kind: Kind::Constant(value), .. })) => Body::Constant(value),
            Some(Part::Expression(expr)) => Body::Single(expr),
            other => Body::Parts(other.into_iter().collect()),
        }
    }
}

/// Follows a path of plain members and positions as far as everything on it exists.
fn follow<'v>(expr: &'v Expr, scope: &Scope<'v>) -> Option<&'v Value> {
    let (base, links) = match &expr.kind {
        Kind::Path { base, links } => (&**base, links.as_slice()),
        _ => (expr, &[][..]),
    };
    let mut value = match &base.kind {
        Kind::Root(Base::Input) => scope.input,
        Kind::Root(Base::Trigger) => scope.trigger,
        Kind::Root(Base::Run) => scope.run,
        Kind::Root(Base::Vars) => scope.vars,
        Kind::Root(Base::Item) => scope.item?,
        Kind::Step { id, .. } => scope.steps.output(id)?,
        _ => return None,
    };
    for link in links {
        value = match (&link.kind, value) {
            (LinkKind::Member(name), Value::Object(map)) => find(map, name)?,
            (LinkKind::Index(Expr { kind: Kind::Constant(Value::Number(index)), .. }), Value::Array(items)) => {
                items.get(usize::try_from(index.as_u64()?).ok()?)?
            }
            _ => return None,
        };
    }
    Some(value)
}

/// Splits a template into text and expressions, as far as it can be read: what an editor colours.
pub fn stretches(text: &str) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(OPEN) {
        let start = at + offset;
        if offset > 0 {
            stretches.push(Stretch { start: at, end: start, kind: StretchKind::Text });
        }
        let from = start + OPEN.len();
        let end = match lexer::lex(text, from) {
            Ok(tokens) => tokens.end,
            Err(_) => text[from..].find("}}").map_or(text.len(), |length| from + length + 2),
        };
        stretches.push(Stretch { start, end, kind: StretchKind::Expression });
        at = end;
    }
    if at < text.len() {
        stretches.push(Stretch { start: at, end: text.len(), kind: StretchKind::Text });
    }
    stretches
}
