//! The lives of a simulated server, and the people around it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use weft_core::run::{Answer, Answerer, Event, Start, WaitsFor};

use super::super::{Order, Programs, Records, Runner};
use super::calls::{Plugin, Shelf};
use super::plan::{Asked, End, Plan};
use super::records::Memory;
use super::world::{World, pause};
use crate::chance;
use crate::clock::{self, now_ms};
use crate::flight_recorder::FlightRecorder;
use crate::ids::RunId;
use crate::links::Links;
use crate::live::Live;
use crate::store::runs::{Message, Status, Trigger, TriggerKind};

/// When the first life begins.
const BEGIN_MS: i64 = 1_800_000_000_000;

/// By then everything must have come to an end.
const LONGEST_MS: i64 = 6 * 3_600_000;

/// Longer than any life takes.
const A_LONG_TIME_MS: u64 = 100 * LONGEST_MS.cast_unsigned();

/// How often people look whether somebody waits for them.
const LOOKS_EVERY: Duration = Duration::from_secs(20);

/// How a life came to its end.
#[derive(Debug, PartialEq)]
enum Ended {
    /// Nothing is left to be done.
    AtRest,
    Early,
}

/// Lets a plan happen, from the first start of the server until nothing is left to be done.
pub fn live(plan: Plan) -> Arc<World> {
    chance::simulated::begin(plan.seed);
    let world = Arc::new(World::new(plan));
    let mut at_ms = BEGIN_MS;
    let mut ends = world.plan.ends.clone().into_iter();
    loop {
        let end = ends.next();
        world.begin_life(match end {
            Some(End::Killed { point }) => Some(point),
            Some(End::Stopped { .. }) | None => None,
        });
        let stop_after_ms = match end {
            Some(End::Stopped { after_ms }) => after_ms,
            Some(End::Killed { .. }) | None => A_LONG_TIME_MS,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime without input and output");
        let ended = runtime.block_on(async {
            clock::simulated::set(at_ms);
            let ended = tokio::select! {
                biased;
                () = world.died() => Ended::Early,
                ended = one_life(&world, stop_after_ms) => ended,
            };
            at_ms = now_ms();
            ended
        });
        // What is not on disk is gone with the runtime.
        drop(runtime);
        if ended == Ended::AtRest {
            return world;
        }
        at_ms += 1_500;
    }
}

async fn one_life(world: &Arc<World>, stop_after_ms: u64) -> Ended {
    let records: Arc<dyn Records> = Arc::new(Memory(Arc::clone(world)));
    let programs = Programs::new(Arc::clone(&records), Arc::new(Shelf));
    let links = Links::new("http://weft.example", [7; 32]);
    let plugin = Arc::new(Plugin(Arc::clone(world)));
    let runner = Runner::new(records, plugin, Live::default(), programs, links, FlightRecorder::default());
    runner.serve_queue();
    if runner.recover().await.is_err() {
        // The server does not come up without its database.
        return Ended::Early;
    }
    runner.watch_wakes();
    let mut people = JoinSet::new();
    for place in 0..world.plan.asked.len() {
        people.spawn(ask(Arc::clone(world), runner.clone(), place));
    }
    tokio::select! {
        biased;
        () = pause(stop_after_ms) => {
            runner.shutdown().await;
            Ended::Early
        }
        () = come_to_rest(world, &runner, &mut people) => Ended::AtRest,
    }
}

/// Answers what people are asked until nothing is left to be done.
async fn come_to_rest(world: &Arc<World>, runner: &Runner, people: &mut JoinSet<()>) {
    loop {
        while let Some(gone) = people.try_join_next() {
            gone.expect("people do not panic");
        }
        let is_over = people.is_empty() && world.durable().runs.values().all(|row| row.tail.status.is_final());
        if is_over && runner.load() == (0, 0) {
            return;
        }
        world.assert_all_is_well();
        if now_ms() > BEGIN_MS + LONGEST_MS {
            let durable = world.durable();
            let left: Vec<_> = durable.runs.iter().filter(|(_, row)| !row.tail.status.is_final()).collect();
            let rows: Vec<_> = left.iter().map(|(run, _)| durable.rows(**run)).collect();
            panic!("seed {} does not come to rest, {:?}: {left:#?}\n{rows:#?}", world.plan.seed, runner.load());
        }
        for (run, message) in open_questions(world) {
            send(world, runner, run, message).await;
        }
        tokio::time::sleep(LOOKS_EVERY).await;
    }
}

/// What runs on disk wait for somebody to say.
fn open_questions(world: &World) -> Vec<(RunId, Message)> {
    let durable = world.durable();
    let waiting = durable.runs.iter().filter(|(_, row)| row.tail.status == Status::Waiting);
    let waiting = waiting.filter(|(run, _)| durable.inbox.values().all(|(to, _)| to != *run));
    let mut open = Vec::new();
    for (run, _) in waiting {
        let state = durable.state(*run, &world.plan.graphs);
        let mut seen = Vec::new();
        for event in durable.rows(*run).into_iter().flat_map(|(_, events)| events) {
            match event {
                Event::Interrupted { path, .. } if state.is_interrupted(&path) && !seen.contains(&path) => {
                    open.push((
                        *run,
                        Message::Answer { path: path.clone(), from: Answerer::Operator, answer: Answer::Retry },
                    ));
                    seen.push(path);
                }
                Event::Parked { path, park, .. }
                    if matches!(park.waits_for, Some(WaitsFor::Signal { .. }))
                        && park.until_ms.is_none()
                        && state.waits_for(&path).is_some() =>
                {
                    open.push((*run, signal()));
                }
                _ => {}
            }
        }
    }
    open
}

fn signal() -> Message {
    Message::Signal { name: "go".into(), data: json!({ "went": true }) }
}

async fn send(world: &World, runner: &Runner, run: RunId, message: Message) {
    if matches!(message, Message::Signal { .. }) {
        *world.known().sent.entry(run).or_default() += 1;
    }
    // It may have ended, or the database may be away; then somebody looks again.
    let _ = runner.send(world.workspace, run, message).await;
}

/// Asks for a run once, at its time, and does with it what the plan says.
async fn ask(world: Arc<World>, runner: Runner, place: usize) {
    if world.known().runs.contains_key(&place) {
        return;
    }
    let asked = &world.plan.asked[place];
    pause((BEGIN_MS + asked.after_ms - now_ms()).max(0).cast_unsigned()).await;
    let run = RunId::fresh();
    world.known().runs.insert(place, (run, false));
    let afterwards = async {
        if let Some(after_ms) = asked.signal_after_ms {
            pause(after_ms).await;
            send(&world, &runner, run, signal()).await;
        }
        if let Some(after_ms) = asked.cancel_after_ms {
            pause(after_ms).await;
            send(&world, &runner, run, Message::Cancel).await;
        }
    };
    let started = async {
        if runner.start_as(run, order(&world, asked)).await.is_ok() {
            world.known().runs.insert(place, (run, true));
        }
    };
    tokio::join!(biased; started, afterwards);
}

fn order(world: &World, asked: &Asked) -> Order {
    Order {
        workspace: world.workspace,
        workflow: asked.workflow,
        revision: 1,
        trigger: Trigger { kind: TriggerKind::Manual, node: Some("start".into()), fire_ms: None },
        input: json!({ "n": asked.n }),
        start: Start { trigger: Some("start".into()), ..Start::default() },
        wait: asked.wait,
        fire: None,
        root: None,
    }
}
