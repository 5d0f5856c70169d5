//! What a step sees of the run it is in, and what its node makes of that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::Value;
use weft_core::expression::{Scope, Steps};
use weft_core::run::{ErrorKind, Path, RunError, RunState};

use super::program::{Action, Plan, What};
use crate::clock::now_ms;
use crate::ids::RunId;
use crate::nodes::{self, Context, Outcome};

/// What a step sees of the run it is in.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub state: &'a RunState,
    /// The run that gives chance its beginning.
    pub run: RunId,
    /// What expressions read as `run`.
    pub about: &'a Value,
    pub vars: &'a Value,
}

/// What a started step asks for.
pub(super) enum Asked {
    Outcome(Outcome),
    Call { action: Action, params: Value, input: Arc<Value> },
}

/// The outputs a step at a path can read.
struct Visible<'a> {
    state: &'a RunState,
    path: &'a Path,
}

impl Steps for Visible<'_> {
    fn output(&self, node_id: &str) -> Option<&Value> {
        self.state.output(self.path, node_id)
    }

    fn ids(&self) -> Vec<String> {
        self.state.visible(self.path).into_iter().map(ToString::to_string).collect()
    }
}

impl Surroundings<'_> {
    /// Evaluates the parameters of a step and lets its node decide.
    pub fn ask(&self, plan: &Plan, path: &Path, input: &Arc<Value>) -> Result<Asked, RunError> {
        self.within(plan, path, input, |context| ask(plan, context))
    }

    /// Whether a loop goes round once more, after what its last turn came to.
    pub fn goes_on(&self, plan: &Plan, path: &Path, last: &Arc<Value>, index: u32) -> Result<bool, RunError> {
        self.within(plan, path, last, |context| nodes::goes_on(context, last, index))
    }

    /// Hands a node its context. A panic in there fails this step only.
    fn within<T>(
        &self,
        plan: &Plan,
        path: &Path,
        input: &Arc<Value>,
        work: impl FnOnce(&Context<'_>) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        let steps = Visible { state: self.state, path };
        let item = self.state.item(path);
        let scope = Scope {
            input,
            steps: &steps,
            trigger: self.state.input(),
            run: self.about,
            vars: self.vars,
            item: item.map(|(item, _)| item),
            index: item.map(|(_, index)| index as u64),
            now_ms: now_ms(),
            seed: seed(self.run, path),
        };
        let context = Context {
            params: &plan.params,
            plain: &plan.plain,
            scope,
            input,
            has_several_sources: plan.has_several_sources,
        };
        catch_unwind(AssertUnwindSafe(|| work(&context))).unwrap_or_else(|_| {
            let message = "the node stopped on an internal error; the server's log has the details";
            Err(RunError::new(ErrorKind::Plugin, "node_panicked", message))
        })
    }
}

fn ask(plan: &Plan, context: &Context<'_>) -> Result<Asked, RunError> {
    match &plan.what {
        What::Action(action) => {
            let params = Value::Object(context.resolve()?);
            Ok(Asked::Call { action: action.clone(), params, input: Arc::clone(context.input) })
        }
        What::BuiltIn { node, calls } => match ((node.run)(context)?, calls) {
            // A script has its input among its parameters.
            (Outcome::Call { params }, Some(action)) => {
                Ok(Asked::Call { action: action.clone(), params, input: Arc::default() })
            }
            (outcome, _) => Ok(Asked::Outcome(outcome)),
        },
    }
}

/// Where the random numbers of a step begin: the same for every attempt, different for every other step (FNV-1a).
fn seed(run: RunId, path: &Path) -> u64 {
    let bytes = run.0.as_bytes().iter().chain(path.0.as_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
