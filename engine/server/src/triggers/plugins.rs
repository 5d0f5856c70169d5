//! Sees to the triggers of plugins: polls them, and tells services where to send their requests.
//!
//! What is to be done for a trigger, and when, is in its row. A visit does one thing and writes what it came to together with
//! when to look again, if the row is still as the visit found it. So a visit that is cut off is made once more.

mod hook;
mod poll;
mod subscription;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::Instant;
use weft_core::document::NodeId;
use weft_core::run::{RunError, Start};

use super::Inner;
use crate::clock::now_ms;
use crate::ids::PluginTriggerId;
use crate::links::hex;
use crate::plugin_host::{Frame, State};
use crate::runner::{Action, Order, Prospect, StartError, Wait, change_of};
use crate::store::StoreError;
use crate::store::plugin_state::Place;
use crate::store::plugin_triggers::{self, Asks, PluginTrigger, Settlement};
use crate::store::runs::{Trigger, TriggerKind};

pub use hook::{HookError, Received};

/// Triggers visited at the same time.
const VISITS: usize = 64;
/// Triggers read from the database at once.
const PAGE: u32 = 1_000;
/// The wall clock may be set and machines sleep; the triggers are looked at again at least this often.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long a trigger rests when what became of it could not be written.
const REST: Duration = Duration::from_secs(1);
/// The longest pause after failures.
const LONGEST_BACKOFF_MS: i64 = 3_600_000;
/// How long runs that find no place in line are waited for.
const FULL_PAUSE_MS: i64 = 5_000;

/// Sees to what is due until the server stops.
pub(super) async fn watch(inner: Arc<Inner>) {
    let mut visits = JoinSet::new();
    let mut visited: HashMap<task::Id, PluginTriggerId> = HashMap::new();
    let mut look_at = Instant::now();
    loop {
        tokio::select! {
            () = inner.stop.cancelled() => break,
            () = inner.plugin_triggers_changed.notified() => {}
            () = tokio::time::sleep_until(look_at) => {}
            Some(ended) = visits.join_next_with_id() => {
                visited.remove(&task_of(ended));
            }
        }
        look_at = Instant::now() + LONGEST_PAUSE;
        let busy: HashSet<PluginTriggerId> = visited.values().copied().collect();
        let now_ms = now_ms();
        match due(&inner, now_ms).await {
            Ok((due, next_ms)) => {
                for id in due.into_iter().filter(|id| !busy.contains(id)).take(VISITS - busy.len()) {
                    visited.insert(visits.spawn(visit(Arc::clone(&inner), id)).id(), id);
                }
                if let Some(next_ms) = next_ms {
                    let pause = Duration::from_millis((next_ms - now_ms).max(0).cast_unsigned());
                    look_at = look_at.min(Instant::now() + pause);
                }
            }
            Err(error) => tracing::warn!(%error, "triggers of plugins could not be read"),
        }
    }
    // A visit that is cut off has either written what it came to, or nothing.
    visits.shutdown().await;
}

async fn due(inner: &Inner, now_ms: i64) -> Result<(Vec<PluginTriggerId>, Option<i64>), StoreError> {
    let due = plugin_triggers::due(&inner.store, now_ms, PAGE).await?;
    Ok((due, plugin_triggers::next_due(&inner.store, now_ms).await?))
}

fn task_of(ended: Result<(task::Id, ()), JoinError>) -> task::Id {
    match ended {
        Ok((id, ())) => id,
        Err(error) => {
            tracing::error!(%error, "a visit to a trigger failed and is made again");
            error.id()
        }
    }
}

async fn visit(inner: Arc<Inner>, id: PluginTriggerId) {
    match see_to(&inner, id).await {
        Ok(()) => {}
        // Somebody changed the trigger meanwhile: a look finds it as it is now.
        Err(StartError::Store(StoreError::Conflict(reason))) => {
            tracing::debug!(trigger.id = %id, reason, "a trigger was changed while it was seen to");
        }
        Err(error) => {
            tracing::warn!(trigger.id = %id, %error, "a trigger could not be seen to and is tried again");
            tokio::time::sleep(REST).await;
        }
    }
}

