//! The designer's files, the headers on everything, and the reference of the API.

use reqwest::Method;
use serde_json::Value;
use weft_tests::{Answer, Server};

async fn get(server: &Server, path: &str) -> Answer {
    server.anonymous().send_bytes(Method::GET, path, Vec::new()).await
}

#[tokio::test]
async fn every_page_of_the_designer_is_served_with_strict_headers() {
    let server = Server::start().await;
    for path in ["/", "/workflows", "/workflows/wf_1/edit", "/setup"] {
        let page = get(&server, path).await;
        page.expect(200);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert_eq!(page.header("cache-control"), "no-cache");
    }
    for path in ["/", "/api/v1/setup", "/api/v1/me", "/healthz"] {
        let answer = get(&server, path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
    }
    assert_eq!(get(&server, "/api/v1/me").await.header("cache-control"), "no-store");
    get(&server, "/assets/gone-1234.js").await.expect(404);
    let posted = server.anonymous().send_bytes(Method::POST, "/", Vec::new()).await;
    posted.refused(405, "method_not_allowed");
}

#[tokio::test]
async fn the_process_tells_that_it_is_well() {
    let server = Server::start().await;
    assert_eq!(get(&server, "/healthz").await.text, "ok");
    assert_eq!(get(&server, "/readyz").await.text, "ready");
}

#[tokio::test]
async fn the_reference_needs_nothing_from_elsewhere() {
    let server = Server::start().await;
    let page = get(&server, "/api/v1/docs").await;
    page.expect(200);
    assert!(page.text.contains("/api/v1/workflows/{id}/publish") && page.text.contains("draft_changed"));
    assert!(!page.text.contains("http://") && !page.text.contains("https://") && !page.text.contains("<script"));
    let document = get(&server, "/api/v1/openapi.json").await.expect(200);
    assert_eq!(document["info"]["title"], "Weft");
    let schema = get(&server, "/api/v1/schemas/document").await.expect(200);
    assert_ne!(schema["properties"]["nodes"], Value::Null);
}
