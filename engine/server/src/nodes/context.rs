//! What a node is handed, and all it is handed.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use weft_core::expression::{CompiledParams, ExpressionError, Limits, Scope, Steps};
use weft_core::run::{ErrorKind, RunError};

/// The parameters of a step and what its expressions can see.
#[derive(Debug)]
pub struct Context<'a> {
    /// The parameters that may hold expressions.
    pub params: &'a CompiledParams,
    /// The parameters that are taken as they are.
    pub plain: &'a Map<String, Value>,
    pub scope: Scope<'a>,
    pub input: &'a Arc<Value>,
    /// Whether `input` is an object keyed by source node, because edges of several nodes come in.
    pub has_several_sources: bool,
}

impl<'a> Context<'a> {
    /// All parameters, their expressions evaluated.
    pub fn resolve(&self) -> Result<Map<String, Value>, RunError> {
        let mut params = self.plain.clone();
        if let Value::Object(evaluated) = self.evaluate(self.params, &self.scope, "")? {
            params.extend(evaluated);
        }
        Ok(params)
    }

    /// One parameter, or null when it is not set.
    pub fn param(&self, name: &str) -> Result<Value, RunError> {
        match self.params.get(name) {
            Some(param) => self.evaluate(param, &self.scope, &format!("/{name}")),
            None => Ok(self.plain.get(name).cloned().unwrap_or_default()),
        }
    }

    /// A part of the parameters; not copied where it only names what is there already.
    pub(super) fn borrow<'v>(&'v self, part: &'v CompiledParams, pointer: &str) -> Result<Cow<'v, Value>, RunError> {
        let value = part.evaluate_borrowed(&self.scope, &Limits::default());
        value.map_err(|(below, error)| failed(&format!("{pointer}{below}"), &error))
    }

    /// A part of the parameters, evaluated with `item` and `index` of a list the node goes through.
    pub fn for_item(
        &self,
        part: &CompiledParams,
        pointer: &str,
        item: &Value,
        index: usize,
    ) -> Result<Value, RunError> {
        let scope = Scope { item: Some(item), index: Some(index as u64), ..self.scope };
        self.evaluate(part, &scope, pointer).map_err(|error| at_index(error, index))
    }

    /// A list parameter, or an error that names it and what it was instead.
    pub fn list(&self, name: &str) -> Result<Vec<Value>, RunError> {
        match self.param(name)? {
            Value::Array(items) => Ok(items),
            other => Err(wrong(name, "a list", &other)),
        }
    }

    pub(super) fn evaluate(&self, part: &CompiledParams, scope: &Scope<'_>, pointer: &str) -> Result<Value, RunError> {
        part.evaluate(scope, &Limits::default()).map_err(|(below, error)| failed(&format!("{pointer}{below}"), &error))
    }

    /// The outputs an expression could read as `steps`, as one object.
    pub fn steps(&self) -> Value {
        let steps: &dyn Steps = self.scope.steps;
        let outputs = steps.ids().into_iter().filter_map(|id| Some((id.clone(), steps.output(&id)?.clone())));
        Value::Object(outputs.collect())
    }
}

fn failed(pointer: &str, error: &ExpressionError) -> RunError {
    RunError {
        pointer: Some(pointer.to_owned()),
        details: Some(json!({ "span": { "start": error.span.start, "end": error.span.end } })),
        ..RunError::new(ErrorKind::Expression, error.code, error.message.clone())
    }
}

/// The same error, with the item it is about.
fn at_index(mut error: RunError, index: usize) -> RunError {
    error.message = format!("{} (at index {index})", error.message);
    if let Some(Value::Object(details)) = &mut error.details {
        details.insert("index".into(), index.into());
    }
    error
}

/// The error for a parameter that came out as something else than the node can use.
pub(super) fn wrong(name: &str, expected: &str, found: &Value) -> RunError {
    RunError {
        pointer: Some(format!("/{name}")),
        ..RunError::new(
            ErrorKind::InvalidInput,
            "wrong_parameter",
            format!("`{name}` must be {expected}, but it is {}", described(found)),
        )
    }
}

/// A value in a few words.
pub(super) fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text \"{}\"", text.chars().take(40).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The longest a step may be told to wait: ten years in milliseconds.
const LONGEST_MS: f64 = 10.0 * 366.0 * 24.0 * 3_600_000.0;

/// A parameter that is a number of milliseconds, as a number or as text.
pub(super) fn duration_ms(context: &Context<'_>, name: &str) -> Result<Option<u64>, RunError> {
    let value = context.param(name)?;
    let number = match &value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    };
    match number {
        Some(ms) if (0.0..=LONGEST_MS).contains(&ms) => Ok(Some(ms as u64)),
        _ => Err(wrong(name, "a number of milliseconds, at most ten years", &value)),
    }
}
