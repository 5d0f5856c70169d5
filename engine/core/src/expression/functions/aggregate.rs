//! Numbers from lists.

use std::cmp::Ordering;

use super::super::call::{Call, Native};
use super::super::coerce;
use super::super::datum::{Datum, Outcome};
use super::super::error::{Checked, Failure};
use super::super::methods;
use super::super::number::Number;
use super::list::By;
use super::{Example, Function, example, math};

pub(super) const FUNCTIONS: &[Function] = &[
    aggregate(
        ("sum", "sum(list, by?)"),
        "All numbers together; `by` is a field or a function. Null counts as nothing.",
        sum,
        &[
            example("sum([1, 2, 3])", "6"),
            example("sum([{ n: 1 }, { n: 2 }], 'n')", "3"),
            example("sum([decimal('0.1'), decimal('0.2')])", r#""0.3""#),
        ],
    ),
    aggregate(
        ("average", "average(list, by?)"),
        "The mean; null of an empty list.",
        average,
        &[example("average([1, 2, 6])", "3"), example("average([])", "null")],
    ),
    aggregate(
        ("median", "median(list, by?)"),
        "The middle one of all numbers; null of an empty list.",
        median,
        &[example("median([5, 1, 3])", "3"), example("median([1, 2, 3, 4])", "2.5")],
    ),
    aggregate(
        ("min", "min(list, by?)"),
        "The smallest number; null of an empty list.",
        min,
        &[example("min([3, 1, 2])", "1"), example("min([])", "null")],
    ),
    aggregate(
        ("max", "max(list, by?)"),
        "The largest number; null of an empty list.",
        max,
        &[example("max([3, 1, 2])", "3"), example("max([{ n: 4 }, { n: 5 }], x => x.n)", "5")],
    ),
    aggregate(
        ("minBy", "minBy(list, by)"),
        "The item for which a field or function tells the smallest number.",
        min_by,
        &[example("minBy([{ n: 2 }, { n: 1 }], 'n')", r#"{"n":1}"#)],
    ),
    aggregate(
        ("maxBy", "maxBy(list, by)"),
        "The item for which a field or function tells the largest number.",
        max_by,
        &[example("maxBy([{ n: 2 }, { n: 1 }], x => x.n)", r#"{"n":2}"#)],
    ),
    aggregate(
        ("count", "count(list, x => …)"),
        "How many items there are, or for how many a function is true.",
        count,
        &[example("count([1, 2, 3])", "3"), example("count([1, 2, 3], x => x > 1)", "2")],
    ),
];

const fn aggregate(
    signature: (&'static str, &'static str),
    docs: &'static str,
    run: Native,
    examples: &'static [Example],
) -> Function {
    Function::new("list", signature, docs, ("list", "number"), (1, 2), run, examples).with_callback(1)
}

/// The numbers a list is about, each with its item; null is left out.
fn numbers<'a>(call: &mut Call<'_, 'a>) -> Checked<Vec<(Datum<'a>, Datum<'a>)>> {
    let by = By::of(call, 1)?;
    let list = call.list(0)?;
    call.fuel().entries(list.len(), size_of::<(Datum<'_>, Datum<'_>)>())?;
    let mut numbers = Vec::with_capacity(list.len());
    for item in list.iter() {
        match by.tell(call, item.clone())? {
            Datum::Null => {}
            Datum::Decimal(value) => numbers.push((Datum::Decimal(value), item)),
            value => numbers.push((Datum::Number(coerce::to_number(&value)?), item)),
        }
    }
    Ok(numbers)
}

fn total<'a>(numbers: Vec<(Datum<'a>, Datum<'a>)>) -> Outcome<'a> {
    let mut total = Datum::Number(Number::Int(0));
    for (value, _) in numbers {
        total = match (&total, &value) {
            (Datum::Number(total), Datum::Number(value)) => Datum::Number(total.add(*value)?),
            _ => Datum::decimal(coerce::to_decimal(&total)?.add(coerce::to_decimal(&value)?)?),
        };
    }
    Ok(total)
}

fn sum<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    numbers(call).and_then(total)
}

fn average<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let numbers = numbers(call)?;
    let count = Number::from_usize(numbers.len());
    if numbers.is_empty() {
        return Ok(Datum::Null);
    }
    divided(total(numbers)?, count)
}

fn divided<'a>(value: Datum<'a>, by: Number) -> Outcome<'a> {
    match value {
        Datum::Number(value) => Ok(Datum::Number(value.divide(by)?)),
        other => Ok(Datum::decimal(coerce::to_decimal(&other)?.divide(coerce::to_decimal(&Datum::Number(by))?)?)),
    }
}

fn median<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let numbers = numbers(call)?;
    if numbers.iter().any(|(value, _)| matches!(value, Datum::Number(number) if number.is_nan())) {
        return Ok(Datum::Number(Number::NAN));
    }
    let mut numbers = methods::merge_sort(numbers, &mut |(a, _), (b, _)| {
        call.fuel().step()?;
        Ok(coerce::compare(a, b, call.fuel())?.unwrap_or(Ordering::Equal))
    })?;
    let middle = numbers.len() / 2;
    if numbers.len() % 2 == 1 {
        return Ok(numbers.swap_remove(middle).0);
    }
    if numbers.is_empty() {
        return Ok(Datum::Null);
    }
    let pair = numbers.drain(middle - 1..=middle).collect();
    divided(total(pair)?, Number::Int(2))
}

fn min<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    best(call, Ordering::is_lt)
}

fn max<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    best(call, Ordering::is_gt)
}

fn best<'a>(call: &mut Call<'_, 'a>, is_better: fn(Ordering) -> bool) -> Outcome<'a> {
    let numbers = numbers(call)?;
    Ok(math::choose(numbers.into_iter().map(|(value, _)| value), is_better)?.unwrap_or(Datum::Null))
}

fn min_by<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    best_item(call, Ordering::is_lt)
}

fn max_by<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    best_item(call, Ordering::is_gt)
}

fn best_item<'a>(call: &mut Call<'_, 'a>, is_better: fn(Ordering) -> bool) -> Outcome<'a> {
    let numbers = numbers(call)?;
    let Some(best) = math::choose(numbers.iter().map(|(value, _)| value.clone()), is_better)? else {
        return Ok(Datum::Null);
    };
    for (value, item) in numbers {
        if coerce::equal(&value, &best, call.fuel())? {
            return Ok(item);
        }
    }
    Err(Failure::invalid("NaN is neither the smallest nor the largest number"))
}

fn count<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let callback = call.optional_callback(1);
    let list = call.list(0)?;
    let Some(callback) = callback else { return Ok(Datum::count(list.len())) };
    let all = Datum::List(list.clone());
    let mut count = 0;
    for (index, item) in list.iter().enumerate() {
        count += usize::from(call.machine.invoke_item(callback, item, index, &all)?.is_truthy());
    }
    Ok(Datum::count(count))
}
