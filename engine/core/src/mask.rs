//! What history does not show: fields by name, and what nodes marked in their outputs.
//!
//! The journal keeps true values, because a run must be able to go on and to be retried. They are masked where history leaves
//! the server: in what the API shows of runs and steps, in the search index, in exports.
//!
//! A marked value is masked in its node's own output by its place; because later steps receive it, copy it and put it into
//! texts, it is also masked by what it is wherever else it turns up in the run. That takes a text or number long enough not to
//! be everywhere by chance.
//!
//! Runs that start one another hand values on, so each is masked by what all of them hide ([`Mask::share`]).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::document::{Document, NodeId};
use crate::run::{Log, RunError, StepRecord};

/// What stands in the place of a masked value.
pub const MASKED: &str = "•••";

/// Fields that are masked in every run where they hold a text or a list, as headers do.
const HEADERS: [&str; 5] = ["authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"];

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
        mask.share(self, outputs);
        mask
    }

    /// The mask of one run, given its steps.
    pub fn for_steps(self: &Arc<Masks>, steps: &[StepRecord]) -> Mask {
        self.for_run(outputs(steps))
    }
}

/// The outputs of steps, as masks learn from them.
pub fn outputs(steps: &[StepRecord]) -> impl Iterator<Item = (&NodeId, &Arc<Value>)> {
    steps.iter().filter_map(|step| Some((&step.node, step.output.as_ref()?)))
}

/// What is not shown of one run.
#[derive(Debug, Default)]
pub struct Mask {
    masks: Arc<Masks>,
    /// Names of fields, of this run and those it shares values with.
    names: BTreeSet<String>,
    /// The outputs with marks and what is marked in them, to know them again where they arrive.
    outputs: HashMap<Arc<Value>, Vec<String>>,
    /// The marked texts and numbers.
    wholes: BTreeSet<String>,
    /// Those that are masked inside of texts.
    parts: Vec<String>,
    /// Nobody can tell any more where marked values went.
    hides_all: bool,
}

impl Mask {
    /// Shows no value at all.
    pub fn of_everything() -> Mask {
        Mask { hides_all: true, ..Mask::default() }
    }

