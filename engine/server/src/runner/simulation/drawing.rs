//! Workflows drawn at random.

use serde_json::{Value, json};

use crate::chance::simulated::Dice;
use crate::ids::WorkflowId;

/// A workflow of the simulation.
#[derive(Debug)]
pub struct Drawn {
    pub id: WorkflowId,
    pub document: Value,
    /// Whether a run's end follows from its input alone, whatever the timing and however often the server dies.
    pub is_certain: bool,
    /// The most runs that may be live.
    pub limit: Option<usize>,
}

impl Drawn {
    /// A workflow that may call those of `others`.
    pub fn at_random(id: WorkflowId, dice: &mut Dice, others: &[Drawn]) -> Drawn {
        let mut pen = Pen { dice, others, nodes: Vec::new(), edges: Vec::new(), is_certain: true };
        pen.nodes.push(json!({ "id": "start", "type": "manual" }));
        let length = 2 + pen.dice.below(4);
        pen.chain("start", &Place { inside: None, is_parallel: false, depth: 0 }, length);
        let (mut settings, mut limit) = (json!({}), None);
        if pen.dice.percent(40) {
            let most = 1 + pen.dice.below(2);
            let overlap = pen.dice.pick(&["allow", "allow", "queue", "skip", "cancel_running"]);
            settings["concurrency"] = json!(most);
            settings["overlap"] = json!(overlap);
            pen.is_certain &= matches!(overlap, "allow" | "queue");
            limit = Some(most as usize);
        }
        if pen.dice.percent(10) {
            settings["run_timeout_ms"] = json!(pen.dice.pick(&[2_000, 30_000]));
            pen.is_certain = false;
        }
        if let Some(other) = others.last()
            && pen.dice.percent(30)
        {
            settings["on_error_workflow"] = json!(other.id);
        }
        let document =
            json!({ "weft": 1, "name": "drawn", "nodes": pen.nodes, "edges": pen.edges, "settings": settings });
        Drawn { id, document, is_certain: pen.is_certain, limit }
    }
}

/// Where a step is drawn.
#[derive(Debug, Clone)]
struct Place {
    inside: Option<String>,
    /// Something else may be going on in the same body, or in another round of it.
    is_parallel: bool,
    depth: u32,
}

struct Pen<'a> {
    dice: &'a mut Dice,
    others: &'a [Drawn],
    nodes: Vec<Value>,
    edges: Vec<Value>,
    is_certain: bool,
}

