//! Runs that wait for a signal, for a person, or for another run.

use futures::StreamExt;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
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
    let run = api.post(&format!("/workflows/{workflow}/runs"), json!({ "input": {} })).await.expect(201);
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
    answer(json!({ "path": "ask", "choice": "no", "data": { "account": "x" } })).await.refused(409, "approval_closed");
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
    // Its end is no answer to the question.
    let body = json!({ "path": "ask", "choice": "yes", "data": { "account": "main" } });
    api.post(&format!("/runs/{run}/approvals"), body).await.expect(202);
    assert_eq!(api.ended(&run).await["output"]["from"], "main");
}

#[tokio::test]
async fn an_answer_that_comes_when_the_run_was_cancelled_is_refused() {
    let server = Server::start().await;
    let api = server.api();
    let run = start(&api, asks(json!({}))).await;
    waiting(&api, &run, "ask").await;
    api.post(&format!("/runs/{run}/cancel"), json!({})).await.expect(202);
    let body = json!({ "path": "ask", "choice": "yes", "data": { "account": "main" } });
    let refused = api.post(&format!("/runs/{run}/approvals"), body).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert_eq!(api.ended(&run).await["status"], "cancelled");
}

#[tokio::test]
async fn a_wait_lasts_as_long_as_an_attempt_may_and_is_tried_again() {
    let server = Server::start().await;
    let api = server.api();
    let fails_after = async |attempts: u32, mut document: Value, node: &str, more: Value| {
        let drawn = document["nodes"].as_array_mut().unwrap().iter_mut().find(|drawn| drawn["id"] == node).unwrap();
        drawn.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let run = start(&api, document).await;
        assert_eq!(api.ended(&run).await["status"], "failed");
        let step = step(&api, &run, node).await;
        assert_eq!((&step["status"], &step["attempt"]), (&json!("failed"), &json!(attempts)), "{step:#}");
        step["error"].clone()
    };
    let retry = json!({ "attempts": 2, "backoff": "fixed", "first_ms": 1, "on": ["timeout", "permanent"] });

    let error = fails_after(1, waits_for("paid", json!({})), "pay", json!({ "timeout_ms": 20 })).await;
    assert_eq!(
        (&error["kind"], &error["code"], &error["node"]),
        (&json!("timeout"), &json!("wait_expired"), &json!("pay"))
    );
    assert!(error["message"].as_str().unwrap().contains("`timeout_ms`"), "{error:#}");

    let expires = asks(json!({ "expires_ms": 20, "on_expiry": "fail" }));
    let error = fails_after(2, expires, "ask", json!({ "retry": retry })).await;
    assert!(error["message"].as_str().unwrap().contains("`expires_ms`"), "{error:#}");
    let asked = api.get("/approvals?status=answered").await.expect(200)["items"].clone();
    assert_eq!(asked.as_array().unwrap().len(), 2, "each attempt asks a question of its own");

    let nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "no", "type": "fail", "params": { "message": "no" } }]);
    let failing = api.publish(document("Fails", nodes, "start -> no")).await;
    let error = fails_after(2, calls(&failing, true), "call", json!({ "retry": retry })).await;
    assert_eq!((&error["kind"], &error["code"]), (&json!("permanent"), &json!("called_workflow_failed")));
    let called = api.get(&format!("/runs?workflow={failing}")).await.expect(200)["items"].clone();
    assert_eq!(called.as_array().unwrap().len(), 2, "each attempt is a run of its own");

    let nodes =
        json!([{ "id": "start", "type": "manual" }, { "id": "nap", "type": "wait", "params": { "event": "never" } }]);
    let sleeping = api.publish(document("Sleeps", nodes, "start -> nap")).await;
    fails_after(1, calls(&sleeping, true), "call", json!({ "timeout_ms": 20 })).await;
    let left = api.get(&format!("/runs?workflow={sleeping}")).await.expect(200)["items"][0]["id"].clone();
    assert_eq!(api.ended(left.as_str().unwrap()).await["status"], "cancelled", "nobody waits for it any more");
}

