//! A request to a trigger of a plugin: the plugin says what it means, and is answered for once its runs are stored.

use std::sync::Arc;
use std::time::Duration;

use weft_core::run::RunError;

use super::poll::{check_count, only_new, tell};
use super::{Inner, action_of};
use crate::plugin_host::{Handle, Inbound, Reply, Verdict};
use crate::runner::{StartError, run_error};
use crate::store::plugin_triggers::PluginTrigger;
use crate::store::runs::TriggerKind;
use crate::triggers::Triggers;

const TIMEOUT: Duration = Duration::from_secs(5);

/// What whoever sent a request is told.
#[derive(Debug)]
pub enum Received {
    Reply(Reply),
    /// It is not genuine. Whoever sent it is not told why.
    Rejected,
}

/// Why a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    #[error("no trigger in service has this address")]
    Unknown,
    /// The plugin failed, or refused what was sent.
    #[error("{}", .0.message)]
    Plugin(RunError),
    #[error(transparent)]
    Start(#[from] StartError),
}

impl From<RunError> for HookError {
    fn from(error: RunError) -> HookError {
        HookError::Plugin(error)
    }
}

impl Triggers {
    /// The trigger in service that has this address.
    pub fn hook(&self, token: &str) -> Result<Arc<PluginTrigger>, HookError> {
        self.0.hooks.load().get(token).cloned().ok_or(HookError::Unknown)
    }

    /// Hands a request to a trigger.
    pub async fn receive(&self, trigger: Arc<PluginTrigger>, inbound: Inbound) -> Result<Received, HookError> {
        let inner = Arc::clone(&self.0);
        // A task of its own, because a caller who hangs up must not leave stored runs out of the line.
        let received = self.0.tasks.spawn(async move { inner.handle(&trigger, inbound).await });
        received.await.map_err(|_| HookError::Start(StartError::ShuttingDown))?
    }
}

impl Inner {
    async fn handle(&self, trigger: &PluginTrigger, inbound: Inbound) -> Result<Received, HookError> {
        let asks = trigger.asks();
        let handle = Handle { trigger: asks.trigger.clone(), params: Arc::new(asks.params.clone()), inbound };
        let frame = self.frame(trigger, TIMEOUT);
        let called = self.sandbox.ask(trigger.workspace, &action_of(&asks), handle, frame).await?;
        tell(trigger, &called.logs);
        let mut state = called.state;
        let (prospects, received) = match called.result.map_err(run_error)? {
            Verdict::Accept(found, reply) => {
                check_count(found.items.len())?;
                let found = only_new(found, trigger.dedupe.as_deref(), &mut state).await?;
                let prospects = self.prospects(trigger, TriggerKind::Webhook, found.items).await?;
                (prospects, Received::Reply(reply))
            }
            Verdict::Answer(reply) => (Vec::new(), Received::Reply(reply)),
            Verdict::Reject(reason) => {
                tracing::warn!(trigger.id = %trigger.id, node = trigger.node, reason, "a request was turned away");
                return Ok(Received::Rejected);
            }
        };
        self.store_found(trigger, prospects, state, None).await.map_err(StartError::Store)?;
        Ok(received)
    }
}
