//! Servers that are killed while a call is under way: what is done again, what waits for a person, what is given up.

use serde_json::{Value, json};
use weft_tests::document::document;
use weft_tests::events::Events;
use weft_tests::{Api, Outside, fresh_data_dir};

use crate::binary::Process;

/// One call of a path that nobody answers, and what comes after it.
fn calls(outside: &Outside, more: Value) -> Value {
    let url = format!("{}/charge", outside.url());
    let mut charge = json!({ "id": "charge", "type": "http/request", "params": { "method": "POST", "url": url } });
    charge.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let nodes = json!([
        { "id": "start", "type": "manual" },
        charge,
        { "id": "after", "type": "set", "params": { "fields": { "charged": "{{ input.status ?? input.marked }}" } } }
    ]);
    document("Charges", nodes, "start -> charge, charge -> after")
}

async fn start(api: &Api, document: Value) -> String {
    let workflow = api.publish(document).await;
    let run = api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
    run["id"].as_str().unwrap().to_owned()
}

/// Waits until the run's call was interrupted.
async fn interrupted(api: &Api, run: &str) {
    let mut events = Events::of(api.stream(&format!("/runs/{run}/events")).await);
    loop {
        let event = events.next().await.expect("the run goes on");
        if event.data["node"] == "charge" && event.data["waits"]["kind"] == "interrupted" {
            return;
        }
    }
}

#[tokio::test]
async fn a_call_is_made_again_with_the_same_key() {
    let (data, outside) = (fresh_data_dir().await, Outside::start().await);
    let server = Process::start(data.path()).await;
    outside.hold("/charge");
    let run = start(&server.api(), calls(&outside, json!({}))).await;
    outside.asked("/charge").await;
    server.kill().await;
    outside.release("/charge");
    let server = Process::start(data.path()).await;
    assert_eq!(server.api().ended(&run).await["output"], json!({ "charged": 200 }));
    let keys: Vec<String> = outside.ledger().iter().map(|request| request.headers["idempotency-key"].clone()).collect();
    assert_eq!((keys.len(), &keys[0]), (2, &keys[1]));
}

#[tokio::test]
async fn a_call_that_must_not_be_repeated_waits_for_a_person() {
    let (data, outside) = (fresh_data_dir().await, Outside::start().await);
    let server = Process::start(data.path()).await;
    outside.hold("/charge");
    let document = calls(&outside, json!({ "after_crash": "ask" }));
    let workflow = server.api().publish(document).await;
    let mut runs = Vec::new();
    for _ in 0..3 {
        let run = server.api().post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
        runs.push(run["id"].as_str().unwrap().to_owned());
    }
    outside.asked_times("/charge", 3).await;
    server.kill().await;
    outside.release("/charge");
    let server = Process::start(data.path()).await;
    let api = server.api();
    for run in &runs {
        interrupted(&api, run).await;
        let shown = api.get(&format!("/runs/{run}")).await.expect(200);
        assert_eq!((&shown["status"], &shown["incidents"]), (&json!("waiting"), &json!(1)));
    }
    let undecided = async || api.get("/runs?needs_decision=true").await.expect(200)["items"].as_array().unwrap().len();
    assert_eq!(undecided().await, 3);
    assert_eq!(outside.ledger().len(), 3, "nothing was repeated");
    let resolve = async |run: &str, body: Value| api.post(&format!("/runs/{run}/steps/resolve"), body).await;
    resolve(&runs[0], json!({ "path": "after", "resolution": "retry" })).await.refused(409, "step_not_interrupted");
    resolve(&runs[0], json!({ "path": "charge", "resolution": "retry" })).await.expect(202);
    resolve(&runs[1], json!({ "path": "charge", "resolution": "done", "output": { "marked": true } }))
        .await
        .expect(202);
    resolve(&runs[2], json!({ "path": "charge", "resolution": "fail" })).await.expect(202);
    assert_eq!(api.ended(&runs[0]).await["output"], json!({ "charged": 200 }));
    assert_eq!(api.ended(&runs[1]).await["output"], json!({ "charged": true }));
    let failed = api.ended(&runs[2]).await;
    assert_eq!((&failed["error"]["code"], &failed["incidents"]), (&json!("interrupted"), &json!(0)));
    assert_eq!(undecided().await, 0);
    assert_eq!(outside.ledger().len(), 4, "one was done again, because a person said so");
}

#[tokio::test]
async fn a_run_that_waits_when_the_server_dies_is_never_to_blame() {
    let (data, outside) = (fresh_data_dir().await, Outside::start().await);
    let mut server = Process::start(data.path()).await;
    outside.hold("/charge");
    let waits = start(&server.api(), calls(&outside, json!({}))).await;
    for deaths in 1..=3 {
        outside.asked_times("/charge", deaths).await;
        server.kill().await;
        server = Process::start(data.path()).await;
    }
    outside.asked_times("/charge", 4).await;
    server.kill().await;
    outside.release("/charge");
    let server = Process::start(data.path()).await;
    assert_eq!(server.api().ended(&waits).await["status"], "succeeded");
}

#[tokio::test]
async fn a_run_that_was_going_keeps_its_place_over_a_kill() {
    let (data, outside) = (fresh_data_dir().await, Outside::start().await);
    let server = Process::start(data.path()).await;
    outside.hold("/charge");
    let mut document = calls(&outside, json!({}));
    document["settings"] = json!({ "concurrency": 1 });
    let workflow = server.api().publish(document).await;
    let start = async |api: &Api| {
        let run = api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
        run["id"].as_str().unwrap().to_owned()
    };
    let going = start(&server.api()).await;
    outside.asked("/charge").await;
    let in_line = start(&server.api()).await;
    server.kill().await;
    let server = Process::start(data.path()).await;
    let api = server.api();
    let new = start(&api).await;
    outside.asked_times("/charge", 2).await;
    for run in [&in_line, &new] {
        assert_eq!(api.get(&format!("/runs/{run}")).await.expect(200)["status"], "queued");
    }
    // Cancelled while its call is held: released first, it might have ended by itself.
    api.post(&format!("/runs/{going}/cancel"), json!({})).await.expect(202);
    outside.release("/charge");
    for run in [&going, &in_line, &new] {
        api.ended(run).await;
    }
    assert_eq!(outside.ledger().len(), 4, "each made its call, and the first one's was made again");
}
