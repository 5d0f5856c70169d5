//! WASI for guests whose language cannot do without: clocks and random numbers are real, the environment is empty, there
//! are no folders and no sockets, and what is printed goes to the log.

use std::io;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::clocks::{HostMonotonicClock, HostWallClock};
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use super::call::LogLevel;
use super::context::{Context, SharedLogs};

/// Random bytes of one request, at most.
const MAX_RANDOM_BYTES: u64 = 64 * 1024;

/// Longest line that is collected before it is written without its end.
const MAX_PENDING_BYTES: usize = 8 * 1024;

pub(super) struct Wasi {
    ctx: WasiCtx,
}

impl Wasi {
    pub(super) fn new(logs: &SharedLogs) -> Box<Wasi> {
        let ctx = closed()
            .stdout(Printed { level: LogLevel::Info, logs: logs.clone() })
            .stderr(Printed { level: LogLevel::Warn, logs: logs.clone() })
            .build();
        Box::new(Wasi { ctx })
    }

    /// For a plugin that describes itself. Some languages cannot begin without; what they are given is always the same.
    pub(super) fn constant() -> Box<Wasi> {
        let ctx = closed()
            .wall_clock(Stopped)
            .monotonic_clock(Stopped)
            .secure_random(Deterministic::new(vec![0]))
            .insecure_random(Deterministic::new(vec![0]))
            .insecure_random_seed(0)
            .build();
        Box::new(Wasi { ctx })
    }
}

/// Without environment, folders and sockets. Some languages import sockets whether or not they are used, so the calls are
/// there and are refused before a socket is made.
fn closed() -> WasiCtxBuilder {
    let mut builder = WasiCtxBuilder::new();
    builder.max_random_size(MAX_RANDOM_BYTES).allow_tcp(false).allow_udp(false).allow_ip_name_lookup(false);
    builder
}

/// A clock that stands still.
struct Stopped;

impl HostWallClock for Stopped {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for Stopped {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        0
    }
}

impl WasiView for Context {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let wasi = self.wasi.as_mut().expect("every component that imports WASI is given it");
        WasiCtxView { ctx: &mut wasi.ctx, table: &mut self.table }
    }
}

/// Standard output or error.
struct Printed {
    level: LogLevel,
    logs: SharedLogs,
}

impl IsTerminal for Printed {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Printed {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(Lines { level: self.level, logs: self.logs.clone(), pending: Vec::new() })
    }
}

/// Cuts what is written into lines.
struct Lines {
    level: LogLevel,
    logs: SharedLogs,
    pending: Vec<u8>,
}

impl Lines {
    fn push_line(&mut self) {
        let line = std::mem::take(&mut self.pending);
        self.logs.lock().push(self.level, &String::from_utf8_lossy(&line), None);
    }
}

impl AsyncWrite for Lines {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut TaskContext<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        for &byte in bytes {
            match byte {
                b'\n' => self.push_line(),
                byte => self.pending.push(byte),
            }
            if self.pending.len() >= MAX_PENDING_BYTES {
                self.push_line();
            }
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        if !self.pending.is_empty() {
            self.push_line();
        }
    }
}
