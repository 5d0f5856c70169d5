//! Trying expressions out.

use serde_json::{Value, json};
use weft_tests::Server;

#[tokio::test]
async fn a_template_is_evaluated_in_its_context() {
    let server = Server::start().await;
    let api = server.api();
    let check = async |template: &str, context: Value, expected: Value| {
        let answer = api.post("/expressions/evaluate", json!({ "template": template, "context": context })).await;
        assert_eq!(answer.expect(200)["value"], expected, "{template}");
    };
    check("{{ input.a + 1 }}", json!({ "input": { "a": 1 } }), json!(2)).await;
    check("Hello {{ steps.get.name }}", json!({ "steps": { "get": { "name": "Ada" } } }), json!("Hello Ada")).await;
    check("{{ [item, index] }}", json!({ "item": "x", "index": 3 }), json!(["x", 3])).await;
    check("plain", json!({}), json!("plain")).await;
}

#[tokio::test]
async fn a_failing_expression_is_told_with_its_place() {
    let server = Server::start().await;
    let api = server.api();
    let check = async |template: &str, start: u64| {
        let answer = api.post("/expressions/evaluate", json!({ "template": template, "context": {} })).await;
        let refused = answer.refused(422, "expression_failed");
        assert_eq!(refused["span"]["start"], start, "{refused:#}");
        assert!(refused["span"]["end"].as_u64().unwrap() >= start);
    };
    check("{{ nowhere }}", 3).await;
    // Offsets count as editors do: the face is two units.
    check("😀 {{ nowhere }}", 6).await;
}

#[tokio::test]
async fn an_endless_expression_ends() {
    let server = Server::start().await;
    let list: Vec<u32> = (0..2_000).collect();
    let body =
        json!({ "template": "{{ input.map(a => input.map(b => input.map(c => c))) }}", "context": { "input": list } });
    server.api().post("/expressions/evaluate", body).await.refused(422, "expression_failed");
}
