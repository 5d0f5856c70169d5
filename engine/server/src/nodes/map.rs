//! `map`: one shape of data into another, field by field.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use weft_core::expression::CompiledParams;
use weft_core::node_type::{Category, NodeType};
use weft_core::run::{ErrorKind, RunError};

use super::declare::{params, step, tags};
use super::{BuiltIn, Context, Outcome};

pub(super) const NODE: BuiltIn = BuiltIn { declaration, run };

fn declaration() -> NodeType {
    NodeType {
        summary: "Map fields from one shape to another".into(),
        tags: tags(&["transform", "convert", "reshape", "fields", "mapping"]),
        params: params(
            &["fields"],
            json!({
                "source": {
                    "title": "Source", "default": "{{ input }}", "description": "An object, or a list whose items are mapped one by one.",
                    "x-ui": { "placeholder": "{{ input }}" }
                },
                "fields": {
                    "type": "array", "title": "Fields",
                    "items": {
                        "type": "object", "required": ["to"],
                        "properties": {
                            "to": {
                                "type": "string", "title": "To", "pattern": "^[^.{}]+(\\.[^.{}]+)*$",
                                "x-ui": { "placeholder": "customer.name", "expression": false }
                            },
                            "value": { "title": "Value", "x-ui": { "placeholder": "{{ item.full_name }}", "per_item": true } }
                        },
                        "additionalProperties": false
                    },
                    "x-ui": { "widget": "list" }
                }
            }),
        ),
        docs: "Builds an object from the source: each field goes **To** a dotted path. Values see the source as `item`. A source \
               that is a list is mapped item by item, and the output is a list."
            .into(),
        ..step("map", "Map fields", Category::Data, "shuffle")
    }
}

/// A field of the output.
struct Field<'a> {
    /// Where its value is in the parameters.
    pointer: String,
    to: String,
    value: Option<&'a CompiledParams>,
}

fn run(context: &Context<'_>) -> Result<Outcome, RunError> {
    let fields = context.params.get("fields").and_then(|fields| fields.items()).unwrap_or_default();
    let fields = fields.iter().enumerate().map(|(number, field)| Field::read(context, number, field));
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    let source = match context.params.get("source") {
        Some(source) => context.borrow(source, "/source")?,
        None => Cow::Borrowed(&**context.input),
    };
    match &*source {
        Value::Array(items) => {
            let mapped = items.iter().enumerate().map(|(index, item)| map_one(context, &fields, item, index));
            Ok(Outcome::out(Value::Array(mapped.collect::<Result<_, _>>()?)))
        }
        one => Ok(Outcome::out(map_one(context, &fields, one, 0)?)),
    }
}

impl<'a> Field<'a> {
    fn read(context: &Context<'_>, number: usize, field: &'a CompiledParams) -> Result<Field<'a>, RunError> {
        let pointer = format!("/fields/{number}");
        let to = match field.get("to") {
            Some(to) => context.evaluate(to, &context.scope, &format!("{pointer}/to"))?,
            None => Value::Null,
        };
        Ok(Field {
            pointer: format!("{pointer}/value"),
            to: to.as_str().unwrap_or_default().to_owned(),
            value: field.get("value"),
        })
    }
}

fn map_one(context: &Context<'_>, fields: &[Field<'_>], item: &Value, index: usize) -> Result<Value, RunError> {
    let mut mapped = Map::with_capacity(fields.len());
    for (number, field) in fields.iter().enumerate() {
        let value = match field.value {
            Some(value) => context.for_item(value, &field.pointer, item, index)?,
            None => Value::Null,
        };
        insert(&mut mapped, &field.to, value).map_err(|taken| RunError {
            pointer: Some(format!("/fields/{number}/to")),
            ..RunError::new(
                ErrorKind::InvalidInput,
                "field_taken",
                format!("`{}` cannot be set: `{taken}` holds a value that is not an object", field.to),
            )
        })?;
    }
    Ok(Value::Object(mapped))
}

/// Puts a value at a dotted path. Fails with the part of the path that is already something else than an object.
fn insert(object: &mut Map<String, Value>, path: &str, value: Value) -> Result<(), String> {
    let Some((first, rest)) = path.split_once('.') else {
        object.insert(path.to_owned(), value);
        return Ok(());
    };
    match object.entry(first).or_insert_with(|| Value::Object(Map::new())) {
        Value::Object(inner) => insert(inner, rest, value).map_err(|taken| format!("{first}.{taken}")),
        _ => Err(first.to_owned()),
    }
}
