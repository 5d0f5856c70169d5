use regex_lite::NoExpand;
use serde::Deserialize;
use weft_plugin::{Action, Error};

use crate::extract::{Case, compile};
use crate::schema;

pub fn action() -> Action {
    let fields = [
        ("text", schema::text()),
        ("find", schema::line("Find", "")),
        ("replace_with", schema::line("Replace with", "")),
        (
            "regex",
            schema::toggle(
                "Regular expression",
                "Read “Find” as a regular expression; $1 in the replacement is a group",
            ),
        ),
        ("ignore_case", schema::toggle("Ignore case", "")),
        ("first_only", schema::toggle("First only", "Replace only the first match")),
    ];
    Action::pure("replace", "Find and replace")
        .summary("Replaces what matches, as plain text or by a regular expression.")
        .tags(&["regex", "substitute"])
        .icon("replace")
        .input(schema::object(&["text", "find"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    find: String,
    #[serde(default)]
    replace_with: String,
    #[serde(default)]
    regex: bool,
    #[serde(default)]
    ignore_case: bool,
    #[serde(default)]
    first_only: bool,
}

pub fn run(params: &Params) -> Result<String, Error> {
    if params.find.is_empty() {
        return Err(Error::invalid_input("/find", "“Find” must not be empty"));
    }
    let pattern = if params.regex { params.find.clone() } else { regex_lite::escape(&params.find) };
    let regex = compile(&pattern, "/find", Case::from_ignore(params.ignore_case))?;
    let limit = usize::from(params.first_only);
    Ok(match params.regex {
        true => regex.replacen(&params.text, limit, params.replace_with.as_str()).into_owned(),
        false => regex.replacen(&params.text, limit, NoExpand(&params.replace_with)).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn replaces() {
        let cases = [
            (json!({ "text": "a.b.c", "find": ".", "replace_with": "-" }), "a-b-c"),
            (json!({ "text": "a.b.c", "find": ".", "replace_with": "$0", "first_only": true }), "a$0b.c"),
            (
                json!({ "text": "Ada LOVELACE", "find": "lovelace", "replace_with": "L.", "ignore_case": true }),
                "Ada L.",
            ),
            (
                json!({ "text": "2026-11-21", "find": r"(\d+)-(\d+)-(\d+)", "replace_with": "$3.$2.$1", "regex": true }),
                "21.11.2026",
            ),
            (json!({ "text": "a  b", "find": r"\s+", "regex": true }), "ab"),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("replace", params).unwrap(), expected);
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_pattern() {
        let error = crate::answer("replace", json!({ "text": "a", "find": "(", "regex": true })).unwrap_err();
        assert_eq!(error.code(), "invalid_input");
        assert!(error.to_string().contains("not a regular expression"), "{error}");
    }
}
