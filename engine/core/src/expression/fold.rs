//! Works out parts that never change while parsing, so that evaluating only copies them.

use serde_json::Value;

use super::ast::{Argument, Element, Expr, Field, Kind, LinkKind, Piece};
use super::evaluate::Machine;
use super::fuel::Limits;
use super::scope::Scope;

/// Small, because parsing should be cheap and a template small; what needs more is evaluated each time.
const LIMITS: Limits = Limits { steps: 500, bytes: 4 << 10, depth: 32 };

/// The expression, replaced by its value where all its parts are constant and it does not fail.
pub(crate) fn fold(expr: Expr) -> Expr {
    if !has_constant_parts(&expr.kind) {
        return expr;
    }
    let nothing = serde_json::Map::new();
    let null = Value::Null;
    let scope = Scope {
        input: &null,
        steps: &nothing,
        trigger: &null,
        run: &null,
        vars: &null,
        item: None,
        index: None,
        now_ms: 0,
        seed: 0,
    };
    let mut machine = Machine::new(&scope, LIMITS);
    let value = machine.evaluate(&expr).and_then(|value| match value.is_json() {
        true => value.into_json(&mut machine.fuel).map(Some),
        false => Ok(None),
    });
    match value {
        Ok(Some(value)) => Expr { span: expr.span, kind: Kind::Constant(value) },
        // A failure is reported when it is evaluated: it may be in a branch that never is.
        _ => expr,
    }
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Constant(_) | Kind::Float(_))
}

fn has_constant_parts(kind: &Kind) -> bool {
    let constant_arguments = |arguments: &[Argument]| {
        arguments.iter().all(|argument| match argument {
            Argument::Value(expr) | Argument::Spread(expr) => is_constant(expr),
            Argument::Callback(_) => false,
        })
    };
    match kind {
        Kind::Constant(_) | Kind::Float(_) | Kind::Root(_) | Kind::Step { .. } | Kind::Slot(_) | Kind::Pattern(_) => {
            false
        }
        Kind::Path { base, links } => {
            is_constant(base)
                && links.iter().all(|link| match &link.kind {
                    LinkKind::Member(_) => true,
                    LinkKind::Index(index) => is_constant(index),
                    LinkKind::Method(_, arguments) => constant_arguments(arguments),
                })
        }
        Kind::Call { function, arguments } => !function.is_impure && constant_arguments(arguments),
        Kind::Not(operand) | Kind::Negate(operand) | Kind::Plus(operand) | Kind::TypeOf(operand) => {
            is_constant(operand)
        }
        Kind::Binary { first, rest } => is_constant(first) && rest.iter().all(|(_, operand)| is_constant(operand)),
        Kind::And(operands) | Kind::Or(operands) | Kind::Coalesce(operands) => operands.iter().all(is_constant),
        Kind::Conditional { branches, otherwise } => {
            is_constant(otherwise) && branches.iter().all(|(test, value)| is_constant(test) && is_constant(value))
        }
        Kind::List(elements) => elements.iter().all(|element| match element {
            Element::Item(expr) | Element::Spread(expr) => is_constant(expr),
        }),
        Kind::Object(fields) => fields.iter().all(|field| match field {
            Field::Named(_, expr) | Field::Spread(expr) => is_constant(expr),
            Field::Computed(key, expr) => is_constant(key) && is_constant(expr),
        }),
        Kind::Template(pieces) => pieces.iter().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Hole(expr) => is_constant(expr),
        }),
    }
}
