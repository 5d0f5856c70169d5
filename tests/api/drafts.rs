//! Saving drafts, and that nobody overwrites anybody.

use serde_json::{Value, json};
use weft_tests::document::{document, greeting};
use weft_tests::{Api, Server};

async fn etag(api: &Api, id: &str) -> String {
    api.get(&format!("/workflows/{id}")).await.expect(200)["draft"]["etag"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn of_two_tabs_the_second_to_save_is_told() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(greeting()).await;
    let path = format!("/workflows/{id}/draft");
    let read = etag(&api, &id).await;
    let saving = |etag: &str| api.with_header("if-match", etag);

    let saved = saving(&read).put(&path, greeting()).await;
    let body = saved.expect(200);
    assert_eq!(body["problems"], json!([]));
    assert_eq!(body["etag"], saved.header("etag"));
    assert_ne!(body["etag"], *read);

    saving(&read).put(&path, greeting()).await.refused(412, "draft_changed");
    saving("\"never-was\"").put(&path, greeting()).await.refused(412, "draft_changed");
    api.put(&path, greeting()).await.refused(428, "precondition_required");
    saving(body["etag"].as_str().unwrap()).put(&path, greeting()).await.expect(200);
    saving("*").put(&path, greeting()).await.expect(200);
    let missing = format!("/workflows/wf_{}/draft", "0".repeat(32));
    saving("*").put(&missing, greeting()).await.refused(404, "workflow_not_found");
}

#[tokio::test]
async fn of_many_saves_at_once_one_wins() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(greeting()).await;
    let saving = api.with_header("if-match", &etag(&api, &id).await);
    let path = format!("/workflows/{id}/draft");
    let saves = (0..8).map(|_| saving.put(&path, greeting()));
    let statuses: Vec<u16> = futures::future::join_all(saves).await.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 412].contains(status)), "{statuses:?}");
}

#[tokio::test]
async fn a_draft_with_problems_is_saved_and_told() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(greeting()).await;
    let broken = document(
        "Broken",
        json!([{ "id": "start", "type": "manual" }, { "id": "odd", "type": "does_not_exist" }]),
        "start -> odd",
    );
    let saved =
        api.with_header("if-match", "*").put(&format!("/workflows/{id}/draft"), broken.clone()).await.expect(200);
    let problems = saved["problems"].as_array().unwrap();
    assert!(problems.iter().any(|problem| problem["node"] == "odd" && problem["severity"] == "error"), "{saved:#}");
    let stored = api.get(&format!("/workflows/{id}")).await.expect(200);
    assert_eq!(stored["draft"]["document"]["nodes"], broken["nodes"]);
    // The workflow's own name is the one that counts.
    assert_eq!(stored["draft"]["document"]["name"], "Greeting");
}

#[tokio::test]
async fn what_is_no_document_is_refused_with_its_place() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(greeting()).await;
    let saving = api.with_header("if-match", "*");
    let check = async |body: Value, pointer: &str| {
        let refused =
            saving.put(&format!("/workflows/{id}/draft"), body.clone()).await.refused(422, "invalid_document");
        assert_eq!(refused["pointer"], pointer, "{body}");
        let refused = api.post("/documents/check", body.clone()).await.refused(422, "invalid_document");
        assert_eq!(refused["pointer"], pointer, "{body}");
        let refused =
            api.post("/workflows", json!({ "name": "x", "document": body })).await.refused(422, "invalid_document");
        assert_eq!(refused["pointer"], format!("/document{pointer}"));
    };
    check(json!({ "weft": 1, "name": "x", "nodes": [{ "id": "a", "type": 7 }] }), "/nodes/0/type").await;
    check(json!({ "weft": 1, "name": "x", "knots": [] }), "/knots").await;
    check(json!([]), "").await;
}
