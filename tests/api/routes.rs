//! What holds for every route there is.

use reqwest::Method;
use serde_json::{Map, Value};
use weft_tests::Server;

/// Every operation of the OpenAPI document: method, path with made-up ids, and what is said about it.
fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{id}", "x").replace("{number}", "1").replace("{version}", "1.0.0");
        for (method, operation) in item.as_object().unwrap() {
            if let Ok(method) = method.to_uppercase().parse::<Method>() {
                operations.push((method, path.clone(), operation.clone()));
            }
        }
    }
    operations
}

fn is_public(operation: &Value) -> bool {
    operation["security"].as_array().is_some_and(|ways| ways.iter().any(|way| *way == Value::Object(Map::new())))
}

#[tokio::test]
async fn every_route_is_documented_and_closed_to_strangers() {
    let server = Server::start().await;
    let document = server.anonymous().get("/openapi.json").await.expect(200);
    let operations = operations(&document);
    assert!(operations.len() >= 37, "{} operations", operations.len());
    for (method, path, operation) in operations {
        let told = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{told} has no summary");
        let json = server.anonymous().with_header("content-type", "application/json");
        let answer = json.send_bytes(method.clone(), &path, b"{}".to_vec()).await;
        if is_public(&operation) {
            assert_ne!(answer.json()["code"], "route_not_found", "{told}");
        } else {
            answer.refused(401, "not_signed_in");
        }
        let known = server.api().with_header("content-type", "application/json");
        let answer = known.send_bytes(method, &path, b"{}".to_vec()).await;
        assert!(
            answer.status < 500 && answer.status != 401 && answer.status != 405,
            "{told}: {} {}",
            answer.status,
            answer.text
        );
    }
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own() {
    let server = Server::start().await;
    let document = server.anonymous().get("/openapi.json").await.expect(200);
    let name = |(_, _, operation): &(Method, String, Value)| operation["operationId"].as_str().unwrap().to_owned();
    let mut names: Vec<String> = operations(&document).iter().map(name).collect();
    names.sort();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
}

#[tokio::test]
async fn every_reference_of_the_openapi_document_leads_somewhere() {
    let server = Server::start().await;
    let document = server.anonymous().get("/openapi.json").await.expect(200);
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference).is_some(), "{reference} leads nowhere");
    }
}
