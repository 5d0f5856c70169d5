//! A JSON value whose strings are templates, parsed once.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::error::{ExpressionError, Span};
use super::evaluate::Machine;
use super::fuel::{Fuel, Limits};
use super::scope::Scope;
use super::template::{Reference, Template, pay_copy};

/// Parameters ready to be evaluated, as a whole or field by field.
#[derive(Debug)]
pub struct CompiledParams {
    shape: Shape,
    /// What it always gives, where nothing in it depends on the scope.
    constant: Option<Value>,
}

#[derive(Debug)]
enum Shape {
    /// A number, boolean or null, or a text without expressions.
    Plain,
    Text(Template),
    List(Vec<CompiledParams>),
    Object(Vec<(String, CompiledParams)>),
}

/// A JSON pointer to a place in the parameters, and what is there.
type Placed<T> = (String, T);

impl CompiledParams {
    /// Parses every string in a value; tells all errors, each with a JSON pointer below the value.
    pub fn compile(value: &Value) -> Result<CompiledParams, Vec<Placed<ExpressionError>>> {
        let mut errors = Vec::new();
        let params = compile(value, &mut String::new(), &mut errors);
        if errors.is_empty() { Ok(params) } else { Err(errors) }
    }

    /// The value with every template evaluated; the limits hold for all of them together, except that the first value
    /// copied whole out of the scope is free, so that large inputs can be passed on.
    pub fn evaluate(&self, scope: &Scope<'_>, limits: &Limits) -> Result<Value, Placed<ExpressionError>> {
        if let Some(value) = &self.constant {
            return Ok(value.clone());
        }
        if let Shape::Text(template) = &self.shape {
            return template.evaluate(scope, limits).map_err(|error| (String::new(), error));
        }
        let mut run = Run { machine: Machine::new(scope, *limits), has_copied: false, pointer: Vec::new() };
        match run.value(self) {
            Ok(value) => Ok(value),
            Err(error) => Err((run.pointer.iter().rev().map(|part| format!("/{part}")).collect(), error)),
        }
    }

    /// Like `evaluate`, without a copy where the value is there already: constant, or named by a plain path.
    pub fn evaluate_borrowed<'v>(
        &'v self,
        scope: &Scope<'v>,
        limits: &Limits,
    ) -> Result<Cow<'v, Value>, Placed<ExpressionError>> {
        match (&self.constant, &self.shape) {
            (Some(value), _) => Ok(Cow::Borrowed(value)),
            (None, Shape::Text(template)) => {
                template.evaluate_borrowed(scope, limits).map_err(|error| (String::new(), error))
            }
            (None, _) => self.evaluate(scope, limits).map(Cow::Owned),
        }
    }

    /// A field of an object, for evaluating it later or several times.
    pub fn get(&self, field: &str) -> Option<&CompiledParams> {
        match &self.shape {
            Shape::Object(fields) => fields.iter().find(|(name, _)| name == field).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The fields of an object, in order; none for anything else.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &CompiledParams)> {
        let fields = match &self.shape {
            Shape::Object(fields) => fields.as_slice(),
            _ => &[],
        };
        fields.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The elements of a list.
    pub fn items(&self) -> Option<&[CompiledParams]> {
        match &self.shape {
            Shape::List(items) => Some(items),
            _ => None,
        }
    }

    /// Evaluates one field of an object; an absent one is null.
    pub fn evaluate_field(
        &self,
        field: &str,
        scope: &Scope<'_>,
        limits: &Limits,
    ) -> Result<Value, Placed<ExpressionError>> {
        match self.get(field) {
            Some(params) => {
                params.evaluate(scope, limits).map_err(|(below, error)| (format!("/{}{below}", escape(field)), error))
            }
            None => Ok(Value::Null),
        }
    }

    /// True when every scope gives the same value.
    pub fn is_constant(&self) -> bool {
        self.constant.is_some()
    }

    /// Every path the expressions read, each with a JSON pointer to the string it is in.
    pub fn references(&self) -> Vec<Placed<Reference>> {
        let mut found = Vec::new();
        collect(self, &mut String::new(), &mut found);
        found
    }
}

fn compile(value: &Value, pointer: &mut String, errors: &mut Vec<Placed<ExpressionError>>) -> CompiledParams {
    let plain = |value: &Value| CompiledParams { shape: Shape::Plain, constant: Some(value.clone()) };
    match value {
        Value::String(text) if Template::has_expression(text) => match Template::parse(text) {
            Ok(template) => {
                let constant = template.constant().cloned();
                CompiledParams { shape: Shape::Text(template), constant }
            }
            Err(error) => {
                errors.push((pointer.clone(), error));
                plain(value)
            }
        },
        Value::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .enumerate()
                .map(|(index, item)| below(pointer, &index.to_string(), |pointer| compile(item, pointer, errors)))
                .collect();
            let constant = items.iter().map(|item| item.constant.clone()).collect::<Option<_>>().map(Value::Array);
            CompiledParams { shape: Shape::List(items), constant }
        }
        Value::Object(map) => {
            let fields: Vec<_> = map
                .iter()
                .map(|(name, value)| {
                    let params = below(pointer, &escape(name), |pointer| compile(value, pointer, errors));
                    (name.clone(), params)
                })
                .collect();
            let constants = fields.iter().map(|(name, value)| Some((name.clone(), value.constant.clone()?)));
            let constant = constants.collect::<Option<Map<_, _>>>().map(Value::Object);
            CompiledParams { shape: Shape::Object(fields), constant }
        }
        _ => plain(value),
    }
}

