//! Which part of an ended run's journal another run can start from.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::{Event, Path, RunState, StepStatus, Timeline};
use crate::document::{NodeId, OnError};
use crate::graph::{Graph, NodeIx, ROOT};
use crate::node_type::Role;

/// From where a run is repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetakeFrom {
    /// From every step that failed, was cancelled or never ended.
    Failed,
    /// From a node of the root body, with everything that depends on it.
    Node(NodeId),
}

/// The events of `journal` that a repetition takes over: what had finished stays finished, the rest is to be done again.
///
/// The events lead a fresh state of the same graph and input to where the repetition goes on.
pub fn retake(graph: &Arc<Graph>, input: &Arc<Value>, journal: &[Event], from: &RetakeFrom) -> Vec<Event> {
    let again = match from {
        RetakeFrom::Failed => unfinished(graph, input, journal),
        RetakeFrom::Node(node) => Again::below(graph, node),
    };
    let mut state = RunState::new(Arc::clone(graph), Arc::clone(input));
    let kept = journal.iter().filter(|event| again.keeps(event));
    kept.filter(|event| state.apply(event).is_ok()).cloned().collect()
}

/// What is done again.
#[derive(Debug, Default)]
struct Again {
    /// Steps of which nothing is kept, nor of what is inside them.
    whole: HashSet<Path>,
    /// Containers that are gone on with: only their end is dropped.
    reopened: HashSet<Path>,
}

impl Again {
    fn below(graph: &Graph, node: &NodeId) -> Again {
        let found = graph.find(node.as_str()).map(|node| graph.downstream(node)).unwrap_or_default();
        let path = |ix: NodeIx| Path::from(graph.node(ix).id.as_str());
        Again { whole: found.into_iter().map(path).collect(), reopened: HashSet::new() }
    }

    fn keeps(&self, event: &Event) -> bool {
        match event {
            Event::CancelAsked { .. } | Event::TimedOut { .. } | Event::Stopped { .. } => false,
            Event::RunStarted { .. } | Event::Signalled { .. } => true,
            Event::StepSucceeded { path, .. } | Event::AttemptFailed { path, retry_at_ms: None, .. }
                if self.reopened.contains(path) =>
            {
                false
            }
            other => other.path().is_none_or(|path| !path.and_around().any(|path| self.whole.contains(&path))),
        }
    }
}

/// What of a run did not come to a good end, and is not handled by the drawing itself.
fn unfinished(graph: &Arc<Graph>, input: &Arc<Value>, journal: &[Event]) -> Again {
    let mut timeline = Timeline::new(RunState::new(Arc::clone(graph), Arc::clone(input)));
    for event in journal {
        // A journal that was read is sound; what does not fit would be left out of the repetition as well.
        let _ = timeline.apply(event);
    }
    let mut again = Again::default();
    let is_open = |status| matches!(status, StepStatus::Running | StepStatus::Waiting | StepStatus::Cancelled);
    for record in timeline.records() {
        let Some(node) = graph.find(record.node.as_str()).map(|ix| graph.node(ix)) else { continue };
        let is_handled = node.handles_errors() || node.on_error == OnError::Continue;
        let is_loop = node.role == Role::Container;
        if is_open(record.status) || (record.status == StepStatus::Failed && !is_handled) {
            let list = if is_loop { &mut again.reopened } else { &mut again.whole };
            list.insert(record.path.clone());
        }
    }
    // A loop that failed by itself, not by something inside it, begins anew. So does the end of a run that was cleaned up.
    let inside: HashSet<Path> =
        again.whole.iter().flat_map(|path| path.and_around().skip(1).collect::<Vec<_>>()).collect();
    let (reopened, whole): (Vec<Path>, Vec<Path>) =
        std::mem::take(&mut again.reopened).into_iter().partition(|path| inside.contains(path));
    again.reopened = reopened.into_iter().collect();
    again.whole.extend(whole);
    let cleanup = graph.body(ROOT).order.iter().filter(|ix| graph.node(**ix).role == Role::Cleanup);
    for ix in cleanup.flat_map(|ix| graph.downstream(*ix)) {
        again.whole.insert(Path::from(graph.node(ix).id.as_str()));
    }
    again
}
