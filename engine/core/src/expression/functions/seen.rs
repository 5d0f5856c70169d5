//! Remembers values by their contents.

use std::collections::HashSet;

use super::super::datum::{Datum, MAX_JSON_DEPTH, too_deep};
use super::super::error::Checked;
use super::super::fuel::Fuel;
use super::super::json;
use super::super::methods::merge_sort;

/// A set of values.
#[derive(Default)]
pub(super) struct Seen(HashSet<String>);

impl Seen {
    /// True when the value is new.
    pub(super) fn add(&mut self, value: &Datum<'_>, fuel: &mut Fuel) -> Checked<bool> {
        Ok(self.0.insert(identity(value, fuel)?))
    }

    pub(super) fn has(&self, value: &Datum<'_>, fuel: &mut Fuel) -> Checked<bool> {
        Ok(self.0.contains(&identity(value, fuel)?))
    }
}

/// A text that is the same for equal values only.
fn identity(value: &Datum<'_>, fuel: &mut Fuel) -> Checked<String> {
    let mut text = String::new();
    fuel.allocate(size_of::<String>())?;
    write(value, &mut text, fuel, MAX_JSON_DEPTH)?;
    Ok(text)
}

/// JSON with the keys of objects in order; the order they were written in makes no difference.
fn write(value: &Datum<'_>, text: &mut String, fuel: &mut Fuel, levels: u32) -> Checked<()> {
    let Some(levels) = levels.checked_sub(1) else { return Err(too_deep()) };
    match value {
        Datum::List(list) => {
            text.push('[');
            for item in list.iter() {
                write(&item, text, fuel, levels)?;
                text.push(',');
            }
            text.push(']');
        }
        Datum::Object(object) => {
            let entries = merge_sort(object.iter().collect(), &mut |(a, _), (b, _)| {
                fuel.step()?;
                Ok(a.as_str().cmp(b.as_str()))
            })?;
            text.push('{');
            for (key, value) in entries {
                json::write(&Datum::Text(key), text, fuel, "")?;
                write(&value, text, fuel, levels)?;
                text.push(',');
            }
            text.push('}');
        }
        Datum::Decimal(decimal) => {
            text.push('d');
            text.push_str(&decimal.to_text());
        }
        other => json::write(other, text, fuel, "")?,
    }
    fuel.allocate(2)
}
