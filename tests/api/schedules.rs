//! Schedules: when they fire, what is in service, and that they do.

use serde_json::{Value, json};
use weft_tests::document::document;
use weft_tests::events::Events;
use weft_tests::{Api, Server};

fn scheduled(cron: &str) -> Value {
    let nodes = json!([
        { "id": "clock", "type": "schedule", "params": { "cron": cron, "timezone": "Europe/Berlin" } },
        { "id": "note_it", "type": "set", "params": { "fields": { "at": "{{ input.fire_ms }}" } } }
    ]);
    document("Scheduled", nodes, "clock -> note_it")
}

async fn next_of(api: &Api, cron: &str, timezone: &str, from_ms: i64) -> Value {
    let body = json!({ "cron": cron, "timezone": timezone, "from_ms": from_ms, "count": 2 });
    api.post("/schedules/preview", body).await.expect(200)["next_ms"].clone()
}

#[tokio::test]
async fn a_preview_knows_time_zones_and_refuses_nonsense() {
    let server = Server::start().await;
    let api = server.api();
    // 2026-11-21T00:00:00Z; nine in Berlin is eight in UTC.
    let from_ms = 1_795_219_200_000;
    let hour = 3_600_000;
    assert_eq!(next_of(&api, "0 9 * * *", "UTC", from_ms).await, json!([from_ms + 9 * hour, from_ms + 33 * hour]));
    assert_eq!(
        next_of(&api, "0 9 * * *", "Europe/Berlin", from_ms).await,
        json!([from_ms + 8 * hour, from_ms + 32 * hour])
    );
    let check = async |body: Value, code: &str, field: &str| {
        let refused = api.post("/schedules/preview", body).await.refused(422, code);
        assert_eq!(refused["field"], field, "{refused:#}");
    };
    check(json!({ "cron": "0 25 * * *", "timezone": "UTC" }), "invalid_cron", "cron").await;
    check(json!({ "cron": "every day", "timezone": "UTC" }), "invalid_cron", "cron").await;
    check(json!({ "cron": "0 9 * * *", "timezone": "Mars/Olympus" }), "invalid_timezone", "timezone").await;
    check(json!({ "cron": "0 9 * * *", "timezone": "UTC", "count": 0 }), "invalid_body", "count").await;
    check(json!({ "cron": "0 9 * * *", "timezone": "UTC", "count": 101 }), "invalid_body", "count").await;
}

#[tokio::test]
async fn schedules_are_in_service_while_their_workflow_is_published() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(scheduled("0 7 * * MON-FRI")).await;
    let listed = async || api.get("/schedules").await.expect(200)["items"].clone();
    assert_eq!(listed().await, json!([]));
    api.post(&format!("/workflows/{id}/publish"), json!({})).await.expect(200);
    let items = listed().await;
    let item = &items[0];
    assert_eq!((&item["workflow_id"], &item["node"], &item["missed"]), (&json!(id), &json!("clock"), &json!("last")));
    assert_eq!((&item["cron"], &item["timezone"]), (&json!("0 7 * * MON-FRI"), &json!("Europe/Berlin")));
    assert_eq!((item["next_ms"].as_array().unwrap().len(), &item["last_fired_ms"]), (5, &Value::Null));
    api.post(&format!("/workflows/{id}/unpublish"), json!({})).await.expect(204);
    assert_eq!(listed().await, json!([]));
}

#[tokio::test]
async fn a_schedule_starts_runs() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(scheduled("* * * * * *")).await;
    let mut runs = Events::of(api.stream(&format!("/workflows/{id}/events")).await);
    api.post(&format!("/workflows/{id}/publish"), json!({})).await.expect(200);
    let run = loop {
        let run = runs.next().await.unwrap().data;
        if run["status"] == "succeeded" {
            break run;
        }
    };
    let fire_ms = run["trigger"]["fire_ms"].as_i64().unwrap();
    assert_eq!(run["trigger"], json!({ "kind": "schedule", "node": "clock", "fire_ms": fire_ms }));
    assert_eq!(run["output"], json!({ "at": fire_ms }));
    assert!(api.get("/schedules").await.expect(200)["items"][0]["last_fired_ms"].as_i64().unwrap() >= fire_ms);
}
