//! What an editor offers at a place in a template, from the data that is really there.

mod locals;
mod tokens;

use serde::Serialize;
use serde_json::{Map, Value};

use self::locals::Known;
use super::ast::Base;
use super::constants::CONSTANTS;
use super::decimal::shortened;
use super::error::{Span, from_utf16, utf16};
use super::evaluate::Machine;
use super::fuel::Limits;
use super::functions::{catalogue, is_namespace};
use super::lexer::{self, Lexeme, Token};
use super::methods::{Receiver, methods};
use super::scope::Scope;
use super::template::{StretchKind, Template, stretches};

/// What may be put at a place. `from` and `to` are UTF-16 offsets of the text that is replaced.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct Completion {
    pub from: usize,
    pub to: usize,
    pub items: Vec<Suggestion>,
}

/// One thing to put there.
#[derive(Debug, PartialEq, Serialize)]
pub struct Suggestion {
    pub label: String,
    pub kind: SuggestionKind,
    /// One line beside the label: a value, a signature.
    pub detail: String,
    pub docs: String,
    /// What to write instead of the label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apply: Option<String>,
    /// Where `apply` starts, when that is before the completion's `from`: a key that needs brackets replaces the point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apply_from: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    Property,
    Variable,
    Function,
    Method,
}

/// Previews should be quick even where the data is large.
const LIMITS: Limits = Limits { steps: 200_000, bytes: 8 << 20, depth: 64 };

/// What can be written at `offset` (in UTF-16 units). `context` holds `input`, `steps`, `trigger`, `run`, `vars`, `item`
/// and `index` as far as they are known.
pub fn complete(text: &str, offset: usize, context: &Map<String, Value>) -> Completion {
    let cursor = from_utf16(text, offset);
    let editor = Editor { text, context };
    let found = editor.start_of_expression(cursor).and_then(|start| editor.at(start, cursor));
    let Some((from, items)) = found else { return Completion { from: offset, to: offset, items: Vec::new() } };
    let rest = &text[cursor..];
    let to = cursor + rest.find(|next| !lexer::is_name_part(next)).unwrap_or(rest.len());
    let Span { start: from, end: to } = utf16(text, Span::new(from, to));
    Completion { from, to, items }
}

struct Editor<'t> {
    text: &'t str,
    context: &'t Map<String, Value>,
}

