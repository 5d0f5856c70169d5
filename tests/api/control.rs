//! Stopping runs and doing them again, how many may go at once, and what follows from a failure.

use std::time::Duration;

use serde_json::{Value, json};
use weft_tests::document::{document, greeting};
use weft_tests::{Api, Outside, Server};

fn id(run: &Value) -> &str {
    run["id"].as_str().unwrap()
}

async fn steps(api: &Api, run: &str) -> Vec<(String, String)> {
    let steps = api.get(&format!("/runs/{run}/steps")).await.expect(200);
    let told = |step: &Value| (step["path"].as_str().unwrap().to_owned(), step["status"].as_str().unwrap().to_owned());
    steps.as_array().unwrap().iter().map(told).collect()
}

async fn start(api: &Api, workflow: &str, input: Value) -> String {
    let run = api.post(&format!("/workflows/{workflow}/runs"), json!({ "input": input })).await.expect(201);
    id(&run).to_owned()
}

fn with_settings(mut document: Value, settings: Value) -> Value {
    document["settings"] = settings;
    document
}

/// Waits for the signal `go`.
fn parks(settings: Value) -> Value {
    let nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "pause", "type": "wait", "params": { "event": "go" } }]);
    with_settings(document("Parks", nodes, "start -> pause"), settings)
}

async fn status(api: &Api, run: &str) -> String {
    api.get(&format!("/runs/{run}")).await.expect(200)["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_loop_goes_round_until_its_condition_fails_or_it_is_broken() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "grow", "type": "while", "params": { "condition": "{{ item.n < input.n + 5 && index < 50 }}" } },
        { "id": "add", "type": "set", "inside": "grow", "params": { "fields": { "n": "{{ item.n + 2 }}" } } }
    ]);
    let workflow = api.publish(document("Grows", nodes, "start -> grow")).await;
    assert_eq!(api.run(&workflow, json!({ "n": 1 })).await["output"]["n"], 101);
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "each", "type": "for_each", "params": { "list": "{{ input }}" } },
        { "id": "found", "type": "if", "inside": "each", "params": { "condition": "{{ item == 3 }}" } },
        { "id": "enough", "type": "break", "inside": "each" },
        { "id": "keep", "type": "set", "inside": "each", "params": { "fields": { "kept": "{{ item }}" } } }
    ]);
    let edges = "start -> each, found -true-> enough, found -false-> keep";
    let workflow = api.publish(document("Finds", nodes, edges)).await;
    let output = api.run(&workflow, json!([1, 2, 3, 4])).await["output"].clone();
    assert_eq!((output.as_array().map(Vec::len), &output[1]), (Some(3), &json!({ "kept": 2 })));
}

#[tokio::test]
async fn a_failed_run_goes_on_where_it_failed_under_the_same_key() {
    let (server, outside) = (Server::start().await, Outside::start().await);
    let api = server.api();
    let request =
        |path: &str| json!({ "method": "POST", "url": format!("{}/{path}", outside.url()), "body": "{{ input }}" });
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "charge", "type": "http/request", "params": request("charge") },
        { "id": "ship", "type": "http/request", "params": request("ship") },
        { "id": "done", "type": "set", "params": { "fields": { "status": "{{ input.status }}" } } }
    ]);
    let workflow = api.publish(document("Orders", nodes, "start -> charge, charge -> ship, ship -> done")).await;
    outside.answer("POST", "/ship", 500, json!({}));
    let failed = api.run(&workflow, json!({ "order": 7 })).await;
    assert_eq!((&failed["status"], &failed["error"]["node"]), (&json!("failed"), &json!("ship")));
    outside.answer("POST", "/ship", 200, json!({}));
    let retried = api.post(&format!("/runs/{}/retry", id(&failed)), json!({})).await.expect(201);
    assert_eq!(retried["retry_of"], failed["id"]);
    assert_eq!(api.ended(id(&retried)).await["output"], json!({ "status": 200 }));
    let ledger = outside.ledger();
    let paths: Vec<_> = ledger.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, ["/charge", "/ship", "/ship"], "what had finished is not done again");
    let key = |place: usize| ledger[place].headers["idempotency-key"].clone();
    assert_eq!(key(1), key(2));
    api.post(&format!("/runs/{}/retry", id(&retried)), json!({})).await.refused(409, "nothing_failed");

    let again = api.post(&format!("/runs/{}/retry", id(&retried)), json!({ "from": "ship" })).await.expect(201);
    api.ended(id(&again)).await;
    let ledger = outside.ledger();
    assert_eq!((ledger.len(), ledger[3].path.as_str()), (4, "/ship"));
    assert_ne!(ledger[3].headers["idempotency-key"], ledger[2].headers["idempotency-key"], "repeated on purpose");
    api.post(&format!("/runs/{}/retry", id(&retried)), json!({ "from": "nobody" }))
        .await
        .refused(422, "no_such_trigger");
}

