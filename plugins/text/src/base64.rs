use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use weft_plugin::{Action, Error};

use crate::schema;

pub fn action() -> Action {
    let fields = [
        ("text", schema::text()),
        ("direction", schema::direction()),
        ("url_safe", schema::toggle("URL-safe", "Use - and _ and no padding")),
    ];
    Action::pure("base64", "Base64")
        .summary("Encodes text as Base64, or decodes it.")
        .tags(&["encode", "decode"])
        .icon("binary")
        .input(schema::object(&["text"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    #[serde(default)]
    direction: Direction,
    #[serde(default)]
    url_safe: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[default]
    Encode,
    Decode,
}

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

pub fn run(Params { text, direction, url_safe }: &Params) -> Result<String, Error> {
    match direction {
        Direction::Encode if *url_safe => {
            Ok(GeneralPurpose::new(&URL_SAFE, LENIENT.with_encode_padding(false)).encode(text))
        }
        Direction::Encode => Ok(GeneralPurpose::new(&STANDARD, LENIENT).encode(text)),
        Direction::Decode => {
            let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
            let url_safe = compact.contains(['-', '_']);
            let alphabet = if url_safe { &URL_SAFE } else { &STANDARD };
            let bytes = GeneralPurpose::new(alphabet, LENIENT).decode(compact);
            let bytes = bytes.map_err(|error| Error::invalid_input("/text", format!("not Base64: {error}")))?;
            String::from_utf8(bytes).map_err(|_| Error::invalid_input("/text", "the decoded bytes are not UTF-8 text"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn encodes_and_decodes() {
        let cases = [
            (json!({ "text": "ä?>" }), "w6Q/Pg=="),
            (json!({ "text": "ä?>", "url_safe": true }), "w6Q_Pg"),
            (json!({ "text": "w6Q/Pg==", "direction": "decode" }), "ä?>"),
            (json!({ "text": " w6Q_\nPg ", "direction": "decode" }), "ä?>"),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("base64", params).unwrap(), expected);
        }
    }

    #[test]
    fn refuses_what_is_not_base64_or_not_text() {
        for text in ["%%%", "/w=="] {
            let error = crate::answer("base64", json!({ "text": text, "direction": "decode" })).unwrap_err();
            assert_eq!(error.code(), "invalid_input");
        }
    }
}
