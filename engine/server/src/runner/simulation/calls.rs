//! The plugin of the simulation, and what somebody outside notes of its calls.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use serde_json::{Value, json};
use weft_core::node_type::NodeTypes;
use weft_core::run::RunError;

use super::super::call::idempotency_key;
use super::super::{Calls, Installed, Standing};
use super::plan::types;
use super::world::{Called, World, pause};
use crate::chance::simulated::Dice;
use crate::clock::now_ms;
use crate::ids::{RunId, WorkspaceId};
use crate::plugin_host::{Call, CallError, CallResult, ErrorKind, Files, Frame, Outcome, State};
use crate::runner::program::Action;
use crate::store::plugin_state::Place;
use crate::store::revisions::PluginLock;

#[derive(Debug)]
pub struct Plugin(pub Arc<World>);

impl Calls for Plugin {
    fn call<'a>(
        &'a self,
        _: WorkspaceId,
        _: &'a Action,
        call: Call,
        frame: Frame,
    ) -> BoxFuture<'a, Result<CallResult, RunError>> {
        Box::pin(async move {
            self.0.point().await;
            self.note(&call);
            self.0.point().await;
            let stopped = Err(CallError::new(ErrorKind::Cancelled, "cancelled", "the run was stopped"));
            let result = frame.cancel.run_until_cancelled(self.answer(&call)).await.unwrap_or(stopped);
            self.0.point().await;
            let (duration, cpu) = (Duration::ZERO, Duration::ZERO);
            Ok(CallResult { result, state: frame.state, logs: Vec::new(), duration, cpu, memory_peak_bytes: 0 })
        })
    }

    fn state(&self, _: Place) -> State {
        State::default()
    }

    fn files(&self, _: WorkspaceId, _: RunId) -> Files {
        Files::default()
    }
}

impl Plugin {
    /// Notes a call with effects. What is on disk at this moment must say that just this attempt of this step is running: then
    /// everything before it is durable, and it has not come to an end before.
    fn note(&self, call: &Call) {
        if call.action == "pure" {
            return;
        }
        let run: RunId = call.params["run"].as_str().and_then(|run| run.parse().ok()).expect("the run is told");
        let running = self.0.durable().state(run, &self.0.plan.graphs).running();
        let step = running.into_iter().find(|(path, ..)| idempotency_key(run, path) == call.idempotency_key);
        let attempt = call.attempt;
        let Some((path, _, stored, _)) = step else {
            let what = &call.params;
            return self.0.expect(false, || format!("{run} calls {what}, and its journal does not say that this runs"));
        };
        self.0.expect(stored == attempt, || format!("attempt {attempt} of {path} of {run} is {stored} in its journal"));
        let key = call.idempotency_key.clone();
        let called = Called { key, run, path, attempt, at_ms: now_ms(), life: self.0.life() };
        self.0.ledger().push(called);
    }

    /// What comes back follows from what is asked and from nothing else.
    async fn answer(&self, call: &Call) -> Result<Outcome, CallError> {
        let what = [&call.params["name"], &call.params["n"], &call.params["index"]].map(Value::to_string);
        let mut hasher = DefaultHasher::new();
        (self.0.plan.seed, &what).hash(&mut hasher);
        let mut dice = Dice::new(hasher.finish());
        pause(dice.pick(&[0, 0, 1, 5, 40, 300, 1_500])).await;
        let may_fail = call.action == "write";
        let fails = dice.pick(&[0, 0, 0, 1, 1, 2, 9]);
        if may_fail && dice.percent(5) && call.attempt == 1 {
            return std::future::pending().await;
        }
        if may_fail && call.attempt <= fails {
            return Err(CallError::new(ErrorKind::Retryable, "busy", "try again"));
        }
        if dice.percent(8) {
            return Err(CallError::new(ErrorKind::Permanent, "refused", "no"));
        }
        Ok(Outcome { items: vec![json!({ "did": what.join(" ") })], bytes: 0, next: None, meta: None })
    }
}

/// Says that the plugin is there.
#[derive(Debug)]
pub struct Shelf;

impl Installed for Shelf {
    fn types_of(&self, _: &PluginLock) -> Arc<NodeTypes> {
        Arc::new(types())
    }

    fn standing_of(&self, _: &str) -> Option<Standing> {
        Some(Standing::MayReach(Arc::default()))
    }
}