async fn see_to(inner: &Inner, id: PluginTriggerId) -> Result<(), StartError> {
    let Some(trigger) = plugin_triggers::find(&inner.store, id).await? else { return Ok(()) };
    let is_polled = trigger.kind == plugin_triggers::Kind::Poll && trigger.retired_ms.is_none();
    if is_polled && trigger.subscriptions.is_empty() {
        return poll::poll(inner, &trigger).await;
    }
    subscription::bring_about(inner, &trigger).await
}

impl PluginTrigger {
    fn place(&self) -> Place {
        Place { workflow: self.workflow, node: self.node.clone(), plugin: self.plugin().to_owned() }
    }

    /// A settlement that changes nothing yet.
    fn settled(&self, at_ms: i64) -> Settlement {
        Settlement {
            trigger: self.id,
            from: self.moved,
            cursor: self.cursor.as_ref().map(|cursor| cursor.0.clone()),
            subscriptions: self.subscriptions.0.clone(),
            next_ms: None,
            at_ms,
            error: None,
        }
    }

    /// A settlement of a failure: it is tried again after a pause that doubles, or that the service asks for.
    fn failed(&self, at_ms: i64, error: RunError) -> Settlement {
        let first_ms = self.every_ms.unwrap_or(5_000);
        let doubled = first_ms.saturating_mul(1 << self.failures.clamp(0, 20)).min(LONGEST_BACKOFF_MS.max(first_ms));
        let asked = error.retry_after_ms.and_then(|ms| i64::try_from(ms).ok()).unwrap_or(0);
        tracing::warn!(trigger.id = %self.id, workflow.id = %self.workflow, node = self.node, code = error.code,
            error = error.message, "a trigger of a plugin failed");
        Settlement {
            next_ms: Some(at_ms.saturating_add(doubled.max(asked))),
            error: Some(error),
            ..self.settled(at_ms)
        }
    }

    /// The same for every try to learn what comes after the cursor.
    fn idempotency_key(&self) -> String {
        let digest = Sha256::new_with_prefix(self.id.0.as_bytes()).chain_update(self.moved.to_be_bytes()).finalize();
        hex(&digest[..20])
    }

    fn order(&self, kind: TriggerKind, input: Value) -> Order {
        let node = NodeId(self.node.clone());
        Order {
            workspace: self.workspace,
            workflow: self.workflow,
            revision: self.revision,
            trigger: Trigger { kind, node: Some(node.clone()), fire_ms: None },
            input,
            start: Start { trigger: Some(node), ..Start::default() },
            wait: Wait::No,
            fire: None,
            root: None,
        }
    }
}

impl Inner {
    fn frame(&self, trigger: &PluginTrigger, timeout: Duration) -> Frame {
        let cancel = self.stop.child_token();
        Frame { timeout, state: self.states.of(trigger.place()), cancel, ..Frame::default() }
    }

    /// A run for each item, to be stored together.
    async fn prospects(
        &self,
        trigger: &PluginTrigger,
        kind: TriggerKind,
        items: Vec<Value>,
    ) -> Result<Vec<Prospect>, StartError> {
        let mut prospects = Vec::with_capacity(items.len());
        for item in items {
            prospects.push(self.runner.prospect(trigger.order(kind, item)).await?);
        }
        Ok(prospects)
    }

    /// Stores runs with what their plugin keeps and how far it got, and puts them in line.
    async fn store_found(
        &self,
        trigger: &PluginTrigger,
        prospects: Vec<Prospect>,
        state: State,
        settlement: Option<Settlement>,
    ) -> Result<(), StoreError> {
        let (kept, _turn) = change_of(state, || trigger.place()).unzip();
        if prospects.is_empty() && kept.is_none() && settlement.is_none() {
            return Ok(());
        }
        let commits: Vec<_> = prospects.iter().map(|prospect| prospect.commit.clone()).collect();
        let kept: Vec<_> = kept.into_iter().collect();
        let job = self.store.write(move |tx| {
            Box::pin(async move { plugin_triggers::store_found(tx, &commits, &kept, settlement.as_ref()).await })
        });
        job.await?;
        self.runner.join(prospects);
        Ok(())
    }

    async fn settle(&self, settlement: Settlement) -> Result<(), StoreError> {
        self.store.write(move |tx| Box::pin(async move { plugin_triggers::settle(tx, &settlement).await })).await
    }
}

fn action_of(asks: &Asks) -> Action {
    Action {
        plugin: asks.plugin.clone(),
        sha256: asks.sha256.clone(),
        action: asks.trigger.clone(),
        credential: asks.credential.clone(),
    }
}
