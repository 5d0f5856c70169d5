//! What forms ask a plugin for while somebody fills them in: the choices of a drop-down, and schemas that depend on
//! what is chosen.
//!
//! A parameter with `"x-ui": { "options": "dynamic" }` gets its choices from [`Plugin::options`](crate::Plugin::options).
//!
//! ```
//! use weft_plugin::choices::{Choice, Choices, Question};
//! use weft_plugin::Error;
//!
//! fn options(question: Question) -> Result<Choices, Error> {
//!     match question.place() {
//!         ("create_parcel", "depot") => Ok(Choices::new([
//!             Choice::new("north", "Depot North").hint("open until 18:00"),
//!             Choice::new("south", "Depot South"),
//!         ])),
//!         _ => Err(question.unknown_field()),
//!     }
//! }
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Error;
use crate::bindings::more::exports::weft::plugin::dynamic as wire;
use crate::error::read_json;
use crate::outcome::to_json;

/// What a form asks.
#[derive(Debug, Clone)]
pub struct Question {
    /// The id of the action or trigger, as in the manifest.
    pub action: String,
    /// The parameter; empty when the schema of all parameters is asked for.
    pub field: String,
    /// What somebody typed to find a choice.
    pub search: Option<String>,
    pub(crate) params: String,
    pub(crate) cursor: Option<String>,
}

impl Question {
    /// A question as a test would ask it.
    pub fn new(action: &str, field: &str, params: Value) -> Question {
        let params = params.to_string();
        Question { action: action.into(), field: field.into(), search: None, params, cursor: None }
    }

    /// The same question with what somebody typed.
    pub fn with_search(self, search: &str) -> Question {
        Question { search: Some(search.into()), ..self }
    }

    /// The action and the parameter, to match on.
    pub fn place(&self) -> (&str, &str) {
        (&self.action, &self.field)
    }

    /// What is filled in so far, read into a type of your own. Any of it may be missing.
    pub fn params<T: DeserializeOwned>(&self) -> Result<T, Error> {
        read_json(&self.params)
    }

    /// What the previous page left with [`Choices::next`]; absent on the first page.
    pub fn cursor<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        self.cursor.as_deref().map(read_json).transpose()
    }

    /// The error for a parameter that asks for choices the plugin's code does not know.
    pub fn unknown_field(&self) -> Error {
        let message = format!("'{}' has no choices for '{}'", self.action, self.field);
        Error::permanent("unknown_field", message)
    }
}

/// One choice of a drop-down.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What the parameter becomes.
    pub value: Value,
    /// What people read.
    pub label: String,
    /// A second line, smaller.
    pub hint: Option<String>,
}

impl Choice {
    pub fn new(value: impl Into<Value>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into(), hint: None }
    }

    /// The same choice with a second line.
    pub fn hint(self, hint: impl Into<String>) -> Choice {
        Choice { hint: Some(hint.into()), ..self }
    }
}

/// The choices of a drop-down, a page of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choices {
    pub items: Vec<Choice>,
    next: Option<String>,
}

impl Choices {
    pub fn new(items: impl IntoIterator<Item = Choice>) -> Choices {
        Choices { items: items.into_iter().collect(), next: None }
    }

    /// Says that there is another page, to be asked for with this cursor.
    pub fn next(self, cursor: &impl Serialize) -> Result<Choices, Error> {
        Ok(Choices { next: Some(to_json(cursor)?), ..self })
    }

    pub(crate) fn into_wire(self) -> wire::Choices {
        let choice =
            |choice: Choice| wire::Choice { value: choice.value.to_string(), label: choice.label, hint: choice.hint };
        wire::Choices { items: self.items.into_iter().map(choice).collect(), next: self.next }
    }
}
