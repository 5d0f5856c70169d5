//! Weft's server: everything around the rules of `weft-core`.
//!
//! Dependencies point one way: `http` → `triggers`, `workflows`, `history`, `plugins`, `accounts` → `runner` → `nodes`, `plugin_host`. All may
//! use `store`, except `nodes` and `plugin_host`, which see only the context they are handed.

pub mod accounts;
pub mod app;
pub mod chance;
pub mod check;
pub mod clock;
pub mod credentials;
mod failpoint;
pub mod flight_recorder;
pub mod forms;
pub mod history;
pub mod http;
pub mod ids;
pub mod links;
pub mod live;
pub mod nodes;
pub mod plugin_host;
pub mod plugin_tool;
pub mod plugins;
pub mod restored;
pub mod runner;
pub mod store;
pub mod triggers;
pub mod workflows;
