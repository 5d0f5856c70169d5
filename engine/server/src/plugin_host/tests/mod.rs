//! The host with real guests: our own plugins and hostile ones. `just plugins` builds them.

mod bundled;
mod compile;
mod exports;
mod files;
mod hostile;
mod http;
mod javascript;
mod secrets;
mod text;
mod uploads;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use futures::future::BoxFuture;
use serde_json::Value;

use super::{Call, CallError, CallResult, Components, Frame, HostConfig, HostPattern, Plugin, PluginHost, inspect};

/// Compiled guests are kept between test runs; compiling is most of the work.
static HOST: LazyLock<PluginHost> = LazyLock::new(host);

static SHELF: LazyLock<Arc<Shelf>> = LazyLock::new(Arc::default);

/// Components that a host may ask for.
#[derive(Debug, Default)]
struct Shelf {
    bytes: Mutex<HashMap<String, Vec<u8>>>,
    asked: AtomicUsize,
}

impl Shelf {
    /// Puts a component here and tells its digest.
    fn put(&self, bytes: &[u8]) -> String {
        let sha256 = inspect::digest(bytes);
        self.bytes.lock().unwrap().insert(sha256.clone(), bytes.to_owned());
        sha256
    }

    /// How many times something was asked for.
    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Components for Shelf {
    fn bytes<'a>(&'a self, sha256: &'a str) -> BoxFuture<'a, io::Result<Vec<u8>>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let bytes = self.bytes.lock().unwrap().get(sha256).cloned();
        Box::pin(async { bytes.ok_or_else(|| io::Error::other("there is no such component")) })
    }
}

/// A host of one's own, for plugins with another manifest than theirs.
fn host() -> PluginHost {
    let mut config = config(&root().join("target/plugin-test-cache"));
    config.allow_private = vec!["127.0.0.0/8".parse().unwrap()];
    config.calls = 1_024;
    PluginHost::new(config, SHELF.clone()).unwrap()
}

/// A small host.
fn config(cache: &Path) -> HostConfig {
    HostConfig { compiler: weft(), threads: 2, calls: 4, ..HostConfig::new(cache) }
}

/// The server's binary, which compiles.
fn weft() -> PathBuf {
    let weft = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("weft");
    assert!(weft.exists(), "build it with `cargo build --package weft`");
    weft
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn component(path: &str) -> Vec<u8> {
    let path = root().join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; build it with `just plugins`", path.display()))
}

/// One of the bundled plugins.
async fn bundled(name: &str) -> Arc<Plugin> {
    load(&format!("plugins/dist/{name}.wasm")).await
}

async fn load(path: &str) -> Arc<Plugin> {
    let bytes = component(path);
    SHELF.put(&bytes);
    let inspected = HOST.inspect(bytes).await.unwrap();
    let plugin = HOST.load(&inspected.sha256, &inspected.manifest_json.to_string()).await.unwrap();
    HOST.warmed().await;
    plugin
}

async fn call(plugin: &Arc<Plugin>, call: Call) -> CallResult {
    call_in(plugin, call, Frame::default()).await
}

async fn call_in(plugin: &Arc<Plugin>, call: Call, frame: Frame) -> CallResult {
    HOST.call(plugin, call, frame).await
}

/// With every host granted.
fn everywhere() -> Frame {
    Frame { grants: [HostPattern::any()].into(), ..Frame::default() }
}

/// The one value that an action answers.
async fn answer(plugin: &Arc<Plugin>, action: &str, params: Value) -> Result<Value, CallError> {
    call(plugin, Call::new(action, params)).await.result.map(|mut outcome| outcome.items.remove(0))
}
