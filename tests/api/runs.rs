//! Starting, listing, reading, cancelling and repeating runs.

use serde_json::{Value, json};
use weft_tests::document::{document, greeting, waiting};
use weft_tests::{Api, Server};

async fn steps(api: &Api, run: &Value) -> Vec<Value> {
    let id = run["id"].as_str().unwrap();
    api.get(&format!("/runs/{id}/steps")).await.expect(200).as_array().unwrap().clone()
}

fn id(run: &Value) -> &str {
    run["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_run_keeps_input_output_and_every_step() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(greeting()).await;
    let run = api.run(&workflow, json!({ "name": "Ada" })).await;
    assert_eq!((&run["status"], &run["revision"], &run["error"]), (&json!("succeeded"), &json!(1), &Value::Null));
    assert_eq!((&run["input"], &run["output"]), (&json!({ "name": "Ada" }), &json!({ "text": "Hello Ada" })));
    assert_eq!(run["trigger"], json!({ "kind": "api", "node": "start" }));
    assert_eq!((&run["workflow_id"], &run["workflow_name"]), (&json!(workflow), &json!("Greeting")));
    let at = |field: &str| run[field].as_i64().unwrap();
    assert!(at("created_at_ms") <= at("started_at_ms") && at("started_at_ms") <= at("finished_at_ms"));
    assert_eq!(api.get(&format!("/runs/{}", id(&run))).await.expect(200), run);

    let steps = steps(&api, &run).await;
    let told: Vec<_> =
        steps.iter().map(|step| (&step["path"], &step["type"], &step["status"], &step["port"])).collect();
    let ok = json!("succeeded");
    let out = json!("out");
    assert_eq!(told, [(&json!("start"), &json!("manual"), &ok, &out), (&json!("greet"), &json!("set"), &ok, &out)]);
    assert_eq!((&steps[1]["input"], &steps[1]["output"]), (&json!({ "name": "Ada" }), &json!({ "text": "Hello Ada" })));
    assert_eq!(steps[1]["logs"], json!([]));
    let document = api.get(&format!("/runs/{}/document", id(&run))).await.expect(200);
    assert_eq!(document["nodes"], greeting()["nodes"]);
}

#[tokio::test]
async fn a_failed_run_keeps_its_error_with_node_and_place() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "divide", "type": "set", "params": { "fields": { "text": "{{ input.name.toUpperCase() }}" } } },
        { "id": "after", "type": "set", "params": { "fields": {} } }
    ]);
    let workflow = api.publish(document("Fails", nodes, "start -> divide, divide -> after")).await;
    let run = api.run(&workflow, json!({ "name": 7 })).await;
    assert_eq!((&run["status"], &run["output"]), (&json!("failed"), &Value::Null));
    let error = &run["error"];
    assert_eq!(
        (&error["kind"], &error["node"], &error["path"]),
        (&json!("expression"), &json!("divide"), &json!("divide"))
    );
    assert_eq!(error["pointer"], "/fields/text");
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()));
    let steps = steps(&api, &run).await;
    let failed = steps.iter().find(|step| step["node"] == "divide").unwrap();
    assert_eq!((&failed["status"], &failed["error"]), (&json!("failed"), error));
}

#[tokio::test]
async fn a_draft_runs_without_being_published_and_as_far_as_asked() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "one", "type": "set", "params": { "fields": { "n": "{{ input.n + 1 }}" } } },
        { "id": "two", "type": "set", "params": { "fields": { "n": "{{ input.n * 10 }}" } } }
    ]);
    let workflow = api.create(document("Draft", nodes, "start -> one, one -> two")).await;
    let run = async |body: Value| {
        let mut all = json!({ "draft": true, "wait": true });
        all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        api.post(&format!("/workflows/{workflow}/runs"), all).await.expect(201)
    };
    let whole = run(json!({ "input": { "n": 1 } })).await;
    assert_eq!((&whole["output"], &whole["revision"]), (&json!({ "n": 20 }), &Value::Null));
    let half = run(json!({ "input": { "n": 1 }, "to": "one" })).await;
    assert_eq!(steps(&api, &half).await.iter().map(|step| step["node"].clone()).collect::<Vec<_>>(), ["start", "one"]);
    let alone = run(json!({ "only": "two", "given": { "one": { "n": 7 } } })).await;
    let ran = steps(&api, &alone).await.into_iter().find(|step| step["node"] == "two").unwrap();
    assert_eq!((&ran["input"], &ran["output"]), (&json!({ "n": 7 }), &json!({ "n": 70 })));
    api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.refused(409, "workflow_not_published");
    api.get(&format!("/runs/{}/document", id(&whole))).await.expect(200);
}

