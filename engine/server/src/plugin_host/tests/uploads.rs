//! What is refused when it is uploaded, and why.

use std::sync::Arc;

use serde_json::json;

use super::{HOST, SHELF, Shelf, component, config, root};
use crate::plugin_host::{Call, Frame, HostError, PluginHost, UploadError};

/// A manifest that says less of the hostile guest than it says itself.
const FROZEN: &str = r#"{
    "manifest": 1, "id": "hostile", "version": "1.0.0", "name": "Hostile",
    "actions": [
        { "id": "fill", "title": "Fill", "effects": "none", "idempotent": "natural" },
        { "id": "remember", "title": "Remember", "effects": "none", "idempotent": "natural" }
    ]
}"#;

/// A component of `tests/hostile/uploads`, from its text form.
fn upload(name: &str) -> Vec<u8> {
    let path = root().join(format!("tests/hostile/uploads/{name}.wat"));
    wat::parse_file(&path).unwrap_or_else(|error| panic!("{error}"))
}

async fn refusal(bytes: Vec<u8>) -> UploadError {
    HOST.inspect(bytes).await.expect_err("this must be refused")
}

#[tokio::test]
async fn what_is_not_a_component_is_told_apart() {
    let text = component("plugins/dist/text.wasm");
    let cases = [
        (vec![], "it is empty"),
        (b"GIF89a".to_vec(), "does not begin like one"),
        (b"\0asm\x01\0\0\0".to_vec(), "core module"),
        (b"\0asm\x0e\0\x01\0".to_vec(), "another version"),
        (b"\x7fELF\x02\x01\x01".to_vec(), "compiled already"),
        (b"(component)".to_vec(), "text form"),
        (text[..text.len() / 2].to_vec(), ""),
        ([&text[..1000], &[0xff; 1000], &text[2000..]].concat(), ""),
    ];
    for (bytes, why) in cases {
        let refusal = refusal(bytes).await;
        assert_eq!(refusal.code(), "not_a_component", "{refusal}");
        assert!(refusal.to_string().contains(why), "{refusal}");
    }
    assert_eq!(refusal(vec![0; (32 << 20) + 1]).await.code(), "too_large");
}

#[tokio::test]
async fn hostile_components_are_refused() {
    let cases = [
        ("describe_loops", "describe_failed", "computed for more than"),
        ("start_loops", "describe_failed", "computed for more than"),
        ("describe_traps", "describe_failed", "the plugin crashed"),
        ("describe_not_json", "describe_failed", "not json"),
        ("describe_out_of_bounds", "describe_failed", "out of bounds"),
        ("describe_invalid_utf8", "describe_failed", "utf-8"),
        ("describe_empty_manifest", "invalid_manifest", "'manifest' is required"),
        ("no_metadata", "describe_failed", "weft:plugin/metadata"),
        ("unknown_import", "undeclared_import", "acme:door/open"),
        ("wasi_http_import", "undeclared_import", "weft:plugin/http"),
        ("blobs_import", "undeclared_import", "published interface"),
        ("wrong_type_import", "undeclared_import", "published interface"),
        ("huge_memory", "describe_failed", "memory"),
        ("huge_table", "not_a_component", "table"),
        ("ten_memories", "not_a_component", "memories"),
        ("threads", "not_a_component", "threads"),
    ];
    for (name, code, told) in cases {
        let refusal = refusal(upload(name)).await;
        assert!(
            refusal.code().contains(code) && refusal.to_string().to_lowercase().contains(told),
            "{name}: {} {refusal}",
            refusal.code()
        );
    }
    assert!(HOST.inspect(component("plugins/dist/text.wasm")).await.is_ok());
}

#[tokio::test]
async fn every_problem_of_a_manifest_is_kept() {
    let refusal = refusal(upload("describe_empty_manifest")).await;
    let pointers: Vec<_> = refusal.problems().iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(pointers, ["/manifest", "/id", "/version", "/name"]);
}

