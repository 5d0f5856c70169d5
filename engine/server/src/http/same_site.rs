//! Writes that a browser sends on its own account must come from our own pages.
//!
//! A request with an API key is no browser's doing. Everything else that changes something must say `same-origin` (or be
//! typed by the user), and one that a cookie vouches for must also carry a content type no plain form can send.

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::body;
use super::caller::session_token;
use super::problem::{Code, Problem};

/// Lets requests of our own pages pass and refuses those of others.
pub async fn guard(request: Request, next: Next) -> Response {
    let is_upload = request.uri().path().ends_with("/plugins");
    match check(request.method(), request.headers(), is_upload) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check(method: &Method, headers: &HeaderMap, is_upload: bool) -> Result<(), Problem> {
    if method.is_safe() || headers.contains_key(AUTHORIZATION) {
        return Ok(());
    }
    if !is_same_site(headers) {
        return Err(Problem::new(
            Code::CrossSiteRequest,
            "Only Weft's own pages may do this with your session. Programs use an API key.",
        ));
    }
    if session_token(headers).is_some() {
        check_media_type(headers, is_upload)?;
    }
    Ok(())
}

/// Browsers send at least one of these headers with everything that another site can make them send.
fn is_same_site(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("malformed"));
    match (header("sec-fetch-site"), header(ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some() && authority == header(HOST.as_str())
        }
        (None, None) => true,
    }
}

fn check_media_type(headers: &HeaderMap, is_upload: bool) -> Result<(), Problem> {
    let expected = if is_upload { "application/wasm" } else { "application/json" };
    if body::media_type(headers).as_deref() == Some(expected) {
        return Ok(());
    }
    Err(Problem::new(
        Code::WrongContentType,
        format!("With a session, requests that change something need `Content-Type: {expected}`."),
    ))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    const COOKIE: (&str, &str) = ("cookie", "weft_session=abc");
    const JSON: (&str, &str) = ("content-type", "application/json");
    const HOST: (&str, &str) = ("host", "weft.example:8080");

    fn outcome(method: &Method, headers: &[(&str, &str)], is_upload: bool) -> Result<(), &'static str> {
        let header = |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        super::check(method, &headers.iter().map(header).collect(), is_upload).map_err(|problem| problem.code())
    }

    fn check(headers: &[(&str, &str)], expected: Result<(), &str>) {
        assert_eq!(outcome(&Method::POST, headers, false), expected, "{headers:?}");
    }

    #[test]
    fn only_our_own_pages_write_with_a_session() {
        check(&[COOKIE, JSON, ("sec-fetch-site", "same-origin")], Ok(()));
        check(&[COOKIE, JSON, ("sec-fetch-site", "none")], Ok(()));
        check(&[COOKIE, JSON, ("sec-fetch-site", "cross-site")], Err("cross_site_request"));
        check(&[COOKIE, JSON, ("sec-fetch-site", "same-site")], Err("cross_site_request"));
        check(&[COOKIE, JSON, HOST, ("origin", "http://weft.example:8080")], Ok(()));
        check(&[COOKIE, JSON, HOST, ("origin", "http://evil.example")], Err("cross_site_request"));
        check(&[COOKIE, JSON, HOST, ("origin", "http://weft.example:9090")], Err("cross_site_request"));
        check(&[COOKIE, JSON, HOST, ("origin", "null")], Err("cross_site_request"));
        check(
            &[COOKIE, JSON, HOST, ("origin", "http://weft.example:8080"), ("sec-fetch-site", "cross-site")],
            Err("cross_site_request"),
        );
    }

    #[test]
    fn what_a_form_can_send_is_refused() {
        for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            check(&[COOKIE, ("content-type", media_type)], Err("wrong_content_type"));
        }
        check(&[COOKIE], Err("wrong_content_type"));
        check(&[COOKIE, ("content-type", "application/json; charset=utf-8")], Ok(()));
        assert_eq!(outcome(&Method::POST, &[COOKIE, ("content-type", "application/wasm")], true), Ok(()));
        assert_eq!(outcome(&Method::POST, &[COOKIE, JSON], true), Err("wrong_content_type"));
    }

    #[test]
    fn keys_and_reading_pass() {
        check(&[("authorization", "Bearer x"), ("sec-fetch-site", "cross-site")], Ok(()));
        assert_eq!(outcome(&Method::GET, &[COOKIE, ("sec-fetch-site", "cross-site")], false), Ok(()));
        check(&[("sec-fetch-site", "cross-site"), JSON], Err("cross_site_request"));
    }
}
