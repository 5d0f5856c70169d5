use serde::Deserialize;
use serde_json::json;
use weft_plugin::Action;

use crate::schema;

pub fn action() -> Action {
    let limit = json!({ "type": "integer", "title": "At most", "description": "The last part keeps the rest", "minimum": 1,
        "x-ui": { "widget": "number", "advanced": true } });
    let fields = [
        ("text", schema::text()),
        ("separator", schema::line("Separator", ",")),
        ("trim", schema::toggle("Trim", "Remove white space around each part")),
        ("skip_empty", schema::toggle("Skip empty", "Leave out parts without text")),
        ("limit", limit),
    ];
    Action::pure("split", "Split")
        .summary("Cuts a text into a list.")
        .docs("Without a separator the text is split at white space. `\\n` splits into lines.")
        .tags(&["list", "lines", "csv"])
        .icon("split")
        .input(schema::object(&["text"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    #[serde(default = "comma")]
    separator: String,
    #[serde(default)]
    trim: bool,
    #[serde(default)]
    skip_empty: bool,
    limit: Option<usize>,
}

fn comma() -> String {
    ",".into()
}

pub fn run(params: &Params) -> Vec<String> {
    let separator = params.separator.replace("\\n", "\n").replace("\\t", "\t");
    let parts: Vec<&str> = match (separator.as_str(), params.limit) {
        ("", _) => params.text.split_whitespace().collect(),
        (separator, Some(limit)) => params.text.splitn(limit, separator).collect(),
        (separator, None) => params.text.split(separator).collect(),
    };
    let trimmed = parts.into_iter().map(|part| if params.trim { part.trim() } else { part });
    trimmed.filter(|part| !(params.skip_empty && part.is_empty())).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn splits() {
        let cases = [
            (json!({ "text": "a,b,,c" }), json!(["a", "b", "", "c"])),
            (json!({ "text": "a , b,, c", "trim": true, "skip_empty": true }), json!(["a", "b", "c"])),
            (json!({ "text": "one\ntwo", "separator": "\\n" }), json!(["one", "two"])),
            (json!({ "text": " a  b\tc ", "separator": "" }), json!(["a", "b", "c"])),
            (json!({ "text": "k=v=w", "separator": "=", "limit": 2 }), json!(["k", "v=w"])),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("split", params).unwrap(), expected);
        }
    }
}
