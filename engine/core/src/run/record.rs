//! The journal told step by step: what a person sees of a run, live and afterwards.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::Settled;
use super::{Answer, Event, Expiry, Finish, IllegalEvent, Log, Park, Path, RunError, RunState, WaitsFor};
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
    /// What it waits for, while its status is `waiting`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
    /// What happens when its time is over before anything came.
    #[serde(skip)]
    pub(crate) expiry: Expiry,
}

/// What a waiting step waits for, and until when.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Waits {
    /// A moment.
    Timer {
        until_ms: i64,
    },
    /// The next attempt.
    Retry {
        until_ms: i64,
    },
    Signal {
        signal: String,
        until_ms: Option<i64>,
    },
    Approval {
        until_ms: Option<i64>,
    },
    /// The end of the run it started.
    Run {
        run_id: String,
        until_ms: Option<i64>,
    },
    /// A person, because the process died while the step ran.
    Interrupted,
}

impl Waits {
    fn of(park: &Park) -> Waits {
        let until_ms = park.until_ms;
        match &park.waits_for {
            Some(WaitsFor::Signal { name }) => Waits::Signal { signal: name.clone(), until_ms },
            Some(WaitsFor::Approval { .. }) => Waits::Approval { until_ms },
            Some(WaitsFor::Run { run }) => Waits::Run { run_id: run.clone(), until_ms },
            None => Waits::Timer { until_ms: until_ms.unwrap_or(i64::MAX) },
        }
    }
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

    /// Whether the step at `path` was interrupted and waits for a person.
    pub fn is_interrupted(&self, path: &Path) -> bool {
        self.state.is_interrupted(path)
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
            let (Settled::Passed { path, .. }
            | Settled::Skipped { path }
            | Settled::Cancelled { path }
            | Settled::Signalled { path, .. }) = &settled;
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
                waits: None,
                expiry: Expiry::default(),
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
                self.waits = None;
                self.started_at_ms.get_or_insert(*at_ms);
            }
            Event::Parked { park, output, .. } => {
                self.wait(Waits::of(park));
                self.output = Some(Arc::clone(output));
                self.error = None;
                self.expiry = park.expiry.clone();
            }
            Event::Interrupted { .. } => self.wait(Waits::Interrupted),
            Event::StepSucceeded { port, output, at_ms, logs, .. } => {
                self.succeed(port, output, *at_ms);
                self.logs.extend(logs.iter().cloned());
            }
            Event::StepComputed { attempt, port, output, at_ms, .. } => {
                self.attempt = *attempt;
                self.started_at_ms.get_or_insert(*at_ms);
                self.succeed(port, output, *at_ms);
            }
            Event::Broke { output, at_ms, .. } => self.succeed(OUT, output, *at_ms),
            Event::AttemptFailed { error, retry_at_ms, at_ms, logs, .. } => {
                self.error = Some(Arc::clone(error));
                self.logs.extend(logs.iter().cloned());
                match retry_at_ms {
                    Some(until_ms) => self.wait(Waits::Retry { until_ms: *until_ms }),
                    None => self.fail(*at_ms),
                }
            }
            Event::TimerDue { at_ms, .. } => self.take_due(*at_ms),
            Event::Answered { answer: Answer::Leave { port, output }, at_ms, .. } => self.succeed(port, output, *at_ms),
            Event::Answered { answer: Answer::Fail { error }, at_ms, .. } => {
                self.error = Some(Arc::clone(error));
                self.fail(*at_ms);
            }
            Event::Answered { answer: Answer::Retry, .. }
            | Event::Opened { .. }
            | Event::Looped { .. }
            | Event::Turned { .. }
            | Event::Reminded { .. }
            | Event::Signalled { .. }
            | Event::RunStarted { .. }
            | Event::CancelAsked { .. }
            | Event::TimedOut { .. }
            | Event::Stopped { .. } => {}
        }
    }

    /// The moment it waited for has come; before another attempt that changes nothing yet.
    fn take_due(&mut self, at_ms: i64) {
        if self.status != StepStatus::Waiting || matches!(self.waits, Some(Waits::Retry { .. })) {
            return;
        }
        if let Expiry::Leave { port } = self.expiry.clone() {
            let output = self.output.clone().unwrap_or_default();
            self.succeed(&port, &output, at_ms);
        }
    }

    fn wait(&mut self, waits: Waits) {
        self.status = StepStatus::Waiting;
        self.waits = Some(waits);
    }

    fn fail(&mut self, at_ms: i64) {
        let cancelled = self.error.as_ref().is_some_and(|error| error.kind == super::ErrorKind::Cancelled);
        self.status = if cancelled { StepStatus::Cancelled } else { StepStatus::Failed };
        self.port = Some(ERROR.into());
        self.waits = None;
        self.ended_at_ms = Some(at_ms);
    }

    fn take_settled(&mut self, settled: Settled, at_ms: i64) {
        match settled {
            Settled::Passed { output, .. } => {
                self.input = Some(Arc::clone(&output));
                self.started_at_ms = Some(at_ms);
                self.succeed(OUT, &output, at_ms);
            }
            Settled::Skipped { .. } => self.status = StepStatus::Skipped,
            Settled::Signalled { port, output, .. } => self.succeed(&port, &output, at_ms),
            Settled::Cancelled { .. } => {
                self.status = StepStatus::Cancelled;
                self.waits = None;
                self.ended_at_ms = Some(at_ms);
            }
        }
    }

    fn succeed(&mut self, port: &str, output: &Arc<Value>, at_ms: i64) {
        self.status = StepStatus::Succeeded;
        self.port = Some(port.to_owned());
        self.output = Some(Arc::clone(output));
        self.error = None;
        self.waits = None;
        self.ended_at_ms = Some(at_ms);
    }
}

impl Event {
    /// The step the event is about, when it is about one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Event::RunStarted { .. }
            | Event::Signalled { .. }
            | Event::CancelAsked { .. }
            | Event::TimedOut { .. }
            | Event::Stopped { .. } => None,
            Event::StepStarted { path, .. }
            | Event::Opened { path, .. }
            | Event::Looped { path, .. }
            | Event::Turned { path, .. }
            | Event::Broke { path, .. }
            | Event::Parked { path, .. }
            | Event::Reminded { path, .. }
            | Event::Interrupted { path, .. }
            | Event::Answered { path, .. }
            | Event::StepComputed { path, .. }
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
            | Event::Looped { at_ms, .. }
            | Event::Turned { at_ms, .. }
            | Event::Broke { at_ms, .. }
            | Event::Parked { at_ms, .. }
            | Event::Reminded { at_ms, .. }
            | Event::Interrupted { at_ms, .. }
            | Event::Answered { at_ms, .. }
            | Event::Signalled { at_ms, .. }
            | Event::StepComputed { at_ms, .. }
            | Event::StepSucceeded { at_ms, .. }
            | Event::AttemptFailed { at_ms, .. }
            | Event::TimerDue { at_ms, .. }
            | Event::CancelAsked { at_ms }
            | Event::TimedOut { at_ms, .. }
            | Event::Stopped { at_ms, .. } => *at_ms,
        }
    }
}
