//! The plugin lock of a document: which versions a revision runs with, frozen when it is made.

use weft_core::document::Document;

use super::Plugins;
use crate::nodes::CODE_ENGINE;
use crate::store::revisions::PluginLock;

impl Plugins {
    /// The versions that are in force now, for the plugins a document uses.
    pub fn lock_of(&self, document: &Document) -> PluginLock {
        used_by(document).filter_map(|plugin| Some((plugin.to_owned(), self.in_force(plugin)?))).collect()
    }
}

/// Whether a document uses a plugin.
pub(super) fn mentions(document: &Document, plugin: &str) -> bool {
    used_by(document).any(|used| used == plugin)
}

fn used_by(document: &Document) -> impl Iterator<Item = &str> {
    document.nodes.iter().filter_map(|node| match node.node_type.split_once('/') {
        Some((plugin, _)) => Some(plugin),
        None => (node.node_type == "code").then_some(CODE_ENGINE.0),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_uses_the_plugins_of_its_nodes_and_the_code_engine() {
        let document = serde_json::from_value(json!({ "weft": 1, "name": "t", "nodes": [
            { "id": "get", "type": "http/request" }, { "id": "compute", "type": "code" }, { "id": "set", "type": "set" }
        ] }));
        let document: Document = document.unwrap();
        assert_eq!(used_by(&document).collect::<Vec<_>>(), ["http", CODE_ENGINE.0]);
        assert!(mentions(&document, "http") && !mentions(&document, "text"));
    }
}
