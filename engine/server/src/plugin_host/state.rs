//! The import `state`: what a plugin keeps from call to call, for one node of one workflow.
//!
//! A call reads what is stored under what it changed itself. What it changed is part of its answer and is stored together with
//! it by whoever made the call; a call that fails leaves nothing behind. Calls that touch the same state take turns until what
//! they changed is stored, so that none of them reads what is about to be old.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedMutexGuard;

use super::bindings::weft::plugin::state::{Host, StateError};
use super::context::Context;
use super::output;
use crate::clock::now_ms;

const MAX_KEY_BYTES: usize = 128;
const MAX_VALUE_BYTES: usize = 256 << 10;
const MAX_KEYS: usize = 1_000;
/// Keys and values of one node.
const MAX_BYTES: usize = 1 << 20;
/// Ids that one call may ask about.
const MAX_IDS: usize = 10_000;
/// Ids that are remembered for one node.
const MAX_SEEN: usize = 100_000;
const LONGEST_TTL_S: u64 = 366 * 24 * 3_600;
/// How long a call waits for its turn before it is told so.
const TURN_PATIENCE: Duration = Duration::from_secs(10);

/// The digest of an id that was seen.
pub type IdHash = [u8; 32];

/// The right to work with a state. Whoever gets the answer of a call holds it until what was changed is stored.
#[derive(Debug, Clone)]
pub struct Turn(#[allow(dead_code, reason = "held for its drop")] Arc<OwnedMutexGuard<()>>);

impl Turn {
    pub fn new(guard: OwnedMutexGuard<()>) -> Turn {
        Turn(Arc::new(guard))
    }
}

/// Which ids are known, and how many there are in all.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub known: Vec<bool>,
    pub remembered: usize,
}

/// Where the state of one node is kept. Its errors are texts for people.
pub trait StateStore: std::fmt::Debug + Send + Sync {
    /// Waits until nobody else works with this state.
    fn turn(&self) -> BoxFuture<'_, Turn>;
    /// Every key with its value.
    fn load(&self) -> BoxFuture<'_, Result<BTreeMap<String, String>, String>>;
    /// Which of these ids were seen and are not forgotten at `now_ms`.
    fn seen(&self, ids: Vec<IdHash>, now_ms: i64) -> BoxFuture<'_, Result<Seen, String>>;
}

/// What calls changed, to be stored with their answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Values as JSON; `None` deletes.
    pub values: BTreeMap<String, Option<String>>,
    /// Ids with the moment at which they may be forgotten, in UTC milliseconds.
    pub seen: BTreeMap<IdHash, i64>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.seen.is_empty()
    }
}

/// The state of a call. By default nothing is kept: it begins empty and what is written is gone with the call.
#[derive(Debug, Clone, Default)]
pub struct State {
    store: Option<Arc<dyn StateStore>>,
    open: Option<Open>,
}

/// A state that was touched.
#[derive(Debug, Clone)]
struct Open {
    turn: Option<Turn>,
    values: BTreeMap<String, String>,
    bytes: usize,
    changes: Changes,
}

/// The state could not be read. The call ends.
#[derive(Debug, thiserror::Error)]
#[error("the state of the step could not be read: {0}")]
pub(super) struct Unavailable(String);

/// Why a state was not opened.
enum NotOpened {
    /// Somebody else works with it for too long.
    Busy,
    Unavailable(Unavailable),
}

impl State {
    pub fn new(store: Arc<dyn StateStore>) -> State {
        State { store: Some(store), open: None }
    }

    /// What was changed, with the turn to be held until it is stored. `None` when there is nothing to store.
    pub fn into_changes(self) -> Option<(Changes, Option<Turn>)> {
        let Open { changes, turn, .. } = self.open?;
        (self.store.is_some() && !changes.is_empty()).then_some((changes, turn))
    }

