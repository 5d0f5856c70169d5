//! Drawings as text, and a made-up world that runs them.
//!
//! `t -> a, a -true-> b, each(x -> y), a -> each` draws edges; `each(…)` puts nodes into a container. A node's type follows from the
//! first letters of its id: `t` trigger, `if`, `each` and `while` containers, `first` a merge that takes the first, `wait`,
//! `signal` and `ask` wait for something, `break`, `clean` begins the clean-up, else a plain step.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::document::{Document, Edge, Node, NodeId, OnError, Settings};
use crate::graph::Graph;
use crate::node_type::{Category, Effects, Idempotency, NodeType, NodeTypes, Port, Ports, Role};
use crate::run::{
    Answer, Command, ErrorKind, Event, Finish, OnItemError, Park, Path, RunError, RunState, Start, StepRecord,
    Timeline, WaitsFor,
};

pub(super) fn graph(drawing: &str) -> Arc<Graph> {
    Arc::new(Graph::of(&document(drawing), &types()).expect("the drawing is sound"))
}

fn document(drawing: &str) -> Document {
    let mut document = Document {
        weft: 1,
        name: "test".into(),
        description: String::new(),
        nodes: vec![],
        edges: vec![],
        settings: Settings::default(),
    };
    let mut rest = drawing;
    while let Some(open) = rest.find('(') {
        let close = rest.find(')').expect("closed");
        let before = &rest[..open];
        let container = before.rsplit([',', ' ', '>']).next().expect("named");
        draw(&mut document, before.trim_end_matches(container), None);
        draw(&mut document, container, None);
        draw(&mut document, &rest[open + 1..close], Some(container));
        rest = &rest[close + 1..];
    }
    draw(&mut document, rest, None);
    document
}

fn draw(document: &mut Document, edges: &str, inside: Option<&str>) {
    for edge in edges.split(',').map(str::trim).filter(|edge| !edge.is_empty()) {
        let mut words = edge.split_whitespace();
        let from = words.next().expect("a node");
        add(document, from, inside);
        if let (Some(arrow), Some(to)) = (words.next(), words.next()) {
            add(document, to, inside);
            let port = arrow.strip_prefix('-').and_then(|port| port.strip_suffix("->")).map(str::to_owned);
            document.edges.push(Edge { from: from.into(), port, to: to.into() });
        }
    }
}

fn add(document: &mut Document, id: &str, inside: Option<&str>) {
    if document.nodes.iter().any(|node| node.id.as_str() == id) {
        return;
    }
    let kinds = ["if", "each", "while", "first", "wait", "signal", "ask", "break", "clean", "t"];
    let node_type = kinds.into_iter().find(|prefix| id.starts_with(prefix)).unwrap_or("step");
    let node_type = if node_type == "first" { "merge" } else { node_type };
    let params = if node_type == "merge" { json!({ "mode": "first" }) } else { json!({}) };
    document.nodes.push(Node {
        id: id.into(),
        node_type: node_type.into(),
        params: params.as_object().cloned().unwrap_or_default(),
        disabled: id.ends_with("_off"),
        on_error: if id.ends_with("_on") { OnError::Continue } else { OnError::Fail },
        inside: inside.map(NodeId::from),
        ..Node::default()
    });
}

fn types() -> NodeTypes {
    let named = |id: &str, role: Role, ports: Ports| NodeType {
        id: id.into(),
        title: id.into(),
        summary: String::new(),
        category: Category::Logic,
        icon: String::new(),
        tags: vec![],
        role,
        params: json!({}),
        ports,
        effects: Effects::None,
        idempotent: Idempotency::Natural,
        error_port: true,
        credential: None,
        docs: String::new(),
    };
    let branches = Ports::Fixed(vec![Port::new("true", "True"), Port::new("false", "False")]);
    [
        named("t", Role::Trigger, NodeType::one_port()),
        named("if", Role::Step, branches),
        named("each", Role::Container, NodeType::one_port()),
        named("while", Role::Container, NodeType::one_port()),
        named("signal", Role::Step, NodeType::one_port()),
        named("ask", Role::Step, NodeType::one_port()),
        named("break", Role::Step, NodeType::one_port()),
        named("clean", Role::Cleanup, NodeType::one_port()),
        named("merge", Role::Step, NodeType::one_port()),
        named("wait", Role::Step, NodeType::one_port()),
        named("step", Role::Step, NodeType::one_port()),
    ]
    .into_iter()
    .collect()
}

/// How steps turn out, by path or by node id: `fail`, `retry`, `true`, `false`, `stop 3`; else they succeed by `out`.
#[derive(Debug, Clone, Default)]
pub(super) struct World(pub BTreeMap<String, String>);

impl World {
    pub fn of(outcomes: &str) -> World {
        let pairs = outcomes.split(',').filter_map(|pair| pair.split_once(':'));
        World(pairs.map(|(path, outcome)| (path.trim().into(), outcome.trim().into())).collect())
    }

    fn outcome(&self, path: &Path) -> &str {
        self.0.get(&*path.0).or_else(|| self.0.get(path.node())).map_or("", String::as_str)
    }

    /// How a step begins. Every other plain one that succeeds is computed on the spot.
    fn begin(&self, path: Path, attempt: u32, input: &Arc<Value>) -> Event {
        match self.answer(&path, attempt, input) {
            Event::StepSucceeded { path, port, output, at_ms, .. } if path.0.len().is_multiple_of(2) => {
                Event::StepComputed { path, attempt, port, output, at_ms }
            }
            _ => Event::StepStarted { path, attempt, at_ms: 1 },
        }
    }

