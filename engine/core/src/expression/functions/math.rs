//! `Math`.

use super::super::call::{Call, Native};
use super::super::coerce;
use super::super::datum::{Datum, Outcome};
use super::super::error::{Checked, Failure};
use super::super::number::Number;
use super::{ANY, Example, Function, example};

pub(super) const FUNCTIONS: &[Function] = &[
    math(("Math.abs", "Math.abs(number)"), "Without its sign.", abs, &[example("Math.abs(-2.5)", "2.5")]),
    math(("Math.acos", "Math.acos(number)"), "Arc cosine.", acos, &[example("Math.acos(1)", "0")]),
    math(("Math.asin", "Math.asin(number)"), "Arc sine.", asin, &[example("Math.asin(0)", "0")]),
    math(("Math.atan", "Math.atan(number)"), "Arc tangent.", atan, &[example("Math.atan(0)", "0")]),
    two(("Math.atan2", "Math.atan2(y, x)"), "The angle of a point.", atan2, &[example("Math.atan2(0, 1)", "0")]),
    math(("Math.cbrt", "Math.cbrt(number)"), "Cube root.", cbrt, &[example("Math.cbrt(27)", "3")]),
    math(
        ("Math.ceil", "Math.ceil(number)"),
        "Rounded up.",
        ceil,
        &[example("Math.ceil(1.2)", "2"), example("Math.ceil(-1.8)", "-1")],
    ),
    math(("Math.cos", "Math.cos(radians)"), "Cosine.", cos, &[example("Math.cos(0)", "1")]),
    math(("Math.exp", "Math.exp(number)"), "e to the power of a number.", exp, &[example("Math.exp(0)", "1")]),
    math(
        ("Math.floor", "Math.floor(number)"),
        "Rounded down.",
        floor,
        &[example("Math.floor(1.8)", "1"), example("Math.floor(-1.2)", "-2")],
    ),
    many(
        ("Math.hypot", "Math.hypot(...numbers)"),
        "The length of a vector.",
        hypot,
        &[example("Math.hypot(3, 4)", "5")],
    ),
    math(("Math.log", "Math.log(number)"), "Natural logarithm.", log, &[example("Math.log(1)", "0")]),
    math(("Math.log10", "Math.log10(number)"), "Logarithm to base 10.", log10, &[example("Math.log10(1000)", "3")]),
    math(("Math.log2", "Math.log2(number)"), "Logarithm to base 2.", log2, &[example("Math.log2(8)", "3")]),
    many(
        ("Math.max", "Math.max(...numbers)"),
        "The largest number.",
        max,
        &[example("Math.max(1, 3, 2)", "3"), example("Math.max(...[4, 9])", "9")],
    ),
    many(("Math.min", "Math.min(...numbers)"), "The smallest number.", min, &[example("Math.min(1, 3, 2)", "1")]),
    two(
        ("Math.pow", "Math.pow(base, exponent)"),
        "The base to the power of the exponent.",
        pow,
        &[example("Math.pow(2, 10)", "1024")],
    ),
    Function::new(
        "math",
        ("Math.random", "Math.random()"),
        "A random number from 0 up to, but not including, 1; the same when the run is repeated.",
        ("nothing", "number"),
        (0, 0),
        random,
        &[example("Math.random() < 1", "true")],
    )
    .impure(),
    math(
        ("Math.round", "Math.round(number)"),
        "Rounded to the nearest whole number; halves go up.",
        round,
        &[example("Math.round(2.5)", "3"), example("Math.round(-2.5)", "-2")],
    ),
    math(("Math.sign", "Math.sign(number)"), "1, 0 or -1 by its sign.", sign, &[example("Math.sign(-5)", "-1")]),
    math(("Math.sin", "Math.sin(radians)"), "Sine.", sin, &[example("Math.sin(0)", "0")]),
    math(
        ("Math.sqrt", "Math.sqrt(number)"),
        "Square root.",
        sqrt,
        &[example("Math.sqrt(9)", "3"), example("Math.sqrt(-1)", "null")],
    ),
    math(("Math.tan", "Math.tan(radians)"), "Tangent.", tan, &[example("Math.tan(0)", "0")]),
    math(
        ("Math.trunc", "Math.trunc(number)"),
        "Without what is after the point.",
        trunc,
        &[example("Math.trunc(-1.8)", "-1")],
    ),
];

type Signature = (&'static str, &'static str);

const fn math(signature: Signature, docs: &'static str, run: Native, examples: &'static [Example]) -> Function {
    Function::new("math", signature, docs, ("number", "number"), (1, 1), run, examples)
}

const fn two(signature: Signature, docs: &'static str, run: Native, examples: &'static [Example]) -> Function {
    Function::new("math", signature, docs, ("number", "number"), (2, 2), run, examples)
}

const fn many(signature: Signature, docs: &'static str, run: Native, examples: &'static [Example]) -> Function {
    Function::new("math", signature, docs, ("number", "number"), (0, ANY), run, examples)
}

