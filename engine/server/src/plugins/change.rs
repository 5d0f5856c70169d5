//! Uploading, granting, disabling and removing versions.

use weft_core::document::Document;

use super::Plugins;
use super::catalogue::Entry;
use super::grants::Granted;
use super::lock::mentions;
use crate::clock::now_ms;
use crate::ids::WorkflowId;
use crate::plugin_host::{HostPattern, Inspected, Manifest, UploadError};
use crate::store::plugins::{self, State, Version};
use crate::store::revisions::{self, PluginLock};
use crate::store::{StoreError, plugin_triggers, workflows};

/// A workflow that still uses a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InUse {
    pub id: WorkflowId,
    pub name: String,
}

/// Why a change was refused.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    #[error("there is no such version of this plugin")]
    NotFound,
    #[error("version {version} of {plugin} is here already; raise the version in the plugin's manifest")]
    Exists { plugin: String, version: String },
    #[error("this version comes with Weft; disable it if nobody may use it")]
    Bundled,
    #[error("nobody has agreed yet to what this version asks for: grant it first")]
    NeedsGrant,
    #[error("the plugin's manifest does not ask for `{0}`; grant hosts it lists, or fewer of their methods")]
    NotAskedFor(HostPattern),
    #[error("workflows still use this version: publish them without it, or unpublish them, first")]
    InUse(Vec<InUse>),
    #[error(transparent)]
    Upload(#[from] UploadError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Plugins {
    /// Examines a component and stores it. It runs once somebody has granted what it asks for.
    pub async fn upload(&self, bytes: Vec<u8>) -> Result<Entry, PluginError> {
        let inspected = self.0.host.inspect(bytes.clone()).await?;
        let version = version_of(inspected);
        let (plugin, name, sha256) = (version.plugin.clone(), version.version.clone(), version.sha256.clone());
        let stored = self.0.store.write(move |tx| Box::pin(async move { plugins::insert(tx, &version, &bytes).await }));
        stored.await.map_err(|error| match error {
            StoreError::Conflict(_) => PluginError::Exists { plugin: plugin.clone(), version: name.clone() },
            other => other.into(),
        })?;
        self.0.host.warm(&sha256);
        self.reload().await?;
        self.find(&plugin, &name)
    }

    /// Agrees to what the version asks for, or to some of its hosts: it may run from now on.
    pub async fn grant(
        &self,
        plugin: &str,
        version: &str,
        hosts: Option<Vec<HostPattern>>,
        by: &str,
    ) -> Result<Entry, PluginError> {
        let manifest = Manifest::parse(&self.find(plugin, version)?.manifest)
            .map_err(|problems| PluginError::Upload(UploadError::InvalidManifest(problems)))?;
        let granted = match hosts {
            None => Granted::all_of(&manifest, by),
            Some(hosts) => Granted::of_hosts(&manifest, hosts, by).map_err(PluginError::NotAskedFor)?,
        };
        let (id, name, granted) = (plugin.to_owned(), version.to_owned(), granted.to_json());
        let job = self.0.store.write(move |tx| Box::pin(async move { plugins::grant(tx, &id, &name, &granted).await }));
        self.changed(job.await?, plugin, version).await
    }

    /// Lets a version run again, with what was agreed to before.
    pub async fn enable(&self, plugin: &str, version: &str) -> Result<Entry, PluginError> {
        if self.find(plugin, version)?.granted.is_none() {
            return Err(PluginError::NeedsGrant);
        }
        self.set_state(plugin, version, State::Enabled).await
    }

    /// Keeps the version from running, in revisions that are locked to it as well.
    pub async fn disable(&self, plugin: &str, version: &str) -> Result<Entry, PluginError> {
        self.set_state(plugin, version, State::Disabled).await
    }

    /// Removes a version nobody uses.
    pub async fn remove(&self, plugin: &str, version: &str) -> Result<(), PluginError> {
        let found = plugins::find(&self.0.store, plugin, version).await?.ok_or(PluginError::NotFound)?;
        if found.bundled {
            return Err(PluginError::Bundled);
        }
        let users = self.users(&found).await?;
        if !users.is_empty() {
            return Err(PluginError::InUse(users));
        }
        let sha256 = found.sha256.clone();
        self.0.store.write(move |tx| Box::pin(async move { plugins::delete(tx, &found).await })).await?;
        self.0.host.unload(&sha256);
        Ok(self.reload().await?)
    }

    async fn set_state(&self, plugin: &str, version: &str, state: State) -> Result<Entry, PluginError> {
        let (id, name) = (plugin.to_owned(), version.to_owned());
        let job =
            self.0.store.write(move |tx| Box::pin(async move { plugins::set_state(tx, &id, &name, state).await }));
        self.changed(job.await?, plugin, version).await
    }

    /// The version after it was changed, if there is one.
    async fn changed(&self, is_there: bool, plugin: &str, version: &str) -> Result<Entry, PluginError> {
        if !is_there {
            return Err(PluginError::NotFound);
        }
        self.reload().await?;
        self.find(plugin, version)
    }

    fn find(&self, plugin: &str, version: &str) -> Result<Entry, PluginError> {
        self.0.catalogue.load().find(plugin, version).cloned().ok_or(PluginError::NotFound)
    }

    /// Workflows that are locked to a version and are in service or have runs that have not ended, those that services still
    /// know by it, and drafts that use the plugin while it is the version in force.
    async fn users(&self, version: &Version) -> Result<Vec<InUse>, StoreError> {
        let mut users: Vec<InUse> = Vec::new();
        let mut locks = revisions::locks_in_service(&self.0.store).await?;
        locks.extend(revisions::locks_of_live_runs(&self.0.store).await?);
        for (id, name, lock) in locks {
            let lock: PluginLock = serde_json::from_str(&lock)?;
            let is_locked = lock.get(&version.plugin).is_some_and(|locked| locked.sha256 == version.sha256);
            if is_locked && users.iter().all(|user| user.id != id) {
                users.push(InUse { id, name });
            }
        }
        for (id, name) in plugin_triggers::known_by(&self.0.store, &version.sha256).await? {
            if users.iter().all(|user| user.id != id) {
                users.push(InUse { id, name: name.unwrap_or_else(|| "a deleted workflow".into()) });
            }
        }
        let is_in_force = self.in_force(&version.plugin).is_some_and(|locked| locked.sha256 == version.sha256);
        let drafts =
            if is_in_force { workflows::drafts_mentioning(&self.0.store, &version.plugin).await? } else { Vec::new() };
        for draft in drafts {
            let uses = serde_json::from_str::<Document>(&draft.draft)
                .is_ok_and(|document| mentions(&document, &version.plugin));
            if uses && users.iter().all(|user| user.id != draft.id) {
                users.push(InUse { id: draft.id, name: draft.name });
            }
        }
        Ok(users)
    }
}

fn version_of(inspected: Inspected) -> Version {
    Version {
        plugin: inspected.manifest.id,
        version: inspected.manifest.version,
        sha256: inspected.sha256,
        size_bytes: inspected.size_bytes as i64,
        manifest: inspected.manifest_json.to_string(),
        state: State::NeedsGrant,
        granted: None,
        bundled: false,
        uploaded_ms: now_ms(),
    }
}
