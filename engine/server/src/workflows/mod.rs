//! Drawing, publishing and taking out of service: what happens to a workflow apart from running it.

mod draft;
mod links;
mod publish;
mod sample;
mod start;
mod summary;
mod triggers;

use weft_core::problem::{Problem, Severity};

use crate::runner;
use crate::store::StoreError;

pub use draft::{Draft, NewWorkflow, SaveError, create, delete, duplicate, rename, save_draft, snapshot};
pub use links::problems;
pub use publish::{Revision, publish, unpublish};
pub use sample::{SampleError, sample};
pub use start::{NewRun, Source, StartError, rerun, start};
pub use summary::{RunCounts, Summary, list};
pub use triggers::{TriggerLabel, labels};

/// Why something about a workflow was refused.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    #[error("there is no such workflow in this workspace")]
    NotFound,
    #[error("give a name of at most {LONGEST_NAME} characters")]
    Name,
    #[error("{}", count(.0))]
    HasProblems(Vec<Problem>),
    #[error(transparent)]
    Runner(#[from] runner::StartError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The longest name of a workflow, in characters.
pub const LONGEST_NAME: usize = 200;

fn count(problems: &[Problem]) -> String {
    match problems.iter().filter(|problem| problem.severity == Severity::Error).count() {
        1 => "one problem keeps the document from running".into(),
        errors => format!("{errors} problems keep the document from running"),
    }
}

/// Refuses a document that cannot run, with everything there is to say about it. Of one that can, the warnings are left.
fn refuse_errors(problems: Vec<Problem>) -> Result<Vec<Problem>, WorkflowError> {
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(WorkflowError::HasProblems(problems));
    }
    Ok(problems)
}

fn checked_name(name: &str) -> Result<String, WorkflowError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(WorkflowError::Name);
    }
    Ok(name.to_owned())
}
