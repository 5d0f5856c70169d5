//! The world around a simulated server: when it dies, what it finds unavailable, and what outlives it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use weft_core::graph::Graph;
use weft_core::run::{Event, Path, RunState};

use super::plan::Plan;
use crate::chance::simulated::Dice;
use crate::clock::now_ms;
use crate::ids::{RunId, WorkflowId, WorkspaceId};
use crate::store::runs::{Head, Message, Status, Tail};

/// What is on disk. Events and messages are kept as JSON, as the database keeps them.
#[derive(Debug, Default)]
pub struct Durable {
    pub runs: BTreeMap<RunId, Row>,
    pub journal: BTreeMap<(RunId, u32), String>,
    pub inbox: BTreeMap<i64, (RunId, String)>,
    pub posted: i64,
    pub was_orderly: bool,
}

#[derive(Debug, Clone)]
pub struct Row {
    pub head: Arc<Head>,
    pub tail: Tail,
    pub crashes: u32,
}

impl Durable {
    pub fn rows(&self, run: RunId) -> Vec<(u32, Vec<Event>)> {
        let rows = self.journal.range((run, 0)..=(run, u32::MAX));
        rows.map(|((_, sequence), events)| (*sequence, serde_json::from_str(events).expect("it was written by us")))
            .collect()
    }

    /// A run as a restarted server would find it.
    pub fn state(&self, run: RunId, graphs: &HashMap<WorkflowId, Arc<Graph>>) -> RunState {
        let head = &self.runs[&run].head;
        let mut state = RunState::new(Arc::clone(&graphs[&head.workflow]), Arc::clone(&head.input));
        for (sequence, events) in self.rows(run) {
            for event in events {
                let applied = state.apply(&event);
                assert!(applied.is_ok(), "{run} row {sequence}: {applied:?} after {event:?}");
            }
        }
        state
    }

    pub fn post(&mut self, run: RunId, message: &Message) -> Option<Status> {
        let status = self.runs.get(&run).map(|row| row.tail.status).filter(|status| !status.is_final())?;
        self.posted += 1;
        self.inbox.insert(self.posted, (run, serde_json::to_string(message).expect("a message is JSON")));
        Some(status)
    }
}

/// A call as somebody outside saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    pub key: String,
    pub run: RunId,
    pub path: Path,
    pub attempt: u32,
    pub at_ms: i64,
    /// Which life of the server made it.
    pub life: u32,
}

/// What people outside know of the runs they asked for, by the place of their order in the plan.
#[derive(Debug, Default)]
pub struct Known {
    /// Every run that may be there, and whether its order was acknowledged.
    pub runs: BTreeMap<usize, (RunId, bool)>,
    pub sent: BTreeMap<RunId, u32>,
}

pub struct World {
    pub workspace: WorkspaceId,
    pub plan: Plan,
    pub durable: Mutex<Durable>,
    pub ledger: Mutex<Vec<Called>>,
    /// What must not have happened and did. Tasks note it, because a panic of theirs would be taken for a failed step.
    pub wrong: Mutex<Vec<String>>,
    pub known: Mutex<Known>,
    luck: Mutex<Luck>,
    died: Notify,
    /// The database takes one write after the other.
    pub writer: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Luck {
    dice: Dice,
    life: u32,
    /// Points this life has come through, and the one it ends at.
    points: u64,
    last: Option<u64>,
    is_dead: bool,
    /// The database is not there until then.
    away_until_ms: i64,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}

impl World {
    pub fn new(plan: Plan) -> World {
        let luck = Luck {
            dice: Dice::new(plan.seed ^ 0xfa17),
            life: 0,
            points: 0,
            last: None,
            is_dead: false,
            away_until_ms: i64::MIN,
        };
        World {
            workspace: WorkspaceId(uuid::Uuid::from_u128(1)),
            plan,
            durable: Mutex::default(),
            ledger: Mutex::default(),
            wrong: Mutex::default(),
            known: Mutex::default(),
            luck: Mutex::new(luck),
            died: Notify::new(),
            writer: tokio::sync::Mutex::default(),
        }
    }

    pub fn durable(&self) -> MutexGuard<'_, Durable> {
        self.durable.lock().expect("no code panics while it holds this lock")
    }

    pub fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("no code panics while it holds this lock")
    }

    pub fn ledger(&self) -> MutexGuard<'_, Vec<Called>> {
        self.ledger.lock().expect("no code panics while it holds this lock")
    }

    /// Notes that something is wrong unless it `holds`.
    pub fn expect(&self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.wrong.lock().expect("no code panics while it holds this lock").push(otherwise());
        }
    }

    pub fn assert_all_is_well(&self) {
        let wrong = self.wrong.lock().expect("no code panics while it holds this lock");
        assert!(wrong.is_empty(), "seed {}: {wrong:#?}", self.plan.seed);
    }

    fn luck(&self) -> MutexGuard<'_, Luck> {
        self.luck.lock().expect("no code panics while it holds this lock")
    }

    /// The server starts once more. It dies at the `last` point, if it does.
    pub fn begin_life(&self, last: Option<u64>) {
        let mut luck = self.luck();
        luck.life += 1;
        luck.points = 0;
        luck.last = last;
        luck.is_dead = false;
    }

    pub fn life(&self) -> u32 {
        self.luck().life
    }

    pub async fn died(&self) {
        self.died.notified().await;
    }

    /// A point at which the server may die. Nobody comes past it afterwards.
    pub async fn point(&self) {
        let is_dead = {
            let mut luck = self.luck();
            luck.points += 1;
            if luck.last == Some(luck.points) {
                luck.is_dead = true;
                self.died.notify_one();
            }
            luck.is_dead
        };
        if is_dead {
            std::future::pending::<()>().await;
        }
    }

    /// Takes as long as a trip to the database does. False when it is not there.
    pub async fn trip(&self) -> bool {
        self.point().await;
        let (pause_ms, is_there) = {
            let mut luck = self.luck();
            let now_ms = now_ms();
            if self.plan.has_faults && luck.dice.below(400) == 0 {
                luck.away_until_ms = now_ms + luck.dice.pick(&[1, 700, 5_000]);
            }
            let pause_ms = luck.dice.pick(&[0, 0, 0, 1, 2, 15]);
            (if luck.dice.below(200) == 0 { 2_000 } else { pause_ms }, now_ms >= luck.away_until_ms)
        };
        pause(pause_ms).await;
        is_there
    }
}

pub async fn pause(ms: u64) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}
