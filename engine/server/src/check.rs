//! `weft db check`: whether everything in a data directory reads back, up to the journals of live runs.

use std::path::Path;
use std::sync::Arc;

use weft_core::run::RunState;

use crate::ids::{RunId, WorkspaceId};
use crate::plugins::Installation;
use crate::runner::Programs;
use crate::store::check::{self, Counts, Findings};
use crate::store::{Store, runs};

/// What a check found.
#[derive(Debug)]
pub struct Report {
    pub findings: Findings,
    pub counts: Counts,
    pub live_runs: usize,
    /// Live runs that could not go on, and why.
    pub broken_runs: Vec<(RunId, String)>,
}

impl Report {
    pub fn is_sound(&self) -> bool {
        self.problems().is_empty()
    }

    /// Everything that is wrong, a line each.
    pub fn problems(&self) -> Vec<String> {
        let Findings { integrity, foreign_keys, blobs, missing_blobs } = &self.findings;
        let mut problems = Vec::new();
        problems.extend(integrity.iter().map(|told| format!("integrity: {told}")));
        problems.extend(foreign_keys.iter().map(|told| format!("foreign key: {told}")));
        problems.extend(blobs.iter().map(|sha| format!("large value {sha}: its bytes have changed")));
        problems.extend(
            missing_blobs.iter().map(|sha| format!("large value {sha}: a run refers to it, and it is missing")),
        );
        problems.extend(self.broken_runs.iter().map(|(run, reason)| format!("{run}: {reason}")));
        problems
    }
}

/// Checks the database of a data directory. A server may be at work on it.
pub async fn check(directory: &Path) -> anyhow::Result<Report> {
    let store = Store::open_to_read(directory).await?;
    let findings = check::findings(&store).await?;
    let counts = check::counts(&store).await?;
    let live = check::live_runs(&store).await?;
    let programs = Programs::new(Arc::new(store.clone()), Arc::new(Installation::read(&store).await?));
    let mut broken_runs = Vec::new();
    for (run, workspace) in &live {
        if let Err(error) = replay(&store, &programs, *workspace, *run).await {
            broken_runs.push((*run, error.to_string()));
        }
    }
    store.close().await;
    Ok(Report { findings, counts, live_runs: live.len(), broken_runs })
}

/// Applies the journal of a run, as taking it up would.
async fn replay(store: &Store, programs: &Programs, workspace: WorkspaceId, run: RunId) -> anyhow::Result<()> {
    // Ended and deleted since it was listed.
    let Some(found) = runs::find(store, workspace, run).await? else { return Ok(()) };
    let program = programs.get(workspace, found.head.workflow, found.head.revision).await?;
    let mut state = RunState::new(Arc::clone(&program.graph), found.head.input);
    for (sequence, events) in runs::journal(store, run).await? {
        for event in events {
            state.apply(&event).map_err(|error| anyhow::anyhow!("row {sequence} of its journal: {error}"))?;
        }
    }
    Ok(())
}
