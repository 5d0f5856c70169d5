//! Numbers and money.

use super::super::call::{Call, Native};
use super::super::coerce;
use super::super::datum::{Datum, ListBuilder, Outcome};
use super::super::decimal::Decimal;
use super::super::error::{Checked, Failure};
use super::super::methods::fixed;
use super::super::number::Number;
use super::{Example, Function, example};

pub(super) const FUNCTIONS: &[Function] = &[
    number(
        ("round", "round(number, digits?)"),
        "Rounded to so many digits after the point, halves away from zero.",
        ("number", "number"),
        (1, 2),
        round,
        &[
            example("round(2.345, 1)", "2.3"),
            example("round(1.005, 2)", "1.01"),
            example("round(-2.5)", "-3"),
            example("round(1234, -2)", "1200"),
        ],
    ),
    number(
        ("floor", "floor(number, digits?)"),
        "Rounded down to so many digits after the point.",
        ("number", "number"),
        (1, 2),
        floor,
        &[example("floor(2.39, 1)", "2.3"), example("floor(-2.1)", "-3")],
    ),
    number(
        ("ceil", "ceil(number, digits?)"),
        "Rounded up to so many digits after the point.",
        ("number", "number"),
        (1, 2),
        ceil,
        &[example("ceil(2.31, 1)", "2.4"), example("ceil(-2.9)", "-2")],
    ),
    number(
        ("clamp", "clamp(number, lowest, highest)"),
        "The number, kept between two others.",
        ("number", "number"),
        (3, 3),
        clamp,
        &[example("clamp(15, 0, 10)", "10"), example("clamp(-1, 0, 10)", "0")],
    ),
    number(
        ("percent", "percent(part, whole, digits?)"),
        "How many percent of the whole a part is.",
        ("number", "number"),
        (2, 3),
        percent,
        &[example("percent(1, 8)", "12.5"), example("percent(1, 3, 1)", "33.3")],
    ),
    number(
        ("formatNumber", "formatNumber(number, digits?, point?, thousands?)"),
        "A number for people, with thousands apart.",
        ("number", "text"),
        (1, 4),
        format_number,
        &[
            example("formatNumber(1234567.891, 2)", r#""1,234,567.89""#),
            example("formatNumber(1234.5, 2, ',', '.')", r#""1.234,50""#),
            example("formatNumber(-1234)", r#""-1,234""#),
        ],
    ),
    number(
        ("parseNumber", "parseNumber(text, point?)"),
        "The number in a text written for people; null where there is none.",
        ("text", "number"),
        (1, 2),
        parse_number,
        &[
            example("parseNumber('$ 1,234.50')", "1234.5"),
            example("parseNumber('1.234,50 €', ',')", "1234.5"),
            example("parseNumber('none')", "null"),
        ],
    ),
    number(
        ("isBetween", "isBetween(number, lowest, highest)"),
        "Whether a number is not below one and not above another.",
        ("number", "boolean"),
        (3, 3),
        is_between,
        &[example("isBetween(5, 1, 10)", "true"), example("isBetween(11, 1, 10)", "false")],
    ),
    number(
        ("decimal", "decimal(value)"),
        "An exact decimal number of up to 38 digits, for money: `+ - * /` and comparisons stay exact. As a result it becomes text.",
        ("number or text", "decimal"),
        (1, 1),
        decimal,
        &[
            example("decimal('0.1') + decimal('0.2')", r#""0.3""#),
            example("decimal('19.99') * 3 > 59.96", "true"),
            example("decimal('9007199254740993') + 1", r#""9007199254740994""#),
        ],
    ),
    number(
        ("allocate", "allocate(amount, shares, digits?)"),
        "An amount of money in parts that add up to it: so many equal ones, or by a list of weights.",
        ("decimal", "list"),
        (2, 3),
        allocate,
        &[
            example("allocate('100', 3)", r#"["33.34","33.33","33.33"]"#),
            example("allocate(10, [1, 1, 2])", r#"["2.50","2.50","5.00"]"#),
        ],
    ),
    number(
        ("random", "random()"),
        "A random number from 0 up to, but not including, 1; the same when the run is repeated.",
        ("nothing", "number"),
        (0, 0),
        random,
        &[example("random() >= 0", "true")],
    )
    .impure(),
    number(
        ("randomInt", "randomInt(lowest, highest)"),
        "A random whole number between two others, both included.",
        ("number", "number"),
        (2, 2),
        random_int,
        &[example("isBetween(randomInt(1, 6), 1, 6)", "true")],
    )
    .impure(),
];

const fn number(
    signature: (&'static str, &'static str),
    docs: &'static str,
    types: (&'static str, &'static str),
    counts: (usize, usize),
    run: Native,
    examples: &'static [Example],
) -> Function {
    Function::new("number", signature, docs, types, counts, run, examples)
}

/// Rounding goes by how the number is written: 1.005 is a little less as a double, but not for the person who wrote it.
fn rounded<'a>(call: &mut Call<'_, 'a>, round: fn(Decimal) -> Decimal) -> Outcome<'a> {
    let digits = call.whole(1, -15..=20, 0)?;
    let value = call.take(0);
    if let Datum::Number(Number::Float(float)) = value
        && (!float.is_finite() || float.abs() > 1e21)
    {
        return Ok(value);
    }
    let is_decimal = matches!(value, Datum::Decimal(_));
    let value =
        if is_decimal { coerce::to_decimal(&value)? } else { Decimal::from_number(coerce::to_number(&value)?)? };
    let rounded = round(value.shifted(digits)?).shifted(-digits)?;
    Ok(if is_decimal { Datum::decimal(rounded) } else { Datum::Number(rounded.to_number()) })
}

fn round<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    rounded(call, |value| value.round(0))
}

fn floor<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    rounded(call, Decimal::floor)
}

fn ceil<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    rounded(call, |value| value.negate().floor().negate())
}

fn clamp<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (value, lowest, highest) = (call.take(0), call.take(1), call.take(2));
    if coerce::compare(&value, &lowest, call.fuel())?.is_some_and(std::cmp::Ordering::is_lt) {
        return Ok(lowest);
    }
    let is_above = coerce::compare(&value, &highest, call.fuel())?.is_some_and(std::cmp::Ordering::is_gt);
    Ok(if is_above { highest } else { value })
}

fn percent<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let digits = call.whole(2, 0..=20, -1)?;
    let (part, whole) = (call.number(0)?.to_f64(), call.number(1)?.to_f64());
    if whole == 0.0 {
        return Ok(Datum::Null);
    }
    let percent = Number::from_f64(part / whole * 100.0);
    if digits < 0 || !percent.to_f64().is_finite() {
        return Ok(Datum::Number(percent));
    }
    Ok(Datum::Number(Decimal::from_number(percent)?.round(digits as u32).to_number()))
}

fn format_number<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let digits = call.whole(1, 0..=20, -1)?;
    let point = call.optional_text(2)?;
    let thousands = call.optional_text(3)?;
    let value = call.take(0);
    let text = match &value {
        Datum::Decimal(decimal) if digits >= 0 => decimal.to_fixed(digits as u32),
        Datum::Decimal(decimal) => decimal.to_text(),
        other => {
            let number = coerce::to_number(other)?;
            if digits >= 0 { fixed(number, digits as usize) } else { number.to_text() }
        }
    };
    let (sign, body) = match text.strip_prefix('-') {
        Some(body) => ("-", body),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    if !whole.bytes().all(|digit| digit.is_ascii_digit()) {
        return Datum::text(text, call.fuel());
    }
    let thousands = thousands.as_ref().map_or(",", |text| text.as_str());
    let point = point.as_ref().map_or(".", |text| text.as_str());
    call.fuel().allocate(whole.len() * (1 + thousands.len()) + point.len())?;
    let mut formatted = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            formatted.push_str(thousands);
        }
        formatted.push(digit);
    }
    if !fraction.is_empty() {
        formatted.push_str(point);
        formatted.push_str(fraction);
    }
    Datum::text(formatted, call.fuel())
}

