//! The HTTP API, webhooks, and the designer's files. The only place that knows axum.

mod admin;
mod approvals;
mod assets;
mod body;
mod caller;
mod credentials;
mod docs;
mod documents;
mod drafts;
mod dynamic;
mod errors;
mod examples;
mod expressions;
mod files;
mod headers;
mod health;
mod hooks;
mod json;
mod node_types;
mod page;
mod parameters;
mod plugin_triggers;
mod plugins;
mod problem;
mod resume;
mod revisions;
mod router;
mod run_bulk;
mod run_control;
mod run_events;
mod run_views;
mod runs;
mod same_site;
mod schedules;
mod schema;
mod serve;
mod session;
mod webhook_value;
mod workflow_events;
mod workflows;

use tokio_util::sync::CancellationToken;

pub use problem::Code;
pub use router::{openapi, router};
pub use serve::serve;

/// Told when the server stops, so that streams end instead of keeping it up.
#[derive(Debug, Clone)]
struct Stopping(CancellationToken);
