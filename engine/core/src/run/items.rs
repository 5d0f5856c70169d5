//! The items of containers, and how a body that failed or a run that ends early comes to rest.

use std::sync::Arc;

use super::frame::{Frame, FrameIx, Iteration, Outcome, Source, StepState};
use super::state::{IllegalEvent, ROOT_FRAME, RunState, Settled};
use super::{ErrorKind, Finish, OnItemError, Path, RunError};
use crate::depth::is_too_deep;
use crate::graph::NodeIx;

impl RunState {
    /// Starts as many items of an open container as may run at once; when none is left, the container is closing.
    pub(super) fn advance_items(&mut self, frame: FrameIx, node: NodeIx, settled: &mut Vec<Settled>) {
        let graph = Arc::clone(&self.graph);
        let Some(body) = graph.node(node).contains else { return };
        loop {
            let path = self.path(frame, node);
            let StepState::Open(items) = self.state(frame, node) else { return };
            if items.is_done() && items.live == 0 {
                return self.close(frame, node, settled);
            }
            if items.is_done() || items.live == items.parallel {
                return;
            }
            let index = items.next;
            let item = match &mut items.source {
                Source::List { items, .. } => Arc::clone(&items[index]),
                Source::Condition { last, most_turns, holds } => match holds.take() {
                    Some(_) if index == *most_turns as usize => {
                        items.failed = Some((index, Arc::new(too_many_turns(*most_turns, &path))));
                        continue;
                    }
                    Some(_) => Arc::clone(last),
                    None => return self.turning.push((frame, node)),
                },
            };
            items.next += 1;
            items.live += 1;
            let prefix = format!("{path}[{index}]/");
            let iteration = Iteration { frame, container: node, index, item: Arc::clone(&item) };
            let child = self.open_frame(Frame::new(&graph, body, prefix, Some(iteration)));
            for &entry in graph.body(body).order.iter().filter(|ix| graph.node(**ix).incoming.is_empty()) {
                let mut passed = Vec::new();
                self.begin(child, entry, Arc::clone(&item), &mut passed, settled);
                for (ix, outcome) in passed {
                    self.settle(child, ix, outcome, settled);
                }
            }
            if self.frame(child).live == 0 {
                self.take_result(child);
            }
        }
    }

    /// All items of a container have ended.
    pub(super) fn close(&mut self, frame: FrameIx, node: NodeIx, settled: &mut Vec<Settled>) {
        if self.frame(frame).halted {
            settled.push(Settled::Cancelled { path: self.path(frame, node) });
            self.end(frame, node, Outcome::Cancelled, settled);
        } else if !self.closing.contains(&(frame, node)) {
            self.closing.push((frame, node));
        }
    }

    pub(super) fn end_frame_if_done(&mut self, frame: FrameIx, settled: &mut Vec<Settled>) {
        if self.frame(frame).live > 0 {
            return;
        }
        if let Some((parent, container)) = self.take_result(frame) {
            self.advance_items(parent, container, settled);
        }
    }

    /// Hands the result of an ended iteration to its container and forgets the frame.
    pub(super) fn take_result(&mut self, frame: FrameIx) -> Option<(FrameIx, NodeIx)> {
        let iteration = self.frame(frame).iteration.clone()?;
        let ended = self.frames[frame].take()?;
        self.free_frames.push(frame);
        self.by_prefix.remove(&ended.prefix);
        let result = match &ended.failed {
            Some(error) => Arc::new(serde_json::json!({ "error": **error })),
            None => ended.result(&self.graph, |_| true),
        };
        if let StepState::Open(items) = self.state(iteration.frame, iteration.container) {
            items.live -= 1;
            match &mut items.source {
                Source::List { results, .. } => results[iteration.index] = result,
                // Each round may wrap what the one before came to.
                Source::Condition { .. } if is_too_deep(&result) => {
                    items.failed = Some((iteration.index, Arc::new(RunError::too_deep())));
                }
                Source::Condition { last, .. } => *last = result,
            }
            let earlier = items.failed.as_ref().is_some_and(|(index, _)| *index < iteration.index);
            if items.on_error == OnItemError::Stop && !earlier {
                items.failed = ended.failed.map(|error| (iteration.index, error)).or(items.failed.take());
            }
        }
        Some((iteration.frame, iteration.container))
    }

