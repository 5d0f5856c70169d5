//! Values during an evaluation: they borrow from the scope wherever they can and are copied only at the end.
//!
//! There is one `null`: JavaScript's `undefined` is the same value, because JSON has nothing else to carry it.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::decimal::Decimal;
use super::error::{Checked, Failure};
use super::fuel::Fuel;
use super::number::Number;
use super::pattern::Pattern;

#[derive(Debug, Clone)]
pub(crate) enum Datum<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Decimal(Rc<Decimal>),
    Text(Text<'a>),
    List(List<'a>),
    Object(Object<'a>),
    Pattern(&'a Pattern),
}

pub(crate) type Outcome<'a> = Checked<Datum<'a>>;

#[derive(Debug, Clone)]
pub(crate) enum Text<'a> {
    Borrowed(&'a str),
    Owned(Rc<String>),
}

#[derive(Debug, Clone)]
pub(crate) enum List<'a> {
    Borrowed(&'a [Value]),
    Owned(Rc<Items<'a>>),
}

#[derive(Debug, Clone)]
pub(crate) enum Object<'a> {
    Borrowed(&'a Map<String, Value>),
    Owned(Rc<Fields<'a>>),
}

/// A list made by the expression. `depth` counts levels of such containers, so that dropping one can't overflow the stack.
#[derive(Debug, Clone, Default)]
pub(crate) struct Items<'a> {
    depth: u32,
    items: Vec<Datum<'a>>,
}

/// An object made by the expression, in the order its keys were written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields<'a> {
    depth: u32,
    entries: Vec<(Text<'a>, Datum<'a>)>,
    /// Where each key is, once looking at each entry would be slow.
    positions: Option<HashMap<Text<'a>, usize>>,
}

/// Up to so many keys are compared one by one, which is faster than hashing.
const FEW: usize = 8;
const ITEM_BYTES: usize = size_of::<Datum<'_>>();
const FIELD_BYTES: usize = size_of::<(Text<'_>, Datum<'_>)>();

impl<'a> Datum<'a> {
    pub(crate) fn number(value: f64) -> Datum<'a> {
        Datum::Number(Number::from_f64(value))
    }

    pub(crate) fn count(value: usize) -> Datum<'a> {
        Datum::Number(Number::from_usize(value))
    }

    pub(crate) fn decimal(value: Decimal) -> Datum<'a> {
        Datum::Decimal(Rc::new(value))
    }

    pub(crate) fn empty_text() -> Datum<'a> {
        Datum::Text(Text::Borrowed(""))
    }

    /// Pays for a text that was built and wraps it.
    pub(crate) fn text(text: String, fuel: &mut Fuel) -> Outcome<'a> {
        fuel.allocate(text.len())?;
        Ok(Datum::Text(Text::Owned(Rc::new(text))))
    }

    /// What a person calls values like this one, with its article.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Datum::Null => "null",
            Datum::Bool(_) => "a boolean",
            Datum::Number(_) => "a number",
            Datum::Decimal(_) => "a decimal number",
            Datum::Text(_) => "text",
            Datum::List(_) => "a list",
            Datum::Object(_) => "an object",
            Datum::Pattern(_) => "a regular expression",
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Datum::Null)
    }

    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Datum::Null => false,
            Datum::Bool(value) => *value,
            Datum::Number(value) => !value.is_nan() && !value.is_zero(),
            Datum::Decimal(value) => !value.is_zero(),
            Datum::Text(text) => !text.as_str().is_empty(),
            Datum::List(_) | Datum::Object(_) | Datum::Pattern(_) => true,
        }
    }

    /// True when JSON can hold the value and give it back.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Datum::Null | Datum::Bool(_) | Datum::Text(_) => true,
            Datum::Number(Number::Float(value)) => value.is_finite() && *value != 0.0,
            Datum::Number(_) => true,
            Datum::Decimal(_) | Datum::Pattern(_) => false,
            Datum::List(List::Borrowed(_)) | Datum::Object(Object::Borrowed(_)) => true,
            Datum::List(List::Owned(items)) => items.items.iter().all(Datum::is_json),
            Datum::Object(Object::Owned(fields)) => fields.entries.iter().all(|(_, value)| value.is_json()),
        }
    }

    fn depth(&self) -> u32 {
        match self {
            Datum::List(List::Owned(items)) => items.depth,
            Datum::Object(Object::Owned(fields)) => fields.depth,
            _ => 0,
        }
    }

    /// The value as JSON, paying for the copy.
    pub(crate) fn into_json(self, fuel: &mut Fuel) -> Checked<Value> {
        self.json(fuel, MAX_JSON_DEPTH)
    }

    fn json(self, fuel: &mut Fuel, levels: u32) -> Checked<Value> {
        fuel.allocate(size_of::<Value>())?;
        let Some(levels) = levels.checked_sub(1) else { return Err(too_deep()) };
        Ok(match self {
            Datum::Null => Value::Null,
            Datum::Bool(value) => Value::Bool(value),
            Datum::Number(number) => number.to_json(),
            Datum::Decimal(decimal) => Value::String(decimal.to_text()),
            Datum::Text(text) => {
                fuel.allocate(text.as_str().len())?;
                Value::String(text.into_string())
            }
            Datum::List(List::Borrowed(items)) => {
                Value::Array(items.iter().map(|item| Datum::from(item).json(fuel, levels)).collect::<Checked<_>>()?)
            }
            Datum::List(List::Owned(items)) => {
                let items = Rc::try_unwrap(items).unwrap_or_else(|shared| (*shared).clone()).items;
                Value::Array(items.into_iter().map(|item| item.json(fuel, levels)).collect::<Checked<_>>()?)
            }
            Datum::Object(object) => {
                let mut map = Map::with_capacity(object.len());
                for (key, value) in object.into_entries() {
                    fuel.allocate(key.as_str().len() + FIELD_BYTES)?;
                    map.insert(key.into_string(), value.json(fuel, levels)?);
                }
                Value::Object(map)
            }
            Datum::Pattern(_) => {
                return Err(Failure::wrong_type(
                    "a regular expression is not a value: pass it to test(), match() or replace()",
                ));
            }
        })
    }
}

