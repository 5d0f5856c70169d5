//! Publishing, the history, and taking out of service.

use serde_json::{Value, json};
use weft_tests::Server;
use weft_tests::document::{document, greeting, webhook};

#[tokio::test]
async fn each_publication_is_a_revision_that_stays() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.create(greeting()).await;
    let path = format!("/workflows/{id}");
    let published = api.post(&format!("{path}/publish"), json!({ "note": "First" })).await.expect(200);
    assert_eq!(published, json!({ "revision": 1, "problems": [] }));
    let mut changed = greeting();
    changed["nodes"][1]["params"]["fields"]["text"] = json!("Bye {{ input.name }}");
    api.with_header("if-match", "*").put(&format!("{path}/draft"), changed).await.expect(200);
    assert_eq!(api.run(&id, json!({ "name": "Ada" })).await["output"], json!({ "text": "Hello Ada" }));
    assert_eq!(
        api.post(&format!("{path}/publish"), json!({})).await.expect(200),
        json!({ "revision": 2, "problems": [] })
    );
    assert_eq!(api.run(&id, json!({ "name": "Ada" })).await["output"], json!({ "text": "Bye Ada" }));

    let list = api.get(&format!("{path}/revisions")).await.expect(200);
    let told: Vec<_> = list["items"].as_array().unwrap().iter().map(|item| (&item["number"], &item["note"])).collect();
    assert_eq!(told, [(&json!(2), &Value::Null), (&json!(1), &json!("First"))]);
    assert!(list["items"][0]["created_by"].is_string());
    let first = api.get(&format!("{path}/revisions/1")).await.expect(200);
    assert_eq!(first["document"]["nodes"], greeting()["nodes"]);
    assert_eq!(first["lock"], json!({}));
    let page = api.get(&format!("{path}/revisions?limit=1")).await.expect(200);
    assert_eq!((&page["items"][0]["number"], &page["next"]), (&json!(2), &json!("2")));

    let old =
        api.post(&format!("{path}/runs"), json!({ "revision": 1, "input": { "name": "Ada" }, "wait": true })).await;
    assert_eq!(old.expect(201)["output"], json!({ "text": "Hello Ada" }));
    api.get(&format!("{path}/revisions/3")).await.refused(404, "revision_not_found");
    api.get(&format!("{path}/revisions/-1")).await.refused(404, "revision_not_found");
    api.get(&format!("{path}/revisions/one")).await.refused(404, "revision_not_found");
}

#[tokio::test]
async fn what_cannot_run_is_not_published_and_every_reason_is_told() {
    let server = Server::start().await;
    let api = server.api();
    let broken = document(
        "Broken",
        json!([
            { "id": "start", "type": "manual" },
            { "id": "a", "type": "if" },
            { "id": "b", "type": "set", "params": { "fields": { "x": "{{ 1 + }}" } } }
        ]),
        "start -> a, a -true-> b",
    );
    let id = api.create(broken).await;
    let refused = api.post(&format!("/workflows/{id}/publish"), json!({})).await.refused(422, "document_has_problems");
    let nodes: Vec<_> = refused["problems"].as_array().unwrap().iter().map(|problem| problem["node"].clone()).collect();
    assert!(nodes.contains(&json!("a")) && nodes.contains(&json!("b")), "{refused:#}");
    assert_eq!(api.get(&format!("/workflows/{id}")).await.expect(200)["published_revision"], Value::Null);
    api.post(&format!("/workflows/{id}/runs"), json!({ "draft": true })).await.refused(422, "document_has_problems");
}

