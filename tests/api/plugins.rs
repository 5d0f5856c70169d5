//! Plugins: upload, grant, use, refuse.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use weft::app::Config;
use weft_tests::document::document;
use weft_tests::server::{config, weft};
use weft_tests::{Answer, Outside, Server, fresh_data_dir};

async fn upload(server: &Server, bytes: &[u8]) -> Answer {
    let api = server.api().with_header("content-type", "application/wasm");
    api.send_bytes(Method::POST, "/api/v1/plugins", bytes.to_vec()).await
}

fn plugin<'a>(list: &'a Value, id: &str) -> &'a Value {
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|plugin| plugin["id"] == id)
        .unwrap_or_else(|| panic!("no plugin {id} in {list:#}"))
}

#[tokio::test]
async fn bundled_plugins_are_enabled_and_in_the_palette() {
    let server = Server::start().await;
    let api = server.api();
    let list = api.get("/plugins").await.expect(200);
    let http = plugin(&list, "http");
    assert_eq!((&http["bundled"], &http["versions"][0]["state"]), (&json!(true), &json!("enabled")));
    assert_eq!(http["versions"][0]["manifest"]["id"], "http");
    assert_eq!(http["versions"][0]["sha256"].as_str().unwrap().len(), 64);
    let types = api.get("/node-types").await.expect(200);
    let ids: Vec<_> = types["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    for id in ["manual", "webhook", "schedule", "if", "for_each", "code", "http/request"] {
        assert!(ids.contains(&id), "{id} is missing in {ids:?}");
    }
    let version = http["versions"][0]["version"].as_str().unwrap();
    api.delete(&format!("/plugins/http/versions/{version}")).await.refused(409, "plugin_is_bundled");
}

#[tokio::test]
async fn a_disabled_plugin_leaves_the_palette_and_fails_its_steps() {
    let server = Server::start().await;
    let api = server.api();
    let outside = Outside::start().await;
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "call", "type": "http/request", "params": { "method": "POST", "url": format!("{}/greet", outside.url()), "body": { "n": 1 } } }
    ]);
    let workflow = api.publish(document("Calls", nodes, "start -> call")).await;
    let lock = api.get(&format!("/workflows/{workflow}/revisions/1")).await.expect(200)["lock"].clone();
    let version = lock["http"]["version"].as_str().unwrap().to_owned();
    let run = api.run(&workflow, Value::Null).await;
    assert_eq!((&run["status"], &run["output"]["body"]["path"]), (&json!("succeeded"), &json!("/greet")), "{run:#}");
    assert_eq!(outside.ledger().len(), 1);

    let path = format!("/plugins/http/versions/{version}");
    assert_eq!(api.post(&format!("{path}/disable"), json!({})).await.expect(200)["state"], "disabled");
    let run = api.run(&workflow, Value::Null).await;
    assert_eq!((&run["status"], &run["error"]["code"]), (&json!("failed"), &json!("plugin_not_enabled")));
    let types = api.get("/node-types").await.expect(200);
    assert!(types["items"].as_array().unwrap().iter().all(|item| item["id"] != "http/request"));
    api.post(&format!("/workflows/{workflow}/publish"), json!({})).await.refused(422, "document_has_problems");
    assert_eq!(api.post(&format!("{path}/grant"), json!({})).await.expect(200)["state"], "enabled");
    assert_eq!(api.run(&workflow, Value::Null).await["status"], "succeeded");
    assert_eq!(outside.ledger().len(), 2);
}

