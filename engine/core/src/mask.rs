//! What history does not show: fields by name, and what nodes marked in their outputs.
//!
//! The journal keeps true values, because a run must be able to go on and to be retried. They are masked where history leaves
//! the server: in what the API shows of runs and steps, in the search index, in exports.
//!
//! A marked value is masked in its node's own output by its place; because later steps receive it, copy it and put it into
//! texts, it is also masked by what it is wherever else it turns up in the run. That takes a text or number long enough not to
//! be everywhere by chance.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::{Document, NodeId};
use crate::run::{Log, RunError, StepRecord};

/// What stands in the place of a masked value.
pub const MASKED: &str = "•••";

/// Names of fields that are masked in every run: headers that carry credentials.
const ALWAYS: [&str; 5] = ["authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"];

/// The least characters of a marked value that is masked where it is all of another value.
const SHORTEST_WHOLE: usize = 3;

/// The least characters of a marked value that is masked inside of longer texts.
const SHORTEST_PART: usize = 4;

/// What a document says history does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masks {
    /// Names of fields in lower case.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    names: BTreeSet<String>,
    /// Dotted paths in the outputs of nodes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    marks: BTreeMap<NodeId, Vec<String>>,
}

impl Masks {
    pub fn of(document: &Document) -> Masks {
        let marked = document.nodes.iter().filter(|node| !node.mask.is_empty());
        Masks {
            names: document.settings.mask.iter().map(|name| name.trim().to_lowercase()).collect(),
            marks: marked.map(|node| (node.id.clone(), node.mask.clone())).collect(),
        }
    }

    /// Whether the document asks for anything; credentials are masked even if not.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.marks.is_empty()
    }

    /// Whether masking a run takes the outputs of its steps.
    pub fn has_marks(&self) -> bool {
        !self.marks.is_empty()
    }

    /// The mask of one run, given all outputs of its steps so far.
    pub fn for_run<'v>(self: &Arc<Masks>, outputs: impl IntoIterator<Item = (&'v NodeId, &'v Arc<Value>)>) -> Mask {
        let mut mask = Mask { masks: Arc::clone(self), ..Mask::default() };
        if self.has_marks() {
            for (node, output) in outputs {
                mask.learn(node, output);
            }
            mask.parts = mask.wholes.iter().filter(|text| is_long(text, SHORTEST_PART)).cloned().collect();
            // The longest first: a part of a value must not be masked so that the rest of it stays.
            mask.parts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        }
        mask
    }

    /// The mask of one run, given its steps.
    pub fn for_steps(self: &Arc<Masks>, steps: &[StepRecord]) -> Mask {
        self.for_run(steps.iter().filter_map(|step| Some((&step.node, step.output.as_ref()?))))
    }
}

/// What is not shown of one run.
#[derive(Debug, Default)]
pub struct Mask {
    masks: Arc<Masks>,
    /// The outputs with marks, to know them again where they arrive.
    outputs: HashMap<Arc<Value>, NodeId>,
    /// The marked texts and numbers.
    wholes: BTreeSet<String>,
    /// Those that are masked inside of texts.
    parts: Vec<String>,
}

impl Mask {
    /// What is shown of a value of the run.
    pub fn value(&self, value: &Arc<Value>) -> Arc<Value> {
        match self.outputs.get(value) {
            Some(node) => self.output(node, value),
            None => self.value_elsewhere(value),
        }
    }

    /// What is shown of the output of a node.
    pub fn output(&self, node: &NodeId, output: &Arc<Value>) -> Arc<Value> {
        let Some(paths) = self.masks.marks.get(node) else { return self.value_elsewhere(output) };
        let mut shown = Value::clone(output);
        strike_all(&mut shown, paths, &mut |_| {});
        Arc::new(self.masked(&shown).unwrap_or(shown))
    }

    fn value_elsewhere(&self, value: &Arc<Value>) -> Arc<Value> {
        self.masked(value).map_or_else(|| Arc::clone(value), Arc::new)
    }