impl Editor<'_> {
    fn start_of_expression(&self, cursor: usize) -> Option<usize> {
        let around = stretches(self.text).into_iter().find(|stretch| {
            let is_closed = self.text[..stretch.end].ends_with("}}") && stretch.end >= stretch.start + 4;
            let last = if is_closed { stretch.end - 2 } else { stretch.end };
            stretch.kind == StretchKind::Expression && (stretch.start + 2..=last).contains(&cursor)
        });
        around.map(|stretch| stretch.start + 2)
    }

    /// Where the name under the cursor starts, and what could be there.
    fn at(&self, start: usize, cursor: usize) -> Option<(usize, Vec<Suggestion>)> {
        let mut lexemes = lexer::lex_start(self.text, start, cursor);
        let read = lexemes.last().map_or(start, |last| last.span.end);
        if !self.text[read..cursor].trim().is_empty() {
            // Inside a quoted text, a comment or something that can't be read.
            return None;
        }
        let from = match lexemes.last() {
            Some(last) if last.token == Token::Name && last.span.end == cursor => {
                let from = last.span.start;
                lexemes.pop();
                from
            }
            _ => cursor,
        };
        let known = locals::known(self, &lexemes);
        match lexemes.last().map(|last| last.token) {
            Some(Token::Punctuation("." | "?.")) => {
                let point = lexemes.len() - 1;
                Some((from, self.members(&lexemes, point, &known)))
            }
            Some(Token::Name) if !matches!(self.lexeme(lexemes.last()), "typeof" | "in") => None,
            Some(Token::Number | Token::Text | Token::Regex | Token::Punctuation(")" | "]" | "}")) => None,
            Some(Token::Chunk | Token::Backtick) => None,
            _ => Some((from, self.names(&known))),
        }
    }

    fn lexeme(&self, lexeme: Option<&Lexeme>) -> &str {
        lexeme.map_or("", |lexeme| &self.text[lexeme.span.start..lexeme.span.end])
    }

    /// What follows a point.
    fn members(&self, lexemes: &[Lexeme], point: usize, known: &Known) -> Vec<Suggestion> {
        let Some(start) = point.checked_sub(1).and_then(|end| tokens::path_start(lexemes, end)) else {
            return Vec::new();
        };
        let base = &self.text[lexemes[start].span.start..lexemes[point].span.start];
        if is_namespace(base) {
            return namespace(base);
        }
        match self.value(base, known) {
            Some(value) => self.members_of(&value, lexemes[point]),
            None => Vec::new(),
        }
    }

    fn members_of(&self, value: &Value, point: Lexeme) -> Vec<Suggestion> {
        let mut items = Vec::new();
        if let Value::Object(map) = value {
            let is_optional = self.lexeme(Some(&point)) == "?.";
            items.extend(map.iter().map(|(key, value)| {
                let mut item = Suggestion::new(key, SuggestionKind::Property, preview(value), "");
                if !lexer::is_name(key) {
                    let prefix = if is_optional { "?." } else { "" };
                    item.apply = Some(format!("{prefix}[{}]", Value::from(key.as_str())));
                    item.apply_from = Some(utf16(self.text, point.span).start);
                }
                item
            }));
        }
        let receiver = match value {
            Value::Null => return items,
            Value::Bool(_) => Receiver::Boolean,
            Value::Number(_) => Receiver::Number,
            Value::String(_) => Receiver::Text,
            Value::Array(_) => Receiver::List,
            Value::Object(_) => Receiver::Object,
        };
        if matches!(receiver, Receiver::Text | Receiver::List) {
            items.push(Suggestion::new("length", SuggestionKind::Property, "number", "How many there are."));
        }
        items.extend(methods().filter(|method| method.receiver == receiver).map(|method| Suggestion {
            apply: Some(format!("{}(", method.name)),
            ..Suggestion::new(method.name, SuggestionKind::Method, method.signature, method.docs)
        }));
        items
    }

    /// What an expression can start with.
    fn names(&self, known: &Known) -> Vec<Suggestion> {
        let mut items: Vec<Suggestion> = Vec::new();
        for (name, value) in known.iter() {
            items.push(Suggestion::new(
                name,
                SuggestionKind::Variable,
                preview(value),
                "A parameter of the function around.",
            ));
        }
        for (name, base) in Base::ALL {
            let value = self.context.get(name);
            let is_loops = matches!(base, Base::Item | Base::Index);
            if known.has(name) || (is_loops && value.is_none_or(Value::is_null)) {
                continue;
            }
            items.push(Suggestion::new(
                name,
                SuggestionKind::Variable,
                value.map_or_else(String::new, preview),
                base.docs(),
            ));
        }
        items.extend(catalogue().iter().map(|function| Suggestion {
            apply: Some(format!("{}(", function.name)),
            ..Suggestion::new(function.name, SuggestionKind::Function, function.signature, function.docs)
        }));
        for name in ["true", "false", "null"] {
            items.push(Suggestion::new(name, SuggestionKind::Variable, "", ""));
        }
        items
    }

    /// The value of a part of the template, as far as it can be told.
    fn value(&self, expression: &str, known: &Known) -> Option<Value> {
        let template = Template::parse_known(&format!("{{{{{expression}}}}}"), &known.names()).ok()?;
        let empty = Map::new();
        let null = Value::Null;
        let root = |name: &str| self.context.get(name).unwrap_or(&null);
        let steps = root("steps").as_object().unwrap_or(&empty);
        let scope = Scope {
            input: root("input"),
            steps,
            trigger: root("trigger"),
            run: root("run"),
            vars: root("vars"),
            item: self.context.get("item"),
            index: root("index").as_u64(),
            now_ms: 0,
            seed: 0,
        };
        let values = known.values();
        template.run(&mut Machine::new(&scope, LIMITS), values).ok()
    }
}

impl Suggestion {
    fn new(label: &str, kind: SuggestionKind, detail: impl Into<String>, docs: &str) -> Suggestion {
        Suggestion {
            label: label.to_owned(),
            kind,
            detail: detail.into(),
            docs: docs.to_owned(),
            apply: None,
            apply_from: None,
        }
    }
}

