//! The API over a real server with a real database.

mod bad_input;
mod designer;
mod drafts;
mod events;
mod examples;
mod expressions;
mod plugins;
mod publish;
mod restart;
mod routes;
mod runs;
mod schedules;
mod session;
mod webhooks;
mod workflows;
