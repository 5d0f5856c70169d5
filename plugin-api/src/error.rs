//! How a call fails.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bindings::weft::plugin::types as wire;

/// Why a call failed, and what the engine may do about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<Parts>);

#[derive(Debug, Clone, PartialEq)]
struct Parts {
    kind: ErrorKind,
    code: String,
    message: String,
    retry_after_ms: Option<u64>,
    pointer: Option<String>,
    details: Option<Value>,
}

/// What the engine may do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Trying again may help.
    Retryable,
    /// Trying again does not help.
    Permanent,
    /// Try again, but later.
    RateLimited,
    /// The credential is missing, wrong or not allowed to do this.
    Auth,
    /// The parameters or the item are wrong.
    InvalidInput,
    /// Somebody asked for the end.
    Cancelled,
}

impl ErrorKind {
    /// What a refusing status of an HTTP answer means: 429 asks for patience, 408, 425 and 5xx may be tried again, 401 and
    /// 403 are about the credential, and everything else stays as it is.
    pub fn of_status(status: u16) -> ErrorKind {
        match status {
            429 => ErrorKind::RateLimited,
            408 | 425 | 500..=599 => ErrorKind::Retryable,
            401 | 403 => ErrorKind::Auth,
            _ => ErrorKind::Permanent,
        }
    }
}

impl Error {
    /// An error of this kind. The code is yours, stable, in `snake_case`; the message is for people.
    pub fn new(kind: ErrorKind, code: impl Into<String>, message: impl Into<String>) -> Error {
        let (code, message) = (code.into(), message.into());
        Error(Box::new(Parts { kind, code, message, retry_after_ms: None, pointer: None, details: None }))
    }

    /// Trying again may help.
    pub fn retryable(code: impl Into<String>, message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Retryable, code, message)
    }

    /// Trying again does not help.
    pub fn permanent(code: impl Into<String>, message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Permanent, code, message)
    }

    /// Trying again helps after so many milliseconds; the host chooses the time when there is none.
    pub fn rate_limited(code: impl Into<String>, message: impl Into<String>, retry_after_ms: Option<u64>) -> Error {
        let mut error = Error::new(ErrorKind::RateLimited, code, message);
        error.0.retry_after_ms = retry_after_ms;
        error
    }

    /// The credential is missing, wrong or not allowed to do this.
    pub fn auth(code: impl Into<String>, message: impl Into<String>) -> Error {
        Error::new(ErrorKind::Auth, code, message)
    }

    /// The call ended early because it was asked to.
    pub fn cancelled() -> Error {
        Error::new(ErrorKind::Cancelled, "cancelled", "the call was cancelled")
    }

    /// A parameter is wrong; the JSON pointer (`/name`) says which one, so that the form can show it there.
    pub fn invalid_input(pointer: impl Into<String>, message: impl Into<String>) -> Error {
        let mut error = Error::new(ErrorKind::InvalidInput, "invalid_input", message);
        error.0.pointer = Some(pointer.into()).filter(|pointer| !pointer.is_empty());
        error
    }

    /// The same error, not to be retried before so many milliseconds.
    pub fn retry_after_ms(mut self, retry_after_ms: u64) -> Error {
        self.0.retry_after_ms = Some(retry_after_ms);
        self
    }

    /// The same error with facts for programs: a status, an excerpt of a body.
    pub fn details(mut self, details: Value) -> Error {
        self.0.details = Some(details);
        self
    }

    /// What the engine may do about it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable identifier.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What people read.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The JSON pointer to the parameter that is wrong.
    pub fn pointer(&self) -> Option<&str> {
        self.0.pointer.as_deref()
    }

    /// How long to wait before the next try.
    pub fn retry_after(&self) -> Option<u64> {
        self.0.retry_after_ms
    }

    pub(crate) fn unknown_action(id: &str) -> Error {
        Error::permanent("unknown_action", format!("this plugin has no action or trigger '{id}'"))
    }

    /// Of what the trait has and this plugin has not.
    pub(crate) fn not_offered(what: &str) -> Error {
        Error::permanent("not_offered", format!("this plugin does not offer {what}"))
    }
}

impl From<Error> for wire::StepError {
    fn from(error: Error) -> wire::StepError {
        let parts = *error.0;
        let kind = match parts.kind {
            ErrorKind::Retryable => wire::ErrorKind::Retryable,
            ErrorKind::Permanent => wire::ErrorKind::Permanent,
            ErrorKind::RateLimited => wire::ErrorKind::RateLimited,
            ErrorKind::Auth => wire::ErrorKind::Auth,
            ErrorKind::InvalidInput => wire::ErrorKind::InvalidInput,
            ErrorKind::Cancelled => wire::ErrorKind::Cancelled,
        };
        wire::StepError {
            kind,
            code: parts.code,
            message: parts.message,
            retry_after_ms: parts.retry_after_ms,
            pointer: parts.pointer,
            details: parts.details.map(|details| details.to_string()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0.message, self.0.code)
    }
}

impl std::error::Error for Error {}

/// Reads what the host handed over as JSON into a type of the author's.
pub(crate) fn read_json<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| Error::invalid_input("", error.to_string()))
}
