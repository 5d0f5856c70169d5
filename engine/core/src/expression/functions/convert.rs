//! From one type or notation to another.

use super::super::call::{Call, Native};
use super::super::coerce;
use super::super::datum::{Datum, ListBuilder, ObjectBuilder, Outcome, Text};
use super::super::error::{Checked, Failure};
use super::super::json;
use super::super::number;
use super::javascript::stringify;
use super::{Example, Function, encode, example};

pub(super) const FUNCTIONS: &[Function] = &[
    convert(
        ("toNumber", "toNumber(value, fallback?)"),
        "As a number; the fallback, or null, where it is none.",
        ("any", "number"),
        (1, 2),
        to_number,
        &[
            example("toNumber('12.5')", "12.5"),
            example("toNumber('abc', 0)", "0"),
            example("toNumber('')", "null"),
            example("toNumber(decimal('0.5'))", "0.5"),
        ],
    ),
    convert(
        ("toText", "toText(value)"),
        "As text; null is empty, lists and objects are JSON.",
        ("any", "text"),
        (1, 1),
        to_text,
        &[
            example("toText(1.5)", r#""1.5""#),
            example("toText(null)", r#""""#),
            example("toText([1, 'a'])", r#""[1,\"a\"]""#),
        ],
    ),
    convert(
        ("toBoolean", "toBoolean(value)"),
        "true for true, yes, on, y, t and 1 in any spelling and for numbers other than 0; false for all other texts and null.",
        ("any", "boolean"),
        (1, 1),
        to_boolean,
        &[
            example("toBoolean('Yes')", "true"),
            example("toBoolean('false')", "false"),
            example("toBoolean(0)", "false"),
        ],
    ),
    convert(
        ("toList", "toList(value)"),
        "A list stays one, null becomes an empty list, anything else a list of it alone.",
        ("any", "list"),
        (1, 1),
        to_list,
        &[example("toList('a')", r#"["a"]"#), example("toList(null)", "[]")],
    ),
    convert(
        ("parseJson", "parseJson(text, fallback?)"),
        "The value of a JSON text; the fallback, when there is one, where it is not JSON.",
        ("text", "any"),
        (1, 2),
        parse_json,
        &[example(r#"parseJson('{"a":1}').a"#, "1"), example("parseJson('{', [])", "[]")],
    ),
    convert(
        ("toJson", "toJson(value, indent?)"),
        "The value as JSON, over several lines where an indent is told.",
        ("any", "text"),
        (1, 2),
        to_json,
        &[example("toJson({ a: 1 })", r#""{\"a\":1}""#), example("toJson([1], 2)", r#""[\n  1\n]""#)],
    ),
    convert(
        ("base64Encode", "base64Encode(text)"),
        "The text's bytes in base64.",
        ("text", "text"),
        (1, 1),
        base64_encode,
        &[example("base64Encode('Weft é')", r#""V2VmdCDDqQ==""#)],
    ),
    convert(
        ("base64Decode", "base64Decode(text)"),
        "The text that base64, also the kind for addresses, stands for.",
        ("text", "text"),
        (1, 1),
        base64_decode,
        &[example("base64Decode('V2VmdCDDqQ==')", r#""Weft é""#), example("base64Decode('V2VmdA')", r#""Weft""#)],
    ),
    convert(
        ("hexEncode", "hexEncode(text)"),
        "The text's bytes in hexadecimal.",
        ("text", "text"),
        (1, 1),
        hex_encode,
        &[example("hexEncode('Hi')", r#""4869""#)],
    ),
    convert(
        ("hexDecode", "hexDecode(text)"),
        "The text that hexadecimal bytes stand for.",
        ("text", "text"),
        (1, 1),
        hex_decode,
        &[example("hexDecode('4869')", r#""Hi""#)],
    ),
    convert(
        ("urlEncode", "urlEncode(text)"),
        "Safe as a part of a web address.",
        ("text", "text"),
        (1, 1),
        url_encode,
        &[example("urlEncode('a b&c/é')", r#""a%20b%26c%2F%C3%A9""#)],
    ),
    convert(
        ("urlDecode", "urlDecode(text)"),
        "The text a part of a web address stands for.",
        ("text", "text"),
        (1, 1),
        url_decode,
        &[example("urlDecode('a%20b%26c')", r#""a b&c""#)],
    ),
    convert(
        ("encodeURIComponent", "encodeURIComponent(text)"),
        "Like urlEncode.",
        ("text", "text"),
        (1, 1),
        url_encode,
        &[example("encodeURIComponent('a b')", r#""a%20b""#)],
    ),
    convert(
        ("decodeURIComponent", "decodeURIComponent(text)"),
        "Like urlDecode.",
        ("text", "text"),
        (1, 1),
        url_decode,
        &[example("decodeURIComponent('a%20b')", r#""a b""#)],
    ),
    convert(
        ("encodeURI", "encodeURI(text)"),
        "Safe as a whole web address.",
        ("text", "text"),
        (1, 1),
        encode_uri,
        &[example("encodeURI('https://a.b/c d?e=f')", r#""https://a.b/c%20d?e=f""#)],
    ),
    convert(
        ("toQuery", "toQuery(object)"),
        "The query of a web address; lists give a key several times, null is left out.",
        ("object", "text"),
        (1, 1),
        to_query,
        &[example("toQuery({ q: 'a b', tag: ['x', 'y'], page: null })", r#""q=a%20b&tag=x&tag=y""#)],
    ),
    convert(
        ("parseQuery", "parseQuery(text)"),
        "The keys and values of a web address's query; a key that is there several times gives a list.",
        ("text", "object"),
        (1, 1),
        parse_query,
        &[example("parseQuery('?q=a+b&tag=x&tag=y')", r#"{"q":"a b","tag":["x","y"]}"#)],
    ),
    convert(
        ("escapeHtml", "escapeHtml(text)"),
        "Safe as text in HTML.",
        ("text", "text"),
        (1, 1),
        escape_html,
        &[example(r#"escapeHtml('<a href="x">')"#, r#""&lt;a href=&quot;x&quot;&gt;""#)],
    ),
    convert(
        ("stripHtml", "stripHtml(text)"),
        "Without HTML tags.",
        ("text", "text"),
        (1, 1),
        strip_html,
        &[example("stripHtml('<p>a &amp; <b>b</b></p>')", r#""a & b""#)],
    ),
    convert(
        ("toCsv", "toCsv(list, separator?)"),
        "A list of objects or lists as CSV, with a line of names for objects.",
        ("list", "text"),
        (1, 2),
        to_csv,
        &[example(r#"toCsv([{ a: 1, b: 'x,"y' }, { a: null, b: 2 }])"#, r#""a,b\n1,\"x,\"\"y\"\n,2""#)],
    ),
    convert(
        ("parseCsv", "parseCsv(text, separator?)"),
        "The lines of a CSV text as objects, with the names of its first line; every value is text.",
        ("text", "list"),
        (1, 2),
        parse_csv,
        &[example(r#"parseCsv('a,b\n1,"x, y"\n')"#, r#"[{"a":"1","b":"x, y"}]"#)],
    ),
];

const fn convert(
    signature: (&'static str, &'static str),
    docs: &'static str,
    types: (&'static str, &'static str),
    counts: (usize, usize),
    run: Native,
    examples: &'static [Example],
) -> Function {
    Function::new("convert", signature, docs, types, counts, run, examples)
}

/// Runs a conversion whose result is about as long as its source, `factor` times at most.
fn text_to_text<'a>(
    call: &mut Call<'_, 'a>,
    factor: usize,
    change: impl FnOnce(&str) -> Checked<String>,
) -> Outcome<'a> {
    let text = call.optional_text(0)?.unwrap_or(Text::Borrowed(""));
    call.fuel().allocate(text.as_str().len().saturating_mul(factor))?;
    Ok(Datum::Text(Text::Owned(change(text.as_str())?.into())))
}

fn to_number<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let number = match call.take(0) {
        Datum::Null => None,
        Datum::Text(text) if text.as_str().trim().is_empty() => None,
        Datum::Text(text) => Some(number::parse(text.as_str())?),
        value @ (Datum::Number(_) | Datum::Bool(_) | Datum::Decimal(_)) => Some(coerce::to_number(&value)?),
        Datum::List(_) | Datum::Object(_) | Datum::Pattern(_) => None,
    };
    Ok(match number {
        Some(number) if !number.is_nan() => Datum::Number(number),
        _ => call.take(1),
    })
}

fn to_text<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut text = String::new();
    let value = call.take(0);
    if let Datum::Text(text) = value {
        return Ok(Datum::Text(text));
    }
    coerce::write_into_template(value, &mut text, call.fuel())?;
    Ok(Datum::Text(Text::Owned(text.into())))
}

fn to_boolean<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(match call.take(0) {
        Datum::Text(text) => {
            let text = text.as_str().trim();
            ["true", "yes", "on", "y", "t", "1"].iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        value => value.is_truthy(),
    }))
}

fn to_list<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    match call.take(0) {
        Datum::Null => Ok(ListBuilder::new().datum()),
        list @ Datum::List(_) => Ok(list),
        value => {
            let mut list = ListBuilder::new();
            list.push(value, call.fuel())?;
            Ok(list.datum())
        }
    }
}

fn parse_json<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    match json::read(text.as_str(), call.fuel()) {
        Err(failure) if failure.code == "invalid_value" && call.count() > 1 => Ok(call.take(1)),
        result => result,
    }
}

fn to_json<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let indent = call.whole(1, 0..=10, 0)? as usize;
    let value = call.take(0);
    stringify(call, &value, &" ".repeat(indent))
}

fn base64_encode<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    text_to_text(call, 2, |text| Ok(encode::base64(text.as_bytes())))
}

fn base64_decode<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    text_to_text(call, 1, |text| {
        let bytes = encode::from_base64(text).ok_or_else(|| Failure::invalid("this text is not base64"))?;
        as_text(bytes)
    })
}

fn hex_encode<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    text_to_text(call, 2, |text| Ok(encode::hex(text.as_bytes())))
}

fn hex_decode<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    text_to_text(call, 1, |text| {
        let bytes = encode::from_hex(text).ok_or_else(|| Failure::invalid("this text is not hexadecimal"))?;
        as_text(bytes)
    })
}

fn as_text(bytes: Vec<u8>) -> Checked<String> {
    String::from_utf8(bytes).map_err(|_| Failure::invalid("what was decoded is not text in UTF-8"))
}

fn url_encode<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    text_to_text(call, 3, |text| Ok(encode::percent(text, encode::COMPONENT)))
}

fn encode_uri<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    text_to_text(call, 3, |text| Ok(encode::percent(text, encode::ADDRESS)))
}

fn url_decode<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    text_to_text(call, 1, |text| {
        let bytes = encode::from_percent(text)
            .ok_or_else(|| Failure::invalid("a `%` needs two hexadecimal digits after it"))?;
        as_text(bytes)
    })
}

fn to_query<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let object = call.object(0)?;
    let mut query = String::new();
    for (key, value) in object.iter() {
        let values = match value {
            Datum::List(list) => list,
            value => {
                let mut list = ListBuilder::new();
                list.push(value, call.fuel())?;
                list.finish()
            }
        };
        for value in values.iter().filter(|value| !value.is_null()) {
            let value = coerce::to_text(value, call.fuel())?;
            call.fuel().allocate(3 * (key.as_str().len() + value.as_str().len()) + 2)?;
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(&encode::percent(key.as_str(), encode::COMPONENT));
            query.push('=');
            query.push_str(&encode::percent(value.as_str(), encode::COMPONENT));
        }
    }
    Ok(Datum::Text(Text::Owned(query.into())))
}

fn parse_query<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let query = text.as_str();
    let query = query.strip_prefix('?').unwrap_or(query);
    call.fuel().allocate(query.len())?;
    let mut object = ObjectBuilder::new();
    let decode = |part: &str| {
        let spaced = part.replace('+', " ");
        encode::from_percent(&spaced).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(spaced)
    };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = decode(key);
        let value = Datum::text(decode(value), call.fuel())?;
        let value = match object.take(&key) {
            None => value,
            Some(Datum::List(list)) => {
                let mut list = list.into_builder(call.fuel())?;
                list.push(value, call.fuel())?;
                list.datum()
            }
            Some(first) => {
                let mut list = ListBuilder::new();
                list.push(first, call.fuel())?;
                list.push(value, call.fuel())?;
                list.datum()
            }
        };
        object.insert(Text::Owned(key.into()), value, call.fuel())?;
    }
    Ok(object.datum())
}

fn escape_html<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    text_to_text(call, 6, |text| {
        let mut escaped = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                _ => escaped.push(character),
            }
        }
        Ok(escaped)
    })
}

fn strip_html<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    text_to_text(call, 2, |text| {
        let mut plain = String::with_capacity(text.len());
        let mut is_tag = false;
        for character in text.chars() {
            match character {
                '<' => is_tag = true,
                '>' if is_tag => is_tag = false,
                _ if !is_tag => plain.push(character),
                _ => {}
            }
        }
        // `&amp;` last, so that what it gives is not read again.
        for (entity, character) in
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
        {
            plain = plain.replace(entity, character);
        }
        Ok(plain)
    })
}

fn separator<'a>(call: &mut Call<'_, 'a>) -> Checked<char> {
    let text = call.optional_text(1)?;
    Ok(text.and_then(|text| text.as_str().chars().next()).unwrap_or(','))
}

fn to_csv<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let separator = separator(call)?;
    let list = call.list(0)?;
    let names: Vec<Text<'a>> = match list.get(0) {
        Some(Datum::Object(first)) => first.iter().map(|(key, _)| key).collect(),
        _ => Vec::new(),
    };
    let mut rows: Vec<Vec<Datum<'a>>> = Vec::new();
    if !names.is_empty() {
        rows.push(names.iter().cloned().map(Datum::Text).collect());
    }
    for row in list.iter() {
        call.fuel().steps(1 + names.len())?;
        rows.push(match row {
            Datum::Object(object) => {
                names.iter().map(|name| object.get(name.as_str()).unwrap_or(Datum::Null)).collect()
            }
            Datum::List(list) => list.iter().collect(),
            value => vec![value],
        });
        call.fuel().entries(rows.last().map_or(0, Vec::len), size_of::<Datum<'_>>())?;
    }
    let mut csv = String::new();
    for (line, row) in rows.into_iter().enumerate() {
        if line > 0 {
            csv.push('\n');
        }
        for (column, value) in row.into_iter().enumerate() {
            if column > 0 {
                csv.push(separator);
            }
            let mut cell = String::new();
            coerce::write_into_template(value, &mut cell, call.fuel())?;
            call.fuel().allocate(cell.len() + 3)?;
            if cell.contains(['"', '\n', '\r', separator]) {
                csv.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
            } else {
                csv.push_str(&cell);
            }
        }
    }
    Ok(Datum::Text(Text::Owned(csv.into())))
}

fn parse_csv<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let separator = separator(call)?;
    let text = call.text(0)?;
    call.fuel().allocate(text.as_str().len())?;
    let mut lines = encode::csv(text.as_str(), separator).into_iter();
    let names: Vec<Text<'a>> =
        lines.next().unwrap_or_default().into_iter().map(|name| Text::Owned(name.into())).collect();
    let mut list = ListBuilder::new();
    for cells in lines {
        let mut object = ObjectBuilder::new();
        let mut cells = cells.into_iter();
        for name in &names {
            let value = cells.next().map_or(Ok(Datum::Null), |cell| Datum::text(cell, call.fuel()))?;
            object.insert(name.clone(), value, call.fuel())?;
        }
        list.push(object.datum(), call.fuel())?;
    }
    Ok(list.datum())
}