#[tokio::test]
async fn a_cancelled_run_stops_its_calls_and_cleans_up() {
    let (server, outside) = (Server::start().await, Outside::start().await);
    let api = server.api();
    outside.hold("/slow");
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "slow", "type": "http/request", "params": { "method": "GET", "url": format!("{}/slow", outside.url()) } },
        { "id": "stopped", "type": "on_cancel" },
        { "id": "undo", "type": "http/request", "params": { "method": "POST", "url": format!("{}/undo", outside.url()), "body": "{{ input.reason }}" } }
    ]);
    let workflow = api.publish(document("Cleans", nodes, "start -> slow, stopped -> undo")).await;
    let run = start(&api, &workflow, json!(1)).await;
    outside.asked("/slow").await;
    let asked_at = tokio::time::Instant::now();
    api.post(&format!("/runs/{run}/cancel"), json!({})).await.expect(202);
    assert_eq!(api.ended(&run).await["status"], "cancelled");
    assert!(asked_at.elapsed() < Duration::from_secs(10), "the call was cut off, not waited for");
    assert_eq!(outside.ledger().last().unwrap().path, "/undo");
    let told = steps(&api, &run).await;
    assert!(
        told.contains(&("undo".into(), "succeeded".into())) && told.contains(&("slow".into(), "cancelled".into())),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_run_that_never_started_is_not_cleaned_up_after() {
    let server = Server::start().await;
    let api = server.api();
    let mut document = parks(json!({ "concurrency": 1 }));
    document["nodes"].as_array_mut().unwrap().push(json!({ "id": "stopped", "type": "on_cancel" }));
    let workflow = api.publish(document).await;
    let (first, queued) = (start(&api, &workflow, json!(1)).await, start(&api, &workflow, json!(2)).await);
    assert_eq!(status(&api, &queued).await, "queued");
    for run in [&queued, &first] {
        api.post(&format!("/runs/{run}/cancel"), json!({})).await.expect(202);
        assert_eq!(api.ended(run).await["status"], "cancelled");
    }
    let cleans_up = async |run: &str| steps(&api, run).await.iter().any(|(path, _)| path == "stopped");
    assert_eq!((cleans_up(&queued).await, cleans_up(&first).await), (false, true));
}

#[tokio::test]
async fn a_clean_up_that_fails_is_told_of() {
    let server = Server::start().await;
    let api = server.api();
    for (settings, ended_as, code) in
        [(json!({}), "cancelled", "clean_up_failed"), (json!({ "run_timeout_ms": 200 }), "failed", "run_timeout")]
    {
        let mut document = parks(settings.clone());
        let nodes = document["nodes"].as_array_mut().unwrap();
        nodes.push(json!({ "id": "stopped", "type": "on_cancel" }));
        nodes.push(json!({ "id": "undo", "type": "fail", "params": { "message": "no such booking" } }));
        document["edges"].as_array_mut().unwrap().push(json!({ "from": "stopped", "to": "undo" }));
        let workflow = api.publish(document).await;
        let run = start(&api, &workflow, json!(1)).await;
        if settings == json!({}) {
            api.post(&format!("/runs/{run}/cancel"), json!({})).await.expect(202);
        }
        let ended = api.ended(&run).await;
        assert_eq!((&ended["status"], &ended["error"]["code"]), (&json!(ended_as), &json!(code)));
        assert!(
            ended["error"]["message"].as_str().unwrap().contains("its clean-up failed: no such booking"),
            "{ended}"
        );
        assert!(steps(&api, &run).await.contains(&("undo".into(), "failed".into())));
    }
}

#[tokio::test]
async fn a_run_with_too_long_a_history_is_stopped_also_across_a_restart() {
    let server = Server::start().await;
    let api = server.api();
    let spin = |id: &str, turns: u32| {
        json!([
            { "id": id, "type": "while", "params": { "condition": format!("{{{{ index < {turns} }}}}"), "max_turns": 50_000 } },
            { "id": format!("in_{id}"), "type": "set", "inside": id, "params": { "fields": {} } }
        ])
    };
    let mut nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "go", "type": "wait", "params": { "event": "go" } }]);
    for spin in [spin("first", 12_000), spin("second", 50_000)] {
        nodes.as_array_mut().unwrap().extend(spin.as_array().unwrap().clone());
    }
    let workflow = api.publish(document("Spins", nodes, "start -> first, first -> go, go -> second")).await;
    let run = start(&api, &workflow, json!({})).await;
    let mut events = weft_tests::events::Events::of(api.stream(&format!("/runs/{run}/events")).await);
    while events.next().await.expect("it comes to wait").data["status"] != "waiting" {}
    let server = server.restart().await;
    let api = server.api();
    let waits = api.get(&format!("/runs/{run}")).await.expect(200);
    assert!(waits["events"].as_u64() > Some(24_000) && waits["warning"].is_string(), "{waits}");
    api.post(&format!("/runs/{run}/signals/go"), json!({})).await.expect(202);
    let ended = api.ended(&run).await;
    assert_eq!((&ended["error"]["kind"], &ended["error"]["code"]), (&json!("limit"), &json!("history_limit")));
    let events = ended["events"].as_u64().unwrap();
    assert!((50_000..60_000).contains(&events) && ended["warning"].is_null(), "{ended}");
}