/// The functions and numbers of `Math` and its like.
fn namespace(space: &str) -> Vec<Suggestion> {
    let member = |name: &'static str| name.strip_prefix(space).and_then(|rest| rest.strip_prefix('.'));
    let functions = catalogue().iter().filter_map(|function| {
        let name = member(function.name)?;
        let item = Suggestion::new(name, SuggestionKind::Function, function.signature, function.docs);
        Some(Suggestion { apply: Some(format!("{name}(")), ..item })
    });
    let constants = CONSTANTS.iter().filter_map(|(name, value)| {
        Some(Suggestion::new(member(name)?, SuggestionKind::Property, value.to_string(), ""))
    });
    functions.chain(constants).collect()
}

/// A value in one short line.
fn preview(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("list of {}", items.len()),
        Value::Object(map) => {
            let keys: Vec<&str> = map.keys().take(4).map(String::as_str).collect();
            shortened(&format!("{{ {}{} }}", keys.join(", "), if map.len() > keys.len() { ", …" } else { "" }))
        }
        Value::String(text) => Value::from(shortened(text)).to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The labels offered at `|`, and what they replace.
    fn labels(marked: &str) -> (String, Vec<String>) {
        let offset = marked.encode_utf16().position(|unit| unit == u16::from(b'|')).unwrap();
        let text = marked.replacen('|', "", 1);
        let context = json!({
            "input": { "body": { "total": 5, "the name": "x", "lines": [{ "price": 2, "tags": ["a"] }] }, "größe": 1 },
            "steps": { "notify": { "ok": true }, "big": null },
            "item": null,
        });
        let completion = complete(&text, offset, context.as_object().unwrap());
        let units: Vec<u16> = text.encode_utf16().collect();
        let replaced = String::from_utf16(&units[completion.from..completion.to]).unwrap();
        (replaced, completion.items.into_iter().map(|item| item.label).collect())
    }

    fn offers(marked: &str, wanted: &[&str]) {
        let (_, labels) = labels(marked);
        for label in wanted {
            assert!(labels.iter().any(|offered| offered == label), "{marked} offers {labels:?}, not {label}");
        }
    }

    #[test]
    fn members_come_from_the_data() {
        assert_eq!(labels("{{ input.| }}").1[..2], ["body", "größe"]);
        offers("é {{ input.body.to|tal }}", &["total", "lines"]);
        assert_eq!(labels("é😀 {{ input.body.to|tal }}").0, "total");
        offers("{{ input.body.lines[0].|", &["price", "tags"]);
        offers("{{ steps.|", &["notify", "big"]);
        offers("{{ steps?.notify?.|", &["ok"]);
        offers("{{ 1 + input.body.lines.length + (input.body).| }}", &["total"]);
        offers("{{ input.body.lines.map(l => l.price).| }}", &["map", "length", "join"]);
        offers("{{ 'text'.| }}", &["length", "toUpperCase"]);
        offers("{{ Math.| }}", &["max", "PI"]);
    }

    #[test]
    fn parameters_of_functions_are_known() {
        offers("{{ input.body.lines.map(line => line.| }}", &["price", "tags"]);
        offers("{{ input.body.lines.map((line, at) => line.tags.map(tag => tag.|))}}", &["toUpperCase"]);
        offers("{{ input.body.lines.map(({ tags, price: cost }) => tags.|))}}", &["join"]);
        offers("{{ input.body.lines.map(line => |) }}", &["line", "input", "upper"]);
        offers("{{ input.body.lines.reduce((sum, line) => sum + line.|, 0) }}", &["price"]);
        offers("{{ Object.entries(input.body).map(([key, value]) => key.|) }}", &["toUpperCase"]);
        offers("{{ groupBy(input.body.lines, line => line.|) }}", &["price"]);
    }

    #[test]
    fn outside_and_inside_texts_nothing_is_offered() {
        for marked in
            ["in|put {{ input }}", "{{ 'in|put' }}", "{{ input }}|", "{{ 5| }}", "{{ input.missing.| }}", "{{ `a|` }}"]
        {
            assert_eq!(labels(marked).1, Vec::<String>::new(), "{marked}");
        }
        offers("{{|", &["input", "steps", "upper", "Math.max"]);
        offers("{{ `a ${|", &["input"]);
        assert!(!labels("{{ |").1.contains(&"item".to_owned()));
    }

    #[test]
    fn keys_that_need_brackets_replace_the_point() {
        let context = json!({ "input": { "the name": 1 } });
        let completion = complete("{{ input. }}", 9, context.as_object().unwrap());
        assert_eq!(completion.items[0].apply.as_deref(), Some("[\"the name\"]"));
        assert_eq!(completion.items[0].apply_from, Some(8));
    }
}
