//! Whatever is sent: a clear refusal, and the server stays up.

use reqwest::Method;
use serde_json::{Value, json};
use weft_tests::document::document;
use weft_tests::{Api, Server};

async fn problems(api: &Api, document: Value) -> Vec<(Value, String)> {
    let checked = api.post("/documents/check", document).await.expect(200);
    let problem = |problem: &Value| (problem["node"].clone(), problem["code"].as_str().unwrap().to_owned());
    checked["problems"].as_array().unwrap().iter().map(problem).collect()
}

#[tokio::test]
async fn every_wrong_document_is_told_at_its_node_and_published_by_nobody() {
    let server = Server::start().await;
    let api = server.api();
    let start = || json!({ "id": "start", "type": "manual" });
    let set = |id: &str| json!({ "id": id, "type": "set", "params": { "fields": {} } });
    let check = async |what: &str, nodes: Value, edges: &str, node: Value| {
        let document = document(what, nodes, edges);
        let found = problems(&api, document.clone()).await;
        assert!(found.iter().any(|(at, _)| *at == node), "{what}: {found:?}");
        let id = api.create(document).await;
        let refused =
            api.post(&format!("/workflows/{id}/publish"), json!({})).await.refused(422, "document_has_problems");
        let told = refused["problems"].as_array().unwrap();
        assert!(
            told.iter().all(|problem| problem["message"].as_str().is_some_and(|message| message.len() > 10)),
            "{told:?}"
        );
    };
    check("cycle", json!([start(), set("a"), set("b")]), "start -> a, a -> b, b -> a", json!("a")).await;
    check("unknown type", json!([start(), { "id": "odd", "type": "no_such_type" }]), "start -> odd", json!("odd"))
        .await;
    check("unknown plugin", json!([start(), { "id": "odd", "type": "acme/post" }]), "start -> odd", json!("odd")).await;
    check("missing parameter", json!([start(), { "id": "check", "type": "if" }]), "start -> check", json!("check"))
        .await;
    let bad = json!({ "id": "bad", "type": "set", "params": { "fields": { "x": "{{ input. }}" } } });
    check("bad expression", json!([start(), bad]), "start -> bad", json!("bad")).await;
    let cron = json!({ "id": "clock", "type": "schedule", "params": { "cron": "99 * * * *" } });
    check("bad cron", json!([cron, set("a")]), "clock -> a", json!("clock")).await;
    let zone =
        json!({ "id": "clock", "type": "schedule", "params": { "cron": "0 9 * * *", "timezone": "Nowhere/City" } });
    check("bad time zone", json!([zone, set("a")]), "clock -> a", json!("clock")).await;
    check("twice the same id", json!([start(), set("a"), set("a")]), "start -> a", json!("a")).await;
    check("unknown port", json!([start(), set("a"), set("b")]), "start -> a, a -sideways-> b", json!("a")).await;
}

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    let server = Server::start().await;
    let api = server.api().with_header("content-type", "application/json");
    let check = async |method: Method, path: &str, body: &[u8], status: u16, code: &str| {
        api.send_bytes(method, path, body.to_vec()).await.refused(status, code);
    };
    check(Method::POST, "/api/v1/workflows", b"{", 400, "body_not_json").await;
    check(Method::POST, "/api/v1/workflows", b"", 400, "body_not_json").await;
    check(Method::POST, "/api/v1/workflows", b"\xff\xfe", 400, "body_not_json").await;
    check(Method::POST, "/api/v1/workflows", b"[]", 422, "invalid_body").await;
    check(Method::POST, "/api/v1/workflows", b"{\"name\": 7}", 422, "invalid_body").await;
    check(Method::POST, "/api/v1/workflows", b"{\"name\": \"x\", \"nmae\": 1}", 422, "invalid_body").await;
    check(Method::POST, "/api/v1/documents/check", b"{", 400, "body_not_json").await;
    check(Method::POST, "/api/v1/documents/check", b"\xff", 400, "body_not_json").await;
    let deep = "[".repeat(70);
    check(Method::POST, "/api/v1/documents/check", deep.as_bytes(), 400, "body_too_deep").await;
    check(Method::POST, "/api/v1/expressions/evaluate", deep.as_bytes(), 400, "body_too_deep").await;
    let large = vec![b' '; (1 << 20) + 1];
    check(Method::POST, "/api/v1/schedules/preview", &large, 413, "body_too_large").await;
    let large = vec![b' '; (4 << 20) + 1];
    check(Method::POST, "/api/v1/workflows", &large, 413, "body_too_large").await;
    let plain = server.api().with_header("content-type", "text/plain");
    plain.send_bytes(Method::POST, "/api/v1/workflows", b"{}".to_vec()).await.refused(415, "wrong_content_type");
    let refused = server.api().post("/schedules/preview", json!({ "cron": "* * * * *", "count": "many" })).await;
    assert_eq!(refused.refused(422, "invalid_body")["pointer"], "/count");
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let server = Server::start().await;
    let api = server.api();
    api.get("/nothing").await.refused(404, "route_not_found");
    api.get("/workflows/wf_1").await.refused(404, "workflow_not_found");
    api.get(&format!("/workflows/wf_{}", "0".repeat(32))).await.refused(404, "workflow_not_found");
    api.get("/runs/x").await.refused(404, "run_not_found");
    api.put("/workflows", json!({})).await.refused(405, "method_not_allowed");
    api.delete("/me").await.refused(405, "method_not_allowed");
    server.anonymous().send_bytes(Method::GET, "/api", Vec::new()).await.refused(404, "route_not_found");
    server.anonymous().send_bytes(Method::GET, "/api/v2/workflows", Vec::new()).await.refused(404, "route_not_found");
}

#[tokio::test]
async fn text_from_everywhere_survives() {
    let server = Server::start().await;
    let api = server.api();
    let name = "Tëst 测试 🎉 \"quotes\" <b>'; drop table workflow; --";
    let created = api.post("/workflows", json!({ "name": name })).await.expect(201);
    assert_eq!(created["name"], name);
    let search = "drop%20table%20workflow%3B%20--";
    let found = api.get(&format!("/workflows?search={search}")).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    api.get("/runs?search=%25%27%3B%20delete%20from%20run").await.expect(200);
}
