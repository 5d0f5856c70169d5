use serde::Deserialize;
use serde_json::json;
use unicode_segmentation::UnicodeSegmentation;
use weft_plugin::Action;

use crate::schema;

pub fn action() -> Action {
    let length = json!({ "type": "integer", "title": "Length", "description": "Characters to keep, with the ending", "minimum": 0,
        "default": 100, "x-ui": { "widget": "number" } });
    let fields = [
        ("text", schema::text()),
        ("length", length),
        ("ending", schema::line("Ending", "…")),
        ("at_word", schema::toggle("At a word", "Do not cut inside a word")),
    ];
    Action::pure("truncate", "Truncate")
        .summary("Cuts a text to a length and says so with an ending.")
        .tags(&["shorten", "limit", "cut", "ellipsis"])
        .icon("scissors")
        .input(schema::object(&["text", "length"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    length: usize,
    #[serde(default = "ellipsis")]
    ending: String,
    #[serde(default)]
    at_word: bool,
}

fn ellipsis() -> String {
    "…".into()
}

/// Counts what people see as characters, so that no flag or accent is cut in half.
pub fn run(Params { text, length, ending, at_word }: &Params) -> String {
    let Some((_, _)) = text.grapheme_indices(true).nth(*length) else { return text.clone() };
    let room = length.saturating_sub(ending.graphemes(true).count());
    let cut = text.grapheme_indices(true).nth(room).map_or(text.len(), |(at, _)| at);
    let kept = if *at_word { whole_words(text, cut) } else { &text[..cut] };
    let ending: String = ending.graphemes(true).take(*length).collect();
    format!("{}{ending}", kept.trim_end())
}

fn whole_words(text: &str, cut: usize) -> &str {
    if text[cut..].starts_with(char::is_whitespace) {
        return &text[..cut];
    }
    text[..cut].rfind(char::is_whitespace).map_or(&text[..cut], |at| &text[..at])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn truncates() {
        let cases = [
            (json!({ "text": "short", "length": 5 }), "short"),
            (json!({ "text": "a longer text", "length": 9 }), "a longer…"),
            (json!({ "text": "a longer text", "length": 8, "at_word": true }), "a…"),
            (json!({ "text": "a longer text", "length": 9, "at_word": true }), "a longer…"),
            (json!({ "text": "a longer text", "length": 8, "ending": "" }), "a longer"),
            (json!({ "text": "🇩🇪🇫🇷🇮🇹", "length": 2 }), "🇩🇪…"),
            (json!({ "text": "abc", "length": 0 }), ""),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("truncate", params.clone()).unwrap(), expected, "{params}");
        }
    }
}