/// Publishes a workflow that calls one that parks, and starts it. Answers both runs once the called one waits.
async fn calls_one_that_parks(api: &Api, call: Value, more: Value, edges: &str) -> (String, String) {
    let called = api.publish(parks(json!({}))).await;
    let mut nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "call", "type": "call_workflow", "params": { "workflow": called } }
    ]);
    nodes[1]["params"].as_object_mut().unwrap().extend(call.as_object().cloned().unwrap_or_default());
    nodes.as_array_mut().unwrap().extend(more.as_array().cloned().unwrap_or_default());
    let caller = api.publish(document("Calls", nodes, edges)).await;
    let mut events = weft_tests::events::Events::of(api.stream(&format!("/workflows/{called}/events")).await);
    let run = start(api, &caller, json!(1)).await;
    loop {
        let event = events.next().await.unwrap();
        if event.data["status"] == "waiting" {
            return (run, id(&event.data).to_owned());
        }
    }
}

#[tokio::test]
async fn a_cancelled_caller_cancels_the_run_it_waits_for() {
    let server = Server::start().await;
    let api = server.api();
    let (run, child) = calls_one_that_parks(&api, json!({}), json!([]), "start -> call").await;
    api.post(&format!("/runs/{run}/cancel"), json!({})).await.expect(202);
    assert_eq!(api.ended(&run).await["status"], "cancelled");
    assert_eq!(api.ended(&child).await["status"], "cancelled");
}

#[tokio::test]
async fn a_caller_that_fails_elsewhere_or_waits_no_longer_cancels_the_run_it_called() {
    let server = Server::start().await;
    let api = server.api();
    let fails = json!([{ "id": "go", "type": "wait", "params": { "event": "go" } }, { "id": "no", "type": "fail", "params": { "message": "no" } }]);
    let (run, child) = calls_one_that_parks(&api, json!({}), fails, "start -> call, start -> go, go -> no").await;
    api.post(&format!("/runs/{run}/signals/go"), json!({})).await.expect(202);
    assert_eq!(api.ended(&run).await["error"]["node"], "no");
    assert_eq!(api.ended(&child).await["status"], "cancelled");

    let (run, child) = calls_one_that_parks(&api, json!({ "timeout_ms": 500 }), json!([]), "start -> call").await;
    assert_eq!(api.ended(&run).await["error"]["node"], "call");
    assert_eq!(api.ended(&child).await["status"], "cancelled");
}

