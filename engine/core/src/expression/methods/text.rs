//! Methods of texts.

use super::super::call::Call;
use super::super::coerce;
use super::super::datum::{Datum, ListBuilder, Outcome, Text};
use super::super::error::{Checked, Failure};
use super::super::fuel::Fuel;
use super::super::functions::{Example, example};
use super::super::number::{Number, is_space};
use super::super::text_index;
use super::{Method, Receiver};

pub(super) const METHODS: &[Method] = &[
    text(
        ("at", "text.at(position)"),
        "The character at a position; a negative one counts from the end.",
        (1, 1),
        at,
        &[example("'abc'.at(-1)", r#""c""#), example("'abc'.at(5)", "null")],
    ),
    text(
        ("charAt", "text.charAt(position)"),
        "The character at a position, or an empty text.",
        (0, 1),
        char_at,
        &[example("'abc'.charAt(1)", r#""b""#), example("'abc'.charAt(9)", r#""""#)],
    ),
    text(
        ("charCodeAt", "text.charCodeAt(position)"),
        "The number of the UTF-16 unit at a position.",
        (0, 1),
        char_code_at,
        &[example("'A'.charCodeAt(0)", "65"), example("'A'.charCodeAt(1)", "null")],
    ),
    text(
        ("codePointAt", "text.codePointAt(position)"),
        "The number of the character at a position.",
        (0, 1),
        code_point_at,
        &[example("'😀'.codePointAt(0)", "128512")],
    ),
    text(
        ("concat", "text.concat(...texts)"),
        "This text and others after it.",
        (0, super::ANY),
        concat,
        &[example("'a'.concat('b', 1)", r#""ab1""#)],
    ),
    text(
        ("endsWith", "text.endsWith(text, end?)"),
        "Whether it ends with another text.",
        (1, 2),
        ends_with,
        &[example("'invoice.pdf'.endsWith('.pdf')", "true"), example("'abc'.endsWith('b', 2)", "true")],
    ),
    text(
        ("includes", "text.includes(text, from?)"),
        "Whether another text is in it.",
        (1, 2),
        includes,
        &[example("'order 7'.includes('der')", "true"), example("'abc'.includes('a', 1)", "false")],
    ),
    text(
        ("indexOf", "text.indexOf(text, from?)"),
        "Where another text first starts, or -1.",
        (1, 2),
        index_of,
        &[
            example("'a-b-c'.indexOf('-')", "1"),
            example("'a-b-c'.indexOf('-', 2)", "3"),
            example("'é😀x'.indexOf('x')", "3"),
        ],
    ),
    text(
        ("lastIndexOf", "text.lastIndexOf(text)"),
        "Where another text last starts, or -1.",
        (1, 1),
        last_index_of,
        &[example("'a-b-c'.lastIndexOf('-')", "3"), example("'abc'.lastIndexOf('x')", "-1")],
    ),
    text(
        ("localeCompare", "text.localeCompare(text)"),
        "-1, 0 or 1: how it sorts beside another text, first without regard to capitals.",
        (1, 1),
        locale_compare,
        &[example("['b', 'C', 'a'].toSorted((x, y) => x.localeCompare(y))", r#"["a","b","C"]"#)],
    ),
    text(
        ("padEnd", "text.padEnd(length, filler?)"),
        "Made as long as wanted by filling up its end.",
        (1, 2),
        pad_end,
        &[example("'ab'.padEnd(5, '.')", r#""ab...""#)],
    ),
    text(
        ("padStart", "text.padStart(length, filler?)"),
        "Made as long as wanted by filling up its start.",
        (1, 2),
        pad_start,
        &[example("'7'.padStart(3, '0')", r#""007""#), example("'abc'.padStart(2)", r#""abc""#)],
    ),
    text(
        ("repeat", "text.repeat(count)"),
        "The text so many times.",
        (1, 1),
        repeat,
        &[example("'ab'.repeat(3)", r#""ababab""#)],
    ),
    text(
        ("slice", "text.slice(start, end?)"),
        "The part between two positions; negative ones count from the end.",
        (0, 2),
        slice,
        &[example("'workflow'.slice(0, 4)", r#""work""#), example("'workflow'.slice(-4)", r#""flow""#)],
    ),
    text(
        ("substring", "text.substring(start, end?)"),
        "The part between two positions, in either order.",
        (0, 2),
        substring,
        &[example("'workflow'.substring(4)", r#""flow""#), example("'abc'.substring(2, 0)", r#""ab""#)],
    ),
    text(
        ("startsWith", "text.startsWith(text, from?)"),
        "Whether it starts with another text.",
        (1, 2),
        starts_with,
        &[example("'order-7'.startsWith('order')", "true"), example("'abc'.startsWith('b', 1)", "true")],
    ),
    text(
        ("toLowerCase", "text.toLowerCase()"),
        "In small letters.",
        (0, 0),
        to_lower_case,
        &[example("'ABC'.toLowerCase()", r#""abc""#)],
    ),
    text(
        ("toUpperCase", "text.toUpperCase()"),
        "In capital letters.",
        (0, 0),
        to_upper_case,
        &[example("'abc'.toUpperCase()", r#""ABC""#)],
    ),
    text(
        ("toString", "text.toString()"),
        "The text itself.",
        (0, 0),
        to_string,
        &[example("'a'.toString()", r#""a""#)],
    ),
    text(
        ("trim", "text.trim()"),
        "Without white space at both ends.",
        (0, 0),
        trim,
        &[example("'  a b '.trim()", r#""a b""#)],
    ),
    text(
        ("trimEnd", "text.trimEnd()"),
        "Without white space at its end.",
        (0, 0),
        trim_end,
        &[example("' a '.trimEnd()", r#"" a""#)],
    ),
    text(
        ("trimStart", "text.trimStart()"),
        "Without white space at its start.",
        (0, 0),
        trim_start,
        &[example("' a '.trimStart()", r#""a ""#)],
    ),
];

const fn text(
    signature: (&'static str, &'static str),
    docs: &'static str,
    counts: (usize, usize),
    run: super::super::call::Native,
    examples: &'static [Example],
) -> Method {
    Method::new(Receiver::Text, signature, docs, counts, run, examples)
}

/// A position that may count from the end, as a position from the start.
fn from_end(position: i64, length: usize) -> i64 {
    if position < 0 { position.saturating_add(length as i64) } else { position }
}

/// The part between two UTF-16 offsets; halves of characters at its ends become U+FFFD.
fn part<'a>(text: &Text<'a>, start: usize, end: usize, fuel: &mut Fuel) -> Outcome<'a> {
    let source = text.as_str();
    if start >= end {
        return Ok(Datum::empty_text());
    }
    if source.is_ascii() {
        return Ok(Datum::Text(text.slice(start, end.min(source.len()), fuel)?));
    }
    let bounds = text_index::bounds(source, start, end);
    let middle = text.slice(bounds.start, bounds.end, fuel)?;
    match (bounds.is_start_split, bounds.is_end_split) {
        (false, false) => Ok(Datum::Text(middle)),
        (starts, ends) => {
            let half = |is_split| if is_split { "\u{fffd}" } else { "" };
            Datum::text([half(starts), middle.as_str(), half(ends)].concat(), fuel)
        }
    }
}

fn unit_at<'a>(call: &mut Call<'_, 'a>) -> Checked<(Text<'a>, usize, i64)> {
    let position = call.position(0, 0)?;
    let text = call.receiver_text()?;
    let length = text_index::length(text.as_str());
    Ok((text, length, position))
}

fn at<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, length, position) = unit_at(call)?;
    match usize::try_from(from_end(position, length)) {
        Ok(position) if position < length => part(&text, position, position + 1, call.fuel()),
        _ => Ok(Datum::Null),
    }
}

fn char_at<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, length, position) = unit_at(call)?;
    match usize::try_from(position) {
        Ok(position) if position < length => part(&text, position, position + 1, call.fuel()),
        _ => Ok(Datum::empty_text()),
    }
}

fn char_code_at<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, _, position) = unit_at(call)?;
    let unit = usize::try_from(position).ok().and_then(|position| text.as_str().encode_utf16().nth(position));
    Ok(Datum::Number(unit.map_or(Number::NAN, |unit| Number::Int(i64::from(unit)))))
}

fn code_point_at<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, length, position) = unit_at(call)?;
    let Ok(position) = usize::try_from(position) else { return Ok(Datum::Null) };
    if position >= length {
        return Ok(Datum::Null);
    }
    let start = text_index::to_byte(text.as_str(), position);
    let character = text.as_str()[start..].chars().next();
    Ok(character.map_or(Datum::Null, |character| Datum::Number(Number::Int(i64::from(u32::from(character))))))
}

fn concat<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut text = call.receiver_text()?;
    for position in 0..call.count() {
        let more = call.text(position)?;
        text = text.append(more.as_str(), call.fuel())?;
    }
    Ok(Datum::Text(text))
}

/// The receiver, what is looked for, and the byte where to start.
fn search<'a>(call: &mut Call<'_, 'a>, otherwise: i64) -> Checked<(Text<'a>, Text<'a>, usize)> {
    if call.take_pattern(0).is_some() {
        return Err(Failure::wrong_type("this looks for a text: for a regular expression use test() or search()"));
    }
    let wanted = call.text(0)?;
    let from = call.position(1, otherwise)?;
    let text = call.receiver_text()?;
    let from = text_index::to_byte(text.as_str(), usize::try_from(from).unwrap_or(0));
    Ok((text, wanted, from))
}

fn includes<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, wanted, from) = search(call, 0)?;
    Ok(Datum::Bool(text.as_str()[from..].contains(wanted.as_str())))
}

fn starts_with<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, wanted, from) = search(call, 0)?;
    Ok(Datum::Bool(text.as_str()[from..].starts_with(wanted.as_str())))
}

fn ends_with<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, wanted, end) = search(call, i64::MAX)?;
    Ok(Datum::Bool(text.as_str()[..end].ends_with(wanted.as_str())))
}

fn found<'a>(text: &Text<'a>, byte: Option<usize>) -> Datum<'a> {
    match byte {
        Some(byte) => Datum::count(text_index::from_byte(text.as_str(), byte)),
        None => Datum::Number(Number::Int(-1)),
    }
}

fn index_of<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, wanted, from) = search(call, 0)?;
    let byte = text.as_str()[from..].find(wanted.as_str()).map(|byte| from + byte);
    Ok(found(&text, byte))
}

fn last_index_of<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, wanted, _) = search(call, 0)?;
    let byte = text.as_str().rfind(wanted.as_str());
    Ok(found(&text, byte))
}

fn locale_compare<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let other = call.text(0)?;
    let text = call.receiver_text()?;
    let (a, b) = (text.as_str(), other.as_str());
    call.fuel().allocate(a.len() + b.len())?;
    // Between a small and a capital letter the small one comes first.
    let order = a.to_lowercase().cmp(&b.to_lowercase()).then_with(|| b.cmp(a));
    Ok(Datum::Number(Number::Int(order as i64)))
}

/// What fills a text up to the wanted length.
fn padding<'a>(call: &mut Call<'_, 'a>) -> Checked<(Text<'a>, String)> {
    let wanted = usize::try_from(call.position(0, 0)?).unwrap_or(0);
    let filler = call.optional_text(1)?.unwrap_or(Text::Borrowed(" "));
    let text = call.receiver_text()?;
    let missing = wanted.saturating_sub(text_index::length(text.as_str()));
    let filler = filler.as_str();
    if missing == 0 || filler.is_empty() {
        return Ok((text, String::new()));
    }
    call.fuel().allocate(missing.saturating_mul(3))?;
    let units: Vec<u16> = filler.encode_utf16().cycle().take(missing).collect();
    Ok((text, String::from_utf16_lossy(&units)))
}

fn pad_start<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, padding) = padding(call)?;
    if padding.is_empty() {
        return Ok(Datum::Text(text));
    }
    call.fuel().allocate(text.as_str().len())?;
    Datum::text(padding + text.as_str(), call.fuel())
}

fn pad_end<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (text, padding) = padding(call)?;
    Ok(Datum::Text(text.append(&padding, call.fuel())?))
}

