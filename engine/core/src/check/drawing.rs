//! The document with its names looked up, as far as they lead anywhere.

use std::collections::HashMap;

use crate::document::{Document, Node};
use crate::node_type::{NodeType, NodeTypes, Role};
use crate::problem::Problem;

/// What the checks look at. A position is that of a node in its document.
#[derive(Debug)]
pub(super) struct Drawing<'d> {
    pub(super) document: &'d Document,
    pub(super) types: &'d NodeTypes,
    /// The first node of each id.
    pub(super) index: HashMap<&'d str, usize>,
    /// `None` for types that are not known.
    pub(super) node_types: Vec<Option<&'d NodeType>>,
    /// The container each node is in; `None` outside of all, and where `inside` leads nowhere.
    pub(super) holders: Vec<Option<usize>>,
    /// The edges that can be followed: from, to and position in the document.
    pub(super) links: Vec<(usize, usize, usize)>,
    /// Where the followed edges into a node come from.
    pub(super) sources: Vec<Vec<usize>>,
}

impl<'d> Drawing<'d> {
    /// Looks up ids and types. Containers and edges are looked up by the checks that also tell what is wrong with them.
    pub(super) fn of(document: &'d Document, types: &'d NodeTypes) -> Drawing<'d> {
        let count = document.nodes.len();
        let mut index = HashMap::with_capacity(count);
        for (position, node) in document.nodes.iter().enumerate() {
            index.entry(node.id.as_str()).or_insert(position);
        }
        Drawing {
            document,
            types,
            index,
            node_types: document.nodes.iter().map(|node| types.get(&node.node_type)).collect(),
            holders: vec![None; count],
            links: Vec::new(),
            sources: vec![Vec::new(); count],
        }
    }

    /// The nodes with their positions.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (usize, &'d Node)> + use<'d> {
        self.document.nodes.iter().enumerate()
    }

    /// The nodes that run and are of one type.
    pub(super) fn enabled(&self, node_type: &'static str) -> impl Iterator<Item = (usize, &'d Node)> + use<'d> {
        self.nodes().filter(move |(_, node)| node.node_type == node_type && !node.disabled)
    }

    pub(super) fn node(&self, position: usize) -> &'d Node {
        &self.document.nodes[position]
    }

    /// The id of a node as messages show it.
    pub(super) fn name(&self, position: usize) -> String {
        format!("`{}`", self.node(position).id)
    }

    pub(super) fn has_role(&self, position: usize, role: Role) -> bool {
        self.node_types[position].is_some_and(|node_type| node_type.role == role)
    }

    /// The containers around a node, innermost first.
    pub(super) fn containers(&self, position: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.holders[position], |holder| self.holders[*holder])
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &'d str> {
        self.document.nodes.iter().map(|node| node.id.as_str())
    }

    /// An error of one node, at a pointer below it.
    pub(super) fn error(&self, position: usize, below: &str, code: &str, message: impl Into<String>) -> Problem {
        Problem::error(format!("/nodes/{position}{below}"), code, message).at(&self.node(position).id)
    }

    /// A warning about one node, at a pointer below it.
    pub(super) fn warning(&self, position: usize, below: &str, code: &str, message: impl Into<String>) -> Problem {
        Problem::warning(format!("/nodes/{position}{below}"), code, message).at(&self.node(position).id)
    }
}
