use regex_lite::{Captures, Regex, RegexBuilder};
use serde::Deserialize;
use serde_json::{Map, Value};
use weft_plugin::{Action, Error};

use crate::schema;

pub fn action() -> Action {
    let fields = [
        ("text", schema::text()),
        ("pattern", schema::line("Pattern", r"\S+@\S+")),
        ("all", schema::toggle("All matches", "Answer a list of all matches instead of the first one")),
        ("ignore_case", schema::toggle("Ignore case", "")),
    ];
    Action::pure("extract", "Extract")
        .summary("Finds what matches a regular expression.")
        .docs(
            "A pattern without groups answers the matching text. With one group it answers the group; with named groups \
             (`(?P<year>\\d+)`) an object of them; with several unnamed groups a list. No match answers `null`, or an empty \
             list when all matches are asked for.",
        )
        .tags(&["regex", "match", "search", "find"])
        .icon("text-search")
        .input(schema::object(&["text", "pattern"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    pattern: String,
    #[serde(default)]
    all: bool,
    #[serde(default)]
    ignore_case: bool,
}

pub fn run(params: &Params) -> Result<Value, Error> {
    let regex = compile(&params.pattern, "/pattern", Case::from_ignore(params.ignore_case))?;
    let mut found = regex.captures_iter(&params.text).map(|captures| value(&regex, &captures));
    Ok(if params.all { found.collect() } else { found.next().unwrap_or_default() })
}

/// Whether upper and lower case are the same to a pattern.
pub enum Case {
    Matters,
    Ignored,
}

impl Case {
    pub fn from_ignore(ignore: bool) -> Case {
        if ignore { Case::Ignored } else { Case::Matters }
    }
}

/// Compiles a pattern; the error points at its parameter. Matching takes linear time whatever the pattern.
pub fn compile(pattern: &str, pointer: &str, case: Case) -> Result<Regex, Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(matches!(case, Case::Ignored))
        .build()
        .map_err(|error| Error::invalid_input(pointer, format!("not a regular expression: {error}")))
}

fn value(regex: &Regex, captures: &Captures) -> Value {
    let text = |at: usize| captures.get(at).map(|found| Value::from(found.as_str())).unwrap_or_default();
    let named: Map<String, Value> =
        (1..).zip(regex.capture_names().skip(1)).filter_map(|(at, name)| Some((name?.to_owned(), text(at)))).collect();
    if !named.is_empty() {
        return named.into();
    }
    match captures.len() {
        1 => text(0),
        2 => text(1),
        groups => (1..groups).map(text).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn extracts() {
        let cases = [
            (json!({ "text": "mail ada@example.com now", "pattern": r"\S+@\S+" }), json!("ada@example.com")),
            (json!({ "text": "no. 42", "pattern": r"no\. (\d+)" }), json!("42")),
            (json!({ "text": "nothing", "pattern": r"\d" }), Value::Null),
            (json!({ "text": "a1 b2", "pattern": r"([a-z])(\d)", "all": true }), json!([["a", "1"], ["b", "2"]])),
            (
                json!({ "text": "2026-11", "pattern": r"(?P<year>\d+)-(?P<month>\d+)" }),
                json!({ "year": "2026", "month": "11" }),
            ),
            (json!({ "text": "ABC", "pattern": "b", "ignore_case": true }), json!("B")),
            (json!({ "text": "x", "pattern": r"\d", "all": true }), json!([])),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("extract", params).unwrap(), expected);
        }
    }
}