    /// Hides as well what another run hides, with which this one shares values.
    pub fn share<'v>(&mut self, masks: &Masks, outputs: impl IntoIterator<Item = (&'v NodeId, &'v Arc<Value>)>) {
        self.names.extend(masks.names.iter().cloned());
        if masks.has_marks() {
            for (node, output) in outputs {
                self.learn(masks, node, output);
            }
            self.find_parts();
        }
    }

    /// Masks the values of named fields also where they are part of a text.
    pub fn follow_names<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>) {
        for value in values {
            collect_named(value, &self.names, &mut self.wholes);
        }
        self.find_parts();
    }

    /// What is shown of a value of the run.
    pub fn value(&self, value: &Arc<Value>) -> Arc<Value> {
        match self.outputs.get(value) {
            Some(paths) => self.struck(paths, value),
            None => self.value_elsewhere(value),
        }
    }

    /// What is shown of the output of a node.
    pub fn output(&self, node: &NodeId, output: &Arc<Value>) -> Arc<Value> {
        match self.masks.marks.get(node) {
            Some(paths) => self.struck(paths, output),
            None => self.value(output),
        }
    }

    fn struck(&self, paths: &[String], value: &Arc<Value>) -> Arc<Value> {
        let mut shown = Value::clone(value);
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
        if self.hides_all || self.wholes.contains(text) {
            return Cow::Borrowed(MASKED);
        }
        self.parts.iter().fold(Cow::Borrowed(text), |text, part| {
            if text.contains(part.as_str()) { Cow::Owned(text.replace(part.as_str(), MASKED)) } else { text }
        })
    }

    /// What is shown of a question to people: its names say what is filled in, and are no names of values.
    pub fn form(&self, form: &Value) -> Value {
        match form {
            Value::String(text) => self.text(text).into_owned().into(),
            Value::Array(items) => items.iter().map(|item| self.form(item)).collect(),
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(name, value)| (name.clone(), self.form(value))).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => form.clone(),
        }
    }

    /// Remembers what is marked in an output.
    fn learn(&mut self, masks: &Masks, node: &NodeId, output: &Arc<Value>) {
        let Some(paths) = masks.marks.get(node) else { return };
        self.outputs.insert(Arc::clone(output), paths.clone());
        let wholes = &mut self.wholes;
        strike_all(&mut Value::clone(output), paths, &mut |value| collect(value, wholes));
    }

    fn find_parts(&mut self) {
        self.parts = self.wholes.iter().filter(|text| is_long(text, SHORTEST_PART)).cloned().collect();
        // The longest first: a part of a value must not be masked so that the rest of it stays.
        self.parts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    }

    /// A value as it is shown, if it is not shown as it is.
    fn masked(&self, value: &Value) -> Option<Value> {
        match value {
            _ if self.hides_all => Some(MASKED.into()),
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
        let is_header = || HEADERS.contains(&lower.as_str()) && matches!(value, Value::String(_) | Value::Array(_));
        if self.names.contains(&lower) || is_header() {
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

/// Takes the texts and numbers of the fields with these names.
fn collect_named(value: &Value, names: &BTreeSet<String>, texts: &mut BTreeSet<String>) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        Value::Array(items) => items.iter().for_each(|item| collect_named(item, names, texts)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match names.contains(&name.to_lowercase()) {
                    true => collect(value, texts),
                    false => collect_named(value, names, texts),
                }
            }
        }
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
    fn credentials_are_masked_always_whatever_the_headers_are_called() {
        let mask = Arc::<Masks>::default().for_run([]);
        let headers = |value: &str| json!({ "Authorization": value, "cookie": value, "Set-Cookie": [value], "X-API-Key": value, "proxy-authorization": value });
        let shown = headers(MASKED).as_object().unwrap().keys().map(|name| (name.clone(), json!(MASKED))).collect();
        let shown = Value::Object(shown);
        check(&mask, json!({ "headers": headers("s"), "accept": 1 }), json!({ "headers": shown, "accept": 1 }));
        check(&mask, json!([{ "a": { "copied": headers("s") } }]), json!([{ "a": { "copied": shown } }]));
        check(&mask, headers("s"), shown);
        let other =
            json!({ "authorization": { "id": "a" }, "cookie": 3, "headers": { "accept": "*/*" }, "x": "cookie" });
        check(&mask, other.clone(), other);
    }

    #[test]
    fn runs_that_share_values_hide_what_each_of_them_hides() {
        let pay = NodeId::from("pay");
        let output = Arc::new(json!({ "card": "4111-1111", "ok": true }));
        let mut mask = masks(json!(["own"]), json!([])).for_run([]);
        mask.share(&masks(json!(["iban"]), json!([])), []);
        mask.share(&card(&["card"]), [(&pay, &output)]);
        check(
            &mask,
            json!({ "own": 1, "iban": 2, "text": "by 4111-1111" }),
            json!({ "own": MASKED, "iban": MASKED, "text": "by •••" }),
        );
        assert_eq!(*mask.value(&output), json!({ "card": MASKED, "ok": true }));
        let other = json!({ "pay": { "card": "7" } });
        check(&mask, other.clone(), other);
    }

    #[test]
    fn a_question_is_masked_by_values_and_keeps_its_shape() {
        let mut mask = masks(json!(["iban", "title"]), json!([])).for_run([]);
        mask.follow_names([&json!({ "to": [{ "IBAN": "DE89 3704" }] })]);
        let form =
            json!({ "title": "Pay DE89 3704?", "fields": { "properties": { "iban": { "type": "string" } } }, "n": 1 });
        let shown =
            json!({ "title": "Pay •••?", "fields": { "properties": { "iban": { "type": "string" } } }, "n": 1 });
        assert_eq!(mask.form(&form), shown);
    }

    #[test]
    fn nothing_is_shown_when_nobody_can_tell_what_is_marked() {
        let mask = Mask::of_everything();
        check(&mask, json!({ "a": 1 }), json!(MASKED));
        let error = RunError { details: Some(json!([1])), ..RunError::new(ErrorKind::Limit, "code", "told") };
        let shown = mask.error(&error);
        assert_eq!((shown.code.as_str(), shown.message.as_str(), shown.details), ("code", MASKED, Some(json!(MASKED))));
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
