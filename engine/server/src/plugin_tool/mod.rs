//! What authors of plugins do on their own machine: start a project, build it, check it as the server would, try it against
//! recorded answers or the network, and hand it to a server. The command line in `plugin.rs` prints what comes of it.

mod ask;
pub mod build;
pub mod cases;
mod cassette;
pub mod check;
mod credential;
mod difference;
mod error;
mod memory;
pub mod new;
mod project;
pub mod push;
mod sdk;
mod transport;
mod workbench;

use std::sync::Arc;

use transport::Offline;

pub use ask::{Answered, Ask, Asked, Inbound};
pub use credential::{Values, add as add_credential};
pub use error::ToolError;
pub use project::{Language, Project, Source};
pub use workbench::{Access, Workbench};

impl Access {
    /// The network itself.
    pub fn network(allow_private: Vec<ipnet::IpNet>) -> Access {
        Access { transport: None, allow_private }
    }

    /// Every request is refused, and says how to let it out.
    pub fn offline() -> Access {
        Access { transport: Some(Arc::new(Offline)), allow_private: Vec::new() }
    }
}
