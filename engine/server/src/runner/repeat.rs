//! Doing runs again: from where one failed, or from a node, with what had finished taken over from the journal.

use std::sync::Arc;

use weft_core::run::{Event, RetakeFrom, RunState, retake};

use super::launch::Launch;
use super::{Runner, StartError, Wait};
use crate::clock::now_ms;
use crate::ids::{RunId, WorkspaceId};
use crate::store::StoreError;
use crate::store::runs::{Head, Trigger, TriggerKind};

#[derive(Debug, thiserror::Error)]
pub enum RepeatError {
    #[error("there is no such run")]
    NotFound,
    #[error("the run has not ended yet")]
    NotEnded,
    #[error("nothing of the run failed, so there is nothing to go on with; run it again from a node or from the start")]
    NothingFailed,
    #[error("there is no node `{0}` outside of containers in the workflow as it ran")]
    NoSuchNode(String),
    #[error(transparent)]
    Start(#[from] StartError),
}

impl From<StoreError> for RepeatError {
    fn from(error: StoreError) -> RepeatError {
        RepeatError::Start(StartError::Store(error))
    }
}

impl Runner {
    /// Starts a run that takes over what had finished of another one and does the rest. Returns once it is stored.
    ///
    /// What failed is done again under its old idempotency key, because nobody knows whether it had its effect; what is
    /// repeated on purpose, from a node, gets a new one.
    pub async fn retry(
        &self,
        workspace: WorkspaceId,
        run: RunId,
        from: RetakeFrom,
        kind: TriggerKind,
    ) -> Result<RunId, RepeatError> {
        let records = &self.0.records;
        let found = records.find(workspace, run).await?.ok_or(RepeatError::NotFound)?;
        if !found.tail.status.is_final() {
            return Err(RepeatError::NotEnded);
        }
        let program = self.0.programs.get(workspace, found.head.workflow, found.head.revision).await?;
        if let RetakeFrom::Node(node) = &from
            && !program.is_at_root(node)
        {
            return Err(RepeatError::NoSuchNode(node.to_string()));
        }
        let journal: Vec<Event> = records.journal(run).await?.into_iter().flat_map(|(_, events)| events).collect();
        let opening = retake(&program.graph, &found.head.input, &journal, &from);
        let mut state = RunState::new(Arc::clone(&program.graph), Arc::clone(&found.head.input));
        for event in &opening {
            state.apply(event).map_err(|error| StoreError::Damaged(format!("{run}: {error}")))?;
        }
        if state.is_finished() {
            return Err(RepeatError::NothingFailed);
        }
        let head = Head {
            trigger: Trigger { kind, node: found.head.trigger.node.clone(), fire_ms: None },
            created_ms: now_ms(),
            parent: None,
            depth: 0,
            retry_of: Some(run),
            root: Some(found.head.root.unwrap_or(run)),
            origin: (from == RetakeFrom::Failed).then(|| found.head.origin.unwrap_or(run)),
            ..found.head
        };
        let launch = Launch { run: RunId::fresh(), program, head, opening, fire: None };
        Ok(self.launch(launch, Wait::No).await?.id)
    }
}
