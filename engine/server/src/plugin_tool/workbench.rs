//! The host of the server, without the server around it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::credential::{self, Values};
use super::{Source, ToolError};
use crate::plugin_host::guard::Transport;
use crate::plugin_host::{Call, CallResult, HostConfig, Inspected, Plugin, PluginHost};

/// The key that services see; the same each time, so that recordings fit.
const IDEMPOTENCY_KEY: &str = "weft-plugin-tool";
const TIMEOUT: Duration = Duration::from_secs(300);

/// A host with one plugin.
#[derive(Debug)]
pub struct Workbench {
    host: PluginHost,
    pub inspected: Inspected,
    plugin: Arc<Plugin>,
    /// Where compiled code is kept, when nobody else keeps it.
    _folder: Option<TempDir>,
}

/// What requests of the plugin meet.
#[derive(Debug, Clone)]
pub struct Access {
    /// In the place of the network; the network itself when there is none.
    pub transport: Option<Arc<dyn Transport>>,
    /// Private addresses that may be reached. Those of this machine always may: services under development are there.
    pub allow_private: Vec<ipnet::IpNet>,
}

/// One call of an action.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    pub action: String,
    pub params: Value,
    pub items: Vec<Value>,
    pub cursor: Option<Value>,
    pub credentials: Values,
}

impl Workbench {
    /// Examines a component as an upload would be, and makes it ready to be called.
    pub async fn open(source: &Source, access: Access) -> Result<Workbench, ToolError> {
        let bytes = source.read()?;
        let (folder, kept) = compiled_folder(source)?;
        let local = ["127.0.0.0/8", "::1/128"].map(|range| range.parse().expect("these are ranges"));
        let config = HostConfig {
            allow_private: access.allow_private.into_iter().chain(local).collect(),
            transport: access.transport,
            // One call at a time.
            calls: 4,
            threads: 2,
            ..HostConfig::new(folder)
        };
        let host = PluginHost::new(config)?;
        let inspected = host.inspect(bytes.clone()).await?;
        let manifest = inspected.manifest_json.to_string();
        let plugin = host.load(&inspected.sha256, &manifest, || async { Ok(bytes) }).await?;
        Ok(Workbench { host, inspected, plugin, _folder: kept })
    }

    /// Calls an action, with all the hosts granted that the manifest asks for.
    pub async fn call(&self, ask: Ask) -> Result<CallResult, ToolError> {
        let manifest = &self.inspected.manifest;
        if manifest.action(&ask.action).is_none() {
            let known = manifest.actions.iter().map(|action| action.id.as_str()).collect::<Vec<_>>().join(", ");
            return Err(ToolError::Unknown { kind: "action", id: ask.action, known });
        }
        let call = Call {
            items: ask.items.into_iter().map(Arc::new).collect(),
            cursor: ask.cursor,
            idempotency_key: IDEMPOTENCY_KEY.into(),
            timeout: TIMEOUT,
            grants: manifest.host_patterns().into(),
            slots: credential::slots(manifest, &ask.credentials)?,
            ..Call::new(ask.action, ask.params)
        };
        Ok(self.host.call(&self.plugin, call, CancellationToken::new()).await)
    }

    /// Lets go of the host's threads.
    pub async fn close(self) {
        self.host.shutdown().await;
    }
}

/// A project keeps what is compiled until the component changes; for others it is thrown away.
fn compiled_folder(source: &Source) -> Result<(PathBuf, Option<TempDir>), ToolError> {
    let temporary = || {
        let folder = tempfile::tempdir().map_err(|error| ToolError::io(&std::env::temp_dir(), error))?;
        Ok((folder.path().to_owned(), Some(folder)))
    };
    match source {
        Source::Component(_) => temporary(),
        Source::Project(project) => {
            let folder = project.folder.join("dist/.compiled");
            if is_older(&folder, &project.component()) {
                std::fs::remove_dir_all(&folder).map_err(|error| ToolError::io(&folder, error))?;
            }
            Ok((folder, None))
        }
    }
}

fn is_older(folder: &Path, component: &Path) -> bool {
    let changed = |path: &Path| path.metadata().and_then(|metadata| metadata.modified());
    matches!((changed(folder), changed(component)), (Ok(folder), Ok(component)) if folder < component)
}