fn parse_number<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let point = call.optional_text(1)?;
    let point = point.as_ref().and_then(|text| text.as_str().chars().next()).unwrap_or('.');
    let text = call.text(0)?;
    call.fuel().allocate(text.as_str().len())?;
    let digits: String = text
        .as_str()
        .chars()
        .filter_map(|character| match character {
            '0'..='9' | '-' => Some(character),
            _ if character == point => Some('.'),
            _ => None,
        })
        .collect();
    match digits.parse::<f64>() {
        Ok(_) => Ok(Datum::Number(super::super::number::parse(&digits)?)),
        Err(_) => Ok(Datum::Null),
    }
}

fn is_between<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (value, lowest, highest) = (call.take(0), call.take(1), call.take(2));
    let is_low = coerce::compare(&value, &lowest, call.fuel())?.is_none_or(std::cmp::Ordering::is_lt);
    let is_high = coerce::compare(&value, &highest, call.fuel())?.is_none_or(std::cmp::Ordering::is_gt);
    Ok(Datum::Bool(!is_low && !is_high))
}

fn decimal<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::decimal(call.decimal(0)?))
}

fn weights(call: &mut Call<'_, '_>) -> Checked<Vec<i128>> {
    const MOST: usize = 10_000;
    let shares: Vec<_> = match call.take(1) {
        Datum::List(list) => {
            call.fuel().steps(list.len())?;
            list.iter().map(|weight| coerce::to_number(&weight)).collect::<Checked<_>>()?
        }
        count => {
            let count = coerce::to_number(&count)?;
            let shares = usize::try_from(count.to_index()).unwrap_or(0).min(MOST + 1);
            vec![Number::Int(1); shares]
        }
    };
    if shares.is_empty() || shares.len() > MOST {
        return Err(Failure::invalid(format!("allocate() needs from 1 to {MOST} shares")));
    }
    let whole = |share: &Number| share.to_i128().filter(|weight| (0..=1_000_000_000).contains(weight));
    let weights: Option<Vec<i128>> = shares.iter().map(whole).collect();
    match weights {
        Some(weights) if weights.iter().any(|weight| *weight > 0) => Ok(weights),
        _ => Err(Failure::invalid("the weights of allocate() are whole numbers, not all of them 0")),
    }
}

