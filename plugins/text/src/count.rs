use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use weft_plugin::Action;

use crate::schema;

pub fn action() -> Action {
    Action::pure("count", "Count words")
        .summary("Counts words, characters, sentences and lines, and estimates the reading time.")
        .tags(&["length", "words", "characters", "reading time"])
        .icon("hash")
        .input(schema::object(&["text"], &[("text", schema::text())]))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
}

#[derive(Serialize)]
pub struct Counts {
    words: usize,
    characters: usize,
    sentences: usize,
    lines: usize,
    bytes: usize,
    reading_minutes: usize,
}

/// What a person reads in a minute, roughly.
const WORDS_PER_MINUTE: usize = 230;

pub fn run(Params { text }: &Params) -> Counts {
    let words = text.unicode_words().count();
    Counts {
        words,
        characters: text.graphemes(true).count(),
        sentences: text.unicode_sentences().count(),
        lines: text.lines().count(),
        bytes: text.len(),
        reading_minutes: words.div_ceil(WORDS_PER_MINUTE),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn counts() {
        let counts = crate::answer("count", json!({ "text": "One, two.\nThree’s 👨‍👩‍👧!" })).unwrap();
        let expected =
            json!({ "words": 3, "characters": 20, "sentences": 2, "lines": 2, "bytes": 39, "reading_minutes": 1 });
        assert_eq!(counts, expected);
    }
}
