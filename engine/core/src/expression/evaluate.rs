//! Walks the tree. Every visit costs a step; each kind of node has its own small function, so that deep nesting
//! needs little stack.

mod callback;
mod operate;
mod path;
mod random;

use serde_json::Value;

use super::ast::{Argument, Base, Element, Expr, Field, Kind, Operator, Piece};
use super::call::Call;
use super::coerce;
use super::datum::{Datum, ListBuilder, ObjectBuilder, Outcome, Text};
use super::error::{At, Checked, Failure, Span};
use super::fuel::{Fuel, Limits};
use super::functions::Function;
use super::scope::Scope;
use crate::suggest::did_you_mean;

/// One evaluation under way.
pub(crate) struct Machine<'a> {
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) fuel: Fuel,
    /// The template's text, for messages that quote it.
    source: &'a str,
    slots: Vec<Datum<'a>>,
    /// Which slots the next use may empty.
    once: Vec<bool>,
    /// Arguments of the calls under way.
    pub(crate) stack: Vec<Datum<'a>>,
    random: random::Random,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(scope: &'a Scope<'a>, limits: Limits) -> Machine<'a> {
        let random = random::Random::new(scope.seed, scope.index);
        Machine {
            scope,
            fuel: Fuel::new(limits),
            source: "",
            slots: Vec::new(),
            once: Vec::new(),
            stack: Vec::new(),
            random,
        }
    }

    /// Gets ready for the expressions of one template.
    pub(crate) fn enter(&mut self, source: &'a str, slots: usize) {
        self.source = source;
        self.stack.clear();
        self.slots.clear();
        self.slots.resize(slots, Datum::Null);
        self.once.clear();
        self.once.resize(slots, false);
    }

    /// Fills slots before evaluating: the values an editor knows of.
    pub(crate) fn fill(&mut self, values: &'a [Value]) {
        for (slot, value) in self.slots.iter_mut().zip(values) {
            *slot = Datum::from(value);
        }
    }

    /// The next random number, at least 0 and less than 1.
    pub(crate) fn random(&mut self) -> f64 {
        self.random.next(self.source)
    }

    pub(crate) fn evaluate(&mut self, expr: &'a Expr) -> Outcome<'a> {
        self.fuel.step().at(expr.span)?;
        match &expr.kind {
            Kind::Constant(value) => Ok(Datum::from(value)),
            Kind::Float(value) => Ok(Datum::number(*value)),
            Kind::Slot(slot) => Ok(self.slot(usize::from(*slot))),
            Kind::Root(base) => self.root(*base).at(expr.span),
            Kind::Step { id, lenient } => self.step(id, *lenient).at(expr.span),
            Kind::Path { base, links } => self.path(base, links),
            Kind::Call { function, arguments } => self.call(function, arguments, expr.span),
            Kind::Not(operand) => Ok(Datum::Bool(!self.evaluate(operand)?.is_truthy())),
            Kind::Negate(operand) => self.negate(operand).at(expr.span),
            Kind::Plus(operand) => self.plus(operand).at(expr.span),
            Kind::TypeOf(operand) => Ok(Datum::from(type_of(&self.evaluate(operand)?))),
            Kind::Binary { first, rest } => self.binary(first, rest),
            Kind::And(operands) => self.logic(operands, |value| !value.is_truthy()),
            Kind::Or(operands) => self.logic(operands, |value| value.is_truthy()),
            Kind::Coalesce(operands) => self.logic(operands, |value| !value.is_null()),
            Kind::Conditional { branches, otherwise } => self.conditional(branches, otherwise),
            Kind::List(elements) => self.list(elements),
            Kind::Object(fields) => self.object(fields),
            Kind::Template(pieces) => self.template(pieces).at(expr.span),
            Kind::Pattern(pattern) => Ok(Datum::Pattern(pattern)),
        }
    }

    #[inline]
    fn slot(&mut self, slot: usize) -> Datum<'a> {
        if self.once[slot] { std::mem::replace(&mut self.slots[slot], Datum::Null) } else { self.slots[slot].clone() }
    }

    fn root(&mut self, base: Base) -> Outcome<'a> {
        let outside = |name: &str| {
            Failure::new(
                "not_in_loop",
                format!("`{name}` is only there inside a loop, or where a node goes through a list"),
            )
        };
        Ok(Datum::from(match base {
            Base::Input => self.scope.input,
            Base::Trigger => self.scope.trigger,
            Base::Run => self.scope.run,
            Base::Vars => self.scope.vars,
            Base::Item => self.scope.item.ok_or_else(|| outside("item"))?,
            Base::Index => {
                let index = self.scope.index.ok_or_else(|| outside("index"))?;
                return Ok(Datum::count(index as usize));
            }
            Base::Steps => return self.all_steps(),
        }))
    }

    fn all_steps(&mut self) -> Outcome<'a> {
        let mut object = ObjectBuilder::new();
        for id in self.scope.steps.ids() {
            if let Some(output) = self.scope.steps.output(&id) {
                object.insert(Text::Owned(id.into()), Datum::from(output), &mut self.fuel)?;
            }
        }
        Ok(object.datum())
    }

    fn step(&mut self, id: &str, lenient: bool) -> Outcome<'a> {
        if let Some(output) = self.scope.steps.output(id) {
            return Ok(Datum::from(output));
        }
        if lenient {
            return Ok(Datum::Null);
        }
        let known = self.scope.steps.ids();
        let message = match did_you_mean(
            &format!("steps.{id}"),
            known.iter().map(|id| format!("steps.{id}")).collect::<Vec<_>>().iter().map(String::as_str),
        ) {
            hint if hint.is_empty() => format!(
                "`steps.{id}` has no output here: no such node ran before this one; write `steps.{id}?.…` or `steps.{id} ?? …` if it may be missing"
            ),
            hint => format!("`steps.{id}` does not exist{hint}"),
        };
        Err(Failure::new("unknown_step", message))
    }

    fn logic(&mut self, operands: &'a [Expr], decides: fn(&Datum<'_>) -> bool) -> Outcome<'a> {
        let Some((last, others)) = operands.split_last() else { return Ok(Datum::Null) };
        for operand in others {
            let value = self.evaluate(operand)?;
            if decides(&value) {
                return Ok(value);
            }
        }
        self.evaluate(last)
    }

    fn conditional(&mut self, branches: &'a [(Expr, Expr)], otherwise: &'a Expr) -> Outcome<'a> {
        for (test, value) in branches {
            if self.evaluate(test)?.is_truthy() {
                return self.evaluate(value);
            }
        }
        self.evaluate(otherwise)
    }

    fn list(&mut self, elements: &'a [Element]) -> Outcome<'a> {
        let mut list = ListBuilder::new();
        for (index, element) in elements.iter().enumerate() {
            match element {
                Element::Item(expr) => {
                    let value = self.evaluate(expr)?;
                    list.push(value, &mut self.fuel).at(expr.span)?;
                }
                Element::Spread(expr) => match self.evaluate(expr)? {
                    // `[...list, item]` grows the list in place where nothing else holds it.
                    Datum::List(spread) if index == 0 => list = spread.into_builder(&mut self.fuel).at(expr.span)?,
                    value => spread_into(&mut list, value, &mut self.fuel).at(expr.span)?,
                },
            }
        }
        Ok(list.datum())
    }

    fn object(&mut self, fields: &'a [Field]) -> Outcome<'a> {
        let mut object = ObjectBuilder::new();
        for (index, field) in fields.iter().enumerate() {
            match field {
                Field::Named(key, expr) => {
                    let value = self.evaluate(expr)?;
                    object.insert(Text::Borrowed(key), value, &mut self.fuel).at(expr.span)?;
                }
                Field::Computed(key, expr) => {
                    let name = self.evaluate(key)?;
                    let name = coerce::to_key(name, &mut self.fuel).at(key.span)?;
                    let value = self.evaluate(expr)?;
                    object.insert(name, value, &mut self.fuel).at(expr.span)?;
                }
                Field::Spread(expr) => match self.evaluate(expr)? {
                    Datum::Object(spread) if index == 0 => object = spread.into_builder(&mut self.fuel).at(expr.span)?,
                    Datum::Object(spread) => object.extend(&spread, &mut self.fuel).at(expr.span)?,
                    Datum::Null | Datum::Bool(_) | Datum::Number(_) => {}
                    other => {
                        let message = format!("{} can't be spread into an object", other.kind());
                        return Err(Failure::wrong_type(message).at(expr.span));
                    }
                },
            }
        }
        Ok(object.datum())
    }

    fn template(&mut self, pieces: &'a [Piece]) -> Outcome<'a> {
        let mut text: Option<Text<'a>> = None;
        for piece in pieces {
            let more = match piece {
                Piece::Text(more) => Text::Borrowed(more.as_str()),
                Piece::Hole(expr) => {
                    let value = self.evaluate(expr)?;
                    coerce::to_text(value, &mut self.fuel).at(expr.span)?
                }
            };
            text = Some(match text {
                // What a hole gives grows in place where nothing else holds it.
                None => more,
                Some(text) => text.append(more.as_str(), &mut self.fuel)?,
            });
        }
        Ok(text.map_or(Datum::empty_text(), Datum::Text))
    }

    fn negate(&mut self, operand: &'a Expr) -> Outcome<'a> {
        match self.evaluate(operand)? {
            Datum::Decimal(decimal) => Ok(Datum::decimal(decimal.negate())),
            value => Ok(Datum::Number(coerce::to_number(&value)?.negate()?)),
        }
    }

    fn plus(&mut self, operand: &'a Expr) -> Outcome<'a> {
        let value = self.evaluate(operand)?;
        Ok(Datum::Number(coerce::to_number(&value)?))
    }

    fn binary(&mut self, first: &'a Expr, rest: &'a [(Operator, Expr)]) -> Outcome<'a> {
        let mut left = self.evaluate(first)?;
        for (operator, operand) in rest {
            let right = self.evaluate(operand)?;
            left = operate::apply(*operator, left, right, &mut self.fuel).at(first.span.to(operand.span))?;
        }
        Ok(left)
    }

    fn call(&mut self, function: &'static Function, arguments: &'a [Argument], span: Span) -> Outcome<'a> {
        let base = self.stack.len();
        let count = self.push_arguments(arguments)?;
        function.check_actual(count).at(span)?;
        let result = (function.run)(&mut Call::new(self, function.name, Datum::Null, arguments, base, count)).at(span);
        self.stack.truncate(base);
        result
    }

    /// Puts the arguments on the stack and says how many there are, after spreading.
    fn push_arguments(&mut self, arguments: &'a [Argument]) -> Checked<usize> {
        let base = self.stack.len();
        for argument in arguments {
            match argument {
                Argument::Value(expr) => {
                    let value = self.evaluate(expr)?;
                    self.stack.push(value);
                }
                Argument::Spread(expr) => {
                    let mut list = ListBuilder::new();
                    let value = self.evaluate(expr)?;
                    spread_into(&mut list, value, &mut self.fuel).at(expr.span)?;
                    self.stack.extend(list.finish().iter());
                }
                // The function asks for it by its position.
                Argument::Callback(_) => self.stack.push(Datum::Null),
            }
        }
        Ok(self.stack.len() - base)
    }
}

fn spread_into<'a>(list: &mut ListBuilder<'a>, value: Datum<'a>, fuel: &mut Fuel) -> Checked<()> {
    match value {
        Datum::List(spread) => list.extend(&spread, fuel),
        Datum::Text(text) => {
            let mut at = 0;
            for character in text.as_str().chars() {
                let part = text.slice(at, at + character.len_utf8(), fuel)?;
                list.push(Datum::Text(part), fuel)?;
                at += character.len_utf8();
            }
            Ok(())
        }
        other => Err(Failure::wrong_type(format!("{} can't be spread into a list", other.kind()))),
    }
}

fn type_of(value: &Datum<'_>) -> &'static str {
    match value {
        Datum::Null | Datum::List(_) | Datum::Object(_) | Datum::Pattern(_) => "object",
        Datum::Bool(_) => "boolean",
        Datum::Number(_) => "number",
        Datum::Decimal(_) => "decimal",
        Datum::Text(_) => "string",
    }
}
