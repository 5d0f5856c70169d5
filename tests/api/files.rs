//! Files that steps write, other runs read and people download.

use serde_json::{Value, json};
use weft_tests::document::document;
use weft_tests::{Api, Server};

const HOSTILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/hostile/hostile.wasm");
/// Longer than one piece.
const BYTES: usize = (1 << 20) + 5;

async fn install(api: &Api) {
    let component = std::fs::read(HOSTILE).expect("`just plugins` built it");
    let upload = api.with_header("content-type", "application/wasm");
    upload.send_bytes(reqwest::Method::POST, "/api/v1/plugins", component).await.expect(201);
    api.post("/plugins/hostile/versions/1.0.0/grant", json!({})).await.expect(200);
}

/// A workflow of one step that works with files as its parameters say.
fn works(name: &str, params: Value) -> Value {
    let nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "work", "type": "hostile/files", "params": params }]);
    document(name, nodes, "start -> work")
}

async fn written(api: &Api) -> (Value, String) {
    let writer = api.publish(works("Writes", json!({ "do": "write", "bytes": BYTES }))).await;
    let run = api.run(&writer, json!({})).await;
    assert_eq!(run["status"], "succeeded", "{run:#}");
    let id = run["output"]["$blob"].as_str().unwrap_or_else(|| panic!("{run:#}")).to_owned();
    (run, id)
}

#[tokio::test]
async fn a_later_run_reads_what_a_step_wrote_until_its_run_is_deleted() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let (run, id) = written(&api).await;
    let reader = api.publish(works("Reads", json!({ "do": "read", "id": "{{ input.file }}" }))).await;
    let read = api.run(&reader, json!({ "file": id })).await;
    let told =
        json!({ "size": BYTES, "mime": "application/octet-stream", "bytes": BYTES, "reads": 2, "longest": 1 << 20 });
    assert_eq!(read["output"], told, "{read:#}");

    api.delete(&format!("/runs/{}", run["id"].as_str().unwrap())).await.expect(204);
    api.get(&format!("/files/{id}")).await.refused(404, "file_not_found");
    let gone = api.run(&reader, json!({ "file": id })).await;
    assert_eq!(gone["output"], "not-found", "{gone:#}");
}

#[tokio::test]
async fn a_file_is_downloaded_and_never_shown() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let (_, id) = written(&api).await;
    let file = api.get(&format!("/files/{id}")).await;
    assert_eq!((file.status, file.text.len()), (200, BYTES));
    assert!(file.text.bytes().all(|byte| byte == b'w'));
    for (name, value) in [
        ("content-type", "application/octet-stream"),
        ("content-length", "1048581"),
        ("content-disposition", "attachment; filename*=UTF-8''made.bin"),
        ("content-security-policy", "sandbox"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(file.header(name), value, "{name}");
    }
    let unknown = format!("/files/file_{}", "0".repeat(32));
    for path in [unknown.as_str(), "/files/file_12", "/files/..%2Fweft.db"] {
        api.get(path).await.refused(404, "file_not_found");
    }
    server.anonymous().get(&format!("/files/{id}")).await.refused(401, "not_signed_in");
}
