//! Backing up, restoring and checking, by the binary and beside a running server.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use tokio::process::Command;
use weft_tests::document::{document, greeting, waiting};
use weft_tests::{Server, fresh_data_dir};

async fn weft(data: &Path, arguments: &[&str]) -> Output {
    Command::new(weft_tests::server::weft()).args(arguments).env("WEFT_DATA_DIR", data).output().await.unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn a_backup_of_a_running_server_is_restored_and_held_until_confirmed() {
    let server = Server::start().await;
    let api = server.api();
    let greets = api.publish(greeting()).await;
    let done = api.run(&greets, json!({ "name": "x".repeat(100_000) })).await;
    let nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "pause", "type": "wait", "params": { "ms": 1_000 } }]);
    let waits = api.publish(document("Pause", nodes, "start -> pause")).await;
    let live = api.post(&format!("/workflows/{waits}/runs"), json!({ "input": 1 })).await.expect(201);
    assert_eq!(api.get("/admin/state").await.expect(200)["restored_at_ms"], Value::Null);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("weft.backup");
    let name = file.to_str().unwrap();
    let output = weft(server.data(), &["backup", name]).await;
    assert!(output.status.success(), "{}", said(&output));
    let again = weft(server.data(), &["backup", name]).await;
    assert!(!again.status.success() && said(&again).contains("exists already"), "{}", said(&again));
    let in_use = weft(server.data(), &["restore", name, "--force"]).await;
    assert!(!in_use.status.success() && said(&in_use).contains("another Weft server"), "{}", said(&in_use));

    let data = fresh_data_dir().await;
    let refused = weft(data.path(), &["restore", name]).await;
    assert!(!refused.status.success() && said(&refused).contains("--force"), "{}", said(&refused));
    let output = weft(data.path(), &["restore", name, "--force"]).await;
    assert!(output.status.success() && said(&output).contains("before-restore-"), "{}", said(&output));

    let restored = Server::start_on(data).await;
    let api = restored.api();
    assert!(api.get("/admin/state").await.expect(200)["restored_at_ms"].as_i64().is_some_and(|at_ms| at_ms > 0));
    assert!(api.send_bytes(reqwest::Method::GET, "/readyz", Vec::new()).await.text.contains("restored"));
    assert_eq!(api.get(&format!("/runs/{}", done["id"].as_str().unwrap())).await.expect(200), done);
    let live = live["id"].as_str().unwrap();
    // Only time shows that nothing happens: its timer is due a second after it was started.
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    assert!(api.get(&format!("/runs/{live}")).await.expect(200)["finished_at_ms"].is_null());
    let new = api.run(&greets, json!({ "name": "Ada" })).await;
    assert_eq!(new["output"], json!({ "text": "Hello Ada" }), "new work is taken");
    api.post("/admin/restored/confirm", json!({})).await.expect(204);
    assert_eq!(api.ended(live).await["status"], "succeeded");
    assert_eq!(api.get("/admin/state").await.expect(200)["restored_at_ms"], Value::Null);
    api.post("/admin/restored/confirm", json!({})).await.expect(204);
}

#[tokio::test]
async fn a_check_tells_a_sound_database_from_a_broken_one() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(waiting()).await;
    api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
    let sound = weft(server.data(), &["db", "check"]).await;
    assert!(sound.status.success() && said(&sound).contains("sound"), "{}", said(&sound));
    let data = server.stop().await;
    // A file that lacks its second half; a single page may be one that holds nothing.
    let database = data.path().join("weft.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..].fill(0xff);
    std::fs::write(&database, bytes).unwrap();
    let broken = weft(data.path(), &["db", "check"]).await;
    assert!(!broken.status.success(), "{}", said(&broken));
    let nothing = weft(Path::new("/nowhere"), &["db", "check"]).await;
    assert!(!nothing.status.success() && said(&nothing).contains("/nowhere"), "{}", said(&nothing));
}

#[tokio::test]
async fn options_mean_the_same_before_and_behind_a_command() {
    let (here, there) = (fresh_data_dir().await, tempfile::tempdir().unwrap());
    let name = here.path().to_str().unwrap();
    for arguments in [["--data-dir", name, "db", "check"], ["db", "--data-dir", name, "check"]] {
        let output = weft(there.path(), &arguments).await;
        assert!(output.status.success() && said(&output).contains("sound"), "{}", said(&output));
    }
    let refused = weft(here.path(), &["--listen", "127.0.0.1:0", "db", "check"]).await;
    assert!(!refused.status.success() && said(&refused).contains("`--listen` stands before"), "{}", said(&refused));
}