    /// Notes ids for the host itself, as a guest does by `first-seen`. The error is a text for people.
    pub async fn note_ids(&mut self, ids: &[String], ttl_s: u64) -> Result<Vec<bool>, String> {
        match self.first_seen(ids, ttl_s).await {
            Ok(Ok(first)) => Ok(first),
            Ok(Err(_)) => Err(format!("more than {MAX_SEEN} items would have to be remembered")),
            Err(NotOpened::Busy) => Err("another call of the node works with what is remembered".into()),
            Err(NotOpened::Unavailable(why)) => Err(why.to_string()),
        }
    }

    async fn open(&mut self) -> Result<&mut Open, NotOpened> {
        if self.open.is_none() {
            let (turn, values) = match &self.store {
                Some(store) => {
                    let turn = tokio::time::timeout(TURN_PATIENCE, store.turn()).await.map_err(|_| NotOpened::Busy)?;
                    let values = store.load().await.map_err(|why| NotOpened::Unavailable(Unavailable(why)))?;
                    (Some(turn), values)
                }
                None => (None, BTreeMap::new()),
            };
            let bytes = values.iter().map(|(key, value)| key.len() + value.len()).sum();
            self.open = Some(Open { turn, values, bytes, changes: Changes::default() });
        }
        Ok(self.open.as_mut().expect("it was opened just now"))
    }

    async fn first_seen(&mut self, ids: &[String], ttl_s: u64) -> Result<Result<Vec<bool>, StateError>, NotOpened> {
        if ids.len() > MAX_IDS {
            return Ok(Err(StateError::Quota));
        }
        let store = self.store.clone();
        let open = self.open().await?;
        let now_ms = now_ms();
        let hashes: Vec<IdHash> = ids.iter().map(|id| Sha256::digest(id.as_bytes()).into()).collect();
        let stored = match store {
            Some(store) => {
                store.seen(hashes.clone(), now_ms).await.map_err(|why| NotOpened::Unavailable(Unavailable(why)))?
            }
            None => Seen { known: vec![false; hashes.len()], remembered: 0 },
        };
        let expires_ms = now_ms.saturating_add_unsigned(ttl_s.clamp(1, LONGEST_TTL_S) * 1_000);
        let mut seen = open.changes.seen.clone();
        let is_first = |(hash, known): (IdHash, bool)| !known && seen.insert(hash, expires_ms).is_none();
        let first: Vec<bool> = hashes.into_iter().zip(stored.known).map(is_first).collect();
        if stored.remembered + seen.len() > MAX_SEEN {
            return Ok(Err(StateError::Quota));
        }
        open.changes.seen = seen;
        Ok(Ok(first))
    }
}

impl Open {
    fn set(&mut self, key: String, value: String) -> Result<(), StateError> {
        let before = self.values.get(&key).map(|value| key.len() + value.len());
        let bytes = self.bytes - before.unwrap_or(0) + key.len() + value.len();
        let keys = self.values.len() + usize::from(before.is_none());
        if value.len() > MAX_VALUE_BYTES || keys > MAX_KEYS || bytes > MAX_BYTES {
            return Err(StateError::Quota);
        }
        self.bytes = bytes;
        self.values.insert(key.clone(), value.clone());
        self.changes.values.insert(key, Some(value));
        Ok(())
    }

    fn delete(&mut self, key: String) {
        if let Some(value) = self.values.remove(&key) {
            self.bytes -= key.len() + value.len();
            self.changes.values.insert(key, None);
        }
    }
}

/// Letters, digits, `_`, `.`, `:` and `-`, beginning with a letter or a digit.
fn is_key(key: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric();
    key.len() <= MAX_KEY_BYTES
        && key.bytes().next().is_some_and(is_plain)
        && key.bytes().all(|byte| is_plain(byte) || b"_.:-".contains(&byte))
}

impl Context {
    /// Gives the guest the state, or what kept it from being opened. Others may have the memory that the call does not use
    /// while it waits.
    async fn opened(&mut self) -> wasmtime::Result<Result<&mut Open, StateError>> {
        self.count_host_call()?;
        self.memory.lend();
        let opened = self.state.open().await;
        self.memory.take_back();
        tell(opened)
    }
}

