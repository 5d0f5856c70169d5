//! What the bundled plugins say about themselves is committed, so that nobody has to ask them when a server starts.

use serde_json::Value;

use super::{HOST, component, root};

#[tokio::test]
async fn the_committed_manifests_are_what_the_components_say() {
    for name in ["http", "javascript", "text"] {
        let inspected = HOST.inspect(component(&format!("plugins/dist/{name}.wasm"))).await.unwrap();
        let committed = root().join(format!("plugins/{name}/manifest.json"));
        if std::env::var_os("UPDATE").is_some() {
            let text = serde_json::to_string_pretty(&inspected.manifest_json).unwrap();
            std::fs::write(&committed, text + "\n").unwrap();
        }
        let says: Value = serde_json::from_slice(&std::fs::read(&committed).unwrap()).unwrap();
        assert!(says == inspected.manifest_json, "{}: write it anew with `just gen-manifests`", committed.display());
    }
}
