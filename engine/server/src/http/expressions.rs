//! Trying an expression out.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use weft_core::expression::{ExpressionError, Limits, Scope, Template, utf16};

use super::body::DOCUMENT_BODY;
use super::caller::Caller;
use super::json::Json;
use super::problem::{Code, Problem, ProblemBody};
use crate::accounts::Permission;
use crate::clock::now_ms;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluateExpression {
    /// Text with `{{ … }}` in it.
    template: String,
    #[serde(default)]
    context: ContextBody,
}

/// What the expression sees.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ExpressionContext)]
pub struct ContextBody {
    #[serde(default)]
    input: Value,
    /// Outputs by node id.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, Value>)]
    steps: Map<String, Value>,
    #[serde(default)]
    trigger: Value,
    #[serde(default)]
    run: Value,
    #[serde(default)]
    vars: Value,
    #[serde(default)]
    item: Option<Value>,
    #[serde(default)]
    index: Option<u64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EvaluatedExpression {
    value: Value,
}

/// Evaluate a template
///
/// A failing expression is told with its place in the template, in UTF-16 units.
#[utoipa::path(post, path = "/expressions/evaluate", operation_id = "evaluate_expression", tag = "documents", request_body = EvaluateExpression,
    responses((status = 200, body = EvaluatedExpression), (status = "4XX", body = ProblemBody)))]
pub async fn evaluate(
    caller: Caller,
    Json(body): Json<EvaluateExpression, DOCUMENT_BODY>,
) -> Result<Json<EvaluatedExpression>, Problem> {
    caller.may(Permission::ViewWorkflows)?;
    // Bounded, but up to a million steps are too long for a thread that serves requests.
    let evaluated = tokio::task::spawn_blocking(move || evaluate_in(&body)).await.map_err(Problem::internal)?;
    Ok(Json(EvaluatedExpression { value: evaluated? }))
}

fn evaluate_in(body: &EvaluateExpression) -> Result<Value, Problem> {
    let context = &body.context;
    let now_ms = now_ms();
    let scope = Scope {
        input: &context.input,
        steps: &context.steps,
        trigger: &context.trigger,
        run: &context.run,
        vars: &context.vars,
        item: context.item.as_ref(),
        index: context.index,
        now_ms,
        seed: now_ms.cast_unsigned(),
    };
    let evaluated = Template::parse(&body.template).and_then(|template| template.evaluate(&scope, &Limits::default()));
    evaluated.map_err(|error| failed(&body.template, &error))
}

fn failed(template: &str, error: &ExpressionError) -> Problem {
    let span = utf16(template, error.span);
    Problem::new(Code::ExpressionFailed, error.message.clone()).at_field("template").at_span(span.start, span.end)
}
