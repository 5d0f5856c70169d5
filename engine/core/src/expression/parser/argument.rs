//! Arguments: values, spreads and arrow functions.

use super::super::ast::{Argument, Base, Callback, Param, Target};
use super::super::error::{Checked, Failure};
use super::super::functions;
use super::super::lexer::Token;
use super::{Local, MAX_SLOTS, Parser};

impl<'t> Parser<'t, '_> {
    pub(super) fn argument(&mut self, takes_callback: bool) -> Checked<Argument> {
        if self.eat("...") {
            return Ok(Argument::Spread(self.expression()?));
        }
        if self.is_arrow() {
            if !takes_callback {
                return Err(Failure::syntax(self.span(), "this argument is a value, not a function"));
            }
            return self.nested(Parser::arrow).map(Argument::Callback);
        }
        if takes_callback && let Some(callback) = self.named_callback()? {
            return Ok(Argument::Callback(callback));
        }
        Ok(Argument::Value(self.expression()?))
    }

    /// True where `x =>` or `(…) =>` comes next.
    pub(super) fn is_arrow(&self) -> bool {
        match self.peek() {
            Token::Name => self.peek_ahead(1) == Token::Punctuation("=>"),
            Token::Punctuation("(") => {
                let after = self.lexemes[self.at].closed_by + 1;
                self.lexemes.get(after).is_some_and(|lexeme| lexeme.token == Token::Punctuation("=>"))
            }
            _ => false,
        }
    }

    /// A function passed by its name, as in `list.filter(Boolean)`.
    fn named_callback(&mut self) -> Checked<Option<Callback>> {
        let is_alone = |after| matches!(after, Token::Punctuation("," | ")"));
        let span = self.span();
        let (name, length) = match (self.peek(), self.peek_ahead(1), self.peek_ahead(2)) {
            (Token::Name, after, _) if is_alone(after) => (self.lexeme().to_owned(), 1),
            (Token::Name, Token::Punctuation("."), Token::Name) if is_alone(self.peek_ahead(3)) => {
                let end = self.lexemes[self.at + 2].span.end;
                (self.text[span.start..end].to_owned(), 3)
            }
            _ => return Ok(None),
        };
        let root = name.split('.').next().unwrap_or_default();
        if self.find_local(root).is_some() || Base::named(root).is_some() {
            return Ok(None);
        }
        let Some(function) = functions::named(&name) else { return Ok(None) };
        if !function.takes_one_value() {
            // The item's position would become its second argument.
            return Err(Failure::syntax(span, format!("`{name}` takes several arguments: write `x => {name}(x)`")));
        }
        self.at += length;
        self.findings.is_impure |= function.is_impure;
        Ok(Some(Callback::Named { function, span }))
    }

    fn arrow(&mut self) -> Checked<Callback> {
        let outer = self.locals.len();
        self.arrows += 1;
        let mut params = Vec::new();
        if self.peek() == Token::Name {
            params.push(Param { target: self.bind()?, default: None });
        } else {
            self.next();
            self.separated(")", |parser| {
                params.push(parser.param()?);
                Ok(())
            })?;
        }
        self.expect("=>")?;
        if self.is("{") {
            return Err(Failure::syntax(
                self.span(),
                "a function is one expression, without `{ }`; put an object in parentheses: `x => ({ name: x })`",
            ));
        }
        let body = self.expression()?;
        for local in self.locals.drain(outer..) {
            let is_once = local.uses == 1 && !local.is_used_deeper;
            params.iter_mut().for_each(|param| mark(&mut param.target, local.slot, is_once));
        }
        self.arrows -= 1;
        Ok(Callback::Arrow { params, body })
    }

    fn param(&mut self) -> Checked<Param> {
        let target = match self.peek() {
            Token::Punctuation("[") => self.nested(Parser::list_target)?,
            Token::Punctuation("{") => self.nested(Parser::object_target)?,
            Token::Punctuation("...") => {
                return Err(Failure::syntax(self.span(), "a function here can't collect the rest of its arguments"));
            }
            _ => self.bind()?,
        };
        let default = if self.eat("=") { Some(self.expression()?) } else { None };
        Ok(Param { target, default })
    }

    fn bind(&mut self) -> Checked<Target> {
        let slot = self.declare()?;
        Ok(Target::Slot { slot, is_used_once: false })
    }

    /// Gives the name that comes next a slot.
    fn declare(&mut self) -> Checked<u16> {
        if self.peek() != Token::Name {
            return Err(Failure::syntax(
                self.span(),
                format!("expected the name of a parameter here, not {}", self.found()),
            ));
        }
        let name: &'t str = self.lexeme();
        let span = self.span();
        if matches!(name, "true" | "false" | "null" | "undefined" | "typeof" | "in" | "steps") {
            return Err(Failure::syntax(span, format!("`{name}` can't be the name of a parameter")));
        }
        if self.findings.slots >= MAX_SLOTS {
            return Err(Failure::new("too_long", format!("functions may name at most {MAX_SLOTS} values")).at(span));
        }
        let slot = self.findings.slots as u16;
        self.findings.slots += 1;
        self.locals.push(Local { name, slot, uses: 0, arrows: self.arrows, is_used_deeper: false });
        self.next();
        Ok(slot)
    }

    fn list_target(&mut self) -> Checked<Target> {
        let start = self.next();
        let mut items = Vec::new();
        let mut rest = None;
        loop {
            match self.peek() {
                Token::Punctuation("]") => break,
                Token::Punctuation(",") => items.push(None),
                Token::Punctuation("...") => {
                    self.next();
                    rest = Some(self.declare()?);
                    break;
                }
                _ => items.push(Some(self.param()?)),
            }
            if !self.eat(",") {
                break;
            }
        }
        let end = self.expect("]")?;
        Ok(Target::List { items, rest, span: start.to(end) })
    }

    fn object_target(&mut self) -> Checked<Target> {
        let start = self.next();
        let mut fields = Vec::new();
        let mut rest = None;
        let end = self.separated("}", |parser| {
            if parser.eat("...") {
                rest = Some(parser.declare()?);
                return Ok(());
            }
            let at = parser.at;
            let key = parser.key()?;
            let param = if parser.eat(":") {
                parser.param()?
            } else {
                parser.at = at;
                let target = parser.bind()?;
                let default = if parser.eat("=") { Some(parser.expression()?) } else { None };
                Param { target, default }
            };
            fields.push((key, param));
            Ok(())
        })?;
        Ok(Target::Object { fields, rest, span: start.to(end) })
    }
}

/// Tells the slot of a local whether its only use may take the value out.
fn mark(target: &mut Target, wanted: u16, is_once: bool) {
    match target {
        Target::Slot { slot, is_used_once } if *slot == wanted => *is_used_once = is_once,
        Target::Slot { .. } => {}
        Target::List { items, .. } => {
            items.iter_mut().flatten().for_each(|param| mark(&mut param.target, wanted, is_once))
        }
        Target::Object { fields, .. } => {
            fields.iter_mut().for_each(|(_, param)| mark(&mut param.target, wanted, is_once))
        }
    }
}
