//! Methods of numbers, decimal numbers, booleans and objects.

use super::super::call::Call;
use super::super::coerce;
use super::super::datum::{Datum, Outcome};
use super::super::error::{Checked, Failure};
use super::super::functions::{Example, example};
use super::super::number::Number;
use super::{Method, Receiver};

pub(super) const METHODS: &[Method] = &[
    number(
        ("toExponential", "number.toExponential(digits?)"),
        "In scientific notation.",
        (0, 1),
        to_exponential,
        &[example("(1234.5).toExponential(2)", r#""1.23e+3""#)],
    ),
    number(
        ("toFixed", "number.toFixed(digits?)"),
        "With exactly so many digits after the point.",
        (0, 1),
        to_fixed,
        &[
            example("(2.5).toFixed()", r#""3""#),
            example("(1.005).toFixed(2)", r#""1.00""#),
            example("(-1.5).toFixed(0)", r#""-2""#),
            example("(7).toFixed(2)", r#""7.00""#),
        ],
    ),
    number(
        ("toPrecision", "number.toPrecision(digits?)"),
        "With so many digits in all.",
        (0, 1),
        to_precision,
        &[
            example("(123.456).toPrecision(4)", r#""123.5""#),
            example("(0.00001).toPrecision(2)", r#""0.000010""#),
            example("(123456).toPrecision(2)", r#""1.2e+5""#),
        ],
    ),
    number(
        ("toString", "number.toString(radix?)"),
        "As text, in another base when one is told.",
        (0, 1),
        number_to_string,
        &[example("(255).toString(16)", r#""ff""#), example("(0.5).toString()", r#""0.5""#)],
    ),
    Method::new(
        Receiver::Decimal,
        ("toFixed", "decimal.toFixed(digits?)"),
        "With exactly so many digits after the point, half rounded away from zero.",
        (0, 1),
        decimal_to_fixed,
        &[example("decimal('1.005').toFixed(2)", r#""1.01""#), example("decimal(7).toFixed(2)", r#""7.00""#)],
    ),
    Method::new(
        Receiver::Decimal,
        ("toString", "decimal.toString()"),
        "As text.",
        (0, 0),
        super::text::as_text,
        &[example("decimal('0.10').toString()", r#""0.1""#)],
    ),
    Method::new(
        Receiver::Boolean,
        ("toString", "boolean.toString()"),
        "`true` or `false` as text.",
        (0, 0),
        super::text::as_text,
        &[example("true.toString()", r#""true""#)],
    ),
    Method::new(
        Receiver::Object,
        ("hasOwnProperty", "object.hasOwnProperty(key)"),
        "Whether the object has a key.",
        (1, 1),
        has_own_property,
        &[
            example("{ a: null }.hasOwnProperty('a')", "true"),
            example("{ a: 1 }.hasOwnProperty('constructor')", "false"),
        ],
    ),
];

const fn number(
    signature: (&'static str, &'static str),
    docs: &'static str,
    counts: (usize, usize),
    run: super::super::call::Native,
    examples: &'static [Example],
) -> Method {
    Method::new(Receiver::Number, signature, docs, counts, run, examples)
}

const MAX_DIGITS: i64 = 100;

fn receiver_number(call: &mut Call<'_, '_>) -> Checked<Number> {
    coerce::to_number(&call.receiver())
}

fn to_fixed<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let digits = call.whole(0, 0..=MAX_DIGITS, 0)? as usize;
    let number = receiver_number(call)?;
    Datum::text(fixed(number, digits), call.fuel())
}

/// `number.toFixed(digits)`: of two equally near results the larger.
pub(crate) fn fixed(number: Number, digits: usize) -> String {
    let value = match number {
        Number::Float(value) if value.is_finite() && value.abs() < 1e21 => value,
        Number::Float(_) => return number.to_text(),
        integer if digits == 0 => return integer.to_text(),
        integer => return format!("{}.{}", integer.to_text(), "0".repeat(digits)),
    };
    round_half_up(value, digits)
}

/// Rust rounds exact halves to the even digit, JavaScript away from zero; nothing else differs.
fn round_half_up(value: f64, digits: usize) -> String {
    /// More digits than it takes to tell an exact half from its neighbours.
    const MORE: usize = 40;
    let long = format!("{value:.*}", digits + MORE);
    let (kept, dropped) = long.split_at(long.len() - MORE);
    let is_half = dropped.starts_with('5') && dropped[1..].bytes().all(|digit| digit == b'0');
    if !is_half {
        let rounded = format!("{value:.digits$}");
        let is_zero = rounded.bytes().all(|digit| matches!(digit, b'-' | b'0' | b'.'));
        // JavaScript writes -0.00 only for numbers below zero.
        return if is_zero && value == 0.0 { rounded.trim_start_matches('-').to_owned() } else { rounded };
    }
    let mut reversed: Vec<u8> = kept.trim_end_matches('.').bytes().rev().collect();
    let mut carry = true;
    for digit in reversed.iter_mut().filter(|digit| digit.is_ascii_digit()) {
        if carry {
            carry = *digit == b'9';
            *digit = if carry { b'0' } else { *digit + 1 };
        }
    }
    if carry {
        let sign = reversed.pop_if(|digit| *digit == b'-');
        reversed.push(b'1');
        reversed.extend(sign);
    }
    reversed.iter().rev().map(|byte| char::from(*byte)).collect()
}

fn to_exponential<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let digits = call.whole(0, 0..=MAX_DIGITS, -1)?;
    let number = receiver_number(call)?;
    let value = number.to_f64();
    if !value.is_finite() {
        return Datum::text(number.to_text(), call.fuel());
    }
    let written = if digits < 0 { format!("{value:e}") } else { format!("{value:.*e}", digits as usize) };
    Datum::text(with_sign(&written), call.fuel())
}

/// JavaScript writes the sign of every exponent.
fn with_sign(written: &str) -> String {
    match written.split_once('e') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => format!("{mantissa}e+{exponent}"),
        _ => written.to_owned(),
    }
}

fn to_precision<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let digits = call.whole(0, 1..=MAX_DIGITS, 0)? as usize;
    let number = receiver_number(call)?;
    let value = number.to_f64();
    if digits == 0 || !value.is_finite() {
        return Datum::text(number.to_text(), call.fuel());
    }
    let scientific = format!("{value:.*e}", digits - 1);
    let exponent = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse::<i64>().ok()).unwrap_or(0);
    let text = if exponent < -6 || exponent >= digits as i64 {
        with_sign(&scientific)
    } else {
        let places = usize::try_from(digits as i64 - 1 - exponent).unwrap_or(0);
        format!("{value:.places$}")
    };
    Datum::text(text, call.fuel())
}

fn number_to_string<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let radix = call.whole(0, 2..=36, 10)?;
    let number = receiver_number(call)?;
    if radix == 10 {
        return Datum::text(number.to_text(), call.fuel());
    }
    let Some(integer) = number.to_i128() else {
        return Err(Failure::invalid("only whole numbers can be written in another base"));
    };
    let mut digits = Vec::new();
    let mut rest = integer.unsigned_abs();
    loop {
        digits.push(char::from_digit((rest % radix as u128) as u32, radix as u32).unwrap_or('0'));
        rest /= radix as u128;
        if rest == 0 {
            break;
        }
    }
    if integer < 0 {
        digits.push('-');
    }
    Datum::text(digits.iter().rev().collect(), call.fuel())
}

fn decimal_to_fixed<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let digits = call.whole(0, 0..=MAX_DIGITS, 0)? as u32;
    let decimal = coerce::to_decimal(&call.receiver())?;
    Datum::text(decimal.to_fixed(digits), call.fuel())
}

fn has_own_property<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let key = call.text(0)?;
    let Datum::Object(object) = call.receiver() else { return Ok(Datum::Bool(false)) };
    Ok(Datum::Bool(object.get(key.as_str()).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_digits_are_javascripts() {
        let cases = [
            (0.5, 0, "1"),
            (1.5, 0, "2"),
            (2.5, 0, "3"),
            (-2.5, 0, "-3"),
            (9.5, 0, "10"),
            (-99.95, 1, "-100.0"),
            (1.45, 1, "1.4"),
            (1.25, 1, "1.3"),
            (8.345, 2, "8.35"),
            (1.005, 2, "1.00"),
            (-0.0000001, 2, "-0.00"),
            (-0.0, 2, "0.00"),
            (1e21, 2, "1e+21"),
            (123.456, 5, "123.45600"),
        ];
        for (value, digits, wanted) in cases {
            assert_eq!(fixed(Number::Float(value), digits), wanted, "{value} {digits}");
        }
    }
}
