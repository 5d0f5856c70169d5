//! What a plugin says about itself.

use serde_json::{Map, Value, json};

/// The plugin's description: its id, its actions and triggers, and the hosts they talk to.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest(Map<String, Value>);

impl Manifest {
    /// A manifest without actions. The id is `snake_case`, with dots between publisher and name; the version is semantic.
    pub fn new(id: &str, version: &str, name: &str) -> Manifest {
        Manifest(object(json!({ "manifest": 1, "id": id, "version": version, "name": name, "actions": [] })))
    }

    /// One line on what the plugin is for.
    pub fn summary(self, summary: &str) -> Manifest {
        self.with("summary", summary.into())
    }

    /// The name of an icon of the designer's set, such as `globe`.
    pub fn icon(self, name: &str) -> Manifest {
        self.with("icon", name.into())
    }

    /// An icon of the plugin's own, as SVG text without scripts.
    pub fn icon_svg(self, svg: &str) -> Manifest {
        self.with("icon", json!({ "svg": svg }))
    }

    /// Where the actions stand in the palette: `connectors` (unless said otherwise), `data`, `logic`, `code`, `ai`.
    pub fn category(self, category: &str) -> Manifest {
        self.with("category", category.into())
    }

    /// A host the actions may talk to, once whoever installs the plugin has granted it.
    pub fn host(mut self, host: Host) -> Manifest {
        push(&mut self.0, "hosts", host.0);
        self
    }

    /// A slot for a credential, which actions and requests name.
    pub fn credential(mut self, credential: Credential) -> Manifest {
        push(&mut self.0, "credentials", Value::Object(credential.0));
        self
    }

    /// An action the plugin offers.
    pub fn action(mut self, action: Action) -> Manifest {
        push(&mut self.0, "actions", Value::Object(action.0));
        self
    }

    /// A trigger the plugin offers.
    pub fn trigger(mut self, trigger: Trigger) -> Manifest {
        push(&mut self.0, "triggers", Value::Object(trigger.0));
        self
    }

    /// Sets a key this builder has no method for.
    pub fn with(mut self, key: &str, value: Value) -> Manifest {
        self.0.insert(key.into(), value);
        self
    }

    /// The JSON text that the host reads.
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

/// A host pattern: `https://api.example.com`, `https://*.example.com`, or `*` for every public host.
#[derive(Debug, Clone, PartialEq)]
pub struct Host(Value);

impl Host {
    /// A host reached with any method.
    pub fn new(pattern: &str) -> Host {
        Host(json!({ "pattern": pattern }))
    }

    /// A host reached with these methods only.
    pub fn with_methods(pattern: &str, methods: &[&str]) -> Host {
        Host(json!({ "pattern": pattern, "methods": methods }))
    }
}

/// A slot for a credential.
#[derive(Debug, Clone, PartialEq)]
pub struct Credential(Map<String, Value>);

impl Credential {
    /// A slot of one of the types `api_key`, `bearer`, `basic`, `oauth2`, `jwt` and `custom`, with the fields of its type.
    pub fn new(slot: &str, credential_type: &str) -> Credential {
        Credential(object(json!({ "slot": slot, "type": credential_type })))
    }

    pub fn title(self, title: &str) -> Credential {
        self.with("title", title.into())
    }

    /// Help in Markdown: where one gets it.
    pub fn docs(self, docs: &str) -> Credential {
        self.with("docs", docs.into())
    }

    /// A field to fill in that never enters the plugin. With any field of its own, the slot has none of its type's.
    pub fn secret(self, name: &str, title: &str) -> Credential {
        self.field(name, json!({ "title": title }))
    }

    /// A field to fill in that the plugin may read with [`credentials::public_field`](crate::credentials::public_field).
    pub fn public(self, name: &str, title: &str) -> Credential {
        self.field(name, json!({ "title": title, "secret": false }))
    }

    /// A field described in full, such as `{"uses": ["hmac"]}`.
    pub fn field(mut self, name: &str, field: Value) -> Credential {
        if let Value::Object(fields) = self.0.entry("fields").or_insert_with(|| json!({})) {
            fields.insert(name.into(), field);
        }
        self
    }

    /// Requests to these hosts that name the slot as their `auth` get a header. `{field}` stands for the value of a field.
    pub fn in_header(mut self, name: &str, format: &str, hosts: &[&str]) -> Credential {
        push(&mut self.0, "inject", json!({ "in": "header", "name": name, "format": format, "hosts": hosts }));
        self
    }

    /// Requests to these hosts that name the slot as their `auth` get a query parameter.
    pub fn in_query(mut self, name: &str, format: &str, hosts: &[&str]) -> Credential {
        push(&mut self.0, "inject", json!({ "in": "query", "name": name, "format": format, "hosts": hosts }));
        self
    }

    /// Sets a key this builder has no method for.
    pub fn with(mut self, key: &str, value: Value) -> Credential {
        self.0.insert(key.into(), value);
        self
    }
}

/// What may happen to a call that was under way when the server died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// Repeating it is harmless.
    Natural,
    /// It is repeated with the same idempotency key, which the action passes on.
    Key,
    /// It is never repeated; a person decides.
    No,
}

/// One action of a plugin.
#[derive(Debug, Clone, PartialEq)]
pub struct Action(Map<String, Value>);

impl Action {
    /// An action that computes and touches nothing: it may be repeated, cached and replayed.
    pub fn pure(id: &str, title: &str) -> Action {
        Action::of(id, title, "none", Idempotency::Natural)
    }

