//! JavaScript's own functions: `String`, `Number`, `JSON`, `Array` and their like.

use super::super::call::{Call, Native};
use super::super::coerce;
use super::super::datum::{Datum, ListBuilder, Outcome, Text};
use super::super::error::Failure;
use super::super::json;
use super::super::number::{self, Number};
use super::{ANY, Example, Function, example};

pub(super) const FUNCTIONS: &[Function] = &[
    global(
        ("Array.from", "Array.from(value, x => …)"),
        "A list of a text's characters, a list's items, or as long as `{ length }` says.",
        ("any", "list"),
        (1, 2),
        array_from,
        &[
            example("Array.from('abc')", r#"["a","b","c"]"#),
            example("Array.from({ length: 3 }, (_, index) => index * 2)", "[0,2,4]"),
        ],
    )
    .with_callback(1),
    global(
        ("Array.isArray", "Array.isArray(value)"),
        "Whether it is a list.",
        ("any", "boolean"),
        (1, 1),
        is_array,
        &[example("Array.isArray([])", "true"), example("Array.isArray('a')", "false")],
    ),
    global(
        ("Array.of", "Array.of(...values)"),
        "A list of the values.",
        ("any", "list"),
        (0, ANY),
        array_of,
        &[example("Array.of(1, 2)", "[1,2]")],
    ),
    global(
        ("Boolean", "Boolean(value)"),
        "false for null, 0, NaN and empty text; true for all else.",
        ("any", "boolean"),
        (0, 1),
        boolean,
        &[example("Boolean('')", "false"), example("Boolean([])", "true")],
    ),
    global(
        ("isFinite", "isFinite(value)"),
        "Whether it is a number other than NaN and the infinities.",
        ("any", "boolean"),
        (1, 1),
        is_finite,
        &[example("isFinite('12')", "true"), example("isFinite(1 / 0)", "false")],
    ),
    global(
        ("isNaN", "isNaN(value)"),
        "Whether it is not a number.",
        ("any", "boolean"),
        (1, 1),
        is_nan,
        &[example("isNaN('abc')", "true"), example("isNaN('12')", "false")],
    ),
    global(
        ("JSON.parse", "JSON.parse(text)"),
        "The value a JSON text stands for.",
        ("text", "any"),
        (1, 1),
        json_parse,
        &[example(r#"JSON.parse('{"a":[1,2]}').a[1]"#, "2")],
    ),
    global(
        ("JSON.stringify", "JSON.stringify(value, null, indent?)"),
        "The value as JSON.",
        ("any", "text"),
        (1, 3),
        json_stringify,
        &[
            example("JSON.stringify({ a: [1, 'b', null] })", r#""{\"a\":[1,\"b\",null]}""#),
            example("JSON.stringify([1], null, 2)", r#""[\n  1\n]""#),
        ],
    ),
    global(
        ("Number", "Number(value)"),
        "The value as a number, NaN where it is none.",
        ("any", "number"),
        (0, 1),
        number,
        &[
            example("Number(' 12.5 ')", "12.5"),
            example("Number('')", "0"),
            example("Number('12a')", "null"),
            example("Number(true)", "1"),
        ],
    ),
    global(
        ("Number.isFinite", "Number.isFinite(value)"),
        "Whether it is a number other than NaN and the infinities.",
        ("any", "boolean"),
        (1, 1),
        number_is_finite,
        &[example("Number.isFinite('12')", "false")],
    ),
    global(
        ("Number.isInteger", "Number.isInteger(value)"),
        "Whether it is a whole number.",
        ("any", "boolean"),
        (1, 1),
        number_is_integer,
        &[example("Number.isInteger(5.0)", "true"), example("Number.isInteger('5')", "false")],
    ),
    global(
        ("Number.isNaN", "Number.isNaN(value)"),
        "Whether it is NaN.",
        ("any", "boolean"),
        (1, 1),
        number_is_nan,
        &[example("Number.isNaN(0 / 0)", "true"), example("Number.isNaN('a')", "false")],
    ),
    global(
        ("Number.isSafeInteger", "Number.isSafeInteger(value)"),
        "Whether it is a whole number below 2^53.",
        ("any", "boolean"),
        (1, 1),
        number_is_safe,
        &[example("Number.isSafeInteger(2 ** 53)", "false")],
    ),
    global(
        ("Number.parseFloat", "Number.parseFloat(text)"),
        "Like parseFloat.",
        ("text", "number"),
        (1, 1),
        parse_float,
        &[example("Number.parseFloat('1.5')", "1.5")],
    ),
    global(
        ("Number.parseInt", "Number.parseInt(text, radix?)"),
        "Like parseInt.",
        ("text", "number"),
        (1, 2),
        parse_int,
        &[example("Number.parseInt('7')", "7")],
    ),
    global(
        ("parseFloat", "parseFloat(text)"),
        "The number a text starts with, NaN where it starts with none.",
        ("text", "number"),
        (1, 1),
        parse_float,
        &[example("parseFloat('3.5 kg')", "3.5"), example("parseFloat('kg')", "null")],
    ),
    global(
        ("parseInt", "parseInt(text, radix?)"),
        "The whole number a text starts with, NaN where it starts with none.",
        ("text", "number"),
        (1, 2),
        parse_int,
        &[example("parseInt('42px')", "42"), example("parseInt('ff', 16)", "255"), example("parseInt('x')", "null")],
    ),
    global(
        ("String", "String(value)"),
        "The value as text.",
        ("any", "text"),
        (0, 1),
        string,
        &[example("String(1.50)", r#""1.5""#), example("String([1, [2]])", r#""1,2""#)],
    ),
    global(
        ("String.fromCharCode", "String.fromCharCode(...numbers)"),
        "A text of the UTF-16 units.",
        ("number", "text"),
        (0, ANY),
        from_char_code,
        &[example("String.fromCharCode(72, 105)", r#""Hi""#)],
    ),
    global(
        ("String.fromCodePoint", "String.fromCodePoint(...numbers)"),
        "A text of the characters with these numbers.",
        ("number", "text"),
        (0, ANY),
        from_code_point,
        &[example("String.fromCodePoint(128512)", r#""😀""#)],
    ),
];

pub(super) const fn global(
    signature: (&'static str, &'static str),
    docs: &'static str,
    types: (&'static str, &'static str),
    counts: (usize, usize),
    run: Native,
    examples: &'static [Example],
) -> Function {
    Function::new("javascript", signature, docs, types, counts, run, examples)
}

fn array_from<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let callback = call.optional_callback(1);
    let source = call.take(0);
    let mut list = ListBuilder::new();
    match &source {
        Datum::List(items) => list.extend(items, call.fuel())?,
        Datum::Text(text) => match super::super::methods::characters(text, usize::MAX, call.fuel())? {
            Datum::List(characters) => list = characters.into_builder(call.fuel())?,
            _ => return Ok(Datum::Null),
        },
        Datum::Object(object) => {
            let length = object.get("length").map_or(Ok(Number::Int(0)), |length| coerce::to_number(&length))?;
            for _ in 0..length.to_index().max(0) {
                call.fuel().step()?;
                list.push(Datum::Null, call.fuel())?;
            }
        }
        other => {
            return Err(Failure::wrong_type(format!(
                "Array.from() needs a list, a text or {{ length }}, not {}",
                other.kind()
            )));
        }
    }
    let list = list.finish();
    let Some(callback) = callback else { return Ok(Datum::List(list)) };
    let all = Datum::List(list.clone());
    let mut mapped = ListBuilder::new();
    for (index, item) in list.iter().enumerate() {
        let value = call.machine.invoke_item(callback, item, index, &all)?;
        mapped.push(value, call.fuel())?;
    }
    Ok(mapped.datum())
}

fn is_array<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(matches!(call.take(0), Datum::List(_))))
}

fn array_of<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut list = ListBuilder::new();
    for position in 0..call.count() {
        let value = call.take(position);
        list.push(value, call.fuel())?;
    }
    Ok(list.datum())
}

fn boolean<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(call.take(0).is_truthy()))
}

fn is_finite<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(call.number(0)?.to_f64().is_finite()))
}

fn is_nan<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(call.number(0)?.is_nan()))
}

fn json_parse<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    json::read(text.as_str(), call.fuel())
}

