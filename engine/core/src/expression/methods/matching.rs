//! Methods that take a regular expression or a text: splitting, replacing, matching.

use regex_lite::Captures;

use super::super::ast::Callback;
use super::super::call::Call;
use super::super::coerce;
use super::super::datum::{Datum, List, ListBuilder, Outcome, Text};
use super::super::error::{Checked, Failure};
use super::super::fuel::Fuel;
use super::super::functions::{Example, example};
use super::super::number::Number;
use super::super::pattern::Pattern;
use super::super::text_index;
use super::{Method, Receiver};

pub(super) const METHODS: &[Method] = &[
    text(
        ("match", "text.match(/…/)"),
        "The match and its groups, or with the flag g every match; null where there is none.",
        (1, 1),
        find_match,
        &[
            example(r"'a1b22'.match(/[a-z](\d+)/)", r#"["a1","1"]"#),
            example(r"'a1b22'.match(/\d+/g)", r#"["1","22"]"#),
            example("'abc'.match(/x/)", "null"),
        ],
    ),
    text(
        ("matchAll", "text.matchAll(/…/g)"),
        "Every match with its groups, as a list of lists.",
        (1, 1),
        match_all,
        &[example(r"'a=1, b=2'.matchAll(/(\w)=(\d)/g).map(([all, key, value]) => key + value)", r#"["a1","b2"]"#)],
    ),
    text(
        ("search", "text.search(/…/)"),
        "Where the first match starts, or -1.",
        (1, 1),
        search,
        &[example(r"'ab12'.search(/\d/)", "2"), example("'ab'.search(/x/)", "-1")],
    ),
    text(
        ("replace", "text.replace(what, by)"),
        "With the first match replaced; with a regular expression and the flag g, every match. In a text `$1` or `$<name>` stands for a group and `$&` for the match; a function gets the match and its groups.",
        (2, 2),
        replace,
        &[
            example("'a-b-c'.replace('-', '+')", r#""a+b-c""#),
            example(r"'2026-11-05'.replace(/(\d+)-(\d+)-(\d+)/, '$3.$2.$1')", r#""05.11.2026""#),
            example("'a b c'.replace(/[a-z]/g, x => x.toUpperCase())", r#""A B C""#),
        ],
    )
    .with_callback(1),
    text(
        ("replaceAll", "text.replaceAll(what, by)"),
        "With every match replaced.",
        (2, 2),
        replace_all,
        &[example("'a-b-c'.replaceAll('-', '+')", r#""a+b+c""#), example("'aba'.replaceAll('a', '$&$&')", r#""aabaa""#)],
    )
    .with_callback(1),
    text(
        ("split", "text.split(separator, limit?)"),
        "The parts between separators: a text or a regular expression.",
        (0, 2),
        split,
        &[
            example("'a,b,,c'.split(',')", r#"["a","b","","c"]"#),
            example(r"'a1b22c'.split(/\d+/)", r#"["a","b","c"]"#),
            example("'abc'.split('')", r#"["a","b","c"]"#),
            example("'a,b,c'.split(',', 2)", r#"["a","b"]"#),
        ],
    ),
    Method::new(
        Receiver::Pattern,
        ("test", "/…/.test(text)"),
        "Whether the regular expression matches somewhere in the text.",
        (1, 1),
        test,
        &[example(r"/^\d{5}$/.test('10115')", "true"), example("/B/i.test('abc')", "true")],
    ),
    Method::new(
        Receiver::Pattern,
        ("exec", "/…/.exec(text)"),
        "The first match and its groups, or null.",
        (1, 1),
        exec,
        &[example(r"/(\d+)(x)?/.exec('a12')", r#"["12","12",null]"#)],
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

fn pattern<'a>(call: &mut Call<'_, 'a>) -> Checked<&'a Pattern> {
    call.take_pattern(0).ok_or_else(|| Failure::wrong_type("this needs a regular expression, as in /[0-9]+/"))
}

/// Where a match ends.
fn end(captures: &Captures<'_>) -> usize {
    captures.get(0).map_or(0, |found| found.end())
}

/// A match and its groups as a list.
fn groups<'a>(text: &Text<'a>, captures: &Captures<'_>, fuel: &mut Fuel) -> Checked<List<'a>> {
    let mut list = ListBuilder::new();
    for group in captures.iter() {
        let value = match group {
            Some(group) => Datum::Text(text.slice(group.start(), group.end(), fuel)?),
            None => Datum::Null,
        };
        list.push(value, fuel)?;
    }
    Ok(list.finish())
}

fn first_match<'a>(text: &Text<'a>, pattern: &Pattern, fuel: &mut Fuel) -> Outcome<'a> {
    pattern.pay(text.as_str(), fuel)?;
    match pattern.regex.captures(text.as_str()) {
        Some(captures) => Ok(Datum::List(groups(text, &captures, fuel)?)),
        None => Ok(Datum::Null),
    }
}

fn find_match<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let pattern = pattern(call)?;
    let text = call.receiver_text()?;
    let fuel = call.fuel();
    if !pattern.is_global {
        return first_match(&text, pattern, fuel);
    }
    pattern.pay(text.as_str(), fuel)?;
    let mut list = ListBuilder::new();
    for found in pattern.regex.find_iter(text.as_str()) {
        pattern.pay_match(text.as_str().len() - found.end(), fuel)?;
        list.push(Datum::Text(text.slice(found.start(), found.end(), fuel)?), fuel)?;
    }
    Ok(if list.len() == 0 { Datum::Null } else { list.datum() })
}

fn match_all<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let pattern = pattern(call)?;
    if !pattern.is_global {
        return Err(Failure::wrong_type("matchAll() needs the flag g, as in /[0-9]+/g"));
    }
    let text = call.receiver_text()?;
    let fuel = call.fuel();
    pattern.pay(text.as_str(), fuel)?;
    let mut list = ListBuilder::new();
    for captures in pattern.regex.captures_iter(text.as_str()) {
        pattern.pay_match(text.as_str().len() - end(&captures), fuel)?;
        let groups = groups(&text, &captures, fuel)?;
        list.push(Datum::List(groups), fuel)?;
    }
    Ok(list.datum())
}

fn search<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let pattern = pattern(call)?;
    let text = call.receiver_text()?;
    pattern.pay(text.as_str(), call.fuel())?;
    Ok(match pattern.regex.find(text.as_str()) {
        Some(found) => Datum::count(text_index::from_byte(text.as_str(), found.start())),
        None => Datum::Number(Number::Int(-1)),
    })
}

fn test<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let Datum::Pattern(pattern) = call.receiver() else { return Ok(Datum::Null) };
    pattern.pay(text.as_str(), call.fuel())?;
    Ok(Datum::Bool(pattern.regex.is_match(text.as_str())))
}

fn exec<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let Datum::Pattern(pattern) = call.receiver() else { return Ok(Datum::Null) };
    first_match(&text, pattern, call.fuel())
}

fn split<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let limit = usize::try_from(call.position(1, i64::MAX)?).unwrap_or(usize::MAX);
    let pattern = call.take_pattern(0);
    let separator = call.optional_text(0)?;
    let text = call.receiver_text()?;
    let fuel = call.fuel();
    let mut list = ListBuilder::new();
    if let Some(pattern) = pattern {
        return split_by_pattern(&text, pattern, limit, fuel);
    }
    let Some(separator) = separator else {
        if limit > 0 {
            list.push(Datum::Text(text), fuel)?;
        }
        return Ok(list.datum());
    };
    if separator.as_str().is_empty() {
        return super::text::characters(&text, limit, fuel);
    }
    let mut start = 0;
    let ends = text.as_str().match_indices(separator.as_str()).map(|(at, _)| at);
    for end in ends.chain([text.as_str().len()]).take(limit) {
        fuel.step()?;
        list.push(Datum::Text(text.slice(start, end, fuel)?), fuel)?;
        start = end + separator.as_str().len();
    }
    Ok(list.datum())
}

fn split_by_pattern<'a>(text: &Text<'a>, pattern: &Pattern, limit: usize, fuel: &mut Fuel) -> Outcome<'a> {
    pattern.pay(text.as_str(), fuel)?;
    let mut list = ListBuilder::new();
    let length = text.as_str().len();
    if length == 0 && pattern.regex.is_match("") {
        return Ok(list.datum());
    }
    let mut start = 0;
    for captures in pattern.regex.captures_iter(text.as_str()) {
        pattern.pay_match(length - end(&captures), fuel)?;
        let Some(found) = captures.get(0) else { continue };
        // An empty match splits between characters only, not at the ends.
        if found.is_empty() && (found.start() == start || found.start() == length) {
            continue;
        }
        list.push(Datum::Text(text.slice(start, found.start(), fuel)?), fuel)?;
        let groups = groups(text, &captures, fuel)?;
        groups.iter().skip(1).try_for_each(|group| list.push(group, fuel))?;
        start = found.end();
        if list.len() >= limit {
            break;
        }
    }
    list.push(Datum::Text(text.slice(start, length, fuel)?), fuel)?;
    let list = list.finish();
    let mut limited = ListBuilder::new();
    list.iter().take(limit).try_for_each(|part| limited.push(part, fuel))?;
    Ok(limited.datum())
}

/// What comes in the place of a match.
enum Replacement<'a> {
    /// A text in which `$` may stand for something.
    Text(Text<'a>),
    Function(&'a Callback),
}

fn replacement<'a>(call: &mut Call<'_, 'a>) -> Checked<Replacement<'a>> {
    Ok(match call.optional_callback(1) {
        Some(callback) => Replacement::Function(callback),
        None => Replacement::Text(call.text(1)?),
    })
}

fn replace<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let by = replacement(call)?;
    let Some(pattern) = call.take_pattern(0) else { return replace_text(call, &by, 1) };
    replace_pattern(call, pattern, &by)
}

fn replace_all<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let by = replacement(call)?;
    match call.take_pattern(0) {
        None => replace_text(call, &by, usize::MAX),
        Some(pattern) if pattern.is_global => replace_pattern(call, pattern, &by),
        Some(_) => Err(Failure::wrong_type("replaceAll() needs the flag g, as in /[0-9]+/g")),
    }
}

fn replace_text<'a>(call: &mut Call<'_, 'a>, by: &Replacement<'a>, limit: usize) -> Outcome<'a> {
    let wanted = call.text(0)?;
    let text = call.receiver_text()?;
    let source = text.as_str();
    let mut output = Output { text: String::new(), copied: 0 };
    for (start, found) in source.match_indices(wanted.as_str()).take(limit) {
        call.fuel().step()?;
        output.copy(source, start, start + found.len(), call.fuel())?;
        let groups = [Some((start, start + found.len()))];
        output.replace(call, by, &text, &groups, |_| None)?;
    }
    output.finish(text, call.fuel())
}

fn replace_pattern<'a>(call: &mut Call<'_, 'a>, pattern: &Pattern, by: &Replacement<'a>) -> Outcome<'a> {
    let text = call.receiver_text()?;
    let source = text.as_str();
    pattern.pay(source, call.fuel())?;
    let mut output = Output { text: String::new(), copied: 0 };
    let limit = if pattern.is_global { usize::MAX } else { 1 };
    for captures in pattern.regex.captures_iter(source).take(limit) {
        pattern.pay_match(source.len() - end(&captures), call.fuel())?;
        call.fuel().steps(captures.len())?;
        let groups: Vec<_> = captures.iter().map(|group| group.map(|group| (group.start(), group.end()))).collect();
        let Some((start, end)) = groups.first().copied().flatten() else { continue };
        output.copy(source, start, end, call.fuel())?;
        output
            .replace(call, by, &text, &groups, |name| captures.name(name).map(|group| (group.start(), group.end())))?;
    }
    output.finish(text, call.fuel())
}

type Group = Option<(usize, usize)>;

struct Output {
    text: String,
    copied: usize,
}

impl Output {
    /// Copies what is before a match, and goes past it.
    fn copy(&mut self, source: &str, start: usize, end: usize, fuel: &mut Fuel) -> Checked<()> {
        self.push(&source[self.copied..start], fuel)?;
        self.copied = end;
        Ok(())
    }

    fn push(&mut self, text: &str, fuel: &mut Fuel) -> Checked<()> {
        fuel.allocate(text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    fn replace<'a>(
        &mut self,
        call: &mut Call<'_, 'a>,
        by: &Replacement<'a>,
        text: &Text<'a>,
        groups: &[Group],
        named: impl Fn(&str) -> Group,
    ) -> Checked<()> {
        match by {
            Replacement::Text(template) => self.expand(template.as_str(), text.as_str(), groups, named, call.fuel()),
            Replacement::Function(callback) => {
                let offset = groups.first().copied().flatten().map_or(0, |(start, _)| start);
                let mut arguments = [const { Datum::Null }; 4];
                for (index, argument) in arguments.iter_mut().enumerate() {
                    *argument = match groups.get(index) {
                        Some(Some((start, end))) => Datum::Text(text.slice(*start, *end, call.fuel())?),
                        // After the groups comes the position of the match.
                        None if index == groups.len() => Datum::count(text_index::from_byte(text.as_str(), offset)),
                        _ => Datum::Null,
                    };
                }
                let value = call.machine.invoke(callback, arguments)?;
                let more = coerce::to_text(value, call.fuel())?;
                self.push(more.as_str(), call.fuel())
            }
        }
    }

    /// Writes a replacement in which `$1`, `$<name>`, `$&`, `` $` ``, `$'` and `$$` have a meaning.
    fn expand(
        &mut self,
        template: &str,
        source: &str,
        groups: &[Group],
        named: impl Fn(&str) -> Group,
        fuel: &mut Fuel,
    ) -> Checked<()> {
        let (start, end) = groups.first().copied().flatten().unwrap_or_default();
        let text = |group: Group| group.map_or("", |(start, end)| &source[start..end]);
        let mut rest = template;
        while let Some(dollar) = rest.find('$') {
            fuel.step()?;
            self.push(&rest[..dollar], fuel)?;
            rest = &rest[dollar + 1..];
            let bytes = rest.as_bytes();
            let digits = bytes.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
            let index =
                |count: usize| rest[..count].parse::<usize>().ok().filter(|index| (1..groups.len()).contains(index));
            let (more, length) = match bytes.first() {
                Some(b'$') => ("$", 1),
                Some(b'&') => (&source[start..end], 1),
                Some(b'`') => (&source[..start], 1),
                Some(b'\'') => (&source[end..], 1),
                Some(b'<') if rest.contains('>') => {
                    let close = rest.find('>').unwrap_or(0);
                    (text(named(&rest[1..close])), close + 1)
                }
                Some(b'0'..=b'9') => match (digits == 2).then(|| index(2)).flatten() {
                    Some(group) => (text(groups[group]), 2),
                    None => match index(1) {
                        Some(group) => (text(groups[group]), 1),
                        None => ("$", 0),
                    },
                },
                _ => ("$", 0),
            };
            self.push(more, fuel)?;
            rest = &rest[length..];
        }
        self.push(rest, fuel)
    }

    fn finish<'a>(mut self, text: Text<'a>, fuel: &mut Fuel) -> Outcome<'a> {
        if self.copied == 0 && self.text.is_empty() {
            return Ok(Datum::Text(text));
        }
        self.push(&text.as_str()[self.copied..], fuel)?;
        Ok(Datum::Text(Text::Owned(self.text.into())))
    }
}
