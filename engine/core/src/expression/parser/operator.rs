//! Operators, by precedence.

use super::super::ast::{Expr, Kind, LinkKind, Operator};
use super::super::error::{Checked, Failure};
use super::super::fold;
use super::super::lexer::Token;
use super::Parser;

/// Binary operators, loosest first.
const LEVELS: [&[(&str, Operator)]; 4] = [
    &[
        ("===", Operator::Equal),
        ("!==", Operator::NotEqual),
        ("==", Operator::LooselyEqual),
        ("!=", Operator::NotLooselyEqual),
    ],
    &[
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
        ("in", Operator::In),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

impl Parser<'_, '_> {
    pub(super) fn expression(&mut self) -> Checked<Expr> {
        self.nested(Parser::conditional)
    }

    fn conditional(&mut self) -> Checked<Expr> {
        let start = self.span();
        let mut branches = Vec::new();
        loop {
            let test = self.coalesce()?;
            if !self.eat("?") {
                if branches.is_empty() {
                    return Ok(test);
                }
                let span = start.to(test.span);
                return Ok(fold::fold(Expr { span, kind: Kind::Conditional { branches, otherwise: Box::new(test) } }));
            }
            let value = self.expression()?;
            self.expect(":")?;
            branches.push((test, value));
        }
    }

    fn coalesce(&mut self) -> Checked<Expr> {
        let start = self.at;
        let first = self.or()?;
        if !self.is("??") {
            return Ok(first);
        }
        self.refuse_mixture(start)?;
        let mut operands = vec![first];
        while self.eat("??") {
            let start = self.at;
            operands.push(self.or()?);
            self.refuse_mixture(start)?;
        }
        let count = operands.len();
        operands.iter_mut().take(count - 1).for_each(make_lenient);
        Ok(list_of(operands, Kind::Coalesce))
    }

    /// JavaScript refuses `a || b ?? c` without parentheses.
    fn refuse_mixture(&self, start: usize) -> Checked<()> {
        let mut at = start;
        while at < self.at {
            let lexeme = self.lexemes[at];
            if matches!(lexeme.token, Token::Punctuation("||" | "&&")) {
                return Err(Failure::syntax(
                    lexeme.span,
                    "put parentheses around `||` or `&&` where it is mixed with `??`",
                ));
            }
            at = lexeme.closed_by.max(at) + 1;
        }
        Ok(())
    }

    fn or(&mut self) -> Checked<Expr> {
        let mut operands = vec![self.and()?];
        while self.eat("||") {
            operands.push(self.and()?);
        }
        Ok(list_of(operands, Kind::Or))
    }

    fn and(&mut self) -> Checked<Expr> {
        let mut operands = vec![self.binary(0)?];
        while self.eat("&&") {
            operands.push(self.binary(0)?);
        }
        Ok(list_of(operands, Kind::And))
    }

    fn binary(&mut self, level: usize) -> Checked<Expr> {
        let Some(operators) = LEVELS.get(level) else { return self.power() };
        let first = self.binary(level + 1)?;
        let mut rest = Vec::new();
        while let Some(operator) = self.operator(operators) {
            self.next();
            rest.push((operator, self.binary(level + 1)?));
        }
        let Some((_, last)) = rest.last() else { return Ok(first) };
        let span = first.span.to(last.span);
        Ok(fold::fold(Expr { span, kind: Kind::Binary { first: Box::new(first), rest } }))
    }

    fn operator(&self, operators: &[(&str, Operator)]) -> Option<Operator> {
        let found = match self.peek() {
            Token::Punctuation(sign) => sign,
            Token::Name => self.lexeme(),
            _ => return None,
        };
        operators.iter().find(|(sign, _)| *sign == found).map(|(_, operator)| *operator)
    }

    fn power(&mut self) -> Checked<Expr> {
        let start = self.at;
        let base = self.unary()?;
        if !self.is("**") {
            return Ok(base);
        }
        let is_signed = matches!(self.lexemes[start].token, Token::Punctuation("-" | "+" | "!"))
            || (self.lexemes[start].token == Token::Name && self.text_at(start) == "typeof");
        if is_signed {
            return Err(Failure::syntax(base.span, "put parentheses around the base of `**`, as in `(-2) ** 2`"));
        }
        self.next();
        let exponent = self.nested(Parser::power)?;
        let span = base.span.to(exponent.span);
        let rest = vec![(Operator::Power, exponent)];
        Ok(fold::fold(Expr { span, kind: Kind::Binary { first: Box::new(base), rest } }))
    }

    fn text_at(&self, at: usize) -> &str {
        let span = self.lexemes[at].span;
        &self.text[span.start..span.end]
    }

    fn unary(&mut self) -> Checked<Expr> {
        let make: fn(Box<Expr>) -> Kind = match self.peek() {
            Token::Punctuation("!") => Kind::Not,
            Token::Punctuation("-") => Kind::Negate,
            Token::Punctuation("+") => Kind::Plus,
            Token::Name if self.lexeme() == "typeof" => Kind::TypeOf,
            _ => return self.path(),
        };
        let start = self.next();
        let operand = self.nested(Parser::unary)?;
        Ok(fold::fold(Expr { span: start.to(operand.span), kind: make(Box::new(operand)) }))
    }
}

fn list_of(mut operands: Vec<Expr>, make: fn(Vec<Expr>) -> Kind) -> Expr {
    if operands.len() == 1
        && let Some(only) = operands.pop()
    {
        return only;
    }
    let span = match (operands.first(), operands.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => Default::default(),
    };
    fold::fold(Expr { span, kind: make(operands) })
}

/// `steps.x ?? y` and `steps.x?.y` ask whether the step has an output, so a missing one is no error there.
pub(super) fn make_lenient(operand: &mut Expr) {
    match &mut operand.kind {
        Kind::Step { lenient, .. } => *lenient = true,
        Kind::Path { base, links } => {
            let is_asked =
                links.first().is_some_and(|link| link.is_optional && !matches!(link.kind, LinkKind::Method(..)));
            if is_asked && let Kind::Step { lenient, .. } = &mut base.kind {
                *lenient = true;
            }
        }
        _ => {}
    }
}
