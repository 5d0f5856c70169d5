//! Methods: a table for each kind of value.

mod list;
mod list_search;
mod matching;
mod number;
mod sort;
mod text;

pub(crate) use self::list::flatten;
pub(crate) use self::number::fixed;
pub use self::sort::Direction;
pub(crate) use self::sort::{by_keys, compare_keys, merge_sort};
pub(crate) use self::text::characters;

use serde::Serialize;

use super::ast::Argument;
use super::call::Native;
use super::datum::Datum;
use super::error::{Checked, Failure};
use super::functions::Example;

/// A method of a kind of value.
#[derive(Debug, Serialize)]
pub struct Method {
    pub name: &'static str,
    /// What it is a method of.
    pub receiver: Receiver,
    pub signature: &'static str,
    pub docs: &'static str,
    pub examples: &'static [Example],
    #[serde(skip)]
    pub(crate) run: Native,
    #[serde(skip)]
    counts: (usize, usize),
    /// Which argument may be a function.
    #[serde(skip)]
    callback: Option<usize>,
}

/// A kind of value that has methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    Text,
    List,
    Number,
    Decimal,
    Boolean,
    Object,
    Pattern,
}

impl Receiver {
    const ALL: [Receiver; 7] = [
        Receiver::Text,
        Receiver::List,
        Receiver::Number,
        Receiver::Decimal,
        Receiver::Boolean,
        Receiver::Object,
        Receiver::Pattern,
    ];

    fn of(value: &Datum<'_>) -> Option<Receiver> {
        Some(match value {
            Datum::Null => return None,
            Datum::Text(_) => Receiver::Text,
            Datum::List(_) => Receiver::List,
            Datum::Number(_) => Receiver::Number,
            Datum::Decimal(_) => Receiver::Decimal,
            Datum::Bool(_) => Receiver::Boolean,
            Datum::Object(_) => Receiver::Object,
            Datum::Pattern(_) => Receiver::Pattern,
        })
    }

    fn plural(self) -> &'static str {
        match self {
            Receiver::Text => "texts",
            Receiver::List => "lists",
            Receiver::Number => "numbers",
            Receiver::Decimal => "decimal numbers",
            Receiver::Boolean => "booleans",
            Receiver::Object => "objects",
            Receiver::Pattern => "regular expressions",
        }
    }
}

impl Method {
    pub(super) const fn new(
        receiver: Receiver,
        signature: (&'static str, &'static str),
        docs: &'static str,
        counts: (usize, usize),
        run: Native,
        examples: &'static [Example],
    ) -> Method {
        let (name, signature) = signature;
        Method { name, receiver, signature, docs, examples, run, counts, callback: None }
    }

    pub(super) const fn with_callback(self, position: usize) -> Method {
        Method { callback: Some(position), ..self }
    }

    pub(crate) fn check_actual(&self, count: usize) -> Checked<()> {
        if (self.counts.0..=self.counts.1).contains(&count) {
            return Ok(());
        }
        Err(Failure::new("wrong_arguments", format!("`{}` is written {}", self.name, self.signature)))
    }
}

/// More arguments than anybody writes.
const ANY: usize = usize::MAX;

/// Where a part between two positions starts and ends; negative positions count from the end.
fn range(start: i64, end: i64, length: usize) -> (usize, usize) {
    let length = length as i64;
    let resolve =
        |position: i64| if position < 0 { position.saturating_add(length).max(0) } else { position.min(length) };
    (resolve(start) as usize, resolve(end) as usize)
}

/// The methods of one name, by what they are methods of.
#[derive(Debug)]
pub(crate) struct MethodSet {
    pub(crate) name: &'static str,
    by_receiver: [Option<&'static Method>; Receiver::ALL.len()],
}

/// Every method of every kind of value.
pub fn methods() -> impl Iterator<Item = &'static Method> {
    [text::METHODS, matching::METHODS, list::METHODS, list_search::METHODS, number::METHODS].into_iter().flatten()
}

impl MethodSet {
    pub(crate) fn named(name: &str) -> Option<MethodSet> {
        let mut set = None;
        for method in methods().filter(|method| method.name == name) {
            let found = set.get_or_insert(MethodSet { name: method.name, by_receiver: [None; Receiver::ALL.len()] });
            found.by_receiver[method.receiver as usize] = Some(method);
        }
        set
    }

    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        methods().map(|method| method.name)
    }

    #[inline]
    pub(crate) fn of(&self, value: &Datum<'_>) -> Option<&'static Method> {
        self.by_receiver[Receiver::of(value)? as usize]
    }

    fn all(&self) -> impl Iterator<Item = &'static Method> {
        self.by_receiver.iter().copied().flatten()
    }

    /// "lists and texts"
    pub(crate) fn owners(&self) -> String {
        self.all().map(|method| method.receiver.plural()).collect::<Vec<_>>().join(" and ")
    }

    pub(crate) fn takes_callback(&self, position: usize) -> bool {
        self.all().any(|method| method.callback == Some(position))
    }

    /// Checks the number of arguments as far as it is known before evaluating.
    pub(crate) fn check_count(&self, arguments: &[Argument]) -> Checked<()> {
        let is_spread = arguments.iter().any(|argument| matches!(argument, Argument::Spread(_)));
        if is_spread || self.all().any(|method| method.check_actual(arguments.len()).is_ok()) {
            return Ok(());
        }
        self.all().try_for_each(|method| method.check_actual(arguments.len()))
    }
}
