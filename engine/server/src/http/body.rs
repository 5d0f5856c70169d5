//! Reading request bodies within limits, and refusing them as problems.

use std::error::Error;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use futures::StreamExt;
use http_body_util::LengthLimitError;

use super::problem::{Code, Problem};

/// What the API takes unless a route says otherwise.
pub const API_BODY: usize = 1 << 20;

/// What routes take that carry a workflow document.
pub const DOCUMENT_BODY: usize = 4 << 20;

/// What the upload of a component may be.
pub const COMPONENT_BODY: usize = 32 << 20;

/// What a webhook may be sent.
pub const WEBHOOK_BODY: usize = 10 << 20;

/// How deeply JSON may be nested. Bounds the stack of everything that walks values.
pub const DEEPEST: usize = 64;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body of at most `limit` bytes.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        let _ = tokio::time::timeout(PATIENCE, discard(body, 4 * limit)).await;
        return Err(too_large(limit));
    }
    match tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if error.source().is_some_and(|source| source.is::<LengthLimitError>()) => Err(too_large(limit)),
        Ok(Err(error)) => Err(Problem::new(Code::MalformedRequest, format!("The body could not be read: {error}."))),
        Err(_) => Err(Problem::new(
            Code::RequestTimeout,
            format!("The body must arrive within {} seconds.", PATIENCE.as_secs()),
        )),
    }
}

/// Takes what is still coming: many clients read no answer before they have sent everything.
async fn discard(body: Body, at_most: usize) {
    let mut chunks = body.into_data_stream();
    let mut seen = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        seen += chunk.len();
        if seen > at_most {
            return;
        }
    }
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("The body may have at most {} MiB ({limit} bytes) here.", limit >> 20))
}

/// The media type of a request, in lower case and without parameters.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

pub fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

/// Refuses JSON nested deeper than [`DEEPEST`], before anything recursive sees it.
pub fn check_depth(json: &[u8]) -> Result<(), Problem> {
    if depth(json) > DEEPEST {
        return Err(Problem::new(Code::BodyTooDeep, format!("Lists and objects may be nested {DEEPEST} levels deep.")));
    }
    Ok(())
}

/// The deepest nesting of lists and objects; right for valid JSON, and no matter for the rest.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
    }
    deepest
}

fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_lists_and_objects_but_not_strings() {
        let check = |json: &str, expected| assert_eq!(depth(json.as_bytes()), expected, "{json}");
        check("1", 0);
        check("[]", 1);
        check(r#"{"a": [1, {"b": []}], "c": {}}"#, 4);
        check(r#"["[[[[", "\"[[["]"#, 1);
        check(r#"["\\", [1]]"#, 2);
        check("]]][[", 2);
    }

    #[test]
    fn the_limit_of_nesting_holds_exactly() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(check_depth(nested(DEEPEST).as_bytes()).is_ok());
        assert_eq!(check_depth(nested(DEEPEST + 1).as_bytes()).unwrap_err().code(), "body_too_deep");
    }

    #[test]
    fn json_is_known_by_its_media_type() {
        let mut headers = HeaderMap::new();
        assert_eq!(media_type(&headers), None);
        headers.insert(CONTENT_TYPE, "Application/JSON; charset=utf-8".parse().unwrap());
        assert!(media_type(&headers).is_some_and(|media_type| is_json(&media_type)));
        assert!(is_json("application/cloudevents+json"));
        assert!(!is_json("text/json-ish"));
    }

    #[tokio::test]
    async fn a_body_past_the_limit_is_refused_announced_or_not() {
        let mut headers = HeaderMap::new();
        let read_of =
            |headers: HeaderMap, size: usize| async move { read(&headers, Body::from(vec![b'x'; size]), 100).await };
        assert_eq!(read_of(headers.clone(), 100).await.unwrap().len(), 100);
        assert_eq!(read_of(headers.clone(), 101).await.unwrap_err().code(), "body_too_large");
        headers.insert(CONTENT_LENGTH, "101".parse().unwrap());
        assert_eq!(read_of(headers, 101).await.unwrap_err().code(), "body_too_large");
    }
}
