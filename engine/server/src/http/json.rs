//! JSON in and out: an extractor that turns everything wrong with a body into a problem.

use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::body::{self, API_BODY};
use super::problem::{Code, Problem};

/// A JSON body of at most `LIMIT` bytes, or a JSON answer.
#[derive(Debug)]
pub struct Json<T, const LIMIT: usize = API_BODY>(pub T);

/// A JSON body that may be left out altogether.
#[derive(Debug)]
pub struct OptionalJson<T, const LIMIT: usize = API_BODY>(pub T);

impl<S, T, const LIMIT: usize> FromRequest<S> for Json<T, LIMIT>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let media_type = body::media_type(&parts.headers);
        let bytes = body::read(&parts.headers, body, LIMIT).await?;
        check_media_type(media_type.as_deref())?;
        Ok(Json(parse(&bytes)?))
    }
}

impl<S, T, const LIMIT: usize> FromRequest<S> for OptionalJson<T, LIMIT>
where
    S: Send + Sync,
    T: DeserializeOwned + Default,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let media_type = body::media_type(&parts.headers);
        let bytes = body::read(&parts.headers, body, LIMIT).await?;
        if bytes.is_empty() {
            return Ok(OptionalJson(T::default()));
        }
        check_media_type(media_type.as_deref())?;
        Ok(OptionalJson(parse(&bytes)?))
    }
}

/// Any JSON: an object, a list or a plain value; `null` when there is no body.
#[derive(Debug)]
pub struct AnyJson(pub Value);

impl<S: Send + Sync> FromRequest<S> for AnyJson {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let media_type = body::media_type(&parts.headers);
        let bytes = body::read(&parts.headers, body, API_BODY).await?;
        if bytes.is_empty() {
            return Ok(AnyJson(Value::Null));
        }
        check_media_type(media_type.as_deref())?;
        body::check_depth(&bytes)?;
        Ok(AnyJson(serde_json::from_slice(&bytes).map_err(|error| not_json(&error))?))
    }
}

/// The text of a JSON body, for whoever parses it himself.
#[derive(Debug)]
pub struct JsonText<const LIMIT: usize>(pub String);

impl<S: Send + Sync, const LIMIT: usize> FromRequest<S> for JsonText<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let media_type = body::media_type(&parts.headers);
        let bytes = body::read(&parts.headers, body, LIMIT).await?;
        check_media_type(media_type.as_deref())?;
        let not_text = |_| Problem::new(Code::BodyNotJson, "The body is not UTF-8, so it is not JSON.");
        Ok(JsonText(String::from_utf8(bytes.into()).map_err(not_text)?))
    }
}

impl<T: Serialize, const LIMIT: usize> IntoResponse for Json<T, LIMIT> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn check_media_type(media_type: Option<&str>) -> Result<(), Problem> {
    match media_type {
        Some(media_type) if body::is_json(media_type) => Ok(()),
        Some(other) => Err(wrong_content_type(&format!("`{other}`"))),
        None => Err(wrong_content_type("nothing")),
    }
}

fn wrong_content_type(given: &str) -> Problem {
    Problem::new(
        Code::WrongContentType,
        format!("Send JSON with `Content-Type: application/json`; the header says {given}."),
    )
}

/// Parses a body; what does not parse is told with its place.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    body::check_depth(bytes)?;
    // Serde would take a list for an object and go by position.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::new(Code::InvalidBody, "The body must be an object, not a list.").at_pointer(""));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        if inner.is_data() { wrong_shape(pointer, &inner) } else { not_json(&inner) }
    })?;
    json.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> Problem {
    Problem::new(Code::BodyNotJson, format!("The body does not parse as JSON: {error}."))
}

fn wrong_shape(mut pointer: String, error: &serde_json::Error) -> Problem {
    // Serde tells of a missing field at the object that lacks it.
    let words = error.to_string();
    if let Some((name, _)) = words.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
        push(&mut pointer, name);
    }
    let place = if pointer.is_empty() { "the body" } else { &pointer };
    let field = pointer.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
    let problem = Problem::new(Code::InvalidBody, format!("At {place}: {words}."));
    if field.is_empty() { problem.at_pointer(pointer) } else { problem.at_field(field).at_pointer(pointer) }
}

