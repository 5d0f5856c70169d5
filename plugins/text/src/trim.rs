use serde::Deserialize;
use weft_plugin::Action;

use crate::schema;

pub fn action() -> Action {
    let sides = [("both", "Both ends"), ("start", "Start"), ("end", "End")];
    let fields = [
        ("text", schema::text()),
        ("side", schema::choice("Side", &sides)),
        ("collapse", schema::toggle("Collapse", "Also turn every run of white space inside into one space")),
    ];
    Action::pure("trim", "Trim")
        .summary("Removes white space around a text, and inside it if you like.")
        .tags(&["whitespace", "strip", "clean"])
        .icon("scissors")
        .input(schema::object(&["text"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    #[serde(default)]
    side: Side,
    #[serde(default)]
    collapse: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Side {
    #[default]
    Both,
    Start,
    End,
}

pub fn run(Params { text, side, collapse }: &Params) -> String {
    let trimmed = match side {
        Side::Both => text.trim(),
        Side::Start => text.trim_start(),
        Side::End => text.trim_end(),
    };
    if *collapse { collapsed(trimmed) } else { trimmed.to_owned() }
}

fn collapsed(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_whitespace() {
            false => collapsed.push(letter),
            true if !collapsed.ends_with(' ') => collapsed.push(' '),
            true => {}
        }
    }
    collapsed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn trims() {
        let cases = [
            (json!({ "text": " \t a  b \n" }), "a  b"),
            (json!({ "text": "  a ", "side": "start" }), "a "),
            (json!({ "text": "  a ", "side": "end" }), "  a"),
            (json!({ "text": " a \n\n b ", "collapse": true }), "a b"),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("trim", params).unwrap(), expected);
        }
    }
}
