//! `weft:plugin/polling`: what is new since the last time.

use super::super::bindings::weft::plugin::types as wire;
use super::super::call::{Call, CallError, Outcome};
use super::super::manifest::Manifest;
use super::super::output;
use super::super::plugin::{Plugin, Rules};
use super::super::secrets::Scrubber;
use super::actions::wire_of;
use super::{Bounds, Export, Guest, offered, unknown};

/// A poll of a trigger: [`Call::action`] is the trigger's id, [`Call::cursor`] what the last poll answered as its next.
#[derive(Debug, Clone)]
pub struct Poll(pub Call);

impl Export for Poll {
    type Raw = wire::Outcome;
    type Answer = Outcome;

    fn slot<'m>(&self, manifest: &'m Manifest) -> Option<&'m str> {
        manifest.slot_of(&self.0.action)
    }

    fn bounds(&self, plugin: &Plugin) -> Result<Bounds, CallError> {
        let rules = self.rules(plugin)?;
        rules.check_params(&self.0.params)?;
        Ok(rules.bounds)
    }

    async fn ask(&self, guest: Guest<'_>) -> wasmtime::Result<Result<wire::Outcome, wire::StepError>> {
        let Guest { exports, store, instance } = guest;
        let polling = offered(&exports.polling, "polling")?.load(&mut *store, instance)?;
        let call = wire_of(&self.0, store.data().timeout_ms);
        polling.call_poll(store, &call).await
    }

    fn read(&self, plugin: &Plugin, raw: wire::Outcome, scrubber: &Scrubber) -> Result<Outcome, CallError> {
        output::read(self.rules(plugin)?.output.as_ref(), self.0.items.len(), raw, scrubber)
    }
}

impl Poll {
    fn rules<'a>(&self, plugin: &'a Plugin) -> Result<&'a Rules, CallError> {
        plugin.trigger(&self.0.action).ok_or_else(|| unknown(plugin, "trigger", &self.0.action))
    }
}
