//! Runs that wait for a signal, for a person, or for another run.

use futures::StreamExt;
use serde_json::{Value, json};
use weft_tests::document::document;
use weft_tests::{Api, Server};

fn waits_for(event: &str, more: Value) -> Value {
    let mut params = json!({ "event": event });
    params.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "link", "type": "set", "params": { "fields": { "url": "{{ run.resume_url }}" } } },
        { "id": "pay", "type": "wait", "params": params },
        { "id": "thank", "type": "set", "params": { "fields": { "amount": "{{ input.amount }}" } } },
        { "id": "give_up", "type": "set", "params": { "fields": { "late": true } } }
    ]);
    document("Waits", nodes, "start -> link, link -> pay, pay -> thank, pay -timeout-> give_up")
}

async fn start(api: &Api, document: Value) -> String {
    let workflow = api.publish(document).await;
    let run = api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
    run["id"].as_str().unwrap().to_owned()
}

async fn step(api: &Api, run: &str, node: &str) -> Value {
    let steps = api.get(&format!("/runs/{run}/steps")).await.expect(200);
    steps.as_array().unwrap().iter().find(|step| step["node"] == node).cloned().unwrap_or_default()
}

/// Waits until a run waits, and answers the step that does.
async fn waiting(api: &Api, run: &str, node: &str) -> Value {
    let mut events = weft_tests::events::Events::of(api.stream(&format!("/runs/{run}/events")).await);
    while let Some(event) = events.next().await {
        if event.event == "step" && event.data["node"] == node && event.data["status"] == "waiting" {
            return event.data;
        }
    }
    panic!("`{node}` never waited: {}", api.get(&format!("/runs/{run}")).await.text);
}

#[tokio::test]
async fn a_signal_ends_the_wait_for_it() {
    let server = Server::start().await;
    let api = server.api();
    let run = start(&api, waits_for("paid", json!({}))).await;
    assert_eq!(
        waiting(&api, &run, "pay").await["waits"],
        json!({ "kind": "signal", "signal": "paid", "until_ms": null })
    );
    api.post(&format!("/runs/{run}/signals/other"), json!({ "amount": 1 })).await.expect(202);
    api.post(&format!("/runs/{run}/signals/paid"), json!({ "amount": 7 })).await.expect(202);
    assert_eq!(api.ended(&run).await["output"], json!({ "amount": 7 }));
    api.post(&format!("/runs/{run}/signals/paid"), json!({})).await.refused(409, "run_has_ended");
    api.post(&format!("/runs/{run}/signals/a%20b"), json!({})).await.refused(422, "invalid_signal");
    api.post(&format!("/runs/run_{}/signals/paid", "0".repeat(32)), json!({})).await.refused(404, "run_not_found");
}

#[tokio::test]
async fn a_signal_carries_any_json() {
    let server = Server::start().await;
    let api = server.api();
    let nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "pay", "type": "wait", "params": { "event": "paid" } }]);
    let workflow = api.publish(document("Waits", nodes, "start -> pay")).await;
    for data in [json!([1, { "a": 2 }]), json!("text"), json!(7), json!(null)] {
        let run = api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
        let run = run["id"].as_str().unwrap();
        api.post(&format!("/runs/{run}/signals/paid"), data.clone()).await.expect(202);
        assert_eq!(api.ended(run).await["output"], data);
    }
}

#[tokio::test]
async fn a_run_keeps_so_many_signals_and_no_larger_ones() {
    let server = Server::start().await;
    let api = server.api();
    let run = start(&api, waits_for("paid", json!({}))).await;
    waiting(&api, &run, "pay").await;
    let url = step(&api, &run, "link").await["output"]["url"].as_str().unwrap().to_owned();
    let link = format!("{}/paid", &url[url.find("/resume/").unwrap()..]);
    server
        .anonymous()
        .send_bytes(reqwest::Method::POST, &link, vec![b'x'; (1 << 20) + 1])
        .await
        .refused(413, "body_too_large");
    let other = format!("/runs/{run}/signals/other");
    let sent = (0..1_000).map(|number| api.post(&other, json!(number)));
    let sent: Vec<_> = futures::stream::iter(sent).buffer_unordered(50).collect().await;
    assert!(sent.iter().all(|answer| answer.status == 202));
    let full = api.post(&other, json!(0)).await.refused(409, "too_many_signals");
    assert!(full["detail"].as_str().unwrap().contains("1000 signals"), "{full:#}");
    let server = server.restart().await;
    server.api().post(&other, json!(0)).await.refused(409, "too_many_signals");
    server.api().post(&format!("/runs/{run}/cancel"), json!({})).await.expect(202);
    assert_eq!(server.api().ended(&run).await["status"], "cancelled");
}

