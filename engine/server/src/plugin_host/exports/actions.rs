//! `weft:plugin/actions`: a step of a run.

use super::super::bindings::weft::plugin::types as wire;
use super::super::call::{Call, CallError, ErrorKind, Outcome};
use super::super::manifest::Manifest;
use super::super::output;
use super::super::plugin::{Plugin, Rules};
use super::super::secrets::Scrubber;
use super::{Bounds, Export, Guest, offered, unknown};

impl Export for Call {
    type Raw = wire::Outcome;
    type Answer = Outcome;

    fn slot<'m>(&self, manifest: &'m Manifest) -> Option<&'m str> {
        manifest.slot_of(&self.action)
    }

    fn bounds(&self, plugin: &Plugin) -> Result<Bounds, CallError> {
        let rules = rules_of(plugin, self)?;
        rules.check_params(&self.params)?;
        let items = self.items.len();
        if items == 0 || items > rules.max_batch as usize {
            let message = format!(
                "{}/{} takes 1 to {} items a call, not {items}; maxBatch in the plugin's manifest moves this",
                plugin.manifest().id,
                self.action,
                rules.max_batch
            );
            return Err(CallError::new(ErrorKind::InvalidInput, "batch_size", message));
        }
        Ok(rules.bounds)
    }

    async fn ask(&self, guest: Guest<'_>) -> wasmtime::Result<Result<wire::Outcome, wire::StepError>> {
        let Guest { exports, store, instance } = guest;
        let actions = offered(&exports.actions, "actions")?.load(&mut *store, instance)?;
        let call = wire_of(self, store.data().timeout_ms);
        actions.call_run(store, &call).await
    }

    fn read(&self, plugin: &Plugin, raw: wire::Outcome, scrubber: &Scrubber) -> Result<Outcome, CallError> {
        output::read(rules_of(plugin, self)?.output.as_ref(), self.items.len(), raw, scrubber)
    }
}

fn rules_of<'a>(plugin: &'a Plugin, call: &Call) -> Result<&'a Rules, CallError> {
    plugin.action(&call.action).ok_or_else(|| unknown(plugin, "action", &call.action))
}

/// A call as the guest reads it.
pub(super) fn wire_of(call: &Call, deadline_ms: u64) -> wire::Call {
    wire::Call {
        action: call.action.clone(),
        params: call.params.to_string(),
        items: call.items.iter().map(ToString::to_string).collect(),
        cursor: call.cursor.as_ref().map(ToString::to_string),
        idempotency_key: call.idempotency_key.clone(),
        attempt: call.attempt,
        deadline_ms,
        dry_run: call.is_dry_run,
    }
}