fn collect(params: &CompiledParams, pointer: &mut String, found: &mut Vec<Placed<Reference>>) {
    match &params.shape {
        Shape::Plain => {}
        Shape::Text(template) => {
            found.extend(template.references().into_iter().map(|reference| (pointer.clone(), reference)))
        }
        Shape::List(items) => {
            for (index, item) in items.iter().enumerate() {
                below(pointer, &index.to_string(), |pointer| collect(item, pointer, found));
            }
        }
        Shape::Object(fields) => {
            for (name, value) in fields {
                below(pointer, &escape(name), |pointer| collect(value, pointer, found));
            }
        }
    }
}

fn below<T>(pointer: &mut String, part: &str, visit: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(part);
    let result = visit(pointer);
    pointer.truncate(length);
    result
}

/// A key as a part of a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

struct Run<'a> {
    machine: Machine<'a>,
    has_copied: bool,
    /// Where an error happened, innermost part first.
    pointer: Vec<String>,
}

impl<'a> Run<'a> {
    fn value(&mut self, params: &'a CompiledParams) -> Result<Value, ExpressionError> {
        match (&params.shape, &params.constant) {
            (_, Some(value)) => Ok(value.clone()),
            (Shape::Plain, None) => Ok(Value::Null),
            (Shape::Text(template), None) => self.text(template),
            (Shape::List(items), None) => {
                let mut values = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    values.push(self.value(item).inspect_err(|_| self.pointer.push(index.to_string()))?);
                }
                Ok(Value::Array(values))
            }
            (Shape::Object(fields), None) => {
                let mut map = Map::with_capacity(fields.len());
                for (name, field) in fields {
                    let value = self.value(field).inspect_err(|_| self.pointer.push(escape(name)))?;
                    map.insert(name.clone(), value);
                }
                Ok(Value::Object(map))
            }
        }
    }

    fn text(&mut self, template: &'a Template) -> Result<Value, ExpressionError> {
        let Some(value) = template.borrow(self.machine.scope) else { return template.run(&mut self.machine, &[]) };
        if std::mem::replace(&mut self.has_copied, true) {
            let fuel: &mut Fuel = &mut self.machine.fuel;
            pay_copy(value, fuel).map_err(|failure| failure.into_error(Span::new(0, template.text().len())))?;
        }
        Ok(value.clone())
    }
}
