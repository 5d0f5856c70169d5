use serde::Deserialize;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use weft_plugin::Action;

use crate::schema;

pub fn action() -> Action {
    let longest = json!({ "type": "integer", "title": "Longest", "description": "Cut at a word, in characters", "minimum": 1,
        "maximum": 1000, "default": 80, "x-ui": { "widget": "number" } });
    let fields = [("text", schema::text()), ("separator", schema::line("Separator", "-")), ("max_length", longest)];
    Action::pure("slugify", "Slugify")
        .summary("Makes a short, readable name for URLs and files out of any text.")
        .tags(&["url", "permalink", "id"])
        .icon("link")
        .input(schema::object(&["text"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    #[serde(default = "dash")]
    separator: String,
    #[serde(default = "eighty")]
    max_length: usize,
}

fn dash() -> String {
    "-".into()
}

fn eighty() -> usize {
    80
}

pub fn run(Params { text, separator, max_length }: &Params) -> String {
    let plain: String = text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(spelled_out).collect();
    let mut slug = String::new();
    for word in
        plain.to_lowercase().split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
    {
        let joint = if slug.is_empty() { "" } else { separator };
        if slug.chars().count() + joint.chars().count() + word.len() > *max_length {
            if slug.is_empty() {
                slug.extend(word.chars().take(*max_length));
            }
            break;
        }
        slug.push_str(joint);
        slug.push_str(word);
    }
    slug
}

/// Letters that do not come apart into a base letter and a mark. An apostrophe belongs to its word.
fn spelled_out(letter: char) -> impl Iterator<Item = char> {
    let spelling = match letter {
        'ß' => "ss",
        'ẞ' => "SS",
        'æ' => "ae",
        'Æ' => "Ae",
        'œ' => "oe",
        'Œ' => "Oe",
        'ø' => "o",
        'Ø' => "O",
        'ł' => "l",
        'Ł' => "L",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'þ' => "th",
        'Þ' => "Th",
        'ı' => "i",
        '&' => " and ",
        '\'' | '’' => "",
        _ => return [Some(letter), None].into_iter().flatten().chain("".chars()),
    };
    [None, None].into_iter().flatten().chain(spelling.chars())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn makes_slugs() {
        let cases = [
            (json!({ "text": "Hello, World!" }), "hello-world"),
            (json!({ "text": "Crème brûlée & café" }), "creme-brulee-and-cafe"),
            (json!({ "text": "Straße nach Łódź" }), "strasse-nach-lodz"),
            (json!({ "text": "It’s Ada's" }), "its-adas"),
            (json!({ "text": "One two three", "separator": "_", "max_length": 8 }), "one_two"),
            (json!({ "text": "Donaudampfschiff", "max_length": 5 }), "donau"),
            (json!({ "text": "日本" }), ""),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("slugify", params).unwrap(), expected);
        }
    }
}
