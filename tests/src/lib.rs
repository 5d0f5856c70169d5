//! What the tests of Weft's API stand on: a real server with a real database, a client, and a server that plays the
//! outside world.

pub mod api;
pub mod document;
pub mod events;
pub mod outside;
pub mod server;
mod template;

pub use api::{Answer, Api};
pub use document::document;
pub use outside::Outside;
pub use server::Server;
pub use template::fresh_data_dir;
