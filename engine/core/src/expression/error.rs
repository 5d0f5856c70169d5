//! What goes wrong with an expression, told with the place in the text.

use serde::{Deserialize, Serialize};

/// A stretch of a template's text: byte offsets, the end excluded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The stretch from the start of this one to the end of another.
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start, end: other.end }
    }
}

/// Why a template could not be parsed or evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[error("{message}")]
pub struct ExpressionError {
    /// Stable, documented identifier, such as `unknown_name`.
    pub code: &'static str,
    /// What is wrong and what to do about it, for people.
    pub message: String,
    /// Where in the template's text, in bytes; see [`utf16`].
    pub span: Span,
}

/// Turns byte offsets in `text` into UTF-16 offsets, which is what editors in a browser count in.
///
/// ```
/// use weft_core::expression::{Span, utf16};
/// assert_eq!(utf16("€ {{ x }}", Span::new(7, 8)), Span::new(5, 6));
/// ```
pub fn utf16(text: &str, span: Span) -> Span {
    let count = |end: usize| {
        let taken = text.char_indices().take_while(|(at, _)| *at < end);
        taken.map(|(_, character)| character.len_utf16()).sum()
    };
    Span { start: count(span.start), end: count(span.end) }
}

/// The byte offset of a UTF-16 offset; one past the end of `text` counts as its end.
pub fn from_utf16(text: &str, offset: usize) -> usize {
    let mut units = 0;
    for (at, character) in text.char_indices() {
        if units >= offset {
            return at;
        }
        units += character.len_utf16();
    }
    text.len()
}

/// An error on its way up: the first caller that knows the place adds it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) span: Option<Span>,
}

pub(crate) type Checked<T> = Result<T, Box<Failure>>;

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Box<Failure> {
        Box::new(Failure { code, message: message.into(), span: None })
    }

    pub(crate) fn syntax(span: Span, message: impl Into<String>) -> Box<Failure> {
        Failure::new("syntax", message).at(span)
    }

    pub(crate) fn wrong_type(message: impl Into<String>) -> Box<Failure> {
        Failure::new("wrong_type", message)
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Box<Failure> {
        Failure::new("invalid_value", message)
    }

    /// The same failure with its place, unless something deeper has told it already.
    pub(crate) fn at(mut self: Box<Failure>, span: Span) -> Box<Failure> {
        self.span.get_or_insert(span);
        self
    }

    pub(crate) fn into_error(self, otherwise: Span) -> ExpressionError {
        ExpressionError { code: self.code, message: self.message, span: self.span.unwrap_or(otherwise) }
    }
}

/// Adds the place to a failure.
pub(crate) trait At {
    fn at(self, span: Span) -> Self;
}

impl<T> At for Checked<T> {
    fn at(self, span: Span) -> Self {
        self.map_err(|failure| failure.at(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_convert_both_ways() {
        let text = "a😀é{{ x }}";
        assert_eq!(utf16(text, Span::new(7, 13)), Span::new(4, 10));
        assert_eq!(from_utf16(text, 4), 7);
        assert_eq!(from_utf16(text, 999), text.len());
        assert_eq!(utf16(text, Span::new(0, 999)), Span::new(0, 11));
    }
}