#[tokio::test]
async fn a_run_whose_time_ran_out_while_the_server_was_down_does_not_go_on() {
    const TIMEOUT_MS: i64 = 1_500;
    let server = Server::start().await;
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "nap", "type": "wait", "params": { "ms": TIMEOUT_MS - 100 } },
        { "id": "go_on", "type": "set", "params": { "fields": {} } }
    ]);
    let mut document = document("Naps", nodes, "start -> nap, nap -> go_on");
    document["settings"] = json!({ "run_timeout_ms": TIMEOUT_MS });
    let run = start(&server.api(), document).await;
    let started_ms = waiting(&server.api(), &run, "nap").await["started_at_ms"].as_i64().unwrap();
    let data = server.stop().await;
    while weft::clock::now_ms() < started_ms + TIMEOUT_MS {
        tokio::task::yield_now().await;
    }
    let server = Server::start_on(data).await;
    let api = server.api();
    let ended = api.ended(&run).await;
    assert_eq!((&ended["status"], &ended["error"]["code"]), (&json!("failed"), &json!("run_timeout")));
    assert_eq!(step(&api, &run, "nap").await["status"], "cancelled");
}

#[tokio::test]
async fn a_loop_whose_condition_fails_fails_its_run() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "round", "type": "while", "params": { "condition": "{{ input.missing.deeper > 1 }}" } },
        { "id": "x", "type": "set", "inside": "round", "params": { "fields": {} } }
    ]);
    let run = start(&api, document("Rounds", nodes, "start -> round")).await;
    let error = api.ended(&run).await["error"].clone();
    assert_eq!((&error["kind"], &error["node"]), (&json!("expression"), &json!("round")), "{error:#}");
}

/// Turns back the moment at which the only step of a stopped server's database that waits began to.
async fn turn_back(data: &std::path::Path, by_ms: i64) {
    let options = SqliteConnectOptions::new().filename(data.join("weft.db"));
    let mut connection = options.connect().await.unwrap();
    let rows: Vec<(Vec<u8>, i64, String)> =
        sqlx::query_as("select run_id, sequence, events from journal").fetch_all(&mut connection).await.unwrap();
    for (run, sequence, events) in rows {
        let mut events: Value = serde_json::from_str(&events).unwrap();
        for event in events.as_array_mut().unwrap().iter_mut().filter(|event| event["type"] == "parked") {
            event["at_ms"] = json!(event["at_ms"].as_i64().unwrap() - by_ms);
        }
        let update = sqlx::query("update journal set events = $1 where run_id = $2 and sequence = $3");
        update.bind(events.to_string()).bind(run).bind(sequence).execute(&mut connection).await.unwrap();
    }
    sqlx::query("update run set wake_ms = wake_ms - $1").bind(by_ms).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_reminder_says_until_when_the_question_can_be_answered() {
    let server = Server::start().await;
    let api = server.api();
    let teller = api.publish(weft_tests::document::waiting()).await;
    let params = json!({ "notify_workflow": teller, "remind_every_ms": 60_000, "expires_ms": 86_400_000 });
    let run = start(&api, asks(params)).await;
    let until_ms = waiting(&api, &run, "ask").await["waits"]["until_ms"].clone();
    let data = server.stop().await;
    turn_back(data.path(), 60_000).await;
    let server = Server::start_on(data).await;
    let api = server.api();
    let mut events = weft_tests::events::Events::of(api.stream(&format!("/runs/{run}/events")).await);
    let told = loop {
        events.next().await.expect("the reminder is told of");
        let runs = api.get(&format!("/runs?workflow={teller}")).await.expect(200)["items"].clone();
        if runs.as_array().unwrap().len() == 2 {
            break runs[0].clone();
        }
    };
    let approval = &told["input"]["approval"];
    assert_eq!((&approval["reminder"], &approval["expires_at_ms"]), (&json!(true), &until_ms));
    assert!(until_ms.is_i64());
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