    /// What is shown of a step.
    pub fn step(&self, mut step: StepRecord) -> StepRecord {
        step.input = step.input.map(|input| self.value(&input));
        step.output = step.output.map(|output| self.output(&step.node, &output));
        step.error = step.error.map(|error| Arc::new(self.error(&error)));
        step.logs = step.logs.into_iter().map(|log| self.log(log)).collect();
        step
    }

    /// What is shown of an error.
    pub fn error(&self, error: &RunError) -> RunError {
        RunError {
            message: self.text(&error.message).into_owned(),
            details: error.details.as_ref().map(|details| self.masked(details).unwrap_or_else(|| details.clone())),
            ..error.clone()
        }
    }

    fn log(&self, log: Log) -> Log {
        let fields = log.fields.map(|fields| self.masked(&fields).unwrap_or(fields));
        Log { message: self.text(&log.message).into_owned(), fields, ..log }
    }

    /// What is shown of a text.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.wholes.contains(text) {
            return Cow::Borrowed(MASKED);
        }
        self.parts.iter().fold(Cow::Borrowed(text), |text, part| {
            if text.contains(part.as_str()) { Cow::Owned(text.replace(part.as_str(), MASKED)) } else { text }
        })
    }

    /// Remembers what is marked in an output.
    fn learn(&mut self, node: &NodeId, output: &Arc<Value>) {
        let Some(paths) = self.masks.marks.get(node) else { return };
        self.outputs.insert(Arc::clone(output), node.clone());
        let wholes = &mut self.wholes;
        strike_all(&mut Value::clone(output), paths, &mut |value| collect(value, wholes));
    }

    /// A value as it is shown, if it is not shown as it is.
    fn masked(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Null | Value::Bool(_) => None,
            Value::Number(number) => self.wholes.contains(&number.to_string()).then(|| MASKED.into()),
            Value::String(text) => {
                let shown = self.text(text);
                (shown != *text).then(|| Value::from(shown.into_owned()))
            }
            Value::Array(items) => {
                let mut shown: Option<Vec<Value>> = None;
                for (place, item) in items.iter().enumerate() {
                    if let Some(item) = self.masked(item) {
                        shown.get_or_insert_with(|| items.clone())[place] = item;
                    }
                }
                shown.map(Value::Array)
            }
            Value::Object(fields) => {
                let mut shown: Option<Map<String, Value>> = None;
                for (name, value) in fields {
                    if let Some(value) = self.field(name, value) {
                        shown.get_or_insert_with(|| fields.clone()).insert(name.clone(), value);
                    }
                }
                shown.map(Value::Object)
            }
        }
    }

    fn field(&self, name: &str, value: &Value) -> Option<Value> {
        let lower = name.to_lowercase();
        if self.masks.names.contains(&lower) || ALWAYS.contains(&lower.as_str()) {
            return Some(MASKED.into());
        }
        // Where several outputs meet, each stands under the name of its node.
        if let Some(paths) = self.masks.marks.get(name) {
            let mut shown = value.clone();
            strike_all(&mut shown, paths, &mut |_| {});
            return Some(self.masked(&shown).unwrap_or(shown));
        }
        self.masked(value)
    }
}

fn strike_all(value: &mut Value, paths: &[String], struck: &mut impl FnMut(&Value)) {
    for path in paths {
        let names: Vec<&str> = path.split('.').map(str::trim).collect();
        strike(value, &names, struck);
    }
}

/// Masks what is at a path. In a list a number means that item, and any other name each of them.
fn strike(value: &mut Value, path: &[&str], struck: &mut impl FnMut(&Value)) {
    let Some((first, rest)) = path.split_first() else {
        struck(value);
        *value = MASKED.into();
        return;
    };
    match value {
        Value::Object(fields) => fields.get_mut(*first).into_iter().for_each(|value| strike(value, rest, struck)),
        Value::Array(items) => match first.parse::<usize>() {
            Ok(place) => items.get_mut(place).into_iter().for_each(|item| strike(item, rest, struck)),
            Err(_) => items.iter_mut().for_each(|item| strike(item, path, struck)),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Takes the texts and numbers of a value, its masks left out: what an earlier path struck is known.
fn collect(value: &Value, texts: &mut BTreeSet<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => remember(number.to_string(), texts),
        Value::String(text) => remember(text.clone(), texts),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, texts)),
    }
}