fn tell<T>(opened: Result<T, NotOpened>) -> wasmtime::Result<Result<T, StateError>> {
    match opened {
        Ok(value) => Ok(Ok(value)),
        Err(NotOpened::Busy) => Ok(Err(StateError::Conflict)),
        Err(NotOpened::Unavailable(why)) => Err(why.into()),
    }
}

impl Host for Context {
    async fn get(&mut self, key: String) -> wasmtime::Result<Option<String>> {
        match self.opened().await? {
            Ok(open) => Ok(open.values.get(&key).cloned()),
            // The interface has no error here.
            Err(_) => Err(Unavailable("another call of the step works with it".into()).into()),
        }
    }

    async fn set(&mut self, key: String, value: String) -> wasmtime::Result<Result<(), StateError>> {
        if !is_key(&key) {
            self.count_host_call()?;
            return Ok(Err(StateError::BadKey));
        }
        if value.len() <= MAX_VALUE_BYTES
            && let Err(error) = output::parse(&value, "a value of the state")
        {
            return Err(wasmtime::Error::msg(error.message));
        }
        Ok(self.opened().await?.and_then(|open| open.set(key, value)))
    }

    async fn delete(&mut self, key: String) -> wasmtime::Result<Result<(), StateError>> {
        if !is_key(&key) {
            self.count_host_call()?;
            return Ok(Err(StateError::BadKey));
        }
        Ok(self.opened().await?.map(|open| open.delete(key)))
    }

    async fn first_seen(&mut self, ids: Vec<String>, ttl_s: u64) -> wasmtime::Result<Result<Vec<bool>, StateError>> {
        self.count_host_call()?;
        self.memory.lend();
        let answer = self.state.first_seen(&ids, ttl_s).await;
        self.memory.take_back();
        Ok(tell(answer)?.and_then(|first| first))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A store in memory.
    #[derive(Debug, Default)]
    struct Shelf {
        turn: Arc<tokio::sync::Mutex<()>>,
        values: Mutex<BTreeMap<String, String>>,
        seen: Mutex<BTreeMap<IdHash, i64>>,
    }

    impl StateStore for Shelf {
        fn turn(&self) -> BoxFuture<'_, Turn> {
            Box::pin(async { Turn::new(self.turn.clone().lock_owned().await) })
        }

        fn load(&self) -> BoxFuture<'_, Result<BTreeMap<String, String>, String>> {
            Box::pin(async { Ok(self.values.lock().unwrap().clone()) })
        }

