//! A call of a function or method: its arguments, asked for by position.

use super::ast::{Argument, Callback};
use super::coerce;
use super::datum::{Datum, List, Object, Outcome, Text};
use super::decimal::Decimal;
use super::error::{Checked, Failure};
use super::evaluate::Machine;
use super::fuel::Fuel;
use super::number::Number;
use super::pattern::Pattern;

pub(crate) struct Call<'m, 'a> {
    pub(crate) machine: &'m mut Machine<'a>,
    name: &'static str,
    receiver: Datum<'a>,
    arguments: &'a [Argument],
    base: usize,
    count: usize,
}

/// What runs a function or method.
pub(crate) type Native = for<'m, 'a> fn(&mut Call<'m, 'a>) -> Outcome<'a>;

impl<'m, 'a> Call<'m, 'a> {
    pub(crate) fn new(
        machine: &'m mut Machine<'a>,
        name: &'static str,
        receiver: Datum<'a>,
        arguments: &'a [Argument],
        base: usize,
        count: usize,
    ) -> Call<'m, 'a> {
        Call { machine, name, receiver, arguments, base, count }
    }

    pub(crate) fn fuel(&mut self) -> &mut Fuel {
        &mut self.machine.fuel
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// True where an argument was given and is not null.
    pub(crate) fn has(&self, position: usize) -> bool {
        position < self.count && !self.machine.stack[self.base + position].is_null()
    }

    /// An argument; null where it was not given. It can be taken once.
    pub(crate) fn take(&mut self, position: usize) -> Datum<'a> {
        if position < self.count {
            std::mem::replace(&mut self.machine.stack[self.base + position], Datum::Null)
        } else {
            Datum::Null
        }
    }

    pub(crate) fn text(&mut self, position: usize) -> Checked<Text<'a>> {
        let value = self.take(position);
        coerce::to_text(value, self.fuel())
    }

    /// An argument that is a regular expression; anything else stays for the next question.
    pub(crate) fn take_pattern(&mut self, position: usize) -> Option<&'a Pattern> {
        match self.machine.stack.get(self.base + position) {
            Some(Datum::Pattern(pattern)) if position < self.count => Some(pattern),
            _ => None,
        }
    }

    /// A text that may be absent or null.
    pub(crate) fn optional_text(&mut self, position: usize) -> Checked<Option<Text<'a>>> {
        if self.has(position) { self.text(position).map(Some) } else { Ok(None) }
    }

    pub(crate) fn number(&mut self, position: usize) -> Checked<Number> {
        coerce::to_number(&self.take(position))
    }

    pub(crate) fn decimal(&mut self, position: usize) -> Checked<Decimal> {
        coerce::to_decimal(&self.take(position))
    }

    /// A whole number within bounds, or what holds when it is absent.
    pub(crate) fn whole(
        &mut self,
        position: usize,
        bounds: std::ops::RangeInclusive<i64>,
        otherwise: i64,
    ) -> Checked<i64> {
        if !self.has(position) {
            return Ok(otherwise);
        }
        let number = self.number(position)?;
        let index = number.to_index();
        if number.is_nan() || !bounds.contains(&index) {
            let (low, high) = (bounds.start(), bounds.end());
            return Err(Failure::invalid(format!(
                "`{}` needs a number from {low} to {high}, not {}",
                self.name,
                number.to_text()
            )));
        }
        Ok(index)
    }

    /// A position as JavaScript reads it: truncated, NaN is 0; `otherwise` where it is absent.
    pub(crate) fn position(&mut self, position: usize, otherwise: i64) -> Checked<i64> {
        if self.has(position) { Ok(self.number(position)?.to_index()) } else { Ok(otherwise) }
    }

    pub(crate) fn list(&mut self, position: usize) -> Checked<List<'a>> {
        match self.take(position) {
            Datum::List(list) => Ok(list),
            other => Err(self.needs("a list", &other)),
        }
    }

    pub(crate) fn object(&mut self, position: usize) -> Checked<Object<'a>> {
        match self.take(position) {
            Datum::Object(object) => Ok(object),
            other => Err(self.needs("an object", &other)),
        }
    }

    fn needs(&self, wanted: &str, found: &Datum<'_>) -> Box<Failure> {
        Failure::wrong_type(format!("`{}` needs {wanted}, not {}", self.name, found.kind()))
    }

    pub(crate) fn receiver(&mut self) -> Datum<'a> {
        std::mem::replace(&mut self.receiver, Datum::Null)
    }

    pub(crate) fn receiver_text(&mut self) -> Checked<Text<'a>> {
        match self.receiver() {
            Datum::Text(text) => {
                // Every method reads its text about once.
                self.fuel().read(text.as_str().len())?;
                Ok(text)
            }
            other => Err(self.needs("text", &other)),
        }
    }

    /// How many items the list has whose method this is.
    pub(crate) fn receiver_length(&self) -> usize {
        match &self.receiver {
            Datum::List(list) => list.len(),
            _ => 0,
        }
    }

    pub(crate) fn receiver_list(&mut self) -> Checked<List<'a>> {
        match self.receiver() {
            Datum::List(list) => Ok(list),
            other => Err(self.needs("a list", &other)),
        }
    }

    /// The function at a position, when there is one.
    pub(crate) fn optional_callback(&self, position: usize) -> Option<&'a Callback> {
        match self.arguments.get(position) {
            Some(Argument::Callback(callback)) => Some(callback),
            _ => None,
        }
    }

    pub(crate) fn callback(&self, position: usize) -> Checked<&'a Callback> {
        self.optional_callback(position).ok_or_else(|| {
            Failure::wrong_type(format!("`{}` needs a function, as in `list.{}(x => x.name)`", self.name, self.name))
        })
    }
}
