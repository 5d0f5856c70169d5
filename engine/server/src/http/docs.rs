//! The reference of the API: the OpenAPI document, and a plain page made from it that needs nothing from elsewhere.

use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::problem::Code;
use super::router::PREFIX;
use crate::app::App;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
code{font-family:ui-monospace,monospace}section{border-top:1px solid #8886;padding:.5rem 0}h3{margin:.5rem 0;font-size:1rem}\
table{border-collapse:collapse}td{padding:.15rem 1rem .15rem 0;vertical-align:top}:root{color-scheme:light dark}";

/// The document at `openapi.json`, the page at `docs`.
pub fn routes(document: OpenApi) -> Router<App> {
    let json: Arc<str> = document.to_json().unwrap_or_default().into();
    let page: Arc<str> = serde_json::from_str(&json).map(|document| page(&document)).unwrap_or_default().into();
    Router::new()
        .route(&format!("{PREFIX}/openapi.json"), get(async move || text("application/json", &json)))
        .route(&format!("{PREFIX}/docs"), get(async move || text("text/html; charset=utf-8", &page)))
        .route(&format!("{PREFIX}/docs.css"), get(async || text("text/css", STYLE)))
}

fn text(content_type: &'static str, content: &str) -> Response {
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static(content_type)), (CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    (headers, content.to_owned()).into_response()
}

fn page(document: &Value) -> String {
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Weft API</title><link rel=\"stylesheet\" href=\"{PREFIX}/docs.css\"><h1>Weft API</h1>\
         <p>The same for machines: <a href=\"{PREFIX}/openapi.json\">openapi.json</a></p><h2>Routes</h2>"
    );
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                html.push_str(&operation_section(path, method, operation));
            }
        }
    }
    html.push_str("<h2>Error codes</h2><table>");
    for code in Code::ALL {
        let (slug, status, title) = (code.as_str(), code.status().as_u16(), escape(code.title()));
        // Writing to a string cannot fail.
        let _ = write!(html, "<tr id=\"{slug}\"><td><code>{slug}</code><td>{status}<td>{title}");
    }
    html.push_str("</table></html>");
    html
}

fn operation_section(path: &str, method: &str, operation: &Value) -> String {
    let said = |key: &str| escape(operation[key].as_str().unwrap_or_default());
    let mut section =
        format!("<section><h3><code>{} {}</code> {}</h3>", method.to_uppercase(), escape(path), said("summary"));
    let description = said("description");
    if !description.is_empty() {
        let _ = write!(section, "<p>{description}</p>");
    }
    section.push_str("<table>");
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let field = |key: &str| escape(parameter[key].as_str().unwrap_or_default());
        let _ =
            write!(section, "<tr><td><code>{}</code><td>{}<td>{}", field("name"), field("in"), field("description"));
    }
    if let Some(schema) = schema_name(&operation["requestBody"]["content"]) {
        let _ = write!(section, "<tr><td>body<td><td><code>{}</code>", escape(&schema));
    }
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let schema = schema_name(&response["content"]).unwrap_or_default();
        let _ = write!(section, "<tr><td>answers {}<td><td><code>{}</code>", escape(status), escape(&schema));
    }
    section.push_str("</table></section>");
    section
}

fn schema_name(content: &Value) -> Option<String> {
    let (media_type, content) = content.as_object()?.iter().next()?;
    let schema = &content["schema"];
    let reference = schema["$ref"].as_str().or_else(|| schema["items"]["$ref"].as_str());
    let variant = || schema["oneOf"].as_array()?.iter().find_map(|variant| variant["$ref"].as_str());
    let name = reference.or_else(variant).and_then(|reference| reference.rsplit('/').next());
    Some(name.unwrap_or(media_type).to_owned())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_every_route_and_code_and_escapes() {
        let document = serde_json::to_value(super::super::router::openapi()).unwrap();
        let html = page(&document);
        for path in document["paths"].as_object().unwrap().keys() {
            assert!(html.contains(&escape(path)), "{path}");
        }
        assert!(html.contains("id=\"draft_changed\""));
        assert!(!html.contains("<script"));
        assert_eq!(escape("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }

    #[test]
    fn the_committed_description_is_what_the_code_says() {
        let committed = include_str!("../../../../designer-ui/openapi.json");
        let fresh = super::super::router::openapi().to_pretty_json().unwrap();
        assert!(committed.trim() == fresh.trim(), "designer-ui/openapi.json is stale: run `just gen`");
    }
}
