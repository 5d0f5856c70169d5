//! Webhooks: what reaches the workflow, and what goes back.

use reqwest::Method;
use serde_json::{Value, json};
use weft_tests::document::{document, webhook};
use weft_tests::{Answer, Server};

async fn send(server: &Server, method: Method, path: &str, content_type: &str, body: &str) -> Answer {
    let api = server.anonymous().with_header("content-type", content_type);
    api.send_bytes(method, &format!("/hooks/{path}"), body.as_bytes().to_vec()).await
}

async fn send_json(server: &Server, path: &str, body: Value) -> Answer {
    send(server, Method::POST, path, "application/json", &body.to_string()).await
}

/// A webhook whose run answers by its `respond` node.
fn by_node(path: &str, respond: Value) -> Value {
    let nodes = json!([
        { "id": "hook", "type": "webhook", "params": { "path": path, "respond": "by_node" } },
        { "id": "check", "type": "if", "params": { "condition": "{{ input.body.total > 100 }}" } },
        { "id": "answer", "type": "respond", "params": respond }
    ]);
    document("By node", nodes, "hook -> check, check -true-> answer")
}

#[tokio::test]
async fn at_once_means_stored_and_told_which_run() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(webhook("at-once", "at_once")).await;
    let answer = send_json(&server, "at-once", json!({ "number": 21 })).await;
    let id = answer.expect(202)["run_id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("weft-run-id"), id);
    let run = api.ended(&id).await;
    assert_eq!((&run["workflow_id"], &run["output"]), (&json!(workflow), &json!({ "double": 42 })));
    assert_eq!(run["trigger"], json!({ "kind": "webhook", "node": "hook" }));
}

#[tokio::test]
async fn at_the_end_the_output_comes_back() {
    let server = Server::start().await;
    server.api().publish(webhook("sums/double", "at_end")).await;
    let answer = send_json(&server, "sums/double", json!({ "number": 21 })).await;
    assert_eq!(answer.expect(200), json!({ "double": 42 }));
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(answer.header("weft-run-id").starts_with("run_"));
}

#[tokio::test]
async fn a_respond_node_says_what_comes_back() {
    let server = Server::start().await;
    let api = server.api();
    let respond = json!({
        "status": 201,
        "headers": { "x-order": "{{ input.body.id }}", "set-cookie": "weft_session=stolen", "content-security-policy": "default-src *" },
        "body": { "order": "{{ input.body.id }}" }
    });
    api.publish(by_node("respond", respond)).await;
    let answer = send_json(&server, "respond", json!({ "id": "A-1", "total": 120 })).await;
    assert_eq!(answer.expect(201), json!({ "order": "A-1" }));
    assert_eq!(answer.header("x-order"), "A-1");
    assert_eq!(answer.header("set-cookie"), "");
    assert_eq!(answer.header("content-security-policy"), "sandbox");
    let silent = send_json(&server, "respond", json!({ "id": "A-2", "total": 1 })).await.refused(500, "no_response");
    assert!(silent["run_id"].as_str().unwrap().starts_with("run_"));
}

#[tokio::test]
async fn a_failed_run_is_told_with_its_id() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "hook", "type": "webhook", "params": { "path": "fails", "respond": "at_end" } },
        { "id": "stop", "type": "fail", "params": { "message": "No stock of {{ input.body.item }}" } }
    ]);
    api.publish(document("Fails", nodes, "hook -> stop")).await;
    let answer = send_json(&server, "fails", json!({ "item": "tea" })).await;
    let body = answer.refused(500, "run_failed");
    assert!(body["detail"].as_str().unwrap().contains("No stock of tea"), "{body:#}");
    assert_eq!(answer.header("weft-run-id"), body["run_id"].as_str().unwrap());
    let run = api.get(&format!("/runs/{}", body["run_id"].as_str().unwrap())).await.expect(200);
    assert_eq!(run["status"], "failed");
}

#[tokio::test]
async fn a_run_that_is_skipped_is_told_with_the_setting() {
    let server = Server::start().await;
    let api = server.api();
    for respond in ["at_once", "at_end"] {
        let nodes = json!([
            { "id": "hook", "type": "webhook", "params": { "path": respond, "respond": respond } },
            { "id": "pause", "type": "wait", "params": { "ms": 3_600_000 } }
        ]);
        let mut alone = document("Alone", nodes, "hook -> pause");
        alone["settings"] = json!({ "overlap": "skip" });
        let workflow = api.publish(alone).await;
        api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
        let answer = send_json(&server, respond, json!({})).await;
        let body = answer.refused(409, "run_skipped");
        assert!(body["detail"].as_str().unwrap().contains("settings.overlap"), "{body:#}");
        assert_eq!(answer.header("weft-run-id"), body["run_id"].as_str().unwrap());
    }
}

