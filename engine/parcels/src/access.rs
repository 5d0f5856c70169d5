//! Who may ask: programs that bring a token.

use axum::Json;
use axum::extract::{Form, Request};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET};

const LIFETIME_S: u32 = 3_600;

#[derive(Debug, Deserialize)]
pub(crate) struct Grant {
    grant_type: String,
    client_id: String,
    client_secret: String,
}

/// `POST /oauth/token`: the grant of type `client_credentials` (RFC 6749, 4.4).
pub(crate) async fn token(Form(grant): Form<Grant>) -> (StatusCode, Json<Value>) {
    if grant.grant_type != "client_credentials" {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "unsupported_grant_type" })));
    }
    if (grant.client_id.as_str(), grant.client_secret.as_str()) != (CLIENT_ID, CLIENT_SECRET) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" })));
    }
    let token = json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": LIFETIME_S });
    (StatusCode::OK, Json(token))
}

/// Lets requests with a token pass.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match given.and_then(|value| value.strip_prefix("Bearer ")) {
        Some(ACCESS_TOKEN) => next.run(request).await,
        _ => (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_token" }))).into_response(),
    }
}
