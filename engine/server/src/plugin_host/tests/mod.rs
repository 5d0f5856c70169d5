//! The host with real guests: our own plugins and hostile ones. `just plugins` builds them.

mod exports;
mod hostile;
mod http;
mod javascript;
mod secrets;
mod text;
mod uploads;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use serde_json::Value;

use super::{Call, CallError, CallResult, Frame, HostConfig, HostPattern, Plugin, PluginHost};

/// Compiled guests are kept between test runs; compiling is most of the work.
static HOST: LazyLock<PluginHost> = LazyLock::new(host);

/// A host of one's own, for plugins with another manifest than theirs.
fn host() -> PluginHost {
    let mut config = HostConfig::new(root().join("target/plugin-test-cache"));
    config.allow_private = vec!["127.0.0.0/8".parse().unwrap()];
    config.threads = 2;
    PluginHost::new(config).unwrap()
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
    let inspected = HOST.inspect(bytes.clone()).await.unwrap();
    HOST.load(&inspected.sha256, &inspected.manifest_json.to_string(), || async { Ok(bytes) }).await.unwrap()
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