#[tokio::test]
async fn the_value_of_a_webhook_is_the_request() {
    let server = Server::start().await;
    let nodes = json!([
        { "id": "hook", "type": "webhook", "params": { "path": "echo", "method": "PUT", "respond": "at_end" } },
        { "id": "echo", "type": "set", "params": { "fields": { "request": "{{ input }}" } } }
    ]);
    server.api().publish(document("Echo", nodes, "hook -> echo")).await;
    let api = server
        .anonymous()
        .with_header("authorization", "Bearer hunter2")
        .with_header("content-type", "application/json");
    let answer = api.send_bytes(Method::PUT, "/hooks/echo?tag=a&tag=b&q=x%20y", b"{\"n\": 1}".to_vec()).await;
    let request = &answer.expect(200)["request"];
    assert_eq!((&request["method"], &request["path"]), (&json!("PUT"), &json!("echo")));
    assert_eq!(request["query"], json!({ "tag": ["a", "b"], "q": "x y" }));
    assert_eq!(request["body"], json!({ "n": 1 }));
    assert_eq!(request["headers"]["authorization"], "Bearer hunter2", "steps see what was sent");
    let body = async |content_type: &str, body: &str| {
        send(&server, Method::PUT, "echo", content_type, body).await.expect(200)["request"]["body"].clone()
    };
    assert_eq!(body("application/x-www-form-urlencoded", "a=1&b=2").await, json!({ "a": "1", "b": "2" }));
    assert_eq!(body("text/plain", "hello").await, json!("hello"));
    assert_eq!(body("application/octet-stream", "hello").await, json!("aGVsbG8="));
    assert_eq!(body("application/json", "").await, Value::Null);
}

#[tokio::test]
async fn credentials_reach_the_steps_but_nobody_who_looks() {
    let server = Server::start().await;
    let nodes = json!([
        { "id": "hook", "type": "webhook", "params": { "path": "secret", "respond": "at_end" } },
        { "id": "check", "type": "set", "params": { "fields": { "known": "{{ input.headers.authorization === 'Bearer hunter2' && input.headers.cookie === 'id=hunter3' }}", "found": "orchid" } } }
    ]);
    server.api().publish(document("Secret", nodes, "hook -> check")).await;
    let caller = server.anonymous().with_header("authorization", "Bearer hunter2").with_header("cookie", "id=hunter3");
    let answer = caller.send_bytes(Method::POST, "/hooks/secret", Vec::new()).await;
    assert_eq!(answer.expect(200), json!({ "known": true, "found": "orchid" }));
    let api = server.api();
    let run = format!("/runs/{}", answer.header("weft-run-id"));
    for part in [run.clone(), format!("{run}/steps"), "/runs".into()] {
        let told = api.get(&part).await.text;
        assert!(told.contains("orchid") && !told.contains("hunter"), "{part}: {told}");
    }
    let events = api.stream(&format!("{run}/events")).await.text().await.unwrap();
    assert!(events.contains("•••") && !events.contains("hunter"), "{events}");
    let found = async |word: &str| {
        api.get(&format!("/runs?search={word}")).await.expect(200)["items"].as_array().unwrap().len()
    };
    assert_eq!((found("orchid").await, found("hunter2").await, found("hunter3").await), (1, 0, 0));
}

#[tokio::test]
async fn what_nobody_answers_and_what_is_no_body_is_refused() {
    let server = Server::start().await;
    server.api().publish(webhook("strict", "at_end")).await;
    send_json(&server, "nobody", json!({})).await.refused(404, "no_such_webhook");
    let other_method = send(&server, Method::GET, "strict", "text/plain", "").await;
    other_method.refused(405, "method_not_allowed");
    assert_eq!(other_method.header("allow"), "POST");
    send(&server, Method::POST, "strict", "application/json", "{").await.refused(400, "body_not_json");
    send(&server, Method::POST, "strict", "application/json", &"[".repeat(100)).await.refused(400, "body_too_deep");
    let large = format!("\"{}\"", "x".repeat(10 << 20));
    send(&server, Method::POST, "strict", "application/json", &large).await.refused(413, "body_too_large");
    let runs = server.api().get("/runs").await.expect(200);
    assert_eq!(runs["items"], json!([]), "what is refused starts nothing");
}

#[tokio::test]
async fn many_callers_at_once_each_get_their_own_answer() {
    let server = Server::start().await;
    server.api().publish(webhook("busy", "at_end")).await;
    let calls = (0..200).map(|number| send_json(&server, "busy", json!({ "number": number })).map_with(number));
    for (number, answer) in futures::future::join_all(calls).await {
        assert_eq!(answer.expect(200), json!({ "double": number * 2 }));
    }
}

trait MapWith: Future + Sized {
    /// The output together with what it belongs to.
    async fn map_with<T>(self, with: T) -> (T, Self::Output) {
        (with, self.await)
    }
}

impl<F: Future> MapWith for F {}