fn repeat<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let count = call.number(0)?;
    let text = call.receiver_text()?;
    let Ok(times) = usize::try_from(count.to_index()) else {
        return Err(Failure::invalid(format!("a text can't be repeated {} times", count.to_text())));
    };
    call.fuel().allocate(text.as_str().len().saturating_mul(times))?;
    Ok(Datum::Text(Text::Owned(text.as_str().repeat(times).into())))
}

fn slice<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (start, end) = (call.position(0, 0)?, call.position(1, i64::MAX)?);
    let text = call.receiver_text()?;
    let length = text_index::length(text.as_str());
    let (start, end) = super::range(start, end, length);
    part(&text, start, end, call.fuel())
}

fn substring<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (start, end) = (call.position(0, 0)?, call.position(1, i64::MAX)?);
    let text = call.receiver_text()?;
    let length = text_index::length(text.as_str()) as i64;
    let (start, end) = (start.clamp(0, length), end.clamp(0, length));
    part(&text, start.min(end) as usize, start.max(end) as usize, call.fuel())
}

fn to_lower_case<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.receiver_text()?;
    Datum::text(text.as_str().to_lowercase(), call.fuel())
}

fn to_upper_case<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.receiver_text()?;
    Datum::text(text.as_str().to_uppercase(), call.fuel())
}

