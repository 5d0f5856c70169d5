use serde::Deserialize;
use unicode_segmentation::UnicodeSegmentation;
use weft_plugin::Action;

use crate::schema;

pub fn action() -> Action {
    let styles = [
        ("lower", "lower case"),
        ("upper", "UPPER CASE"),
        ("title", "Title Case"),
        ("sentence", "Sentence case"),
        ("camel", "camelCase"),
        ("pascal", "PascalCase"),
        ("snake", "snake_case"),
        ("kebab", "kebab-case"),
        ("constant", "CONSTANT_CASE"),
    ];
    Action::pure("case", "Change case")
        .summary("Writes a text in upper, lower, title, camel, snake or another case.")
        .tags(&["uppercase", "lowercase", "camel", "snake", "kebab"])
        .icon("case-sensitive")
        .input(schema::object(&["text", "to"], &[("text", schema::text()), ("to", schema::choice("To", &styles))]))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    to: Style,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Style {
    Lower,
    Upper,
    Title,
    Sentence,
    Camel,
    Pascal,
    Snake,
    Kebab,
    Constant,
}

pub fn run(Params { text, to }: &Params) -> String {
    match to {
        Style::Lower => text.to_lowercase(),
        Style::Upper => text.to_uppercase(),
        Style::Title => text.split_word_bounds().map(capitalised).collect(),
        Style::Sentence => capitalised(text),
        Style::Camel => {
            let words = words(text);
            let later = words.iter().skip(1).map(|word| capitalised(word));
            words.iter().take(1).cloned().chain(later).collect()
        }
        Style::Pascal => words(text).iter().map(|word| capitalised(word)).collect(),
        Style::Snake => words(text).join("_"),
        Style::Kebab => words(text).join("-"),
        Style::Constant => words(text).join("_").to_uppercase(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters.as_str().to_lowercase().chars()).collect(),
        None => String::new(),
    }
}

/// The words of a text in lower case, also of one written in camel case: `parseHTTPBody` → parse, http, body.
fn words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut words: Vec<String> = vec![String::new()];
    for (at, &letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let after_lower = at > 0 && (letters[at - 1].is_lowercase() || letters[at - 1].is_numeric());
        let before_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let after_upper = at > 0 && letters[at - 1].is_uppercase();
        if letter.is_uppercase() && (after_lower || (after_upper && before_lower)) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn changes_case() {
        let cases = [
            ("upper", "straße", "STRASSE"),
            ("lower", "ÄPFEL", "äpfel"),
            ("title", "the quick-brown fox", "The Quick-Brown Fox"),
            ("sentence", "hELLO World", "Hello world"),
            ("camel", "Order line-item total", "orderLineItemTotal"),
            ("pascal", "order_line", "OrderLine"),
            ("snake", "parseHTTPBody v2", "parse_http_body_v2"),
            ("kebab", "  Hello,   World! ", "hello-world"),
            ("constant", "maxRetries", "MAX_RETRIES"),
            ("camel", "", ""),
        ];
        for (to, text, expected) in cases {
            assert_eq!(crate::answer("case", json!({ "text": text, "to": to })).unwrap(), expected, "{to}");
        }
    }
}
