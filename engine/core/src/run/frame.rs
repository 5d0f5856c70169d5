//! One going through of one body: the root of the run, or one iteration of a container.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{OnItemError, RunError, WaitsFor};
use crate::document::ERROR;
use crate::graph::{BodyIx, Graph, GraphNode, NodeIx};

/// Place of a frame in its run's list of frames.
pub(super) type FrameIx = usize;

#[derive(Debug)]
pub(super) struct Frame {
    pub body: BodyIx,
    /// What the paths of this frame's steps begin with: nothing, or `each_order[12]/`.
    pub prefix: String,
    pub iteration: Option<Iteration>,
    /// One per node of the body, in its order.
    pub steps: Vec<Step>,
    /// Steps that are ready, running, waiting or open. The frame has ended when there are none.
    pub live: usize,
    /// Starts nothing any more: something in it failed, or the run is being ended.
    pub halted: bool,
    pub failed: Option<Arc<RunError>>,
}

/// Which item of which container a frame is for.
#[derive(Debug, Clone)]
pub(super) struct Iteration {
    pub frame: FrameIx,
    pub container: NodeIx,
    pub index: usize,
    pub item: Arc<Value>,
}

#[derive(Debug)]
pub(super) struct Step {
    pub state: StepState,
    /// Incoming edges that are neither delivered nor dead.
    pub undecided: usize,
    pub arrived: Vec<(NodeIx, Arc<Value>)>,
    pub input: Option<Arc<Value>>,
}

#[derive(Debug)]
pub(super) enum StepState {
    Pending,
    Ready { attempt: u32 },
    Running { attempt: u32 },
    Waiting(Box<Waiting>),
    Open(Box<Items>),
    Ended(Outcome),
}

/// A step that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    pub attempt: u32,
    /// The moment it goes on by itself.
    pub until_ms: Option<i64>,
    pub then: Then,
    pub waits_for: Option<WaitsFor>,
    /// The next reminder, and the pause to the one after it.
    pub reminder: Option<(i64, u64)>,
}

impl Waiting {
    /// The next moment at which something happens to it.
    pub(super) fn due_ms(&self) -> Option<i64> {
        let reminder_ms = self.reminder.map(|(at_ms, _)| at_ms);
        self.until_ms.into_iter().chain(reminder_ms).min()
    }

    /// Sets the next reminder, the first one after this moment: none is made up for.
    pub(super) fn remind_after(&mut self, at_ms: i64) {
        self.reminder = self.reminder.map(|(due_ms, every_ms)| {
            let every = i64::try_from(every_ms.max(1)).unwrap_or(i64::MAX);
            let passed = at_ms.saturating_sub(due_ms).max(0) / every;
            (due_ms.saturating_add(every.saturating_mul(passed + 1)), every_ms)
        });
    }
}

/// What a waiting step does when its moment comes.
#[derive(Debug)]
pub(super) enum Then {
    Retry,
    Leave {
        port: String,
        output: Arc<Value>,
    },
    Fail(Arc<RunError>),
    /// It was interrupted: nothing happens until a person decides.
    Ask,
}

#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Succeeded {
        port: String,
        output: Arc<Value>,
    },
    /// Its value is the error as JSON; it leaves by `error`, where somebody may listen.
    Failed {
        value: Arc<Value>,
    },
    /// An output that was handed in; leaves by every port.
    Given(Arc<Value>),
    Skipped,
    Cancelled,
}

/// The rounds of an open container.
#[derive(Debug)]
pub(super) struct Items {
    pub source: Source,
    /// The index of the next round.
    pub next: usize,
    pub live: usize,
    pub parallel: usize,
    pub on_error: OnItemError,
    pub halted: bool,
    /// A step asked for no further round.
    pub broken: bool,
    /// The first failed item in the order of the list, whichever failed first in time.
    pub failed: Option<(usize, Arc<RunError>)>,
}

/// Where the rounds of a container come from.
#[derive(Debug)]
pub(super) enum Source {
    /// One round per item; the results are in the order of the list.
    List { items: Vec<Arc<Value>>, results: Vec<Arc<Value>> },
    /// Another round while a condition holds; each starts with what the last came to.
    Condition { last: Arc<Value>, most_turns: u32, holds: Option<bool> },
}