    /// An action that reads from the outside and changes nothing there.
    pub fn reads(id: &str, title: &str) -> Action {
        Action::of(id, title, "read", Idempotency::Natural)
    }

    /// An action that changes something outside.
    pub fn writes(id: &str, title: &str, idempotency: Idempotency) -> Action {
        Action::of(id, title, "write", idempotency)
    }

    /// One line for the palette.
    pub fn summary(self, summary: &str) -> Action {
        self.with("summary", summary.into())
    }

    /// Help in Markdown.
    pub fn docs(self, docs: &str) -> Action {
        self.with("docs", docs.into())
    }

    /// Words people search for besides the title.
    pub fn tags(self, tags: &[&str]) -> Action {
        self.with("tags", json!(tags))
    }

    /// The name of an icon, where the action has one of its own.
    pub fn icon(self, name: &str) -> Action {
        self.with("icon", name.into())
    }

    /// JSON Schema of the parameters, with `x-ui` hints. The form follows from it, and so does the host's check.
    pub fn input(self, schema: Value) -> Action {
        self.with("input", schema)
    }

    /// JSON Schema of each value the action answers.
    pub fn output(self, schema: Value) -> Action {
        self.with("output", schema)
    }

    /// The slot of the credential it needs.
    pub fn credential(self, slot: &str) -> Action {
        self.with("credential", slot.into())
    }

    /// How many items one call may carry. One, unless said otherwise.
    pub fn max_batch(self, items: u32) -> Action {
        self.with("maxBatch", items.into())
    }

    /// How long a call may take, in milliseconds.
    pub fn timeout_ms(self, timeout_ms: u64) -> Action {
        self.with("timeoutMs", timeout_ms.into())
    }

    /// How much memory a call may use, in MiB. 64, unless said otherwise.
    pub fn memory_mib(self, memory_mib: u32) -> Action {
        self.with("limits", json!({ "memoryMiB": memory_mib }))
    }

    /// Sets a key this builder has no method for.
    pub fn with(mut self, key: &str, value: Value) -> Action {
        self.0.insert(key.into(), value);
        self
    }

    fn of(id: &str, title: &str, effects: &str, idempotency: Idempotency) -> Action {
        let idempotent = match idempotency {
            Idempotency::Natural => "natural",
            Idempotency::Key => "key",
            Idempotency::No => "no",
        };
        let action = json!({ "id": id, "title": title, "effects": effects, "idempotent": idempotent, "input": { "type": "object" } });
        Action(object(action))
    }
}

/// Something that starts runs.
///
/// ```
/// use serde_json::json;
/// use weft_plugin::{Manifest, Trigger};
///
/// let manifest = Manifest::new("acme.parcels", "1.0.0", "Parcels")
///     .trigger(Trigger::poll("parcel_delivered", "Parcel delivered").every_s(60).dedupe("/id"))
///     .trigger(Trigger::webhook("parcel_updated", "Parcel updated").credential("account").subscribes());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger(Map<String, Value>);

impl Trigger {
    /// A trigger that looks for what is new, by [`Plugin::poll`](crate::Plugin::poll).
    pub fn poll(id: &str, title: &str) -> Trigger {
        Trigger::of(id, title, "poll").every_s(60)
    }

    /// A trigger that a service calls, by [`Plugin::handle`](crate::Plugin::handle).
    pub fn webhook(id: &str, title: &str) -> Trigger {
        Trigger::of(id, title, "webhook")
    }

    /// One line for the palette.
    pub fn summary(self, summary: &str) -> Trigger {
        self.with("summary", summary.into())
    }

    /// Help in Markdown.
    pub fn docs(self, docs: &str) -> Trigger {
        self.with("docs", docs.into())
    }

    /// How often it polls, in seconds. 60, unless said otherwise.
    pub fn every_s(self, seconds: u32) -> Trigger {
        self.with("everyS", seconds.into())
    }

    /// JSON Schema of the parameters, with `x-ui` hints.
    pub fn input(self, schema: Value) -> Trigger {
        self.with("input", schema)
    }

    /// JSON Schema of each value that starts a run.
    pub fn output(self, schema: Value) -> Trigger {
        self.with("output", schema)
    }

    /// The slot of the credential it needs.
    pub fn credential(self, slot: &str) -> Trigger {
        self.with("credential", slot.into())
    }

    /// A JSON pointer into each value, such as `/id`: a value whose id has started a run starts no other.
    pub fn dedupe(self, pointer: &str) -> Trigger {
        self.with("dedupe", pointer.into())
    }

    /// It has itself called, by [`Plugin::subscribe`](crate::Plugin::subscribe), while its workflow is published.
    pub fn subscribes(self) -> Trigger {
        self.with("subscribe", true.into())
    }

    /// How long a call may take, in milliseconds.
    pub fn timeout_ms(self, timeout_ms: u64) -> Trigger {
        self.with("timeoutMs", timeout_ms.into())
    }

    /// How much memory a call may use, in MiB. 64, unless said otherwise.
    pub fn memory_mib(self, memory_mib: u32) -> Trigger {
        self.with("limits", json!({ "memoryMiB": memory_mib }))
    }

    /// Sets a key this builder has no method for.
    pub fn with(mut self, key: &str, value: Value) -> Trigger {
        self.0.insert(key.into(), value);
        self
    }

    fn of(id: &str, title: &str, kind: &str) -> Trigger {
        Trigger(object(json!({ "id": id, "title": title, "kind": kind, "input": { "type": "object" } })))
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn push(map: &mut Map<String, Value>, key: &str, value: Value) {
    if let Value::Array(list) = map.entry(key).or_insert_with(|| json!([])) {
        list.push(value);
    }
}
