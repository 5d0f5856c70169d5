//! Every example does what it says.

use serde_json::{Value, json};
use weft_tests::{Outside, Server};

/// The address examples call; the tests answer in its place.
const ELSEWHERE: &str = "https://api.example.com";

#[tokio::test]
async fn every_example_gives_its_output() {
    let server = Server::start().await;
    let api = server.api();
    let examples = api.get("/examples").await.expect(200);
    let examples = examples["items"].as_array().unwrap();
    assert!(examples.len() >= 5, "there are five examples at least");
    for example in examples {
        let outside = Outside::start().await;
        for answer in outside_of(example["id"].as_str().unwrap()) {
            let text = |field: &str| answer[field].as_str().unwrap().to_owned();
            let status = answer["status"].as_u64().unwrap() as u16;
            outside.answer(&text("method"), &text("path"), status, answer["body"].clone());
        }
        let document = example["document"].to_string().replace(ELSEWHERE, outside.url());
        let document: Value = serde_json::from_str(&document).unwrap();
        let problems = api.post("/documents/check", document.clone()).await.expect(200);
        assert_eq!(problems, json!({ "problems": [] }), "{}", example["id"]);
        let workflow = api.publish(document).await;
        let run = api.run(&workflow, example["input"].clone()).await;
        assert_eq!(
            (&run["status"], &run["output"]),
            (&json!("succeeded"), &example["output"]),
            "{}: {run:#}",
            example["id"]
        );
        api.post(&format!("/workflows/{workflow}/unpublish"), json!({})).await.expect(204);
    }
}

/// What the outside world answers the example, from its file.
fn outside_of(id: &str) -> Vec<Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows").join(format!("{id}.json"));
    let example: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    example["outside"].as_array().cloned().unwrap_or_default()
}