#[tokio::test]
async fn a_waiting_run_hears_of_a_signal_after_a_restart_and_by_its_link() {
    let server = Server::start().await;
    let run = start(&server.api(), waits_for("paid", json!({ "timeout_ms": 86_400_000 }))).await;
    waiting(&server.api(), &run, "pay").await;
    let server = server.restart().await;
    let api = server.api();
    let url = step(&api, &run, "link").await["output"]["url"].as_str().unwrap().to_owned();
    let path = format!("{}/paid", &url[url.find("/resume/").unwrap()..]);
    let stranger = server.anonymous();
    let wrong = path.replace("/resume/", "/resume/0");
    stranger.send_bytes(reqwest::Method::POST, &wrong, Vec::new()).await.refused(404, "resume_link_not_found");
    stranger.send_bytes(reqwest::Method::HEAD, &path, Vec::new()).await.expect(200);
    assert_eq!(step(&api, &run, "pay").await["status"], "waiting", "who only looks sends nothing");
    let json = stranger.with_header("content-type", "application/json");
    json.send_bytes(reqwest::Method::POST, &path, br#"{"amount": 9}"#.to_vec()).await.expect(202);
    assert_eq!(api.ended(&run).await["output"], json!({ "amount": 9 }));
}

#[tokio::test]
async fn what_does_not_come_in_time_leaves_by_timeout() {
    let server = Server::start().await;
    let api = server.api();
    let run = start(&api, waits_for("paid", json!({ "timeout_ms": 30 }))).await;
    assert_eq!(api.ended(&run).await["output"], json!({ "late": true }));
}

fn asks(more: Value) -> Value {
    let mut params = json!({
        "title": "Pay?", "assignee": "finance", "choices": [{ "port": "yes", "title": "Pay" }, { "port": "no" }],
        "fields": { "type": "object", "required": ["account"], "properties": { "account": { "type": "string" } } }
    });
    params.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "ask", "type": "approval", "params": params },
        { "id": "pay", "type": "set", "params": { "fields": { "from": "{{ input.data.account }}", "by": "{{ input.by }}" } } },
        { "id": "drop", "type": "set", "params": { "fields": { "dropped": true } } },
        { "id": "late", "type": "set", "params": { "fields": { "late": true } } }
    ]);
    document("Asks", nodes, "start -> ask, ask -yes-> pay, ask -no-> drop, ask -expired-> late")
}

#[tokio::test]
async fn a_person_answers_in_the_list_or_by_link() {
    let server = Server::start().await;
    let api = server.api();
    let run = start(&api, asks(json!({}))).await;
    assert_eq!(waiting(&api, &run, "ask").await["waits"]["kind"], "approval");
    let open = api.get("/approvals").await.expect(200);
    let asked = &open["items"][0];
    assert_eq!(
        (&asked["run_id"], &asked["title"], &asked["assignee"]),
        (&json!(run), &json!("Pay?"), &json!("finance"))
    );
    assert_eq!(asked["choices"], json!([{ "port": "yes", "title": "Pay" }, { "port": "no", "title": "no" }]));
    let answer = async |body: Value| api.post(&format!("/runs/{run}/approvals"), body).await;
    answer(json!({ "path": "ask", "choice": "maybe" })).await.refused(422, "invalid_answer");
    let refused = answer(json!({ "path": "ask", "choice": "yes", "data": {} })).await.refused(422, "invalid_answer");
    assert_eq!(refused["pointer"], "/data/account");
    answer(json!({ "path": "nobody", "choice": "yes" })).await.refused(404, "approval_not_found");
    answer(json!({ "path": "ask", "choice": "yes", "data": { "account": "main" }, "comment": "fine" }))
        .await
        .expect(202);
    let ended = api.ended(&run).await;
    assert_eq!(ended["output"]["from"], "main");
    assert_eq!(api.get("/approvals").await.expect(200)["items"], json!([]));
    let closed = api.get("/approvals?status=answered").await.expect(200);
    assert!(closed["items"][0]["closed_at_ms"].is_i64());

    let run = start(&api, asks(json!({}))).await;
    waiting(&api, &run, "ask").await;
    let open = api.get("/approvals").await.expect(200);
    let url = open["items"][0]["url"].as_str().unwrap();
    let token = url.rsplit('/').next().unwrap();
    let stranger = server.anonymous();
    let shown = stranger.get(&format!("/public/approvals/{token}")).await.expect(200);
    assert_eq!((&shown["workflow_name"], &shown["closed_at_ms"]), (&json!("Asks"), &Value::Null));
    stranger.get("/public/approvals/nonsense").await.refused(404, "approval_not_found");
    let body = json!({ "choice": "no", "name": "Ada", "data": { "account": "x" } });
    stranger.post(&format!("/public/approvals/{token}"), body.clone()).await.expect(202);
    assert_eq!(api.ended(&run).await["output"], json!({ "dropped": true }));
    stranger.post(&format!("/public/approvals/{token}"), body).await.refused(409, "approval_closed");
}

