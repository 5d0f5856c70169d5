//! One call of an action.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bindings::weft::plugin::types as wire;
use crate::{Error, Outcome};

/// What the host asks of the plugin.
#[derive(Debug, Clone)]
pub struct Call {
    /// The id of the action, as in the manifest.
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

    /// The parameters, read into a type of your own.
    pub fn params<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.params).map_err(|error| Error::invalid_input("", error.to_string()))
    }

    /// The values the call is about. There is always at least one.
    pub fn items<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        let read = |item: &String| serde_json::from_str(item).map_err(|e| Error::invalid_input("", e.to_string()));
        self.items.iter().map(read).collect()
    }

    /// What the previous page left in [`Outcome::next`]; absent on the first page.
    pub fn cursor<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        serde_json::from_str(cursor).map(Some).map_err(|error| Error::invalid_input("", error.to_string()))
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
        for item in self.items::<I>()? {
            outcome.push(&compute(&params, item)?)?;
        }
        Ok(outcome)
    }

    /// The error for an action that the manifest declares and `run` does not know.
    pub fn unknown_action(&self) -> Error {
        Error::permanent("unknown_action", format!("this plugin has no action '{}'", self.action))
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
