use serde::Deserialize;
use serde_json::{Value, json};
use weft_plugin::Action;

use crate::schema;

pub fn action() -> Action {
    let list = json!({ "type": "array", "title": "List", "x-ui": { "widget": "json", "placeholder": "{{ input }}" } });
    let fields = [
        ("list", list),
        ("separator", schema::line("Separator", ", ")),
        (
            "last_separator",
            json!({ "type": "string", "title": "Last separator", "description": "“ and ” before the last element",
            "x-ui": { "widget": "text", "advanced": true } }),
        ),
        ("skip_empty", schema::toggle("Skip empty", "Leave out empty texts and nulls")),
    ];
    Action::pure("join", "Join")
        .summary("Puts the elements of a list into one text.")
        .tags(&["list", "concat", "combine"])
        .icon("combine")
        .input(schema::object(&["list"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    list: Vec<Value>,
    #[serde(default = "comma")]
    separator: String,
    last_separator: Option<String>,
    #[serde(default)]
    skip_empty: bool,
}

fn comma() -> String {
    ", ".into()
}

pub fn run(params: &Params) -> String {
    let separator = params.separator.replace("\\n", "\n").replace("\\t", "\t");
    let texts = params.list.iter().map(as_text);
    let texts: Vec<String> = texts.filter(|text| !(params.skip_empty && text.is_empty())).collect();
    match (texts.as_slice(), &params.last_separator) {
        ([first @ .., last], Some(last_separator)) if !first.is_empty() => {
            format!("{}{last_separator}{last}", first.join(&separator))
        }
        (all, _) => all.join(&separator),
    }
}

/// Texts as they are, nothing for null, JSON for the rest.
pub fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn joins() {
        let cases = [
            (json!({ "list": ["a", 1, true, null, { "k": [1] }] }), r#"a, 1, true, , {"k":[1]}"#),
            (json!({ "list": ["a", null, "", "b"], "skip_empty": true, "separator": "\\n" }), "a\nb"),
            (json!({ "list": ["a", "b", "c"], "last_separator": " and " }), "a, b and c"),
            (json!({ "list": ["a"], "last_separator": " and " }), "a"),
            (json!({ "list": [] }), ""),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("join", params).unwrap(), expected);
        }
    }
}