#[tokio::test]
async fn a_plugin_reaches_what_it_was_granted_and_no_more_than_it_asks_for_is() {
    let server = Server::start().await;
    let api = server.api();
    let outside = Outside::start().await;
    let call = |id: &str, method: &str| {
        let params = json!({ "method": method, "url": format!("{}/door", outside.url()) });
        json!({ "id": id, "type": "http/request", "params": params, "on_error": "continue" })
    };
    let nodes = json!([{ "id": "start", "type": "manual" }, call("look", "GET"), call("change", "POST")]);
    let workflow = api.publish(document("Calls", nodes, "start -> look, look -> change")).await;
    let list = api.get("/plugins").await.expect(200);
    let version = &plugin(&list, "http")["versions"][0];
    assert_eq!(version["granted"]["hosts"], json!([{ "pattern": "*", "methods": [] }]));
    assert_eq!(version["granted"]["by"], "Weft");
    let path = format!("/plugins/http/versions/{}", version["version"].as_str().unwrap());
    let hosts = json!({ "hosts": [{ "pattern": outside.url(), "methods": ["get"] }] });
    let granted = api.post(&format!("{path}/grant"), hosts).await.expect(200)["granted"].clone();
    assert_eq!(granted["hosts"], json!([{ "pattern": outside.url(), "methods": ["GET"] }]));
    // Also after it was disabled in between.
    api.post(&format!("{path}/disable"), json!({})).await.expect(200);
    api.post(&format!("{path}/enable"), json!({})).await.expect(200);
    let run = api.run(&workflow, Value::Null).await;
    let steps = api.get(&format!("/runs/{}/steps", run["id"].as_str().unwrap())).await.expect(200);
    let step = |id: &str| steps.as_array().unwrap().iter().find(|step| step["node"] == id).unwrap().clone();
    assert_eq!(step("look")["status"], "succeeded", "{steps:#}");
    assert!(step("change")["error"]["message"].as_str().unwrap().contains("was not granted"), "{steps:#}");
    assert_eq!(outside.ledger().len(), 1);

    let grant = async |path: &str, hosts: Value| api.post(&format!("{path}/grant"), json!({ "hosts": hosts })).await;
    let refused = grant(&path, json!([{ "pattern": "ftp://x" }])).await.refused(422, "invalid_grant");
    assert_eq!(refused["pointer"], "/hosts/0/pattern");
    upload(&server, &text_9_1_0()).await.expect(201);
    let text = "/plugins/text/versions/9.1.0";
    api.post(&format!("{text}/enable"), json!({})).await.refused(409, "plugin_needs_grant");
    grant(text, json!([{ "pattern": "https://example.com" }])).await.refused(422, "invalid_grant");
}

/// A compiler that begins when a file is there.
struct GatedCompiler {
    folder: TempDir,
}

impl GatedCompiler {
    fn new() -> GatedCompiler {
        let folder = tempfile::tempdir().unwrap();
        let (gate, weft) = (folder.path().join("gate"), weft());
        let wait = format!("while [ ! -e {} ]; do /bin/sleep 0.02; done", gate.display());
        let compiler = folder.path().join("compiler");
        std::fs::write(&compiler, format!("#!/bin/sh\n{wait}\nexec {} \"$@\"\n", weft.display())).unwrap();
        std::fs::set_permissions(&compiler, PermissionsExt::from_mode(0o700)).unwrap();
        GatedCompiler { folder }
    }

    async fn serve(&self, data: TempDir) -> Server {
        let config = Config { compiler: Some(self.folder.path().join("compiler")), ..config(data.path()) };
        Server::start_with(data, config).await
    }

    fn open(&self) {
        std::fs::write(self.folder.path().join("gate"), "").unwrap();
    }
}

#[tokio::test]
async fn a_first_start_does_not_wait_for_the_compiler_but_calls_do() {
    let compiler = GatedCompiler::new();
    let server = compiler.serve(tempfile::tempdir().unwrap()).await;
    let api = server.api();
    let ready = reqwest::get(format!("{}/readyz", server.url())).await.unwrap();
    assert_eq!(ready.status(), 200);
    let types = api.get("/node-types").await.expect(200);
    assert!(types["items"].as_array().unwrap().iter().any(|item| item["id"] == "text/case"), "{types}");

    // The step's own time is less than compiling takes.
    let params = json!({ "text": "{{ input }}", "to": "upper" });
    let shout = json!({ "id": "shout", "type": "text/case", "params": params, "timeout_ms": 100 });
    let nodes = json!([{ "id": "start", "type": "manual" }, shout]);
    let workflow = api.publish(document("Shout", nodes, "start -> shout")).await;
    let started = api.post(&format!("/workflows/{workflow}/runs"), json!({ "input": "hello" })).await.expect(201);
    compiler.open();
    let run = api.ended(started["id"].as_str().unwrap()).await;
    assert_eq!((&run["status"], &run["output"]), (&json!("succeeded"), &json!("HELLO")), "{run:#}");
}

#[tokio::test]
async fn a_run_that_waits_for_the_compiler_can_be_cancelled() {
    let compiler = GatedCompiler::new();
    let server = compiler.serve(tempfile::tempdir().unwrap()).await;
    let api = server.api();
    let trim = json!({ "id": "trim", "type": "text/trim", "params": { "text": "a" } });
    let nodes = json!([{ "id": "start", "type": "manual" }, trim]);
    let workflow = api.publish(document("Trim", nodes, "start -> trim")).await;
    let started = api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
    let run = started["id"].as_str().unwrap();
    api.post(&format!("/runs/{run}/cancel"), json!({})).await;
    assert_eq!(api.ended(run).await["status"], "cancelled");
}

