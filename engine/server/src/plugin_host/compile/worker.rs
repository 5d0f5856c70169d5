//! The worker: reads a component, writes its code, within limits that it sets itself before it reads anything.

use std::fs;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};

use super::{MEMORY_BYTES, PROCESSOR_S, REFUSED, Tier};
use crate::plugin_host::engine;
use crate::plugin_host::inspect::MAX_COMPONENT_BYTES;

/// After this many seconds more, a worker that did not end when it was told to is ended.
const LAST_SECONDS: u64 = 5;

/// Compiles the component on standard input to standard output. Why it is refused goes to standard error.
pub fn main(tier: Tier) -> ExitCode {
    let compiled = limit(tier).and_then(|()| read()).and_then(|component| {
        let engine = engine::for_compiling(tier).map_err(io::Error::other)?;
        engine.precompile_component(&component).map_err(Refused).map_err(io::Error::other)
    });
    let told = match compiled.and_then(|code| io::stdout().write_all(&code)) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(error) => error,
    };
    // Nobody may listen any more.
    let _ = writeln!(io::stderr(), "{told}");
    if told.get_ref().is_some_and(|error| error.is::<Refused>()) { ExitCode::from(REFUSED) } else { ExitCode::FAILURE }
}

/// What the compiler says against a component.
#[derive(Debug, thiserror::Error)]
#[error("{0:#}")]
struct Refused(wasmtime::Error);

fn limit(tier: Tier) -> io::Result<()> {
    // When memory gets short, the system should end this process rather than the server. Not every system can be told.
    let _ = fs::write("/proc/self/oom_score_adj", "1000");
    nice(tier.niceness())?;
    lower(Resource::Cpu, PROCESSOR_S, PROCESSOR_S + LAST_SECONDS)?;
    lower(Resource::As, MEMORY_BYTES, MEMORY_BYTES)?;
    lower(Resource::Core, 0, 0)?;
    lower(Resource::Nofile, 32, 32)?;
    lower(Resource::Fsize, 0, 0)
}

/// Lowers a limit, and leaves it where it is low enough.
fn lower(resource: Resource, current: u64, maximum: u64) -> io::Result<()> {
    let now = getrlimit(resource);
    let at_most = |limit: u64, now: Option<u64>| Some(now.map_or(limit, |now| now.min(limit)));
    let limits = Rlimit { current: at_most(current, now.current), maximum: at_most(maximum, now.maximum) };
    Ok(setrlimit(resource, limits)?)
}

fn read() -> io::Result<Vec<u8>> {
    let mut component = Vec::new();
    io::stdin().take(MAX_COMPONENT_BYTES as u64).read_to_end(&mut component)?;
    Ok(component)
}
