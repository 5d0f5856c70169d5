//! The HTTP API, webhooks, and the designer's files. The only place that knows axum.

mod approvals;
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
mod resume;
mod revisions;
mod router;
mod run_control;
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
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;

pub use problem::Code;
pub use router::{openapi, router};

/// Told when the server stops, so that streams end instead of keeping it up.
#[derive(Debug, Clone)]
struct Stopping(CancellationToken);

/// How long requests that are under way may take to end when the server stops: some wait for runs that take hours.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until `stop` is over, then lets requests that are under way end.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let stopping = CancellationToken::new();
    let service = router(app, stopping.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let cut_off = stopping.clone();
    let told = async move {
        stop.await;
        stopping.cancel();
    };
    tokio::select! {
        served = axum::serve(listener, service).with_graceful_shutdown(told) => served,
        () = async { cut_off.cancelled().await; tokio::time::sleep(GRACE).await } => Ok(()),
    }
}
