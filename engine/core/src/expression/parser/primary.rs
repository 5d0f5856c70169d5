//! Names, and the paths that start at them.

use serde_json::Value;

use super::super::ast::{Argument, Base, Expr, Kind, Link, LinkKind};
use super::super::constants;
use super::super::error::{Checked, Failure, Span};
use super::super::fold;
use super::super::functions;
use super::super::lexer::Token;
use super::super::methods::MethodSet;
use super::super::template::{Reference, Root, StepName};
use super::Parser;
use crate::suggest::did_you_mean;

/// Words that start what JavaScript has and expressions do not.
const RESERVED: [&str; 33] = [
    "this",
    "new",
    "function",
    "class",
    "await",
    "async",
    "yield",
    "var",
    "let",
    "const",
    "return",
    "if",
    "else",
    "for",
    "while",
    "do",
    "switch",
    "case",
    "break",
    "continue",
    "throw",
    "try",
    "catch",
    "finally",
    "delete",
    "void",
    "instanceof",
    "import",
    "export",
    "super",
    "with",
    "debugger",
    "eval",
];

/// Where a path starts, for what is told about it.
struct Start {
    expr: Expr,
    /// What the document check wants to know, when the path starts at a root.
    reference: Option<Reference>,
}

impl<'t> Parser<'t, '_> {
    pub(super) fn path(&mut self) -> Checked<Expr> {
        let Start { expr: base, mut reference } = self.primary()?;
        let mut links: Vec<Link> = Vec::new();
        let start = base.span;
        let mut is_plain = true;
        loop {
            let is_optional = self.is("?.");
            let link = match self.peek() {
                Token::Punctuation("?.") if matches!(self.peek_ahead(1), Token::Punctuation("[" | "(")) => {
                    self.next();
                    self.bracket()?
                }
                Token::Punctuation("." | "?.") => {
                    self.next();
                    self.member()?
                }
                Token::Punctuation("[" | "(") => self.bracket()?,
                Token::Backtick => {
                    return Err(Failure::syntax(self.span(), "tagged template strings are not part of expressions"));
                }
                _ => break,
            };
            let span = start.to(self.previous_span());
            if let Some(reference) = &mut reference {
                is_plain = is_plain && extend(reference, &link, span);
            }
            links.push(Link { span, is_optional, kind: link });
        }
        self.findings.references.extend(reference);
        let Some(last) = links.last() else { return Ok(base) };
        let span = last.span;
        let mut expr = Expr { span, kind: Kind::Path { base: Box::new(base), links } };
        super::operator::make_lenient(&mut expr);
        Ok(fold::fold(expr))
    }

    /// What follows a point.
    fn member(&mut self) -> Checked<LinkKind> {
        if self.peek() != Token::Name {
            return Err(Failure::syntax(self.span(), format!("expected a name after the point, not {}", self.found())));
        }
        let name = self.lexeme();
        let span = self.next();
        if !self.is("(") {
            return Ok(LinkKind::Member(name.to_owned()));
        }
        let methods = MethodSet::named(name).ok_or_else(|| unknown_method(name, span))?;
        let arguments = self.arguments(|position| methods.takes_callback(position))?;
        methods.check_count(&arguments).map_err(|failure| failure.at(span.to(self.previous_span())))?;
        Ok(LinkKind::Method(Box::new(methods), arguments))
    }

    fn bracket(&mut self) -> Checked<LinkKind> {
        if self.is("(") {
            return Err(Failure::syntax(self.span(), "this is not a function that can be called"));
        }
        self.next();
        let index = self.expression()?;
        self.expect("]")?;
        Ok(match index.kind {
            Kind::Constant(Value::String(name)) => LinkKind::Member(name),
            _ => LinkKind::Index(index),
        })
    }

    fn primary(&mut self) -> Checked<Start> {
        let expr = match self.peek() {
            Token::Number => self.number()?,
            Token::Text => {
                let span = self.span();
                Expr { span, kind: Kind::Constant(Value::String(self.quoted()?)) }
            }
            Token::Regex => self.regex()?,
            Token::Backtick => self.template()?,
            Token::Punctuation("[") => self.list()?,
            Token::Punctuation("{") => self.object()?,
            Token::Punctuation("(") => {
                if self.is_arrow() {
                    return Err(Failure::syntax(
                        self.span(),
                        "a function is only possible as an argument, as in `list.map(x => x.name)`",
                    ));
                }
                let start = self.next();
                let inner = self.expression()?;
                let end = self.expect(")")?;
                Expr { span: start.to(end), kind: inner.kind }
            }
            Token::Name => return self.start(),
            _ => return Err(self.unexpected()),
        };
        Ok(Start { expr, reference: None })
    }

    /// A name alone, as in `{ name }`.
    pub(super) fn name(&mut self) -> Checked<Expr> {
        let Start { expr, reference } = self.start()?;
        self.findings.references.extend(reference);
        Ok(expr)
    }

    fn start(&mut self) -> Checked<Start> {
        let name = self.lexeme();
        let span = self.span();
        let plain = |kind| Start { expr: Expr { span, kind }, reference: None };
        if let Some(local) = self.find_local(name) {
            self.next();
            let local = &mut self.locals[local];
            local.uses += 1;
            local.is_used_deeper |= local.arrows < self.arrows;
            return Ok(plain(Kind::Slot(local.slot)));
        }
        if let Some(base) = Base::named(name) {
            self.next();
            return Ok(self.root(base, span));
        }
        if matches!(self.peek_ahead(1), Token::Punctuation("(")) {
            return self.call(name, span).map(|expr| Start { expr, reference: None });
        }
        if matches!(self.peek_ahead(1), Token::Punctuation(".")) && functions::is_namespace(name) {
            return self.namespaced(name, span).map(|expr| Start { expr, reference: None });
        }
        let constant = match name {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" | "undefined" => Value::Null,
            _ => match constants::named(name) {
                Some(number) => {
                    self.next();
                    return Ok(plain(number));
                }
                None => return Err(self.unknown_name(name, span)),
            },
        };
        self.next();
        Ok(plain(Kind::Constant(constant)))
    }

    fn root(&mut self, base: Base, span: Span) -> Start {
        let root = match base {
            Base::Input => Root::Input,
            Base::Trigger => Root::Trigger,
            Base::Run => Root::Run,
            Base::Vars => Root::Vars,
            Base::Item => Root::Item,
            Base::Index => Root::Index,
            Base::Steps => return self.step(span),
        };
        Start {
            expr: Expr { span, kind: Kind::Root(base) },
            reference: Some(Reference { root, span, path: Vec::new() }),
        }
    }

    /// `steps.id`, `steps["id"]`, or `steps` with a name that is only known when it runs.
    fn step(&mut self, start: Span) -> Start {
        let is_optional = self.is("?.");
        let named = match (self.peek(), self.peek_ahead(1), self.peek_ahead(2)) {
            (Token::Punctuation("." | "?."), Token::Name, after) if after != Token::Punctuation("(") => {
                Some((1, false))
            }
            (Token::Punctuation("["), Token::Text, Token::Punctuation("]")) => Some((1, true)),
            (Token::Punctuation("?."), Token::Punctuation("["), Token::Text)
                if self.peek_ahead(3) == Token::Punctuation("]") =>
            {
                Some((2, true))
            }
            _ => None,
        };
        let plain = |root, span| Reference { root, span, path: Vec::new() };
        let Some((skip, is_quoted)) = named else {
            let reference = Some(plain(Root::Steps(None), start));
            return Start { expr: Expr { span: start, kind: Kind::Root(Base::Steps) }, reference };
        };
        self.at += skip;
        let name_span = self.span();
        let id = if is_quoted {
            let decoded = self.quoted().unwrap_or_default();
            self.next();
            decoded
        } else {
            let name = self.lexeme().to_owned();
            self.next();
            name
        };
        self.findings.step_names.push(StepName {
            span: Span::new(start.end, self.previous_span().end),
            name: name_span,
            id: id.clone(),
        });
        let span = start.to(self.previous_span());
        let reference = Some(plain(Root::Steps(Some(id.clone())), span));
        Start { expr: Expr { span, kind: Kind::Step { id, lenient: is_optional } }, reference }
    }

    fn call(&mut self, name: &'t str, span: Span) -> Checked<Expr> {
        let Some(function) = functions::named(name) else { return Err(self.unknown_function(name, span)) };
        self.next();
        self.finish_call(function, span)
    }

    /// `Math.max(…)`, `Math.PI`.
    fn namespaced(&mut self, space: &'t str, start: Span) -> Checked<Expr> {
        let member_span = self.lexemes.get(self.at + 2).map_or(start, |lexeme| lexeme.span);
        let span = start.to(member_span);
        let member = &self.text[member_span.start..member_span.end];
        let name = format!("{space}.{member}");
        self.at += 3;
        if let Some(kind) = constants::named(&name) {
            return Ok(Expr { span, kind });
        }
        let Some(function) = functions::named(&name) else {
            let hint = did_you_mean(&name, functions::names());
            return Err(Failure::new("unknown_function", format!("`{name}` does not exist{hint}")).at(span));
        };
        if !self.is("(") {
            return Err(Failure::syntax(span, format!("`{name}` is a function: call it as `{}`", function.signature)));
        }
        self.finish_call(function, span)
    }

    fn finish_call(&mut self, function: &'static functions::Function, start: Span) -> Checked<Expr> {
        let arguments = self.arguments(|position| function.takes_callback(position))?;
        let span = start.to(self.previous_span());
        function.check_count(&arguments).map_err(|failure| failure.at(span))?;
        self.findings.is_impure |= function.is_impure;
        Ok(fold::fold(Expr { span, kind: Kind::Call { function, arguments } }))
    }

    fn arguments(&mut self, takes_callback: impl Fn(usize) -> bool) -> Checked<Vec<Argument>> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        self.separated(")", |parser| {
            let argument = parser.argument(takes_callback(arguments.len()))?;
            arguments.push(argument);
            Ok(())
        })?;
        Ok(arguments)
    }

    fn unknown_name(&self, name: &str, span: Span) -> Box<Failure> {
        if RESERVED.contains(&name) {
            let hint = if name == "new" { "; for dates use now() or parseDate(text)" } else { "" };
            return Failure::new("not_an_expression", format!("`{name}` is not part of expressions{hint}")).at(span);
        }
        if functions::named(name).is_some() {
            let message = format!("`{name}` is a function: call it with parentheses");
            return Failure::syntax(span, message);
        }
        let locals = self.locals.iter().map(|local| local.name);
        let hint = did_you_mean(name, Base::ALL.iter().map(|(name, _)| *name).chain(locals));
        let known = if hint.is_empty() { "; values start at input, steps, trigger, run or vars" } else { "" };
        Failure::new("unknown_name", format!("`{name}` is not known here{hint}{known}")).at(span)
    }

    fn unknown_function(&self, name: &str, span: Span) -> Box<Failure> {
        if RESERVED.contains(&name) {
            return self.unknown_name(name, span);
        }
        let hint = did_you_mean(name, functions::names());
        Failure::new("unknown_function", format!("there is no function `{name}`{hint}")).at(span)
    }
}

/// Adds a link to what a reference covers; false once the rest of the path is not plain members any more.
fn extend(reference: &mut Reference, link: &LinkKind, span: Span) -> bool {
    match link {
        LinkKind::Member(name) => {
            reference.path.push(name.clone());
            reference.span = span;
            true
        }
        _ => false,
    }
}

fn unknown_method(name: &str, span: Span) -> Box<Failure> {
    let mutating = match name {
        "push" | "unshift" => Some("write `[...list, item]`"),
        "pop" | "shift" | "splice" => Some("use slice()"),
        "forEach" => Some("use map()"),
        "fill" | "copyWithin" => Some("use map()"),
        _ => None,
    };
    let message = match mutating {
        Some(instead) => format!("`{name}` changes a list in place, which expressions can't: {instead}"),
        None if functions::named(name).is_some() => {
            format!("`{name}` is a function, not a method: write `{name}(value)`")
        }
        None => format!("there is no method `{name}`{}", did_you_mean(name, MethodSet::names())),
    };
    Failure::new("unknown_method", message).at(span)
}
