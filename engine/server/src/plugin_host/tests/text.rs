//! The SDK's worked example, through the whole host.

use serde_json::json;

use super::{HOST, answer, bundled, call, component};
use crate::plugin_host::{Call, ErrorKind};

#[tokio::test]
async fn a_transform_answers() {
    let text = bundled("text").await;
    assert_eq!(answer(&text, "slugify", json!({ "text": "Crème brûlée!" })).await, Ok(json!("creme-brulee")));
    assert_eq!(answer(&text, "split", json!({ "text": "a,b" })).await, Ok(json!(["a", "b"])));
}

#[tokio::test]
async fn params_are_checked_before_the_call() {
    let text = bundled("text").await;
    let error = answer(&text, "slugify", json!({ "text": 7 })).await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str(), error.pointer.as_deref()),
        (ErrorKind::InvalidInput, "invalid_params", Some("/text"))
    );
    let error = answer(&text, "slugify", json!({})).await.unwrap_err();
    assert_eq!((error.pointer.as_deref(), error.message.as_str()), (Some("/text"), "'text' is required"));
}

#[tokio::test]
async fn the_plugins_own_errors_arrive() {
    let text = bundled("text").await;
    let error = answer(&text, "extract", json!({ "text": "a", "pattern": "(" })).await.unwrap_err();
    assert_eq!((error.kind, error.pointer.as_deref()), (ErrorKind::InvalidInput, Some("/pattern")));
    let error = answer(&text, "sing", json!({})).await.unwrap_err();
    assert_eq!(error.code, "unknown_action");
    let error =
        call(&text, Call { items: vec![], ..Call::new("trim", json!({ "text": "" })) }).await.result.unwrap_err();
    assert_eq!(error.code, "batch_size");
}

#[tokio::test]
async fn inspecting_tells_what_an_upload_is() {
    let bytes = component("plugins/dist/text.wasm");
    let inspected = HOST.inspect(bytes.clone()).await.unwrap();
    assert_eq!((inspected.manifest.id.as_str(), inspected.size_bytes), ("text", bytes.len()));
    assert_eq!(inspected.manifest_json["name"], "Text");
    let types = inspected.manifest.node_types();
    assert!(types.len() >= 12);
    assert_eq!(types[1].id, "text/slugify");
}
