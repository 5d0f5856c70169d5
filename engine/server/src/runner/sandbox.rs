//! Plugins as the runner needs them: by digest, loaded once, allowed to run or not.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use weft_core::run::{ErrorKind, RunError};

use super::call::store_failed;
use super::files::FilesOfCall;
use super::kept::States;
use super::program::Action;
use super::{Calls, Credentials, Installed, Standing};
use crate::ids::{RunId, WorkspaceId};
use crate::plugin_host::{
    Call, CallResult, Called, Export, Files, Frame, HostError, HostPattern, Manifest, Plugin, PluginHost, Slots, State,
    Waited,
};
use crate::store::Store;
use crate::store::plugin_state::Place;
use crate::store::plugins;

/// Plugins, with what they need to be called: grants, credentials and state. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sandbox {
    host: PluginHost,
    store: Store,
    installed: Arc<dyn Installed>,
    credentials: Arc<dyn Credentials>,
    states: States,
}

impl Sandbox {
    pub fn new(
        host: PluginHost,
        store: Store,
        installed: Arc<dyn Installed>,
        credentials: Arc<dyn Credentials>,
    ) -> Sandbox {
        let states = States::new(store.clone());
        Sandbox { host, store, installed, credentials, states }
    }

    pub fn states(&self) -> &States {
        &self.states
    }

    /// Asks a plugin something for a workspace, with the hosts it was granted and a credential.
    pub async fn ask<E: Export>(
        &self,
        workspace: WorkspaceId,
        action: &Action,
        export: E,
        frame: Frame,
    ) -> Result<Called<E::Answer>, RunError> {
        let (plugin, grants) = self.load(action, &frame.waited, &frame.cancel).await?;
        let slot = export.slot(plugin.manifest());
        let slots = self.slots(workspace, action, plugin.manifest(), slot, &grants).await?;
        Ok(self.host.call(&plugin, export, Frame { grants, slots, ..frame }).await)
    }

    /// The credential of a call, in the slot that it needs.
    async fn slots(
        &self,
        workspace: WorkspaceId,
        action: &Action,
        manifest: &Manifest,
        slot: Option<&str>,
        grants: &[HostPattern],
    ) -> Result<Slots, RunError> {
        let Some(slot) = slot else { return Ok(Slots::default()) };
        let Some(name) = action.credential.as_deref() else {
            let message = format!(
                "the step needs a credential for `{slot}` of the plugin `{}`: choose one in the step's settings",
                action.plugin
            );
            return Err(RunError::new(ErrorKind::Auth, "credential_missing", message));
        };
        let bound = self.credentials.open(workspace, name, &action.plugin, manifest, slot, grants).await?;
        Ok(Arc::new(BTreeMap::from([(slot.to_owned(), bound)])))
    }

    /// The plugin of this digest, and what it may reach.
    async fn load(
        &self,
        action: &Action,
        waited: &Waited,
        cancel: &CancellationToken,
    ) -> Result<(Arc<Plugin>, Arc<[HostPattern]>), RunError> {
        let Action { plugin, sha256, .. } = action;
        let grants = match self.installed.standing_of(sha256) {
            Some(Standing::MayReach(grants)) => grants,
            Some(Standing::MayNotRun) => {
                let message = format!(
                    "the plugin `{plugin}` is not enabled in the version this revision uses: enable it on the Plugins page"
                );
                return Err(RunError::new(ErrorKind::Permanent, "plugin_not_enabled", message));
            }
            None => return Err(not_installed(plugin)),
        };
        let plugin = match self.host.loaded(sha256) {
            Some(loaded) => loaded,
            None => {
                // What has to be compiled first does not count as time of the call.
                let _waiting = waited.wait();
                let loaded = cancel.run_until_cancelled(self.load_new(plugin, sha256)).await;
                loaded.unwrap_or_else(|| Err(stopped()))?
            }
        };
        Ok((plugin, grants))
    }

    async fn load_new(&self, plugin: &str, sha256: &str) -> Result<Arc<Plugin>, RunError> {
        let version = plugins::of_component(&self.store, sha256).await.map_err(|error| store_failed(&error))?;
        let manifest = version.ok_or_else(|| not_installed(plugin))?.manifest;
        let broken = |error: HostError| RunError::new(ErrorKind::Plugin, "plugin_broken", error.to_string());
        self.host.load(sha256, &manifest).await.map_err(broken)
    }
}

fn stopped() -> RunError {
    RunError::new(ErrorKind::Cancelled, "cancelled", "the run was stopped before the call was made")
}

fn not_installed(plugin: &str) -> RunError {
    let message = format!(
        "the plugin `{plugin}` is not installed in the version this revision uses: install it, or publish anew"
    );
    RunError::new(ErrorKind::Permanent, "plugin_not_installed", message)
}

impl Calls for Sandbox {
    fn call<'a>(
        &'a self,
        workspace: WorkspaceId,
        action: &'a Action,
        call: Call,
        frame: Frame,
    ) -> BoxFuture<'a, Result<CallResult, RunError>> {
        Box::pin(self.ask(workspace, action, call, frame))
    }

    fn state(&self, place: Place) -> State {
        self.states.of(place)
    }

    fn files(&self, workspace: WorkspaceId, run: RunId) -> Files {
        Files::new(Arc::new(FilesOfCall::new(self.store.clone(), workspace, run)))
    }
}
