//! What becomes of runs afterwards: large values, masks, search, and how long they are kept.

use futures::{StreamExt, stream};
use serde_json::{Value, json};
use weft_tests::document::{document, greeting, waiting};
use weft_tests::{Api, Server};

fn path(run: &Value) -> String {
    format!("/runs/{}", run["id"].as_str().unwrap())
}

#[tokio::test]
async fn large_values_are_told_like_any_other() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(greeting()).await;
    let name = "@".repeat(200_000);
    let run = api.run(&workflow, json!({ "name": name })).await;
    assert_eq!(run["input"], json!({ "name": name }));
    assert_eq!(run["output"], json!({ "text": format!("Hello {name}") }));
    let steps = api.get(&format!("{}/steps", path(&run))).await.expect(200);
    assert_eq!((&steps[0]["output"], &steps[1]["output"]), (&run["input"], &run["output"]));
    let again = api.post(&format!("{}/rerun", path(&run)), json!({})).await.expect(201);
    assert_eq!(api.ended(again["id"].as_str().unwrap()).await["output"], run["output"]);
    let server = server.restart().await;
    assert_eq!(server.api().get(&path(&run)).await.expect(200), run);
}

/// Takes a card and a password, copies both, and fails with the card's number in the message when asked to.
fn paying() -> Value {
    let nodes = json!([
        { "id": "start", "type": "manual", "mask": ["card.number"] },
        { "id": "copy", "type": "set", "params": { "fields": { "copied": "{{ input.card.number }}", "told": "paid with {{ input.card.number }}", "password": "{{ input.password }}" } } },
        { "id": "choose", "type": "if", "params": { "condition": "{{ steps.start.fails }}" } },
        { "id": "refuse", "type": "fail", "params": { "message": "refused {{ steps.start.card.number }}" } },
        { "id": "done", "type": "set", "params": { "fields": { "number": "{{ steps.copy.copied }}", "headers": { "Authorization": "Bearer 1", "accept": "all" } } } }
    ]);
    let mut document =
        document("Paying", nodes, "start -> copy, copy -> choose, choose -true-> refuse, choose -false-> done");
    document["settings"] = json!({ "mask": ["Password"] });
    document
}

async fn everything_told(api: &Api, run: &Value) -> String {
    let mut told = String::new();
    for part in [path(run), format!("{}/steps", path(run)), format!("{}/events", path(run)), "/runs".into()] {
        told.push_str(&api.get(&part).await.text);
    }
    told
}

#[tokio::test]
async fn marked_values_named_fields_and_credentials_leave_the_server_masked() {
    let server = Server::start().await;
    let api = server.api();
    let workflow = api.publish(paying()).await;
    for fails in [false, true] {
        let input =
            json!({ "card": { "number": "4111-1111", "holder": "Ada" }, "password": "hunter2", "fails": fails });
        let run = api.run(&workflow, input).await;
        assert_eq!(run["input"]["card"], json!({ "number": "•••", "holder": "Ada" }));
        match fails {
            false => assert_eq!(
                run["output"],
                json!({ "number": "•••", "headers": { "Authorization": "•••", "accept": "all" } })
            ),
            true => assert_eq!(run["error"]["message"], "refused •••"),
        }
        let told = everything_told(&api, &run).await;
        assert!(told.contains("paid with •••") && told.contains("Ada"), "{told}");
        assert!(!told.contains("4111") && !told.contains("hunter2") && !told.contains("Bearer 1"), "{told}");
        // The journal has them: a run that is run again gets what the first one got.
        let again = api.post(&format!("{}/rerun", path(&run)), json!({})).await.expect(201);
        let again = api.ended(again["id"].as_str().unwrap()).await;
        assert_eq!((&again["output"], &again["error"]["message"]), (&run["output"], &run["error"]["message"]));
    }
    let found = api.get("/runs?search=4111").await.expect(200);
    assert_eq!(found["items"], json!([]), "what is not shown is not found either");
    let run = api.get("/runs?search=ada").await.expect(200)["items"][0].clone();
    api.delete(&format!("/workflows/{workflow}")).await.expect(204);
    let told = everything_told(&api, &run).await;
    assert!(told.contains("•••") && !told.contains("4111") && !told.contains("hunter2"), "{told}");
}

