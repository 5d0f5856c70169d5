//! Live runs as server-sent events.
//!
//! A stream is told by its subscription that something became durable and reads what it was from the journal, so it can
//! neither miss nor invent anything; a stream that fell behind just reads more at once.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use weft_core::run::{RunState, Timeline};

use super::Stopping;
use super::caller::Caller;
use super::parameters::Path;
use super::problem::{Problem, ProblemBody};
use super::run_views::{RunView, StepView};
use super::runs::find;
use crate::accounts::Permission;
use crate::app::App;
use crate::ids::{RunId, WorkspaceId};
use crate::live::Change;
use crate::runner::Program;
use crate::store::runs::Status;
use crate::store::{StoreError, runs as stored};

/// Keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The least pause between two looks at the journal: a busy run is told in few large pieces.
const PAUSE: Duration = Duration::from_millis(25);

/// Follow a run
///
/// `step` events carry a step, `run` events the run. What has happened is told first; the stream ends after the `run` event
/// with a final status. `Last-Event-ID` resumes after an event.
#[utoipa::path(get, path = "/runs/{id}/events", operation_id = "follow_run", tag = "runs", params(("id" = String, Path), ("Last-Event-ID" = Option<String>, Header)),
    responses((status = 200, body = String, content_type = "text/event-stream"), (status = "4XX", body = ProblemBody)))]
pub async fn follow(
    State(app): State<App>,
    Extension(Stopping(stop)): Extension<Stopping>,
    caller: Caller,
    Path(id): Path<RunId>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>> + use<>>, Problem> {
    let workspace = caller.may(Permission::ViewRuns)?;
    // Subscribe first, then look: what happens between the two is told twice at worst.
    let changes = app.live().subscribe();
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let follower = Follower::begin(app, workspace, id, changes, stop, seen).await?;
    Ok(sse(futures::stream::unfold(follower, Follower::step)))
}

/// An event stream that proxies leave open and unbuffered.
pub fn sse<S>(events: S) -> Sse<impl Stream<Item = Result<Event, Infallible>>>
where
    S: Stream<Item = Vec<Event>> + Send + 'static,
{
    use futures::StreamExt;
    let events = events.flat_map(|events| futures::stream::iter(events.into_iter().map(Ok)));
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

/// One stream: how far it has read, and what it has told.
struct Follower {
    app: App,
    workspace: WorkspaceId,
    run: RunId,
    changes: Receiver<Arc<Change>>,
    stop: CancellationToken,
    program: Arc<Program>,
    timeline: Timeline,
    /// The last row of the journal that was read.
    sequence: Option<u32>,
    /// The status that was told last.
    told: Option<Status>,
    is_first: bool,
    is_over: bool,
}

impl Follower {
    async fn begin(
        app: App,
        workspace: WorkspaceId,
        id: RunId,
        changes: Receiver<Arc<Change>>,
        stop: CancellationToken,
        seen: Option<u32>,
    ) -> Result<Follower, Problem> {
        let run = find(&app, workspace, id).await?;
        let program = app.runner().programs().get(workspace, run.head.workflow, run.head.revision).await?;
        let timeline = Timeline::new(RunState::new(Arc::clone(&program.graph), run.head.input));
        let mut follower = Follower {
            app,
            workspace,
            run: id,
            changes,
            stop,
            program,
            timeline,
            sequence: None,
            told: None,
            is_first: true,
            is_over: false,
        };
        if seen.is_some() {
            follower.read(seen).await?;
        }
        Ok(follower)
    }

    /// The next events, when there are any.
    async fn step(mut self) -> Option<(Vec<Event>, Follower)> {
        while !self.is_over {
            if !std::mem::take(&mut self.is_first) && !self.wait().await {
                return None;
            }
            match self.look().await {
                Ok(events) if events.is_empty() => {}
                Ok(events) => return Some((events, self)),
                Err(error) => {
                    // The client comes back with the last id it saw.
                    tracing::warn!(run.id = %self.run, %error, "a live view broke off");
                    return None;
                }
            }
        }
        None
    }

    /// Waits until the run may have changed; false when the server stops.
    async fn wait(&mut self) -> bool {
        loop {
            let change = tokio::select! {
                () = self.stop.cancelled() => return false,
                change = self.changes.recv() => change,
            };
            match change {
                Ok(change) if change.run != self.run => {}
                Ok(_) | Err(RecvError::Lagged(_)) => {
                    tokio::time::sleep(PAUSE).await;
                    return true;
                }
                Err(RecvError::Closed) => return false,
            }
        }
    }

    /// Everything that is new: first the steps, then the run if its status is not the one that was told.
    async fn look(&mut self) -> Result<Vec<Event>, StoreError> {
        // The row of the run is read first: once it says the run is over, the journal is complete.
        let run = stored::find(self.app.store(), self.workspace, self.run).await?;
        let Some(run) = run else {
            self.is_over = true;
            return Ok(Vec::new());
        };
        let changed = self.read(None).await?;
        let mut events = Vec::with_capacity(changed.len() + 1);
        let records = self.timeline.records();
        let mask = self.app.history().mask_given(&run, records).await?;
        for place in changed {
            let step = StepView::of(mask.step(records[place].clone()), &self.program.document).without_logs();
            events.push(Event::default().event("step").data(serde_json::to_string(&step)?));
        }
        let status = run.tail.status;
        if self.told != Some(status) {
            self.told = Some(status);
            self.is_over = status.is_final();
            events.push(
                Event::default()
                    .event("run")
                    .data(serde_json::to_string(&RunView::from(self.app.history().shown(run).await?))?),
            );
        }
        // Only the last event names the row, so that a stream cut off in between tells all of it again.
        if let (Some(last), Some(sequence)) = (events.pop(), self.sequence) {
            events.push(last.id(sequence.to_string()));
        }
        Ok(events)
    }

    /// Reads on in the journal, up to `until` when given, and answers which steps changed.
    async fn read(&mut self, until: Option<u32>) -> Result<BTreeSet<usize>, StoreError> {
        let mut changed = BTreeSet::new();
        for (sequence, events) in stored::journal_after(self.app.store(), self.run, self.sequence).await? {
            if until.is_some_and(|until| sequence > until) {
                break;
            }
            for event in &events {
                let places = self
                    .timeline
                    .apply(event)
                    .map_err(|error| StoreError::Damaged(format!("{}: {error}", self.run)))?;
                changed.extend(places);
            }
            self.sequence = Some(sequence);
        }
        Ok(changed)
    }
}
