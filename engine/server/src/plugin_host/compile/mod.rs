//! Compiling, in a process of its own: a component over which the compiler never ends, or takes all memory, or crashes, ends
//! that process and nothing else.
//!
//! The process is this program with the hidden command `compile-worker`. What it writes is loaded as code afterwards, so it is
//! a wall against what compiling costs, not against a hole in the compiler.

mod worker;

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

pub use worker::main as compile_worker;

use super::{HostError, UploadError};

/// What a worker ends with when it is the component that is wrong. Not 2, which is how a program ends that does not know the
/// command.
const REFUSED: u8 = 3;

/// Processor time of a worker, of all its threads together.
const PROCESSOR_S: u64 = 120;

/// Address space of a worker.
const MEMORY_BYTES: u64 = 4 << 30;

/// The largest code that is taken from a worker.
const MAX_CODE_BYTES: u64 = 512 << 20;

/// What a worker may say about a failure; the rest is dropped.
const MAX_TOLD_BYTES: u64 = 16 << 10;

/// How well a component is compiled. The code is equally safe: both have the same checks, made by the same compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Tier {
    /// Not optimised: there at once.
    Quick,
    /// Optimised.
    Full,
}

impl Tier {
    pub(super) fn name(self) -> &'static str {
        match self {
            Tier::Quick => "quick",
            Tier::Full => "full",
        }
    }

    /// How long a worker may take in all. Somebody waits for quick code. For the other nobody does, and on a busy machine a
    /// process of the lowest priority gets little.
    fn timeout(self) -> Duration {
        match self {
            Tier::Quick => Duration::from_secs(60),
            Tier::Full => Duration::from_secs(1_800),
        }
    }

    /// By how much a worker steps back behind the other processes.
    fn niceness(self) -> i32 {
        match self {
            Tier::Quick => 5,
            Tier::Full => 19,
        }
    }
}

/// Starts workers, one of each tier at a time.
#[derive(Debug)]
pub(super) struct Compiler {
    program: PathBuf,
    quick: Semaphore,
    full: Semaphore,
}

/// How a worker ended and what it left.
struct Ended {
    status: ExitStatus,
    code: Vec<u8>,
    told: String,
}

impl Compiler {
    pub(super) fn new(program: PathBuf) -> Compiler {
        Compiler { program, quick: Semaphore::new(1), full: Semaphore::new(1) }
    }

    /// The code of a component. Dropping the future ends the worker.
    pub(super) async fn compile(&self, component: &[u8], tier: Tier) -> Result<Vec<u8>, UploadError> {
        let turn = match tier {
            Tier::Quick => &self.quick,
            Tier::Full => &self.full,
        };
        let _turn = turn.acquire().await.map_err(|_| HostError::Stopping)?;
        let failed = |error| HostError::Compiler { program: self.program.clone(), error };
        let worker = self.start(tier).map_err(failed)?;
        let limit = tier.timeout();
        match tokio::time::timeout(limit, converse(worker, component)).await {
            Ok(ended) => read(ended.map_err(failed)?),
            Err(_) => Err(UploadError::CompileFailed(format!(
                "compiling it took more than {} s; the limit is fixed",
                limit.as_secs()
            ))),
        }
    }

    fn start(&self, tier: Tier) -> io::Result<Child> {
        Command::new(&self.program)
            .args(["compile-worker", "--tier", tier.name()])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }
}

/// This program, also when its file has been replaced since it was started.
pub(super) fn own_program() -> PathBuf {
    const OWN: &str = "/proc/self/exe";
    if Path::new(OWN).exists() { OWN.into() } else { std::env::current_exe().unwrap_or_else(|_| "weft".into()) }
}

async fn converse(mut worker: Child, component: &[u8]) -> io::Result<Ended> {
    const ASKED_FOR: &str = "it was started with pipes";
    let mut stdin = worker.stdin.take().expect(ASKED_FOR);
    let (stdout, stderr) = (worker.stdout.take().expect(ASKED_FOR), worker.stderr.take().expect(ASKED_FOR));
    let give = async move {
        // A worker that ends before it has read everything says why by how it ends.
        let _ = stdin.write_all(component).await;
    };
    let ((), code, told) = tokio::join!(give, all_of(stdout, MAX_CODE_BYTES), all_of(stderr, MAX_TOLD_BYTES));
    let told = String::from_utf8_lossy(&told?).trim().to_owned();
    Ok(Ended { status: worker.wait().await?, code: code?, told })
}

/// What comes out of a pipe. It is closed at the limit, and who still writes fails.
async fn all_of(pipe: impl AsyncRead + Unpin, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    pipe.take(limit).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

fn read(ended: Ended) -> Result<Vec<u8>, UploadError> {
    let Ended { status, code, told } = ended;
    match status.code().map(u8::try_from) {
        Some(Ok(0)) => return Ok(code),
        Some(Ok(REFUSED)) => return Err(UploadError::NotAComponent(told)),
        _ => tracing::warn!(%status, told, "a component could not be compiled"),
    }
    let why = match status.signal().and_then(Signal::from_named_raw) {
        Some(Signal::XCPU) => {
            format!("compiling it took more than {PROCESSOR_S} s of processor time; the limit is fixed")
        }
        Some(Signal::ABORT) if told.contains("memory allocation") => {
            format!("compiling it took more than {MEMORY_BYTES} bytes of memory; the limit is fixed")
        }
        Some(Signal::KILL) => {
            "the compiler was ended by the system, as happens when there is too little memory".to_owned()
        }
        _ if code.len() as u64 == MAX_CODE_BYTES => {
            format!("its compiled code has more than {MAX_CODE_BYTES} bytes; the limit is fixed")
        }
        _ => format!("the compiler failed ({status}); the server's log says more"),
    };
    Err(UploadError::CompileFailed(why))
}
