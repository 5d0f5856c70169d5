//! Checks parameters against the JSON Schema a node type declares, as far as such schemas go: `type`, `properties`,
//! `required`, `enum`, `const`, `oneOf`, `items`, `minItems`, `maxItems`, `minimum`, `maximum`, `pattern`, `additionalProperties`, `default`.
//!
//! A text with an expression stands for a value of any type, unless its schema says `"x-ui": {"expression": false}`.

use std::collections::HashMap;

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::expression::Template;
use crate::problem::Severity;

/// Something wrong with the parameters of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// JSON pointer below the parameters, such as `/cases/0/port`.
    pub(crate) pointer: String,
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) message: String,
}

/// A text with expressions in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TemplateText<'v> {
    /// JSON pointer below the parameters.
    pub(crate) pointer: String,
    pub(crate) text: &'v str,
    /// Whether it is evaluated once per item, as `item` and `index`.
    pub(crate) is_per_item: bool,
}

/// What a look at parameters gives.
#[derive(Debug, Default)]
pub(crate) struct Found<'v> {
    pub(crate) findings: Vec<Finding>,
    pub(crate) templates: Vec<TemplateText<'v>>,
}

/// Compiled patterns, kept from node to node. A pattern that can't be compiled accepts every text: that is the fault
/// of the node type, not of the document.
#[derive(Debug, Default)]
pub(crate) struct Patterns(HashMap<String, Option<Regex>>);

impl Patterns {
    fn accepts(&mut self, pattern: &str, text: &str) -> bool {
        let compiled = self.0.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// Looks at a node's parameters: what is wrong with them, and which texts are templates.
pub(crate) fn look<'v>(schema: &Value, params: &'v Map<String, Value>, patterns: &mut Patterns) -> Found<'v> {
    let mut look = Look { found: Found::default(), patterns };
    look.fields(schema, params, &Place::default());
    look.found
}

/// Adds a key to a JSON pointer.
pub(crate) fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Where a value is, and what its surroundings say of it.
#[derive(Debug, Clone, Default)]
struct Place {
    pointer: String,
    /// What people call it: the title of the field.
    label: String,
    /// Whether texts are taken as they are.
    is_plain: bool,
    is_per_item: bool,
}

impl Place {
    fn field(&self, key: &str, schema: &Value) -> Place {
        let label = schema.get("title").and_then(Value::as_str).unwrap_or(key);
        Place { pointer: below(&self.pointer, key), label: format!("`{label}`"), ..self.clone() }
    }

    fn item(&self, position: usize) -> Place {
        let label = format!("element {} of {}", position + 1, self.label);
        Place { pointer: below(&self.pointer, &position.to_string()), label, ..self.clone() }
    }

    /// The same place, with what its own schema says.
    fn under(&self, schema: &Value) -> Place {
        let says = |hint: &str| schema.get("x-ui").and_then(|ui| ui.get(hint)).and_then(Value::as_bool);
        Place {
            is_plain: says("expression").map_or(self.is_plain, |allows| !allows),
            is_per_item: says("per_item").unwrap_or(self.is_per_item),
            ..self.clone()
        }
    }
}

struct Look<'v, 'p> {
    found: Found<'v>,
    patterns: &'p mut Patterns,
}