fn to_string<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(call.receiver())
}

fn trimmed<'a>(call: &mut Call<'_, 'a>, trim: fn(&str) -> &str) -> Outcome<'a> {
    let text = call.receiver_text()?;
    let source = text.as_str();
    let part = trim(source);
    let start = part.as_ptr() as usize - source.as_ptr() as usize;
    let end = start + part.len();
    Ok(Datum::Text(text.slice(start, end, call.fuel())?))
}

fn trim<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    trimmed(call, |text| text.trim_matches(is_space))
}

fn trim_start<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    trimmed(call, |text| text.trim_start_matches(is_space))
}

fn trim_end<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    trimmed(call, |text| text.trim_end_matches(is_space))
}

/// The characters of a text, one by one; `split('')` gives UTF-16 units in JavaScript, which only differs above U+FFFF.
pub(crate) fn characters<'a>(text: &Text<'a>, limit: usize, fuel: &mut Fuel) -> Outcome<'a> {
    let mut list = ListBuilder::new();
    for (at, character) in text.as_str().char_indices().take(limit) {
        let part = text.slice(at, at + character.len_utf8(), fuel)?;
        list.push(Datum::Text(part), fuel)?;
    }
    Ok(list.datum())
}

/// `String(value)` as a method of what has one.
pub(super) fn as_text<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let value = call.receiver();
    Ok(Datum::Text(coerce::to_text(value, call.fuel())?))
}
