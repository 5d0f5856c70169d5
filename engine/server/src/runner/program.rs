//! Revisions made ready to run: graph built, expressions parsed, plugins looked up by name.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Map, Value};
use weft_core::document::{AfterCrash, Document, Node, NodeId};
use weft_core::expression::{CompiledParams, Root, Template};
use weft_core::graph::{Graph, GraphNode, NodeIx, ROOT};
use weft_core::node_type::{Effects, Idempotency, NodeType, NodeTypes, Role};
use weft_core::problem::Problem;

use super::queue::Limits;
use super::{Records, StartError};
use crate::ids::{WorkflowId, WorkspaceId};
use crate::nodes::{self, BuiltIn};
use crate::plugin_host::HostPattern;
use crate::store::revisions::PluginLock;

/// Programs kept ready.
const KEPT: usize = 1_000;

/// How long an attempt may take when its node does not say.
const STEP_TIMEOUT: Duration = Duration::from_secs(60);

/// A revision, ready to run.
#[derive(Debug)]
pub struct Program {
    pub workflow: WorkflowId,
    pub revision: i64,
    pub document: Document,
    pub graph: Arc<Graph>,
    /// The longest a run may take, when the workflow says so.
    pub run_timeout_ms: Option<u64>,
    pub(super) limits: Limits,
    /// What a run shares its limit with.
    pub(super) slot_key: Option<Template>,
    plans: Vec<Plan>,
}

/// How one node is run.
#[derive(Debug)]
pub(super) struct Plan {
    pub what: What,
    /// The parameters that may hold expressions.
    pub params: CompiledParams,
    /// The parameters that are taken as they are, such as source code.
    pub plain: Map<String, Value>,
    pub effects: Effects,
    pub idempotent: Idempotency,
    /// How long an action may take.
    pub timeout: Duration,
    /// How long an attempt may take or wait, when the node says so.
    pub own_timeout_ms: Option<u64>,
    pub has_several_sources: bool,
    /// Whether an expression of it reads `run`.
    pub reads_run: bool,
}

#[derive(Debug)]
pub(super) enum What {
    BuiltIn { node: &'static BuiltIn, calls: Option<Action> },
    Action(Action),
}

/// An action of one version of a plugin, as locked by the revision.
#[derive(Debug, Clone)]
pub struct Action {
    pub plugin: String,
    pub sha256: String,
    pub action: String,
    /// The name of the credential that the step uses.
    pub credential: Option<String>,
}

impl Program {
    pub(super) fn plan(&self, node: NodeIx) -> &Plan {
        &self.plans[node.0 as usize]
    }

    /// Builds the program of a checked document. `types` are the node types as of the revision's plugin lock.
    pub fn build(
        workflow: WorkflowId,
        revision: i64,
        document: Document,
        types: &NodeTypes,
        lock: &PluginLock,
    ) -> Result<Program, Vec<Problem>> {
        let graph =
            Graph::of(&document, types).map_err(|error| vec![Problem::error("", "broken_graph", error.to_string())])?;
        let plans = graph.nodes().zip(&document.nodes).enumerate().map(|(position, ((_, graph_node), node))| {
            let node_type = types.get(&node.node_type).expect("the graph is built of known types");
            plan(graph_node, node_type, node, lock).map_err(|(pointer, message)| {
                Problem::error(format!("/nodes/{position}/params{pointer}"), "bad_expression", message).at(&node.id)
            })
        });
        let plans = plans.collect::<Result<_, _>>().map_err(|problem| vec![problem])?;
        let settings = &document.settings;
        let slot_key = settings.per_key.as_ref().map(|per_key| Template::parse(&per_key.key)).transpose();
        let slot_key =
            slot_key.map_err(|error| vec![Problem::error("/settings/per_key/key", "bad_expression", error.message)])?;
        Ok(Program {
            workflow,
            revision,
            run_timeout_ms: settings.run_timeout_ms,
            limits: Limits::of(settings),
            slot_key,
            document,
            graph: Arc::new(graph),
            plans,
        })
    }

    /// Whether there is a node of this id outside of containers.
    pub(super) fn is_at_root(&self, id: &NodeId) -> bool {
        self.graph.find(id.as_str()).is_some_and(|ix| self.graph.node(ix).body == ROOT)
    }