#[tokio::test]
async fn a_question_nobody_answers_expires() {
    let server = Server::start().await;
    let api = server.api();
    let run = start(&api, asks(json!({ "expires_ms": 30 }))).await;
    assert_eq!(api.ended(&run).await["output"], json!({ "late": true }));
    assert_eq!(api.get("/approvals").await.expect(200)["items"], json!([]));
    let run = start(&api, asks(json!({ "expires_ms": 30, "on_expiry": "fail" }))).await;
    assert_eq!(api.ended(&run).await["error"]["code"], "wait_expired");
}

#[tokio::test]
async fn a_workflow_is_told_of_a_question() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([{ "id": "start", "type": "manual" }]);
    let teller = api.publish(document("Teller", nodes, "")).await;
    let run = start(&api, asks(json!({ "notify_workflow": teller }))).await;
    waiting(&api, &run, "ask").await;
    let told = api.get(&format!("/runs?workflow={teller}")).await.expect(200)["items"][0].clone();
    let told = api.ended(told["id"].as_str().unwrap()).await;
    let approval = &told["input"]["approval"];
    assert_eq!(
        (&approval["title"], &approval["assignee"], &approval["reminder"]),
        (&json!("Pay?"), &json!("finance"), &json!(false))
    );
    assert_eq!(told["parent"], json!({ "run_id": run, "path": "ask" }));
    assert!(approval["url"].as_str().unwrap().contains("/approve/"));
}

fn calls(workflow: &str, wait: bool) -> Value {
    let params = json!({ "workflow": workflow, "input": { "n": "{{ input.n }}" }, "wait": wait });
    let nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "call", "type": "call_workflow", "params": params }]);
    document("Calls", nodes, "start -> call")
}

#[tokio::test]
async fn a_workflow_calls_another_and_goes_on_with_its_output() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "double", "type": "set", "params": { "fields": { "n": "{{ input.n * 2 }}" } } }
    ]);
    let called = api.publish(document("Called", nodes, "start -> double")).await;
    let caller = api.publish(calls(&called, true)).await;
    let run = api.run(&caller, json!({ "n": 21 })).await;
    assert_eq!((&run["status"], &run["output"]), (&json!("succeeded"), &json!({ "n": 42 })));
    let child = api.get(&format!("/runs?workflow={called}")).await.expect(200)["items"][0].clone();
    assert_eq!(child["parent"], json!({ "run_id": run["id"], "path": "call" }));
    assert_eq!(child["trigger"]["kind"], "workflow");

    let forgets = api.publish(calls(&called, false)).await;
    let run = api.run(&forgets, json!({ "n": 1 })).await;
    let child = run["output"]["run_id"].as_str().unwrap();
    assert_eq!(api.ended(child).await["output"], json!({ "n": 2 }));
}

#[tokio::test]
async fn a_called_workflow_that_fails_fails_its_caller_and_circles_end() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([{ "id": "start", "type": "manual" }, { "id": "no", "type": "fail", "params": { "message": "no stock" } }]);
    let failing = api.publish(document("Fails", nodes, "start -> no")).await;
    let caller = api.publish(calls(&failing, true)).await;
    let error = api.run(&caller, json!({})).await["error"].clone();
    assert_eq!((&error["code"], &error["node"]), (&json!("called_workflow_failed"), &json!("call")));
    assert!(error["message"].as_str().unwrap().contains("no stock"));

    let unknown = api.publish(calls(&format!("wf_{}", "0".repeat(32)), true)).await;
    let error = api.run(&unknown, json!({})).await["error"].clone();
    assert_eq!((&error["code"], &error["pointer"]), (&json!("workflow_not_published"), &json!("/workflow")));

    let circle = api.create(document("Circle", json!([]), "")).await;
    let etag = api.get(&format!("/workflows/{circle}")).await.expect(200)["draft"]["etag"].as_str().unwrap().to_owned();
    let api_with = api.with_header("if-match", &etag);
    api_with.put(&format!("/workflows/{circle}/draft"), calls(&circle, true)).await.expect(200);
    api.post(&format!("/workflows/{circle}/publish"), json!({})).await.expect(200);
    let error = api.run(&circle, json!({})).await["error"].clone();
    assert_eq!(error["code"], "called_workflow_failed");
    assert_eq!(
        api.get(&format!("/runs?workflow={circle}&limit=100")).await.expect(200)["items"].as_array().unwrap().len(),
        17
    );
}
