//! What a seed decides: the workflows, who asks for which runs and when, and when the server dies.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;
use weft_core::document::Document;
use weft_core::graph::Graph;
use weft_core::node_type::{Category, Effects, Idempotency, NodeType, NodeTypes, Role};

use super::drawing::Drawn;
use super::world::Durable;
use crate::chance::simulated::Dice;
use crate::ids::{RunId, WorkflowId};
use crate::nodes;
use crate::runner::Wait;
use crate::store::runs::Status;

#[derive(Debug)]
pub struct Plan {
    pub seed: u64,
    pub has_faults: bool,
    pub workflows: Vec<Drawn>,
    pub graphs: HashMap<WorkflowId, Arc<Graph>>,
    pub asked: Vec<Asked>,
    /// How the lives of the server end, the first one first; after that it lives on.
    pub ends: Vec<End>,
}

/// A run somebody asks for.
#[derive(Debug)]
pub struct Asked {
    pub after_ms: i64,
    pub workflow: WorkflowId,
    pub is_certain: bool,
    pub n: u64,
    pub wait: Wait,
    pub cancel_after_ms: Option<u64>,
    pub signal_after_ms: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
pub enum End {
    /// At a point between two things it does.
    Killed { point: u64 },
    /// Asked to, after a while.
    Stopped { after_ms: u64 },
}

impl Plan {
    pub fn of(seed: u64) -> Plan {
        let mut dice = Dice::new(seed);
        let mut workflows = Vec::new();
        for number in 0..2 + dice.below(3) {
            let id = WorkflowId(Uuid::from_u128(0x100 + u128::from(number)));
            let drawn = Drawn::at_random(id, &mut dice, &workflows);
            workflows.push(drawn);
        }
        let asked = (0..3 + dice.below(8)).map(|n| {
            let workflow = &workflows[dice.below(workflows.len() as u64) as usize];
            let (cancels, signals) = (dice.percent(15), dice.percent(15));
            Asked {
                after_ms: dice.pick(&[0, 0, 5, 50, 700, 3_000, 20_000]) + dice.below(200) as i64,
                workflow: workflow.id,
                is_certain: workflow.is_certain && !cancels && !signals,
                n,
                wait: dice.pick(&[Wait::No, Wait::No, Wait::End]),
                cancel_after_ms: cancels.then(|| dice.pick(&[0, 3, 300, 5_000, 60_000])),
                signal_after_ms: signals.then(|| dice.pick(&[0, 3, 300, 5_000, 60_000])),
            }
        });
        let asked = asked.collect();
        let ends = (0..dice.below(5)).map(|_| match dice.below(5) {
            0 => End::Stopped { after_ms: dice.pick(&[1, 20, 400, 7_000, 100_000]) },
            _ => End::Killed { point: 1 + dice.below(250) },
        });
        let ends = ends.collect();
        let types = types();
        let graph = |drawn: &Drawn| {
            let document: Document = serde_json::from_value(drawn.document.clone()).expect("it is drawn well");
            Arc::new(Graph::of(&document, &types).expect("it is drawn well"))
        };
        let graphs = workflows.iter().map(|drawn| (drawn.id, graph(drawn))).collect();
        Plan { seed, has_faults: true, workflows, graphs, asked, ends }
    }

    /// The same without anything going wrong with the server or its database.
    pub fn calm(seed: u64) -> Plan {
        Plan { has_faults: false, ends: Vec::new(), ..Plan::of(seed) }
    }

    pub fn document(&self, workflow: WorkflowId) -> Option<&Value> {
        self.workflows.iter().find(|drawn| drawn.id == workflow).map(|drawn| &drawn.document)
    }

    /// The live runs of the workflow of `run`, when they are more than may be.
    pub fn more_than_may_be_live(&self, durable: &Durable, run: RunId) -> Vec<String> {
        let workflow = durable.runs[&run].head.workflow;
        let limit = self.workflows.iter().find(|drawn| drawn.id == workflow).and_then(|drawn| drawn.limit);
        let is_live = |status: Status| matches!(status, Status::Running | Status::Waiting);
        let rows = durable.runs.iter().filter(|(_, row)| row.head.workflow == workflow && is_live(row.tail.status));
        let live: Vec<_> = rows.map(|(run, row)| format!("{run} {:?} {}", row.tail.status, row.crashes)).collect();
        if limit.is_some_and(|limit| live.len() > limit) { live } else { Vec::new() }
    }
}

/// The built-in node types and those of the simulated plugin.
pub fn types() -> NodeTypes {
    let action = |id: &str, effects, idempotent| NodeType {
        id: format!("sim/{id}"),
        title: id.to_owned(),
        summary: String::new(),
        category: Category::Connectors,
        icon: String::new(),
        tags: Vec::new(),
        role: Role::Step,
        params: serde_json::json!({}),
        ports: NodeType::one_port(),
        effects,
        idempotent,
        error_port: true,
        credential: None,
        docs: String::new(),
    };
    let actions = [
        action("write", Effects::Write, Idempotency::Key),
        action("once", Effects::Write, Idempotency::No),
        action("pure", Effects::None, Idempotency::Natural),
    ];
    nodes::built_in().into_iter().chain(actions).collect()
}
