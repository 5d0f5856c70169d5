//! Named functions: a table by group, each with its documentation and its examples, which are its tests.

mod aggregate;
mod convert;
mod date;
mod date_format;
mod date_move;
mod encode;
mod javascript;
mod javascript_object;
mod list;
mod math;
mod moment;
mod number;
mod object;
mod seen;
mod text;
mod words;
mod zone;

use std::sync::LazyLock;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::ast::Argument;
use super::call::Native;
use super::decimal::Decimal;
use super::error::{Checked, Failure};

/// A function expressions may call by its name.
#[derive(Debug, Serialize)]
pub struct Function {
    pub name: &'static str,
    /// What it is about: `text`, `number`, `list`, …
    pub group: &'static str,
    pub signature: &'static str,
    pub docs: &'static str,
    /// The type of its first argument.
    pub input: &'static str,
    /// The type of its result.
    pub output: &'static str,
    pub examples: &'static [Example],
    #[serde(skip)]
    pub(crate) run: Native,
    #[serde(skip)]
    counts: (usize, usize),
    /// Which argument may be a function.
    #[serde(skip)]
    callback: Option<usize>,
    /// True when its result depends on the run.
    #[serde(skip)]
    pub(crate) is_impure: bool,
}

/// An expression and the JSON of its value.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Example {
    pub expression: &'static str,
    #[serde(serialize_with = "as_json")]
    pub value: &'static str,
}

fn as_json<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::from_str::<Value>(text).unwrap_or(Value::Null).serialize(serializer)
}

pub(super) const fn example(expression: &'static str, value: &'static str) -> Example {
    Example { expression, value }
}

/// More arguments than anybody writes.
pub(super) const ANY: usize = usize::MAX;

impl Function {
    pub(super) const fn new(
        group: &'static str,
        signature: (&'static str, &'static str),
        docs: &'static str,
        types: (&'static str, &'static str),
        counts: (usize, usize),
        run: Native,
        examples: &'static [Example],
    ) -> Function {
        let (name, signature) = signature;
        let (input, output) = types;
        Function {
            name,
            group,
            signature,
            docs,
            input,
            output,
            examples,
            run,
            counts,
            callback: None,
            is_impure: false,
        }
    }

    pub(super) const fn with_callback(self, position: usize) -> Function {
        Function { callback: Some(position), ..self }
    }

    pub(super) const fn impure(self) -> Function {
        Function { is_impure: true, ..self }
    }

    pub(crate) fn takes_callback(&self, position: usize) -> bool {
        self.callback == Some(position)
    }

    /// True when it can be passed by name to a list method.
    pub(crate) fn takes_one_value(&self) -> bool {
        self.counts.0 <= 1 && self.counts.1 == 1 && self.callback != Some(0)
    }

    /// Checks the number of arguments as far as it is known before evaluating.
    pub(crate) fn check_count(&self, arguments: &[Argument]) -> Checked<()> {
        if arguments.iter().any(|argument| matches!(argument, Argument::Spread(_))) {
            return Ok(());
        }
        self.check_actual(arguments.len())
    }

    pub(crate) fn check_actual(&self, count: usize) -> Checked<()> {
        if (self.counts.0..=self.counts.1).contains(&count) {
            return Ok(());
        }
        Err(Failure::new("wrong_arguments", format!("`{}` is written {}", self.name, self.signature)))
    }
}

/// By group, in the order people look for them.
const GROUPS: &[&[Function]] = &[
    text::FUNCTIONS,
    number::FUNCTIONS,
    list::FUNCTIONS,
    aggregate::FUNCTIONS,
    object::FUNCTIONS,
    convert::FUNCTIONS,
    date::FUNCTIONS,
    date_move::FUNCTIONS,
    javascript::FUNCTIONS,
    javascript_object::FUNCTIONS,
    math::FUNCTIONS,
];

static TABLE: LazyLock<Vec<&'static Function>> = LazyLock::new(|| GROUPS.iter().copied().flatten().collect());

/// Every function, by group.
pub fn catalogue() -> &'static [&'static Function] {
    &TABLE
}

pub(crate) fn named(name: &str) -> Option<&'static Function> {
    TABLE.iter().find(|function| function.name == name).copied()
}

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|function| function.name)
}

/// True for `Math` in `Math.max`.
pub(crate) fn is_namespace(name: &str) -> bool {
    matches!(name, "Math" | "Number" | "Object" | "Array" | "JSON" | "String" | "Date")
}
