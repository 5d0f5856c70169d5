//! Lists.

use super::super::ast::Callback;
use super::super::call::{Call, Native};
use super::super::coerce;
use super::super::datum::{Datum, List, ListBuilder, ObjectBuilder, Outcome, Text};
use super::super::decimal::shortened;
use super::super::error::{Checked, Failure};
use super::super::methods::{self, Direction};
use super::seen::Seen;
use super::{Example, Function, example};

pub(super) const FUNCTIONS: &[Function] = &[
    list(
        ("first", "first(list, count?)"),
        "The first item, or null; with a count, the first items.",
        (1, 2),
        "any",
        first,
        &[example("first([1, 2])", "1"), example("first([])", "null"), example("first([1, 2, 3], 2)", "[1,2]")],
    ),
    list(
        ("last", "last(list, count?)"),
        "The last item, or null; with a count, the last items.",
        (1, 2),
        "any",
        last,
        &[example("last([1, 2])", "2"), example("last([1, 2, 3], 2)", "[2,3]")],
    ),
    list(
        ("compact", "compact(list)"),
        "Without null, false, 0, NaN and empty texts.",
        (1, 1),
        "list",
        compact,
        &[example("compact([0, 1, '', null, 'a'])", r#"[1,"a"]"#)],
    ),
    list(
        ("chunk", "chunk(list, size)"),
        "In parts of so many items.",
        (2, 2),
        "list",
        chunk,
        &[example("chunk([1, 2, 3, 4, 5], 2)", "[[1,2],[3,4],[5]]")],
    ),
    list(
        ("flatten", "flatten(list)"),
        "With the items of inner lists, however deep, in place of these.",
        (1, 1),
        "list",
        flatten,
        &[example("flatten([1, [2, [3, [4]]]])", "[1,2,3,4]")],
    ),
    list(
        ("unique", "unique(list, by?)"),
        "Without repeated items; `by` is a field or a function that tells what makes an item the same.",
        (1, 2),
        "list",
        unique,
        &[
            example("unique([1, 2, 1, '1'])", r#"[1,2,"1"]"#),
            example("unique([{ id: 1, v: 'a' }, { id: 1, v: 'b' }], 'id')", r#"[{"id":1,"v":"a"}]"#),
        ],
    )
    .with_callback(1),
    list(
        ("sortBy", "sortBy(list, by?, direction?)"),
        "Ordered by a field or what a function tells, `'asc'` or `'desc'`; null comes last.",
        (1, 3),
        "list",
        sort_by,
        &[
            example("sortBy([{ n: 2 }, { n: 1 }], 'n')", r#"[{"n":1},{"n":2}]"#),
            example("sortBy([3, 10, 2], x => x, 'desc')", "[10,3,2]"),
            example("sortBy([10, 9, null, 1])", "[1,9,10,null]"),
        ],
    )
    .with_callback(1),
    list(
        ("groupBy", "groupBy(list, by)"),
        "An object of lists, by a field or what a function tells.",
        (2, 2),
        "object",
        group_by,
        &[
            example("groupBy([1, 2, 3], x => x % 2 ? 'odd' : 'even')", r#"{"odd":[1,3],"even":[2]}"#),
            example("groupBy([{ t: 'a' }, { t: 'b' }], 't')", r#"{"a":[{"t":"a"}],"b":[{"t":"b"}]}"#),
        ],
    )
    .with_callback(1),
    list(
        ("countBy", "countBy(list, by?)"),
        "How many items there are of each kind.",
        (1, 2),
        "object",
        count_by,
        &[example("countBy(['a', 'b', 'a'])", r#"{"a":2,"b":1}"#)],
    )
    .with_callback(1),
    list(
        ("keyBy", "keyBy(list, by)"),
        "An object of items by a field or what a function tells; of several the last stays.",
        (2, 2),
        "object",
        key_by,
        &[example("keyBy([{ id: 'x', n: 1 }], 'id')", r#"{"x":{"id":"x","n":1}}"#)],
    )
    .with_callback(1),
    list(
        ("pluck", "pluck(list, field)"),
        "One field of each item; `a.b` goes deeper.",
        (2, 2),
        "list",
        pluck,
        &[example("pluck([{ a: { b: 1 } }, { a: null }], 'a.b')", "[1,null]")],
    ),
    list(
        ("partition", "partition(list, x => …)"),
        "Two lists: what the function is true for, and the rest.",
        (2, 2),
        "list",
        partition,
        &[example("partition([1, 2, 3], x => x > 1)", "[[2,3],[1]]")],
    )
    .with_callback(1),
    list(
        ("zip", "zip(list, list)"),
        "Pairs of the items at the same position.",
        (2, 2),
        "list",
        zip,
        &[example("zip(['a', 'b'], [1, 2])", r#"[["a",1],["b",2]]"#)],
    ),
    list(
        ("union", "union(list, list)"),
        "The items of both lists, each once.",
        (2, 2),
        "list",
        union,
        &[example("union([1, 2], [2, 3])", "[1,2,3]")],
    ),
    list(
        ("intersection", "intersection(list, list)"),
        "The items that are in both lists.",
        (2, 2),
        "list",
        intersection,
        &[example("intersection([1, 2, 3], [2, 3, 4])", "[2,3]")],
    ),
    list(
        ("difference", "difference(list, list)"),
        "The items of the first list that are not in the second.",
        (2, 2),
        "list",
        difference,
        &[example("difference([1, 2, 3], [2])", "[1,3]")],
    ),
    list(
        ("range", "range(start, end, step?)"),
        "The numbers from the start up to, but not including, the end.",
        (2, 3),
        "list",
        range,
        &[example("range(1, 4)", "[1,2,3]"), example("range(10, 0, -5)", "[10,5]")],
    ),
    list(
        ("shuffle", "shuffle(list)"),
        "In a random order; the same when the run is repeated.",
        (1, 1),
        "list",
        shuffle,
        &[example("sortBy(shuffle([3, 1, 2]))", "[1,2,3]")],
    )
    .impure(),
];

const fn list(
    signature: (&'static str, &'static str),
    docs: &'static str,
    counts: (usize, usize),
    output: &'static str,
    run: Native,
    examples: &'static [Example],
) -> Function {
    Function::new("list", signature, docs, ("list", output), counts, run, examples)
}

/// What tells something of each item: a function, a field, or the item itself.
pub(super) enum By<'a> {
    Function(&'a Callback),
    Field(Text<'a>),
    Itself,
}

impl<'a> By<'a> {
    pub(super) fn of(call: &mut Call<'_, 'a>, position: usize) -> Checked<By<'a>> {
        if let Some(callback) = call.optional_callback(position) {
            return Ok(By::Function(callback));
        }
        Ok(call.optional_text(position)?.map_or(By::Itself, By::Field))
    }

    pub(super) fn tell(&self, call: &mut Call<'_, 'a>, item: Datum<'a>) -> Outcome<'a> {
        call.fuel().step()?;
        match self {
            By::Function(callback) => call.machine.invoke(callback, [item]),
            By::Field(field) => Ok(field_of(item, field.as_str())),
            By::Itself => Ok(item),
        }
    }
}

/// A field of an object, or a field of a field: `a.b`. Null where something is missing.
pub(super) fn field_of<'a>(value: Datum<'a>, path: &str) -> Datum<'a> {
    if let Datum::Object(object) = &value
        && let Some(field) = object.get(path)
    {
        return field;
    }
    path.split('.')
        .try_fold(value, |value, part| match &value {
            Datum::Object(object) => object.get(part),
            Datum::List(list) => part.parse().ok().and_then(|index: usize| list.get(index)),
            _ => None,
        })
        .unwrap_or(Datum::Null)
}

fn first<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    if !call.has(1) {
        return Ok(call.list(0)?.get(0).unwrap_or(Datum::Null));
    }
    let count = call.whole(1, 0..=i64::MAX, 0)? as usize;
    let list = call.list(0)?;
    part(call, &list, 0, count.min(list.len()))
}

fn last<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    if !call.has(1) {
        let list = call.list(0)?;
        return Ok(list.len().checked_sub(1).and_then(|index| list.get(index)).unwrap_or(Datum::Null));
    }
    let count = call.whole(1, 0..=i64::MAX, 0)? as usize;
    let list = call.list(0)?;
    part(call, &list, list.len().saturating_sub(count), list.len())
}

fn part<'a>(call: &mut Call<'_, 'a>, list: &List<'a>, start: usize, end: usize) -> Outcome<'a> {
    if let List::Borrowed(items) = list {
        return Ok(Datum::List(List::Borrowed(&items[start..end])));
    }
    let mut part = ListBuilder::new();
    for index in start..end {
        part.push(list.get(index).unwrap_or(Datum::Null), call.fuel())?;
    }
    Ok(part.datum())
}

fn compact<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    let mut kept = ListBuilder::new();
    for item in list.iter() {
        call.fuel().step()?;
        if item.is_truthy() {
            kept.push(item, call.fuel())?;
        }
    }
    Ok(kept.datum())
}

fn chunk<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let size = call.whole(1, 1..=i64::MAX, 1)? as usize;
    let list = call.list(0)?;
    let mut chunks = ListBuilder::new();
    let mut start = 0;
    while start < list.len() {
        let end = start.saturating_add(size).min(list.len());
        let chunk = part(call, &list, start, end)?;
        chunks.push(chunk, call.fuel())?;
        start = end;
    }
    Ok(chunks.datum())
}

fn flatten<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    let mut flat = ListBuilder::new();
    let depth = i64::from(call.fuel().depth()) * 2;
    methods::flatten(&list, depth, &mut flat, call.fuel())?;
    Ok(flat.datum())
}

fn unique<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let by = By::of(call, 1)?;
    let list = call.list(0)?;
    let mut seen = Seen::default();
    let mut kept = ListBuilder::new();
    for item in list.iter() {
        let key = by.tell(call, item.clone())?;
        if seen.add(&key, call.fuel())? {
            kept.push(item, call.fuel())?;
        }
    }
    Ok(kept.datum())
}

fn sort_by<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let by = By::of(call, 1)?;
    let direction = call.optional_text(2)?;
    let direction = match direction.as_ref().map(|text| text.as_str()) {
        None | Some("asc") => Direction::Ascending,
        Some("desc") => Direction::Descending,
        Some(other) => {
            return Err(Failure::invalid(format!("the direction is 'asc' or 'desc', not '{}'", shortened(other))));
        }
    };
    let list = call.list(0)?;
    let mut keyed = Vec::with_capacity(list.len());
    for item in list.iter() {
        keyed.push((by.tell(call, item.clone())?, item));
    }
    methods::by_keys(call.machine, keyed, direction)
}

/// Lists of items by keys, in the order the keys first came.
fn grouped<'a>(call: &mut Call<'_, 'a>) -> Checked<Vec<(Text<'a>, ListBuilder<'a>)>> {
    let by = By::of(call, 1)?;
    let list = call.list(0)?;
    let mut positions = std::collections::HashMap::new();
    let mut groups: Vec<(Text<'a>, ListBuilder<'a>)> = Vec::new();
    for item in list.iter() {
        let key = by.tell(call, item.clone())?;
        let key = coerce::to_key(key, call.fuel())?;
        call.fuel().read(key.as_str().len())?;
        let position = *positions.entry(key.clone()).or_insert(groups.len());
        if position == groups.len() {
            call.fuel().allocate(size_of::<(Text<'_>, ListBuilder<'_>)>())?;
            groups.push((key, ListBuilder::new()));
        }
        groups[position].1.push(item, call.fuel())?;
    }
    Ok(groups)
}

fn group_by<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut object = ObjectBuilder::new();
    for (key, items) in grouped(call)? {
        object.insert(key, items.datum(), call.fuel())?;
    }
    Ok(object.datum())
}

fn count_by<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut object = ObjectBuilder::new();
    for (key, items) in grouped(call)? {
        object.insert(key, Datum::count(items.len()), call.fuel())?;
    }
    Ok(object.datum())
}

