//! Regular expressions: JavaScript's notation, run by an engine whose time is linear in the text.

use regex_lite::{Regex, RegexBuilder};

use super::error::{Checked, Failure};
use super::fuel::Fuel;

/// A compiled `/source/flags`.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) source: String,
    pub(crate) flags: String,
    pub(crate) is_global: bool,
    pub(crate) regex: Regex,
    /// About how many states each byte of text may visit.
    weight: usize,
    /// True when the engine may look far beyond a match before it decides for it, and so read the same text again for
    /// each match.
    may_reread: bool,
}

const MAX_COMPILED_BYTES: usize = 64 << 10;
const MAX_WEIGHT: usize = 2_000;
/// States visited for the price of one step.
const STATES_PER_STEP: usize = 32;
/// How much less a possible look ahead costs than a certain one.
const REREAD_DISCOUNT: usize = 4;

impl Pattern {
    pub(crate) fn compile(source: &str, flags: &str) -> Checked<Pattern> {
        let invalid = |why: String| Failure::new("invalid_pattern", format!("`/{source}/`: {why}"));
        if let Some(flag) = flags.chars().find(|flag| !"gimsu".contains(*flag)) {
            return Err(invalid(format!("the flag `{flag}` is not supported; use g, i, m, s or u")));
        }
        let Translation { pattern, weight } = translate(source).map_err(|why| invalid(why.to_owned()))?;
        let regex = RegexBuilder::new(&pattern)
            .case_insensitive(flags.contains('i'))
            .multi_line(flags.contains('m'))
            .dot_matches_new_line(flags.contains('s'))
            .size_limit(MAX_COMPILED_BYTES)
            .build()
            .map_err(|error| invalid(error.to_string()))?;
        Ok(Pattern {
            source: source.to_owned(),
            flags: flags.to_owned(),
            is_global: flags.contains('g'),
            regex,
            weight: weight.min(MAX_WEIGHT),
            may_reread: may_reread(source),
        })
    }

    /// Pays for one pass over a text.
    pub(crate) fn pay(&self, text: &str, fuel: &mut Fuel) -> Checked<()> {
        fuel.steps(1 + text.len().saturating_mul(self.weight) / STATES_PER_STEP)
    }

    /// Pays for one of several matches, after which `rest` bytes of the text are left.
    pub(crate) fn pay_match(&self, rest: usize, fuel: &mut Fuel) -> Checked<()> {
        let reread = if self.may_reread { rest } else { 0 };
        fuel.steps(1 + reread.saturating_mul(self.weight) / (STATES_PER_STEP * REREAD_DISCOUNT))
    }
}

/// A repetition without end can run on after a match only where something else may be left out or chosen instead;
/// otherwise what it runs through is part of the match, or holds no further match.
fn may_reread(source: &str) -> bool {
    let is_endless = source.contains(['*', '+']) || source.contains(",}");
    let has_choice =
        source.contains(['|', '?']) || source.contains(")*") || source.contains(")+") || source.contains("){");
    is_endless && has_choice
}

struct Translation {
    pattern: String,
    weight: usize,
}

/// What `\s` means in JavaScript beyond ASCII.
const SPACES: &str = r"\s\x{a0}\x{feff}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}";

