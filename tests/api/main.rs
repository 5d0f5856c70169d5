//! The API over a real server with a real database.
#![expect(clippy::unwrap_used, reason = "what the tests share may fail like the tests themselves")]

mod bad_input;
mod binary;
mod control;
mod credentials;
mod designer;
mod drafts;
mod events;
mod examples;
mod expressions;
mod files;
mod history;
mod killed;
mod plugin_tool;
mod plugin_triggers;
mod plugins;
mod publish;
mod restart;
mod routes;
mod runs;
mod schedules;
mod session;
mod upkeep;
mod waits;
mod webhooks;
mod workflows;
