use serde::Deserialize;
use serde_json::{Value, json};
use weft_plugin::{Action, Error};

use crate::join::as_text;
use crate::schema;

pub fn action() -> Action {
    let template = json!({ "type": "string", "title": "Template", "description": "Names in single braces are filled in: Dear {customer.name}",
        "x-ui": { "widget": "textarea", "placeholder": "Dear {customer.name}" } });
    let values = json!({ "title": "Values", "x-ui": { "widget": "json", "placeholder": "{{ input }}" } });
    let missing = [("error", "Fail"), ("empty", "Leave empty"), ("keep", "Keep the name")];
    let fields =
        [("template", template), ("values", values), ("missing", schema::choice("When a value is missing", &missing))];
    Action::pure("template", "Fill template")
        .summary("Fills {names} in a template that comes from elsewhere, such as a database.")
        .docs("`{customer.name}` and `{lines.0}` look into the values. `{{` and `}}` are plain braces.")
        .tags(&["format", "placeholder", "mail merge"])
        .icon("braces")
        .input(schema::object(&["template", "values"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    template: String,
    values: Value,
    #[serde(default)]
    missing: Missing,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Missing {
    #[default]
    Error,
    Empty,
    Keep,
}

pub fn run(Params { template, values, missing }: &Params) -> Result<String, Error> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        filled.push_str(&rest[..at]);
        let brace = &rest[at..at + 1];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            filled.push_str(brace);
            rest = after;
        } else if let (true, Some((name, after))) = (brace == "{", rest.split_once('}')) {
            match (look_up(values, name.trim()), missing) {
                (Some(value), _) => filled.push_str(&as_text(value)),
                (None, Missing::Empty) => {}
                (None, Missing::Keep) => filled.extend(["{", name, "}"]),
                (None, Missing::Error) => {
                    return Err(Error::invalid_input(
                        "/values",
                        format!("the template asks for {{{name}}}, which the values lack"),
                    ));
                }
            }
            rest = after;
        } else {
            filled.push_str(brace);
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

fn look_up<'v>(values: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(values, |value, key| match value {
        Value::Array(list) => list.get(key.parse::<usize>().ok()?),
        other => other.get(key),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn fills_templates() {
        let values = json!({ "customer": { "name": "Ada" }, "lines": ["tea", 2], "none": null });
        let cases = [
            ("Dear {customer.name}, {lines.1} × { lines.0 }{none}.", "error", "Dear Ada, 2 × tea."),
            ("{{literal}} {who}", "keep", "{literal} {who}"),
            ("{who}!", "empty", "!"),
            ("open { and close }", "error", "open { and close }"),
        ];
        for (template, missing, expected) in cases {
            let params = json!({ "template": template, "values": values, "missing": missing });
            match crate::answer("template", params) {
                Ok(filled) => assert_eq!(filled, expected),
                Err(error) => assert!(template.starts_with("open"), "{error}"),
            }
        }
    }

    #[test]
    fn a_missing_value_is_named() {
        let error = crate::answer("template", json!({ "template": "{who}", "values": {} })).unwrap_err();
        assert!(error.to_string().contains("{who}"), "{error}");
    }
}
