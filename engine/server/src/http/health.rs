//! For whoever watches the process: does it live, can it work?

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;

use super::Stopping;
use crate::app::App;
use crate::store::accounts;

/// The process answers.
pub async fn live() -> &'static str {
    "ok"
}

/// The server can reach its database.
pub async fn ready(
    State(app): State<App>,
    Extension(Stopping(stop)): Extension<Stopping>,
) -> (StatusCode, &'static str) {
    match accounts::exist(app.store()).await {
        Ok(_) if !stop.is_cancelled() => (StatusCode::OK, "ready"),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database unavailable")
        }
    }
}