#[tokio::test]
async fn runs_wait_for_their_turn_also_over_a_restart() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(parks(json!({ "concurrency": 1 }))).await;
    let [first, second, third] = [
        start(&api, &workflow, json!(1)).await,
        start(&api, &workflow, json!(2)).await,
        start(&api, &workflow, json!(3)).await,
    ];
    assert_eq!([status(&api, &second).await, status(&api, &third).await], ["queued", "queued"]);
    api.post(&format!("/runs/{third}/cancel"), json!({})).await.expect(202);
    assert_eq!(api.ended(&third).await["status"], "cancelled");
    let server = server.restart().await;
    let api = server.api();
    assert_eq!([status(&api, &first).await, status(&api, &second).await], ["waiting", "queued"]);
    api.post(&format!("/runs/{second}/signals/go"), json!({})).await.expect(202);
    api.post(&format!("/runs/{first}/signals/go"), json!({})).await.expect(202);
    assert_eq!(api.ended(&first).await["status"], "succeeded");
    assert_eq!(api.ended(&second).await["status"], "succeeded", "the early signal was kept");
}

#[tokio::test]
async fn one_too_many_is_skipped_or_takes_the_place_of_the_oldest() {
    let server = Server::start().await;
    let api = server.api();
    let skips = api.publish(parks(json!({ "overlap": "skip" }))).await;
    start(&api, &skips, json!(1)).await;
    let skipped = api.run(&skips, json!(2)).await;
    assert_eq!((&skipped["status"], &skipped["error"]["code"]), (&json!("cancelled"), &json!("skipped_overlap")));
    let replaces = api.publish(parks(json!({ "overlap": "cancel_running" }))).await;
    let old = start(&api, &replaces, json!(1)).await;
    let new = start(&api, &replaces, json!(2)).await;
    assert_eq!(api.ended(&old).await["status"], "cancelled");
    api.post(&format!("/runs/{new}/signals/go"), json!({})).await.expect(202);
    assert_eq!(api.ended(&new).await["status"], "succeeded");
}

#[tokio::test]
async fn a_limit_can_be_per_customer() {
    let server = Server::start().await;
    let api = server.api();
    let per_key = json!({ "per_key": { "key": "{{ trigger.customer }}", "limit": 1 } });
    let workflow = api.publish(parks(per_key)).await;
    let ada = start(&api, &workflow, json!({ "customer": "ada" })).await;
    let again = start(&api, &workflow, json!({ "customer": "ada" })).await;
    let bob = start(&api, &workflow, json!({ "customer": "bob" })).await;
    assert_eq!(status(&api, &again).await, "queued");
    assert_ne!(status(&api, &bob).await, "queued");
    api.post(&format!("/runs/{ada}/signals/go"), json!({})).await.expect(202);
    api.ended(&ada).await;
    api.post(&format!("/runs/{again}/signals/go"), json!({})).await.expect(202);
    assert_eq!(api.ended(&again).await["status"], "succeeded");
}

#[tokio::test]
async fn a_failed_run_starts_the_error_workflow_once() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([{ "id": "oops", "type": "error_trigger" }, { "id": "again", "type": "fail", "params": { "message": "worse" } }]);
    let alarm = api.publish(document("Alarm", nodes, "oops -> again")).await;
    let nodes = json!([{ "id": "start", "type": "manual" }, { "id": "no", "type": "fail", "params": { "message": "no stock" } }]);
    let failing = document("Fails", nodes, "start -> no");
    let workflow = api.publish(with_settings(failing, json!({ "on_error_workflow": alarm }))).await;
    let failed = api.run(&workflow, json!({ "order": 7 })).await;
    let runs =
        async || api.get(&format!("/runs?workflow={alarm}")).await.expect(200)["items"].as_array().unwrap().clone();
    let told = api.ended(id(&runs().await[0])).await;
    assert_eq!((&told["trigger"]["kind"], &told["trigger"]["node"]), (&json!("error"), &json!("oops")));
    let input = &told["input"];
    assert_eq!((&input["run"]["id"], &input["run"]["input"]), (&failed["id"], &json!({ "order": 7 })));
    for moment in ["created_at_ms", "started_at_ms"] {
        assert_eq!(input["run"][moment], failed[moment]);
    }
    assert_eq!((&input["error"]["message"], &input["workflow"]["name"]), (&json!("no stock"), &json!("Fails")));
    assert_eq!(runs().await.len(), 1, "the failure of an error workflow starts nothing");
}

#[tokio::test]
async fn a_run_that_takes_too_long_is_stopped() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(parks(json!({ "run_timeout_ms": 50 }))).await;
    let run = start(&api, &workflow, json!(1)).await;
    let ended = api.ended(&run).await;
    assert_eq!((&ended["status"], &ended["error"]["code"]), (&json!("failed"), &json!("run_timeout")));
}

