//! Turns tokens into a tree. Names are resolved here, so evaluating never looks one up.

mod argument;
mod literal;
mod operator;
mod primary;

use super::ast::Expr;
use super::error::{Checked, Failure, Span};
use super::lexer::{Lexeme, Token, Tokens};
use super::template::{Reference, StepName};

/// How deep an expression may nest.
pub(crate) const MAX_NESTING: u32 = 64;
/// How many values the arrow functions of one template may name.
const MAX_SLOTS: usize = 1_000;

/// What the expressions of one template share.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) references: Vec<Reference>,
    /// Where nodes are named, for renaming.
    pub(crate) step_names: Vec<StepName>,
    /// The number of slots arrow functions need.
    pub(crate) slots: usize,
    /// True when a function was used whose result differs between runs.
    pub(crate) is_impure: bool,
    /// The deepest nesting.
    pub(crate) height: u32,
}

/// A name an arrow function binds.
#[derive(Debug)]
struct Local<'t> {
    name: &'t str,
    slot: u16,
    uses: u32,
    /// How many arrow functions are around its own; a use in a deeper one may happen many times.
    arrows: u32,
    is_used_deeper: bool,
}

#[derive(Debug)]
pub(crate) struct Parser<'t, 'f> {
    text: &'t str,
    lexemes: &'t [Lexeme],
    at: usize,
    nesting: u32,
    arrows: u32,
    locals: Vec<Local<'t>>,
    findings: &'f mut Findings,
}

impl<'t, 'f> Parser<'t, 'f> {
    pub(crate) fn new(text: &'t str, tokens: &'t Tokens, findings: &'f mut Findings) -> Parser<'t, 'f> {
        Parser { text, lexemes: &tokens.lexemes, at: 0, nesting: 0, arrows: 0, locals: Vec::new(), findings }
    }

    /// A parser that knows some names already, in slots from 0: what an editor has found out about its surroundings.
    pub(crate) fn with_locals(self, names: &[&'t str]) -> Parser<'t, 'f> {
        let locals = names.iter().enumerate().map(|(slot, name)| Local {
            name,
            slot: slot as u16,
            uses: 0,
            arrows: 0,
            is_used_deeper: false,
        });
        self.findings.slots = names.len();
        Parser { locals: locals.collect(), ..self }
    }

    /// The whole expression, up to its end.
    pub(crate) fn parse(mut self) -> Checked<Expr> {
        if self.peek() == Token::End {
            let end = self.span().start;
            let start = self.text[..end].rfind("{{").unwrap_or(end);
            return Err(Failure::syntax(Span::new(start, end + 2), "there is no expression in these `{{ }}`"));
        }
        let expr = self.expression()?;
        if self.peek() != Token::End {
            return Err(self.unexpected());
        }
        Ok(expr)
    }

    fn peek(&self) -> Token {
        self.peek_ahead(0)
    }

    fn peek_ahead(&self, count: usize) -> Token {
        self.lexemes.get(self.at + count).map_or(Token::End, |lexeme| lexeme.token)
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Punctuation(found) if found == sign)
    }

    fn span(&self) -> Span {
        match self.lexemes.get(self.at).or(self.lexemes.last()) {
            Some(lexeme) => lexeme.span,
            None => Span::default(),
        }
    }

    /// The text of the next token.
    fn lexeme(&self) -> &'t str {
        let span = self.span();
        &self.text[span.start..span.end]
    }

    fn previous_span(&self) -> Span {
        self.lexemes.get(self.at.wrapping_sub(1)).map_or(Span::default(), |lexeme| lexeme.span)
    }

    fn next(&mut self) -> Span {
        let span = self.span();
        self.at += 1;
        span
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, sign: &'static str) -> Checked<Span> {
        if self.is(sign) {
            return Ok(self.next());
        }
        let found = self.found();
        Err(Failure::syntax(self.span(), format!("expected `{sign}` here, not {found}")))
    }

    fn found(&self) -> String {
        match self.peek() {
            Token::End => "the end".to_owned(),
            _ => format!("`{}`", self.lexeme()),
        }
    }

    fn unexpected(&self) -> Box<Failure> {
        let message = match self.peek() {
            Token::Punctuation("=" | "+=" | "-=" | "*=" | "/=" | "%=" | "**=" | "&&=" | "||=" | "??=") => {
                "expressions can't assign; compare with `===`".to_owned()
            }
            Token::Punctuation("++" | "--") => "expressions can't change values; write `+ 1` or `- 1`".to_owned(),
            Token::Punctuation("&" | "|" | "^" | "~" | "<<" | ">>" | ">>>") => {
                format!(
                    "the bit operator {} is not part of expressions; for logic write `&&`, `||` or `!`",
                    self.found()
                )
            }
            Token::Punctuation("=>") => {
                "a function is only possible as an argument, as in `list.map(x => x.name)`".to_owned()
            }
            Token::Punctuation(";") => "an expression is one value, without `;`".to_owned(),
            Token::End => "the expression ends too early".to_owned(),
            _ => format!("did not expect {} here", self.found()),
        };
        Failure::syntax(self.span(), message)
    }

    /// Runs a part of the grammar one level deeper.
    fn nested<T>(&mut self, part: impl FnOnce(&mut Self) -> Checked<T>) -> Checked<T> {
        self.nesting += 1;
        self.findings.height = self.findings.height.max(self.nesting);
        if self.nesting > MAX_NESTING {
            let message = format!("the expression nests deeper than {MAX_NESTING} levels");
            return Err(Failure::new("too_deep", message).at(self.span()));
        }
        let result = part(self);
        self.nesting -= 1;
        result
    }

    /// Parts separated by commas, up to `close`; a comma may be last.
    fn separated(&mut self, close: &'static str, mut part: impl FnMut(&mut Self) -> Checked<()>) -> Checked<Span> {
        while !self.is(close) {
            part(self)?;
            if !self.eat(",") {
                break;
            }
        }
        self.expect(close)
    }

    fn find_local(&self, name: &str) -> Option<usize> {
        self.locals.iter().rposition(|local| local.name == name)
    }
}