/// How deep JSON may nest: a little less than what its parser accepts when it is read back.
pub(crate) const MAX_JSON_DEPTH: u32 = 120;

pub(crate) fn too_deep() -> Box<Failure> {
    Failure::new("too_deep", format!("the value nests deeper than {MAX_JSON_DEPTH} levels"))
}

impl<'a> From<&'a Value> for Datum<'a> {
    #[inline]
    fn from(value: &'a Value) -> Datum<'a> {
        match value {
            Value::Null => Datum::Null,
            Value::Bool(value) => Datum::Bool(*value),
            Value::Number(number) => Datum::Number(Number::from_json(number)),
            Value::String(text) => Datum::Text(Text::Borrowed(text)),
            Value::Array(items) => Datum::List(List::Borrowed(items)),
            Value::Object(map) => Datum::Object(Object::Borrowed(map)),
        }
    }
}

impl From<bool> for Datum<'_> {
    fn from(value: bool) -> Self {
        Datum::Bool(value)
    }
}

impl<'a> From<&'a str> for Datum<'a> {
    fn from(text: &'a str) -> Self {
        Datum::Text(Text::Borrowed(text))
    }
}

impl<'a> Text<'a> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Text::Borrowed(text) => text,
            Text::Owned(text) => text,
        }
    }

    /// A part of this text: borrowed when this one is, else copied and paid for.
    pub(crate) fn slice(&self, start: usize, end: usize, fuel: &mut Fuel) -> Checked<Text<'a>> {
        match self {
            Text::Borrowed(text) => Ok(Text::Borrowed(&text[start..end])),
            Text::Owned(text) if start == 0 && end == text.len() => Ok(self.clone()),
            Text::Owned(text) => {
                fuel.allocate(end - start)?;
                Ok(Text::Owned(Rc::new(text[start..end].to_owned())))
            }
        }
    }

    /// This text with more at its end, in place where nobody else holds it.
    pub(crate) fn append(mut self, more: &str, fuel: &mut Fuel) -> Checked<Text<'a>> {
        if let Text::Owned(text) = &mut self
            && let Some(unshared) = Rc::get_mut(text)
        {
            fuel.allocate(more.len())?;
            unshared.push_str(more);
            return Ok(self);
        }
        let text = self.as_str();
        fuel.allocate(text.len() + more.len())?;
        Ok(Text::Owned(Rc::new([text, more].concat())))
    }

    pub(crate) fn into_string(self) -> String {
        match self {
            Text::Borrowed(text) => text.to_owned(),
            Text::Owned(text) => Rc::try_unwrap(text).unwrap_or_else(|shared| (*shared).clone()),
        }
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text<'_> {}

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl<'a> List<'a> {
    pub(crate) fn len(&self) -> usize {
        match self {
            List::Borrowed(items) => items.len(),
            List::Owned(items) => items.items.len(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<Datum<'a>> {
        match self {
            List::Borrowed(items) => items.get(index).map(Datum::from),
            List::Owned(items) => items.items.get(index).cloned(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Datum<'a>> {
        (0..self.len()).map_while(|index| self.get(index))
    }

    /// A list to add to: this one itself where nobody else holds it, else a copy that is paid for.
    pub(crate) fn into_builder(self, fuel: &mut Fuel) -> Checked<ListBuilder<'a>> {
        match self {
            List::Owned(items) => match Rc::try_unwrap(items) {
                Ok(items) => Ok(ListBuilder(items)),
                Err(shared) => {
                    fuel.entries(shared.items.len(), ITEM_BYTES)?;
                    Ok(ListBuilder((*shared).clone()))
                }
            },
            List::Borrowed(items) => {
                fuel.entries(items.len(), ITEM_BYTES)?;
                Ok(ListBuilder(Items { depth: 1, items: items.iter().map(Datum::from).collect() }))
            }
        }
    }
}

/// Builds a list, paying for each item.
#[derive(Debug, Default)]
pub(crate) struct ListBuilder<'a>(Items<'a>);

impl<'a> ListBuilder<'a> {
    pub(crate) fn new() -> ListBuilder<'a> {
        ListBuilder(Items { depth: 1, items: Vec::new() })
    }

    /// Room for as many items as a list that exists already has.
    pub(crate) fn with_room_for(list: &List<'_>) -> ListBuilder<'a> {
        ListBuilder(Items { depth: 1, items: Vec::with_capacity(list.len()) })
    }

    #[inline]
    pub(crate) fn push(&mut self, item: Datum<'a>, fuel: &mut Fuel) -> Checked<()> {
        fuel.allocate(ITEM_BYTES)?;
        let depth = item.depth() + 1;
        if depth > self.0.depth {
            fuel.nest(depth)?;
            self.0.depth = depth;
        }
        self.0.items.push(item);
        Ok(())
    }

    pub(crate) fn extend(&mut self, list: &List<'a>, fuel: &mut Fuel) -> Checked<()> {
        list.iter().try_for_each(|item| self.push(item, fuel))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.items.len()
    }

    pub(crate) fn items(&mut self) -> &mut [Datum<'a>] {
        &mut self.0.items
    }

    pub(crate) fn finish(self) -> List<'a> {
        List::Owned(Rc::new(self.0))
    }

    pub(crate) fn datum(self) -> Datum<'a> {
        Datum::List(self.finish())
    }
}

impl<'a> Object<'a> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Object::Borrowed(map) => map.len(),
            Object::Owned(fields) => fields.entries.len(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, key: &str) -> Option<Datum<'a>> {
        match self {
            Object::Borrowed(map) => find(map, key).map(Datum::from),
            Object::Owned(fields) => fields.position(key).map(|at| fields.entries[at].1.clone()),
        }
    }

    pub(crate) fn iter(&self) -> Entries<'_, 'a> {
        match self {
            Object::Borrowed(map) => Entries::Borrowed(map.iter()),
            Object::Owned(fields) => Entries::Owned(fields.entries.iter()),
        }
    }

    fn into_entries(self) -> Vec<(Text<'a>, Datum<'a>)> {
        match self {
            Object::Borrowed(_) => self.iter().collect(),
            Object::Owned(fields) => Rc::try_unwrap(fields).unwrap_or_else(|shared| (*shared).clone()).entries,
        }
    }

    /// An object to add to: this one itself where nobody else holds it, else a copy that is paid for.
    pub(crate) fn into_builder(self, fuel: &mut Fuel) -> Checked<ObjectBuilder<'a>> {
        match self {
            Object::Owned(fields) => match Rc::try_unwrap(fields) {
                Ok(fields) => Ok(ObjectBuilder(fields)),
                Err(shared) => {
                    fuel.entries(shared.entries.len(), FIELD_BYTES)?;
                    Ok(ObjectBuilder((*shared).clone()))
                }
            },
            Object::Borrowed(_) => {
                let mut builder = ObjectBuilder::new();
                builder.extend(&self, fuel)?;
                Ok(builder)
            }
        }
    }
}