/// A path of the deserializer as a JSON pointer.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => push(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn push(pointer: &mut String, key: &str) {
    pointer.push('/');
    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header::CONTENT_TYPE;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[serde(default)]
        lines: Vec<Line>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Line {
        #[serde(rename = "a/b")]
        amount: u32,
    }

    fn request(content_type: Option<&str>, body: impl Into<Body>) -> Request {
        let mut request = Request::post("/").body(body.into()).unwrap();
        if let Some(content_type) = content_type {
            request.headers_mut().insert(CONTENT_TYPE, content_type.parse().unwrap());
        }
        request
    }

    async fn refused(content_type: Option<&str>, body: impl Into<Body>) -> Problem {
        Json::<Order>::from_request(request(content_type, body), &()).await.unwrap_err()
    }

    #[tokio::test]
    async fn each_way_to_be_wrong_has_its_code() {
        let json = Some("application/json");
        assert_eq!(refused(json, "{").await.code(), "body_not_json");
        assert_eq!(refused(json, "").await.code(), "body_not_json");
        assert_eq!(refused(json, "{} {}").await.code(), "body_not_json");
        assert_eq!(refused(json, "[1]").await.code(), "invalid_body");
        assert_eq!(refused(json, r#"{"line": []}"#).await.code(), "invalid_body");
        assert_eq!(refused(Some("text/plain"), "{}").await.code(), "wrong_content_type");
        assert_eq!(refused(None, "{}").await.code(), "wrong_content_type");
        assert_eq!(refused(json, vec![b' '; API_BODY + 1]).await.code(), "body_too_large");
        assert_eq!(refused(json, "[".repeat(65)).await.code(), "body_too_deep");
    }

    #[tokio::test]
    async fn a_wrong_type_is_told_with_its_place() {
        let problem = refused(Some("application/json"), r#"{"lines": [{"a/b": 1}, {"a/b": "x"}]}"#).await;
        insta::assert_json_snapshot!(body_of(problem).await, @r###"
        {
          "code": "invalid_body",
          "detail": "At /lines/1/a~1b: invalid type: string \"x\", expected u32 at line 1 column 34.",
          "field": "lines",
          "pointer": "/lines/1/a~1b",
          "status": 422,
          "title": "The body does not have the expected shape",
          "type": "/api/v1/docs#invalid_body"
        }
        "###);
    }

    async fn body_of(problem: Problem) -> serde_json::Value {
        let body = axum::body::to_bytes(problem.into_response().into_body(), 10_000).await.unwrap();
        let mut value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        value.sort_all_objects();
        value
    }

    #[tokio::test]
    async fn any_json_is_taken_but_nothing_else() {
        let json = Some("application/json");
        let taken = async |content_type, body: &'static str| {
            AnyJson::from_request(request(content_type, body), &()).await.map(|AnyJson(value)| value.to_string())
        };
        for text in ["[1,2]", "7", "\"a\"", "null", "{}"] {
            assert_eq!(taken(json, text).await.unwrap(), text);
        }
        assert_eq!(taken(None, "").await.unwrap(), "null");
        assert_eq!(taken(json, "{").await.unwrap_err().code(), "body_not_json");
        assert_eq!(taken(None, "7").await.unwrap_err().code(), "wrong_content_type");
    }

    #[tokio::test]
    async fn an_optional_body_may_be_missing_but_not_wrong() {
        let missing = OptionalJson::<Order>::from_request(request(None, ""), &()).await.unwrap();
        assert_eq!(missing.0, Order::default());
        let wrong = OptionalJson::<Order>::from_request(request(Some("application/json"), "7"), &()).await;
        assert_eq!(wrong.unwrap_err().code(), "invalid_body");
    }
}