impl<'v> Look<'v, '_> {
    fn value(&mut self, schema: &Value, value: &'v Value, place: &Place) {
        let place = place.under(schema);
        if let Value::String(text) = value
            && !place.is_plain
            && Template::has_expression(text)
        {
            self.found.templates.push(TemplateText { pointer: place.pointer, text, is_per_item: place.is_per_item });
            return;
        }
        if self.choice(schema, value, &place) && self.has_type(schema, value, &place) {
            match value {
                Value::Number(number) => self.number(schema, number.as_f64(), &place),
                Value::String(text) => self.text(schema, text, &place),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
            }
        }
        match value {
            Value::Array(items) => {
                self.count(schema, items.len(), &place);
                let item_schema = schema.get("items").unwrap_or(&Value::Null);
                for (position, item) in items.iter().enumerate() {
                    self.value(item_schema, item, &place.item(position));
                }
            }
            Value::Object(fields) => self.fields(schema, fields, &place),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn fields(&mut self, schema: &Value, fields: &'v Map<String, Value>, place: &Place) {
        let declared = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        let required = schema.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let required: Vec<&str> = required.iter().filter_map(Value::as_str).collect();
        for (key, value) in fields {
            match declared.and_then(|declared| declared.get(key)) {
                // Forms leave null where nothing is chosen; whether something has to be is told below.
                Some(_) if value.is_null() => {}
                Some(field) if is_empty(value, field) && required.contains(&key.as_str()) => {}
                Some(field) => self.value(field, value, &place.field(key, field)),
                None => {
                    let place = place.field(key, &Value::Null);
                    if others == Some(&Value::Bool(false)) {
                        let known = declared.map(quoted_keys).unwrap_or_default();
                        let message = format!("There is no {}; it is ignored. Known here: {known}.", place.label);
                        self.tell(&place, "unknown_parameter", Severity::Warning, message);
                    }
                    self.value(others.unwrap_or(&Value::Null), value, &place);
                }
            }
        }
        for key in required {
            let field = declared.and_then(|declared| declared.get(key)).unwrap_or(&Value::Null);
            let is_given = fields.get(key).is_some_and(|value| !is_empty(value, field));
            if !is_given && field.get("default").is_none() && is_shown(field, fields, declared) {
                let place = place.field(key, field);
                let message = format!("{} is missing; fill it in.", place.label);
                self.tell(&place, "missing_parameter", Severity::Error, message);
            }
        }
    }

    /// `enum`, `const` and `oneOf`. False when the value is refused.
    fn choice(&mut self, schema: &Value, value: &Value, place: &Place) -> bool {
        let choices = match (schema.get("enum"), schema.get("const"), schema.get("oneOf")) {
            (Some(Value::Array(choices)), _, _) => choices.iter().collect(),
            (_, Some(only), _) => vec![only],
            (_, _, Some(Value::Array(alternatives))) => {
                match alternatives.iter().map(|alternative| alternative.get("const")).collect::<Option<Vec<_>>>() {
                    Some(choices) => choices,
                    None => return self.alternatives(alternatives, value, place),
                }
            }
            _ => return true,
        };
        let is_chosen = choices.iter().any(|choice| equals(choice, value));
        if !is_chosen {
            let choices: Vec<String> = choices.into_iter().map(quoted).collect();
            let message = format!("{} can't be {}; choose one of {}.", place.label, quoted(value), choices.join(", "));
            self.tell(place, "not_a_choice", Severity::Error, message);
        }
        is_chosen
    }

    fn alternatives(&mut self, alternatives: &[Value], value: &Value, place: &Place) -> bool {
        let fits = alternatives.iter().any(|alternative| {
            let mut look = Look { found: Found::default(), patterns: &mut *self.patterns };
            look.value(alternative, value, place);
            look.found.findings.iter().all(|finding| finding.severity == Severity::Warning)
        });
        if !fits {
            let message = format!("{} fits none of the forms it may have.", place.label);
            self.tell(place, "no_alternative", Severity::Error, message);
        }
        fits
    }

    fn has_type(&mut self, schema: &Value, value: &Value, place: &Place) -> bool {
        let accepted = types_of(schema);
        let is_right = accepted.is_empty() || accepted.iter().any(|name| is_of_type(value, name));
        if !is_right {
            let names: Vec<&str> = accepted.iter().map(|name| article(name)).collect();
            let mut message =
                format!("{} must be {}, not {}", place.label, names.join(" or "), article(type_of(value)));
            message.push_str(if place.is_plain { "." } else { "; an expression between {{ and }} may also give it." });
            self.tell(place, "wrong_type", Severity::Error, message);
        }
        is_right
    }

    fn number(&mut self, schema: &Value, number: Option<f64>, place: &Place) {
        let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
        let Some(number) = number else { return };
        let (minimum, maximum) = (limit("minimum"), limit("maximum"));
        if minimum.is_some_and(|minimum| number < minimum) || maximum.is_some_and(|maximum| number > maximum) {
            let range = match (minimum, maximum) {
                (Some(minimum), Some(maximum)) => format!("from {minimum} to {maximum}"),
                (Some(minimum), None) => format!("at least {minimum}"),
                (None, maximum) => format!("at most {}", maximum.unwrap_or(f64::MAX)),
            };
            self.tell(
                place,
                "out_of_range",
                Severity::Error,
                format!("{} is {number}; it must be {range}.", place.label),
            );
        }
    }

    fn count(&mut self, schema: &Value, count: usize, place: &Place) {
        let limit = |name: &str| schema.get(name).and_then(Value::as_u64);
        let count = count as u64;
        let needs = match (limit("minItems"), limit("maxItems")) {
            (Some(least), _) if count < least => format!("needs at least {least}"),
            (_, Some(most)) if count > most => format!("takes at most {most}"),
            _ => return,
        };
        let elements = if count == 1 { "element" } else { "elements" };
        self.tell(
            place,
            "wrong_count",
            Severity::Error,
            format!("{} has {count} {elements}; it {needs}.", place.label),
        );
    }

    fn text(&mut self, schema: &Value, text: &str, place: &Place) {
        let Some(pattern) = schema.get("pattern").and_then(Value::as_str) else { return };
        if !self.patterns.accepts(pattern, text) {
            let message =
                format!("{} is `{}`, which does not have the form `{pattern}`.", place.label, shortened(text));
            self.tell(place, "wrong_format", Severity::Error, message);
        }
    }

    fn tell(&mut self, place: &Place, code: &'static str, severity: Severity, message: String) {
        let message = upper_first(message);
        self.found.findings.push(Finding { pointer: place.pointer.clone(), code, severity, message });
    }
}

/// Forms leave an empty text where nothing was written.
fn is_empty(value: &Value, schema: &Value) -> bool {
    match value {
        Value::Null => !types_of(schema).contains(&"null"),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Whether the form shows a field, by its `show_if`. A field that is hidden by a value only known when the node runs
/// counts as hidden.
fn is_shown(field: &Value, fields: &Map<String, Value>, declared: Option<&Map<String, Value>>) -> bool {
    let Some(condition) = field.pointer("/x-ui/show_if") else { return true };
    let Some(other) = condition.get("field").and_then(Value::as_str) else { return true };
    let default = || declared.and_then(|declared| declared.get(other)?.get("default"));
    let value = fields.get(other).filter(|value| !value.is_null()).or_else(default);
    value.unwrap_or(&Value::Null) == condition.get("equals").unwrap_or(&Value::Null)
}

fn types_of(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match (name, value) {
        ("integer", Value::Number(number)) => number.as_f64().is_some_and(|number| number.fract() == 0.0),
        ("number", Value::Number(_)) => true,
        _ => type_of(value) == name,
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn article(type_name: &str) -> &str {
    match type_name {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        "null" => "empty",
        other => other,
    }
}

/// As JSON Schema compares: `1` and `1.0` are the same.
fn equals(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}

fn quoted(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    format!("`{}`", shortened(&text))
}

fn quoted_keys(fields: &Map<String, Value>) -> String {
    fields.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn upper_first(text: String) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => text,
    }
}