#[tokio::test]
async fn runs_are_found_by_any_of_their_data_before_and_after_they_are_indexed() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "inside", "type": "set", "params": { "fields": { "word": "Zanzibar {{ input.name }}" } } },
        { "id": "last", "type": "set", "params": { "fields": { "n": "{{ 10 / steps.start.by.length }}" } } }
    ]);
    let travels = api.publish(document("Travels", nodes, "start -> inside, inside -> last")).await;
    let greets = api.publish(greeting()).await;
    let good = api.run(&travels, json!({ "name": "Ada", "by": "sea" })).await;
    let bad = api.run(&travels, json!({ "name": "Bob \"Quote\" O'Neil" })).await;
    let other = api.run(&greets, json!({ "name": "ada@example.org" })).await;
    let waits = api.publish(waiting()).await;
    let live = api.post(&format!("/workflows/{waits}/runs"), json!({ "input": "Lagos" })).await.expect(201);
    assert_eq!(bad["status"], "failed");
    let code = bad["error"]["code"].as_str().unwrap();
    let check = async || {
        let find = async |query: &str| {
            let page = api.get(&format!("/runs?{query}")).await.expect(200);
            page["items"].as_array().unwrap().iter().map(|run| run["id"].clone()).collect::<Vec<_>>()
        };
        let expected = |runs: &[&Value]| runs.iter().map(|run| run["id"].clone()).collect::<Vec<_>>();
        assert_eq!(find("search=zanzibar").await, expected(&[&bad, &good]));
        assert_eq!(find("search=zanzibar%20ad").await, expected(&[&good]));
        assert_eq!(find("search=ada").await, expected(&[&other, &good]));
        assert_eq!(find("search=ada@example.org").await, expected(&[&other]));
        assert_eq!(find("search=bob%20%22quote%22").await, expected(&[&bad]));
        assert_eq!(find("search=LAGOS").await, expected(&[&live]));
        assert_eq!(find("search=travel").await, expected(&[&bad, &good]));
        assert_eq!(find("search=%22%20OR%20*%20NEAR(").await, expected(&[]));
        assert_eq!(find("search=%25").await, expected(&[]));
        assert_eq!(find(&format!("search=zanzibar&error={code}")).await, expected(&[&bad]));
        assert_eq!(find(&format!("error={code}")).await, expected(&[&bad]));
        assert_eq!(find("error=nothing").await, expected(&[]));
        assert_eq!(find(&format!("search=ada&workflow={travels}")).await, expected(&[&good]));
        assert_eq!(find("search=zanzibar&status=failed").await, expected(&[&bad]));
        assert_eq!(find("search=zanzibar&limit=1").await, expected(&[&bad]));
        assert_eq!(find("search=zanzibar&to=1").await, expected(&[]));
        assert_eq!(find(&format!("search=zanzibar&cursor={}", bad["id"].as_str().unwrap())).await, expected(&[&good]));
    };
    check().await;
    server.app().history().index_now().await.unwrap();
    check().await;
}

#[tokio::test]
async fn a_search_says_when_it_could_not_look_at_every_run() {
    let server = Server::start().await;
    let waits = server.api().publish(waiting()).await;
    let (api, path) = (&server.api(), &format!("/workflows/{waits}/runs"));
    let start = |number: u32| api.post(path, json!({ "input": format!("n{number}") }));
    stream::iter(0..499).map(start).buffer_unordered(16).collect::<Vec<_>>().await;
    let found = async |text: &str| {
        let page = api.get(&format!("/runs?search={text}")).await.expect(200);
        (page["items"].as_array().unwrap().len(), page["incomplete"].clone())
    };
    assert_eq!(found("n0").await, (1, json!(false)));
    start(499).await.expect(201);
    start(500).await.expect(201);
    assert_eq!((found("n500").await.0, found("nothing").await), (1, (0, json!(true))));
}