fn key_by<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let by = By::of(call, 1)?;
    let list = call.list(0)?;
    let mut object = ObjectBuilder::new();
    for item in list.iter() {
        let key = by.tell(call, item.clone())?;
        let key = coerce::to_key(key, call.fuel())?;
        object.insert(key, item, call.fuel())?;
    }
    Ok(object.datum())
}

fn pluck<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let field = By::Field(call.text(1)?);
    let list = call.list(0)?;
    let mut fields = ListBuilder::new();
    for item in list.iter() {
        let value = field.tell(call, item)?;
        fields.push(value, call.fuel())?;
    }
    Ok(fields.datum())
}

fn partition<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let callback = call.callback(1)?;
    let list = call.list(0)?;
    let all = Datum::List(list.clone());
    let (mut kept, mut rest) = (ListBuilder::new(), ListBuilder::new());
    for (index, item) in list.iter().enumerate() {
        let is_kept = call.machine.invoke_item(callback, item.clone(), index, &all)?.is_truthy();
        let side = if is_kept { &mut kept } else { &mut rest };
        side.push(item, call.fuel())?;
    }
    pair(call, kept.datum(), rest.datum())
}

fn pair<'a>(call: &mut Call<'_, 'a>, left: Datum<'a>, right: Datum<'a>) -> Outcome<'a> {
    let mut pair = ListBuilder::new();
    pair.push(left, call.fuel())?;
    pair.push(right, call.fuel())?;
    Ok(pair.datum())
}