#[tokio::test]
async fn loading_uses_the_cache_and_nothing_that_was_tampered_with() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Arc::new(Shelf::default());
    let host = || PluginHost::new(config(folder.path()), shelf.clone()).unwrap();
    let bytes = component("target/hostile/hostile.wasm");
    let sha256 = shelf.put(&bytes);
    // How often the component had to be compiled, when a new start has loaded it and everything came to rest.
    let asked_after_loading = async || {
        let host = host();
        let before = shelf.asked();
        host.load(&sha256, FROZEN).await.unwrap();
        host.warmed().await;
        host.load(&sha256, FROZEN).await.unwrap();
        shelf.asked() - before
    };
    host().inspect(bytes.clone()).await.unwrap();
    assert_eq!(asked_after_loading().await, 1, "what was inspected is there, and gets better");
    assert_eq!(asked_after_loading().await, 0, "another start finds it in the cache");

    let file = |end: &str| {
        let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
        files.into_iter().find(|path| path.to_string_lossy().ends_with(end))
    };
    let change = |end: &str| {
        let path = file(end).unwrap();
        let mut content = std::fs::read(&path).unwrap();
        let middle = content.len() / 2;
        content[middle] ^= 1;
        std::fs::write(path, content).unwrap();
    };
    assert_eq!(file(".quick"), None, "better code takes the place of worse");
    change(".full");
    assert_eq!(asked_after_loading().await, 2, "a changed file is not trusted");

    std::fs::remove_file(file(".full").unwrap()).unwrap();
    host().inspect(bytes.clone()).await.unwrap();
    change(".quick");
    assert_eq!(asked_after_loading().await, 2, "of either kind");

    let full = file(".full").unwrap();
    std::fs::rename(&full, full.with_extension("quick")).unwrap();
    assert_eq!(asked_after_loading().await, 2, "nor one under another name");

    std::fs::write(file("key").unwrap(), [7; 32]).unwrap();
    assert_eq!(asked_after_loading().await, 2, "nor is one of another server");
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file("key").unwrap()).unwrap().permissions())
            & 0o777,
        0o600
    );
}

#[tokio::test]
async fn what_was_refused_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let host = PluginHost::new(config(folder.path()), SHELF.clone()).unwrap();
    for name in ["describe_traps", "unknown_import"] {
        host.inspect(upload(name)).await.unwrap_err();
    }
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["key"]);
}

#[tokio::test]
async fn a_plugin_keeps_to_the_manifest_that_was_agreed_to() {
    let bytes = component("target/hostile/hostile.wasm");
    let folder = tempfile::tempdir().unwrap();
    let host = || PluginHost::new(config(folder.path()), SHELF.clone()).unwrap();
    SHELF.put(&bytes);
    let says = host().inspect(bytes.clone()).await.unwrap();
    assert!(!says.manifest.hosts.is_empty() && says.manifest.action("log_flood").is_some());
    // With the compiled code at hand, and without it.
    for is_cached in [true, false] {
        if !is_cached {
            host().unload(&says.sha256);
        }
        let host = host();
        let plugin = host.load(&says.sha256, FROZEN).await.unwrap();
        assert_eq!((plugin.manifest().hosts.len(), plugin.manifest().actions.len()), (0, 2), "{is_cached}");
        let call = Call::new("log_flood", json!({}));
        assert_eq!(host.call(&plugin, call, Frame::default()).await.result.unwrap_err().code, "unknown_action");
    }
    let error = host().load(&says.sha256, "{}").await.unwrap_err();
    assert!(matches!(error, HostError::Manifest(_)), "{error}");
}

#[tokio::test]
async fn bytes_must_be_the_ones_that_were_asked_for() {
    let other = "0".repeat(64);
    SHELF.bytes.lock().unwrap().insert(other.clone(), component("plugins/dist/text.wasm"));
    let error = HOST.load(&other, FROZEN).await.unwrap_err();
    assert!(matches!(error, HostError::Digest { .. }), "{error}");
}

#[tokio::test]
async fn a_stopped_host_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let host = PluginHost::new(config(folder.path()), SHELF.clone()).unwrap();
    let sha256 = SHELF.put(&component("target/hostile/hostile.wasm"));
    let plugin = host.load(&sha256, FROZEN).await.unwrap();
    let running = host.call(&plugin, Call::new("fill", json!({})), Frame::default());
    let (ended, ()) = tokio::join!(running, async {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        host.shutdown().await;
    });
    assert_eq!(ended.result.unwrap_err().code, "cancelled");
    let after = host.call(&plugin, Call::new("remember", json!({})), Frame::default()).await;
    assert_eq!(after.result.unwrap_err().code, "stopping");
}
