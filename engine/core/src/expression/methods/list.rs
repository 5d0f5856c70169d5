//! Methods that make a new list, or one value of a whole list.

use super::super::call::Call;
use super::super::coerce;
use super::super::datum::{Datum, List, ListBuilder, Outcome};
use super::super::error::{Checked, Failure};
use super::super::fuel::Fuel;
use super::super::functions::{Example, example};
use super::{Method, Receiver, sort};

pub(super) const METHODS: &[Method] = &[
    list(
        ("concat", "list.concat(...lists)"),
        "This list with the items of others, or other values, after it.",
        (0, super::ANY),
        concat,
        &[example("[1].concat([2, 3], 4)", "[1,2,3,4]")],
    ),
    list(
        ("filter", "list.filter(x => …)"),
        "The items the function is true for.",
        (1, 1),
        filter,
        &[example("[1, 2, 3].filter(x => x > 1)", "[2,3]"), example("[0, 'a', null].filter(Boolean)", r#"["a"]"#)],
    )
    .with_callback(0),
    list(
        ("flat", "list.flat(depth?)"),
        "With the items of inner lists in place of these; one level unless told otherwise.",
        (0, 1),
        flat,
        &[example("[1, [2, [3]]].flat()", "[1,2,[3]]"), example("[1, [2, [3]]].flat(2)", "[1,2,3]")],
    ),
    list(
        ("flatMap", "list.flatMap(x => …)"),
        "What the function makes of each item, with lists taken apart.",
        (1, 1),
        flat_map,
        &[example("[1, 2].flatMap(x => [x, x * 10])", "[1,10,2,20]")],
    )
    .with_callback(0),
    list(
        ("join", "list.join(separator?)"),
        "The items as one text.",
        (0, 1),
        join,
        &[example("['a', 1, null].join('-')", r#""a-1-""#), example("[1, 2].join()", r#""1,2""#)],
    ),
    list(
        ("map", "list.map(x => …)"),
        "What the function makes of each item.",
        (1, 1),
        map,
        &[example("[1, 2].map((x, index) => x * 10 + index)", "[10,21]"), example("['a'].map(upper)", r#"["A"]"#)],
    )
    .with_callback(0),
    list(
        ("reduce", "list.reduce((result, x) => …, start?)"),
        "One value, made item by item from the first.",
        (1, 2),
        reduce,
        &[
            example("[1, 2, 3].reduce((sum, x) => sum + x, 10)", "16"),
            example("[1, 2, 3].reduce((a, b) => a * b)", "6"),
        ],
    )
    .with_callback(0),
    list(
        ("reduceRight", "list.reduceRight((result, x) => …, start?)"),
        "One value, made item by item from the last.",
        (1, 2),
        reduce_right,
        &[example("['a', 'b'].reduceRight((text, x) => text + x, '')", r#""ba""#)],
    )
    .with_callback(0),
    list(
        ("reverse", "list.reverse()"),
        "A list in the opposite order; the list itself stays as it is.",
        (0, 0),
        reverse,
        &[example("[1, 2, 3].reverse()", "[3,2,1]")],
    ),
    list(
        ("slice", "list.slice(start, end?)"),
        "The items between two positions; negative ones count from the end.",
        (0, 2),
        slice,
        &[example("[1, 2, 3].slice(1)", "[2,3]"), example("[1, 2, 3].slice(-2, -1)", "[2]")],
    ),
    list(
        ("sort", "list.sort((a, b) => …)"),
        "A sorted list, by text unless a function compares; the list itself stays as it is.",
        (0, 1),
        sort,
        &[example("[10, 9, 1].sort()", "[1,10,9]"), example("[10, 9, 1].sort((a, b) => a - b)", "[1,9,10]")],
    )
    .with_callback(0),
    list(
        ("toReversed", "list.toReversed()"),
        "A list in the opposite order.",
        (0, 0),
        reverse,
        &[example("[1, 2].toReversed()", "[2,1]")],
    ),
    list(
        ("toSorted", "list.toSorted((a, b) => …)"),
        "A sorted list, by text unless a function compares.",
        (0, 1),
        sort,
        &[
            example("['b', null, 'a'].toSorted()", r#"["a","b",null]"#),
            example("[1, 2].toSorted((a, b) => b - a)", "[2,1]"),
        ],
    )
    .with_callback(0),
    list(
        ("toSpliced", "list.toSpliced(start, remove?, ...items)"),
        "Without some items from a position on, and with others in their place.",
        (1, super::ANY),
        to_spliced,
        &[example("[1, 2, 3].toSpliced(1, 1, 'a', 'b')", r#"[1,"a","b",3]"#), example("[1, 2, 3].toSpliced(1)", "[1]")],
    ),
    list(
        ("toString", "list.toString()"),
        "The items as one text, with commas.",
        (0, 0),
        super::text::as_text,
        &[example("[1, [2, 3]].toString()", r#""1,2,3""#)],
    ),
    list(
        ("with", "list.with(position, value)"),
        "With one item replaced.",
        (2, 2),
        with,
        &[example("[1, 2, 3].with(-1, 'x')", r#"[1,2,"x"]"#)],
    ),
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

fn concat<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let list = call.receiver_list()?;
    let mut joined = list.into_builder(call.fuel())?;
    for position in 0..call.count() {
        match call.take(position) {
            Datum::List(more) => joined.extend(&more, call.fuel())?,
            value => joined.push(value, call.fuel())?,
        }
    }
    Ok(joined.datum())
}

fn filter<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let callback = call.callback(0)?;
    let list = call.receiver_list()?;
    let all = Datum::List(list.clone());
    let mut kept = ListBuilder::new();
    for (index, item) in list.iter().enumerate() {
        if call.machine.invoke_item(callback, item.clone(), index, &all)?.is_truthy() {
            kept.push(item, call.fuel())?;
        }
    }
    Ok(kept.datum())
}

fn flat<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let depth = call.position(0, 1)?.min(i64::from(call.fuel().depth()) * 2);
    let list = call.receiver_list()?;
    let mut flat = ListBuilder::new();
    flatten(&list, depth, &mut flat, call.fuel())?;
    Ok(flat.datum())
}

pub(crate) fn flatten<'a>(list: &List<'a>, depth: i64, flat: &mut ListBuilder<'a>, fuel: &mut Fuel) -> Checked<()> {
    for item in list.iter() {
        fuel.step()?;
        match item {
            Datum::List(inner) if depth > 0 => flatten(&inner, depth - 1, flat, fuel)?,
            item => flat.push(item, fuel)?,
        }
    }
    Ok(())
}

fn flat_map<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let callback = call.callback(0)?;
    let list = call.receiver_list()?;
    let all = Datum::List(list.clone());
    let mut mapped = ListBuilder::new();
    for (index, item) in list.iter().enumerate() {
        match call.machine.invoke_item(callback, item, index, &all)? {
            Datum::List(inner) => mapped.extend(&inner, call.fuel())?,
            value => mapped.push(value, call.fuel())?,
        }
    }
    Ok(mapped.datum())
}

fn join<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let separator = call.optional_text(0)?;
    let list = call.receiver_list()?;
    let separator = separator.as_ref().map_or(",", |separator| separator.as_str());
    Ok(Datum::Text(coerce::join(&list, separator, call.fuel())?))
}

fn map<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let callback = call.callback(0)?;
    let list = call.receiver_list()?;
    let all = Datum::List(list.clone());
    let mut mapped = ListBuilder::with_room_for(&list);
    for (index, item) in list.iter().enumerate() {
        let value = call.machine.invoke_item(callback, item, index, &all)?;
        mapped.push(value, call.fuel())?;
    }
    Ok(mapped.datum())
}

fn reduce<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let length = call.receiver_length();
    fold(call, 0..length)
}

fn reduce_right<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let length = call.receiver_length();
    fold(call, (0..length).rev())
}

fn fold<'a>(call: &mut Call<'_, 'a>, mut order: impl Iterator<Item = usize>) -> Outcome<'a> {
    let callback = call.callback(0)?;
    let has_start = call.count() > 1;
    let start = call.take(1);
    let list = call.receiver_list()?;
    let all = Datum::List(list.clone());
    let mut result = match has_start {
        true => start,
        false => match order.next().and_then(|index| list.get(index)) {
            Some(first) => first,
            None => {
                return Err(Failure::invalid(
                    "an empty list can't be reduced without a start: add one as the second argument",
                ));
            }
        },
    };
    for index in order {
        let item = list.get(index).unwrap_or(Datum::Null);
        result = match callback.arity() {
            0..=2 => call.machine.invoke(callback, [result, item])?,
            _ => call.machine.invoke(callback, [result, item, Datum::count(index), all.clone()])?,
        };
    }
    Ok(result)
}

fn reverse<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let list = call.receiver_list()?;
    let mut reversed = list.into_builder(call.fuel())?;
    let length = reversed.len();
    call.fuel().steps(length / 16)?;
    reversed.items().reverse();
    Ok(reversed.datum())
}

fn slice<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (start, end) = (call.position(0, 0)?, call.position(1, i64::MAX)?);
    let list = call.receiver_list()?;
    let (start, end) = super::range(start, end, list.len());
    let end = end.max(start);
    if let List::Borrowed(items) = list {
        return Ok(Datum::List(List::Borrowed(&items[start..end])));
    }
    let mut part = ListBuilder::new();
    for index in start..end {
        part.push(list.get(index).unwrap_or(Datum::Null), call.fuel())?;
    }
    Ok(part.datum())
}

fn sort<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let callback = call.optional_callback(0);
    if callback.is_none() && call.has(0) {
        return Err(Failure::wrong_type("sort() needs a function that compares, as in (a, b) => a - b"));
    }
    let list = call.receiver_list()?;
    match callback {
        Some(callback) => sort::by_callback(call.machine, list, callback),
        None => sort::by_text(call.machine, list),
    }
}

fn to_spliced<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let start = call.position(0, 0)?;
    let remove = if call.count() > 1 { call.position(1, 0)?.max(0) } else { i64::MAX };
    let list = call.receiver_list()?;
    let (start, _) = super::range(start, 0, list.len());
    let rest = start.saturating_add(usize::try_from(remove).unwrap_or(usize::MAX)).min(list.len());
    let mut spliced = ListBuilder::new();
    for index in 0..start {
        spliced.push(list.get(index).unwrap_or(Datum::Null), call.fuel())?;
    }
    for position in 2..call.count() {
        let item = call.take(position);
        spliced.push(item, call.fuel())?;
    }
    for index in rest..list.len() {
        spliced.push(list.get(index).unwrap_or(Datum::Null), call.fuel())?;
    }
    Ok(spliced.datum())
}

fn with<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let position = call.position(0, 0)?;
    let value = call.take(1);
    let list = call.receiver_list()?;
    let length = list.len() as i64;
    let index = if position < 0 { position.saturating_add(length) } else { position };
    if !(0..length).contains(&index) {
        return Err(Failure::invalid(format!("the list has no item at position {position}")));
    }
    let mut replaced = ListBuilder::new();
    for (at, item) in list.iter().enumerate() {
        let item = if at as i64 == index { value.clone() } else { item };
        replaced.push(item, call.fuel())?;
    }
    Ok(replaced.datum())
}