fn zip<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (left, right) = (call.list(0)?, call.list(1)?);
    let mut zipped = ListBuilder::new();
    for index in 0..left.len().max(right.len()) {
        let (left, right) = (left.get(index).unwrap_or(Datum::Null), right.get(index).unwrap_or(Datum::Null));
        let both = pair(call, left, right)?;
        zipped.push(both, call.fuel())?;
    }
    Ok(zipped.datum())
}

fn union<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (left, right) = (call.list(0)?, call.list(1)?);
    let mut seen = Seen::default();
    let mut all = ListBuilder::new();
    for item in left.iter().chain(right.iter()) {
        if seen.add(&item, call.fuel())? {
            all.push(item, call.fuel())?;
        }
    }
    Ok(all.datum())
}

fn intersection<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    chosen(call, true)
}

fn difference<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    chosen(call, false)
}

/// The items of the first list for which being in the second is as wanted.
fn chosen<'a>(call: &mut Call<'_, 'a>, wanted: bool) -> Outcome<'a> {
    let (left, right) = (call.list(0)?, call.list(1)?);
    let mut others = Seen::default();
    for item in right.iter() {
        others.add(&item, call.fuel())?;
    }
    let mut kept = ListBuilder::new();
    for item in left.iter() {
        if others.has(&item, call.fuel())? == wanted {
            kept.push(item, call.fuel())?;
        }
    }
    Ok(kept.datum())
}

fn range<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let step = if call.has(2) { call.number(2)? } else { super::super::number::Number::Int(1) };
    let (mut at, end) = (call.number(0)?, call.number(1)?);
    let (is_up, is_down) = (step.to_f64() > 0.0, step.to_f64() < 0.0);
    if !is_up && !is_down {
        return Err(Failure::invalid("the step of range() is a number other than 0"));
    }
    let mut numbers = ListBuilder::new();
    let before = if is_up { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
    while at.compare(end) == Some(before) {
        call.fuel().step()?;
        numbers.push(Datum::Number(at), call.fuel())?;
        at = at.add(step)?;
    }
    Ok(numbers.datum())
}

fn shuffle<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    let mut shuffled = list.into_builder(call.fuel())?;
    let length = shuffled.len();
    call.fuel().steps(length)?;
    for index in (1..length).rev() {
        let other = (call.machine.random() * (index + 1) as f64) as usize;
        shuffled.items().swap(index, other.min(index));
    }
    Ok(shuffled.datum())
}
