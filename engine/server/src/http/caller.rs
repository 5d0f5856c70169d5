//! Who is asking, and whether they may.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;

use super::problem::{Code, Problem};
use crate::accounts::{Identity, Kind, Permission};
use crate::app::App;
use crate::clock::now_ms;
use crate::ids::WorkspaceId;
use crate::store::runs::TriggerKind;

/// The name of the session's cookie.
pub const COOKIE_NAME: &str = "weft_session";

/// Somebody the server knows. A route that takes this answers 401 to everybody else.
#[derive(Debug, Clone)]
pub struct Caller(pub Identity);

impl Caller {
    /// The workspace to work in, if the caller may do this there.
    pub fn may(&self, permission: Permission) -> Result<WorkspaceId, Problem> {
        // Whoever may not do it must not learn that it is there.
        let refused = || Problem::new(Code::RouteNotFound, "There is nothing here for you.");
        self.0.role.allows(permission).then_some(self.0.workspace).ok_or_else(refused)
    }

    /// How a run is marked that this caller starts.
    pub fn trigger_kind(&self) -> TriggerKind {
        match self.0.kind {
            Kind::User => TriggerKind::Manual,
            Kind::Key => TriggerKind::Api,
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Caller, Problem> {
        if let Some(key) = bearer(&parts.headers) {
            let detail = "The API key is not valid here.";
            return app.accounts().by_key(key).map(Caller).ok_or_else(|| Problem::new(Code::NotSignedIn, detail));
        }
        let missing = || Problem::new(Code::NotSignedIn, "Sign in, or send `Authorization: Bearer <API key>`.");
        let token = session_token(&parts.headers).ok_or_else(missing)?;
        let over = || Problem::new(Code::NotSignedIn, "Your session is over. Sign in again.");
        app.accounts().by_session(token, now_ms()).await?.map(Caller).ok_or_else(over)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

/// The token of the session's cookie.
pub fn session_token(headers: &HeaderMap) -> Option<&str> {
    let cookies =
        headers.get_all(COOKIE).iter().filter_map(|cookie| cookie.to_str().ok()).flat_map(|line| line.split(';'));
    cookies
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, token)| token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let check = |cookie: &'static str, expected| {
            let headers = HeaderMap::from_iter([(COOKIE, cookie.parse().unwrap())]);
            assert_eq!(session_token(&headers), expected, "{cookie}");
        };
        check("weft_session=abc", Some("abc"));
        check("theme=dark; weft_session=abc; x=y", Some("abc"));
        check("not_weft_session=abc", None);
        check("weft_session", None);
    }

    #[test]
    fn a_key_comes_as_bearer() {
        let check = |header: &'static str, expected| {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, header.parse().unwrap())]);
            assert_eq!(bearer(&headers), expected, "{header}");
        };
        check("Bearer abc", Some("abc"));
        check("bearer abc", Some("abc"));
        check("Basic abc", None);
        check("abc", None);
    }
}
