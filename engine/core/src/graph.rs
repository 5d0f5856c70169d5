//! The graph of a document: which node follows which by which port, and what is inside what.
//!
//! A container's body is a graph of its own, so every body is acyclic and has an order.

use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use crate::document::{Document, ERROR, Node, NodeId, OnError, Retry};
use crate::node_type::{NodeTypes, Role};

/// Position of a node in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeIx(pub u32);

/// Position of a body in its graph; the root is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BodyIx(pub u32);

/// The root body, outside of all containers.
pub const ROOT: BodyIx = BodyIx(0);

/// What a run needs to know of a checked document, ready to be walked.
#[derive(Debug)]
pub struct Graph {
    nodes: Vec<GraphNode>,
    index: FxHashMap<NodeId, NodeIx>,
    bodies: Vec<Body>,
}

#[derive(Debug)]
pub struct GraphNode {
    pub id: NodeId,
    pub role: Role,
    pub body: BodyIx,
    /// Place in the order of its body.
    pub place: usize,
    /// The body this node holds, for containers.
    pub contains: Option<BodyIx>,
    pub incoming: Vec<Link>,
    pub outgoing: Vec<Link>,
    pub join: Join,
    /// What a disabled node leaves by; also the port of a trigger.
    pub first_port: String,
    pub disabled: bool,
    pub retry: Retry,
    pub on_error: OnError,
    pub timeout_ms: Option<u64>,
}

/// One edge, seen from one of its ends: the port it leaves by and the node at the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub port: String,
    pub node: NodeIx,
}

/// When a node with several incoming edges starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// When every edge is delivered or dead.
    Settled,
    /// As soon as one edge is delivered.
    First,
}

#[derive(Debug)]
pub struct Body {
    pub container: Option<NodeIx>,
    /// The nodes of this body, each after what it depends on.
    pub order: Vec<NodeIx>,
}

/// A document whose edges form a cycle, or refer to nodes that are not there. `check` tells it in full.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    #[error("edges between {} form a cycle", join_ids(.0))]
    Cycle(Vec<NodeId>),
    #[error("there is no node `{0}`")]
    NoSuchNode(NodeId),
    #[error("there is no node type `{0}`")]
    NoSuchType(String),
}

fn join_ids(ids: &[NodeId]) -> String {
    ids.iter().map(NodeId::as_str).collect::<Vec<_>>().join(", ")
}

impl Graph {
    /// The graph of a document. Notes are left out of every body.
    pub fn of(document: &Document, types: &NodeTypes) -> Result<Graph, GraphError> {
        let index: FxHashMap<NodeId, NodeIx> =
            document.nodes.iter().zip(0..).map(|(node, position)| (node.id.clone(), NodeIx(position))).collect();
        let find = |id: &NodeId| index.get(id).copied().ok_or_else(|| GraphError::NoSuchNode(id.clone()));

        let mut nodes = Vec::with_capacity(document.nodes.len());
        let mut bodies = vec![Body { container: None, order: Vec::new() }];
        for node in &document.nodes {
            let graph_node = graph_node(node, types)?;
            nodes.push(graph_node);
        }
        for (node, position) in nodes.iter_mut().zip(0..).filter(|(node, _)| node.role == Role::Container) {
            node.contains = Some(BodyIx(bodies.len() as u32));
            bodies.push(Body { container: Some(NodeIx(position)), order: Vec::new() });
        }
        for (position, node) in document.nodes.iter().enumerate() {
            if let Some(container) = &node.inside {
                let holder = &nodes[find(container)?.0 as usize];
                nodes[position].body = holder.contains.ok_or_else(|| GraphError::NoSuchNode(container.clone()))?;
            }
        }
        for edge in &document.edges {
            let (from, to) = (find(&edge.from)?, find(&edge.to)?);
            nodes[from.0 as usize].outgoing.push(Link { port: edge.port().into(), node: to });
            nodes[to.0 as usize].incoming.push(Link { port: edge.port().into(), node: from });
        }
        for ix in order(&nodes)? {
            let node = &mut nodes[ix.0 as usize];
            if node.role != Role::Note {
                let body = &mut bodies[node.body.0 as usize];
                node.place = body.order.len();
                body.order.push(ix);
            }
        }
        Ok(Graph { nodes, index, bodies })
    }