#[tokio::test]
async fn a_webhook_path_belongs_to_one_workflow() {
    let server = Server::start().await;
    let api = server.api();
    let first = api.publish(webhook("orders", "at_once")).await;
    let second = api.create(webhook("/orders/", "at_once")).await;
    let third = api.create(webhook("orders", "at_once")).await;
    for id in [&second, &third] {
        let refused = api.post(&format!("/workflows/{id}/publish"), json!({})).await;
        let refused = refused.refused(422, "document_has_problems");
        assert!(refused["problems"].as_array().is_some_and(|problems| !problems.is_empty()), "{refused:#}");
    }
    let refused = api.post(&format!("/workflows/{third}/publish"), json!({})).await.json();
    let problem = &refused["problems"][0];
    assert_eq!((&problem["code"], &problem["node"]), (&json!("webhook_path_taken"), &json!("hook")));
    assert_eq!(problem["pointer"], "/nodes/0/params/path");
    api.post(&format!("/workflows/{first}/publish"), json!({})).await.expect(200);
    api.post(&format!("/workflows/{first}/unpublish"), json!({})).await.expect(204);
    api.post(&format!("/workflows/{third}/publish"), json!({})).await.expect(200);
}

#[tokio::test]
async fn unpublishing_takes_out_of_service() {
    let server = Server::start().await;
    let api = server.api();
    let id = api.publish(webhook("here", "at_once")).await;
    let call = async || server.anonymous().send_bytes(reqwest::Method::POST, "/hooks/here", Vec::new()).await;
    call().await.expect(202);
    api.post(&format!("/workflows/{id}/unpublish"), json!({})).await.expect(204);
    call().await.refused(404, "no_such_webhook");
    api.post(&format!("/workflows/{id}/runs"), json!({})).await.refused(409, "workflow_not_published");
    assert_eq!(api.get(&format!("/workflows/{id}/revisions")).await.expect(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(api.post(&format!("/workflows/{id}/publish"), json!({})).await.expect(200)["revision"], 2);
    call().await.expect(202);
}

#[tokio::test]
async fn what_hides_nothing_asks_nothing_or_starts_nothing_is_told() {
    let server = Server::start().await;
    let api = server.api();
    let asleep = api.create(greeting()).await;
    let awake = api.publish(greeting()).await;
    let nowhere = format!("wf_{}", "0".repeat(32));
    let drawing = |choices: Value| {
        let nodes = json!([
            { "id": "start", "type": "manual" },
            { "id": "ask", "type": "approval", "params": { "title": "Pay?", "choices": choices, "notify_workflow": nowhere } },
            { "id": "call", "type": "call_workflow", "params": { "workflow": asleep } },
            { "id": "known", "type": "call_workflow", "params": { "workflow": awake } },
            { "id": "chosen", "type": "call_workflow", "params": { "workflow": "{{ input.id }}" } }
        ]);
        let mut document =
            document("Names others", nodes, "start -> ask, start -> call, start -> known, start -> chosen");
        document["settings"] = json!({ "mask": ["card.number"], "on_error_workflow": nowhere });
        document
    };
    let told = |problems: &Value| {
        let problem = |problem: &Value| {
            ["code", "pointer", "severity"].map(|field| problem[field].as_str().unwrap().to_owned()).join(" ")
        };
        let mut told: Vec<String> = problems.as_array().unwrap().iter().map(problem).collect();
        told.sort();
        told
    };
    let warnings = [
        "mask_is_a_path /settings/mask/0 warning",
        "workflow_not_published /nodes/1/params/notify_workflow warning",
        "workflow_not_published /nodes/2/params/workflow warning",
        "workflow_not_published /settings/on_error_workflow warning",
    ];
    let id = api.create(drawing(json!([]))).await;
    let path = format!("/workflows/{id}");
    let refused = api.post(&format!("{path}/publish"), json!({})).await.refused(422, "document_has_problems");
    assert!(
        told(&refused["problems"]).contains(&"wrong_count /nodes/1/params/choices error".to_owned()),
        "{refused:#}"
    );
    let asks = drawing(json!([{ "port": "yes" }]));
    assert_eq!(told(&api.post("/documents/check", asks.clone()).await.expect(200)["problems"]), warnings);
    let saved = api.with_header("if-match", "*").put(&format!("{path}/draft"), asks).await.expect(200);
    assert_eq!(told(&saved["problems"]), warnings);
    let published = api.post(&format!("{path}/publish"), json!({})).await.expect(200);
    assert_eq!(told(&published["problems"]), warnings);
    let call = published["problems"].as_array().unwrap().iter().find(|problem| problem["node"] == "call").unwrap();
    assert!(call["message"].as_str().unwrap().contains("is not published"), "{call:#}");
}
