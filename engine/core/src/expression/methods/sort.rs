//! Sorting that keeps the order of equals, pays for each comparison and may fail in the middle.

use std::cmp::Ordering;

use super::super::ast::Callback;
use super::super::coerce;
use super::super::datum::{Datum, List, ListBuilder, Outcome, Text};
use super::super::error::Checked;
use super::super::evaluate::Machine;

/// Orders items by a function of two; null comes last, as `undefined` does in JavaScript.
pub(crate) fn by_callback<'a>(machine: &mut Machine<'a>, list: List<'a>, callback: &'a Callback) -> Outcome<'a> {
    let items: Vec<Datum<'a>> = list.iter().collect();
    let sorted = merge_sort(machine, items, &mut |machine, a, b| {
        let order = machine.invoke(callback, [a.clone(), b.clone()])?;
        // A boolean is what people write by mistake for `a - b`; JavaScript reads it as 1 or 0, and so do we.
        let order = coerce::to_number(&order)?.to_f64();
        Ok(order.partial_cmp(&0.0).unwrap_or(Ordering::Equal))
    })?;
    rebuild(machine, sorted)
}

/// Orders items by their texts, which is what JavaScript does without a function.
pub(crate) fn by_text<'a>(machine: &mut Machine<'a>, list: List<'a>) -> Outcome<'a> {
    let mut keyed = Vec::with_capacity(list.len());
    for item in list.iter() {
        let key = if item.is_null() { None } else { Some(coerce::to_text(item.clone(), &mut machine.fuel)?) };
        keyed.push((key, item));
    }
    let sorted = merge_sort(machine, keyed, &mut |machine, (a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) => {
            let (a, b): (&Text<'_>, &Text<'_>) = (a, b);
            machine.fuel.read(a.as_str().len().min(b.as_str().len()))?;
            Ok(coerce::compare_text(a.as_str(), b.as_str()))
        }
        (a, b) => Ok(a.is_none().cmp(&b.is_none())),
    })?;
    rebuild(machine, sorted.into_iter().map(|(_, item)| item).collect())
}

/// Orders items by keys that were worked out before: numbers before texts, null last.
pub(crate) fn by_keys<'a>(
    machine: &mut Machine<'a>,
    keyed: Vec<(Datum<'a>, Datum<'a>)>,
    is_descending: bool,
) -> Outcome<'a> {
    let sorted = merge_sort(machine, keyed, &mut |machine, (a, _), (b, _)| {
        let rank = |key: &Datum<'_>| match key {
            Datum::Bool(_) => 0,
            Datum::Number(_) | Datum::Decimal(_) => 1,
            Datum::Text(_) => 2,
            Datum::Null => 4,
            _ => 3,
        };
        let order = match rank(a).cmp(&rank(b)) {
            Ordering::Equal if matches!(a, Datum::Null | Datum::List(_) | Datum::Object(_) | Datum::Pattern(_)) => {
                Ordering::Equal
            }
            Ordering::Equal => coerce::compare(a, b, &mut machine.fuel)?.unwrap_or(Ordering::Equal),
            order if a.is_null() || b.is_null() => return Ok(order),
            order => order,
        };
        Ok(if is_descending { order.reverse() } else { order })
    })?;
    rebuild(machine, sorted.into_iter().map(|(_, item)| item).collect())
}

fn rebuild<'a>(machine: &mut Machine<'a>, items: Vec<Datum<'a>>) -> Outcome<'a> {
    let mut list = ListBuilder::new();
    items.into_iter().try_for_each(|item| list.push(item, &mut machine.fuel))?;
    Ok(list.datum())
}

type Compare<'c, 'a, T> = &'c mut dyn FnMut(&mut Machine<'a>, &T, &T) -> Checked<Ordering>;

fn merge_sort<'a, T: Clone>(
    machine: &mut Machine<'a>,
    mut items: Vec<T>,
    compare: Compare<'_, 'a, T>,
) -> Checked<Vec<T>> {
    machine.fuel.entries(items.len(), size_of::<T>())?;
    let mut width = 1;
    while width < items.len() {
        let mut merged = Vec::with_capacity(items.len());
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(machine, left, right, &mut merged, compare)?;
        }
        items = merged;
        width *= 2;
    }
    Ok(items)
}

fn merge<'a, T: Clone>(
    machine: &mut Machine<'a>,
    mut left: &[T],
    mut right: &[T],
    merged: &mut Vec<T>,
    compare: Compare<'_, 'a, T>,
) -> Checked<()> {
    while let (Some((first, others)), Some((second, rest))) = (left.split_first(), right.split_first()) {
        machine.fuel.step()?;
        if compare(machine, first, second)?.is_le() {
            merged.push(first.clone());
            left = others;
        } else {
            merged.push(second.clone());
            right = rest;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    Ok(())
}
