//! What a restart keeps.

use serde_json::{Value, json};
use weft_tests::Server;
use weft_tests::document::{document, greeting, waiting, webhook};

#[tokio::test]
async fn a_restart_keeps_workflows_revisions_runs_and_triggers() {
    let server = Server::start().await;
    let api = server.api();
    let hook = api.publish(webhook("kept", "at_end")).await;
    let draft = api.create(greeting()).await;
    let nodes = json!([{ "id": "clock", "type": "schedule", "params": { "cron": "0 3 * * *" } }]);
    api.publish(document("Nightly", nodes, "")).await;
    let run = api.run(&hook, json!({ "body": { "number": 4 } })).await;
    let run_path = format!("/runs/{}", run["id"].as_str().unwrap());
    let everything = async |api: &weft_tests::Api| {
        let mut all = Vec::new();
        for path in [
            "/workflows",
            "/schedules",
            "/runs",
            "/plugins",
            "/node-types",
            &format!("/workflows/{draft}"),
            &format!("{run_path}/steps"),
        ] {
            all.push(api.get(path).await.expect(200));
        }
        all
    };
    let before = everything(&api).await;
    let server = server.restart().await;
    let api = server.api();
    assert_eq!(everything(&api).await, before);
    assert_eq!(api.get(&run_path).await.expect(200), run);
    let call = server.anonymous().with_header("content-type", "application/json");
    let answer = call.send_bytes(reqwest::Method::POST, "/hooks/kept", b"{\"number\": 5}".to_vec()).await;
    assert_eq!(answer.expect(200), json!({ "double": 10 }));
}

#[tokio::test]
async fn a_waiting_run_goes_on_after_a_restart() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "pause", "type": "wait", "params": { "ms": 1_500 } },
        { "id": "after", "type": "set", "params": { "fields": { "name": "{{ steps.start.name }}" } } }
    ]);
    let workflow = api.publish(document("Pause", nodes, "start -> pause, pause -> after")).await;
    let run = api.post(&format!("/workflows/{workflow}/runs"), json!({ "input": { "name": "Ada" } })).await.expect(201);
    let server = server.restart().await;
    let ended = server.api().ended(run["id"].as_str().unwrap()).await;
    assert_eq!((&ended["status"], &ended["output"]), (&json!("succeeded"), &json!({ "name": "Ada" })));
}

#[tokio::test]
async fn a_run_that_waits_for_long_is_still_there_and_can_be_cancelled() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(waiting()).await;
    let run = api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
    let server = server.restart().await;
    let path = format!("/runs/{}", run["id"].as_str().unwrap());
    let found = server.api().get(&path).await.expect(200);
    assert!(["running", "waiting"].map(Value::from).contains(&found["status"]), "{found:#}");
    server.api().post(&format!("{path}/cancel"), json!({})).await.expect(202);
    assert_eq!(server.api().ended(run["id"].as_str().unwrap()).await["status"], "cancelled");
}

#[tokio::test]
async fn two_servers_do_not_share_a_data_directory() {
    let server = Server::start().await;
    let refused = weft::app::App::start(server.app().config().clone()).await.unwrap_err();
    assert!(refused.to_string().contains("another"), "{refused}");
    server.api().get("/me").await.expect(200);
}