/// The keys and values of an object.
pub(crate) enum Entries<'o, 'a> {
    Borrowed(serde_json::map::Iter<'a>),
    Owned(std::slice::Iter<'o, (Text<'a>, Datum<'a>)>),
}

impl<'a> Iterator for Entries<'_, 'a> {
    type Item = (Text<'a>, Datum<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Entries::Borrowed(entries) => entries.next().map(|(key, value)| (Text::Borrowed(key), Datum::from(value))),
            Entries::Owned(entries) => entries.next().cloned(),
        }
    }
}

/// Looks a key up; in small objects by comparing, which is faster than hashing.
#[inline]
pub(crate) fn find<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    if map.len() <= FEW {
        map.iter().find(|(candidate, _)| candidate.as_str() == key).map(|(_, value)| value)
    } else {
        map.get(key)
    }
}

impl<'a> Fields<'a> {
    #[inline]
    fn position(&self, key: &str) -> Option<usize> {
        match &self.positions {
            Some(positions) => positions.get(key).copied(),
            None => self.entries.iter().position(|(candidate, _)| candidate.as_str() == key),
        }
    }
}

/// Builds an object, paying for each entry. A key written again keeps its place and gets the new value.
#[derive(Debug, Default)]
pub(crate) struct ObjectBuilder<'a>(Fields<'a>);

