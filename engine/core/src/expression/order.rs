//! The order expressions give values, for nodes that put whole lists in order.

use std::cmp::Ordering;

use serde_json::Value;

use super::datum::Datum;
use super::decimal::Decimal;
use super::error::{ExpressionError, Span};
use super::fuel::{Fuel, Limits};
use super::methods::{Direction, compare_keys, merge_sort};

/// How one of the keys of a list orders it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortBy {
    pub direction: Direction,
    /// Whether texts that are numbers, such as `"19.90"`, count as numbers.
    pub is_numeric: bool,
}

/// The positions of rows of keys, in order by the first key, then by the next. As with `sortBy`, booleans come before
/// numbers, numbers before texts and texts before lists and objects; null is last in both directions, and what is equal
/// keeps its place.
///
/// ```
/// use serde_json::json;
/// use weft_core::expression::{Direction, Limits, SortBy, sorted};
///
/// let rows = [vec![json!("b")], vec![json!(null)], vec![json!("a")]];
/// let by = [SortBy { direction: Direction::Descending, is_numeric: false }];
/// assert_eq!(sorted(&rows, &by, &Limits::default()).unwrap(), [0, 2, 1]);
/// ```
pub fn sorted(rows: &[Vec<Value>], by: &[SortBy], limits: &Limits) -> Result<Vec<usize>, ExpressionError> {
    let mut fuel = Fuel::new(*limits);
    let keyed: Vec<Vec<Datum<'_>>> = rows.iter().map(|row| keys(row, by)).collect();
    let positions = (0..keyed.len()).collect();
    let sorted = merge_sort(positions, &mut |a: &usize, b: &usize| {
        for ((a, b), by) in keyed[*a].iter().zip(&keyed[*b]).zip(by) {
            match compare_keys(a, b, by.direction, &mut fuel)? {
                Ordering::Equal => {}
                order => return Ok(order),
            }
        }
        Ok(Ordering::Equal)
    });
    sorted.map_err(|failure| failure.into_error(Span::default()))
}

/// Whether a value is a number or a text that is one, such as `"19.90"`.
pub fn is_numeric(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::String(text) => Decimal::parse(text).is_ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

fn keys<'v>(row: &'v [Value], by: &[SortBy]) -> Vec<Datum<'v>> {
    let numeric = |value: &'v Value| match value {
        Value::String(text) => Decimal::parse(text).map_or_else(|_| Datum::from(value), Datum::decimal),
        other => Datum::from(other),
    };
    row.iter().zip(by).map(|(value, by)| if by.is_numeric { numeric(value) } else { Datum::from(value) }).collect()
}