#[tokio::test]
async fn what_workflows_in_service_use_is_compiled_again_after_an_upgrade() {
    let server = Server::start().await;
    let api = server.api();
    let sha256 = upload(&server, &text_9_1_0()).await.expect(201)["sha256"].as_str().unwrap().to_owned();
    api.post("/plugins/text/versions/9.1.0/grant", json!({})).await.expect(200);
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "trim", "type": "text/trim", "params": { "text": "a" } }
    ]);
    let workflow = api.publish(document("Trim", nodes, "start -> trim")).await;
    let files = |server: &Server| {
        let all = std::fs::read_dir(server.data().join("plugin-cache")).unwrap().map(|file| file.unwrap().path());
        let mut files: Vec<_> = all.filter(|path| path.to_string_lossy().contains(&sha256)).collect();
        files.sort();
        files
    };
    server.app().plugins().warmed().await;
    let full = files(&server);
    assert!(full.len() == 1 && full[0].extension().unwrap() == "full", "{full:?}");

    // Code of another version of the engine has other names: for this one it is as if there were none.
    let data = server.stop().await;
    let in_service = full[0].strip_prefix(data.path()).unwrap().to_owned();
    std::fs::remove_file(data.path().join(&in_service)).unwrap();
    let server = Server::start_on(data).await;
    server.app().plugins().warmed().await;
    assert!(server.data().join(&in_service).exists(), "nobody has called it");

    server.api().post(&format!("/workflows/{workflow}/unpublish"), json!({})).await.expect(204);
    let data = server.stop().await;
    std::fs::remove_file(data.path().join(&in_service)).unwrap();
    let server = Server::start_on(data).await;
    server.app().plugins().warmed().await;
    assert_eq!(files(&server), Vec::<PathBuf>::new(), "no workflow in service uses it");
}

#[tokio::test]
async fn a_component_that_the_compiler_cannot_cope_with_is_refused() {
    let data = fresh_data_dir().await;
    let config = Config { compiler: Some("/bin/false".into()), ..config(data.path()) };
    let server = Server::start_with(data, config).await;
    let refused = upload(&server, &text_9_1_0()).await.refused(422, "compile_failed");
    assert!(refused["detail"].as_str().unwrap().contains("could not be compiled"), "{refused}");
}

/// The bundled text plugin under a higher version: a component nobody has seen before.
fn text_9_1_0() -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/dist/text.wasm");
    let mut bytes = std::fs::read(path).unwrap();
    // In the manifest the version stands right before the summary.
    let (version, summary) = (env!("CARGO_PKG_VERSION"), "Changes, cuts, searches");
    let told = format!("{version}{summary}");
    let place = bytes.windows(told.len()).position(|window| window == told.as_bytes()).unwrap();
    bytes[place..place + version.len()].copy_from_slice(b"9.1.0");
    bytes
}

