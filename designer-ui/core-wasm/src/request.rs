//! Requests and answers as JSON.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::functions;

/// Why a request has no answer.
#[derive(Debug, Serialize)]
pub(crate) struct Refusal {
    code: String,
    message: String,
    /// JSON pointer into the document, where it is the document that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
}

impl Refusal {
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Refusal {
        Refusal { code: code.into(), message: message.into(), pointer: None }
    }

    pub(crate) fn at(self, pointer: String) -> Refusal {
        Refusal { pointer: Some(pointer), ..self }
    }
}

/// The fields of a request.
#[derive(Debug)]
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    pub(crate) fn value(&self, name: &str) -> Result<&Value, Refusal> {
        self.0.get(name).ok_or_else(|| Refusal::new("bad_request", format!("The argument `{name}` is missing.")))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, Refusal> {
        let wrong = || Refusal::new("bad_request", format!("The argument `{name}` must be a text."));
        self.value(name)?.as_str().ok_or_else(wrong)
    }

    /// An object; an empty one where there is none.
    pub(crate) fn object(&self, name: &str) -> Result<Cow<'_, Map<String, Value>>, Refusal> {
        match self.0.get(name) {
            None => Ok(Cow::Owned(Map::new())),
            Some(Value::Object(fields)) => Ok(Cow::Borrowed(fields)),
            Some(_) => Err(Refusal::new("bad_request", format!("The argument `{name}` must be an object."))),
        }
    }
}

/// The answer to a request.
pub(crate) fn answer(request: &[u8]) -> Vec<u8> {
    let answer = match read(request).and_then(|arguments| call(&arguments)) {
        Ok(value) => json!({ "ok": value }),
        Err(refusal) => json!({ "error": refusal }),
    };
    answer.to_string().into_bytes()
}

fn read(request: &[u8]) -> Result<Arguments, Refusal> {
    let wrong = |reason: &str| Refusal::new("bad_request", format!("The request can't be read: {reason}."));
    let text = std::str::from_utf8(request).map_err(|error| wrong(&error.to_string()))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(arguments)) => Ok(Arguments(arguments)),
        Ok(_) => Err(wrong("it is not an object")),
        Err(error) => Err(wrong(&error.to_string())),
    }
}

fn call(arguments: &Arguments) -> Result<Value, Refusal> {
    match arguments.text("function")? {
        "check" => write(&functions::check(arguments)?),
        "complete" => write(&functions::complete(arguments)?),
        "evaluate" => write(&functions::evaluate(arguments)?),
        "functions" => write(&functions::functions()),
        "parse" => write(&functions::parse(arguments)?),
        "rename" => write(&functions::rename(arguments)?),
        other => Err(Refusal::new("no_such_function", format!("There is no function `{other}`."))),
    }
}

// One way in and one way out, by way of `Value`, keeps the file small.
fn write(value: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(value).map_err(|error| Refusal::new("bad_answer", error.to_string()))
}
