//! What the operators do with two values.

use std::cmp::Ordering;

use super::super::ast::Operator;
use super::super::coerce;
use super::super::datum::{Datum, Outcome};
use super::super::error::Failure;
use super::super::fuel::Fuel;

#[inline]
pub(super) fn apply<'a>(operator: Operator, left: Datum<'a>, right: Datum<'a>, fuel: &mut Fuel) -> Outcome<'a> {
    let result = match operator {
        Operator::Add => return add(left, right, fuel),
        Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Remainder | Operator::Power => {
            return calculate(operator, &left, &right);
        }
        Operator::Equal => coerce::equal(&left, &right, fuel)?,
        Operator::NotEqual => !coerce::equal(&left, &right, fuel)?,
        Operator::LooselyEqual => coerce::loosely_equal(&left, &right, fuel)?,
        Operator::NotLooselyEqual => !coerce::loosely_equal(&left, &right, fuel)?,
        Operator::Less => coerce::compare(&left, &right, fuel)? == Some(Ordering::Less),
        Operator::Greater => coerce::compare(&left, &right, fuel)? == Some(Ordering::Greater),
        Operator::LessOrEqual => coerce::compare(&left, &right, fuel)?.is_some_and(Ordering::is_le),
        Operator::GreaterOrEqual => coerce::compare(&left, &right, fuel)?.is_some_and(Ordering::is_ge),
        Operator::In => return contains(left, &right, fuel),
    };
    Ok(Datum::Bool(result))
}

pub(super) fn add<'a>(left: Datum<'a>, right: Datum<'a>, fuel: &mut Fuel) -> Outcome<'a> {
    match (left, right) {
        (Datum::Number(left), Datum::Number(right)) => Ok(Datum::Number(left.add(right)?)),
        (left @ (Datum::Text(_) | Datum::List(_) | Datum::Object(_)), right)
        | (left, right @ (Datum::Text(_) | Datum::List(_) | Datum::Object(_))) => {
            let left = coerce::to_text(left, fuel)?;
            let right = coerce::to_text(right, fuel)?;
            Ok(Datum::Text(left.append(right.as_str(), fuel)?))
        }
        (left @ Datum::Decimal(_), right) | (left, right @ Datum::Decimal(_)) => {
            Ok(Datum::decimal(coerce::to_decimal(&left)?.add(coerce::to_decimal(&right)?)?))
        }
        (left, right) => Ok(Datum::Number(coerce::to_number(&left)?.add(coerce::to_number(&right)?)?)),
    }
}

fn calculate<'a>(operator: Operator, left: &Datum<'a>, right: &Datum<'a>) -> Outcome<'a> {
    if matches!(left, Datum::Decimal(_)) || matches!(right, Datum::Decimal(_)) {
        let (left, right) = (coerce::to_decimal(left)?, coerce::to_decimal(right)?);
        return Ok(Datum::decimal(match operator {
            Operator::Subtract => left.subtract(right)?,
            Operator::Multiply => left.multiply(right)?,
            Operator::Divide => left.divide(right)?,
            Operator::Remainder => left.remainder(right)?,
            _ => {
                return Err(Failure::wrong_type(
                    "decimal numbers have no powers: multiply them, or use toNumber(value)",
                ));
            }
        }));
    }
    let (left, right) = (coerce::to_number(left)?, coerce::to_number(right)?);
    Ok(Datum::Number(match operator {
        Operator::Subtract => left.subtract(right)?,
        Operator::Multiply => left.multiply(right)?,
        Operator::Divide => left.divide(right)?,
        Operator::Remainder => left.remainder(right)?,
        _ => left.power(right)?,
    }))
}

fn contains<'a>(key: Datum<'a>, container: &Datum<'a>, fuel: &mut Fuel) -> Outcome<'a> {
    let key = coerce::to_key(key, fuel)?;
    match container {
        Datum::Object(object) => Ok(Datum::Bool(object.get(key.as_str()).is_some())),
        Datum::List(list) => {
            let index = key.as_str().parse::<usize>().ok();
            Ok(Datum::Bool(index.is_some_and(|index| index < list.len())))
        }
        other => Err(Failure::wrong_type(format!("`in` looks for a key in an object, not in {}", other.kind()))),
    }
}