#[tokio::test]
async fn an_uploaded_plugin_runs_once_it_is_granted_and_goes_once_nobody_uses_it() {
    let server = Server::start().await;
    let api = server.api();
    let uploaded = upload(&server, &text_9_1_0()).await.expect(201);
    assert_eq!(
        (&uploaded["id"], &uploaded["version"], &uploaded["state"]),
        (&json!("text"), &json!("9.1.0"), &json!("needs_grant"))
    );
    assert_eq!(uploaded["manifest"]["name"], "Text");
    upload(&server, &text_9_1_0()).await.refused(409, "plugin_version_exists");

    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "shout", "type": "text/case", "params": { "text": "{{ input.text }}", "to": "upper" } }
    ]);
    let document = document("Shout", nodes, "start -> shout");
    let locked = async |workflow: &str, revision: u32| {
        let revision = api.get(&format!("/workflows/{workflow}/revisions/{revision}")).await.expect(200);
        revision["lock"]["text"]["version"].clone()
    };
    let workflow = api.publish(document).await;
    assert_ne!(locked(&workflow, 1).await, "9.1.0");
    api.post("/plugins/text/versions/9.1.0/grant", json!({})).await.expect(200);
    let list = api.get("/plugins").await.expect(200);
    assert_eq!(plugin(&list, "text")["versions"][0]["version"], "9.1.0");
    api.post(&format!("/workflows/{workflow}/publish"), json!({})).await.expect(200);
    assert_eq!(locked(&workflow, 2).await, "9.1.0");
    let run = api.run(&workflow, json!({ "text": "hello" })).await;
    assert_eq!(run["status"], "succeeded", "{run:#}");
    assert!(run["output"].to_string().contains("HELLO"), "{run:#}");

    let refused = api.delete("/plugins/text/versions/9.1.0").await.refused(409, "plugin_in_use");
    assert_eq!(refused["workflows"], json!([{ "id": workflow, "name": "Shout" }]));
    api.post(&format!("/workflows/{workflow}/unpublish"), json!({})).await.expect(204);
    api.delete("/plugins/text/versions/9.1.0").await.refused(409, "plugin_in_use");
    api.delete(&format!("/workflows/{workflow}")).await.expect(204);
    api.delete("/plugins/text/versions/9.1.0").await.expect(204);
    let list = api.get("/plugins").await.expect(200);
    assert_eq!(plugin(&list, "text")["versions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_plugin_is_refused() {
    let server = Server::start().await;
    let api = server.api();
    upload(&server, b"not wasm at all").await.refused(422, "not_a_component");
    upload(&server, b"\0asm\x01\0\0\0").await.refused(422, "not_a_component");
    upload(&server, b"").await.refused(422, "not_a_component");
    upload(&server, &vec![0; (32 << 20) + 1]).await.refused(413, "body_too_large");
    let form = api.with_header("content-type", "text/plain");
    form.send_bytes(Method::POST, "/api/v1/plugins", b"x".to_vec()).await.refused(415, "wrong_content_type");
    api.post("/plugins/none/versions/1.0.0/grant", json!({})).await.refused(404, "plugin_not_found");
    api.post("/plugins/none/versions/1.0.0/disable", json!({})).await.refused(404, "plugin_not_found");
    api.delete("/plugins/none/versions/1.0.0").await.refused(404, "plugin_not_found");
    assert!(
        api.get("/plugins").await.expect(200)["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|plugin| plugin["bundled"] == true)
    );
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_or_takes_too_long_says_so_by_its_kind() {
    let (server, outside) = (Server::start().await, Outside::start().await);
    let api = server.api();
    outside.hold("/slow");
    let failure = async |params: Value| {
        let nodes = json!([
            { "id": "start", "type": "manual" },
            { "id": "call", "type": "http/request", "params": params, "retry": { "attempts": 1 } }
        ]);
        let workflow = api.publish(document("Call", nodes, "start -> call")).await;
        let error = api.run(&workflow, json!({ "url": "nonsense", "text": "a\r\nb: c" })).await["error"].clone();
        (error["kind"].clone(), error["pointer"].clone())
    };
    let url = outside.url();
    let wrong = failure(json!({ "url": "{{ input.url }}" })).await;
    assert_eq!(wrong, (json!("invalid_input"), json!("/url")));
    let wrong = failure(json!({ "url": url, "headers": { "x-note": "{{ input.text }}" } })).await;
    assert_eq!(wrong, (json!("invalid_input"), json!("/headers/x-note")));
    let slow = failure(json!({ "url": format!("{url}/slow"), "timeout_ms": 50 })).await;
    assert_eq!(slow, (json!("timeout"), Value::Null));
}

#[tokio::test]
async fn the_operator_has_the_last_word_on_hosts() {
    let outside = Outside::start().await;
    let data = weft_tests::fresh_data_dir().await;
    let config = weft_tests::server::config(data.path());
    let allowed = vec!["https://api.example.com".parse().unwrap()];
    let server = Server::start_with(data, weft::app::Config { plugin_hosts: allowed, ..config }).await;
    let params = json!({ "url": format!("{}/door", outside.url()) });
    let nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "look", "type": "http/request", "params": params }]);
    let workflow = server.api().publish(document("Looks", nodes, "start -> look")).await;
    let run = server.api().run(&workflow, Value::Null).await;
    assert_eq!(run["status"], "failed", "{run:#}");
    let message = run["error"]["message"].as_str().unwrap();
    assert!(message.contains("WEFT_PLUGIN_HOSTS") && message.contains("GET http://127.0.0.1"), "{message}");
    assert!(outside.ledger().is_empty());
}
