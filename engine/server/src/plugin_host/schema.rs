//! JSON Schema, compiled once and used for every call. References to files and the network are refused.

use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

/// A compiled schema.
#[derive(Debug)]
pub(super) struct Schema(Validator);

/// One place where a value does not fit.
#[derive(Debug)]
pub(super) struct Mismatch {
    pub(super) pointer: String,
    pub(super) message: String,
}

#[derive(Debug, thiserror::Error)]
#[error("this is not a usable JSON Schema: {0}")]
pub(super) struct InvalidSchema(String);

impl Schema {
    pub(super) fn compile(schema: &Value) -> Result<Schema, InvalidSchema> {
        // Patterns in linear time: manifests are written by strangers, and so are the values held against them.
        let options =
            jsonschema::options().with_draft(Draft::Draft202012).with_pattern_options(PatternOptions::regex());
        options.build(schema).map(Schema).map_err(|error| InvalidSchema(short(&error)))
    }

    /// The first place where the value does not fit.
    pub(super) fn first_error(&self, value: &Value) -> Option<Mismatch> {
        if self.0.is_valid(value) {
            return None;
        }
        self.errors(value).next()
    }

    pub(super) fn errors<'v>(&'v self, value: &'v Value) -> impl Iterator<Item = Mismatch> + 'v {
        self.0.iter_errors(value).map(|error| mismatch(&error))
    }
}

/// Where a value does not fit a schema that somebody wrote: a JSON pointer and what is wrong there. `Err` tells what is wrong
/// with the schema itself.
pub fn mismatch_of(schema: &Value, value: &Value) -> Result<Option<(String, String)>, String> {
    let schema = Schema::compile(schema).map_err(|error| error.to_string())?;
    Ok(schema.first_error(value).map(|mismatch| (mismatch.pointer, mismatch.message)))
}

/// A missing field is told at the field, where the form can show it, rather than at the object that lacks it.
fn mismatch(error: &ValidationError) -> Mismatch {
    let mut pointer = error.instance_path().to_string();
    if let jsonschema::error::ValidationErrorKind::Required { property } = error.kind()
        && let Some(name) = property.as_str()
    {
        pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        return Mismatch { pointer, message: format!("'{name}' is required") };
    }
    Mismatch { pointer, message: short(error) }
}

/// The message without the value it is about: values may be long, and are not for logs.
fn short(error: &ValidationError) -> String {
    let message = error.masked_with("the value").to_string();
    match message.char_indices().nth(400) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn mismatches_point_at_the_field() {
        let schema = json!({ "type": "object", "required": ["name"], "properties": { "age": { "type": "integer", "minimum": 0 } } });
        let schema = Schema::compile(&schema).unwrap();
        assert!(schema.first_error(&json!({ "name": 1 })).is_none());
        let missing = schema.first_error(&json!({})).unwrap();
        assert_eq!((missing.pointer.as_str(), missing.message.as_str()), ("/name", "'name' is required"));
        let wrong = schema.first_error(&json!({ "name": 1, "age": "old" })).unwrap();
        assert_eq!(wrong.pointer, "/age");
        assert!(!wrong.message.contains("old"), "{}", wrong.message);
    }

    #[test]
    fn references_to_the_outside_are_refused() {
        for reference in ["http://127.0.0.1:1/a.json", "file:///etc/passwd"] {
            assert!(Schema::compile(&json!({ "$ref": reference })).is_err(), "{reference}");
        }
    }
}
