//! What the operator decides.

use std::path::PathBuf;
use std::sync::Arc;

use super::guard::{HostPattern, Transport};

use super::compile;

/// Where the host works and how much it may use.
#[derive(Debug, Clone)]
pub struct HostConfig {
    /// Where compiled components and the key that authenticates them are kept.
    pub cache_dir: PathBuf,
    /// The program that compiles, given the command `compile-worker`: `weft` of the same build.
    pub compiler: PathBuf,
    /// Ranges of private addresses that requests may reach.
    pub allow_private: Vec<ipnet::IpNet>,
    /// What the operator lets requests reach, whatever is granted; every host when empty.
    pub hosts: Vec<HostPattern>,
    /// What stands in the place of the network, for authors' tests.
    pub transport: Option<Arc<dyn Transport>>,
    /// The linear memory of all calls together.
    pub memory_budget_bytes: usize,
    /// Threads that run guests.
    pub threads: usize,
    /// Calls under way at once; more wait.
    pub calls: u32,
}

impl HostConfig {
    /// This program as its own compiler, no private addresses, 1 GiB of memory, a thread per processor, 1,024 calls at once.
    pub fn new(cache_dir: impl Into<PathBuf>) -> HostConfig {
        HostConfig {
            cache_dir: cache_dir.into(),
            compiler: compile::own_program(),
            allow_private: Vec::new(),
            hosts: Vec::new(),
            transport: None,
            memory_budget_bytes: 1 << 30,
            threads: std::thread::available_parallelism().map_or(2, usize::from),
            calls: 1_024,
        }
    }
}