/// Functions of one double, for which rounding is part of what they do.
macro_rules! of_float {
    ($($name:ident = $calculate:expr;)*) => {
        $(fn $name<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
            let calculate: fn(f64) -> f64 = $calculate;
            Ok(Datum::number(calculate(call.number(0)?.to_f64())))
        })*
    };
}

of_float! {
    acos = f64::acos;
    asin = f64::asin;
    atan = f64::atan;
    cbrt = f64::cbrt;
    cos = f64::cos;
    exp = f64::exp;
    log = f64::ln;
    log10 = f64::log10;
    log2 = f64::log2;
    sin = f64::sin;
    sqrt = f64::sqrt;
    tan = f64::tan;
}

/// Whole and decimal numbers stay what they are.
fn rounded<'a>(
    call: &mut Call<'_, 'a>,
    float: fn(f64) -> f64,
    decimal: fn(super::Decimal) -> super::Decimal,
) -> Outcome<'a> {
    match call.take(0) {
        Datum::Decimal(value) => Ok(Datum::decimal(decimal(*value))),
        value => Ok(match coerce::to_number(&value)? {
            Number::Float(value) => Datum::number(float(value)),
            integer => Datum::Number(integer),
        }),
    }
}

fn floor<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    rounded(call, f64::floor, |value| value.floor())
}

fn ceil<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    rounded(call, f64::ceil, |value| value.negate().floor().negate())
}

fn round<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    // Adding a half first would round 0.49999999999999994 up.
    rounded(
        call,
        |value| if value - value.floor() >= 0.5 { value.ceil() } else { value.floor() },
        |value| value.round(0),
    )
}

fn trunc<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    rounded(
        call,
        f64::trunc,
        |value| if value < value.negate() { value.negate().floor().negate() } else { value.floor() },
    )
}

fn abs<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    match call.take(0) {
        Datum::Decimal(value) => Ok(Datum::decimal(value.abs())),
        value => {
            let number = coerce::to_number(&value)?;
            let is_negative = number.to_f64() < 0.0;
            Ok(Datum::Number(match number {
                Number::Float(value) => Number::from_f64(value.abs()),
                number if is_negative => number.negate()?,
                number => number,
            }))
        }
    }
}

fn sign<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let value = call.number(0)?.to_f64();
    Ok(Datum::number(if value == 0.0 || value.is_nan() { value } else { value.signum() }))
}

fn atan2<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (y, x) = (call.number(0)?.to_f64(), call.number(1)?.to_f64());
    Ok(Datum::number(y.atan2(x)))
}

fn pow<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (base, exponent) = (call.number(0)?, call.number(1)?);
    Ok(Datum::Number(base.power(exponent)?))
}

fn hypot<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut length: f64 = 0.0;
    for position in 0..call.count() {
        length = length.hypot(call.number(position)?.to_f64());
    }
    Ok(Datum::number(length))
}

fn random<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::number(call.machine.random()))
}

fn max<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    best(call, f64::NEG_INFINITY, |ordering| ordering.is_gt())
}

fn min<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    best(call, f64::INFINITY, |ordering| ordering.is_lt())
}

fn best<'a>(call: &mut Call<'_, 'a>, none: f64, is_better: fn(std::cmp::Ordering) -> bool) -> Outcome<'a> {
    let values: Vec<Datum<'a>> = (0..call.count()).map(|position| call.take(position)).collect();
    call.fuel().steps(values.len())?;
    choose(values.into_iter(), is_better).map(|best| best.unwrap_or(Datum::number(none)))
}

/// The best of some numbers; NaN as soon as one is NaN.
pub(super) fn choose<'a>(
    values: impl Iterator<Item = Datum<'a>>,
    is_better: fn(std::cmp::Ordering) -> bool,
) -> Checked<Option<Datum<'a>>> {
    let mut best: Option<Datum<'a>> = None;
    for value in values {
        let value = match value {
            Datum::Decimal(_) => value,
            other => Datum::Number(coerce::to_number(&other)?),
        };
        if matches!(value, Datum::Number(number) if number.is_nan()) {
            return Ok(Some(value));
        }
        let replaces = match &best {
            None => true,
            Some(best) => order(&value, best)?.is_some_and(is_better),
        };
        if replaces {
            best = Some(value);
        }
    }
    Ok(best)
}

fn order(a: &Datum<'_>, b: &Datum<'_>) -> Checked<Option<std::cmp::Ordering>> {
    match (a, b) {
        (Datum::Number(a), Datum::Number(b)) => Ok(a.compare(*b)),
        (Datum::Decimal(_), _) | (_, Datum::Decimal(_)) => {
            Ok(Some(coerce::to_decimal(a)?.cmp(&coerce::to_decimal(b)?)))
        }
        _ => Err(Failure::wrong_type(format!("{} is not a number", a.kind()))),
    }
}
