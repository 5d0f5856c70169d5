//! Making, listing, renaming, copying and deleting workflows.

use serde_json::{Value, json};
use weft_tests::document::{greeting, waiting, webhook};
use weft_tests::{Api, Server};

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

async fn read(api: &Api, id: &str) -> Value {
    api.get(&format!("/workflows/{id}")).await.expect(200)
}

#[tokio::test]
async fn a_workflow_begins_empty_or_with_a_document() {
    let server = Server::start().await;
    let api = server.api();
    let created = api.post("/workflows", json!({ "name": "  Empty " })).await;
    let body = created.expect(201);
    assert_eq!(body["name"], "Empty");
    assert_eq!(body["published_revision"], Value::Null);
    assert_eq!(body["draft"]["document"]["nodes"], json!([]));
    assert_eq!(body["draft"]["etag"], created.header("etag"));
    assert_eq!(created.header("location"), format!("/api/v1/workflows/{}", body["id"].as_str().unwrap()));

    let id = api.create(greeting()).await;
    let found = read(&api, &id).await;
    assert_eq!(found["draft"]["document"]["nodes"], greeting()["nodes"]);
    assert_eq!(found["id"], *id);
    assert!(found["created_at_ms"].as_i64().unwrap() > 1_700_000_000_000);
}

#[tokio::test]
async fn lists_come_page_by_page_and_can_be_searched() {
    let server = Server::start().await;
    let api = server.api();
    for number in 1..=5 {
        api.post("/workflows", json!({ "name": format!("Number {number}") })).await.expect(201);
    }
    let first = api.get("/workflows?limit=2").await.expect(200);
    assert_eq!(names(&first), ["Number 5", "Number 4"]);
    let cursor = first["next"].as_str().unwrap();
    let second = api.get(&format!("/workflows?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(names(&second), ["Number 3", "Number 2"]);
    let cursor = second["next"].as_str().unwrap();
    let last = api.get(&format!("/workflows?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!((names(&last), &last["next"]), (vec!["Number 1"], &Value::Null));
    assert_eq!(names(&api.get("/workflows?search=NUMBER%203").await.expect(200)), ["Number 3"]);
    assert_eq!(names(&api.get("/workflows?search=nothing").await.expect(200)), Vec::<&str>::new());
}

#[tokio::test]
async fn a_list_tells_triggers_and_how_runs_went() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.publish(webhook("numbers", "at_once")).await;
    let run = api.run(&id, json!({ "body": { "number": 2 } })).await;
    api.run(&id, json!({ "body": null })).await;
    let list = api.get("/workflows").await.expect(200);
    let item = &list["items"][0];
    assert_eq!(item["triggers"], json!([{ "node": "hook", "type": "webhook", "label": "POST /hooks/numbers" }]));
    assert_eq!(item["published_revision"], 1);
    assert_eq!(run["status"], "succeeded");
    assert_eq!(item["run_counts"]["succeeded"].as_i64().unwrap() + item["run_counts"]["failed"].as_i64().unwrap(), 2);
    assert_ne!(item["last_run"]["id"], run["id"]);
    assert!(item.get("draft").is_none());
}

#[tokio::test]
async fn renaming_changes_the_draft_but_makes_nobodys_copy_stale() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(greeting()).await;
    let before = read(&api, &id).await;
    let renamed = api.patch(&format!("/workflows/{id}"), json!({ "name": "Welcome" })).await.expect(200);
    assert_eq!(renamed["name"], "Welcome");
    assert_eq!(renamed["draft"]["document"]["name"], "Welcome");
    assert_eq!(renamed["draft"]["etag"], before["draft"]["etag"]);
    for name in ["", "   ", &"x".repeat(201)] {
        let refused =
            api.patch(&format!("/workflows/{id}"), json!({ "name": name })).await.refused(422, "invalid_name");
        assert_eq!(refused["field"], "name");
    }
}

#[tokio::test]
async fn a_copy_is_a_workflow_of_its_own() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.publish(greeting()).await;
    let copy = api.post(&format!("/workflows/{id}/duplicate"), json!({})).await.expect(201);
    assert_eq!(copy["name"], "Greeting (copy)");
    assert_eq!(copy["published_revision"], Value::Null);
    assert_eq!(copy["draft"]["document"]["nodes"], greeting()["nodes"]);
    assert_ne!(copy["id"], *id);
}

#[tokio::test]
async fn deleting_stops_everything_and_keeps_the_history() {
    let server = Server::start().await;
    let api = server.api();
    let hook = api.publish(webhook("gone", "at_once")).await;
    let ran = api.run(&hook, json!({ "body": { "number": 1 } })).await;
    api.delete(&format!("/workflows/{hook}")).await.expect(204);
    api.get(&format!("/workflows/{hook}")).await.refused(404, "workflow_not_found");
    api.delete(&format!("/workflows/{hook}")).await.refused(404, "workflow_not_found");
    let sent = server.anonymous().send_bytes(reqwest::Method::POST, "/hooks/gone", Vec::new()).await;
    sent.refused(404, "no_such_webhook");
    let id = ran["id"].as_str().unwrap();
    assert_eq!(api.get(&format!("/runs/{id}")).await.expect(200)["output"], ran["output"]);

    let waiting = api.publish(waiting()).await;
    let run = api.post(&format!("/workflows/{waiting}/runs"), json!({})).await.expect(201);
    api.delete(&format!("/workflows/{waiting}")).await.expect(204);
    let run = run["id"].as_str().unwrap();
    assert_eq!(api.get(&format!("/runs/{run}")).await.expect(200)["workflow_id"], *waiting);
}
