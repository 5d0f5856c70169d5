//! Methods that look for items of a list.

use super::super::call::Call;
use super::super::coerce;
use super::super::datum::{Datum, Outcome};
use super::super::error::Checked;
use super::super::functions::{Example, example};
use super::super::number::Number;
use super::{Method, Receiver};

pub(super) const METHODS: &[Method] = &[
    list(
        ("at", "list.at(position)"),
        "The item at a position; a negative one counts from the end.",
        (1, 1),
        at,
        &[example("[1, 2, 3].at(-1)", "3"), example("[1].at(5)", "null")],
    ),
    list(
        ("every", "list.every(x => …)"),
        "Whether the function is true for every item.",
        (1, 1),
        every,
        &[example("[1, 2].every(x => x > 0)", "true"), example("[].every(x => false)", "true")],
    )
    .with_callback(0),
    list(
        ("find", "list.find(x => …)"),
        "The first item the function is true for, or null.",
        (1, 1),
        find,
        &[example("[1, 2, 3].find(x => x > 1)", "2"), example("[1].find(x => x > 1)", "null")],
    )
    .with_callback(0),
    list(
        ("findIndex", "list.findIndex(x => …)"),
        "The position of the first item the function is true for, or -1.",
        (1, 1),
        find_index,
        &[example("[1, 2, 3].findIndex(x => x > 1)", "1")],
    )
    .with_callback(0),
    list(
        ("findLast", "list.findLast(x => …)"),
        "The last item the function is true for, or null.",
        (1, 1),
        find_last,
        &[example("[1, 2, 3].findLast(x => x < 3)", "2")],
    )
    .with_callback(0),
    list(
        ("findLastIndex", "list.findLastIndex(x => …)"),
        "The position of the last item the function is true for, or -1.",
        (1, 1),
        find_last_index,
        &[example("[1, 2, 3].findLastIndex(x => x > 5)", "-1")],
    )
    .with_callback(0),
    list(
        ("includes", "list.includes(value)"),
        "Whether a value is one of the items.",
        (1, 1),
        includes,
        &[example("['a', 'b'].includes('b')", "true"), example("[{ id: 1 }].includes({ id: 1 })", "true")],
    ),
    list(
        ("indexOf", "list.indexOf(value)"),
        "The position of the first item that equals a value, or -1.",
        (1, 1),
        index_of,
        &[example("['a', 'b', 'a'].indexOf('a')", "0"), example("[1].indexOf('1')", "-1")],
    ),
    list(
        ("lastIndexOf", "list.lastIndexOf(value)"),
        "The position of the last item that equals a value, or -1.",
        (1, 1),
        last_index_of,
        &[example("['a', 'b', 'a'].lastIndexOf('a')", "2")],
    ),
    list(
        ("some", "list.some(x => …)"),
        "Whether the function is true for at least one item.",
        (1, 1),
        some,
        &[example("[1, 2].some(x => x > 1)", "true"), example("[].some(x => true)", "false")],
    )
    .with_callback(0),
];

const fn list(
    signature: (&'static str, &'static str),
    docs: &'static str,
    counts: (usize, usize),
    run: super::super::call::Native,
    examples: &'static [Example],
) -> Method {
    Method::new(Receiver::List, signature, docs, counts, run, examples)
}

fn at<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let position = call.position(0, 0)?;
    let list = call.receiver_list()?;
    let index = if position < 0 { position.saturating_add(list.len() as i64) } else { position };
    Ok(usize::try_from(index).ok().and_then(|index| list.get(index)).unwrap_or(Datum::Null))
}

/// The first item, in the order of the positions, that the function is true for.
fn first<'a>(call: &mut Call<'_, 'a>, order: impl Iterator<Item = usize>) -> Checked<Option<(usize, Datum<'a>)>> {
    let callback = call.callback(0)?;
    let list = call.receiver_list()?;
    let all = Datum::List(list.clone());
    for index in order {
        let item = list.get(index).unwrap_or(Datum::Null);
        if call.machine.invoke_item(callback, item.clone(), index, &all)?.is_truthy() {
            return Ok(Some((index, item)));
        }
    }
    Ok(None)
}

fn forwards<'a>(call: &mut Call<'_, 'a>) -> Checked<Option<(usize, Datum<'a>)>> {
    let length = call.receiver_length();
    first(call, 0..length)
}

fn backwards<'a>(call: &mut Call<'_, 'a>) -> Checked<Option<(usize, Datum<'a>)>> {
    let length = call.receiver_length();
    first(call, (0..length).rev())
}

fn item(found: Option<(usize, Datum<'_>)>) -> Datum<'_> {
    found.map_or(Datum::Null, |(_, item)| item)
}

fn index<'a>(found: Option<usize>) -> Datum<'a> {
    found.map_or(Datum::Number(Number::Int(-1)), Datum::count)
}

fn find<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    forwards(call).map(item)
}

fn find_last<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    backwards(call).map(item)
}

fn find_index<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(index(forwards(call)?.map(|(at, _)| at)))
}

fn find_last_index<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(index(backwards(call)?.map(|(at, _)| at)))
}

fn some<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(forwards(call)?.is_some()))
}

fn every<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let callback = call.callback(0)?;
    let list = call.receiver_list()?;
    let all = Datum::List(list.clone());
    for (index, item) in list.iter().enumerate() {
        if !call.machine.invoke_item(callback, item, index, &all)?.is_truthy() {
            return Ok(Datum::Bool(false));
        }
    }
    Ok(Datum::Bool(true))
}

fn position<'a>(call: &mut Call<'_, 'a>, order: impl Iterator<Item = usize>) -> Checked<Option<usize>> {
    let wanted = call.take(0);
    let list = call.receiver_list()?;
    for index in order {
        let item = list.get(index).unwrap_or(Datum::Null);
        if coerce::equal(&item, &wanted, call.fuel())? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn includes<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let length = call.receiver_length();
    Ok(Datum::Bool(position(call, 0..length)?.is_some()))
}

fn index_of<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let length = call.receiver_length();
    Ok(index(position(call, 0..length)?))
}

fn last_index_of<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let length = call.receiver_length();
    Ok(index(position(call, (0..length).rev())?))
}
