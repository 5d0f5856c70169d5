//! Triggers of plugins, what plugins keep, and what they are asked while somebody draws. The plugin does what it is told.

use reqwest::Method;
use serde_json::{Value, json};
use weft_tests::document::document;
use weft_tests::events::Events;
use weft_tests::{Answer, Api, Server, fresh_data_dir};

use crate::binary::Process;

const HOSTILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/hostile/hostile.wasm");

/// Uploads and grants the plugin.
async fn install(api: &Api) {
    let component = std::fs::read(HOSTILE).expect("`just plugins` built it");
    let upload = api.with_header("content-type", "application/wasm");
    upload.send_bytes(Method::POST, "/api/v1/plugins", component).await.expect(201);
    api.post("/plugins/hostile/versions/1.0.0/grant", json!({})).await.expect(200);
}

fn triggered(name: &str, trigger: &str, params: Value) -> Value {
    let nodes = json!([
        { "id": "found", "type": format!("hostile/{trigger}"), "params": params },
        { "id": "note", "type": "set", "params": { "fields": { "id": "{{ input.id }}" } } }
    ]);
    document(name, nodes, "found -> note")
}

/// The ids that the next runs of a workflow were started with, in order.
async fn noted(api: &Api, events: &mut Events, runs: usize) -> Vec<Value> {
    let mut noted = Vec::new();
    while noted.len() < runs {
        let event = events.next().await.expect("runs come");
        assert_ne!(event.data["status"], "failed", "{:#}", event.data);
        if event.data["status"] == "succeeded" {
            let run = api.get(&format!("/runs/{}", event.data["id"].as_str().unwrap())).await.expect(200);
            assert_eq!(run["trigger"]["node"], "found");
            noted.push(run["output"]["id"].clone());
        }
    }
    noted.sort_by_key(Value::to_string);
    noted
}

async fn runs_of(api: &Api, workflow: &str) -> usize {
    let list = api.get(&format!("/runs?workflow={workflow}&limit=100")).await.expect(200);
    list["items"].as_array().unwrap().len()
}

async fn triggers_of(api: &Api, workflow: &str) -> Value {
    api.get(&format!("/workflows/{workflow}/triggers")).await.expect(200)["items"].clone()
}

async fn publish_changed(api: &Api, workflow: &str, document: &Value) {
    api.with_header("if-match", "*").put(&format!("/workflows/{workflow}/draft"), document.clone()).await.expect(200);
    api.post(&format!("/workflows/{workflow}/publish"), json!({})).await.expect(200);
}

#[tokio::test]
async fn each_item_that_a_poll_finds_starts_a_run_once() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let found = |items: Value| triggered("Polled", "found", json!({ "items": items }));
    let workflow = api.create(found(json!([{ "id": 1 }, { "id": 2 }]))).await;
    let mut events = Events::of(api.stream(&format!("/workflows/{workflow}/events")).await);
    api.post(&format!("/workflows/{workflow}/publish"), json!({})).await.expect(200);
    assert_eq!(noted(&api, &mut events, 2).await, [json!(1), json!(2)]);
    let triggers = triggers_of(&api, &workflow).await;
    let told = (&triggers[0]["type"], &triggers[0]["kind"], &triggers[0]["state"], &triggers[0]["node"]);
    assert_eq!(told, (&json!("hostile/found"), &json!("poll"), &json!("working"), &json!("found")));
    let (last, next) = (triggers[0]["last_ms"].as_i64().unwrap(), triggers[0]["next_ms"].as_i64().unwrap());
    assert_eq!(next - last, 10_000);

    // Other parameters begin anew, and what was seen before still is no news.
    publish_changed(&api, &workflow, &found(json!([{ "id": 2 }, { "id": 3 }]))).await;
    assert_eq!(noted(&api, &mut events, 1).await, [json!(3)]);
    assert_eq!(runs_of(&api, &workflow).await, 3);
    api.post(&format!("/workflows/{workflow}/unpublish"), json!({})).await.expect(204);
    assert_eq!(triggers_of(&api, &workflow).await, json!([]));
}