#[tokio::test]
async fn what_cannot_be_started_is_refused() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(greeting()).await;
    let path = format!("/workflows/{workflow}/runs");
    let check = async |body: Value, status: u16, code: &str| {
        api.post(&path, body).await.refused(status, code);
    };
    check(json!({ "trigger": "greet" }), 422, "no_such_trigger").await;
    check(json!({ "trigger": "nobody" }), 422, "no_such_trigger").await;
    check(json!({ "to": "nobody" }), 422, "no_such_trigger").await;
    check(json!({ "only": "greet", "to": "greet" }), 422, "invalid_body").await;
    check(json!({ "revision": 9 }), 404, "revision_not_found").await;
    check(json!({ "revision": -1 }), 404, "revision_not_found").await;
    check(json!({ "revision": 1, "draft": true }), 422, "invalid_body").await;
    check(json!({ "inptu": 1 }), 422, "invalid_body").await;
    api.post(&format!("/workflows/wf_{}/runs", "0".repeat(32)), json!({})).await.refused(404, "workflow_not_found");
}

#[tokio::test]
async fn runs_are_listed_filtered_and_paged() {
    let server = Server::start().await;
    let api = server.api();
    let greets = api.publish(greeting()).await;
    let waits = api.publish(waiting()).await;
    for name in ["Ada", "Bob", "Eve"] {
        api.run(&greets, json!({ "name": name })).await;
    }
    api.post(&format!("/workflows/{waits}/runs"), json!({})).await.expect(201);
    let listed = async |query: &str| {
        let page = api.get(&format!("/runs?{query}")).await.expect(200);
        let names =
            page["items"].as_array().unwrap().iter().map(|run| run["input"]["name"].as_str().unwrap_or("-").to_owned());
        (names.collect::<Vec<_>>(), page["next"].as_str().map(str::to_owned))
    };
    assert_eq!(listed("").await.0, ["-", "Eve", "Bob", "Ada"]);
    assert_eq!(listed(&format!("workflow={greets}")).await.0, ["Eve", "Bob", "Ada"]);
    assert_eq!(listed("status=succeeded&search=hello%20bob").await.0, ["Bob"]);
    assert_eq!(listed("status=failed").await.0, Vec::<String>::new());
    assert_eq!(listed("from=9999999999999").await.0, Vec::<String>::new());
    assert_eq!(listed("to=1").await.0, Vec::<String>::new());
    let (first, next) = listed("limit=3").await;
    assert_eq!(first, ["-", "Eve", "Bob"]);
    assert_eq!(listed(&format!("limit=3&cursor={}", next.unwrap())).await, (vec!["Ada".to_owned()], None));
    for (query, field) in
        [("status=lost", "status"), ("limit=many", "limit"), ("workflow=x", "workflow"), ("serach=x", "serach")]
    {
        let refused = api.get(&format!("/runs?{query}")).await.refused(400, "malformed_request");
        assert_eq!(refused["field"], field, "{refused:#}");
    }
    let refused = api.post("/workflows", json!({})).await.refused(422, "invalid_body");
    assert_eq!((&refused["field"], &refused["pointer"]), (&json!("name"), &json!("/name")));
    let cron = api.post("/schedules/preview", json!({ "cron": "61 * * * *", "timezone": "UTC" })).await;
    assert!(cron.refused(422, "invalid_cron")["detail"].as_str().unwrap().contains("from 0 to 59"), "{}", cron.text);
    api.get("/runs?limit=1000").await.refused(400, "malformed_request");
    api.get("/runs?cursor=nonsense").await.refused(400, "bad_cursor");
}

#[tokio::test]
async fn a_run_can_be_cancelled_once() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(waiting()).await;
    let run = api.post(&format!("/workflows/{workflow}/runs"), json!({})).await.expect(201);
    api.post(&format!("/runs/{}/cancel", id(&run)), json!({})).await.expect(202);
    let ended = api.ended(id(&run)).await;
    assert_eq!(ended["status"], "cancelled");
    api.post(&format!("/runs/{}/cancel", id(&run)), json!({})).await.refused(409, "run_has_ended");
    let nothing = format!("run_{}", "0".repeat(32));
    api.post(&format!("/runs/{nothing}/cancel"), json!({})).await.refused(404, "run_not_found");
    for part in ["", "/steps", "/document", "/events"] {
        api.get(&format!("/runs/{nothing}{part}")).await.refused(404, "run_not_found");
        api.get(&format!("/runs/not-an-id{part}")).await.refused(404, "run_not_found");
    }
}

#[tokio::test]
async fn a_run_can_be_repeated_with_its_input_or_another() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(greeting()).await;
    let run = api.run(&workflow, json!({ "name": "Ada" })).await;
    let again = async |body: Value| {
        let repeated = api.post(&format!("/runs/{}/rerun", id(&run)), body).await.expect(201);
        api.ended(id(&repeated)).await
    };
    assert_eq!(again(json!({})).await["output"], json!({ "text": "Hello Ada" }));
    assert_eq!(again(json!({ "input": { "name": "Bob" } })).await["output"], json!({ "text": "Hello Bob" }));
    assert_eq!(again(json!({ "input": null })).await["input"], Value::Null);
}