#[tokio::test]
async fn runs_are_kept_as_long_as_their_workflow_says_or_else_the_server() {
    const DAY_MS: i64 = 86_400_000;
    let server = Server::start().await;
    let api = server.api();
    let mut two_at_most = greeting();
    two_at_most["settings"] = json!({ "retention": { "succeeded": { "runs": 2 } } });
    let (few, all, live) =
        (api.publish(two_at_most).await, api.publish(greeting()).await, api.publish(waiting()).await);
    let mut newest = Vec::new();
    for _ in 0..4 {
        newest.insert(0, api.run(&few, json!({ "name": "Ada" })).await["id"].clone());
    }
    api.run(&all, json!({ "name": "Ada" })).await;
    api.post(&format!("/workflows/{live}/runs"), json!({})).await.expect(201);
    let kept = async |workflow: &str| {
        let runs = api.get(&format!("/runs?workflow={workflow}")).await.expect(200);
        runs["items"].as_array().unwrap().iter().map(|run| run["id"].clone()).collect::<Vec<_>>()
    };
    let now_ms = weft::clock::now_ms();
    let history = server.app().history();
    assert_eq!(history.tidy(now_ms).await.unwrap(), 2);
    assert_eq!((kept(&few).await, kept(&all).await.len()), (newest[..2].to_vec(), 1));
    assert_eq!(history.tidy(now_ms + 29 * DAY_MS).await.unwrap(), 0);
    assert_eq!(history.tidy(now_ms + 31 * DAY_MS).await.unwrap(), 1, "the server keeps runs for 30 days");
    assert_eq!((kept(&all).await.len(), kept(&live).await.len()), (0, 1), "a live run is never deleted");
}

fn hides(found: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!found.contains(secret), "{secret} is shown: {found}");
    }
}

async fn newest(api: &Api, workflow: &str) -> Value {
    let run = api.get(&format!("/runs?workflow={workflow}")).await.expect(200)["items"][0].clone();
    api.ended(run["id"].as_str().unwrap()).await
}

#[tokio::test]
async fn an_error_workflow_hides_what_the_failed_run_hides() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "oops", "type": "error_trigger" },
        { "id": "tell", "type": "set", "params": { "fields": { "text": "{{ input.workflow.name + ': ' + input.error.message }}" } } }
    ]);
    let alarm = api.publish(document("Alarm", nodes, "oops -> tell")).await;
    let mut paying = paying();
    paying["settings"]["on_error_workflow"] = json!(alarm);
    let workflow = api.publish(paying).await;
    let input = json!({ "card": { "number": "4111-1111" }, "password": "hunter2", "fails": true });
    let failed = api.run(&workflow, input).await;
    let told = newest(&api, &alarm).await;
    assert_eq!(told["parent"]["run_id"], failed["id"]);
    assert_eq!(
        (&told["input"]["run"]["input"]["password"], &told["output"]["text"]),
        (&json!("•••"), &json!("Paying: refused •••"))
    );
    let check = async |run: &Value| {
        hides(&everything_told(&api, run).await, &["4111", "hunter2"]);
        for search in ["4111", "hunter2"] {
            assert_eq!(api.get(&format!("/runs?search={search}")).await.expect(200)["items"], json!([]));
        }
    };
    check(&told).await;
    server.app().history().index_now().await.unwrap();
    check(&told).await;
    let again = api.post(&format!("{}/rerun", path(&told)), json!({})).await.expect(201);
    check(&api.ended(again["id"].as_str().unwrap()).await).await;
}

