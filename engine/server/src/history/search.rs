//! Finding runs by text: in the index, and among the runs that are not in it yet.

use std::collections::BTreeSet;

use super::{History, text};
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::StoreError;
use crate::store::runs::{self, Filter, Run};
use crate::store::search::{self, Phrase};

/// Runs outside of the index that a search looks at, the newest first. Thousands may be there after a burst, or waiting for
/// long, and a search has to come to an end.
const LOOKED_AT: u32 = 500;

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// The newest first.
    pub runs: Vec<Run>,
    /// There are more runs outside of the index than were looked at.
    pub is_incomplete: bool,
}

impl History {
    /// Runs that a filter lets through, newest first; with a text, those that have it in them or in their workflow's name.
    pub async fn list(&self, workspace: WorkspaceId, filter: &Filter, text: Option<&str>) -> Result<Found, StoreError> {
        match text.filter(|text| !text.trim().is_empty()) {
            Some(text) => self.find(workspace, filter, text).await,
            None => Ok(Found { runs: runs::list(&self.0.store, workspace, filter).await?, is_incomplete: false }),
        }
    }

    async fn find(&self, workspace: WorkspaceId, filter: &Filter, text: &str) -> Result<Found, StoreError> {
        let store = &self.0.store;
        let phrase = Phrase::of(text);
        let workflows = search::workflows_named(store, workspace, text).await?;
        // In this order: a run that is indexed in between is found twice rather than not at all.
        let (mut found, looked_down_to) = self.find_unindexed(workspace, filter, phrase.as_ref(), &workflows).await?;
        found.extend(search::indexed(store, workspace, filter, phrase.as_ref(), &workflows).await?);
        let newest: Vec<RunId> = found.into_iter().rev().take(filter.limit as usize).collect();
        // Below the last run that was looked at, matches may be missing.
        let is_incomplete = looked_down_to
            .is_some_and(|last| newest.len() < filter.limit as usize || newest.last().is_some_and(|run| *run < last));
        Ok(Found { runs: runs::find_all(store, workspace, &newest).await?, is_incomplete })
    }

    /// Matches among the newest runs outside of the index; and the last that was looked at, when there are more.
    async fn find_unindexed(
        &self,
        workspace: WorkspaceId,
        filter: &Filter,
        phrase: Option<&Phrase>,
        workflows: &[WorkflowId],
    ) -> Result<(BTreeSet<RunId>, Option<RunId>), StoreError> {
        let mut found = BTreeSet::new();
        let page = Filter { limit: LOOKED_AT + 1, ..filter.clone() };
        let mut looked_at = search::unindexed(&self.0.store, workspace, &page).await?;
        let has_more = looked_at.len() > LOOKED_AT as usize;
        looked_at.truncate(LOOKED_AT as usize);
        for run in &looked_at {
            let run = match runs::find(&self.0.store, workspace, *run).await {
                Ok(Some(run)) => run,
                Ok(None) | Err(StoreError::Damaged(_)) => continue,
                Err(error) => return Err(error),
            };
            let is_wanted = workflows.contains(&run.head.workflow) || self.holds(&run, phrase).await?;
            if is_wanted && found.insert(run.id) && found.len() == filter.limit as usize {
                return Ok((found, None));
            }
        }
        Ok((found, looked_at.last().copied().filter(|_| has_more)))
    }

    async fn holds(&self, run: &Run, phrase: Option<&Phrase>) -> Result<bool, StoreError> {
        let Some(phrase) = phrase else { return Ok(false) };
        Ok(phrase.is_in(&self.text_of(run).await?))
    }

    /// The words of a run that people may see.
    pub(super) async fn text_of(&self, run: &Run) -> Result<String, StoreError> {
        let run = run.clone();
        let steps = match self.timeline(&run).await? {
            Some(timeline) => self.steps_shown(&run, timeline.into_records()).await?,
            None => Vec::new(),
        };
        Ok(text::of(&self.shown(run).await?, &steps))
    }
}
