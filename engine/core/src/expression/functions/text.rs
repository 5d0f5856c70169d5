//! Text.

use super::super::call::{Call, Native};
use super::super::datum::{Datum, ListBuilder, Outcome, Text};
use super::super::error::{Checked, Failure};
use super::super::number::is_space;
use super::super::text_index;
use super::{Example, Function, example, words};

pub(super) const FUNCTIONS: &[Function] = &[
    text(("upper", "upper(text)"), "In capital letters.", upper, &[example("upper('straße')", r#""STRASSE""#)]),
    text(("lower", "lower(text)"), "In small letters.", lower, &[example("lower('ABC')", r#""abc""#)]),
    text(
        ("trim", "trim(text)"),
        "Without white space at both ends; null becomes empty.",
        trim,
        &[example("trim('  a ')", r#""a""#), example("trim(null)", r#""""#)],
    ),
    text(
        ("collapse", "collapse(text)"),
        "Trimmed, and with every run of white space made one space.",
        collapse,
        &[example(r"collapse(' a \n\t b ')", r#""a b""#)],
    ),
    text(
        ("capitalize", "capitalize(text)"),
        "With its first letter as a capital.",
        capitalize,
        &[example("capitalize('élan vital')", r#""Élan vital""#)],
    ),
    text(
        ("titleCase", "titleCase(text)"),
        "With a capital at the start of every word.",
        title_case,
        &[example("titleCase('the great gatsby')", r#""The Great Gatsby""#)],
    ),
    text(
        ("camelCase", "camelCase(text)"),
        "As one word, with capitals inside.",
        camel_case,
        &[
            example("camelCase('order id')", r#""orderId""#),
            example("camelCase('HTTPServer_name')", r#""httpServerName""#),
        ],
    ),
    text(
        ("snakeCase", "snakeCase(text)"),
        "As one word, with underscores.",
        snake_case,
        &[example("snakeCase('orderId')", r#""order_id""#)],
    ),
    text(
        ("kebabCase", "kebabCase(text)"),
        "As one word, with hyphens.",
        kebab_case,
        &[example("kebabCase('Order ID')", r#""order-id""#)],
    ),
    text(
        ("slugify", "slugify(text)"),
        "For a web address: small letters, digits and hyphens, without accents.",
        slugify,
        &[
            example("slugify('  Crème Brûlée, süß! ')", r#""creme-brulee-suess""#),
            example("slugify('Straße №5')", r#""strasse-5""#),
        ],
    ),
    text(
        ("removeAccents", "removeAccents(text)"),
        "With plain letters instead of accented ones.",
        remove_accents,
        &[example("removeAccents('Łódź, Ærø')", r#""Lodz, AEro""#)],
    ),
    Function::new(
        "text",
        ("truncate", "truncate(text, length, ending?)"),
        "At most so long; what is longer is cut and ends with `…` or another ending.",
        ("text", "text"),
        (2, 3),
        truncate,
        &[
            example("truncate('workflow', 5)", r#""work…""#),
            example("truncate('flow', 5)", r#""flow""#),
            example("truncate('workflow', 6, '...')", r#""wor...""#),
        ],
    ),
    Function::new(
        "text",
        ("words", "words(text)"),
        "Its words.",
        ("text", "list"),
        (1, 1),
        list_words,
        &[example("words('one, two  three')", r#"["one","two","three"]"#)],
    ),
    Function::new(
        "text",
        ("lines", "lines(text)"),
        "Its lines.",
        ("text", "list"),
        (1, 1),
        lines,
        &[example(r"lines('a\r\nb\n')", r#"["a","b"]"#)],
    ),
    Function::new(
        "text",
        ("before", "before(text, mark)"),
        "What is before the first mark; all of it where there is none.",
        ("text", "text"),
        (2, 2),
        before,
        &[example("before('user@example.com', '@')", r#""user""#)],
    ),
    Function::new(
        "text",
        ("after", "after(text, mark)"),
        "What is after the first mark; empty where there is none.",
        ("text", "text"),
        (2, 2),
        after,
        &[example("after('user@example.com', '@')", r#""example.com""#)],
    ),
    Function::new(
        "text",
        ("between", "between(text, start, end)"),
        "What is between two marks, or null.",
        ("text", "text"),
        (3, 3),
        between,
        &[example("between('Order [A-7] paid', '[', ']')", r#""A-7""#), example("between('none', '[', ']')", "null")],
    ),
    Function::new(
        "text",
        ("mask", "mask(text, visible?)"),
        "With all but the last characters replaced by `*`; four stay visible unless told otherwise.",
        ("text", "text"),
        (1, 2),
        mask,
        &[example("mask('4111111111111111')", r#""************1111""#), example("mask('abc')", r#""***""#)],
    ),
    Function::new(
        "text",
        ("isEmail", "isEmail(text)"),
        "Whether it looks like an e-mail address.",
        ("any", "boolean"),
        (1, 1),
        is_email,
        &[
            example("isEmail('a.b@example.com')", "true"),
            example("isEmail('a@b')", "false"),
            example("isEmail(null)", "false"),
        ],
    ),
    Function::new(
        "text",
        ("isUrl", "isUrl(text)"),
        "Whether it looks like a web address.",
        ("any", "boolean"),
        (1, 1),
        is_url,
        &[example("isUrl('https://example.com/a?b=1')", "true"), example("isUrl('example')", "false")],
    ),
    Function::new(
        "text",
        ("uuid", "uuid()"),
        "A random identifier (UUID version 4); the same when the run is repeated.",
        ("nothing", "text"),
        (0, 0),
        uuid,
        &[example("uuid().length", "36")],
    )
    .impure(),
];

const fn text(
    signature: (&'static str, &'static str),
    docs: &'static str,
    run: Native,
    examples: &'static [Example],
) -> Function {
    Function::new("text", signature, docs, ("text", "text"), (1, 1), run, examples)
}

/// The first argument as text, paid for as much as making another of it costs; null is empty.
fn source<'a>(call: &mut Call<'_, 'a>) -> Checked<Text<'a>> {
    let text = call.optional_text(0)?.unwrap_or(Text::Borrowed(""));
    call.fuel().allocate(text.as_str().len())?;
    Ok(text)
}

fn changed<'a>(call: &mut Call<'_, 'a>, change: impl FnOnce(&str) -> String) -> Outcome<'a> {
    let text = source(call)?;
    Datum::text(change(text.as_str()), call.fuel())
}

fn upper<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, str::to_uppercase)
}

fn lower<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, str::to_lowercase)
}

fn trim<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, |text| text.trim_matches(is_space).to_owned())
}

fn collapse<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, |text| text.split(is_space).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}

fn capitalize<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, words::capitalize)
}

fn title_case<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, |text| {
        let mut previous = ' ';
        let mut title = String::with_capacity(text.len());
        for character in text.chars() {
            if previous.is_alphanumeric() || previous == '\'' {
                title.extend(character.to_lowercase())
            } else {
                title.extend(character.to_uppercase())
            }
            previous = character;
        }
        title
    })
}

fn camel_case<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, |text| {
        let words = words::of_identifier(text);
        let mut joined = words.first().cloned().unwrap_or_default();
        joined.extend(words.iter().skip(1).map(|word| words::capitalize(word)));
        joined
    })
}

fn snake_case<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, |text| words::of_identifier(text).join("_"))
}

fn kebab_case<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, |text| words::of_identifier(text).join("-"))
}

fn slugify<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, |text| {
        let plain = words::without_accents(&text.to_lowercase(), words::Umlauts::Spelled);
        let parts = plain.split(|character: char| !character.is_ascii_alphanumeric());
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    })
}

fn remove_accents<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    changed(call, |text| words::without_accents(text, words::Umlauts::Plain))
}

fn truncate<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let length = call.whole(1, 0..=i64::MAX, 0)? as usize;
    let ending = call.optional_text(2)?.unwrap_or(Text::Borrowed("…"));
    let text = source(call)?;
    if text_index::length(text.as_str()) <= length {
        return Ok(Datum::Text(text));
    }
    let kept = length.saturating_sub(text_index::length(ending.as_str()));
    let end = text_index::bounds(text.as_str(), 0, kept).end;
    let start = text.slice(0, end, call.fuel())?;
    Ok(Datum::Text(start.append(ending.as_str(), call.fuel())?))
}

fn list_words<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = source(call)?;
    let mut list = ListBuilder::new();
    let is_apart = |character: char| !character.is_alphanumeric() && !matches!(character, '\'' | '’' | '-' | '_');
    for word in text.as_str().split(is_apart).filter(|word| !word.is_empty()) {
        let word = Datum::text(word.to_owned(), call.fuel())?;
        list.push(word, call.fuel())?;
    }
    Ok(list.datum())
}

fn lines<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = source(call)?;
    let mut list = ListBuilder::new();
    for line in text.as_str().lines() {
        let line = Datum::text(line.to_owned(), call.fuel())?;
        list.push(line, call.fuel())?;
    }
    Ok(list.datum())
}

fn before<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mark = call.text(1)?;
    let text = source(call)?;
    let end = text.as_str().find(mark.as_str()).unwrap_or(text.as_str().len());
    Ok(Datum::Text(text.slice(0, end, call.fuel())?))
}

fn after<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mark = call.text(1)?;
    let text = source(call)?;
    let length = text.as_str().len();
    let start = text.as_str().find(mark.as_str()).map_or(length, |at| at + mark.as_str().len());
    Ok(Datum::Text(text.slice(start, length, call.fuel())?))
}

fn between<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let (open, close) = (call.text(1)?, call.text(2)?);
    let text = source(call)?;
    let Some(start) = text.as_str().find(open.as_str()).map(|at| at + open.as_str().len()) else {
        return Ok(Datum::Null);
    };
    let Some(length) = text.as_str()[start..].find(close.as_str()) else { return Ok(Datum::Null) };
    Ok(Datum::Text(text.slice(start, start + length, call.fuel())?))
}

fn mask<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let visible = call.whole(1, 0..=1_000, 4)? as usize;
    changed(call, |text| {
        let length = text.chars().count();
        // A short secret would be shown whole.
        let visible = if length <= visible { 0 } else { visible };
        let hidden = "*".repeat(length - visible);
        text.chars().skip(length - visible).fold(hidden, |mut masked, character| {
            masked.push(character);
            masked
        })
    })
}

/// The first argument, when it is text.
fn plain_text<'a>(call: &mut Call<'_, 'a>) -> Option<Text<'a>> {
    match call.take(0) {
        Datum::Text(text) => Some(text),
        _ => None,
    }
}

fn is_email<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let Some(text) = plain_text(call) else { return Ok(Datum::Bool(false)) };
    call.fuel().read(text.as_str().len())?;
    let looks = text.as_str().split_once('@').is_some_and(|(name, host)| {
        let is_plain = |part: &str| {
            !part.is_empty() && part.chars().all(|c| !is_space(c) && !c.is_control() && !"@,;<>()\"".contains(c))
        };
        let has_domain =
            host.contains('.') && host.split('.').all(|label| !label.is_empty() && !label.starts_with('-'));
        is_plain(name) && is_plain(host) && has_domain && text.as_str().len() <= 254
    });
    Ok(Datum::Bool(looks))
}

fn is_url<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let Some(text) = plain_text(call) else { return Ok(Datum::Bool(false)) };
    call.fuel().read(text.as_str().len())?;
    let rest = text.as_str().strip_prefix("https://").or(text.as_str().strip_prefix("http://"));
    let looks = rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        !host.is_empty() && !rest.chars().any(|character| is_space(character) || character.is_control())
    });
    Ok(Datum::Bool(looks))
}

fn uuid<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut half = || (call.machine.random() * (1_u64 << 32) as f64) as u64;
    let bits = [half(), half(), half(), half()].iter().fold(0_u128, |bits, part| (bits << 32) | u128::from(*part));
    // Version 4, variant 1.
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let digits = format!("{bits:032x}");
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    if digits.len() != 32 {
        return Err(Failure::invalid("a random identifier has 32 digits"));
    }
    Datum::text(parts.join("-"), call.fuel())
}