fn remember(text: String, texts: &mut BTreeSet<String>) {
    if is_long(&text, SHORTEST_WHOLE) && text != MASKED {
        texts.insert(text);
    }
}

fn is_long(text: &str, characters: usize) -> bool {
    text.chars().nth(characters - 1).is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::run::{ErrorKind, Expiry, StepStatus};

    fn masks(names: Value, nodes: Value) -> Arc<Masks> {
        let document = json!({ "weft": 1, "name": "t", "nodes": nodes, "settings": { "mask": names } });
        Arc::new(Masks::of(&serde_json::from_value(document).unwrap()))
    }

    fn card(paths: &[&str]) -> Arc<Masks> {
        masks(json!([]), json!([{ "id": "pay", "type": "set", "mask": paths }]))
    }

    #[track_caller]
    fn check(mask: &Mask, value: Value, expected: Value) {
        assert_eq!(*mask.value(&Arc::new(value)), expected);
    }

    #[test]
    fn fields_are_masked_by_name_at_any_depth_in_any_case() {
        let mask = masks(json!(["Password", " iban "]), json!([])).for_run([]);
        check(
            &mask,
            json!({ "password": "a", "list": [{ "PASSWORD": { "x": 1 } }], "IBAN": null, "passwords": "b", "n": 1 }),
            json!({ "password": MASKED, "list": [{ "PASSWORD": MASKED }], "IBAN": MASKED, "passwords": "b", "n": 1 }),
        );
        check(&mask, json!("password"), json!("password"));
    }

    #[test]
    fn credentials_are_masked_always() {
        let mask = Arc::<Masks>::default().for_run([]);
        let names = ["Authorization", "cookie", "Set-Cookie", "X-API-Key", "proxy-authorization"];
        let headers =
            |value: &str| Value::Object(names.map(|name| (name.to_owned(), json!(value))).into_iter().collect());
        check(
            &mask,
            json!({ "headers": headers("s"), "accept": 1 }),
            json!({ "headers": headers(MASKED), "accept": 1 }),
        );
        check(&mask, json!([{ "a": headers("s") }]), json!([{ "a": headers(MASKED) }]));
        check(&mask, json!({ "headers": [{ "cookie": ["s"] }] }), json!({ "headers": [{ "cookie": MASKED }] }));
        check(
            &mask,
            json!({ "cookies": "oats", "headers": "cookie" }),
            json!({ "cookies": "oats", "headers": "cookie" }),
        );
    }

    #[test]
    fn what_is_unmasked_is_not_copied() {
        let value = Arc::new(json!({ "a": [1, "x", null], "headers": { "host": "h" } }));
        let mask = masks(json!(["secret"]), json!([])).for_run([]);
        assert!(Arc::ptr_eq(&mask.value(&value), &value) && Arc::ptr_eq(&mask.output(&"n".into(), &value), &value));
    }

    #[test]
    fn a_mark_hides_a_place_in_the_output_of_its_node() {
        let shown = |paths: &[&str], output: Value| {
            Value::clone(&card(paths).for_run([]).output(&"pay".into(), &Arc::new(output)))
        };
        assert_eq!(
            shown(&["card.number"], json!({ "card": { "number": 1, "name": "a" } })),
            json!({ "card": { "number": MASKED, "name": "a" } })
        );
        assert_eq!(
            shown(&["cards.cvc"], json!({ "cards": [{ "cvc": 1 }, { "cvc": 2, "x": 3 }] })),
            json!({ "cards": [{ "cvc": MASKED }, { "cvc": MASKED, "x": 3 }] })
        );
        assert_eq!(shown(&["cards.1"], json!({ "cards": [1, 2] })), json!({ "cards": [1, MASKED] }));
        assert_eq!(shown(&["id"], json!([{ "id": true }])), json!([{ "id": MASKED }]));
        assert_eq!(shown(&["card", "card.number"], json!({ "card": { "number": 1 } })), json!({ "card": MASKED }));
        assert_eq!(shown(&["a.b", "x.7"], json!({ "a": 1, "x": [1] })), json!({ "a": 1, "x": [1] }));
        let other = card(&["card"]).for_run([]).output(&"other".into(), &Arc::new(json!({ "card": 1 })));
        assert_eq!(*other, json!({ "card": 1 }), "another node's output is its own");
    }

    #[test]
    fn a_marked_value_is_masked_wherever_it_turns_up() {
        let pay = NodeId::from("pay");
        let output = Arc::new(
            json!({ "card": { "number": "4111-1111", "cvc": "123", "pin": 98765, "ok": true, "n": "7" }, "name": "Ada" }),
        );
        let mask = card(&["card"]).for_run([(&pay, &output), (&pay, &output)]);
        check(
            &mask,
            json!({ "copied": "4111-1111", "cvc": "123", "pin": 98765 }),
            json!({ "copied": MASKED, "cvc": MASKED, "pin": MASKED }),
        );
        check(&mask, json!("card 4111-1111, pin 98765, 123"), json!("card •••, pin •••, 123"));
        check(
            &mask,
            json!({ "n": "7", "ok": true, "name": "Ada", "m": 1234 }),
            json!({ "n": "7", "ok": true, "name": "Ada", "m": 1234 }),
        );
        // As the only input of the next step, and beside another.
        assert_eq!(*mask.value(&output), json!({ "card": MASKED, "name": "Ada" }));
        check(
            &mask,
            json!({ "pay": { "card": { "n": "7" }, "x": 1 }, "b": 2 }),
            json!({ "pay": { "card": MASKED, "x": 1 }, "b": 2 }),
        );
    }

    #[test]
    fn a_step_is_masked_in_all_its_parts() {
        let log = Log {
            level: "info".into(),
            message: "paid with 4111-1111".into(),
            fields: Some(json!({ "password": "p" })),
            at_ms: 1,
        };
        let mut error = RunError::new(ErrorKind::Permanent, "refused", "4111-1111 is refused");
        error.details = Some(json!({ "headers": { "cookie": "c" }, "card": "4111-1111" }));
        let step = StepRecord {
            path: "pay".into(),
            node: "pay".into(),
            status: StepStatus::Succeeded,
            attempt: 1,
            port: None,
            input: Some(Arc::new(json!({ "password": 1 }))),
            output: Some(Arc::new(json!({ "card": "4111-1111" }))),
            error: Some(Arc::new(error)),
            started_at_ms: None,
            ended_at_ms: None,
            logs: vec![log],
            waits: None,
            expiry: Expiry::default(),
        };
        let masks = masks(json!(["password"]), json!([{ "id": "pay", "type": "set", "mask": ["card"] }]));
        let shown = masks.for_steps(std::slice::from_ref(&step)).step(step);
        assert_eq!(
            (shown.input.unwrap(), shown.output.unwrap()),
            (Arc::new(json!({ "password": MASKED })), Arc::new(json!({ "card": MASKED })))
        );
        let error = shown.error.unwrap();
        assert_eq!(error.message, "••• is refused");
        assert_eq!(error.details, Some(json!({ "headers": { "cookie": MASKED }, "card": MASKED })));
        assert_eq!(
            (shown.logs[0].message.as_str(), &shown.logs[0].fields),
            ("paid with •••", &Some(json!({ "password": MASKED })))
        );
    }

    #[test]
    fn masks_are_kept_as_json() {
        let masks = masks(json!(["Password"]), json!([{ "id": "pay", "type": "set", "mask": ["card"] }]));
        let text = serde_json::to_string(&*masks).unwrap();
        assert_eq!(text, r#"{"names":["password"],"marks":{"pay":["card"]}}"#);
        assert_eq!(serde_json::from_str::<Masks>(&text).unwrap(), *masks);
        assert!(!masks.is_empty() && masks.has_marks() && Masks::default().is_empty());
    }
}
