//! How values of one kind become another, and how they compare: JavaScript's rules.
//!
//! Two differences: lists and objects are equal when their contents are, and where JavaScript would write
//! `[object Object]` there is an error.

use std::cmp::Ordering;

use super::datum::{Datum, List, MAX_JSON_DEPTH, Text, too_deep};
use super::decimal::Decimal;
use super::error::{Checked, Failure};
use super::fuel::Fuel;
use super::number::{self, Number};

/// `Number(value)`.
pub(crate) fn to_number(value: &Datum<'_>) -> Checked<Number> {
    match value {
        Datum::Number(number) => Ok(*number),
        Datum::Null => Ok(Number::Int(0)),
        Datum::Bool(value) => Ok(Number::Int(i64::from(*value))),
        Datum::Text(text) => number::parse(text.as_str()),
        Datum::Decimal(decimal) => Ok(decimal.to_number()),
        Datum::List(_) | Datum::Object(_) | Datum::Pattern(_) => {
            Err(Failure::wrong_type(format!("{} is not a number", value.kind())))
        }
    }
}

pub(crate) fn to_decimal(value: &Datum<'_>) -> Checked<Decimal> {
    match value {
        Datum::Decimal(decimal) => Ok(**decimal),
        Datum::Text(text) => Decimal::parse(text.as_str()),
        Datum::Number(number) => Decimal::from_number(*number),
        _ => Err(Failure::wrong_type(format!("{} is not a decimal number", value.kind()))),
    }
}

/// `String(value)`.
pub(crate) fn to_text<'a>(value: Datum<'a>, fuel: &mut Fuel) -> Checked<Text<'a>> {
    Ok(match value {
        Datum::Text(text) => text,
        Datum::Null => Text::Borrowed("null"),
        Datum::Bool(true) => Text::Borrowed("true"),
        Datum::Bool(false) => Text::Borrowed("false"),
        other => {
            let mut text = String::new();
            write_text(&other, &mut text, fuel, MAX_JSON_DEPTH)?;
            Text::Owned(text.into())
        }
    })
}

fn write_text(value: &Datum<'_>, text: &mut String, fuel: &mut Fuel, levels: u32) -> Checked<()> {
    let before = text.len();
    match value {
        Datum::Null => text.push_str("null"),
        Datum::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Datum::Number(number) => text.push_str(&number.to_text()),
        Datum::Decimal(decimal) => text.push_str(&decimal.to_text()),
        Datum::Text(more) => {
            fuel.allocate(more.as_str().len())?;
            text.push_str(more.as_str());
            return Ok(());
        }
        Datum::List(list) => return write_joined(list, ",", text, fuel, levels),
        Datum::Object(_) => {
            return Err(Failure::wrong_type(
                "an object has no text of its own: use one of its fields, or toJson(value)",
            ));
        }
        Datum::Pattern(pattern) => {
            text.push('/');
            text.push_str(&pattern.source);
            text.push('/');
            text.push_str(&pattern.flags);
        }
    }
    fuel.allocate(text.len() - before)
}

/// `list.join(separator)`: null items are empty.
pub(crate) fn join<'a>(list: &List<'_>, separator: &str, fuel: &mut Fuel) -> Checked<Text<'a>> {
    let mut text = String::new();
    write_joined(list, separator, &mut text, fuel, MAX_JSON_DEPTH)?;
    Ok(Text::Owned(text.into()))
}

fn write_joined(list: &List<'_>, separator: &str, text: &mut String, fuel: &mut Fuel, levels: u32) -> Checked<()> {
    let Some(levels) = levels.checked_sub(1) else { return Err(too_deep()) };
    for (index, item) in list.iter().enumerate() {
        fuel.step()?;
        if index > 0 {
            fuel.allocate(separator.len())?;
            text.push_str(separator);
        }
        if !item.is_null() {
            write_text(&item, text, fuel, levels)?;
        }
    }
    Ok(())
}

/// `a === b`, with lists and objects compared by their contents.
pub(crate) fn equal(a: &Datum<'_>, b: &Datum<'_>, fuel: &mut Fuel) -> Checked<bool> {
    equal_within(a, b, fuel, MAX_JSON_DEPTH * 2)
}

