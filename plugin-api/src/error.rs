//! How a call fails.

use std::fmt;

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

    pub(crate) fn into_wire(self) -> wire::StepError {
        let parts = *self.0;
        let kind = match parts.kind {
            ErrorKind::Retryable => wire::ErrorKind::Retryable,
            ErrorKind::Permanent => wire::ErrorKind::Permanent,
            ErrorKind::RateLimited => wire::ErrorKind::RateLimited,
            ErrorKind::Auth => wire::ErrorKind::Auth,
            ErrorKind::InvalidInput => wire::ErrorKind::InvalidInput,
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