impl Items {
    pub(super) fn new(source: Source, halted: bool) -> Items {
        Items {
            source,
            next: 0,
            live: 0,
            parallel: 1,
            on_error: OnItemError::Stop,
            halted,
            broken: false,
            failed: None,
        }
    }

    /// Whether no further round begins.
    pub(super) fn is_done(&self) -> bool {
        let is_exhausted = match &self.source {
            Source::List { items, .. } => self.next == items.len(),
            Source::Condition { holds, .. } => *holds == Some(false),
        };
        self.halted || self.broken || self.failed.is_some() || is_exhausted
    }

    /// What the rounds came to.
    pub(super) fn result(&self) -> Result<Arc<Value>, Arc<RunError>> {
        match (&self.failed, &self.source) {
            (Some((_, error)), _) => Err(Arc::clone(error)),
            (None, Source::List { results, .. }) => {
                let ran = results[..self.next].iter().map(|result| Value::clone(result));
                Ok(Arc::new(Value::Array(ran.collect())))
            }
            (None, Source::Condition { last, .. }) => Ok(Arc::clone(last)),
        }
    }
}

impl Frame {
    pub(super) fn new(graph: &Graph, body: BodyIx, prefix: String, iteration: Option<Iteration>) -> Frame {
        let step = |ix: &NodeIx| Step {
            state: StepState::Pending,
            undecided: graph.node(*ix).incoming.len(),
            arrived: Vec::new(),
            input: None,
        };
        let steps = graph.body(body).order.iter().map(step).collect();
        Frame { body, prefix, iteration, steps, live: 0, halted: false, failed: None }
    }

    /// What the body came to: the output of the last step that ran, or of several an object by node id.
    pub(super) fn result(&self, graph: &Graph, is_covered: impl Fn(NodeIx) -> bool) -> Arc<Value> {
        let mut ends: Vec<(&GraphNode, &Arc<Value>)> = Vec::new();
        for (ix, step) in graph.body(self.body).order.iter().zip(&self.steps) {
            let StepState::Ended(Outcome::Succeeded { port, output }) = &step.state else { continue };
            let node = graph.node(*ix);
            if is_covered(*ix) && !node.outgoing.iter().any(|link| link.port == *port && is_covered(link.node)) {
                ends.push((node, output));
            }
        }
        match ends.as_slice() {
            [] => Arc::new(Value::Null),
            [(_, output)] => Arc::clone(output),
            several => {
                let by_node = several.iter().map(|(node, output)| (node.id.0.clone(), Value::clone(output)));
                Arc::new(Value::Object(by_node.collect()))
            }
        }
    }
}

impl Step {
    /// What the step starts with: the value that arrived, or of several sources an object by node id.
    pub(super) fn merge_arrived(&mut self, graph: &Graph, node: &GraphNode) -> Arc<Value> {
        let several = node.incoming.iter().any(|link| link.node != node.incoming[0].node);
        if !several && let Some((_, value)) = self.arrived.pop() {
            return value;
        }
        let mut by_source = Map::new();
        for link in &node.incoming {
            if let Some((source, value)) = self.arrived.iter().find(|(source, _)| *source == link.node) {
                by_source.insert(graph.node(*source).id.0.clone(), Value::clone(value));
            }
        }
        Arc::new(Value::Object(by_source))
    }
}

impl Outcome {
    /// What goes along an edge that leaves by `port`; `None` when that edge is dead.
    pub(super) fn delivers(&self, port: &str) -> Option<&Arc<Value>> {
        match self {
            Outcome::Succeeded { port: taken, output } if taken == port => Some(output),
            Outcome::Failed { value } if port == ERROR => Some(value),
            Outcome::Given(output) if port != ERROR => Some(output),
            Outcome::Succeeded { .. }
            | Outcome::Failed { .. }
            | Outcome::Given(_)
            | Outcome::Skipped
            | Outcome::Cancelled => None,
        }
    }

    /// What `steps.<id>` reads.
    pub(super) fn output(&self) -> Option<&Arc<Value>> {
        match self {
            Outcome::Succeeded { output, .. } | Outcome::Given(output) => Some(output),
            Outcome::Failed { value } => Some(value),
            Outcome::Skipped | Outcome::Cancelled => None,
        }
    }
}
