//! The HTTP API, webhooks, and the designer's files. The only place that knows axum.

mod assets;
mod body;
mod caller;
mod docs;
mod documents;
mod drafts;
mod errors;
mod examples;
mod expressions;
mod headers;
mod health;
mod hooks;
mod json;
mod node_types;
mod page;
mod parameters;
mod plugins;
mod problem;
mod revisions;
mod router;
mod run_events;
mod run_views;
mod runs;
mod same_site;
mod schedules;
mod schema;
mod session;
mod webhook_value;
mod workflow_events;
mod workflows;

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;

pub use problem::Code;
pub use router::{openapi, router};

/// Told when the server stops, so that streams end instead of keeping it up.
#[derive(Debug, Clone)]
struct Stopping(CancellationToken);

/// Serves until `stop` is cancelled, then lets requests that are under way end.
pub async fn serve(listener: TcpListener, app: App, stop: CancellationToken) -> io::Result<()> {
    let service = router(app, stop.clone()).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await
}
