//! The host of the server, without the server around it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::ask::{self, Answered, Ask, Asked};
use super::memory::Memory;
use super::{Source, ToolError, credential};
use crate::plugin_host::guard::Transport;
use crate::plugin_host::{
    Components, Export, Frame, Handle, HostConfig, Inspected, Options, Plugin, PluginHost, Poll, SchemaOf, Subscribe,
    TestCredential, Unsubscribe,
};

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

/// The one component there is.
#[derive(Debug)]
struct OnTheBench(Vec<u8>);

impl Components for OnTheBench {
    fn bytes<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<u8>>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
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
        let host = PluginHost::new(config, Arc::new(OnTheBench(bytes.clone())))?;
        let inspected = host.inspect(bytes).await?;
        let manifest = inspected.manifest_json.to_string();
        let plugin = host.load(&inspected.sha256, &manifest).await?;
        Ok(Workbench { host, inspected, plugin, _folder: kept })
    }

    /// Asks the plugin, with all the hosts granted that its manifest asks for.
    pub async fn ask(&self, ask: Ask) -> Result<Answered, ToolError> {
        let params = Arc::new(ask.params.clone());
        Ok(match ask.asked.clone() {
            Asked::Action(id) => {
                self.know("action", &id, self.inspected.manifest.actions.iter().map(|action| &action.id))?;
                self.call(ask.call(&id), ask, ask::outcome).await?
            }
            Asked::Poll(id) => {
                self.know_trigger(&id)?;
                self.call(Poll(ask.call(&id)), ask, ask::outcome).await?
            }
            Asked::Options { of, field, search } => {
                let cursor = ask.cursor.clone();
                self.call(Options { of, field, params, search, cursor }, ask, ask::choices).await?
            }
            Asked::Schema { of, field } => {
                self.call(SchemaOf { of, field, params }, ask, |schema| ask::parts([("schema", schema)])).await?
            }
            Asked::TestCredential(slot) => {
                self.call(TestCredential { slot }, ask, |told| ask::parts([("message", told.into())])).await?
            }
            Asked::Handle(inbound) => {
                self.know_trigger(&inbound.trigger)?;
                let (trigger, inbound) = (inbound.trigger.clone(), inbound.filled(&ask.credentials));
                self.call(Handle { trigger, params, inbound }, ask, ask::verdict).await?
            }
            Asked::Subscribe { trigger, url } => {
                self.know_trigger(&trigger)?;
                let tell = |subscription| ask::parts([("subscription", subscription)]);
                self.call(Subscribe { trigger, params, url }, ask, tell).await?
            }
            Asked::Unsubscribe { trigger, subscription } => {
                self.know_trigger(&trigger)?;
                self.call(Unsubscribe { trigger, params, subscription }, ask, |()| Map::new()).await?
            }
        })
    }

    async fn call<E: Export>(
        &self,
        export: E,
        ask: Ask,
        tell: impl FnOnce(E::Answer) -> Map<String, Value>,
    ) -> Result<Answered, ToolError> {
        let manifest = &self.inspected.manifest;
        let frame = Frame {
            timeout: TIMEOUT,
            grants: manifest.host_patterns().into(),
            slots: credential::slots(manifest, &ask.credentials)?,
            state: Memory::state(&ask.state),
            ..Frame::default()
        };
        let called = self.host.call(&self.plugin, export, frame).await;
        let state = Memory::after(ask.state, called.state);
        Ok(Answered { result: called.result.map(tell), logs: called.logs, state })
    }

    fn know_trigger(&self, id: &str) -> Result<(), ToolError> {
        self.know("trigger", id, self.inspected.manifest.triggers.iter().map(|trigger| &trigger.id))
    }

    fn know<'a>(
        &self,
        kind: &'static str,
        id: &str,
        known: impl Iterator<Item = &'a String> + Clone,
    ) -> Result<(), ToolError> {
        if known.clone().any(|known| known == id) {
            return Ok(());
        }
        let known = known.map(String::as_str).collect::<Vec<_>>().join(", ");
        Err(ToolError::Unknown { kind, id: id.to_owned(), known })
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
