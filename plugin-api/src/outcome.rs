//! What a call produced.

use serde::Serialize;
use serde_json::Value;

use crate::Error;
use crate::bindings::weft::plugin::types as wire;

/// The values a call produced, and where to go on when there is more.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    items: Vec<String>,
    next: Option<String>,
}

impl Outcome {
    /// No values yet.
    pub fn empty() -> Outcome {
        Outcome::default()
    }

    /// One value: what most actions answer.
    pub fn one(value: &impl Serialize) -> Result<Outcome, Error> {
        let mut outcome = Outcome::empty();
        outcome.push(value)?;
        Ok(outcome)
    }

    /// Adds the value for the next item.
    pub fn push(&mut self, value: &impl Serialize) -> Result<(), Error> {
        self.items.push(to_json(value)?);
        Ok(())
    }

    /// Says that there is another page. The host keeps this page and calls again with the cursor.
    pub fn next(self, cursor: &impl Serialize) -> Result<Outcome, Error> {
        Ok(Outcome { next: Some(to_json(cursor)?), ..self })
    }

    /// The values, for tests.
    pub fn values(&self) -> Vec<Value> {
        self.items.iter().map(|item| serde_json::from_str(item).expect("values are written as JSON")).collect()
    }

    pub(crate) fn into_wire(self) -> wire::Outcome {
        // Every value answers the item at its own position; what exceeds the items belongs to the last page's one item.
        let items = self.items.into_iter().zip(0..).map(|(data, source)| wire::OutputItem { source, data }).collect();
        wire::Outcome { items, failures: Vec::new(), next: self.next, meta: None }
    }
}

fn to_json(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::permanent("output_not_json", error.to_string()))
}