#[tokio::test]
async fn what_does_not_fit_into_one_poll_follows_at_once() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let workflow = api.create(triggered("Pages", "found", json!({ "pages": 4 }))).await;
    let mut events = Events::of(api.stream(&format!("/workflows/{workflow}/events")).await);
    api.post(&format!("/workflows/{workflow}/publish"), json!({})).await.expect(200);
    assert_eq!(noted(&api, &mut events, 4).await, [json!(1), json!(2), json!(3), json!(4)]);
}

#[tokio::test]
async fn a_poll_that_fails_is_told_and_tried_again_later() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let mut failing = triggered("Failing", "found", json!({ "fails": true }));
    let workflow = api.publish(failing.clone()).await;
    let told = loop {
        let triggers = triggers_of(&api, &workflow).await;
        if triggers[0]["state"] != "connecting" {
            break triggers[0].clone();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((&told["state"], &told["error"]["code"]), (&json!("failing"), &json!("failed")), "{told:#}");
    assert!(told["next_ms"].as_i64().unwrap() - told["last_ms"].as_i64().unwrap() >= 10_000);
    assert_eq!(runs_of(&api, &workflow).await, 0);

    let mut events = Events::of(api.stream(&format!("/workflows/{workflow}/events")).await);
    failing["nodes"][0]["params"] = json!({ "items": [{ "id": 9 }] });
    publish_changed(&api, &workflow, &failing).await;
    assert_eq!(noted(&api, &mut events, 1).await, [json!(9)]);
    assert_eq!(triggers_of(&api, &workflow).await[0]["state"], "working");
}

#[tokio::test]
async fn a_sample_starts_nothing() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let workflow = api.create(triggered("Sampled", "found", json!({ "items": [{ "id": 1 }] }))).await;
    let sample = async |node: &str| api.post(&format!("/workflows/{workflow}/sample"), json!({ "node": node })).await;
    assert_eq!(sample("found").await.expect(200), json!({ "items": [{ "id": 1 }] }));
    assert_eq!(sample("note").await.refused(422, "no_such_trigger")["field"], "node");
    let mut events = Events::of(api.stream(&format!("/workflows/{workflow}/events")).await);
    api.post(&format!("/workflows/{workflow}/publish"), json!({})).await.expect(200);
    assert_eq!(noted(&api, &mut events, 1).await, [json!(1)], "the sample was not remembered");
}

#[tokio::test]
async fn wherever_a_server_dies_each_item_starts_one_run() {
    for point in ["poll.before:2", "poll.after:1", "poll.after:3", "poll.stored:2"] {
        let data = fresh_data_dir().await;
        let server = Process::start_with(data.path(), &[("WEFT_FAIL_AT", point)]).await;
        install(&server.api()).await;
        let workflow = server.api().create(triggered("Pages", "found", json!({ "pages": 4 }))).await;
        let (api, publish) = (server.api(), format!("/workflows/{workflow}/publish"));
        // The server may die before it answers; then there is nobody to be told.
        let publishing = tokio::spawn(async move { api.post(&publish, json!({})).await.status });
        server.died().await;
        let _ = publishing.await;

        let server = Process::start(data.path()).await;
        let api = server.api();
        if triggers_of(&api, &workflow).await == json!([]) {
            api.post(&format!("/workflows/{workflow}/publish"), json!({})).await.expect(200);
        }
        while runs_of(&api, &workflow).await < 4 || triggers_of(&api, &workflow).await[0]["state"] != "working" {
            tokio::task::yield_now().await;
        }
        let list = api.get(&format!("/runs?workflow={workflow}&limit=100")).await.expect(200);
        let mut ids = Vec::new();
        for run in list["items"].as_array().unwrap() {
            ids.push(api.ended(run["id"].as_str().unwrap()).await["output"]["id"].clone());
        }
        ids.sort_by_key(Value::to_string);
        assert_eq!(ids, [1, 2, 3, 4], "{point}");
        server.kill().await;
    }
}

