//! Sorting that keeps the order of equals, pays for each comparison and may fail in the middle.

use std::cmp::Ordering;

use super::super::ast::Callback;
use super::super::coerce;
use super::super::datum::{Datum, List, ListBuilder, Outcome};
use super::super::error::Checked;
use super::super::evaluate::Machine;
use super::super::fuel::Fuel;

/// Orders items by a function of two.
pub(super) fn by_callback<'a>(machine: &mut Machine<'a>, list: List<'a>, callback: &'a Callback) -> Outcome<'a> {
    let items: Vec<Datum<'a>> = list.iter().collect();
    machine.fuel.entries(items.len(), size_of::<Datum<'_>>())?;
    let sorted = merge_sort(items, &mut |a, b| {
        machine.fuel.step()?;
        let order = machine.invoke(callback, [a.clone(), b.clone()])?;
        // A boolean is what people write by mistake for `a - b`; JavaScript reads it as 1 or 0, and so do we.
        let order = coerce::to_number(&order)?.to_f64();
        Ok(order.partial_cmp(&0.0).unwrap_or(Ordering::Equal))
    })?;
    rebuild(machine, sorted)
}

/// Orders items by their texts, which is what JavaScript does without a function; null comes last.
pub(super) fn by_text<'a>(machine: &mut Machine<'a>, list: List<'a>) -> Outcome<'a> {
    let mut keyed = Vec::with_capacity(list.len());
    for item in list.iter() {
        let key = match &item {
            Datum::Null => Datum::Null,
            item => Datum::Text(coerce::to_text(item.clone(), &mut machine.fuel)?),
        };
        keyed.push((key, item));
    }
    by_keys(machine, keyed, Direction::Ascending)
}

/// Which end of an order comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// Orders items by keys that were worked out before: numbers before texts, null last.
pub(crate) fn by_keys<'a>(
    machine: &mut Machine<'a>,
    keyed: Vec<(Datum<'a>, Datum<'a>)>,
    direction: Direction,
) -> Outcome<'a> {
    machine.fuel.entries(keyed.len(), size_of::<(Datum<'_>, Datum<'_>)>())?;
    let sorted = merge_sort(keyed, &mut |(a, _), (b, _)| compare_keys(a, b, direction, &mut machine.fuel))?;
    rebuild(machine, sorted.into_iter().map(|(_, item)| item).collect())
}

/// How two keys are ordered: by their kind, and by value within it; null is last in both directions.
pub(crate) fn compare_keys(a: &Datum<'_>, b: &Datum<'_>, direction: Direction, fuel: &mut Fuel) -> Checked<Ordering> {
    fuel.step()?;
    let order = match rank(a).cmp(&rank(b)) {
        Ordering::Equal if matches!(a, Datum::Bool(_) | Datum::Number(_) | Datum::Decimal(_) | Datum::Text(_)) => {
            coerce::compare(a, b, fuel)?.unwrap_or(Ordering::Equal)
        }
        order if a.is_null() || b.is_null() => return Ok(order),
        order => order,
    };
    Ok(if direction == Direction::Descending { order.reverse() } else { order })
}

fn rank(key: &Datum<'_>) -> u8 {
    match key {
        Datum::Bool(_) => 0,
        Datum::Number(_) | Datum::Decimal(_) => 1,
        Datum::Text(_) => 2,
        Datum::List(_) | Datum::Object(_) | Datum::Pattern(_) => 3,
        Datum::Null => 4,
    }
}

fn rebuild<'a>(machine: &mut Machine<'a>, items: Vec<Datum<'a>>) -> Outcome<'a> {
    let mut list = ListBuilder::new();
    items.into_iter().try_for_each(|item| list.push(item, &mut machine.fuel))?;
    Ok(list.datum())
}

type Compare<'c, T> = &'c mut dyn FnMut(&T, &T) -> Checked<Ordering>;

/// Keeps the order of equals; comparing may fail.
pub(crate) fn merge_sort<T: Clone>(mut items: Vec<T>, compare: Compare<'_, T>) -> Checked<Vec<T>> {
    let mut width = 1;
    while width < items.len() {
        let mut merged = Vec::with_capacity(items.len());
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, compare)?;
        }
        items = merged;
        width *= 2;
    }
    Ok(items)
}

fn merge<T: Clone>(mut left: &[T], mut right: &[T], merged: &mut Vec<T>, compare: Compare<'_, T>) -> Checked<()> {
    while let (Some((first, others)), Some((second, rest))) = (left.split_first(), right.split_first()) {
        if compare(first, second)?.is_le() {
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
