//! Live runs.

use serde_json::json;
use weft_tests::Server;
use weft_tests::document::{document, greeting};
use weft_tests::events::{Event, Events};

fn steps(events: &[Event]) -> Vec<(String, String)> {
    let text = |event: &Event, field: &str| event.data[field].as_str().unwrap().to_owned();
    events
        .iter()
        .filter(|event| event.event == "step")
        .map(|event| (text(event, "path"), text(event, "status")))
        .collect()
}

#[tokio::test]
async fn a_finished_run_is_replayed_and_the_stream_ends() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(greeting()).await;
    let run = api.run(&workflow, json!({ "name": "Ada" })).await;
    let path = format!("/runs/{}/events", run["id"].as_str().unwrap());
    let events = Events::of(api.stream(&path).await).rest().await;
    let ok = |path: &str| (path.to_owned(), "succeeded".to_owned());
    assert_eq!(steps(&events), [ok("start"), ok("greet")]);
    let last = events.last().unwrap();
    assert_eq!((last.event.as_str(), &last.data), ("run", &run));
    assert!(events[0].data.get("logs").is_none());
    let seen = last.id.clone().unwrap();
    let resumed = Events::of(api.with_header("last-event-id", &seen).stream(&path).await).rest().await;
    assert_eq!(steps(&resumed), []);
    assert_eq!(resumed.last().unwrap().data, run);
}

#[tokio::test]
async fn a_live_run_is_followed_to_its_end() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "pause", "type": "wait", "params": { "ms": 300 } },
        { "id": "after", "type": "set", "params": { "fields": { "done": true } } }
    ]);
    let workflow = api.publish(document("Live", nodes, "start -> pause, pause -> after")).await;
    let mut runs = Events::of(api.stream(&format!("/workflows/{workflow}/events")).await);
    let run = api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
    let events = Events::of(api.stream(&format!("/runs/{}/events", run["id"].as_str().unwrap())).await).rest().await;
    let steps = steps(&events);
    let place = |path: &str, status: &str| steps.iter().position(|step| *step == (path.to_owned(), status.to_owned()));
    assert!(place("pause", "waiting") < place("pause", "succeeded"), "{steps:?}");
    assert!(place("pause", "succeeded") <= place("after", "succeeded"), "{steps:?}");
    assert_eq!(events.last().unwrap().data["output"], json!({ "done": true }));

    let mut statuses = Vec::new();
    while statuses.last().is_none_or(|status| *status != json!("succeeded")) {
        let event = runs.next().await.unwrap();
        assert_eq!((event.event.as_str(), &event.data["id"]), ("run", &run["id"]));
        statuses.push(event.data["status"].clone());
    }
    let mut once = statuses.clone();
    once.dedup();
    assert_eq!(statuses, once, "each status is told once");
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(greeting()).await;
    let events = Events::of(api.stream(&format!("/workflows/{workflow}/events")).await);
    let (server, events) = tokio::join!(server.restart(), events.rest());
    assert_eq!(events, []);
    server.api().get("/me").await.expect(200);
}
