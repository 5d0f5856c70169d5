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
