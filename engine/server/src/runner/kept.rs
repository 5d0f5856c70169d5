//! What plugins keep from call to call, for the plugin host.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures::future::BoxFuture;

use crate::plugin_host::{IdHash, Seen, State, StateStore, Turn};
use crate::store::Store;
use crate::store::plugin_state::{self, Change, Place};

/// Turns are forgotten when this many are known and nobody holds them.
const MOST_IDLE: usize = 256;

/// The states of all nodes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct States {
    store: Store,
    turns: Arc<Mutex<HashMap<Place, Weak<tokio::sync::Mutex<()>>>>>,
}

/// The state of one node.
#[derive(Debug)]
struct Kept {
    states: States,
    place: Place,
}

impl States {
    pub fn new(store: Store) -> States {
        States { store, turns: Arc::default() }
    }

    /// The state of a node, to be used by one call after the other.
    pub fn of(&self, place: Place) -> State {
        State::new(Arc::new(Kept { states: self.clone(), place }))
    }

    fn turn_of(&self, place: &Place) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(place).and_then(Weak::upgrade) {
            return turn;
        }
        if turns.len() >= MOST_IDLE {
            turns.retain(|_, turn| turn.strong_count() > 0);
        }
        let turn = Arc::default();
        turns.insert(place.clone(), Arc::downgrade(&turn));
        turn
    }
}

/// What is to be stored of a state, and the turn to be held until it is.
pub fn change_of(state: State, place: impl FnOnce() -> Place) -> Option<(Change, Option<Turn>)> {
    let (changes, turn) = state.into_changes()?;
    Some((Change { place: place(), values: changes.values, seen: changes.seen }, turn))
}

impl StateStore for Kept {
    fn turn(&self) -> BoxFuture<'_, Turn> {
        Box::pin(async { Turn::new(self.states.turn_of(&self.place).lock_owned().await) })
    }

    fn load(&self) -> BoxFuture<'_, Result<BTreeMap<String, String>, String>> {
        Box::pin(async { plugin_state::load(&self.states.store, &self.place).await.map_err(told) })
    }

    fn seen(&self, ids: Vec<IdHash>, now_ms: i64) -> BoxFuture<'_, Result<Seen, String>> {
        Box::pin(async move {
            let Kept { states: States { store, .. }, place } = self;
            let known = plugin_state::seen(store, place, &ids, now_ms).await.map_err(told)?;
            let remembered = plugin_state::remembered(store, place).await.map_err(told)?;
            Ok(Seen { known, remembered: remembered as usize })
        })
    }
}

fn told(error: impl Display) -> String {
    error.to_string()
}