    /// Where a run starts when nobody says: at a node of the preferred type, else at the first trigger.
    pub fn entry(&self, preferred: &str) -> Option<NodeId> {
        let is_trigger = |(ix, _): &(NodeIx, &GraphNode)| self.graph.node(*ix).role == Role::Trigger;
        let nodes = || self.graph.nodes().filter(is_trigger).map(|(ix, _)| &self.document.nodes[ix.0 as usize]);
        let found = nodes().find(|node| node.node_type == preferred && !node.disabled).or_else(|| nodes().next());
        found.map(|node| node.id.clone())
    }
}

fn plan(
    graph_node: &GraphNode,
    node_type: &NodeType,
    drawn: &Node,
    lock: &PluginLock,
) -> Result<Plan, (String, String)> {
    let action = |plugin: &str, action: &str| Action {
        plugin: plugin.to_owned(),
        sha256: lock.get(plugin).map(|locked| locked.sha256.clone()).unwrap_or_default(),
        action: action.to_owned(),
        credential: drawn.credential.clone(),
    };
    let what = match node_type.id.split_once('/') {
        // What it found is what the run was started with.
        Some(_) if node_type.role == Role::Trigger => What::BuiltIn { node: &nodes::FOUND, calls: None },
        Some((plugin, id)) => What::Action(action(plugin, id)),
        None => {
            let node = nodes::ALL.iter().find(|node| (node.declaration)().id == node_type.id);
            let node = node.ok_or_else(|| (String::new(), format!("there is no built-in node `{}`", node_type.id)))?;
            let calls = (node_type.id == "code").then(|| action(nodes::CODE_ENGINE.0, nodes::CODE_ENGINE.1));
            What::BuiltIn { node, calls }
        }
    };
    let is_plain = |name: &str| {
        node_type.params.pointer(&format!("/properties/{name}/x-ui/expression")) == Some(&Value::Bool(false))
    };
    let (plain, templates): (Map<String, Value>, Map<String, Value>) =
        drawn.params.clone().into_iter().partition(|(name, _)| is_plain(name));
    let params = CompiledParams::compile(&Value::Object(templates)).map_err(|errors| {
        errors.into_iter().next().map(|(pointer, error)| (pointer, error.message)).unwrap_or_default()
    })?;
    Ok(Plan {
        what,
        reads_run: params.references().iter().any(|(_, reference)| reference.root == Root::Run),
        params,
        plain,
        effects: node_type.effects,
        idempotent: match drawn.after_crash {
            None => node_type.idempotent,
            Some(AfterCrash::Retry) => Idempotency::Key,
            Some(AfterCrash::Ask) => Idempotency::No,
        },
        timeout: drawn.timeout_ms.map_or(STEP_TIMEOUT, Duration::from_millis),
        own_timeout_ms: drawn.timeout_ms,
        has_several_sources: graph_node.incoming.iter().any(|link| link.node != graph_node.incoming[0].node),
    })
}

/// What the runner asks about the plugins of this server.
pub trait Installed: Send + Sync + std::fmt::Debug {
    /// The built-in node types and those of the locked plugin versions.
    fn types_of(&self, lock: &PluginLock) -> Arc<NodeTypes>;

    /// Whether the version with this digest may run; `None` when there is none.
    fn standing_of(&self, sha256: &str) -> Option<Standing>;
}

/// What an administrator decided about a version of a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is disabled, or nobody has agreed yet to what it asks for.
    MayNotRun,
    /// It runs, and may reach these hosts.
    MayReach(Arc<[HostPattern]>),
}

/// Finds programs by revision and keeps them ready.
#[derive(Debug)]
pub struct Programs {
    records: Arc<dyn Records>,
    installed: Arc<dyn Installed>,
    ready: Mutex<HashMap<(WorkflowId, i64), Arc<Program>>>,
}

impl Programs {
    pub fn new(records: Arc<dyn Records>, installed: Arc<dyn Installed>) -> Programs {
        Programs { records, installed, ready: Mutex::default() }
    }

    pub async fn get(
        &self,
        workspace: WorkspaceId,
        workflow: WorkflowId,
        revision: i64,
    ) -> Result<Arc<Program>, StartError> {
        if let Some(program) = self.ready().get(&(workflow, revision)) {
            return Ok(Arc::clone(program));
        }
        let stored = self.records.revision(workspace, workflow, revision).await?.ok_or(StartError::NoSuchRevision)?;
        let damaged = |error: serde_json::Error| StartError::Store(error.into());
        let document: Document = serde_json::from_str(&stored.document).map_err(damaged)?;
        let lock: PluginLock = serde_json::from_str(&stored.plugin_lock).map_err(damaged)?;
        let types = self.installed.types_of(&lock);
        let program =
            Program::build(workflow, revision, document, &types, &lock).map_err(StartError::BrokenRevision)?;
        let program = Arc::new(program);
        let mut ready = self.ready();
        if ready.len() >= KEPT {
            // Anything may go: what is needed again is read again.
            let any = ready.keys().next().copied();
            any.map(|key| ready.remove(&key));
        }
        ready.insert((workflow, revision), Arc::clone(&program));
        Ok(program)
    }

    fn ready(&self) -> std::sync::MutexGuard<'_, HashMap<(WorkflowId, i64), Arc<Program>>> {
        self.ready.lock().expect("no code panics while it holds this lock")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn check(nodes: Value, preferred: &str, expected: Option<&str>) {
        let document = serde_json::from_value(json!({ "weft": 1, "name": "t", "nodes": nodes })).unwrap();
        let types = crate::nodes::built_in().into_iter().collect();
        let program = Program::build(WorkflowId::fresh(), 1, document, &types, &PluginLock::new()).unwrap();
        assert_eq!(program.entry(preferred), expected.map(NodeId::from));
    }

    #[test]
    fn a_run_starts_at_the_preferred_trigger_or_else_the_first() {
        let (hook, manual) = (json!({ "id": "hook", "type": "webhook" }), json!({ "id": "hand", "type": "manual" }));
        let error = json!({ "id": "oops", "type": "error_trigger" });
        check(json!([hook, manual]), "manual", Some("hand"));
        check(json!([hook, manual, error]), "error_trigger", Some("oops"));
        check(json!([{ "id": "set", "type": "set" }, hook]), "manual", Some("hook"));
        check(json!([{ "id": "set", "type": "set" }]), "manual", None);
    }
}