impl Pen<'_> {
    /// Draws a chain of steps after a node and answers its last one.
    fn chain(&mut self, after: &str, place: &Place, length: u64) -> String {
        let mut last = after.to_owned();
        for _ in 0..length {
            let next = self.piece(&last, place);
            last = next;
        }
        last
    }

    fn piece(&mut self, after: &str, place: &Place) -> String {
        let deep = place.depth >= 2;
        match self.dice.below(if deep { 55 } else { 100 }) {
            0..25 => self.act(after, place),
            25..30 => self.once(after, place),
            30..35 => self.node("sim/pure", self.what(place), place, after, "out"),
            35..42 => self.node(
                "set",
                json!({ "fields": { "n": "{{ trigger.n }}", "was": "{{ input }}" } }),
                place,
                after,
                "out",
            ),
            42..52 => {
                let ms = self.dice.pick(&[0, 300, 4_000, 6_000, 45_000, 600_000]);
                self.node("wait", json!({ "ms": ms }), place, after, "out")
            }
            52..55 => self.event(after, place),
            55..68 => self.either(after, place),
            68..78 => self.both(after, place),
            78..88 => self.for_each(after, place),
            88..94 => self.turns(after, place),
            _ => self.call(after, place),
        }
    }

    /// Something that is done outside, again when it failed.
    fn act(&mut self, after: &str, place: &Place) -> String {
        let id = self.node("sim/write", self.what(place), place, after, "out");
        let attempts = self.dice.pick(&[1, 2, 3, 4]);
        let first_ms = self.dice.pick(&[0, 100, 2_000, 20_000]);
        self.change(
            json!({ "retry": { "attempts": attempts, "first_ms": first_ms, "jitter": "full" }, "timeout_ms": 3_000 }),
        );
        if place.is_parallel || self.dice.percent(30) {
            self.change(json!({ "on_error": "continue" }));
        } else if self.dice.percent(50) {
            let other = self.node("set", json!({ "fields": { "code": "{{ input.code }}" } }), place, &id, "error");
            return self.merge(&[(&id, "out"), (&other, "out")], "any", place);
        }
        id
    }

    /// Something that must not simply be repeated.
    fn once(&mut self, after: &str, place: &Place) -> String {
        let id = self.node("sim/once", self.what(place), place, after, "out");
        self.change(json!({ "on_error": "continue" }));
        id
    }

    fn event(&mut self, after: &str, place: &Place) -> String {
        let mut params = json!({ "event": "go" });
        if self.dice.percent(50) {
            params["timeout_ms"] = json!(self.dice.pick(&[1_000, 30_000]));
            self.is_certain = false;
        }
        self.node("wait", params, place, after, "out")
    }

    fn either(&mut self, after: &str, place: &Place) -> String {
        let test = self.node("if", json!({ "condition": "{{ trigger.n % 2 == 0 }}" }), place, after, "out");
        let yes = self.act_at(&test, "true", place);
        let no = self.node("set", json!({ "fields": { "no": true } }), place, &test, "false");
        self.merge(&[(&yes, "out"), (&no, "out")], "any", place)
    }

    fn both(&mut self, after: &str, place: &Place) -> String {
        let beside = Place { is_parallel: true, depth: place.depth + 1, ..place.clone() };
        let (one, other) = (self.act(after, &beside), self.act(after, &beside));
        let length = self.dice.below(2);
        let one = self.chain(&one, &beside, length);
        self.merge(&[(&one, "out"), (&other, "out")], "all", place)
    }

    fn for_each(&mut self, after: &str, place: &Place) -> String {
        let list: Vec<u64> = (0..1 + self.dice.below(4)).collect();
        let parallel = self.dice.pick(&[1, 1, 2, 3]);
        let on_error = self.dice.pick(&["stop", "continue"]);
        let params = json!({ "list": list, "parallel": parallel, "on_error": on_error });
        let id = self.node("for_each", params, place, after, "out");
        self.fill(&id, place.is_parallel || parallel > 1, place);
        id
    }

    fn turns(&mut self, after: &str, place: &Place) -> String {
        let turns = 1 + self.dice.below(3);
        let params = json!({ "condition": format!("{{{{ index < {turns} }}}}"), "max_turns": 5 });
        let id = self.node("while", params, place, after, "out");
        self.fill(&id, place.is_parallel, place);
        id
    }

    fn fill(&mut self, container: &str, is_parallel: bool, place: &Place) {
        let within = Place { inside: Some(container.to_owned()), is_parallel, depth: place.depth + 1 };
        let first = self.act("", &within);
        let length = self.dice.below(3);
        self.chain(&first, &within, length);
    }

    /// Another workflow; the ids in what a failed one tells would differ from run to run anywhere but at the end.
    fn call(&mut self, after: &str, place: &Place) -> String {
        if place.depth > 0 || self.others.is_empty() {
            return self.act(after, place);
        }
        let other = &self.others[self.dice.below(self.others.len() as u64) as usize];
        self.is_certain &= other.is_certain;
        self.node(
            "call_workflow",
            json!({ "workflow": other.id, "input": { "n": "{{ trigger.n }}" } }),
            place,
            after,
            "out",
        )
    }

    fn act_at(&mut self, after: &str, port: &str, place: &Place) -> String {
        let id = self.node("sim/write", self.what(place), place, after, port);
        self.change(json!({ "on_error": "continue", "timeout_ms": 3_000 }));
        id
    }

    fn merge(&mut self, from: &[(&str, &str)], mode: &str, place: &Place) -> String {
        let id = self.node("merge", json!({ "mode": mode }), place, "", "");
        for (from, port) in from {
            self.edges.push(json!({ "from": from, "port": port, "to": id }));
        }
        id
    }

    /// The parameters by which the world outside tells one call from another.
    fn what(&self, place: &Place) -> Value {
        let mut params =
            json!({ "run": "{{ run.id }}", "name": format!("s{}", self.nodes.len()), "n": "{{ trigger.n }}" });
        if place.inside.is_some() {
            params["index"] = json!("{{ index }}");
        }
        params
    }

    fn node(&mut self, kind: &str, params: Value, place: &Place, after: &str, port: &str) -> String {
        let id = format!("s{}", self.nodes.len());
        let mut node = json!({ "id": id, "type": kind, "params": params });
        if let Some(container) = &place.inside {
            node["inside"] = json!(container);
        }
        self.nodes.push(node);
        if !after.is_empty() {
            self.edges.push(json!({ "from": after, "port": port, "to": id }));
        }
        id
    }

    /// Adds to the node drawn last.
    fn change(&mut self, more: Value) {
        if let (Some(Value::Object(node)), Value::Object(more)) = (self.nodes.last_mut(), more) {
            node.extend(more);
        }
    }
}
