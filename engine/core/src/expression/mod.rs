//! The expression language: `{{ … }}` in string parameters.
//!
//! It is a total subset of JavaScript expressions: what it accepts means what it means in JavaScript, and evaluating
//! always ends, because there is no recursion and every visit and every byte allocated costs fuel. There is nothing to
//! escape to: no statements, assignments, prototypes, globals or I/O, and names are resolved while parsing.
//!
//! Where it differs from JavaScript, on purpose:
//! - There is one `null`; `undefined` and what is missing are the same value. `typeof null` is `"object"`.
//! - Lists and objects are equal when their contents are. They never change, so nothing else could tell them apart.
//! - Integers are exact as far as 64 bits go; where a result would have to be rounded beyond 2^53 there is an error that
//!   names `decimal()`.
//! - Only own properties exist; `__proto__` and `constructor` are ordinary, usually missing, keys.
//! - Where JavaScript would write `[object Object]`, or read a property of a number, there is an error.
//! - Keys keep the order they were written in, also when they look like numbers.
//! - Half a character (one unit of a surrogate pair) reads as U+FFFD.
//! - NaN and infinities become `null` in the result, as `JSON.stringify` makes them. Decimal numbers become text.
//!
//! ```
//! use serde_json::{Map, Value, json};
//! use weft_core::expression::{Limits, Scope, Template};
//!
//! let template = Template::parse("Order {{ input.id }}: {{ input.items.map(x => x.price).join(' + ') }}").unwrap();
//! let input = json!({ "id": 7, "items": [{ "price": 1.5 }, { "price": 2 }] });
//! let (null, steps) = (Value::Null, Map::new());
//! let scope = Scope {
//!     input: &input, steps: &steps, trigger: &null, run: &null, vars: &null, item: None, index: None, now_ms: 0, seed: 0,
//! };
//! assert_eq!(template.evaluate(&scope, &Limits::default()).unwrap(), "Order 7: 1.5 + 2");
//! ```

mod ast;
mod call;
mod coerce;
mod complete;
mod constants;
mod datum;
mod decimal;
mod error;
mod evaluate;
mod fold;
mod fuel;
mod functions;
mod json;
mod lexer;
mod methods;
mod number;
mod order;
mod params;
mod parser;
mod pattern;
mod rename;
mod scope;
mod template;
#[cfg(test)]
mod tests;
mod text_index;

pub use complete::{Completion, Suggestion, SuggestionKind, complete};
pub use error::{ExpressionError, Span, from_utf16, utf16};
pub use fuel::Limits;
pub use functions::{Example, Function, catalogue};
pub use methods::{Direction, Method, Receiver, methods};
pub use order::{SortBy, is_numeric, sorted};
pub use params::CompiledParams;
pub use rename::rename_node;
pub use scope::{Scope, Steps};
pub use template::{Reference, Root, Stretch, StretchKind, Template, stretches};
