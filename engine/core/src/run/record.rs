//! The journal told step by step: what a person sees of a run, live and afterwards.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::Settled;
use super::{Event, Finish, IllegalEvent, Log, Path, RunError, RunState};
use crate::document::{ERROR, NodeId, OUT};

/// What is known of one step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepRecord {
    pub path: Path,
    pub node: NodeId,
    pub status: StepStatus,
    /// The attempt it is at or ended with, from 1; 0 for what never started.
    pub attempt: u32,
    pub port: Option<String>,
    pub input: Option<Arc<Value>>,
    pub output: Option<Arc<Value>>,
    pub error: Option<Arc<RunError>>,
    pub started_at_ms: Option<i64>,
    pub ended_at_ms: Option<i64>,
    pub logs: Vec<Log>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    Running,
    Waiting,
    Succeeded,
    Failed,
    Skipped,
    Cancelled,
}

/// A run's steps in the order they were first heard of.
#[derive(Debug)]
pub struct Timeline {
    state: RunState,
    records: Vec<StepRecord>,
    by_path: HashMap<Path, usize>,
}

impl Timeline {
    pub fn new(state: RunState) -> Timeline {
        Timeline { state, records: Vec::new(), by_path: HashMap::new() }
    }

    pub fn records(&self) -> &[StepRecord] {
        &self.records
    }

    pub fn into_records(self) -> Vec<StepRecord> {
        self.records
    }

    /// How the run ends, once nothing in it is live.
    pub fn finish(&self) -> Option<Finish> {
        self.state.next().into_iter().find_map(|command| match command {
            super::Command::Finish(finish) => Some(finish),
            _ => None,
        })
    }

    /// Takes an event and returns the places in [`Timeline::records`] of the steps it changed.
    pub fn apply(&mut self, event: &Event) -> Result<Vec<usize>, IllegalEvent> {
        // Settling a step may take its frame away, and its input with it.
        let input = event.path().and_then(|path| self.state.input_of(path)).cloned();
        let settled = self.state.settle_by(event)?;
        let mut changed = Vec::with_capacity(1 + settled.len());
        if let Some(path) = event.path() {
            let place = self.place(path);
            let record = &mut self.records[place];
            record.input = input.or(record.input.take());
            record.take(event);
            changed.push(place);
        }
        for settled in settled {
            let (Settled::Passed { path, .. } | Settled::Skipped { path } | Settled::Cancelled { path }) = &settled;
            let place = self.place(path);
            self.records[place].take_settled(settled, event.at_ms());
            changed.push(place);
        }
        Ok(changed)
    }

    fn place(&mut self, path: &Path) -> usize {
        *self.by_path.entry(path.clone()).or_insert_with(|| {
            self.records.push(StepRecord {
                path: path.clone(),
                node: NodeId::from(path.node()),
                status: StepStatus::Running,
                attempt: 0,
                port: None,
                input: None,
                output: None,
                error: None,
                started_at_ms: None,
                ended_at_ms: None,
                logs: Vec::new(),
            });
            self.records.len() - 1
        })
    }
}

impl StepRecord {
    fn take(&mut self, event: &Event) {
        match event {
            Event::StepStarted { attempt, at_ms, .. } => {
                self.status = StepStatus::Running;
                self.attempt = *attempt;
                self.started_at_ms.get_or_insert(*at_ms);
            }
            Event::Parked { output, .. } => {
                self.status = StepStatus::Waiting;
                self.output = Some(Arc::clone(output));
                self.error = None;
            }
            Event::StepSucceeded { port, output, at_ms, logs, .. } => {
                self.succeed(port, output, *at_ms);
                self.logs.extend(logs.iter().cloned());
            }
            Event::AttemptFailed { error, retry_at_ms, at_ms, logs, .. } => {
                self.error = Some(Arc::clone(error));
                self.logs.extend(logs.iter().cloned());
                if retry_at_ms.is_some() {
                    self.status = StepStatus::Waiting;
                } else {
                    let cancelled = error.kind == super::ErrorKind::Cancelled;
                    self.status = if cancelled { StepStatus::Cancelled } else { StepStatus::Failed };
                    self.port = Some(ERROR.into());
                    self.ended_at_ms = Some(*at_ms);
                }
            }
            Event::TimerDue { at_ms, .. } if self.status == StepStatus::Waiting && self.error.is_none() => {
                self.status = StepStatus::Succeeded;
                self.port = Some(OUT.into());
                self.ended_at_ms = Some(*at_ms);
            }
            Event::TimerDue { .. }
            | Event::Opened { .. }
            | Event::RunStarted { .. }
            | Event::CancelAsked { .. }
            | Event::TimedOut { .. } => {}
        }
    }

    fn take_settled(&mut self, settled: Settled, at_ms: i64) {
        match settled {
            Settled::Passed { output, .. } => {
                self.input = Some(Arc::clone(&output));
                self.started_at_ms = Some(at_ms);
                self.succeed(OUT, &output, at_ms);
            }
            Settled::Skipped { .. } => self.status = StepStatus::Skipped,
            Settled::Cancelled { .. } => {
                self.status = StepStatus::Cancelled;
                self.ended_at_ms = Some(at_ms);
            }
        }
    }

    fn succeed(&mut self, port: &str, output: &Arc<Value>, at_ms: i64) {
        self.status = StepStatus::Succeeded;
        self.port = Some(port.to_owned());
        self.output = Some(Arc::clone(output));
        self.error = None;
        self.ended_at_ms = Some(at_ms);
    }
}

impl Event {
    /// The step the event is about, when it is about one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Event::RunStarted { .. } | Event::CancelAsked { .. } | Event::TimedOut { .. } => None,
            Event::StepStarted { path, .. }
            | Event::Opened { path, .. }
            | Event::Parked { path, .. }
            | Event::StepSucceeded { path, .. }
            | Event::AttemptFailed { path, .. }
            | Event::TimerDue { path, .. } => Some(path),
        }
    }

    pub fn at_ms(&self) -> i64 {
        match self {
            Event::RunStarted { at_ms, .. }
            | Event::StepStarted { at_ms, .. }
            | Event::Opened { at_ms, .. }
            | Event::Parked { at_ms, .. }
            | Event::StepSucceeded { at_ms, .. }
            | Event::AttemptFailed { at_ms, .. }
            | Event::TimerDue { at_ms, .. }
            | Event::CancelAsked { at_ms }
            | Event::TimedOut { at_ms, .. } => *at_ms,
        }
    }
}