#[tokio::test]
async fn a_failure_can_be_gone_on_with_and_pinned_data_stands_in_for_a_step_of_a_draft() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "no", "type": "set", "on_error": "continue", "params": { "fields": { "a": "{{ input.missing.deep }}" } } },
        { "id": "after", "type": "set", "params": { "fields": { "code": "{{ input.error.code }}" } } }
    ]);
    let workflow = api.publish(document("Goes on", nodes, "start -> no, no -> after")).await;
    let run = api.run(&workflow, json!({})).await;
    assert_eq!(run["status"], "succeeded");
    assert!(run["output"]["code"].is_string());

    let mut pinned = greeting();
    pinned["nodes"][1]["pinned"] = json!({ "text": "pinned" });
    let workflow = api.publish(pinned).await;
    assert_eq!(api.run(&workflow, json!({ "name": "Ada" })).await["output"], json!({ "text": "Hello Ada" }));
    let body = json!({ "draft": true, "wait": true, "input": { "name": "Ada" } });
    let draft = api.post(&format!("/workflows/{workflow}/runs"), body).await.expect(201);
    assert!(steps(&api, id(&draft)).await.iter().all(|(path, _)| path != "greet"), "it did not run");
}

#[tokio::test]
async fn what_was_seen_before_is_told_apart_over_runs() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "new_ones", "type": "dedupe", "params": { "list": "{{ input }}", "key": "{{ item.id }}", "window_ms": 60_000 } },
        { "id": "handle", "type": "set", "params": { "fields": { "ids": "{{ input.map(item => item.id) }}" } } }
    ]);
    let workflow = api.publish(document("Dedupes", nodes, "start -> new_ones, new_ones -new-> handle")).await;
    let run = async |ids: &[u32]| {
        let items: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
        api.run(&workflow, json!(items)).await["output"].clone()
    };
    assert_eq!(run(&[1, 2, 1]).await, json!({ "ids": [1, 2] }));
    assert_eq!(run(&[2, 3]).await, json!({ "ids": [3] }));
    assert_eq!(run(&[3]).await, json!([]), "nothing new leaves by `seen`");
}

#[tokio::test]
async fn many_runs_are_stopped_repeated_and_deleted_at_once() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(parks(json!({}))).await;
    let runs = [start(&api, &workflow, json!(1)).await, start(&api, &workflow, json!(2)).await];
    let bulk = async |body: Value| api.post("/runs/bulk", body).await;
    let refused = bulk(json!({ "action": "delete", "ids": runs })).await.expect(200);
    assert_eq!((&refused["done"], &refused["failed"][1]["code"]), (&json!(0), &json!("run_not_ended")));
    let filter = json!({ "workflow": workflow, "status": "waiting" });
    assert_eq!(
        bulk(json!({ "action": "cancel", "filter": filter })).await.expect(200),
        json!({ "done": 2, "failed": [], "more": false })
    );
    for run in &runs {
        assert_eq!(api.ended(run).await["status"], "cancelled");
    }
    assert_eq!(bulk(json!({ "action": "retry", "ids": runs })).await.expect(200)["done"], 2);
    let again = api.get(&format!("/runs?workflow={workflow}")).await.expect(200)["items"].clone();
    assert_eq!((again.as_array().map(Vec::len), &again[0]["retry_of"]), (Some(4), &json!(runs[1])));
    let mut named = runs.to_vec();
    named.push(format!("run_{}", "0".repeat(32)));
    let deleted = bulk(json!({ "action": "delete", "ids": named })).await.expect(200);
    assert_eq!((&deleted["done"], &deleted["failed"][0]["code"]), (&json!(2), &json!("run_not_found")));
    api.get(&format!("/runs/{}", runs[0])).await.refused(404, "run_not_found");
    bulk(json!({ "action": "cancel" })).await.refused(422, "invalid_body");
    bulk(json!({ "action": "cancel", "ids": runs, "filter": {} })).await.refused(422, "invalid_body");

    let alone = id(&again[1]).to_owned();
    api.delete(&format!("/runs/{alone}")).await.refused(409, "run_not_ended");
    api.post(&format!("/runs/{alone}/cancel"), json!({})).await.expect(202);
    api.ended(&alone).await;
    api.delete(&format!("/runs/{alone}")).await.expect(204);
}
