//! Who is called when a parcel changes.

use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Hooks {
    last: u64,
    by_id: BTreeMap<String, String>,
}

impl Hooks {
    pub(crate) fn add(&mut self, url: String) -> String {
        self.last += 1;
        let id = format!("hook_{}", self.last);
        self.by_id.insert(id.clone(), url);
        id
    }

    pub(crate) fn remove(&mut self, id: &str) -> bool {
        self.by_id.remove(id).is_some()
    }

    pub(crate) fn urls(&self) -> Vec<String> {
        self.by_id.values().cloned().collect()
    }
}
