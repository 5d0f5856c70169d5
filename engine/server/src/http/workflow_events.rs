//! The runs of a workflow as server-sent events, from now on.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, Sse};
use futures::Stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::Stopping;
use super::caller::Caller;
use super::parameters::Path;
use super::problem::{Problem, ProblemBody};
use super::run_events::sse;
use super::run_views::RunView;
use crate::accounts::Permission;
use crate::app::App;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::live::Change;
use crate::store::runs::{Filter, Run, Status};
use crate::store::{StoreError, runs as stored, workflows};
use crate::workflows::WorkflowError;

/// How many runs a stream that fell behind reads again.
const CATCH_UP: u32 = 50;

/// Follow the runs of a workflow
///
/// A `run` event for each run that starts, changes its status or ends from now on.
#[utoipa::path(get, path = "/workflows/{id}/events", operation_id = "follow_workflow", tag = "workflows", params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/event-stream"), (status = "4XX", body = ProblemBody)))]
pub async fn follow(
    State(app): State<App>,
    Extension(Stopping(stop)): Extension<Stopping>,
    caller: Caller,
    Path(id): Path<WorkflowId>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>> + use<>>, Problem> {
    let workspace = caller.may(Permission::ViewRuns)?;
    let changes = app.live().subscribe();
    workflows::find(app.store(), workspace, id).await?.ok_or(WorkflowError::NotFound)?;
    let follower = Follower { app, workspace, workflow: id, changes, stop, told: HashMap::new() };
    Ok(sse(futures::stream::unfold(follower, Follower::step)))
}

struct Follower {
    app: App,
    workspace: WorkspaceId,
    workflow: WorkflowId,
    changes: Receiver<Arc<Change>>,
    stop: CancellationToken,
    /// The status that was told last, of runs that have not ended.
    told: HashMap<RunId, Status>,
}

impl Follower {
    async fn step(mut self) -> Option<(Vec<Event>, Follower)> {
        loop {
            let change = tokio::select! {
                () = self.stop.cancelled() => return None,
                change = self.changes.recv() => change,
            };
            let runs = match change {
                Ok(change) if self.is_news(&change) => {
                    stored::find(self.app.store(), self.workspace, change.run).await.map(Vec::from_iter)
                }
                Ok(_) => continue,
                Err(RecvError::Lagged(_)) => self.latest().await,
                Err(RecvError::Closed) => return None,
            };
            let runs = match runs {
                Ok(runs) => self.app.history().all_shown(runs).await,
                Err(error) => Err(error),
            };
            match runs.and_then(|runs| self.tell(runs)) {
                Ok(events) if events.is_empty() => {}
                Ok(events) => return Some((events, self)),
                Err(error) => {
                    tracing::warn!(workflow.id = %self.workflow, %error, "a live view broke off");
                    return None;
                }
            }
        }
    }

    fn is_news(&self, change: &Change) -> bool {
        change.workflow == self.workflow && self.told.get(&change.run) != Some(&change.status)
    }

    async fn latest(&self) -> Result<Vec<Run>, StoreError> {
        let filter = Filter { workflow: Some(self.workflow), limit: CATCH_UP, ..Filter::default() };
        stored::list(self.app.store(), self.workspace, &filter).await
    }

    fn tell(&mut self, runs: Vec<Run>) -> Result<Vec<Event>, StoreError> {
        let mut events = Vec::with_capacity(runs.len());
        for run in runs {
            let status = run.tail.status;
            if status.is_final() {
                self.told.remove(&run.id);
            } else if self.told.insert(run.id, status) == Some(status) {
                continue;
            }
            events.push(Event::default().event("run").data(serde_json::to_string(&RunView::from(run))?));
        }
        Ok(events)
    }
}
