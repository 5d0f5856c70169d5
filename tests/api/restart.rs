//! What a restart keeps.

use serde_json::{Value, json};
use weft_tests::document::{document, greeting, waiting, webhook};
use weft_tests::events::Events;
use weft_tests::{Outside, Server};

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

#[tokio::test]
async fn a_server_that_stops_says_so_until_its_runs_have_come_to_rest() {
    let server = Server::start().await;
    let outside = Outside::start().await;
    let api = server.api();
    let calls = |path: &str, hook: &str, then: &str| {
        let nodes = json!([
            { "id": "hook", "type": "webhook", "params": { "path": hook, "respond": "at_end" } },
            { "id": "call", "type": "http/request", "params": { "url": format!("{}{path}", outside.url()) } },
            { "id": "told", "type": "set", "params": { "fields": { "told": true } } },
            { "id": "pause", "type": "wait", "params": { "ms": 3_600_000 } }
        ]);
        document(hook, nodes, &format!("hook -> call, call -> {then}"))
    };
    api.publish(calls("/in-time", "in-time", "told")).await;
    api.publish(calls("/waits", "waits", "pause")).await;
    let pause = json!([
        { "id": "hook", "type": "webhook", "params": { "path": "on-disk", "respond": "at_end" } },
        { "id": "pause", "type": "wait", "params": { "ms": 3_600_000 } }
    ]);
    let on_disk = api.publish(document("On disk", pause, "hook -> pause")).await;
    let mut events = Events::of(api.stream(&format!("/workflows/{on_disk}/events")).await);
    ["/in-time", "/waits"].iter().for_each(|path| outside.hold(path));
    let hook = async |path: &str| {
        let path = format!("/hooks/{path}");
        server.anonymous().send_bytes(reqwest::Method::POST, &path, Vec::new()).await
    };
    let stopping = async {
        outside.asked("/in-time").await;
        outside.asked("/waits").await;
        while events.next().await.is_some_and(|event| event.data["status"] != "waiting") {}
        server.ask_to_stop();
        let stranger = server.anonymous();
        let probe = async |path: &str| stranger.send_bytes(reqwest::Method::GET, path, Vec::new()).await;
        assert_eq!(probe("/readyz").await.status, 503);
        assert_eq!(probe("/healthz").await.status, 200);
        let refused = hook("in-time").await;
        refused.refused(503, "shutting_down");
        assert_eq!((refused.header("retry-after"), refused.header("connection")), ("5", "close"));
        ["/in-time", "/waits"].iter().for_each(|path| outside.release(path));
    };
    let (in_time, waits, on_disk, ()) = futures::join!(hook("in-time"), hook("waits"), hook("on-disk"), stopping);
    assert_eq!(in_time.expect(200), json!({ "told": true }));
    let server = server.restart().await;
    for answer in [waits, on_disk] {
        let run = answer.expect(202)["run_id"].as_str().unwrap().to_owned();
        let run = server.api().get(&format!("/runs/{run}")).await.expect(200);
        assert!(run["finished_at_ms"].is_null(), "{run:#}");
    }
}