fn allocate<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let digits = call.whole(2, 0..=10, 2)?;
    let weights = weights(call)?;
    let amount = call.decimal(0)?;
    let units = amount.shifted(digits)?.round(0).to_i128();
    let total: i128 = weights.iter().sum();
    let too_large = || Failure::invalid("the amount is too large to be allocated");
    let mut parts = Vec::with_capacity(weights.len());
    for weight in &weights {
        parts.push(units.checked_mul(*weight).ok_or_else(too_large)? / total);
    }
    // What rounding left over goes to the first parts, one smallest unit each.
    let mut rest = units - parts.iter().sum::<i128>();
    for (part, _) in parts.iter_mut().zip(&weights).filter(|(_, weight)| **weight > 0) {
        if rest == 0 {
            break;
        }
        *part += rest.signum();
        rest -= rest.signum();
    }
    let mut list = ListBuilder::new();
    for part in parts {
        let text = Decimal::from_units(part).shifted(-digits)?.to_fixed(digits as u32);
        let text = Datum::text(text, call.fuel())?;
        list.push(text, call.fuel())?;
    }
    Ok(list.datum())
}

fn random<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::number(call.machine.random()))
}

fn random_int<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    const FAR: i64 = 1 << 53;
    let (lowest, highest) = (call.whole(0, -FAR..=FAR, 0)?, call.whole(1, -FAR..=FAR, 0)?);
    if lowest > highest {
        return Err(Failure::invalid("the lowest number of randomInt() is above the highest"));
    }
    let span = (highest - lowest + 1) as f64;
    let offset = (call.machine.random() * span) as i64;
    Ok(Datum::Number(Number::Int((lowest + offset).min(highest))))
}
