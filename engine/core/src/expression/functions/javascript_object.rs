//! JavaScript's `Object`.

use super::super::call::Call;
use super::super::coerce;
use super::super::datum::{Datum, List, ListBuilder, ObjectBuilder, Outcome, Text};
use super::super::error::{Checked, Failure};
use super::javascript::global;
use super::{ANY, Function, example};

pub(super) const FUNCTIONS: &[Function] = &[
    global(
        ("Object.assign", "Object.assign(object, ...others)"),
        "The fields of all objects together; later ones win. The first object stays as it is.",
        ("object", "object"),
        (1, ANY),
        object_assign,
        &[example("Object.assign({ a: 1, b: 1 }, { b: 2 })", r#"{"a":1,"b":2}"#)],
    ),
    global(
        ("Object.entries", "Object.entries(object)"),
        "A list of [key, value].",
        ("object", "list"),
        (1, 1),
        object_entries,
        &[example("Object.entries({ a: 1, b: 2 })", r#"[["a",1],["b",2]]"#)],
    ),
    global(
        ("Object.fromEntries", "Object.fromEntries(entries)"),
        "An object from a list of [key, value].",
        ("list", "object"),
        (1, 1),
        object_from_entries,
        &[example("Object.fromEntries([['a', 1], ['b', 2]])", r#"{"a":1,"b":2}"#)],
    ),
    global(
        ("Object.hasOwn", "Object.hasOwn(object, key)"),
        "Whether an object has a key.",
        ("object", "boolean"),
        (2, 2),
        object_has_own,
        &[example("Object.hasOwn({ a: 1 }, 'a')", "true")],
    ),
    global(
        ("Object.keys", "Object.keys(object)"),
        "The keys.",
        ("object", "list"),
        (1, 1),
        object_keys,
        &[example("Object.keys({ a: 1, b: 2 })", r#"["a","b"]"#)],
    ),
    global(
        ("Object.values", "Object.values(object)"),
        "The values.",
        ("object", "list"),
        (1, 1),
        object_values,
        &[example("Object.values({ a: 1, b: 2 })", "[1,2]")],
    ),
];

fn object_assign<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let object = call.object(0)?;
    let mut assigned = object.into_builder(call.fuel())?;
    for position in 1..call.count() {
        if call.has(position) {
            let more = call.object(position)?;
            assigned.extend(&more, call.fuel())?;
        }
    }
    Ok(assigned.datum())
}

/// The keys and values of what has some.
fn entries<'a>(call: &mut Call<'_, 'a>) -> Checked<Vec<(Text<'a>, Datum<'a>)>> {
    let entries: Vec<_> = match call.take(0) {
        Datum::Object(object) => object.iter().collect(),
        Datum::List(list) => {
            let key = |index: usize| Text::Owned(index.to_string().into());
            list.iter().enumerate().map(|(index, item)| (key(index), item)).collect()
        }
        other => return Err(Failure::wrong_type(format!("{} has no keys: an object is needed", other.kind()))),
    };
    call.fuel().steps(entries.len())?;
    Ok(entries)
}

fn object_keys<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut list = ListBuilder::new();
    for (key, _) in entries(call)? {
        list.push(Datum::Text(key), call.fuel())?;
    }
    Ok(list.datum())
}

fn object_values<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut list = ListBuilder::new();
    for (_, value) in entries(call)? {
        list.push(value, call.fuel())?;
    }
    Ok(list.datum())
}

fn object_entries<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut list = ListBuilder::new();
    for (key, value) in entries(call)? {
        let mut pair = ListBuilder::new();
        pair.push(Datum::Text(key), call.fuel())?;
        pair.push(value, call.fuel())?;
        list.push(pair.datum(), call.fuel())?;
    }
    Ok(list.datum())
}

fn object_from_entries<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let list: List<'a> = call.list(0)?;
    let mut object = ObjectBuilder::new();
    for entry in list.iter() {
        call.fuel().step()?;
        let Datum::List(pair) = entry else {
            return Err(Failure::wrong_type(format!(
                "Object.fromEntries() needs a list of [key, value], not of {}",
                entry.kind()
            )));
        };
        let key = coerce::to_key(pair.get(0).unwrap_or(Datum::Null), call.fuel())?;
        object.insert(key, pair.get(1).unwrap_or(Datum::Null), call.fuel())?;
    }
    Ok(object.datum())
}

fn object_has_own<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let object = call.object(0)?;
    let key = call.text(1)?;
    Ok(Datum::Bool(object.get(key.as_str()).is_some()))
}
