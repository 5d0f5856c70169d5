//! How steps begin and end, and what that does to the steps behind them.

use std::sync::Arc;

use serde_json::Value;

use super::frame::{Frame, FrameIx, Items, Outcome, StepState};
use super::state::{ROOT_FRAME, RunState, Settled};
use super::{Extent, Finish, RunError, Start};
use crate::document::OnError;
use crate::graph::{Join, NodeIx, ROOT};
use crate::node_type::Role;

impl RunState {
    pub(super) fn start(&mut self, start: &Start, settled: &mut Vec<Settled>) {
        let graph = Arc::clone(&self.graph);
        self.open_frame(Frame::new(&graph, ROOT, String::new(), None));
        let only = match &start.extent {
            Extent::Only(node) => graph.find(node.as_str()),
            Extent::All | Extent::To(_) => None,
        };
        self.covered = match &start.extent {
            Extent::All => None,
            Extent::To(node) => Some(graph.find(node.as_str()).map(|node| graph.upstream(node)).unwrap_or_default()),
            // The one node is begun last, when everything handed in has arrived.
            Extent::Only(_) => Some(Vec::new()),
        };
        let given = |ix: &NodeIx| start.given.get(&graph.node(*ix).id).map(|output| Outcome::Given(Arc::clone(output)));
        let order = &graph.body(ROOT).order;
        for (&ix, outcome) in order.iter().filter_map(|ix| Some((ix, given(ix)?))) {
            *self.state(ROOT_FRAME, ix) = StepState::Ended(outcome);
        }
        for (&ix, outcome) in order.iter().filter_map(|ix| Some((ix, given(ix)?))) {
            self.settle(ROOT_FRAME, ix, outcome, settled);
        }
        for &ix in order.iter().filter(|ix| given(ix).is_none()) {
            let node = graph.node(ix);
            if start.trigger.as_ref() == Some(&node.id) {
                let output = Arc::clone(&self.input);
                settled.push(Settled::Passed { path: self.path(ROOT_FRAME, ix), output: Arc::clone(&output) });
                self.settle(ROOT_FRAME, ix, Outcome::Succeeded { port: node.first_port.clone(), output }, settled);
            } else if node.role != Role::Cleanup && only != Some(ix) && (node.incoming.is_empty() || !self.covers(ix)) {
                self.settle(ROOT_FRAME, ix, Outcome::Skipped, settled);
            }
        }
        if let Some(ix) = only {
            self.begin_alone(ix);
        }
    }

    /// Begins the only node of a run with what was handed in for the nodes before it, or else with the run's input.
    pub(super) fn begin_alone(&mut self, ix: NodeIx) {
        let graph = Arc::clone(&self.graph);
        self.covered = Some(vec![ix]);
        let step = &mut self.frame_mut(ROOT_FRAME).steps[graph.node(ix).place];
        if matches!(step.state, StepState::Pending) {
            let input = match step.arrived.is_empty() {
                true => Arc::clone(&self.input),
                false => step.merge_arrived(&graph, graph.node(ix)),
            };
            self.make_ready(ROOT_FRAME, ix, input);
        }
    }

    /// A step that ran has ended.
    pub(super) fn end(&mut self, frame: FrameIx, node: NodeIx, outcome: Outcome, settled: &mut Vec<Settled>) {
        self.frame_mut(frame).live -= 1;
        match self.frame(frame).halted {
            true => *self.state(frame, node) = StepState::Ended(outcome),
            false => self.settle(frame, node, outcome, settled),
        }
        self.end_frame_if_done(frame, settled);
    }

    /// A step has failed for good: it leaves by its error port, or fails what it is in.
    pub(super) fn fail(&mut self, frame: FrameIx, node: NodeIx, error: &Arc<RunError>, settled: &mut Vec<Settled>) {
        // An error is plain data; turning it into JSON can't fail.
        let value = Arc::new(serde_json::to_value(&**error).unwrap_or_default());
        let graph_node = self.graph.node(node);
        if graph_node.handles_errors() {
            self.end(frame, node, Outcome::Failed { value }, settled);
        } else if graph_node.on_error == OnError::Continue {
            let output = Arc::new(serde_json::json!({ "error": *value }));
            let port = graph_node.first_port.clone();
            self.end(frame, node, Outcome::Succeeded { port, output }, settled);
        } else {
            *self.state(frame, node) = StepState::Ended(Outcome::Failed { value });
            let failing = self.frame_mut(frame);
            failing.live -= 1;
            failing.failed.get_or_insert_with(|| Arc::clone(error));
            if frame == ROOT_FRAME {
                self.ending.get_or_insert_with(|| Finish::Failed(Arc::clone(error)));
                self.note_clean_up_error(error);
            }
            self.halt(frame, settled);
        }
    }

    /// Enters a container.
    pub(super) fn open(&mut self, frame: FrameIx, node: NodeIx, items: Items, settled: &mut Vec<Settled>) {
        *self.state(frame, node) = StepState::Open(Box::new(items));
        self.advance_items(frame, node, settled);
    }

    /// Marks a step as ended and follows its edges: what has all it needs becomes ready, what gets nothing is skipped.
    pub(super) fn settle(&mut self, frame: FrameIx, node: NodeIx, outcome: Outcome, settled: &mut Vec<Settled>) {
        let graph = Arc::clone(&self.graph);
        let mut work = vec![(node, outcome)];
        while let Some((ix, outcome)) = work.pop() {
            for link in &graph.node(ix).outgoing {
                let target = graph.node(link.node);
                let delivered = outcome.delivers(&link.port);
                let covered = self.covers(link.node);
                let step = &mut self.frame_mut(frame).steps[target.place];
                if !matches!(step.state, StepState::Pending) {
                    continue;
                }
                step.undecided -= 1;
                step.arrived.extend(delivered.map(|value| (ix, Arc::clone(value))));
                let has_all = step.undecided == 0 || (target.join == Join::First && delivered.is_some());
                if !has_all || !covered {
                    continue;
                }
                if step.arrived.is_empty() {
                    work.push((link.node, Outcome::Skipped));
                    settled.push(Settled::Skipped { path: self.path(frame, link.node) });
                } else {
                    let input = step.merge_arrived(&graph, target);
                    self.begin(frame, link.node, input, &mut work, settled);
                }
            }
            *self.state(frame, ix) = StepState::Ended(outcome);
        }
    }

    /// Makes a step ready, or lets a disabled one pass its input on.
    pub(super) fn begin(
        &mut self,
        frame: FrameIx,
        ix: NodeIx,
        input: Arc<Value>,
        work: &mut Vec<(NodeIx, Outcome)>,
        settled: &mut Vec<Settled>,
    ) {
        let node = self.graph.node(ix);
        if node.disabled {
            settled.push(Settled::Passed { path: self.path(frame, ix), output: Arc::clone(&input) });
            work.push((ix, Outcome::Succeeded { port: node.first_port.clone(), output: input }));
        } else {
            self.make_ready(frame, ix, input);
        }
    }

    pub(super) fn make_ready(&mut self, frame: FrameIx, node: NodeIx, input: Arc<Value>) {
        let place = self.graph.node(node).place;
        let frame_ref = self.frame_mut(frame);
        frame_ref.live += 1;
        frame_ref.steps[place].input = Some(input);
        frame_ref.steps[place].state = StepState::Ready { attempt: 1 };
        self.ready.push_back((frame, node));
    }
}
