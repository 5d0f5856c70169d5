//! What whoever operates the server asks of it.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::json::Json;
use super::problem::{Problem, ProblemBody};
use crate::accounts::Permission;
use crate::app::App;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServerState {
    version: &'static str,
    /// When the database was restored from a backup. Until that is confirmed, runs and schedules are held.
    #[schema(required)]
    restored_at_ms: Option<i64>,
    /// Free bytes on the disk of the data directory.
    free_bytes: u64,
    /// No new runs are taken until there is room on the disk.
    is_disk_low: bool,
}

/// Read how the server is
#[utoipa::path(get, path = "/admin/state", operation_id = "read_server_state", tag = "admin",
    responses((status = 200, body = ServerState), (status = "4XX", body = ProblemBody)))]
pub async fn state(State(app): State<App>, caller: Caller) -> Result<Json<ServerState>, Problem> {
    caller.may(Permission::Administer)?;
    let (free_bytes, is_disk_low) = app.store().disk();
    let restored_at_ms = app.restored().since_ms();
    Ok(Json(ServerState { version: env!("CARGO_PKG_VERSION"), restored_at_ms, free_bytes, is_disk_low }))
}

/// Let runs and schedules of a restored database go on
///
/// Moments of schedules since the backup are skipped. Without a restored database this does nothing.
#[utoipa::path(post, path = "/admin/restored/confirm", operation_id = "confirm_restored", tag = "admin",
    responses((status = 204), (status = "4XX", body = ProblemBody)))]
pub async fn confirm_restored(State(app): State<App>, caller: Caller) -> Result<StatusCode, Problem> {
    caller.may(Permission::Administer)?;
    app.restored().confirm().await?;
    Ok(StatusCode::NO_CONTENT)
}