        fn seen(&self, ids: Vec<IdHash>, now_ms: i64) -> BoxFuture<'_, Result<Seen, String>> {
            let seen = self.seen.lock().unwrap();
            let known = ids.iter().map(|id| seen.get(id).is_some_and(|expires_ms| *expires_ms > now_ms)).collect();
            let remembered = seen.len();
            Box::pin(async move { Ok(Seen { known, remembered }) })
        }
    }

    fn ids(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    async fn first(state: &mut State, asked: &[&str]) -> Result<Vec<bool>, StateError> {
        state.first_seen(&ids(asked), 60).await.unwrap_or_else(|_| panic!("it opens"))
    }

    async fn opened(state: &mut State) -> &mut Open {
        state.open().await.unwrap_or_else(|_| panic!("it opens"))
    }

    #[test]
    fn keys_are_plain() {
        for key in ["cursor", "a.b:c-d_e", "0", &"k".repeat(128)] {
            assert!(is_key(key), "{key}");
        }
        for key in ["", "../up", ".hidden", "a/b", "a b", "ключ", "a\0", &"k".repeat(129), &"k".repeat(1 << 20)] {
            assert!(!is_key(key), "{key}");
        }
    }

    #[tokio::test]
    async fn a_call_reads_what_it_wrote_and_hands_over_what_changed() {
        let shelf = Shelf::default();
        shelf.values.lock().unwrap().extend([("kept".into(), "1".into()), ("old".into(), "2".into())]);
        let mut state = State::new(Arc::new(shelf));
        let open = opened(&mut state).await;
        open.set("new".into(), "[3]".into()).unwrap();
        open.delete("old".into());
        open.delete("never".into());
        assert_eq!(open.values.get("new").map(String::as_str), Some("[3]"));
        assert_eq!((open.values.get("old"), open.bytes), (None, "kept1new[3]".len()));
        let (changes, turn) = state.into_changes().unwrap();
        let expected = [("new".to_owned(), Some("[3]".to_owned())), ("old".to_owned(), None)];
        assert_eq!(changes.values, BTreeMap::from(expected));
        assert!(turn.is_some());
    }

    #[tokio::test]
    async fn an_id_is_new_once() {
        let shelf = Arc::new(Shelf::default());
        shelf.seen.lock().unwrap().insert(Sha256::digest("known").into(), i64::MAX);
        shelf.seen.lock().unwrap().insert(Sha256::digest("forgotten").into(), 1);
        let mut state = State::new(shelf);
        let expected = vec![true, false, false, true];
        assert_eq!(first(&mut state, &["a", "a", "known", "forgotten"]).await.unwrap(), expected);
        assert_eq!(first(&mut state, &["a", "b"]).await.unwrap(), [false, true]);
        assert_eq!(state.into_changes().unwrap().0.seen.len(), 3);
    }

    #[tokio::test]
    async fn what_only_reads_changes_nothing() {
        let mut state = State::new(Arc::new(Shelf::default()));
        opened(&mut state).await;
        assert!(state.into_changes().is_none());
        let mut thrown_away = State::default();
        opened(&mut thrown_away).await.set("a".into(), "1".into()).unwrap();
        assert!(thrown_away.into_changes().is_none());
    }

    #[tokio::test]
    async fn calls_take_turns_until_what_they_changed_is_stored() {
        let shelf = Arc::new(Shelf::default());
        let mut first = State::new(shelf.clone());
        opened(&mut first).await.set("n".into(), "1".into()).unwrap();
        let turn = first.into_changes().unwrap().1;
        let mut second = State::new(shelf.clone());
        let mut waits = Box::pin(opened(&mut second));
        assert!(futures::poll!(&mut waits).is_pending());
        shelf.values.lock().unwrap().insert("n".into(), "1".into());
        drop(turn);
        assert_eq!(waits.await.values.get("n").map(String::as_str), Some("1"));
    }

    #[tokio::test]
    async fn there_is_an_end_to_everything() {
        let mut state = State::new(Arc::new(Shelf::default()));
        let open = opened(&mut state).await;
        for number in 0..MAX_KEYS {
            open.set(format!("k{number}"), "0".into()).unwrap();
        }
        assert!(matches!(open.set("one.more".into(), "0".into()), Err(StateError::Quota)));
        open.set("k0".into(), "1".into()).unwrap();
        let large = format!("\"{}\"", "x".repeat(MAX_VALUE_BYTES));
        assert!(matches!(open.set("k0".into(), large), Err(StateError::Quota)));
        let full = |number: usize| format!("\"{}\"", number.to_string().repeat(200_000));
        let set: Vec<bool> = (1..7).map(|number| open.set(format!("k{number}"), full(number)).is_ok()).collect();
        assert_eq!(set, [true, true, true, true, true, false]);
        assert!(open.bytes <= MAX_BYTES);
        let many: Vec<String> = (0..=MAX_IDS).map(|id| id.to_string()).collect();
        let refused = state.first_seen(&many, 60).await.unwrap_or_else(|_| panic!("it opens"));
        assert!(matches!(refused, Err(StateError::Quota)));
        let full = Shelf::default();
        let known: Vec<(IdHash, i64)> =
            (0..MAX_SEEN).map(|id| (Sha256::digest(id.to_string()).into(), i64::MAX)).collect();
        full.seen.lock().unwrap().extend(known);
        let mut state = State::new(Arc::new(full));
        assert!(matches!(first(&mut state, &["new"]).await, Err(StateError::Quota)));
        assert!(state.into_changes().is_none());
    }
}