/// Sends a request to the address of a trigger.
async fn knock(server: &Server, url: &str, body: Value) -> Answer {
    let path = &url[url.find("/triggers/").expect("it is the address of a trigger")..];
    server.anonymous().send_bytes(Method::POST, path, body.to_string().into_bytes()).await
}

/// The address of a workflow's trigger, once the service was told of it.
async fn address(api: &Api, workflow: &str) -> String {
    loop {
        let triggers = triggers_of(api, workflow).await;
        if triggers[0]["state"] == "working" {
            assert_eq!(triggers[0]["subscribes"], true);
            return triggers[0]["url"].as_str().unwrap().to_owned();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_plugin_says_what_a_request_means() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let workflow = api.publish(triggered("Knocked", "knock", json!({}))).await;
    let url = address(&api, &workflow).await;
    let mut events = Events::of(api.stream(&format!("/workflows/{workflow}/events")).await);
    let taken = knock(&server, &url, json!({ "do": "accept", "items": [{ "id": 1 }, { "id": 2 }] })).await;
    assert_eq!(taken.expect(202), json!("taken"));
    // They are stored before the reply is sent.
    assert_eq!(runs_of(&api, &workflow).await, 2);
    assert_eq!(noted(&api, &mut events, 2).await, [json!(1), json!(2)]);

    let answered = knock(&server, &format!("{url}/some/where"), json!({})).await.expect(200);
    assert_eq!(answered, json!({ "method": "POST", "suffix": "some/where" }));
    knock(&server, &url, json!({ "do": "reject" })).await.refused(401, "request_rejected");
    let failed = knock(&server, &url, json!({ "do": "fail" })).await.refused(422, "plugin_refused");
    assert!(failed["detail"].as_str().unwrap().contains("purpose"), "{failed:#}");
    knock(&server, &url, json!({ "do": "loop" })).await.refused(502, "plugin_failed");
    let reached = knock(&server, &url, json!({ "do": "network", "url": "https://api.example.com" })).await.expect(200);
    assert!(reached.as_str().unwrap().contains("has no network"), "{reached}");
    for counted in [1, 2] {
        knock(&server, &url, json!({ "do": "count" })).await.expect(202);
        assert_eq!(noted(&api, &mut events, 1).await, [json!(counted)]);
    }

    for unknown in ["0", &"0".repeat(32), "a/b"] {
        let path = format!("{}/triggers/{unknown}", server.url());
        knock(&server, &path, json!({})).await.refused(404, "no_such_webhook");
    }
    api.post(&format!("/workflows/{workflow}/publish"), json!({})).await.expect(200);
    assert_eq!(address(&api, &workflow).await, url, "an address stays");
    api.post(&format!("/workflows/{workflow}/unpublish"), json!({})).await.expect(204);
    knock(&server, &url, json!({})).await.refused(404, "no_such_webhook");
}

#[tokio::test]
async fn what_a_step_keeps_is_there_in_the_next_run() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let counting = |action: &str| {
        let nodes =
            json!([{ "id": "start", "type": "manual" }, { "id": "count", "type": format!("hostile/{action}") }]);
        document("Counts", nodes, "start -> count")
    };
    let workflow = api.publish(counting("count")).await;
    let other = api.publish(counting("count")).await;
    assert_eq!(api.run(&workflow, Value::Null).await["output"], 1);
    assert_eq!(api.run(&workflow, Value::Null).await["output"], 2);
    assert_eq!(api.run(&other, Value::Null).await["output"], 1, "another workflow keeps its own");
    for failing in ["count_then_trap", "count_then_fail"] {
        publish_changed(&api, &workflow, &counting(failing)).await;
        assert_eq!(api.run(&workflow, Value::Null).await["status"], "failed");
    }
    publish_changed(&api, &workflow, &counting("count")).await;
    let server = server.restart().await;
    assert_eq!(server.api().run(&workflow, Value::Null).await["output"], 3);
}

#[tokio::test]
async fn runs_that_count_at_the_same_time_count_all() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "each", "type": "for_each", "params": { "list": "{{ [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }}", "parallel": 12 } },
        { "id": "count", "type": "hostile/count", "inside": "each" }
    ]);
    let workflow = api.publish(document("Counts", nodes, "start -> each")).await;
    let run = api.run(&workflow, Value::Null).await;
    let mut counted: Vec<i64> = run["output"].as_array().unwrap().iter().map(|count| count.as_i64().unwrap()).collect();
    counted.sort_unstable();
    assert_eq!(counted, (1..=12).collect::<Vec<i64>>());
}

