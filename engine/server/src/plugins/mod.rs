//! The plugins of this server: which versions there are, which may run, and what they add to the palette.

mod bundled;
mod catalogue;
mod change;
mod components;
mod grants;
mod lock;

use std::collections::BTreeSet;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use weft_core::node_type::NodeTypes;

use crate::plugin_host::{Manifest, PluginHost};
use crate::runner::{Installed, Standing};
use crate::store::plugins;
use crate::store::revisions::{self, Locked, PluginLock};
use crate::store::{Store, StoreError};

pub use catalogue::{Entry, Listed};
pub use change::{InUse, PluginError};
pub use components::Kept;
pub use grants::Granted;

use catalogue::Catalogue;

/// Knows every version of every plugin. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Plugins(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    host: PluginHost,
    catalogue: ArcSwap<Catalogue>,
    /// Held while the catalogue is read anew, so that an older reading never replaces a newer one.
    reloading: Mutex<()>,
}

impl Plugins {
    /// Registers what is bundled with this build and reads the rest from the store.
    pub async fn open(store: Store, host: PluginHost) -> Result<Plugins, StoreError> {
        bundled::register(&store).await?;
        let plugins =
            Plugins(Arc::new(Inner { store, host, catalogue: ArcSwap::default(), reloading: Mutex::default() }));
        plugins.reload().await?;
        plugins.warm().await?;
        Ok(plugins)
    }

    /// Ends when all code is as good as it gets.
    pub async fn warmed(&self) {
        self.0.host.warmed().await;
    }

    /// The built-in node types and those of the plugin versions in force.
    pub fn node_types(&self) -> Arc<NodeTypes> {
        Arc::clone(&self.0.catalogue.load().types)
    }

    /// The version of a plugin that new revisions are locked to: the highest that is enabled.
    pub fn in_force(&self, plugin: &str) -> Option<Locked> {
        self.0
            .catalogue
            .load()
            .in_force(plugin)
            .map(|entry| Locked { version: entry.stored.version.clone(), sha256: entry.stored.sha256.clone() })
    }

    /// What the version in force says about itself.
    pub fn manifest_in_force(&self, plugin: &str) -> Option<Manifest> {
        self.0.catalogue.load().in_force(plugin)?.parsed.clone()
    }

    /// What the versions in force say about themselves.
    pub fn manifests_in_force(&self) -> Vec<Manifest> {
        let catalogue = self.0.catalogue.load();
        catalogue.ids().iter().filter_map(|plugin| catalogue.in_force(plugin)?.parsed.clone()).collect()
    }

    /// Every plugin with its versions, for people.
    pub fn list(&self) -> Vec<Listed> {
        self.0.catalogue.load().list()
    }

    /// Has the code made, in the background, of what will be called: what workflows in service are locked to, and what comes with
    /// Weft. It is there already, except at the first start and after an upgrade.
    async fn warm(&self) -> Result<(), StoreError> {
        let may_run = |sha256: &str| matches!(self.standing_of(sha256), Some(Standing::MayReach(_)));
        let mut used: BTreeSet<String> = bundled::digests().map(str::to_owned).collect();
        for (_, _, lock) in revisions::locks_in_service(&self.0.store).await? {
            let lock: PluginLock = serde_json::from_str(&lock)?;
            used.extend(lock.into_values().map(|locked| locked.sha256));
        }
        used.iter().filter(|sha256| may_run(sha256)).for_each(|sha256| self.0.host.warm(sha256));
        Ok(())
    }

    async fn reload(&self) -> Result<(), StoreError> {
        let _turn = self.0.reloading.lock().await;
        let stored = plugins::all(&self.0.store).await?;
        self.0.catalogue.store(Arc::new(Catalogue::of(stored)));
        Ok(())
    }
}

/// What is installed according to a database, without a host to run it.
#[derive(Debug)]
pub struct Installation(Catalogue);

impl Installation {
    pub async fn read(store: &Store) -> Result<Installation, StoreError> {
        Ok(Installation(Catalogue::of(plugins::all(store).await?)))
    }
}

impl Installed for Installation {
    fn types_of(&self, lock: &PluginLock) -> Arc<NodeTypes> {
        Arc::new(self.0.types_of(lock))
    }

    fn standing_of(&self, sha256: &str) -> Option<Standing> {
        self.0.standing_of(sha256)
    }
}

impl Installed for Plugins {
    fn types_of(&self, lock: &PluginLock) -> Arc<NodeTypes> {
        Arc::new(self.0.catalogue.load().types_of(lock))
    }

    fn standing_of(&self, sha256: &str) -> Option<Standing> {
        self.0.catalogue.load().standing_of(sha256)
    }
}
