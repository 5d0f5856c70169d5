//! What a call produced.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::Error;
use crate::bindings::weft::plugin::types as wire;

/// The values a call produced, and where to go on when there is more.
///
/// ```
/// use serde_json::json;
/// use weft_plugin::Outcome;
///
/// # fn main() -> Result<(), weft_plugin::Error> {
/// let page = Outcome::list(&[json!({ "id": 1 }), json!({ "id": 2 })])?.next(&"page-2")?;
/// assert_eq!(page.values().len(), 2);
/// assert_eq!(page.cursor(), Some(json!("page-2")));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    items: Vec<(u32, String)>,
    failures: Vec<(u32, Error)>,
    next: Option<String>,
    meta: Map<String, Value>,
}

impl Outcome {
    /// No values yet.
    pub fn empty() -> Outcome {
        Outcome::default()
    }

    /// One value: what most actions answer.
    pub fn one(value: &impl Serialize) -> Result<Outcome, Error> {
        Outcome::list(std::slice::from_ref(value))
    }

    /// Several values for one item: a page of a list, what a poll found, what a webhook brought.
    pub fn list(values: &[impl Serialize]) -> Result<Outcome, Error> {
        let mut outcome = Outcome::empty();
        for value in values {
            outcome.push(value)?;
        }
        Ok(outcome)
    }

    /// Adds a value for the first item, which is the only one unless the action takes batches.
    pub fn push(&mut self, value: &impl Serialize) -> Result<(), Error> {
        self.push_for(0, value)
    }

    /// Adds a value for the item at this place of the call's items.
    pub fn push_for(&mut self, item: usize, value: &impl Serialize) -> Result<(), Error> {
        self.items.push((place(item), to_json(value)?));
        Ok(())
    }

    /// Says that the item at this place failed; the others of its batch did not.
    pub fn fail_item(&mut self, item: usize, error: Error) {
        self.failures.push((place(item), error));
    }

    /// Says that there is another page. The host keeps this page and calls again with the cursor.
    ///
    /// Of a poll it is where the next poll goes on, stored together with the runs that its values start.
    pub fn next(self, cursor: &impl Serialize) -> Result<Outcome, Error> {
        Ok(Outcome { next: Some(to_json(cursor)?), ..self })
    }

    /// Adds a fact about the call itself, which is no value of it.
    pub fn meta(mut self, key: &str, value: impl Into<Value>) -> Outcome {
        self.meta.insert(key.into(), value.into());
        self
    }

    /// Of a poll: there is more already, so ask again at once.
    pub fn more(self) -> Outcome {
        self.meta("more", true)
    }

    /// The values, for tests.
    pub fn values(&self) -> Vec<Value> {
        self.items.iter().map(|(_, item)| written(item)).collect()
    }

    /// The items that failed, each by its place, for tests.
    pub fn failures(&self) -> &[(u32, Error)] {
        &self.failures
    }

    /// Where it goes on, for tests.
    pub fn cursor(&self) -> Option<Value> {
        self.next.as_deref().map(written)
    }

    /// Whether a poll asked to be called again at once, for tests.
    pub fn has_more(&self) -> bool {
        self.meta.get("more") == Some(&Value::Bool(true))
    }

    pub(crate) fn into_wire(self) -> wire::Outcome {
        let items = self.items.into_iter().map(|(source, data)| wire::OutputItem { source, data });
        let failures =
            self.failures.into_iter().map(|(source, error)| wire::ItemFailure { source, error: error.into() });
        let meta = (!self.meta.is_empty()).then(|| Value::Object(self.meta).to_string());
        wire::Outcome { items: items.collect(), failures: failures.collect(), next: self.next, meta }
    }
}

fn place(item: usize) -> u32 {
    u32::try_from(item).unwrap_or(u32::MAX)
}

fn written(json: &str) -> Value {
    serde_json::from_str(json).expect("values are written as JSON")
}

pub(crate) fn to_json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::permanent("output_not_json", error.to_string()))
}
