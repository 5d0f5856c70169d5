//! What the runner needs of the world. The server hands it the database and the sandbox; the simulation hands it others.

use futures::future::BoxFuture;
use weft_core::run::{Event, RunError};

use super::program::Action;
use crate::clock::now_ms;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::plugin_host::{Bound, Call, CallResult, Files, Frame, HostPattern, Manifest, State};
use crate::store::plugin_state::Place;
use crate::store::revisions::{self, Revision};
use crate::store::runs::{self, Commit, FirstSeen, Live, Message, Posted, Received, Run};
use crate::store::{Store, StoreError, settings, workflows};

/// An answer of the store.
type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// Where runs are written down.
pub trait Records: std::fmt::Debug + Send + Sync {
    fn commit(&self, commit: Commit) -> Answer<'_, ()>;
    fn find(&self, workspace: WorkspaceId, run: RunId) -> Answer<'_, Option<Run>>;
    fn journal(&self, run: RunId) -> Answer<'_, Vec<(u32, Vec<Event>)>>;
    fn inbox(&self, run: RunId, after: i64) -> Answer<'_, Vec<Received>>;
    /// Stores a message for a run and tells where the run stands. `None` when it has ended, or is not there.
    fn post(&self, workspace: WorkspaceId, run: RunId, message: Message) -> Answer<'_, Posted>;
    /// The runs that were going when the process ended. Unless it ended in order, that is counted against the suspects.
    fn take_up(&self, suspects: &[RunId]) -> Answer<'_, Vec<Live>>;
    /// Notes that the process ends because it was asked to.
    fn note_orderly_stop(&self) -> Answer<'_, ()>;
    fn queued(&self) -> Answer<'_, Vec<Live>>;
    fn waiting_of(&self, workflow: WorkflowId) -> Answer<'_, Vec<Live>>;
    /// The runs that this one called and that have not ended.
    fn live_children(&self, run: RunId) -> Answer<'_, Vec<RunId>>;
    fn runs_with_mail(&self) -> Answer<'_, Vec<(RunId, WorkspaceId)>>;
    fn due(&self, now_ms: i64, limit: u32) -> Answer<'_, Vec<(RunId, WorkspaceId)>>;
    fn next_wake(&self) -> Answer<'_, Option<i64>>;
    /// The number of the revision in service; `None` when the workflow is not there or not published.
    fn published(&self, workspace: WorkspaceId, workflow: WorkflowId) -> Answer<'_, Option<i64>>;
    fn revision(&self, workspace: WorkspaceId, workflow: WorkflowId, number: i64) -> Answer<'_, Option<Revision>>;
    fn first_seen(&self, asked: FirstSeen) -> Answer<'_, Vec<bool>>;
}

/// Who makes calls of plugins.
pub trait Calls: std::fmt::Debug + Send + Sync {
    /// Calls an action for a workspace, with the hosts its plugin was granted and the credential its step names.
    fn call<'a>(
        &'a self,
        workspace: WorkspaceId,
        action: &'a Action,
        call: Call,
        frame: Frame,
    ) -> BoxFuture<'a, Result<CallResult, RunError>>;
    /// What a plugin keeps for a node, to be used by one call after the other.
    fn state(&self, place: Place) -> State;
    /// The files that a call for a run may work with.
    fn files(&self, workspace: WorkspaceId, run: RunId) -> Files;
}

/// Who keeps credentials. What is behind this may rotate or fetch them; a call gets what is right at its beginning.
pub trait Credentials: std::fmt::Debug + Send + Sync {
    /// The credential that a workspace calls by this name, for a slot of a plugin that may reach what it was granted.
    fn open<'a>(
        &'a self,
        workspace: WorkspaceId,
        name: &'a str,
        plugin: &'a str,
        manifest: &'a Manifest,
        slot: &'a str,
        grants: &'a [HostPattern],
    ) -> BoxFuture<'a, Result<Bound, RunError>>;
}

/// The name of the setting that says the last process ended in order.
const ORDERLY_STOP: &str = "orderly_stop";

impl Records for Store {
    fn commit(&self, commit: Commit) -> Answer<'_, ()> {
        Box::pin(Store::commit(self, commit))
    }

    fn find(&self, workspace: WorkspaceId, run: RunId) -> Answer<'_, Option<Run>> {
        Box::pin(runs::find(self, workspace, run))
    }

    fn journal(&self, run: RunId) -> Answer<'_, Vec<(u32, Vec<Event>)>> {
        Box::pin(runs::journal(self, run))
    }

    fn inbox(&self, run: RunId, after: i64) -> Answer<'_, Vec<Received>> {
        Box::pin(runs::inbox(self, run, after))
    }

    fn post(&self, workspace: WorkspaceId, run: RunId, message: Message) -> Answer<'_, Posted> {
        Box::pin(
            self.write(move |tx| Box::pin(async move { runs::post(tx, workspace, run, &message, now_ms()).await })),
        )
    }

    fn take_up(&self, suspects: &[RunId]) -> Answer<'_, Vec<Live>> {
        let suspects = suspects.to_vec();
        Box::pin(async move {
            let counted = self.write(|tx| {
                Box::pin(async move {
                    if !settings::take(tx, ORDERLY_STOP).await? {
                        runs::count_crash(tx, &suspects).await?;
                    }
                    Ok(())
                })
            });
            counted.await?;
            runs::in_progress(self).await
        })
    }

    fn note_orderly_stop(&self) -> Answer<'_, ()> {
        Box::pin(self.write(|tx| Box::pin(async move { settings::set(tx, ORDERLY_STOP, "yes").await })))
    }

    fn queued(&self) -> Answer<'_, Vec<Live>> {
        Box::pin(runs::queued(self))
    }

    fn waiting_of(&self, workflow: WorkflowId) -> Answer<'_, Vec<Live>> {
        Box::pin(runs::waiting_of(self, workflow))
    }

    fn live_children(&self, run: RunId) -> Answer<'_, Vec<RunId>> {
        Box::pin(runs::live_children(self, run))
    }

    fn runs_with_mail(&self) -> Answer<'_, Vec<(RunId, WorkspaceId)>> {
        Box::pin(runs::runs_with_mail(self))
    }

    fn due(&self, now_ms: i64, limit: u32) -> Answer<'_, Vec<(RunId, WorkspaceId)>> {
        Box::pin(runs::due(self, now_ms, limit))
    }

    fn next_wake(&self) -> Answer<'_, Option<i64>> {
        Box::pin(runs::next_wake(self))
    }

    fn published(&self, workspace: WorkspaceId, workflow: WorkflowId) -> Answer<'_, Option<i64>> {
        Box::pin(async move {
            Ok(workflows::find(self, workspace, workflow).await?.and_then(|workflow| workflow.published_revision))
        })
    }

    fn revision(&self, workspace: WorkspaceId, workflow: WorkflowId, number: i64) -> Answer<'_, Option<Revision>> {
        Box::pin(revisions::find(self, workspace, workflow, number))
    }

    fn first_seen(&self, asked: FirstSeen) -> Answer<'_, Vec<bool>> {
        Box::pin(self.write(move |tx| Box::pin(async move { runs::first_seen(tx, &asked).await })))
    }
}