fn json_stringify<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let value = call.take(0);
    if call.has(1) {
        return Err(Failure::invalid("the second argument of JSON.stringify() has to be null"));
    }
    let indent = match call.take(2) {
        Datum::Null => String::new(),
        Datum::Text(text) => text.as_str().chars().take(10).collect(),
        other => " ".repeat(usize::try_from(coerce::to_number(&other)?.to_index()).unwrap_or(0).min(10)),
    };
    stringify(call, &value, &indent)
}

pub(super) fn stringify<'a>(call: &mut Call<'_, 'a>, value: &Datum<'a>, indent: &str) -> Outcome<'a> {
    let mut text = String::new();
    json::write(value, &mut text, call.fuel(), indent)?;
    Ok(Datum::Text(Text::Owned(text.into())))
}

fn number<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Number(call.number(0)?))
}

/// The argument, when it is a number.
fn plain_number(call: &mut Call<'_, '_>) -> Option<Number> {
    match call.take(0) {
        Datum::Number(number) => Some(number),
        _ => None,
    }
}

fn number_is_finite<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(plain_number(call).is_some_and(|number| number.to_f64().is_finite())))
}

fn number_is_integer<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(plain_number(call).is_some_and(Number::is_integer)))
}

fn number_is_nan<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(plain_number(call).is_some_and(Number::is_nan)))
}

