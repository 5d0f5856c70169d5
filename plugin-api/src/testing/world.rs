//! What the host of a test knows.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde_json::Value;

use super::Sent;
use crate::http::{Failure, Response};
use crate::log::Level;

pub(crate) type Responder = Box<dyn FnMut(&Sent) -> Result<Response, Failure>>;

#[derive(Default)]
pub(crate) struct World {
    pub(crate) responder: Option<Responder>,
    pub(crate) requests: Vec<Sent>,
    /// Values of fields, by slot and name.
    pub(crate) credentials: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) state: BTreeMap<String, String>,
    pub(crate) seen: HashSet<String>,
    pub(crate) files: BTreeMap<String, File>,
    pub(crate) logs: Vec<(Level, String)>,
    pub(crate) is_cancelled: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) mime: String,
    pub(crate) content: Vec<u8>,
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::default();
}

pub(crate) fn put(world: World) {
    WORLD.with(|place| place.replace(world));
}

pub(crate) fn with<T>(work: impl FnOnce(&mut World) -> T) -> T {
    WORLD.with(|world| work(&mut world.borrow_mut()))
}

pub(crate) fn is_cancelled() -> bool {
    with(|world| world.is_cancelled)
}

pub(crate) fn log(level: Level, message: &str, fields: Option<&Value>) {
    eprintln!("{level:?} {message} {}", fields.map(Value::to_string).unwrap_or_default());
    with(|world| world.logs.push((level, message.to_owned())));
}

impl World {
    pub(crate) fn add_file(&mut self, mime: &str, content: Vec<u8>) -> String {
        let id = format!("file_{}", self.files.len() + 1);
        self.files.insert(id.clone(), File { mime: mime.to_owned(), content });
        id
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}
