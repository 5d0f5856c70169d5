use base64::Engine;
use md5::Md5;
use serde::Deserialize;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};
use weft_plugin::Action;

use crate::schema;

pub fn action() -> Action {
    let algorithms = [("sha256", "SHA-256"), ("sha512", "SHA-512"), ("sha1", "SHA-1"), ("md5", "MD5")];
    let formats = [("hex", "Hexadecimal"), ("base64", "Base64")];
    let fields = [
        ("text", schema::text()),
        ("algorithm", schema::choice("Algorithm", &algorithms)),
        ("format", schema::choice("Format", &formats)),
    ];
    Action::pure("hash", "Hash")
        .summary("Computes the SHA-256, SHA-512, SHA-1 or MD5 of a text.")
        .docs("SHA-1 and MD5 are for talking to old systems; they protect nothing.")
        .tags(&["checksum", "digest", "fingerprint"])
        .icon("fingerprint")
        .input(schema::object(&["text"], &fields))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
    #[serde(default)]
    algorithm: Algorithm,
    #[serde(default)]
    format: Format,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Algorithm {
    #[default]
    Sha256,
    Sha512,
    Sha1,
    Md5,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Hex,
    Base64,
}

pub fn run(Params { text, algorithm, format }: &Params) -> String {
    let digest = match algorithm {
        Algorithm::Sha256 => Sha256::digest(text).to_vec(),
        Algorithm::Sha512 => Sha512::digest(text).to_vec(),
        Algorithm::Sha1 => Sha1::digest(text).to_vec(),
        Algorithm::Md5 => Md5::digest(text).to_vec(),
    };
    match format {
        Format::Hex => digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        Format::Base64 => base64::engine::general_purpose::STANDARD.encode(digest),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn hashes() {
        let cases = [
            (json!({ "text": "" }), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (json!({ "text": "abc", "algorithm": "sha1" }), "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (json!({ "text": "abc", "algorithm": "md5" }), "900150983cd24fb0d6963f7d28e17f72"),
            (json!({ "text": "abc", "algorithm": "sha1", "format": "base64" }), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
        ];
        for (params, expected) in cases {
            assert_eq!(crate::answer("hash", params).unwrap(), expected);
        }
    }
}
