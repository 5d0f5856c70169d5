//! One call of an action.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bindings::weft::plugin::types as wire;
use crate::error::read_json;
use crate::{Error, Outcome};

/// What the host asks of the plugin: of an action, or of a trigger that polls.
#[derive(Debug, Clone)]
pub struct Call {
    /// The id of the action or trigger, as in the manifest.
    pub action: String,
    /// The same on every retry of one logical call. Send it to services that know idempotency keys.
    pub idempotency_key: String,
    /// 1 for the first try.
    pub attempt: u32,
    /// How long the call may take, in milliseconds from its start.
    pub deadline_ms: u64,
    /// Check and explain, but change nothing outside.
    pub dry_run: bool,
    params: String,
    items: Vec<String>,
    cursor: Option<String>,
}

impl Call {
    /// A call as a test would make it: one item, `null`, and these parameters.
    pub fn new(action: &str, params: Value) -> Call {
        Call {
            action: action.into(),
            idempotency_key: "test".into(),
            attempt: 1,
            deadline_ms: 30_000,
            dry_run: false,
            params: params.to_string(),
            items: vec!["null".into()],
            cursor: None,
        }
    }

    /// The same call with other items.
    pub fn with_items(self, items: &[Value]) -> Call {
        Call { items: items.iter().map(Value::to_string).collect(), ..self }
    }

    /// The same call for the page after the one that left this cursor.
    pub fn with_cursor(self, cursor: Value) -> Call {
        Call { cursor: Some(cursor.to_string()), ..self }
    }

    /// The parameters, read into a type of your own.
    pub fn params<T: DeserializeOwned>(&self) -> Result<T, Error> {
        read_json(&self.params)
    }

    /// The values the call is about. There is always at least one.
    pub fn items<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        self.items.iter().map(|item| read_json(item)).collect()
    }

    /// What the previous page, or the previous poll, left with [`Outcome::next`]; absent the first time.
    pub fn cursor<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        self.cursor.as_deref().map(read_json).transpose()
    }

    /// Whether the run is to end: a long call stops at the next good moment, with [`Error::cancelled`].
    pub fn is_cancelled(&self) -> bool {
        #[cfg(target_arch = "wasm32")]
        return crate::bindings::weft::plugin::host::is_cancelled();
        #[cfg(not(target_arch = "wasm32"))]
        return crate::testing::world::is_cancelled();
    }

    /// Reads parameters and items, computes one value per item and answers with them. The first error ends the call.
    pub fn answer<P, I, O>(&self, mut compute: impl FnMut(&P, I) -> Result<O, Error>) -> Result<Outcome, Error>
    where
        P: DeserializeOwned,
        I: DeserializeOwned,
        O: Serialize,
    {
        let params = self.params::<P>()?;
        let mut outcome = Outcome::empty();
        for (place, item) in self.items::<I>()?.into_iter().enumerate() {
            outcome.push_for(place, &compute(&params, item)?)?;
        }
        Ok(outcome)
    }

    /// Like [`Call::answer`] for actions that take batches: an item that fails is told as such, and the others go on.
    ///
    /// ```
    /// use serde_json::{Value, json};
    /// use weft_plugin::{Call, Error};
    ///
    /// let call = Call::new("halve", json!({})).with_items(&[json!(4), json!("four"), json!(10)]);
    /// let halves = call.answer_each(|_: &Value, item: Value| match item.as_i64() {
    ///     Some(number) => Ok(number / 2),
    ///     None => Err(Error::invalid_input("", "this is no number")),
    /// });
    /// let halves = halves.unwrap();
    /// assert_eq!(halves.values(), [json!(2), json!(5)]);
    /// assert_eq!(halves.failures()[0].0, 1);
    /// ```
    pub fn answer_each<P, I, O>(&self, mut compute: impl FnMut(&P, I) -> Result<O, Error>) -> Result<Outcome, Error>
    where
        P: DeserializeOwned,
        I: DeserializeOwned,
        O: Serialize,
    {
        let params = self.params::<P>()?;
        let mut outcome = Outcome::empty();
        for (place, item) in self.items.iter().enumerate() {
            match read_json(item).and_then(|item| compute(&params, item)) {
                Ok(value) => outcome.push_for(place, &value)?,
                Err(error) => outcome.fail_item(place, error),
            }
        }
        Ok(outcome)
    }

    /// The error for an action or trigger that the manifest declares and the plugin's code does not know.
    pub fn unknown_action(&self) -> Error {
        Error::unknown_action(&self.action)
    }

    pub(crate) fn from_wire(call: wire::Call) -> Call {
        Call {
            action: call.action,
            idempotency_key: call.idempotency_key,
            attempt: call.attempt,
            deadline_ms: call.deadline_ms,
            dry_run: call.dry_run,
            params: call.params,
            items: call.items,
            cursor: call.cursor,
        }
    }
}
