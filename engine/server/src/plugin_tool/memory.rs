//! What a plugin keeps, for the length of one call.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::plugin_host::{IdHash, Seen, State, StateStore, Turn};

/// Values that were kept before the call.
#[derive(Debug)]
pub(super) struct Memory {
    values: BTreeMap<String, String>,
    turn: Arc<Mutex<()>>,
}

impl Memory {
    pub(super) fn state(values: &BTreeMap<String, Value>) -> State {
        let values = values.iter().map(|(key, value)| (key.clone(), value.to_string())).collect();
        State::new(Arc::new(Memory { values, turn: Arc::default() }))
    }

    /// What is kept after the call.
    pub(super) fn after(mut values: BTreeMap<String, Value>, state: State) -> BTreeMap<String, Value> {
        let changes = state.into_changes().map(|(changes, _)| changes.values).unwrap_or_default();
        for (key, value) in changes {
            match value.and_then(|json| serde_json::from_str(&json).ok()) {
                Some(value) => values.insert(key, value),
                None => values.remove(&key),
            };
        }
        values
    }
}

impl StateStore for Memory {
    fn turn(&self) -> BoxFuture<'_, Turn> {
        Box::pin(async { Turn::new(self.turn.clone().lock_owned().await) })
    }

    fn load(&self) -> BoxFuture<'_, Result<BTreeMap<String, String>, String>> {
        Box::pin(async { Ok(self.values.clone()) })
    }

    /// Nothing was seen before.
    fn seen(&self, ids: Vec<IdHash>, _now_ms: i64) -> BoxFuture<'_, Result<Seen, String>> {
        Box::pin(async move { Ok(Seen { known: vec![false; ids.len()], remembered: 0 }) })
    }
}
