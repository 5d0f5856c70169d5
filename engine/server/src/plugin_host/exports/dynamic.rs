//! `weft:plugin/dynamic`: what the designer asks while somebody fills in a form.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::super::bindings::exports::weft::plugin::dynamic as wire;
use super::super::bindings::weft::plugin::types::StepError;
use super::super::call::{CallError, ErrorKind};
use super::super::manifest::Manifest;
use super::super::output;
use super::super::plugin::{Plugin, Rules};
use super::super::schema::Schema;
use super::super::secrets::Scrubber;
use super::{Bounds, Export, Guest, offered, unknown};

/// Somebody waits with a form open.
const CPU: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(10);

const MAX_CHOICES: usize = 1_000;
const MAX_LABEL_CHARACTERS: usize = 200;
const MAX_REPORT_CHARACTERS: usize = 300;

/// Asks for what a field of an action or a trigger can be set to.
#[derive(Debug, Clone)]
pub struct Options {
    /// The id of the action or the trigger.
    pub of: String,
    pub field: String,
    pub params: Arc<Value>,
    pub search: Option<String>,
    pub cursor: Option<Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    pub items: Vec<Choice>,
    /// There are more: ask again with this cursor.
    pub next: Option<Value>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub value: Value,
    pub label: String,
    pub hint: Option<String>,
}

impl Export for Options {
    type Raw = wire::Choices;
    type Answer = Choices;

    fn slot<'m>(&self, manifest: &'m Manifest) -> Option<&'m str> {
        manifest.slot_of(&self.of)
    }

    fn bounds(&self, plugin: &Plugin) -> Result<Bounds, CallError> {
        Ok(rules_of(plugin, &self.of)?.bounds.at_most(CPU, TIMEOUT))
    }

    async fn ask(&self, guest: Guest<'_>) -> wasmtime::Result<Result<wire::Choices, StepError>> {
        let Guest { exports, store, instance } = guest;
        let dynamic = offered(&exports.dynamic, "dynamic")?.load(&mut *store, instance)?;
        let (params, cursor) = (self.params.to_string(), self.cursor.as_ref().map(ToString::to_string));
        dynamic.call_options(store, &self.of, &self.field, &params, self.search.as_deref(), cursor.as_ref()).await
    }

    fn read(&self, _: &Plugin, raw: wire::Choices, scrubber: &Scrubber) -> Result<Choices, CallError> {
        if raw.items.len() > MAX_CHOICES {
            let message = format!(
                "the plugin offers {} choices at once; {MAX_CHOICES} are allowed, the others belong on further pages",
                raw.items.len()
            );
            return Err(CallError::new(ErrorKind::Plugin, "too_many_choices", message));
        }
        let text = |text: &str| output::cut(&scrubber.text(text), MAX_LABEL_CHARACTERS);
        let choice = |choice: wire::Choice| {
            let value = output::small(&scrubber.text(&choice.value), "the value of a choice")?;
            Ok(Choice { value, label: text(&choice.label), hint: choice.hint.as_deref().map(text) })
        };
        let items = raw.items.into_iter().map(choice).collect::<Result<_, CallError>>()?;
        let next = raw.next.map(|next| output::small(&scrubber.text(&next), "the cursor")).transpose()?;
        Ok(Choices { items, next })
    }
}

/// Asks for the schema of parameters that depends on other parameters: of one field, or of all.
#[derive(Debug, Clone)]
pub struct SchemaOf {
    /// The id of the action or the trigger.
    pub of: String,
    pub field: Option<String>,
    pub params: Arc<Value>,
}

impl Export for SchemaOf {
    type Raw = String;
    /// JSON Schema.
    type Answer = Value;

    fn slot<'m>(&self, manifest: &'m Manifest) -> Option<&'m str> {
        manifest.slot_of(&self.of)
    }

    fn bounds(&self, plugin: &Plugin) -> Result<Bounds, CallError> {
        Ok(rules_of(plugin, &self.of)?.bounds.at_most(CPU, TIMEOUT))
    }

    async fn ask(&self, guest: Guest<'_>) -> wasmtime::Result<Result<String, StepError>> {
        let Guest { exports, store, instance } = guest;
        let dynamic = offered(&exports.dynamic, "dynamic")?.load(&mut *store, instance)?;
        dynamic.call_schema(store, &self.of, self.field.as_deref(), &self.params.to_string()).await
    }

    fn read(&self, _: &Plugin, raw: String, scrubber: &Scrubber) -> Result<Value, CallError> {
        let schema = output::small(&scrubber.text(&raw), "the schema")?;
        match Schema::compile(&schema) {
            Ok(_) => Ok(schema),
            Err(error) => {
                let message = format!("the plugin answered a schema that is none: {error}");
                Err(CallError::new(ErrorKind::Plugin, "invalid_schema", message))
            }
        }
    }
}

/// Asks whether a credential works.
#[derive(Debug, Clone)]
pub struct TestCredential {
    pub slot: String,
}

impl Export for TestCredential {
    type Raw = String;
    /// Whose it is, or what else there is to tell.
    type Answer = String;

    fn slot<'m>(&self, manifest: &'m Manifest) -> Option<&'m str> {
        manifest.credential(&self.slot).map(|credential| credential.slot.as_str())
    }

    fn bounds(&self, plugin: &Plugin) -> Result<Bounds, CallError> {
        if plugin.manifest().credential(&self.slot).is_none() {
            return Err(unknown(plugin, "slot", &self.slot));
        }
        Ok(Bounds { memory_bytes: super::super::plugin::DEFAULT_MEMORY_BYTES, cpu: CPU, timeout: TIMEOUT })
    }

    async fn ask(&self, guest: Guest<'_>) -> wasmtime::Result<Result<String, StepError>> {
        let Guest { exports, store, instance } = guest;
        let dynamic = offered(&exports.dynamic, "dynamic")?.load(&mut *store, instance)?;
        dynamic.call_test_credential(store, &self.slot).await
    }

    fn read(&self, _: &Plugin, raw: String, scrubber: &Scrubber) -> Result<String, CallError> {
        Ok(output::cut(&scrubber.text(&raw), MAX_REPORT_CHARACTERS))
    }
}

fn rules_of<'a>(plugin: &'a Plugin, id: &str) -> Result<&'a Rules, CallError> {
    plugin.action(id).or_else(|| plugin.trigger(id)).ok_or_else(|| unknown(plugin, "action", id))
}
