//! Finds its way in the tokens of an unfinished expression.

use super::super::lexer::{Lexeme, Token};

/// The first token of the path whose last token is at `end`.
pub(super) fn path_start(lexemes: &[Lexeme], end: usize) -> Option<usize> {
    let mut at = end;
    loop {
        at = match lexemes[at].token {
            Token::Punctuation(")" | "]") => {
                let open = opening(lexemes, at)?;
                match open.checked_sub(1) {
                    // Brackets after an operand are an index or a call.
                    Some(before) if is_operand_end(lexemes[before].token) => {
                        at = before;
                        continue;
                    }
                    _ => open,
                }
            }
            Token::Punctuation("}") => opening(lexemes, at)?,
            Token::Name | Token::Number | Token::Text | Token::Regex => at,
            _ => return None,
        };
        match at.checked_sub(1) {
            Some(point @ 1..) if matches!(lexemes[point].token, Token::Punctuation("." | "?.")) => at = point - 1,
            _ => return Some(at),
        }
    }
}

fn opening(lexemes: &[Lexeme], close: usize) -> Option<usize> {
    lexemes.iter().position(|lexeme| lexeme.closed_by == close)
}

fn is_operand_end(token: Token) -> bool {
    matches!(token, Token::Name | Token::Text | Token::Punctuation(")" | "]"))
}

/// The indexes of brackets that are still open, outermost first.
pub(super) fn open_brackets(lexemes: &[Lexeme]) -> impl Iterator<Item = usize> {
    let is_open = |lexeme: &Lexeme| lexeme.closed_by == 0 && lexeme.token == Token::Punctuation("(");
    lexemes.iter().enumerate().filter(move |(_, lexeme)| is_open(lexeme)).map(|(at, _)| at)
}

/// The parts between commas, from `from` to `to` on the same level.
pub(super) fn parts(lexemes: &[Lexeme], from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut start = from;
    let mut at = from;
    while at < to {
        if lexemes[at].token == Token::Punctuation(",") {
            parts.push((start, at));
            start = at + 1;
        }
        at = lexemes[at].closed_by.max(at) + 1;
    }
    if start < to {
        parts.push((start, to));
    }
    parts
}
