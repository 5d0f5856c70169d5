//! Members, indexes and methods along a path.

use super::super::ast::{Argument, Expr, Link, LinkKind};
use super::super::call::Call;
use super::super::coerce;
use super::super::datum::{Datum, Outcome, Text};
use super::super::decimal::shortened;
use super::super::error::{At, Failure, Span};
use super::super::methods::MethodSet;
use super::super::number::Number;
use super::super::text_index;
use super::Machine;

impl<'a> Machine<'a> {
    pub(super) fn path(&mut self, base: &'a Expr, links: &'a [Link]) -> Outcome<'a> {
        let mut value = self.evaluate(base)?;
        let mut before = base.span;
        for link in links {
            self.fuel.step().at(link.span)?;
            if value.is_null() {
                if link.is_optional {
                    return Ok(Datum::Null);
                }
                return Err(self.null_access(link, before));
            }
            value = match &link.kind {
                LinkKind::Member(name) => match &value {
                    Datum::Object(object) => object.get(name).unwrap_or(Datum::Null),
                    other => self.property(other, name, before).at(link.span)?,
                },
                LinkKind::Index(index) => {
                    let key = self.evaluate(index)?;
                    self.index(&value, key, before).at(link.span)?
                }
                LinkKind::Method(methods, arguments) => self.method(value, methods, arguments, link.span)?,
            };
            before = link.span;
        }
        Ok(value)
    }

    fn null_access(&self, link: &Link, before: Span) -> Box<Failure> {
        let source = self.quote(before);
        let (what, fix) = match &link.kind {
            LinkKind::Member(name) => (format!("read `{name}` of null"), "?."),
            LinkKind::Index(_) => ("read an item of null".to_owned(), "?.["),
            LinkKind::Method(methods, _) => (format!("call `{}` on null", methods.name), "?."),
        };
        let message = format!("cannot {what}: use `{fix}` if it may be missing ({source} is null)");
        Failure::new("null_access", message).at(link.span)
    }

    /// The text of a stretch of the template, for messages.
    fn quote(&self, span: Span) -> String {
        match self.source.get(span.start..span.end) {
            Some(source) => format!("`{}`", shortened(source)),
            None => "it".to_owned(),
        }
    }

    /// A property of something that is no object.
    fn property(&mut self, value: &Datum<'a>, name: &str, before: Span) -> Outcome<'a> {
        match (value, name) {
            (Datum::List(list), "length") => Ok(Datum::count(list.len())),
            (Datum::Text(text), "length") => {
                self.fuel.read(text.as_str().len())?;
                Ok(Datum::count(text_index::length(text.as_str())))
            }
            (Datum::List(_) | Datum::Text(_), name) if name.parse::<i64>().is_ok() => {
                let index = Number::Int(name.parse().unwrap_or(0));
                self.index(value, Datum::Number(index), before)
            }
            (value, name) => {
                let hint =
                    if MethodSet::named(name).is_some() { format!("; call it as `{name}()`") } else { String::new() };
                let message = format!("{} is {} and has no property `{name}`{hint}", self.quote(before), value.kind());
                Err(Failure::wrong_type(message))
            }
        }
    }

    fn index(&mut self, value: &Datum<'a>, key: Datum<'a>, before: Span) -> Outcome<'a> {
        match (value, &key) {
            (Datum::List(list), Datum::Number(number)) => {
                let index = number.is_integer().then(|| usize::try_from(number.to_index()).ok()).flatten();
                Ok(index.and_then(|index| list.get(index)).unwrap_or(Datum::Null))
            }
            (Datum::Text(text), Datum::Number(number)) => {
                self.fuel.read(text.as_str().len())?;
                let index = number.is_integer().then(|| usize::try_from(number.to_index()).ok()).flatten();
                match index.and_then(|index| text_index::unit(text.as_str(), index)) {
                    Some(unit) => text_unit(text, unit, &mut self.fuel),
                    None => Ok(Datum::Null),
                }
            }
            (Datum::Object(object), _) => {
                let key = coerce::to_key(key, &mut self.fuel)?;
                Ok(object.get(key.as_str()).unwrap_or(Datum::Null))
            }
            (Datum::List(_) | Datum::Text(_), Datum::Text(name)) => self.property(value, name.as_str(), before),
            (Datum::List(_) | Datum::Text(_), _) => {
                Err(Failure::wrong_type(format!("the position of an item is a number, not {}", key.kind())))
            }
            _ => Err(Failure::wrong_type(format!("{} is {} and has no items", self.quote(before), value.kind()))),
        }
    }

    fn method(
        &mut self,
        receiver: Datum<'a>,
        methods: &'a MethodSet,
        arguments: &'a [Argument],
        span: Span,
    ) -> Outcome<'a> {
        let Some(method) = methods.of(&receiver) else {
            let message =
                format!("{} has no method `{}`; it is for {}", receiver.kind(), methods.name, methods.owners());
            return Err(Failure::wrong_type(message).at(span));
        };
        let base = self.stack.len();
        let count = self.push_arguments(arguments)?;
        method.check_actual(count).at(span)?;
        let result = (method.run)(&mut Call::new(self, method.name, receiver, arguments, base, count)).at(span);
        self.stack.truncate(base);
        result
    }
}

/// One UTF-16 unit of a text as a text.
fn text_unit<'a>(text: &Text<'a>, unit: text_index::Unit, fuel: &mut super::super::fuel::Fuel) -> Outcome<'a> {
    match unit {
        text_index::Unit::Character(start, end) => Ok(Datum::Text(text.slice(start, end, fuel)?)),
        // Half of a character can't be written in JSON.
        text_index::Unit::Half => Ok(Datum::from("\u{fffd}")),
    }
}
