//! For whoever watches the process: does it live, can it work?

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;

use super::Stopping;
use crate::app::App;
use crate::store::accounts;

pub const LIVE: &str = "/healthz";
pub const READY: &str = "/readyz";

/// Whether a path is one of these, which are answered for as long as the server listens.
pub fn is_probe(path: &str) -> bool {
    path == LIVE || path == READY
}

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
        Ok(_) if !stop.is_cancelled() => {
            // Not a failure: people have to reach the server to confirm.
            let is_held = app.restored().since_ms().is_some();
            (
                StatusCode::OK,
                if is_held { "ready, restored: runs and schedules are held until you confirm" } else { "ready" },
            )
        }
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database unavailable")
        }
    }
}
