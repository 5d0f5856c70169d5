//! What the nodes that work on a whole list share.

use std::ops::RangeInclusive;

use serde_json::{Value, json};
use weft_core::expression::{CompiledParams, ExpressionError, Limits};
use weft_core::run::{ErrorKind, RunError};

use super::Context;
use super::context::{described, wrong};

/// The most items such a node takes; more belong into several runs.
pub(super) const MOST_ITEMS: usize = 100_000;

/// What the work on one list may cost, beside the expressions of its items: room for sorting a full list by several keys.
pub(super) const LIMITS: Limits = Limits { steps: 50_000_000, bytes: 256 << 20, depth: 64 };

/// The declaration of the parameter `list`.
pub(super) fn parameter() -> Value {
    json!({
        "title": "List", "default": "{{ input }}", "description": "The input when left empty.",
        "x-ui": { "placeholder": "{{ input }}" }
    })
}

impl<'a> Context<'a> {
    /// The list of the parameter `list`, or the input where that is left empty.
    pub(super) fn items(&self) -> Result<Vec<Value>, RunError> {
        let list = match self.chosen("list") {
            Some(_) => self.param("list")?,
            None => Value::clone(self.input),
        };
        match list {
            Value::Array(items) if items.len() > MOST_ITEMS => {
                let message = format!(
                    "`list` has {} items, more than the {MOST_ITEMS} one node takes: split the work over several runs",
                    items.len()
                );
                Err(RunError {
                    pointer: Some("/list".into()),
                    ..RunError::new(ErrorKind::Limit, "too_many_items", message)
                })
            }
            Value::Array(items) => Ok(items),
            other => Err(wrong("list", "a list, such as {{ input.items }}", &other)),
        }
    }

    /// A parameter, unless it is left empty.
    pub(super) fn chosen(&self, name: &str) -> Option<&'a CompiledParams> {
        self.params.get(name).filter(|param| !self.is_blank(param))
    }

    /// Whether a part of the parameters is left empty, as forms write it: null or an empty text.
    pub(super) fn is_blank(&self, part: &CompiledParams) -> bool {
        let is_empty = |value: Value| value.is_null() || value == "";
        part.is_constant() && part.evaluate(&self.scope, &LIMITS).is_ok_and(is_empty)
    }

    /// The elements of a parameter that lists what to do, each with expressions of its own.
    pub(super) fn parts(&self, name: &str) -> Result<&'a [CompiledParams], RunError> {
        let Some(param) = self.chosen(name) else { return Ok(&[]) };
        match param.items() {
            Some(parts) => Ok(parts),
            None => Err(wrong(name, "written out as a list, not given by an expression", &self.param(name)?)),
        }
    }

    /// A whole number; `otherwise` where the parameter is left empty and need not be set.
    pub(super) fn whole(
        &self,
        name: &str,
        range: RangeInclusive<usize>,
        otherwise: Option<usize>,
    ) -> Result<usize, RunError> {
        let value = self.param(name)?;
        let number = match &value {
            Value::Null => otherwise,
            Value::Number(number) => {
                number.as_f64().filter(|number| number.fract() == 0.0 && *number >= 0.0).map(|number| number as usize)
            }
            Value::String(text) => text.trim().parse().ok(),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        number
            .filter(|number| range.contains(number))
            .ok_or_else(|| wrong(name, &format!("a whole number from {} to {}", range.start(), range.end()), &value))
    }
}

/// The error for what a parameter came to for one item.
pub(super) fn unfit_item(pointer: &str, expected: &str, found: &Value, index: usize) -> RunError {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let message = format!("`{name}` must be {expected}, but at index {index} it is {}", described(found));
    RunError {
        pointer: Some(pointer.into()),
        details: Some(json!({ "index": index })),
        ..RunError::new(ErrorKind::InvalidInput, "wrong_item", message)
    }
}

/// The error for a list as a whole: what it comes to, or takes to work through, is too much.
pub(super) fn unfit_list(pointer: &str, error: &ExpressionError) -> RunError {
    RunError {
        pointer: Some(pointer.into()),
        ..RunError::new(ErrorKind::Expression, error.code, error.message.clone())
    }
}
