//! The designer, built into the binary. Every path that is no file is the designer's own.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "../../designer-ui/dist"]
struct Designer;

const INDEX: &str = "index.html";

/// Names in this folder contain a digest of the content, so they never mean anything else.
const HASHED: &str = "assets/";

/// A file of the designer, or its page for every other path.
pub async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    match Designer::get(path) {
        Some(found) if !path.is_empty() => send(path, found, &headers),
        // A page that was open during an upgrade asks for files that are gone; the start page would only confuse it.
        _ if path.starts_with(HASHED) => StatusCode::NOT_FOUND.into_response(),
        _ => match Designer::get(INDEX) {
            Some(index) => send(INDEX, index, &headers),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

fn send(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let digest = file.metadata.sha256_hash();
    let etag: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{etag}\"");
    let cache = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let is_known =
        headers.get(IF_NONE_MATCH).is_some_and(|known| known.to_str().is_ok_and(|known| known.contains(&etag)));
    let mut response = if is_known { StatusCode::NOT_MODIFIED.into_response() } else { file.data.into_response() };
    let sent = response.headers_mut();
    sent.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    sent.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(etag) = HeaderValue::try_from(etag) {
        sent.insert(ETAG, etag);
    }
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(path: &'static str, headers: HeaderMap) -> Response {
        file(Uri::from_static(path), headers).await
    }

    #[tokio::test]
    async fn every_path_that_is_no_file_is_the_page() {
        for path in ["/", "/workflows/wf_1", "/runs", "/../Cargo.toml"] {
            let response = get(path, HeaderMap::new()).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
            assert_eq!(response.headers()[CACHE_CONTROL], "no-cache");
        }
        assert_eq!(get("/assets/gone-1234.js", HeaderMap::new()).await.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn what_the_browser_has_is_not_sent_again() {
        let first = get("/", HeaderMap::new()).await;
        let known = HeaderMap::from_iter([(IF_NONE_MATCH, first.headers()[ETAG].clone())]);
        assert_eq!(get("/", known).await.status(), StatusCode::NOT_MODIFIED);
    }
}
