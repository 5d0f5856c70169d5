//! Objects.

use super::super::ast::Callback;
use super::super::call::{Call, Native};
use super::super::coerce;
use super::super::datum::{Datum, Object, ObjectBuilder, Outcome, Text};
use super::super::error::{Checked, Failure};
use super::super::fuel::Fuel;
use super::list::field_of;
use super::{Example, Function, example};

pub(super) const FUNCTIONS: &[Function] = &[
    object(
        ("pick", "pick(object, keys)"),
        "With only these keys, as far as they are there.",
        (2, 2),
        "object",
        pick,
        &[example("pick({ a: 1, b: 2, c: 3 }, ['c', 'a', 'x'])", r#"{"c":3,"a":1}"#)],
    ),
    object(
        ("omit", "omit(object, keys)"),
        "Without these keys.",
        (2, 2),
        "object",
        omit,
        &[example("omit({ a: 1, b: 2, c: 3 }, ['b'])", r#"{"a":1,"c":3}"#)],
    ),
    object(
        ("merge", "merge(object, object)"),
        "Both together, objects inside them too; the second wins.",
        (2, 2),
        "object",
        merge,
        &[example("merge({ a: { x: 1, y: 1 }, b: 1 }, { a: { y: 2 } })", r#"{"a":{"x":1,"y":2},"b":1}"#)],
    ),
    object(
        ("mapValues", "mapValues(object, (value, key) => …)"),
        "With what the function makes of each value.",
        (2, 2),
        "object",
        map_values,
        &[example("mapValues({ a: 1, b: 2 }, value => value * 10)", r#"{"a":10,"b":20}"#)],
    )
    .with_callback(1),
    object(
        ("mapKeys", "mapKeys(object, (key, value) => …)"),
        "With what the function makes of each key.",
        (2, 2),
        "object",
        map_keys,
        &[example("mapKeys({ a: 1 }, key => key.toUpperCase())", r#"{"A":1}"#)],
    )
    .with_callback(1),
    object(
        ("filterKeys", "filterKeys(object, (key, value) => …)"),
        "With the keys the function is true for.",
        (2, 2),
        "object",
        filter_keys,
        &[example("filterKeys({ a: 1, b: null }, (key, value) => value !== null)", r#"{"a":1}"#)],
    )
    .with_callback(1),
    object(
        ("renameKeys", "renameKeys(object, names)"),
        "With other names for some keys.",
        (2, 2),
        "object",
        rename_keys,
        &[example("renameKeys({ a: 1, b: 2 }, { a: 'id' })", r#"{"id":1,"b":2}"#)],
    ),
    object(
        ("withoutNulls", "withoutNulls(object)"),
        "Without the keys whose value is null.",
        (1, 1),
        "object",
        without_nulls,
        &[example("withoutNulls({ a: null, b: 0 })", r#"{"b":0}"#)],
    ),
    object(
        ("invert", "invert(object)"),
        "With keys and values exchanged.",
        (1, 1),
        "object",
        invert,
        &[example("invert({ a: 'x', b: 'y' })", r#"{"x":"a","y":"b"}"#)],
    ),
    object(
        ("get", "get(value, path, fallback?)"),
        "What is at a path such as `a.b.0`; null or the fallback where something is missing.",
        (2, 3),
        "any",
        get,
        &[example("get({ a: { b: [7] } }, 'a.b.0')", "7"), example("get({}, 'a.b', 'none')", r#""none""#)],
    ),
    object(
        ("set", "set(object, path, value)"),
        "With a value at a path such as `a.b`; objects that are missing on the way are made.",
        (3, 3),
        "object",
        set,
        &[example("set({ a: { x: 1 } }, 'a.b', 2)", r#"{"a":{"x":1,"b":2}}"#)],
    ),
    object(
        ("flattenKeys", "flattenKeys(object, separator?)"),
        "One flat object, with keys such as `a.b`.",
        (1, 2),
        "object",
        flatten_keys,
        &[example("flattenKeys({ a: { b: 1, c: { d: 2 } } })", r#"{"a.b":1,"a.c.d":2}"#)],
    ),
    object(
        ("isEmpty", "isEmpty(value)"),
        "Whether it is null, an empty text, an empty list or an object without keys.",
        (1, 1),
        "boolean",
        is_empty,
        &[example("isEmpty({})", "true"), example("isEmpty(' ')", "false"), example("isEmpty(0)", "false")],
    ),
    object(
        ("kind", "kind(value)"),
        "`null`, `boolean`, `number`, `decimal`, `text`, `list` or `object`.",
        (1, 1),
        "text",
        kind,
        &[example("kind([])", r#""list""#), example("kind(null)", r#""null""#)],
    ),
    object(
        ("default", "default(value, fallback)"),
        "The value, or the fallback where it is null or an empty text.",
        (2, 2),
        "any",
        default,
        &[example("default('', 'none')", r#""none""#), example("default(0, 5)", "0")],
    ),
    object(
        ("coalesce", "coalesce(...values)"),
        "The first value that is not null.",
        (1, super::ANY),
        "any",
        coalesce,
        &[example("coalesce(null, 0, 1)", "0")],
    ),
    object(
        ("lookup", "lookup(value, table, fallback?)"),
        "What a table has for a value: its `else` is the fallback.",
        (2, 3),
        "any",
        lookup,
        &[
            example("lookup('de', { de: 'Germany', fr: 'France' })", r#""Germany""#),
            example("lookup('x', { de: 1 }, 'unknown')", r#""unknown""#),
        ],
    ),
];

const fn object(
    signature: (&'static str, &'static str),
    docs: &'static str,
    counts: (usize, usize),
    output: &'static str,
    run: Native,
    examples: &'static [Example],
) -> Function {
    Function::new("object", signature, docs, ("object", output), counts, run, examples)
}

/// Keys given as a list, or as one text.
fn keys<'a>(call: &mut Call<'_, 'a>, position: usize) -> Checked<Vec<Text<'a>>> {
    match call.take(position) {
        Datum::List(list) => list.iter().map(|key| coerce::to_key(key, call.fuel())).collect(),
        key => Ok(vec![coerce::to_key(key, call.fuel())?]),
    }
}

fn pick<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let keys = keys(call, 1)?;
    let object = call.object(0)?;
    let mut picked = ObjectBuilder::new();
    for key in keys {
        call.fuel().step()?;
        if let Some(value) = object.get(key.as_str()) {
            picked.insert(key, value, call.fuel())?;
        }
    }
    Ok(picked.datum())
}

fn omit<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let keys: std::collections::HashSet<_> = keys(call, 1)?.into_iter().collect();
    let object = call.object(0)?;
    filtered(call, &object, |key, _| !keys.contains(key))
}

fn filtered<'a>(call: &mut Call<'_, 'a>, object: &Object<'a>, keeps: impl Fn(&str, &Datum<'a>) -> bool) -> Outcome<'a> {
    let mut kept = ObjectBuilder::new();
    for (key, value) in object.iter() {
        call.fuel().step()?;
        if keeps(key.as_str(), &value) {
            kept.insert(key, value, call.fuel())?;
        }
    }
    Ok(kept.datum())
}

fn merge<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (left, right) = (call.object(0)?, call.object(1)?);
    let levels = call.fuel().depth();
    merged(left, &right, call.fuel(), levels)
}

fn merged<'a>(left: Object<'a>, right: &Object<'a>, fuel: &mut Fuel, levels: u32) -> Outcome<'a> {
    fuel.nest(fuel.depth() - levels + 1)?;
    let mut merged_fields = left.clone().into_builder(fuel)?;
    for (key, value) in right.iter() {
        fuel.step()?;
        let value = match (left.get(key.as_str()), value) {
            (Some(Datum::Object(left)), Datum::Object(right)) if levels > 0 => merged(left, &right, fuel, levels - 1)?,
            (_, value) => value,
        };
        merged_fields.insert(key, value, fuel)?;
    }
    Ok(merged_fields.datum())
}

/// Calls a function for each key and value and lets `add` use the answer.
fn each<'a>(
    call: &mut Call<'_, 'a>,
    arguments: fn(Datum<'a>, Datum<'a>) -> [Datum<'a>; 2],
    mut add: impl FnMut(&mut ObjectBuilder<'a>, Text<'a>, Datum<'a>, Datum<'a>, &mut Fuel) -> Checked<()>,
) -> Outcome<'a> {
    let callback: &'a Callback = call.callback(1)?;
    let object = call.object(0)?;
    let mut made = ObjectBuilder::new();
    for (key, value) in object.iter() {
        let answer = call.machine.invoke(callback, arguments(Datum::Text(key.clone()), value.clone()))?;
        add(&mut made, key, value, answer, call.fuel())?;
    }
    Ok(made.datum())
}

fn map_values<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    each(call, |key, value| [value, key], |made, key, _, answer, fuel| made.insert(key, answer, fuel))
}

fn map_keys<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    each(
        call,
        |key, value| [key, value],
        |made, _, value, answer, fuel| {
            let key = coerce::to_key(answer, fuel)?;
            made.insert(key, value, fuel)
        },
    )
}

fn filter_keys<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    each(
        call,
        |key, value| [key, value],
        |made, key, value, answer, fuel| {
            if answer.is_truthy() { made.insert(key, value, fuel) } else { Ok(()) }
        },
    )
}

fn rename_keys<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (object, names) = (call.object(0)?, call.object(1)?);
    let mut renamed = ObjectBuilder::new();
    for (key, value) in object.iter() {
        let key = match names.get(key.as_str()) {
            Some(name) => coerce::to_key(name, call.fuel())?,
            None => key,
        };
        renamed.insert(key, value, call.fuel())?;
    }
    Ok(renamed.datum())
}

fn without_nulls<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let object = call.object(0)?;
    filtered(call, &object, |_, value| !value.is_null())
}

fn invert<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let object = call.object(0)?;
    let mut inverted = ObjectBuilder::new();
    for (key, value) in object.iter() {
        let value = coerce::to_key(value, call.fuel())?;
        inverted.insert(value, Datum::Text(key), call.fuel())?;
    }
    Ok(inverted.datum())
}

fn get<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let path = call.text(1)?;
    call.fuel().read(path.as_str().len() * 16)?;
    let value = call.take(0);
    match field_of(value, path.as_str()) {
        Datum::Null => Ok(call.take(2)),
        found => Ok(found),
    }
}

fn set<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let path = call.text(1)?;
    let value = call.take(2);
    let target = call.take(0);
    let parts: Vec<&str> = path.as_str().split('.').collect();
    call.fuel().nest(parts.len().try_into().unwrap_or(u32::MAX))?;
    set_at(target, &parts, value, call.fuel())
}

fn set_at<'a>(target: Datum<'a>, path: &[&str], value: Datum<'a>, fuel: &mut Fuel) -> Outcome<'a> {
    let Some((part, rest)) = path.split_first() else { return Ok(value) };
    let object = match target {
        Datum::Object(object) => Some(object),
        Datum::Null => None,
        other => return Err(Failure::wrong_type(format!("`{part}` can't be set in {}", other.kind()))),
    };
    let inner = object.as_ref().and_then(|object| object.get(part)).unwrap_or(Datum::Null);
    let value = set_at(inner, rest, value, fuel)?;
    let mut changed = match object {
        Some(object) => object.into_builder(fuel)?,
        None => ObjectBuilder::new(),
    };
    fuel.allocate(part.len())?;
    changed.insert(Text::Owned((*part).to_owned().into()), value, fuel)?;
    Ok(changed.datum())
}

fn flatten_keys<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let separator = call.optional_text(1)?.unwrap_or(Text::Borrowed("."));
    let object = call.object(0)?;
    let mut flat = ObjectBuilder::new();
    let levels = call.fuel().depth() * 2;
    flatten_into(&object, "", separator.as_str(), &mut flat, call.fuel(), levels)?;
    Ok(flat.datum())
}

fn flatten_into<'a>(
    object: &Object<'a>,
    prefix: &str,
    separator: &str,
    flat: &mut ObjectBuilder<'a>,
    fuel: &mut Fuel,
    levels: u32,
) -> Checked<()> {
    for (key, value) in object.iter() {
        let path = if prefix.is_empty() { key.as_str().to_owned() } else { [prefix, separator, key.as_str()].concat() };
        fuel.allocate(path.len())?;
        match value {
            Datum::Object(inner) if inner.len() > 0 && levels > 0 => {
                flatten_into(&inner, &path, separator, flat, fuel, levels - 1)?;
            }
            value => flat.insert(Text::Owned(path.into()), value, fuel)?,
        }
    }
    Ok(())
}

fn is_empty<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(match call.take(0) {
        Datum::Null => true,
        Datum::Text(text) => text.as_str().is_empty(),
        Datum::List(list) => list.len() == 0,
        Datum::Object(object) => object.len() == 0,
        Datum::Bool(_) | Datum::Number(_) | Datum::Decimal(_) | Datum::Pattern(_) => false,
    }))
}

fn kind<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::from(match call.take(0) {
        Datum::Null => "null",
        Datum::Bool(_) => "boolean",
        Datum::Number(_) => "number",
        Datum::Decimal(_) => "decimal",
        Datum::Text(_) => "text",
        Datum::List(_) => "list",
        Datum::Object(_) => "object",
        Datum::Pattern(_) => "pattern",
    }))
}

fn default<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(match call.take(0) {
        Datum::Null => call.take(1),
        Datum::Text(text) if text.as_str().is_empty() => call.take(1),
        value => value,
    })
}

fn coalesce<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    for position in 0..call.count() {
        if call.has(position) {
            return Ok(call.take(position));
        }
    }
    Ok(Datum::Null)
}

fn lookup<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let key = call.take(0);
    let table = call.object(1)?;
    let key = coerce::to_key(key, call.fuel())?;
    Ok(table.get(key.as_str()).unwrap_or_else(|| call.take(2)))
}