/// Rewrites JavaScript's notation into the engine's, and says what has no counterpart.
fn translate(source: &str) -> Result<Translation, &'static str> {
    let mut pattern = String::with_capacity(source.len() + 8);
    let mut weight = source.len().max(1);
    let mut in_class = false;
    let mut rest = source;
    while let Some(character) = rest.chars().next() {
        let tail = &rest[character.len_utf8()..];
        rest = tail;
        match character {
            '\\' => rest = escape(tail, in_class, &mut pattern)?,
            '[' if !in_class => {
                in_class = true;
                pattern.push('[');
                if let Some(after) = tail.strip_prefix('^') {
                    pattern.push('^');
                    rest = after;
                }
                if rest.starts_with(']') {
                    return Err("an empty class `[]` matches nothing");
                }
            }
            ']' if in_class => {
                in_class = false;
                pattern.push(']');
            }
            // The engine reads these inside a class as set operations, JavaScript as themselves.
            '[' | '&' | '~' if in_class => {
                pattern.push('\\');
                pattern.push(character);
            }
            '(' if !in_class => {
                for prefix in ["?=", "?!", "?<=", "?<!"] {
                    if tail.starts_with(prefix) {
                        return Err(
                            "looking ahead or behind is not supported, because it can't be matched in linear time",
                        );
                    }
                }
                pattern.push('(');
            }
            '{' if !in_class => {
                let count = tail.split(['}', ',']).find_map(|number| number.parse::<usize>().ok()).unwrap_or(1);
                let upper = tail.split('}').next().and_then(|counts| counts.split(',').next_back()?.parse().ok());
                weight = weight.saturating_mul(upper.unwrap_or(count).max(1));
                pattern.push('{');
            }
            _ => pattern.push(character),
        }
    }
    Ok(Translation { pattern, weight })
}

/// Handles what follows a backslash and returns what is left.
fn escape<'s>(tail: &'s str, in_class: bool, pattern: &mut String) -> Result<&'s str, &'static str> {
    let Some(character) = tail.chars().next() else { return Err("it ends with a lone backslash") };
    let rest = &tail[character.len_utf8()..];
    match character {
        '1'..='9' if !in_class => return Err("references to groups are not supported inside the expression"),
        'k' => return Err("references to groups are not supported inside the expression"),
        'p' | 'P' => return Err("Unicode classes such as \\p{L} are not supported"),
        's' if in_class => pattern.push_str(SPACES),
        's' => {
            pattern.push('[');
            pattern.push_str(SPACES);
            pattern.push(']');
        }
        'S' if in_class => return Err("`\\S` inside a class is not supported"),
        'S' => {
            pattern.push_str("[^");
            pattern.push_str(SPACES);
            pattern.push(']');
        }
        '0' => pattern.push_str(r"\x{0}"),
        'b' if in_class => pattern.push_str(r"\x{8}"),
        'u' => {
            let (digits, rest) = match rest.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
                Some((digits, rest)) => (digits, rest),
                None if rest.len() >= 4 && rest.is_char_boundary(4) => rest.split_at(4),
                None => return Err("`\\u` needs four hexadecimal digits"),
            };
            if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err("`\\u` needs four hexadecimal digits");
            }
            pattern.push_str(&format!(r"\x{{{digits}}}"));
            return Ok(rest);
        }
        _ if character.is_ascii_alphanumeric() => {
            pattern.push('\\');
            pattern.push(character);
        }
        _ if character.is_ascii_punctuation() => {
            pattern.push('\\');
            pattern.push(character);
        }
        _ => pattern.push(character),
    }
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(source: &str, text: &str) -> bool {
        Pattern::compile(source, "").unwrap().regex.is_match(text)
    }

    #[test]
    fn javascripts_notation_is_understood() {
        assert!(finds(r"^\d{3}-\d{2}$", "123-45"));
        assert!(finds(r"a\/b", "a/b"));
        assert!(finds(r"[[\]]", "["));
        assert!(finds(r"[a&&b]", "&"));
        assert!(finds(r"\u00e9", "é"));
        assert!(finds(r"\u{1F600}", "😀"));
        assert!(finds(r"a\sb", "a\u{a0}b"));
        assert!(finds(r"(?<year>\d+)", "2026"));
        assert!(finds(r"[\-\s]", " "));
    }

    #[test]
    fn what_is_not_linear_is_refused() {
        for source in [r"(?=a)", r"(?<!a)", r"(a)\1", r"\p{L}", "(", "[]", "\\", "a{99999}{99999}", r"\u12"] {
            let failure = Pattern::compile(source, "").unwrap_err();
            assert_eq!(failure.code, "invalid_pattern", "{source}");
        }
        assert!(Pattern::compile("a", "y").is_err());
    }
}