    pub fn node(&self, ix: NodeIx) -> &GraphNode {
        &self.nodes[ix.0 as usize]
    }

    pub fn body(&self, ix: BodyIx) -> &Body {
        &self.bodies[ix.0 as usize]
    }

    pub fn find(&self, id: &str) -> Option<NodeIx> {
        self.index.get(id).copied()
    }

    pub fn nodes(&self) -> impl Iterator<Item = (NodeIx, &GraphNode)> {
        self.nodes.iter().zip(0..).map(|(node, position)| (NodeIx(position), node))
    }

    /// Everything a node depends on in its own body, itself included.
    pub fn upstream(&self, of: NodeIx) -> Vec<NodeIx> {
        self.reach(of, |node| &node.incoming)
    }

    /// Everything that depends on a node in its own body, itself included.
    pub fn downstream(&self, of: NodeIx) -> Vec<NodeIx> {
        self.reach(of, |node| &node.outgoing)
    }

    fn reach(&self, of: NodeIx, links: impl Fn(&GraphNode) -> &Vec<Link>) -> Vec<NodeIx> {
        let mut found = vec![of];
        let mut next = 0;
        while next < found.len() {
            for link in links(self.node(found[next])) {
                if !found.contains(&link.node) {
                    found.push(link.node);
                }
            }
            next += 1;
        }
        found
    }
}

impl GraphNode {
    /// Whether a failure leaves by the port `error` instead of failing what the node is in.
    pub fn handles_errors(&self) -> bool {
        self.outgoing.iter().any(|link| link.port == ERROR)
    }
}

fn graph_node(node: &Node, types: &NodeTypes) -> Result<GraphNode, GraphError> {
    let node_type = types.get(&node.node_type).ok_or_else(|| GraphError::NoSuchType(node.node_type.clone()))?;
    let takes_first =
        node.node_type == "merge" && node.params.get("mode").and_then(|mode| mode.as_str()) == Some("first");
    Ok(GraphNode {
        id: node.id.clone(),
        role: node_type.role,
        body: ROOT,
        place: 0,
        contains: None,
        incoming: Vec::new(),
        outgoing: Vec::new(),
        join: if takes_first { Join::First } else { Join::Settled },
        first_port: node_type.ports_of(node).into_iter().next().unwrap_or_default(),
        disabled: node.disabled,
        retry: node.retry.clone().unwrap_or_else(Retry::once),
        on_error: node.on_error,
        timeout_ms: node.timeout_ms,
    })
}

/// All nodes, each after what it depends on.
fn order(nodes: &[GraphNode]) -> Result<Vec<NodeIx>, GraphError> {
    let mut graph = DiGraph::<(), (), u32>::with_capacity(nodes.len(), nodes.len());
    for _ in nodes {
        graph.add_node(());
    }
    for (node, position) in nodes.iter().zip(0..) {
        for link in &node.outgoing {
            graph.add_edge(NodeIndex::from(position), NodeIndex::from(link.node.0), ());
        }
    }
    let back = |index: NodeIndex| NodeIx(index.index() as u32);
    match toposort(&graph, None) {
        Ok(order) => Ok(order.into_iter().map(back).collect()),
        Err(_) => {
            let cycle =
                tarjan_scc(&graph).into_iter().find(|part| part.len() > 1 || graph.contains_edge(part[0], part[0]));
            let mut cycle: Vec<NodeIx> = cycle.unwrap_or_default().into_iter().map(back).collect();
            cycle.sort();
            Err(GraphError::Cycle(cycle.into_iter().map(|ix| nodes[ix.0 as usize].id.clone()).collect()))
        }
    }
}