#[tokio::test]
async fn plugins_are_asked_for_choices_and_schemas() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let options = async |field: &str, node_type: &str| {
        let asked = json!({ "type": node_type, "field": field, "params": { "a": "{{ 1 }}" }, "search": "ab" });
        api.post("/node-types/options", asked).await
    };
    let choices = options("one", "hostile/count").await.expect(200);
    assert_eq!((&choices["items"][0]["value"], &choices["items"][0]["hint"]), (&json!(1), &json!("ab")));
    assert_eq!(choices["next"], 2);
    let endless = options("loop", "hostile/count").await.refused(502, "plugin_failed");
    assert!(endless["detail"].as_str().unwrap().contains("cpu_limit"), "{endless:#}");
    assert_eq!(options("one", "set").await.refused(422, "plugin_refused")["pointer"], "/type");
    options("one", "acme/none").await.refused(422, "plugin_refused");
    let schema = json!({ "type": "hostile/count", "field": "good" });
    assert_eq!(api.post("/node-types/schema", schema).await.expect(200), json!({ "schema": { "type": "string" } }));

    let credential = json!({ "name": "mine", "title": "Mine", "plugin": "hostile", "slot": "bot",
        "fields": { "token": "t0ken-t0ken", "team": "red", "key": "k3y-k3y" } });
    let id = api.post("/credentials", credential).await.expect(201)["id"].as_str().unwrap().to_owned();
    let report = api.post(&format!("/credentials/{id}/test"), json!({})).await.expect(200);
    assert_eq!((&report["works"], &report["message"]), (&json!(true), &json!("bot works")));
}

#[tokio::test]
async fn a_plugin_stays_while_a_run_of_an_older_revision_needs_it() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let with = |node_type: &str, params: Value| {
        let nodes = json!([
            { "id": "start", "type": "manual" },
            { "id": "hold", "type": "wait", "params": { "event": "go" } },
            { "id": "last", "type": node_type, "params": params }
        ]);
        document("Waits", nodes, "start -> hold, hold -> last")
    };
    let workflow = api.publish(with("hostile/count", json!({}))).await;
    let run = api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
    publish_changed(&api, &workflow, &with("text/hash", json!({ "text": "a" }))).await;
    let remove = async || api.delete("/plugins/hostile/versions/1.0.0").await;
    let refused = remove().await.refused(409, "plugin_in_use");
    assert_eq!(refused["workflows"], json!([{ "id": workflow, "name": "Waits" }]));
    let run = run["id"].as_str().unwrap();
    api.post(&format!("/runs/{run}/cancel"), json!({})).await.expect(202);
    assert_eq!(api.ended(run).await["status"], "cancelled");
    remove().await.expect(204);
}

#[tokio::test]
async fn a_plugin_stays_until_services_forget_its_triggers() {
    let server = Server::start().await;
    let api = server.api();
    install(&api).await;
    let workflow = api.publish(triggered("Knocked", "knock", json!({}))).await;
    address(&api, &workflow).await;
    api.delete("/plugins/hostile/versions/1.0.0").await.refused(409, "plugin_in_use");
    api.delete(&format!("/workflows/{workflow}")).await.expect(204);
    let removed = loop {
        let answer = api.delete("/plugins/hostile/versions/1.0.0").await;
        if answer.status == 204 {
            break answer;
        }
        assert_eq!(answer.refused(409, "plugin_in_use")["workflows"][0]["name"], "a deleted workflow");
    };
    removed.expect(204);
}
