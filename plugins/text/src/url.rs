use serde::Deserialize;
use weft_plugin::http::percent_encode;
use weft_plugin::{Action, Error};

use crate::base64::Direction;
use crate::schema;

pub fn action() -> Action {
    Action::pure("url", "URL encode")
        .summary("Encodes text for use inside a URL, or decodes it.")
        .tags(&["percent", "encode", "decode", "query"])
        .icon("percent")
        .input(schema::object(&["text"], &[("text", schema::text()), ("direction", schema::direction())]))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    #[serde(default)]
    direction: Direction,
}

pub fn run(Params { text, direction }: &Params) -> Result<String, Error> {
    match direction {
        Direction::Encode => Ok(percent_encode(text)),
        Direction::Decode => {
            let bytes = percent_decode(text.as_bytes());
            String::from_utf8(bytes).map_err(|_| Error::invalid_input("/text", "the decoded bytes are not UTF-8 text"))
        }
    }
}

/// Decodes what forms send: `+` is a space, a percent sign that starts no escape stays.
fn percent_decode(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match (text[at], digit(text.get(at + 1)), digit(text.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => decoded.push(b' '),
            (byte, ..) => decoded.push(byte),
        }
        at += 1;
    }
    decoded
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn encodes_and_decodes() {
        let cases = [
            (json!({ "text": "a b/ü?" }), "a%20b%2F%C3%BC%3F"),
            (json!({ "text": "a%20b%2F%c3%bc+100%", "direction": "decode" }), "a b/ü 100%"),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("url", params).unwrap(), expected);
        }
    }
}
