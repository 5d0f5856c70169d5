//! The server's parts, put together.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ipnet::IpNet;
use weft_core::node_type::NodeTypes;

use crate::accounts::Accounts;
use crate::clock::now_ms;
use crate::credentials::{Credentials, master_key};
use crate::flight_recorder::FlightRecorder;
use crate::history::History;
use crate::links::{self, Links};
use crate::live::Live;
use crate::plugin_host::{HostConfig, HostPattern, PluginHost};
use crate::plugins::{Kept, Plugins};
use crate::restored::Restored;
use crate::runner::{Programs, Records, Runner, Sandbox, StartError};
use crate::store::{Floor, Store, StoreError, settings};
use crate::triggers::Triggers;

/// What the operator decides.
#[derive(Debug, Clone)]
pub struct Config {
    pub data_dir: PathBuf,
    pub listen: SocketAddr,
    /// A key with an owner's rights, for automation.
    pub bootstrap_key: Option<String>,
    /// Private address ranges that outgoing requests may reach.
    pub allow_private: Vec<IpNet>,
    /// What plugins may reach at all; every host when empty.
    pub plugin_hosts: Vec<HostPattern>,
    /// The binary `weft` of this build, which compiles plugins, when this program is another.
    pub compiler: Option<PathBuf>,
    /// Where people reach this server, when it is not where it listens.
    pub base_url: Option<String>,
    /// How much of the disk has to stay free for new runs to start.
    pub min_free: Floor,
    /// The master key of credentials, when it is not in the data directory.
    pub master_key_file: Option<PathBuf>,
}

/// The running server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    store: Store,
    live: Live,
    links: Links,
    plugin_host: PluginHost,
    plugins: Plugins,
    credentials: Credentials,
    sandbox: Sandbox,
    runner: Runner,
    triggers: Triggers,
    history: History,
    restored: Restored,
    accounts: Accounts,
}

impl App {
    /// Opens the data directory, takes up what was going on, and begins to fire triggers.
    pub async fn start(config: Config) -> anyhow::Result<App> {
        std::fs::create_dir_all(&config.data_dir)?;
        let store = Store::open(&config.data_dir).await?.with_floor(config.min_free);
        let host_config = HostConfig::new(config.data_dir.join("plugin-cache"));
        let host_config = HostConfig {
            allow_private: config.allow_private.clone(),
            hosts: config.plugin_hosts.clone(),
            compiler: config.compiler.clone().unwrap_or(host_config.compiler),
            ..host_config
        };
        let recorder = FlightRecorder::open(&config.data_dir)?;
        let plugin_host = PluginHost::new(host_config, Arc::new(Kept::new(store.clone())))?;
        let plugins = Plugins::open(store.clone(), plugin_host.clone()).await?;
        let live = Live::default();
        let records: Arc<dyn Records> = Arc::new(store.clone());
        let programs = Programs::new(Arc::clone(&records), Arc::new(plugins.clone()));
        let master = master_key::open(&store, &config.data_dir, config.master_key_file.as_deref()).await?;
        let credentials = Credentials::new(store.clone(), plugins.clone(), master, plugin_host.client());
        let sandbox =
            Sandbox::new(plugin_host.clone(), store.clone(), Arc::new(plugins.clone()), Arc::new(credentials.clone()));
        let base_url = config.base_url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
        let links = Links::new(&base_url, link_secret(&store).await?);
        let runner = Runner::new(records, Arc::new(sandbox.clone()), live.clone(), programs, links.clone(), recorder);
        let triggers = Triggers::new(store.clone(), runner.clone(), sandbox.clone(), links.clone());
        let history = History::new(store.clone(), runner.clone());
        let accounts = Accounts::open(store.clone(), config.bootstrap_key.as_deref(), now_ms()).await?;
        runner.serve_queue();
        let restored = Restored::read(&store).await?;
        if restored.since_ms().is_some() {
            triggers.changed().await?;
            restored.take_up_when_confirmed(runner.clone(), triggers.clone());
        } else {
            take_up(&runner, &triggers).await?;
        }
        history.start();
        Ok(App(Arc::new(Inner {
            config,
            store,
            live,
            links,
            plugin_host,
            plugins,
            credentials,
            sandbox,
            runner,
            triggers,
            history,
            restored,
            accounts,
        })))
    }

    /// Stops firing and lets runs come to rest. Who waits for a run is answered.
    pub async fn drain(&self) {
        tracing::info!("stopping: waiting for running steps");
        self.0.restored.shutdown().await;
        self.0.triggers.shutdown().await;
        self.0.runner.shutdown().await;
    }

    /// Writes what is left and lets go of the data directory, after [`App::drain`].
    pub async fn shutdown(&self) {
        self.0.history.shutdown().await;
        self.0.plugin_host.shutdown().await;
        self.0.store.close().await;
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub fn live(&self) -> &Live {
        &self.0.live
    }

    pub fn links(&self) -> &Links {
        &self.0.links
    }

    pub fn plugins(&self) -> &Plugins {
        &self.0.plugins
    }

    pub fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    /// Plugins, with what they need to be called.
    pub fn sandbox(&self) -> &Sandbox {
        &self.0.sandbox
    }

    pub fn runner(&self) -> &Runner {
        &self.0.runner
    }

    pub fn triggers(&self) -> &Triggers {
        &self.0.triggers
    }

    pub fn history(&self) -> &History {
        &self.0.history
    }

    pub fn restored(&self) -> &Restored {
        &self.0.restored
    }

    pub fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }

    /// The built-in node types and those of enabled plugins.
    pub fn node_types(&self) -> Arc<NodeTypes> {
        self.0.plugins.node_types()
    }
}

/// What vouches for links to runs; made at the first start.
async fn link_secret(store: &Store) -> Result<[u8; 32], StoreError> {
    const NAME: &str = "link_secret";
    if let Some(secret) = settings::get(store, NAME).await? {
        return links::unhex(&secret)
            .and_then(|secret| secret.try_into().ok())
            .ok_or_else(|| StoreError::Damaged(format!("the setting `{NAME}` is not 32 bytes in hexadecimal")));
    }
    let secret: [u8; 32] = rand::random();
    store.write(move |tx| Box::pin(async move { settings::set(tx, NAME, &links::hex(&secret)).await })).await?;
    Ok(secret)
}

/// Takes up the runs that were going, and begins to fire schedules.
pub(crate) async fn take_up(runner: &Runner, triggers: &Triggers) -> Result<(), StartError> {
    runner.recover().await?;
    runner.watch_wakes();
    triggers.start().await
}
