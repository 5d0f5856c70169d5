//! What the page can ask for.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use weft_core::check::read_document;
use weft_core::document::Document;
use weft_core::document_edit;
use weft_core::expression::{
    self, Completion, ExpressionError, Function, Limits, Scope, Span, StretchKind, Template, catalogue, stretches,
    utf16,
};
use weft_core::node_type::NodeType;
use weft_core::problem::Problem;

use crate::request::{Arguments, Refusal};

pub(crate) fn check(arguments: &Arguments) -> Result<Vec<Problem>, Refusal> {
    let document = document(arguments)?;
    let wrong =
        |error: serde_json::Error| Refusal::new("bad_request", format!("The argument `node_types` is wrong: {error}."));
    let types = Vec::<NodeType>::deserialize(arguments.value("node_types")?).map_err(wrong)?;
    Ok(weft_core::check::check(&document, &types.into_iter().collect()))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Evaluation {
    Value(Value),
    Problem(ExpressionProblem),
}

/// Why an expression has no value, with a place in UTF-16 offsets.
#[derive(Debug, Serialize)]
pub(crate) struct ExpressionProblem {
    code: &'static str,
    message: String,
    span: Span,
}

impl ExpressionProblem {
    fn new(template: &str, error: ExpressionError) -> ExpressionProblem {
        ExpressionProblem { code: error.code, message: error.message, span: utf16(template, error.span) }
    }
}

pub(crate) fn evaluate(arguments: &Arguments) -> Result<Evaluation, Refusal> {
    let template = arguments.text("template")?;
    let context = arguments.object("context")?;
    // There is no clock in here; without the caller's time it is that of the run, so that previews stay the same.
    let now_ms = arguments.value("now_ms").ok().and_then(Value::as_i64);
    let no_steps = Map::new();
    let value = |name: &str| context.get(name).unwrap_or(&Value::Null);
    let scope = Scope {
        input: value("input"),
        steps: value("steps").as_object().unwrap_or(&no_steps),
        trigger: value("trigger"),
        run: value("run"),
        vars: value("vars"),
        item: context.get("item"),
        index: context.get("index").and_then(Value::as_u64),
        now_ms: now_ms.or_else(|| value("run").get("started_at_ms")?.as_i64()).unwrap_or_default(),
        seed: 0,
    };
    let evaluated = Template::parse(template).and_then(|parsed| parsed.evaluate(&scope, &Limits::default()));
    Ok(match evaluated {
        Ok(value) => Evaluation::Value(value),
        Err(error) => Evaluation::Problem(ExpressionProblem::new(template, error)),
    })
}

pub(crate) fn complete(arguments: &Arguments) -> Result<Completion, Refusal> {
    let wrong = || Refusal::new("bad_request", "The argument `offset` must be a whole number.");
    let offset =
        arguments.value("offset")?.as_u64().and_then(|offset| usize::try_from(offset).ok()).ok_or_else(wrong)?;
    let context = arguments.object("context")?;
    Ok(expression::complete(arguments.text("template")?, offset, context.as_ref()))
}

#[derive(Debug, Serialize)]
pub(crate) struct Parsed {
    spans: Vec<Stretch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ExpressionProblem>,
}

#[derive(Debug, Serialize)]
struct Stretch {
    start: usize,
    end: usize,
    kind: StretchKind,
}

pub(crate) fn parse(arguments: &Arguments) -> Result<Parsed, Refusal> {
    let template = arguments.text("template")?;
    let spans = stretches(template).into_iter().map(|stretch| {
        let Span { start, end } = utf16(template, Span::new(stretch.start, stretch.end));
        Stretch { start, end, kind: stretch.kind }
    });
    let problem = Template::parse(template).err().map(|error| ExpressionProblem::new(template, error));
    Ok(Parsed { spans: spans.collect(), problem })
}

pub(crate) fn rename(arguments: &Arguments) -> Result<Document, Refusal> {
    let (from, to) = (arguments.text("from")?, arguments.text("to")?);
    document_edit::rename(&document(arguments)?, from, to)
        .map_err(|error| Refusal::new("cannot_rename", error.to_string()))
}

pub(crate) fn functions() -> &'static [&'static Function] {
    catalogue()
}

fn document(arguments: &Arguments) -> Result<Document, Refusal> {
    read_document(arguments.value("document")?)
        .map_err(|problem| Refusal::new(&problem.code, problem.message).at(problem.pointer))
}
