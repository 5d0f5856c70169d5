//! Setting up, signing in and out, and who one is.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{COOKIE_NAME, Caller, session_token};
use super::json::Json;
use super::problem::{Problem, ProblemBody};
use super::router::by_tls;
use crate::accounts::{ABSOLUTE_MS, Identity, Kind, NewOwner, Token};
use crate::app::App;
use crate::clock::now_ms;
use crate::ids::WorkspaceId;

/// Who is signed in, and where.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    kind: Kind,
    name: String,
    #[schema(required)]
    email: Option<String>,
    workspace: WorkspaceView,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Workspace)]
pub struct WorkspaceView {
    #[schema(value_type = String)]
    id: WorkspaceId,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SetupState {
    /// Whether nobody has an account yet.
    needed: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// From the link the server printed at its start.
    token: String,
    name: String,
    email: String,
    #[schema(min_length = 12, max_length = 128)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    email: String,
    password: String,
}

/// The address the request came from, where the server knows it.
#[derive(Debug, Clone, Copy)]
pub struct Peer(Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Peer, Self::Rejection> {
        Ok(Peer(parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())))
    }
}

/// Whether the server waits to be set up
#[utoipa::path(get, path = "/setup", operation_id = "read_setup", tag = "session", responses((status = 200, body = SetupState)), security(()))]
pub async fn setup_state(State(app): State<App>) -> Json<SetupState> {
    Json(SetupState { needed: app.accounts().setup_token().is_some() })
}

/// Make the first account with the token of the printed link, and sign it in
#[utoipa::path(post, path = "/setup", operation_id = "set_up", tag = "session", request_body = SetUp, security(()),
    responses((status = 201, body = Me), (status = "4XX", body = ProblemBody)))]
pub async fn set_up(
    State(app): State<App>,
    Json(body): Json<SetUp>,
) -> Result<(StatusCode, HeaderMap, Json<Me>), Problem> {
    let owner = NewOwner { name: body.name, email: body.email, password: body.password };
    let (identity, token) = app.accounts().set_up(&body.token, owner, now_ms()).await?;
    Ok((StatusCode::CREATED, cookie(&app, &token), Json(identity.into())))
}

/// Sign in
#[utoipa::path(post, path = "/session", operation_id = "sign_in", tag = "session", request_body = SignIn, security(()),
    responses((status = 200, body = Me), (status = "4XX", body = ProblemBody)))]
pub async fn sign_in(
    State(app): State<App>,
    Peer(address): Peer,
    Json(body): Json<SignIn>,
) -> Result<(HeaderMap, Json<Me>), Problem> {
    let (identity, token) = app.accounts().sign_in(&body.email, body.password, address, now_ms()).await?;
    Ok((cookie(&app, &token), Json(identity.into())))
}

/// Sign out
#[utoipa::path(delete, path = "/session", operation_id = "sign_out", tag = "session", security(()), responses((status = 204), (status = "4XX", body = ProblemBody)))]
pub async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<(StatusCode, HeaderMap), Problem> {
    if let Some(token) = session_token(&headers) {
        app.accounts().sign_out(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, set_cookie(&app, "", 0)))
}

/// Who is asking
#[utoipa::path(get, path = "/me", operation_id = "read_me", tag = "session", responses((status = 200, body = Me), (status = "4XX", body = ProblemBody)))]
pub async fn me(caller: Caller) -> Json<Me> {
    Json(caller.0.into())
}

fn cookie(app: &App, token: &Token) -> HeaderMap {
    set_cookie(app, token.as_str(), ABSOLUTE_MS / 1_000)
}

/// `Secure` only where people reach us by TLS: browsers would not send the cookie back over plain HTTP.
fn set_cookie(app: &App, value: &str, max_age_s: i64) -> HeaderMap {
    let secure = if by_tls(app) { "; Secure" } else { "" };
    let cookie = format!("{COOKIE_NAME}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}");
    HeaderMap::from_iter([(SET_COOKIE, HeaderValue::try_from(cookie).expect("tokens are base64url"))])
}

impl From<Identity> for Me {
    fn from(identity: Identity) -> Me {
        Me {
            kind: identity.kind,
            name: identity.name,
            email: identity.email,
            workspace: WorkspaceView { id: identity.workspace, name: identity.workspace_name },
        }
    }
}
