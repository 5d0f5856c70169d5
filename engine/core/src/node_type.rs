//! What a node type declares about itself. Forms, validation, the palette and the docs all follow from this data.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::{ERROR, Node, OUT};

/// The declaration of a node type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NodeType {
    /// `if`, or `plugin_id/action_id`.
    pub id: String,
    pub title: String,
    /// One line for the palette.
    pub summary: String,
    pub category: Category,
    /// Name of an icon of the designer's set, or a plugin's own `data:image/svg+xml` URL.
    pub icon: String,
    /// Words people search for besides the title.
    #[serde(default)]
    pub tags: Vec<String>,
    pub role: Role,
    /// JSON Schema of the parameters, with `x-ui` hints for the form.
    pub params: Value,
    pub ports: Ports,
    pub effects: Effects,
    pub idempotent: Idempotency,
    /// Whether failures may leave by the port `error`.
    pub error_port: bool,
    /// The slot of its plugin for which it needs a credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// Help in Markdown.
    #[serde(default)]
    pub docs: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Triggers,
    Logic,
    Data,
    Connectors,
    Code,
    People,
    Ai,
}

/// What a node is to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Starts runs; has no incoming edges.
    Trigger,
    /// Does one thing.
    Step,
    /// Holds other nodes and runs them per item.
    Container,
    /// Starts the branch that cleans up after a run that was cancelled; has no incoming edges.
    Cleanup,
    /// Only drawn, never run.
    Note,
}

/// The ports a node can leave by, without `error`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ports {
    Fixed(Vec<Port>),
    /// One port per element of the list parameter `list`, named by its `field`, then `default`.
    FromParam {
        list: String,
        field: String,
        default: Port,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Port {
    pub id: String,
    pub title: String,
}

impl Port {
    pub fn new(id: &str, title: &str) -> Port {
        Port { id: id.into(), title: title.into() }
    }
}

/// What running the node does to the outside world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effects {
    /// Pure: may be repeated and replayed.
    None,
    Read,
    Write,
}

/// What may happen to an attempt that was started and not finished when the process died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Idempotency {
    /// Repeating it is harmless.
    Natural,
    /// Repeated with the same idempotency key.
    Key,
    /// At most once: a person decides.
    No,
}

impl NodeType {
    /// The single unnamed port of most nodes.
    pub fn one_port() -> Ports {
        Ports::Fixed(vec![Port::new(OUT, "Out")])
    }

    /// The ids of the ports this node can leave by, `error` last where the type has it.
    pub fn ports_of(&self, node: &Node) -> Vec<String> {
        let mut ports = match &self.ports {
            Ports::Fixed(ports) => ports.iter().map(|port| port.id.clone()).collect(),
            Ports::FromParam { list, field, default } => {
                let cases = node.params.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let named = cases.iter().filter_map(|case| case.get(field)?.as_str().map(str::to_owned));
                named.chain([default.id.clone()]).collect::<Vec<_>>()
            }
        };
        if self.error_port {
            ports.push(ERROR.into());
        }
        ports
    }
}

/// Every node type the engine knows, by id, in the order of the palette.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeTypes(pub IndexMap<String, NodeType>);

impl NodeTypes {
    pub fn get(&self, id: &str) -> Option<&NodeType> {
        self.0.get(id)
    }
}

impl FromIterator<NodeType> for NodeTypes {
    fn from_iter<I: IntoIterator<Item = NodeType>>(types: I) -> NodeTypes {
        NodeTypes(types.into_iter().map(|node_type| (node_type.id.clone(), node_type)).collect())
    }
}
