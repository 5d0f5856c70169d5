//! Calls the functions that list methods are given.

use super::super::ast::{Callback, Param, Target};
use super::super::call::Call;
use super::super::datum::{Datum, ListBuilder, ObjectBuilder, Outcome};
use super::super::error::{At, Checked, Failure};
use super::Machine;

impl<'a> Machine<'a> {
    /// Calls with an item of a list, its position and the list.
    pub(crate) fn invoke_item(
        &mut self,
        callback: &'a Callback,
        item: Datum<'a>,
        index: usize,
        list: &Datum<'a>,
    ) -> Outcome<'a> {
        match callback.arity() {
            0 | 1 => self.invoke(callback, [item]),
            2 => self.invoke(callback, [item, Datum::count(index)]),
            _ => self.invoke(callback, [item, Datum::count(index), list.clone()]),
        }
    }

    pub(crate) fn invoke<const COUNT: usize>(
        &mut self,
        callback: &'a Callback,
        arguments: [Datum<'a>; COUNT],
    ) -> Outcome<'a> {
        let mut arguments = arguments.into_iter();
        match callback {
            Callback::Arrow { params, body } => {
                for param in params {
                    let argument = arguments.next().unwrap_or(Datum::Null);
                    self.bind(param, argument)?;
                }
                self.evaluate(body)
            }
            Callback::Named { function, span } => {
                self.fuel.step().at(*span)?;
                let base = self.stack.len();
                self.stack.extend(arguments.next());
                let result = (function.run)(&mut Call::new(self, function.name, Datum::Null, &[], base, 1)).at(*span);
                self.stack.truncate(base);
                result
            }
        }
    }

    fn bind(&mut self, param: &'a Param, argument: Datum<'a>) -> Checked<()> {
        let argument = match &param.default {
            Some(default) if argument.is_null() => self.evaluate(default)?,
            _ => argument,
        };
        match &param.target {
            Target::Slot { slot, is_used_once } => {
                let slot = usize::from(*slot);
                self.slots[slot] = argument;
                self.once[slot] = *is_used_once;
                Ok(())
            }
            Target::List { items, rest, span } => {
                let Datum::List(list) = &argument else {
                    return Err(Failure::wrong_type(format!("expected a list to take apart, not {}", argument.kind()))
                        .at(*span));
                };
                for (index, item) in items.iter().enumerate() {
                    if let Some(param) = item {
                        self.bind(param, list.get(index).unwrap_or(Datum::Null))?;
                    }
                }
                let Some(rest) = rest else { return Ok(()) };
                let mut left = ListBuilder::new();
                for index in items.len()..list.len() {
                    left.push(list.get(index).unwrap_or(Datum::Null), &mut self.fuel).at(*span)?;
                }
                self.slots[usize::from(*rest)] = left.datum();
                Ok(())
            }
            Target::Object { fields, rest, span } => {
                let Datum::Object(object) = &argument else {
                    return Err(Failure::wrong_type(format!(
                        "expected an object to take apart, not {}",
                        argument.kind()
                    ))
                    .at(*span));
                };
                for (name, param) in fields {
                    self.bind(param, object.get(name).unwrap_or(Datum::Null))?;
                }
                let Some(rest) = rest else { return Ok(()) };
                let mut left = ObjectBuilder::new();
                for (key, value) in object.iter() {
                    self.fuel.steps(1 + fields.len() / 8).at(*span)?;
                    if !fields.iter().any(|(name, _)| name == key.as_str()) {
                        left.insert(key, value, &mut self.fuel).at(*span)?;
                    }
                }
                self.slots[usize::from(*rest)] = left.datum();
                Ok(())
            }
        }
    }
}
