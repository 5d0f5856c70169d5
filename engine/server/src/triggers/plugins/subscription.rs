//! What services are told: where to send their requests, and that nobody waits for them any more.

use std::sync::Arc;
use std::time::Duration;

use super::poll::tell;
use super::{Inner, action_of};
use crate::clock::now_ms;
use crate::plugin_host::{Subscribe, Unsubscribe};
use crate::runner::{StartError, run_error};
use crate::store::plugin_triggers::{self, PluginTrigger, Settlement, Subscription};
use weft_core::run::RunError;

const TIMEOUT: Duration = Duration::from_secs(30);

/// How long it is tried to take back what a service was told.
const PATIENCE_MS: i64 = 7 * 24 * 3_600_000;

/// What is to be done next.
enum Step {
    Subscribe {
        url: String,
    },
    /// Ends the subscription at this place of the list.
    End(usize),
    Nothing,
}

/// Does the next thing that brings what services know closer to what is in service. The new subscription is made before the
/// old one ends, so that nothing is missed between them.
pub(super) async fn bring_about(inner: &Inner, trigger: &PluginTrigger) -> Result<(), StartError> {
    let at_ms = now_ms();
    let settled = trigger.settled(at_ms);
    let url = inner.links.trigger_url(&trigger.token);
    let done = match next_step(trigger, url) {
        Step::Nothing => {
            let next_ms =
                (trigger.kind == plugin_triggers::Kind::Poll && trigger.retired_ms.is_none()).then_some(at_ms);
            inner.settle(Settlement { next_ms, ..settled }).await?;
            let id = trigger.id;
            inner.store.write(move |tx| Box::pin(plugin_triggers::delete_orphan(tx, id))).await?;
            return Ok(());
        }
        Step::Subscribe { url } => subscribe(inner, trigger, url).await.map(|new| {
            let mut subscriptions = settled.subscriptions.clone();
            subscriptions.push(new);
            subscriptions
        }),
        Step::End(place) => {
            let mut left = settled.subscriptions.clone();
            let old = left.remove(place);
            let ended = end(inner, trigger, old).await;
            let gives_up = trigger.failing_since_ms.is_some_and(|since_ms| at_ms - since_ms > PATIENCE_MS);
            match ended {
                Err(error) if gives_up => {
                    tracing::error!(trigger.id = %trigger.id, error = error.message, "a service could not be told to forget us");
                    Ok(left)
                }
                ended => ended.map(|()| left),
            }
        }
    };
    if inner.stop.is_cancelled() {
        return Ok(());
    }
    let settlement = match done {
        Ok(subscriptions) => Settlement { subscriptions, next_ms: Some(at_ms), ..settled },
        Err(error) => trigger.failed(at_ms, error),
    };
    Ok(inner.settle(settlement).await?)
}

fn next_step(trigger: &PluginTrigger, url: String) -> Step {
    let asks = trigger.asks();
    let is_wanted = trigger.subscribes && trigger.retired_ms.is_none();
    let is_current = |told: &Subscription| is_wanted && told.asks == asks && told.url == url;
    if is_wanted && !trigger.subscriptions.iter().any(is_current) {
        return Step::Subscribe { url };
    }
    match trigger.subscriptions.iter().position(|told| !is_current(told)) {
        Some(place) => Step::End(place),
        None => Step::Nothing,
    }
}

async fn subscribe(inner: &Inner, trigger: &PluginTrigger, url: String) -> Result<Subscription, RunError> {
    let asks = trigger.asks();
    let export = Subscribe { trigger: asks.trigger.clone(), params: Arc::new(asks.params.clone()), url: url.clone() };
    let called = inner.sandbox.ask(trigger.workspace, &action_of(&asks), export, inner.frame(trigger, TIMEOUT)).await?;
    tell(trigger, &called.logs);
    Ok(Subscription { receipt: called.result.map_err(run_error)?, asks, url })
}

async fn end(inner: &Inner, trigger: &PluginTrigger, old: Subscription) -> Result<(), RunError> {
    let Subscription { asks, receipt, .. } = old;
    let export =
        Unsubscribe { trigger: asks.trigger.clone(), params: Arc::new(asks.params.clone()), subscription: receipt };
    let called = inner.sandbox.ask(trigger.workspace, &action_of(&asks), export, inner.frame(trigger, TIMEOUT)).await?;
    tell(trigger, &called.logs);
    called.result.map_err(run_error)
}
