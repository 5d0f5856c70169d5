//! Finding runs by text: in the index, and among the runs that are not in it yet.

use std::collections::BTreeSet;

use super::{History, text};
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::StoreError;
use crate::store::runs::{self, Filter, Run};
use crate::store::search::{self, Phrase};

/// Runs outside of the index that are looked at in one go.
const LOOKED_AT: u32 = 200;

impl History {
    /// Runs that a filter lets through, newest first, with the text anywhere in them or in the name of their workflow.
    pub async fn find(&self, workspace: WorkspaceId, filter: &Filter, text: &str) -> Result<Vec<Run>, StoreError> {
        let store = &self.0.store;
        let phrase = Phrase::of(text);
        let workflows = search::workflows_named(store, workspace, text).await?;
        // In this order: a run that is indexed in between is found twice rather than not at all.
        let mut found = self.find_unindexed(workspace, filter, phrase.as_ref(), &workflows).await?;
        found.extend(search::indexed(store, workspace, filter, phrase.as_ref(), &workflows).await?);
        let newest: Vec<RunId> = found.into_iter().rev().take(filter.limit as usize).collect();
        runs::find_all(store, workspace, &newest).await
    }

    async fn find_unindexed(
        &self,
        workspace: WorkspaceId,
        filter: &Filter,
        phrase: Option<&Phrase>,
        workflows: &[WorkflowId],
    ) -> Result<BTreeSet<RunId>, StoreError> {
        let mut found = BTreeSet::new();
        let mut page = Filter { limit: LOOKED_AT, ..filter.clone() };
        loop {
            let looked_at = search::unindexed(&self.0.store, workspace, &page).await?;
            for run in &looked_at {
                let Some(run) = runs::find(&self.0.store, workspace, *run).await? else { continue };
                let is_wanted = workflows.contains(&run.head.workflow) || self.holds(&run, phrase).await?;
                if is_wanted && found.insert(run.id) && found.len() == filter.limit as usize {
                    return Ok(found);
                }
            }
            if looked_at.len() < LOOKED_AT as usize {
                return Ok(found);
            }
            page.before = looked_at.last().copied();
        }
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
