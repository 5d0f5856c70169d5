//! Numbers, texts, template strings, lists and objects.

use serde_json::Value;

use super::super::ast::{Element, Expr, Field, Kind, Piece};
use super::super::error::{At, Checked, Failure, Span};
use super::super::fold;
use super::super::lexer::{self, Token};
use super::super::number::{self, Number};
use super::super::pattern::Pattern;
use super::Parser;

impl Parser<'_, '_> {
    pub(super) fn number(&mut self) -> Checked<Expr> {
        let raw = self.lexeme();
        let span = self.next();
        let number = number_value(raw).at(span)?;
        match number.to_json() {
            Value::Null => Err(Failure::syntax(span, "this number is too large")),
            value => Ok(Expr { span, kind: Kind::Constant(value) }),
        }
    }

    /// The value of the quoted text that comes next.
    pub(super) fn quoted(&mut self) -> Checked<String> {
        let raw = self.lexeme();
        let span = self.next();
        lexer::unescape(&raw[1..raw.len() - 1]).map_err(|why| Failure::syntax(span, format!("in this text: {why}")))
    }

    pub(super) fn regex(&mut self) -> Checked<Expr> {
        let raw = self.lexeme();
        let span = self.next();
        let end = raw.rfind('/').unwrap_or(0);
        let pattern = Pattern::compile(&raw[1..end], &raw[end + 1..]).at(span)?;
        Ok(Expr { span, kind: Kind::Pattern(Box::new(pattern)) })
    }

    pub(super) fn template(&mut self) -> Checked<Expr> {
        let start = self.next();
        let mut pieces = Vec::new();
        loop {
            let raw = self.lexeme();
            let span = self.next();
            let text = lexer::unescape(raw).map_err(|why| Failure::syntax(span, format!("in this text: {why}")))?;
            if !text.is_empty() {
                pieces.push(Piece::Text(text));
            }
            let end = self.next();
            if self.lexemes.get(self.at - 1).is_none_or(|lexeme| lexeme.token == Token::Backtick) {
                return Ok(fold::fold(Expr { span: start.to(end), kind: Kind::Template(pieces) }));
            }
            if self.peek() == Token::HoleEnd {
                return Err(Failure::syntax(end.to(self.span()), "there is no expression in this `${}`"));
            }
            pieces.push(Piece::Hole(self.expression()?));
            if self.peek() != Token::HoleEnd {
                return Err(self.unexpected());
            }
            self.next();
        }
    }

    pub(super) fn list(&mut self) -> Checked<Expr> {
        let start = self.next();
        let mut elements = Vec::new();
        let end = self.separated("]", |parser| {
            elements.push(match parser.eat("...") {
                true => Element::Spread(parser.expression()?),
                false => Element::Item(parser.expression()?),
            });
            Ok(())
        })?;
        Ok(fold::fold(Expr { span: start.to(end), kind: Kind::List(elements) }))
    }

    pub(super) fn object(&mut self) -> Checked<Expr> {
        let start = self.next();
        let mut fields = Vec::new();
        let end = self.separated("}", |parser| {
            fields.push(parser.field()?);
            Ok(())
        })?;
        Ok(fold::fold(Expr { span: start.to(end), kind: Kind::Object(fields) }))
    }

    fn field(&mut self) -> Checked<Field> {
        if self.eat("...") {
            return Ok(Field::Spread(self.expression()?));
        }
        if self.eat("[") {
            let key = self.expression()?;
            self.expect("]")?;
            self.expect(":")?;
            return Ok(Field::Computed(key, self.expression()?));
        }
        let is_name = self.peek() == Token::Name;
        let at = self.at;
        let key = self.key()?;
        if is_name && !self.is(":") {
            if self.is("(") {
                return Err(Failure::syntax(self.span(), "objects in expressions have no methods"));
            }
            // `{ name }` is short for `{ name: name }`.
            self.at = at;
            return Ok(Field::Named(key, self.name()?));
        }
        self.expect(":")?;
        Ok(Field::Named(key, self.expression()?))
    }

    /// A key that is written out: a name, a quoted text or a number.
    pub(super) fn key(&mut self) -> Checked<String> {
        match self.peek() {
            Token::Name => {
                let name = self.lexeme().to_owned();
                self.next();
                Ok(name)
            }
            Token::Text => self.quoted(),
            Token::Number => {
                let raw = self.lexeme();
                let span: Span = self.next();
                Ok(number_value(raw).at(span)?.to_text())
            }
            _ => Err(Failure::syntax(self.span(), format!("expected a key here, not {}", self.found()))),
        }
    }
}

fn number_value(raw: &str) -> Checked<Number> {
    let malformed = || Failure::new("syntax", format!("`{raw}` is not a number"));
    if raw.ends_with('n') && raw[..raw.len() - 1].bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Failure::new(
            "syntax",
            format!("`{raw}`: for numbers of any size write decimal(\"{}\")", &raw[..raw.len() - 1]),
        ));
    }
    if raw.starts_with('_') || raw.ends_with('_') || raw.contains("__") {
        return Err(malformed());
    }
    let digits = raw.replace('_', "");
    let radix = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        [b'0', b'0'..=b'9', ..] => return Err(malformed()),
        _ if number::decimal_length(&digits) == digits.len() => return number::parse_decimal(&digits),
        _ => return Err(malformed()),
    };
    let digits = &digits[2..];
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(malformed());
    }
    number::parse_radix(digits, radix)
}