fn equal_within(a: &Datum<'_>, b: &Datum<'_>, fuel: &mut Fuel, levels: u32) -> Checked<bool> {
    fuel.step()?;
    let Some(levels) = levels.checked_sub(1) else { return Err(too_deep()) };
    Ok(match (a, b) {
        (Datum::Null, Datum::Null) => true,
        (Datum::Bool(a), Datum::Bool(b)) => a == b,
        (Datum::Number(a), Datum::Number(b)) => a == b,
        (Datum::Text(a), Datum::Text(b)) => {
            fuel.read(a.as_str().len().min(b.as_str().len()))?;
            a == b
        }
        (Datum::Decimal(a), b @ (Datum::Decimal(_) | Datum::Number(_))) => equals_decimal(a, b),
        (a @ Datum::Number(_), Datum::Decimal(b)) => equals_decimal(b, a),
        (Datum::List(a), Datum::List(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (a, b) in a.iter().zip(b.iter()) {
                if !equal_within(&a, &b, fuel, levels)? {
                    return Ok(false);
                }
            }
            true
        }
        (Datum::Object(a), Datum::Object(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for (key, a) in a.iter() {
                match b.get(key.as_str()) {
                    Some(b) if equal_within(&a, &b, fuel, levels)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        _ => false,
    })
}

fn equals_decimal(a: &Decimal, b: &Datum<'_>) -> bool {
    to_decimal(b).is_ok_and(|b| *a == b)
}

/// `a == b`.
pub(crate) fn loosely_equal(a: &Datum<'_>, b: &Datum<'_>, fuel: &mut Fuel) -> Checked<bool> {
    let is_plain = |value: &Datum<'_>| matches!(value, Datum::Bool(_) | Datum::Number(_) | Datum::Text(_));
    match (a, b) {
        (Datum::Bool(_), Datum::Bool(_)) | (Datum::Text(_), Datum::Text(_)) => equal(a, b, fuel),
        (Datum::Decimal(a), b @ (Datum::Text(_) | Datum::Bool(_))) => Ok(equals_decimal(a, b)),
        (a @ (Datum::Text(_) | Datum::Bool(_)), Datum::Decimal(b)) => Ok(equals_decimal(b, a)),
        (a, b) if is_plain(a) && is_plain(b) => {
            fuel.step()?;
            Ok(to_number(a)? == to_number(b)?)
        }
        _ => equal(a, b, fuel),
    }
}

/// How `<` and its relatives order two values; none where neither is less, as with NaN.
pub(crate) fn compare(a: &Datum<'_>, b: &Datum<'_>, fuel: &mut Fuel) -> Checked<Option<Ordering>> {
    match (a, b) {
        (Datum::Number(a), Datum::Number(b)) => Ok(a.compare(*b)),
        (Datum::Text(a), Datum::Text(b)) => {
            fuel.read(a.as_str().len().min(b.as_str().len()))?;
            Ok(Some(compare_text(a.as_str(), b.as_str())))
        }
        (Datum::Decimal(a), b) => Ok(to_decimal(b).ok().map(|b| (**a).cmp(&b))),
        (a, Datum::Decimal(b)) => Ok(to_decimal(a).ok().map(|a| a.cmp(b))),
        _ => Ok(to_number(a)?.compare(to_number(b)?)),
    }
}

/// JavaScript orders texts by UTF-16 units, which differs from the order of bytes above the first 65,536 characters.
pub(crate) fn compare_text(a: &str, b: &str) -> Ordering {
    let shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let is_wide = |text: &str| text.as_bytes().get(shared).is_some_and(|byte| *byte >= 0x80);
    if is_wide(a) && is_wide(b) { a.encode_utf16().cmp(b.encode_utf16()) } else { a.cmp(b) }
}

/// A property's key.
pub(crate) fn to_key<'a>(value: Datum<'a>, fuel: &mut Fuel) -> Checked<Text<'a>> {
    match value {
        Datum::List(_) | Datum::Object(_) | Datum::Pattern(_) => {
            Err(Failure::wrong_type(format!("{} can't be a key", value.kind())))
        }
        _ => to_text(value, fuel),
    }
}

/// The same value as text in a template: null is empty, lists and objects are JSON.
pub(crate) fn write_into_template(value: Datum<'_>, text: &mut String, fuel: &mut Fuel) -> Checked<()> {
    match value {
        Datum::Null => Ok(()),
        Datum::List(_) | Datum::Object(_) => super::json::write(&value, text, fuel, ""),
        other => write_text(&other, text, fuel, MAX_JSON_DEPTH),
    }
}