impl<'a> ObjectBuilder<'a> {
    pub(crate) fn new() -> ObjectBuilder<'a> {
        ObjectBuilder(Fields { depth: 1, ..Fields::default() })
    }

    pub(crate) fn insert(&mut self, key: Text<'a>, value: Datum<'a>, fuel: &mut Fuel) -> Checked<()> {
        fuel.allocate(FIELD_BYTES)?;
        let fields = &mut self.0;
        let depth = value.depth() + 1;
        if depth > fields.depth {
            fuel.nest(depth)?;
            fields.depth = depth;
        }
        if let Some(at) = fields.position(key.as_str()) {
            fields.entries[at].1 = value;
            return Ok(());
        }
        if let Some(positions) = &mut fields.positions {
            positions.insert(key.clone(), fields.entries.len());
        }
        fields.entries.push((key, value));
        if fields.positions.is_none() && fields.entries.len() > FEW {
            fields.positions =
                Some(fields.entries.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect());
        }
        Ok(())
    }

    pub(crate) fn extend(&mut self, object: &Object<'a>, fuel: &mut Fuel) -> Checked<()> {
        object.iter().try_for_each(|(key, value)| self.insert(key, value, fuel))
    }

    /// Takes the value of a key out, leaving null in its place until it is inserted again.
    pub(crate) fn take(&mut self, key: &str) -> Option<Datum<'a>> {
        let at = self.0.position(key)?;
        Some(std::mem::replace(&mut self.0.entries[at].1, Datum::Null))
    }

    pub(crate) fn datum(self) -> Datum<'a> {
        Datum::Object(Object::Owned(Rc::new(self.0)))
    }
}
