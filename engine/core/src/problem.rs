//! What is wrong with a document, told so that a person can find it and mend it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::NodeId;

/// One thing wrong with a document. Checks return every problem, not the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The node it concerns; absent when it concerns the whole document.
    pub node: Option<NodeId>,
    /// JSON pointer into the document, such as `/nodes/1/params/condition`.
    pub pointer: String,
    /// Stable, documented identifier, such as `unknown_node_type`.
    pub code: String,
    /// What is wrong and what to do about it, for people.
    pub message: String,
    pub severity: Severity,
}

/// Whether a problem keeps the document from being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Error,
    Warning,
}

impl Problem {
    /// A problem that keeps the document from being published.
    pub fn error(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Problem {
        Problem {
            node: None,
            pointer: pointer.into(),
            code: code.into(),
            message: message.into(),
            severity: Severity::Error,
        }
    }

    /// A problem worth knowing that does not keep the document from being published.
    pub fn warning(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Warning, ..Problem::error(pointer, code, message) }
    }

    /// The same problem, told of one node.
    pub fn at(self, node: &NodeId) -> Problem {
        Problem { node: Some(node.clone()), ..self }
    }
}
