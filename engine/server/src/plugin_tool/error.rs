//! Why a command for authors did not get to its end.

use std::io;
use std::path::{Path, PathBuf};

use crate::plugin_host::{HostError, UploadError};

#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    #[error("there is no weft.toml in {0}: make a project with `weft plugin new`, or name a component")]
    NoProject(PathBuf),
    #[error("{file}: {message}")]
    BadFile { file: PathBuf, message: String },
    #[error("{0} is there already, and is not empty")]
    Exists(PathBuf),
    #[error(
        "`{0}` is no name for a plugin: use a letter and then letters, digits and `_`, all small, as in `my_plugin`"
    )]
    BadName(String),
    #[error(
        "`{0}` is no id for a plugin: use words of letters, digits and `_`, all small, with dots between them, as in `acme.slack`"
    )]
    BadId(String),
    #[error("this Weft was built without the SDK for {0}")]
    NoSdk(&'static str),
    #[error("{tool} is missing; install it with `{install}`")]
    MissingTool { tool: &'static str, install: String },
    #[error("{0} failed; what it said is above")]
    BuildFailed(&'static str),
    #[error("{0} was not built yet: run `weft plugin build`")]
    NotBuilt(PathBuf),
    #[error("the module cannot become a component: {0}")]
    Encode(String),
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
    #[error("`{0}` is no credential: write slot.field=value")]
    BadCredential(String),
    #[error("the plugin's manifest has no slot `{0}` for a credential")]
    UnknownSlot(String),
    #[error("the plugin has no {kind} `{id}`; it has {}", if known.is_empty() { "none" } else { known })]
    Unknown { kind: &'static str, id: String, known: String },
    #[error(transparent)]
    Upload(#[from] UploadError),
    #[error(transparent)]
    Host(#[from] HostError),
    #[error("the server at {url} was not reached: {why}")]
    Unreached { url: String, why: String },
    #[error("the server refused it: {detail} ({code})")]
    Refused { code: String, detail: String, problems: Vec<(String, String)> },
}

impl ToolError {
    pub(super) fn io(path: &Path, error: io::Error) -> ToolError {
        ToolError::Io { path: path.to_owned(), error }
    }

    pub(super) fn file(path: &Path, message: impl ToString) -> ToolError {
        ToolError::BadFile { file: path.to_owned(), message: message.to_string() }
    }

    /// What is wrong with the manifest, each with its JSON pointer.
    pub fn problems(&self) -> Vec<(String, String)> {
        match self {
            ToolError::Upload(error) => {
                error.problems().iter().map(|problem| (problem.pointer.clone(), problem.message.clone())).collect()
            }
            ToolError::Refused { problems, .. } => problems.clone(),
            _ => Vec::new(),
        }
    }
}
