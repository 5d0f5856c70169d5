//! JSON text: writing it as `JSON.stringify` does, and reading it while paying for each value.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::datum::{Datum, ListBuilder, MAX_JSON_DEPTH, ObjectBuilder, Text, too_deep};
use super::error::{Checked, Failure};
use super::fuel::Fuel;
use super::number::Number;

/// Appends a value as JSON; with `indent`, over several lines.
pub(crate) fn write(value: &Datum<'_>, text: &mut String, fuel: &mut Fuel, indent: &str) -> Checked<()> {
    Writer { text, fuel, indent }.value(value, 0)
}

struct Writer<'w> {
    text: &'w mut String,
    fuel: &'w mut Fuel,
    indent: &'w str,
}

impl Writer<'_> {
    fn value(&mut self, value: &Datum<'_>, level: u32) -> Checked<()> {
        self.fuel.step()?;
        if level > MAX_JSON_DEPTH {
            return Err(too_deep());
        }
        match value {
            Datum::Null => self.push("null"),
            Datum::Bool(true) => self.push("true"),
            Datum::Bool(false) => self.push("false"),
            Datum::Number(number) => match *number {
                Number::Float(value) if !value.is_finite() => self.push("null"),
                number => self.push(&number.to_text()),
            },
            Datum::Decimal(decimal) => self.quoted(&decimal.to_text()),
            Datum::Text(text) => self.quoted(text.as_str()),
            Datum::List(list) => {
                let items = list.iter().map(|item| (None, item));
                self.entries(('[', ']'), items, level)
            }
            Datum::Object(object) => {
                let fields = object.iter().map(|(key, value)| (Some(key), value));
                self.entries(('{', '}'), fields, level)
            }
            Datum::Pattern(_) => self.push("{}"),
        }
    }

    fn entries<'a>(
        &mut self,
        (open, close): (char, char),
        entries: impl Iterator<Item = (Option<Text<'a>>, Datum<'a>)>,
        level: u32,
    ) -> Checked<()> {
        self.fuel.allocate(2)?;
        self.text.push(open);
        let mut is_empty = true;
        for (key, value) in entries {
            if !is_empty {
                self.push(",")?;
            }
            is_empty = false;
            self.line(level + 1)?;
            if let Some(key) = key {
                self.quoted(key.as_str())?;
                self.push(if self.indent.is_empty() { ":" } else { ": " })?;
            }
            self.value(&value, level + 1)?;
        }
        if !is_empty {
            self.line(level)?;
        }
        self.text.push(close);
        Ok(())
    }

    fn line(&mut self, level: u32) -> Checked<()> {
        if self.indent.is_empty() {
            return Ok(());
        }
        self.push("\n")?;
        (0..level).try_for_each(|_| self.push(self.indent))
    }

    fn push(&mut self, text: &str) -> Checked<()> {
        self.fuel.allocate(text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    fn quoted(&mut self, text: &str) -> Checked<()> {
        self.fuel.allocate(text.len() + 2)?;
        self.text.push('"');
        let mut plain = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= 0x20 && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.text.push_str(&text[plain..at]);
            plain = at + 1;
            self.fuel.allocate(5)?;
            match byte {
                b'"' => self.text.push_str("\\\""),
                b'\\' => self.text.push_str("\\\\"),
                b'\n' => self.text.push_str("\\n"),
                b'\r' => self.text.push_str("\\r"),
                b'\t' => self.text.push_str("\\t"),
                0x08 => self.text.push_str("\\b"),
                0x0c => self.text.push_str("\\f"),
                _ => self.text.push_str(&format!("\\u{byte:04x}")),
            }
        }
        self.text.push_str(&text[plain..]);
        self.text.push('"');
        Ok(())
    }
}

/// `JSON.parse(text)`.
pub(crate) fn read<'a>(text: &str, fuel: &mut Fuel) -> Checked<Datum<'a>> {
    fuel.read(text.len())?;
    let reader = Reader { fuel: RefCell::new(fuel), failure: RefCell::new(None) };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let result = Seed(&reader).deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    result.map_err(|error| match reader.failure.into_inner() {
        Some(failure) => failure,
        None => Failure::invalid(format!("this text is not JSON: {error}")),
    })
}

struct Reader<'f> {
    fuel: RefCell<&'f mut Fuel>,
    /// Why reading was given up, when it was not the text's fault.
    failure: RefCell<Option<Box<Failure>>>,
}

impl Reader<'_> {
    fn pay<T, E: Error>(&self, part: impl FnOnce(&mut Fuel) -> Checked<T>) -> Result<T, E> {
        part(&mut self.fuel.borrow_mut()).map_err(|failure| {
            self.failure.replace(Some(failure));
            E::custom("limit")
        })
    }
}

struct Seed<'r, 'f>(&'r Reader<'f>);

/// Makes values that own everything, so they fit any lifetime.
impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Datum<'static>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Datum<'static>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = Datum<'static>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Datum<'static>, E> {
        Ok(Datum::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Datum<'static>, E> {
        Ok(Datum::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Datum<'static>, E> {
        Ok(Datum::Number(Number::Int(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Datum<'static>, E> {
        Ok(Datum::Number(i64::try_from(value).map_or(Number::Wide(value), Number::Int)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Datum<'static>, E> {
        Ok(Datum::number(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Datum<'static>, E> {
        self.0.pay(|fuel| Datum::text(text.to_owned(), fuel))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Datum<'static>, A::Error> {
        let mut list = ListBuilder::new();
        while let Some(item) = items.next_element_seed(Seed(self.0))? {
            self.0.pay(|fuel| fuel.step().and_then(|()| list.push(item, fuel)))?;
        }
        Ok(list.datum())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Datum<'static>, A::Error> {
        let mut object = ObjectBuilder::new();
        while let Some(key) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(Seed(self.0))?;
            self.0.pay(|fuel| {
                fuel.allocate(key.len())?;
                object.insert(Text::Owned(key.into()), value, fuel)
            })?;
        }
        Ok(object.datum())
    }
}