#[tokio::test]
async fn runs_that_call_one_another_hide_what_each_of_them_hides() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "login", "type": "set", "mask": ["token"], "params": { "fields": { "token": "tok-12345", "iban": "DE89-1", "password": "{{ input.password }}" } } }
    ]);
    let mut called = document("Called", nodes, "start -> login");
    called["settings"] = json!({ "mask": ["iban"] });
    let called = api.publish(called).await;
    let nodes = json!([
        { "id": "start", "type": "manual", "mask": ["card"] },
        { "id": "call", "type": "call_workflow", "params": { "workflow": called, "input": { "password": "{{ input.password }}", "note": "card {{ input.card }}" } } },
        { "id": "end", "type": "set", "params": { "keep": true, "fields": { "copied": "{{ input.token }}" } } }
    ]);
    let mut caller = document("Caller", nodes, "start -> call, call -> end");
    caller["settings"] = json!({ "mask": ["password"] });
    let caller = api.publish(caller).await;
    let run = api.run(&caller, json!({ "password": "hunter2", "card": "4111-1111" })).await;
    let hidden = json!({ "token": "•••", "iban": "•••", "password": "•••", "copied": "•••" });
    assert_eq!(run["output"], hidden);
    let child = newest(&api, &called).await;
    assert_eq!(child["input"], json!({ "password": "•••", "note": "card •••" }));
    let secrets = ["tok-12345", "DE89-1", "hunter2", "4111"];
    for run in [&run, &child] {
        hides(&everything_told(&api, run).await, &secrets);
    }
    server.app().history().index_now().await.unwrap();
    for secret in secrets {
        assert_eq!(api.get(&format!("/runs?search={secret}")).await.expect(200)["items"], json!([]), "{secret}");
    }

    api.delete(&path(&child)).await.expect(204);
    assert_eq!(api.get(&path(&run)).await.expect(200)["output"], "•••", "nobody can tell where the token went");
    hides(&everything_told(&api, &run).await, &secrets);
    api.delete(&path(&run)).await.expect(204);
}

#[tokio::test]
async fn a_question_is_masked_in_lists_and_whole_on_its_own_page() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "ask", "type": "approval", "params": { "title": "Pay to {{ input.iban }}?", "text": "{{ input.why }}", "choices": [{ "port": "yes" }] } }
    ]);
    let mut asks = document("Asks", nodes, "start -> ask");
    asks["settings"] = json!({ "mask": ["iban"] });
    let workflow = api.publish(asks).await;
    let body = json!({ "input": { "iban": "DE89-3704", "why": "rent" } });
    api.post(&format!("/workflows/{workflow}/runs"), body).await.expect(201);
    let asked = api.get("/approvals").await.expect(200)["items"][0].clone();
    assert_eq!((&asked["title"], &asked["text"]), (&json!("Pay to •••?"), &json!("rent")));
    let token = asked["url"].as_str().unwrap().rsplit('/').next().unwrap();
    let page = server.anonymous().get(&format!("/public/approvals/{token}")).await.expect(200);
    assert_eq!(page["title"], "Pay to DE89-3704?");
}

#[tokio::test]
async fn credentials_are_masked_under_any_name_of_the_headers() {
    let server = Server::start().await;
    let api = server.api();
    let nodes = json!([
        { "id": "start", "type": "manual" },
        { "id": "copy", "type": "set", "params": { "fields": { "sent": "{{ input.headers }}", "Cookie": "{{ input.headers.cookie }}" } } }
    ]);
    let workflow = api.publish(document("Copies", nodes, "start -> copy")).await;
    let run = api.run(&workflow, json!({ "headers": { "authorization": "Bearer 1", "cookie": "c=1" } })).await;
    assert_eq!(run["output"], json!({ "sent": { "authorization": "•••", "cookie": "•••" }, "Cookie": "•••" }));
    hides(&everything_told(&api, &run).await, &["Bearer 1", "c=1"]);
}