fn number_is_safe<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    const LARGEST: f64 = 9_007_199_254_740_991.0;
    let is_safe = |number: Number| number.is_integer() && number.to_f64().abs() <= LARGEST;
    Ok(Datum::Bool(plain_number(call).is_some_and(is_safe)))
}

fn parse_float<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let text = text.as_str().trim_start_matches(number::is_space);
    let (is_negative, body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let number = if body.starts_with("Infinity") {
        Number::Float(f64::INFINITY)
    } else {
        match number::decimal_length(body) {
            0 => return Ok(Datum::Number(Number::NAN)),
            length => number::parse_decimal(&body[..length])?,
        }
    };
    Ok(Datum::Number(if is_negative { number.negate()? } else { number }))
}

fn parse_int<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let mut radix = call.position(1, 0)?;
    let text = text.as_str().trim_start_matches(number::is_space);
    let (is_negative, mut body) = match text.strip_prefix('-') {
        Some(body) => (true, body),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if matches!(radix, 0 | 16)
        && let Some(digits) = body.strip_prefix("0x").or(body.strip_prefix("0X"))
    {
        (radix, body) = (16, digits);
    }
    let radix = if radix == 0 { 10 } else { radix };
    let Some(radix) = u32::try_from(radix).ok().filter(|radix| (2..=36).contains(radix)) else {
        return Ok(Datum::Number(Number::NAN));
    };
    let end = body.find(|digit: char| !digit.is_digit(radix)).unwrap_or(body.len());
    if end == 0 {
        return Ok(Datum::Number(Number::NAN));
    }
    let number =
        if radix == 10 { number::parse_decimal(&body[..end])? } else { number::parse_radix(&body[..end], radix)? };
    Ok(Datum::Number(if is_negative { number.negate()? } else { number }))
}

fn string<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    if call.count() == 0 { Ok(Datum::empty_text()) } else { Ok(Datum::Text(call.text(0)?)) }
}

fn from_char_code<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut units = Vec::new();
    for position in 0..call.count() {
        // JavaScript keeps the lowest 16 bits.
        units.push(call.number(position)?.to_index() as u16);
    }
    Datum::text(String::from_utf16_lossy(&units), call.fuel())
}

fn from_code_point<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut text = String::new();
    for position in 0..call.count() {
        let number = call.number(position)?;
        let code = u32::try_from(number.to_index()).ok().filter(|_| number.is_integer());
        match code.and_then(char::from_u32) {
            Some(character) => text.push(character),
            None => return Err(Failure::invalid(format!("{} is not the number of a character", number.to_text()))),
        }
    }
    Datum::text(text, call.fuel())
}
