//! What starts runs from outside: the routes of webhooks, the schedules, and the triggers of plugins.

mod plugins;
mod scheduler;

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use weft_core::document::NodeId;

use crate::clock::now_ms;
use crate::ids::{WorkflowId, WorkspaceId};
use crate::links::Links;
use crate::runner::{Runner, Sandbox, StartError, States};
use crate::store::plugin_triggers::{self, PluginTrigger};
use crate::store::{Store, webhooks};

pub use plugins::{HookError, Received};

/// Where a request to a webhook goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRoute {
    pub workspace: WorkspaceId,
    pub workflow: WorkflowId,
    pub revision: i64,
    pub node: NodeId,
    pub respond: Respond,
}

/// When the caller of a webhook is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Respond {
    AtOnce,
    AtEnd,
    ByNode,
}

/// Routes by path, then by method.
type Routes = HashMap<String, Vec<(String, Arc<WebhookRoute>)>>;

/// The triggers of all published revisions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Triggers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    runner: Runner,
    sandbox: Sandbox,
    states: States,
    links: Links,
    routes: ArcSwap<Routes>,
    /// The triggers of plugins that requests are sent to, by the secret part of their addresses.
    hooks: ArcSwap<HashMap<String, Arc<PluginTrigger>>>,
    /// One reading at a time, so that an older one can't replace a newer.
    reloading: Mutex<()>,
    schedules_changed: Notify,
    plugin_triggers_changed: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Triggers {
    pub fn new(store: Store, runner: Runner, sandbox: Sandbox, links: Links) -> Triggers {
        Triggers(Arc::new(Inner {
            states: sandbox.states().clone(),
            store,
            runner,
            sandbox,
            links,
            routes: ArcSwap::default(),
            hooks: ArcSwap::default(),
            reloading: Mutex::new(()),
            schedules_changed: Notify::new(),
            plugin_triggers_changed: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }))
    }

    /// Loads the routes and begins to watch the clock.
    pub async fn start(&self) -> Result<(), StartError> {
        self.reload_routes().await?;
        let now_ms = now_ms();
        self.0.store.write(move |tx| Box::pin(plugin_triggers::look_at_subscribed(tx, now_ms))).await?;
        let scheduler = scheduler::Scheduler::new(Arc::clone(&self.0));
        self.0.tasks.spawn(scheduler.watch());
        self.0.tasks.spawn(plugins::watch(Arc::clone(&self.0)));
        Ok(())
    }

    /// A workflow was published, unpublished or deleted.
    pub async fn changed(&self) -> Result<(), StartError> {
        self.0.schedules_changed.notify_one();
        let reloaded = self.reload_routes().await;
        // A service that is told an address may try it at once.
        self.0.plugin_triggers_changed.notify_one();
        reloaded
    }

    /// The workflow that answers to a path and method.
    pub fn webhook(&self, path: &str, method: &str) -> Option<Arc<WebhookRoute>> {
        let routes = self.0.routes.load();
        routes.get(path)?.iter().find(|(known, _)| known == method).map(|(_, route)| Arc::clone(route))
    }

    /// The methods a path answers to.
    pub fn methods(&self, path: &str) -> Vec<String> {
        let routes = self.0.routes.load();
        routes.get(path).into_iter().flatten().map(|(method, _)| method.clone()).collect()
    }

    /// Stops firing.
    pub async fn shutdown(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    async fn reload_routes(&self) -> Result<(), StartError> {
        let _turn = self.0.reloading.lock().await;
        let mut routes = Routes::new();
        for webhook in webhooks::all(&self.0.store).await? {
            let respond = self.respond(&webhook).await?;
            let route = WebhookRoute {
                workspace: webhook.workspace,
                workflow: webhook.workflow,
                revision: webhook.revision,
                node: NodeId(webhook.node),
                respond,
            };
            routes.entry(webhook.path).or_default().push((webhook.method, Arc::new(route)));
        }
        self.0.routes.store(Arc::new(routes));
        let hooks = plugin_triggers::webhooks(&self.0.store).await?;
        let hooks = hooks.into_iter().map(|trigger| (trigger.token.clone(), Arc::new(trigger))).collect();
        self.0.hooks.store(Arc::new(hooks));
        Ok(())
    }

    /// A revision that can't be made ready answers at once: its runs then tell what is wrong with it.
    async fn respond(&self, webhook: &webhooks::Webhook) -> Result<Respond, StartError> {
        let program = match self.0.runner.programs().get(webhook.workspace, webhook.workflow, webhook.revision).await {
            Ok(program) => program,
            Err(StartError::Store(error)) => return Err(error.into()),
            Err(error) => {
                tracing::error!(workflow.id = %webhook.workflow, %error, "a published revision cannot run");
                return Ok(Respond::AtOnce);
            }
        };
        let node = program.document.nodes.iter().find(|node| node.id.as_str() == webhook.node);
        Ok(match node.and_then(|node| node.params.get("respond")?.as_str()) {
            Some("at_end") => Respond::AtEnd,
            Some("by_node") => Respond::ByNode,
            _ => Respond::AtOnce,
        })
    }
}