    /// Starts nothing more in a frame and all frames inside it; what only waits is cancelled, what runs may end.
    pub(super) fn halt(&mut self, frame: FrameIx, settled: &mut Vec<Settled>) {
        let mut inside = vec![frame];
        let mut next = 0;
        while next < inside.len() {
            let parent = inside[next];
            let is_child = |child: &Frame| child.iteration.as_ref().is_some_and(|iteration| iteration.frame == parent);
            let children = self.frames.iter().enumerate().filter(|(_, child)| child.as_ref().is_some_and(is_child));
            inside.extend(children.map(|(ix, _)| ix));
            next += 1;
        }
        for &ix in &inside {
            self.halt_steps(ix, settled);
        }
        // The innermost first, so that each finds its children gone.
        for ix in inside.into_iter().rev() {
            if self.frames[ix].is_some() {
                self.end_frame_if_done(ix, settled);
            }
        }
    }

    pub(super) fn halt_steps(&mut self, frame: FrameIx, settled: &mut Vec<Settled>) {
        let graph = Arc::clone(&self.graph);
        self.ready.retain(|(ready, _)| *ready != frame);
        self.waiting.retain(|(waiting, _)| *waiting != frame);
        // Containers between two rounds have nothing inside that would still end.
        let between = |list: &mut Vec<(FrameIx, NodeIx)>| -> Vec<NodeIx> {
            list.extract_if(.., |(of, _)| *of == frame).map(|(_, node)| node).collect()
        };
        let resting = [between(&mut self.closing), between(&mut self.turning)].concat();
        self.frame_mut(frame).halted = true;
        for &ix in &graph.body(self.frame(frame).body).order {
            let is_resting = resting.contains(&ix);
            match self.state(frame, ix) {
                StepState::Open(items) if !is_resting => items.halted = true,
                StepState::Ready { .. } | StepState::Waiting(_) | StepState::Open(_) => {
                    *self.state(frame, ix) = StepState::Ended(Outcome::Cancelled);
                    self.frame_mut(frame).live -= 1;
                    settled.push(Settled::Cancelled { path: self.path(frame, ix) });
                }
                StepState::Pending | StepState::Running { .. } | StepState::Ended(_) => {}
            }
        }
    }

    /// Begins to end the run early, unless something else already does.
    pub(super) fn end_with(
        &mut self,
        finish: Finish,
        event: &'static str,
        settled: &mut Vec<Settled>,
    ) -> Result<(), IllegalEvent> {
        if self.frames.is_empty() {
            return Err(IllegalEvent { event, path: String::new() });
        }
        if let Finish::Failed(error) = &finish {
            self.note_clean_up_error(error);
        }
        self.ending.get_or_insert(finish);
        self.halt(ROOT_FRAME, settled);
        Ok(())
    }

    /// Remembers what ends the clean-up, unless that is not under way or somebody has stopped it.
    pub(super) fn note_clean_up_error(&mut self, error: &Arc<RunError>) {
        if self.cleans_up && error.kind != ErrorKind::Cancelled {
            self.clean_up_error.get_or_insert_with(|| Arc::clone(error));
        }
    }
}

fn too_many_turns(most_turns: u32, path: &Path) -> RunError {
    let message = format!(
        "the loop went round {most_turns} times and its condition still holds: see what should end it, or raise `max_turns`"
    );
    RunError {
        node: Some(path.node().into()),
        path: Some(path.clone()),
        ..RunError::new(ErrorKind::Limit, "too_many_turns", message)
    }
}