    /// What a started step does next.
    pub fn answer(&self, path: &Path, attempt: u32, input: &Arc<Value>) -> Event {
        let (path, at_ms) = (path.clone(), 1);
        let outcome = self.outcome(&path).to_owned();
        match (outcome.as_str(), path.node()) {
            ("fail", _) => failed(path, None),
            ("retry", _) if attempt < 3 => failed(path, Some(5)),
            (items, node) if node.starts_with("each") => {
                let (on_error, count) = items.rsplit_once(' ').unwrap_or(("", "2"));
                // With `stop`, how many items had begun when one failed depends on timing unless they go one by one.
                let (on_error, parallel) = match on_error {
                    "stop" => (OnItemError::Stop, 1),
                    "stop at two" => (OnItemError::Stop, 2),
                    _ => (OnItemError::Continue, 2),
                };
                let items = (0..count.parse().unwrap_or(2)).map(|item| Arc::new(json!(item))).collect();
                Event::Opened { path, items, parallel, on_error, at_ms }
            }
            (_, node) if node.starts_with("while") => {
                Event::Looped { path, item: Arc::clone(input), most_turns: 10, at_ms }
            }
            (_, node) if node.starts_with("break") => Event::Broke { path, output: Arc::clone(input), at_ms },
            (_, node) if node.starts_with("wait") => {
                Event::Parked { path, park: Park::until(9), output: Arc::clone(input), at_ms }
            }
            (_, node) if node.starts_with("signal") => {
                let waits_for = Some(WaitsFor::Signal { name: node.into() });
                Event::Parked { path, park: Park { waits_for, ..Park::default() }, output: Arc::clone(input), at_ms }
            }
            (_, node) if node.starts_with("ask") => {
                let waits_for = Some(WaitsFor::Approval { form: Arc::default(), token: String::new(), notify: None });
                Event::Parked { path, park: Park { waits_for, ..Park::default() }, output: Arc::clone(input), at_ms }
            }
            (port, node) => {
                let port = if node.starts_with("if") && port.is_empty() { "true" } else { port };
                let port = if port.is_empty() || port == "retry" { "out" } else { port };
                let output = Arc::new(json!({ "from": path.0 }));
                Event::StepSucceeded { path, port: port.into(), output, at_ms, logs: vec![] }
            }
        }
    }
}

impl World {
    /// Whether the loop at `path` goes round once more: as many times as the world says, else twice.
    fn goes_on(&self, path: &Path, index: u32) -> bool {
        index < self.outcome(path).parse().unwrap_or(2)
    }

    /// What ends a wait for something else than time. Signals of a name serve all that wait for it, so they carry nothing.
    fn ends_wait(state: &RunState, path: &Path) -> Option<Event> {
        let path = path.clone();
        Some(match state.waits_for(&path)? {
            WaitsFor::Signal { name } => Event::Signalled { name: name.clone(), data: Arc::default(), at_ms: 1 },
            WaitsFor::Approval { .. } | WaitsFor::Run { .. } => {
                let answer = Answer::Leave { port: "out".into(), output: Arc::new(json!({ "from": path.0 })) };
                Event::Answered { path, answer, at_ms: 1 }
            }
        })
    }
}

fn failed(path: Path, retry_at_ms: Option<i64>) -> Event {
    let error = RunError { path: Some(path.clone()), ..RunError::new(ErrorKind::Retryable, "made_up", "it failed") };
    Event::AttemptFailed { path, error: Arc::new(error), retry_at_ms, at_ms: 1, logs: vec![] }
}

pub(super) fn started(trigger: &str) -> Event {
    Event::RunStarted { start: Start { trigger: Some(trigger.into()), ..Start::default() }, at_ms: 0 }
}

pub(super) fn new_state(graph: &Arc<Graph>) -> RunState {
    RunState::new(Arc::clone(graph), Arc::new(json!({ "from": "input" })))
}

/// Carries a run on to its end, each time doing the thing that `choose` picks among those that can happen.
pub(super) fn carry_on(
    state: &mut RunState,
    world: &World,
    journal: &mut Vec<Event>,
    mut choose: impl FnMut(usize) -> usize,
) -> Finish {
    loop {
        let mut possible: Vec<Event> = Vec::new();
        for command in state.next() {
            possible.push(match command {
                Command::Finish(finish) => return finish,
                Command::Start { path, attempt, input, .. } => world.begin(path, attempt, &input),
                Command::Arm { path, .. } => Event::TimerDue { path, at_ms: 1 },
                Command::Turn { path, index, .. } => {
                    let goes_on = world.goes_on(&path, index);
                    Event::Turned { path, goes_on, at_ms: 1 }
                }
                Command::Close { path, result: Ok(output) } => {
                    Event::StepSucceeded { path, port: "out".into(), output, at_ms: 1, logs: vec![] }
                }
                Command::Close { path, result: Err(error) } => {
                    Event::AttemptFailed { path, error, retry_at_ms: None, at_ms: 1, logs: vec![] }
                }
            });
        }
        possible
            .extend(state.running().into_iter().map(|(path, _, attempt, input)| world.answer(&path, attempt, &input)));
        let waits: Vec<Path> = state.waits().map(|(path, _, _)| path).collect();
        possible.extend(waits.iter().filter_map(|path| World::ends_wait(state, path)));
        assert!(!possible.is_empty(), "the run is stuck after {journal:#?}");
        let event = possible.swap_remove(choose(possible.len()));
        state.apply(&event).expect("what is possible is legal");
        journal.push(event);
    }
}

/// The journal told step by step, sorted, without attempts' moments.
pub(super) fn records(graph: &Arc<Graph>, journal: &[Event]) -> Vec<StepRecord> {
    let mut timeline = Timeline::new(new_state(graph));
    for event in journal {
        timeline.apply(event).expect("the journal is sound");
    }
    let mut records = timeline.into_records();
    records.sort_by(|a, b| a.path.cmp(&b.path));
    records
}
