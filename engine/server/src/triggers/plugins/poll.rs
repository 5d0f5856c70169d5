//! A poll: what a plugin found becomes runs, and its cursor moves in the transaction that stores them.

use std::time::Duration;

use serde_json::Value;
use weft_core::run::{ErrorKind, RunError};

use super::{FULL_PAUSE_MS, Inner, action_of};
use crate::clock::now_ms;
use crate::failpoint;
use crate::plugin_host::{Call, LogLevel, LogLine, Outcome, Poll, State};
use crate::runner::{StartError, run_error};
use crate::store::plugin_triggers::{PluginTrigger, Settlement};
use crate::store::runs::TriggerKind;

/// How long a poll may take. The trigger's own `timeoutMs` holds as well.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Items of one poll. What is more belongs to the next.
pub(super) const MOST_ITEMS: usize = 1_000;

/// How long it is remembered which items were seen.
const SEEN_FOR_S: u64 = 90 * 24 * 3_600;

pub(super) async fn poll(inner: &Inner, trigger: &PluginTrigger) -> Result<(), StartError> {
    let at_ms = now_ms();
    match ask(inner, trigger).await {
        _ if inner.stop.is_cancelled() => Ok(()),
        Ok((found, state)) => store(inner, trigger, found, state, at_ms).await,
        Err(error) => Ok(inner.settle(trigger.failed(at_ms, error)).await?),
    }
}

async fn ask(inner: &Inner, trigger: &PluginTrigger) -> Result<(Outcome, State), RunError> {
    let asks = trigger.asks();
    let call = Call {
        cursor: trigger.cursor.as_ref().map(|cursor| cursor.0.clone()),
        idempotency_key: trigger.idempotency_key(),
        attempt: u32::try_from(trigger.failures + 1).unwrap_or(u32::MAX),
        ..Call::new(asks.trigger.clone(), asks.params.clone())
    };
    let frame = inner.frame(trigger, TIMEOUT);
    failpoint::pass("poll.before", || trigger.node.clone());
    let called = inner.sandbox.ask(trigger.workspace, &action_of(&asks), Poll(call), frame).await?;
    failpoint::pass("poll.after", || trigger.node.clone());
    tell(trigger, &called.logs);
    let found = called.result.map_err(run_error)?;
    check_count(found.items.len())?;
    let mut state = called.state;
    let found = only_new(found, trigger.dedupe.as_deref(), &mut state).await?;
    Ok((found, state))
}

/// Refuses more items than one transaction should store.
pub(super) fn check_count(items: usize) -> Result<(), RunError> {
    if items <= MOST_ITEMS {
        return Ok(());
    }
    let message = format!(
        "the plugin found {items} items at once; {MOST_ITEMS} are allowed: it must leave the others to the next poll and say \
         that there are more"
    );
    Err(RunError::new(ErrorKind::Limit, "too_many_items", message))
}

/// Leaves out items that were seen before, by what they are known by.
pub(super) async fn only_new(found: Outcome, pointer: Option<&str>, state: &mut State) -> Result<Outcome, RunError> {
    let Some(pointer) = pointer else { return Ok(found) };
    let ids: Option<Vec<String>> = found.items.iter().map(|item| item.pointer(pointer).map(Value::to_string)).collect();
    let ids = ids.ok_or_else(|| {
        let message =
            format!("the plugin found an item without '{pointer}', which its manifest says items are known by");
        RunError::new(ErrorKind::Plugin, "item_without_id", message)
    })?;
    let unavailable = |why| RunError::new(ErrorKind::Retryable, "state_unavailable", why);
    let first = state.note_ids(&ids, SEEN_FOR_S).await.map_err(unavailable)?;
    let items = found.items.into_iter().zip(first).filter_map(|(item, is_first)| is_first.then_some(item));
    Ok(Outcome { items: items.collect(), ..found })
}

async fn store(
    inner: &Inner,
    trigger: &PluginTrigger,
    found: Outcome,
    state: State,
    at_ms: i64,
) -> Result<(), StartError> {
    let Outcome { items, next, meta, .. } = found;
    let prospects = match inner.prospects(trigger, TriggerKind::Poll, items).await {
        Err(StartError::Overloaded { .. }) => {
            let later = Settlement { next_ms: Some(at_ms + FULL_PAUSE_MS), ..trigger.settled(at_ms) };
            return Ok(inner.settle(later).await?);
        }
        prospects => prospects?,
    };
    let settled = trigger.settled(at_ms);
    let has_more = meta.as_ref().and_then(|meta| meta.get("more")) == Some(&Value::Bool(true));
    let pause_ms = if has_more { 0 } else { trigger.every_ms.unwrap_or(60_000) };
    let settlement =
        Settlement { cursor: next.or(settled.cursor), next_ms: Some(at_ms.saturating_add(pause_ms)), ..settled };
    inner.store_found(trigger, prospects, state, Some(settlement)).await?;
    failpoint::pass("poll.stored", || trigger.node.clone());
    Ok(())
}

/// What a plugin says while nothing runs goes to the server's own log.
pub(super) fn tell(trigger: &PluginTrigger, lines: &[LogLine]) {
    for line in lines {
        let (id, node, message) = (trigger.id, &trigger.node, &line.message);
        match line.level {
            LogLevel::Error | LogLevel::Warn => tracing::warn!(trigger.id = %id, node, "{message}"),
            LogLevel::Info => tracing::info!(trigger.id = %id, node, "{message}"),
            LogLevel::Debug | LogLevel::Trace => tracing::debug!(trigger.id = %id, node, "{message}"),
        }
    }
}
