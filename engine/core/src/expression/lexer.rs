//! Splits one expression into tokens, up to the `}}` that closes it.

use super::error::{Checked, Failure, Span};
use super::number;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Token {
    Name,
    Number,
    /// A quoted text; its value is decoded when it is parsed.
    Text,
    Regex,
    Punctuation(&'static str),
    /// A backtick, at either end of a template string.
    Backtick,
    /// The text between the holes of a template string, perhaps empty.
    Chunk,
    /// `${`
    HoleStart,
    /// The `}` that ends a hole.
    HoleEnd,
    End,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) span: Span,
    /// For an opening bracket, the index of the one that closes it.
    pub(crate) closed_by: usize,
}

/// The tokens of one expression.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) lexemes: Vec<Lexeme>,
    /// Just after the closing `}}`.
    pub(crate) end: usize,
}

/// The longest expression, in bytes.
pub(crate) const MAX_LENGTH: usize = 32 << 10;

/// Longest first. Those that expressions do not have are here so that their errors can name them.
const PUNCTUATION: [&str; 57] = [
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "?.", "??", "==", "!=", "<=",
    ">=", "&&", "||", "**", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "(", ")", "[", "]",
    "{", "}", ".", ",", ":", "?", "+", "-", "*", "/", "%", "<", ">", "!", "=", "&", "|", "^", "~", ";",
];

/// Reads the expression that starts at `start`, after its `{{`.
pub(crate) fn lex(text: &str, start: usize) -> Checked<Tokens> {
    let mut lexer = Lexer { text, at: start, start, lexemes: Vec::new(), open: Vec::new() };
    match lexer.run() {
        Ok(end) => Ok(Tokens { lexemes: lexer.lexemes, end }),
        Err(failure) => Err(failure),
    }
}

/// Reads what can be read of the expression between two offsets: what an editor has before its cursor.
pub(crate) fn lex_start(text: &str, start: usize, end: usize) -> Vec<Lexeme> {
    let mut lexer = Lexer { text: &text[..end], at: start, start, lexemes: Vec::new(), open: Vec::new() };
    // It ends in the middle, so an error at its end is what to expect.
    let _ = lexer.run();
    lexer.lexemes
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    start: usize,
    lexemes: Vec<Lexeme>,
    /// Brackets and holes that are open, by index.
    open: Vec<usize>,
}

impl Lexer<'_> {
    fn run(&mut self) -> Checked<usize> {
        loop {
            self.skip_space()?;
            if self.at - self.start > MAX_LENGTH {
                return Err(Failure::new("too_long", format!("an expression may have at most {MAX_LENGTH} bytes"))
                    .at(Span::new(self.start, self.at)));
            }
            let start = self.at;
            let rest = &self.text[start..];
            let Some(first) = rest.chars().next() else {
                return Err(self.unclosed());
            };
            match first {
                '}' if self.open.is_empty() => {
                    if !rest.starts_with("}}") {
                        return Err(Failure::syntax(
                            Span::new(start, start + 1),
                            "an expression ends with `}}`, not with `}`",
                        ));
                    }
                    self.push(Token::End, start);
                    return Ok(start + 2);
                }
                '"' | '\'' => self.quoted(first)?,
                '`' => self.backtick()?,
                '0'..='9' => self.number(),
                '.' if rest[1..].starts_with(|next: char| next.is_ascii_digit()) => self.number(),
                '/' if self.expects_operand() => self.regex()?,
                _ if is_name_start(first) => {
                    let length = rest.find(|next| !is_name_part(next)).unwrap_or(rest.len());
                    self.at += length;
                    self.push(Token::Name, start);
                }
                _ => self.punctuation(rest, first)?,
            }
        }
    }

    fn push(&mut self, token: Token, start: usize) {
        self.lexemes.push(Lexeme { token, span: Span::new(start, self.at), closed_by: 0 });
    }

    fn unclosed(&self) -> Box<Failure> {
        Failure::syntax(Span::new(self.start - 2, self.text.len()), "this `{{` is never closed by `}}`")
    }

    fn skip_space(&mut self) -> Checked<()> {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start_matches(number::is_space);
            self.at += rest.len() - trimmed.len();
            if let Some(comment) = trimmed.strip_prefix("/*") {
                let Some(length) = comment.find("*/") else {
                    return Err(Failure::syntax(
                        Span::new(self.at, self.text.len()),
                        "this comment is never closed by `*/`",
                    ));
                };
                self.at += length + 4;
            } else {
                return Ok(());
            }
        }
    }

    /// After an operand a `/` divides; anywhere else it starts a regular expression.
    fn expects_operand(&self) -> bool {
        let Some(last) = self.lexemes.last() else { return true };
        match last.token {
            Token::Name => matches!(&self.text[last.span.start..last.span.end], "typeof" | "in"),
            Token::Number | Token::Text | Token::Regex | Token::Backtick => false,
            Token::Punctuation(sign) => !matches!(sign, ")" | "]" | "}"),
            Token::Chunk | Token::HoleStart | Token::HoleEnd | Token::End => true,
        }
    }

    fn quoted(&mut self, quote: char) -> Checked<()> {
        let start = self.at;
        let mut escaped = false;
        for (offset, character) in self.text[start + 1..].char_indices() {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '\n' => break,
                _ if character == quote => {
                    self.at = start + 1 + offset + 1;
                    self.push(Token::Text, start);
                    return Ok(());
                }
                _ => {}
            }
        }
        Err(Failure::syntax(Span::new(start, start + 1), format!("this text is never closed by {quote}")))
    }

    /// An opening backtick, or the closing one when a chunk of the same string was just read.
    fn backtick(&mut self) -> Checked<()> {
        let start = self.at;
        self.at += 1;
        self.push(Token::Backtick, start);
        self.chunk()
    }

    /// The text after a backtick or a hole, and what ends it.
    fn chunk(&mut self) -> Checked<()> {
        let start = self.at;
        let mut escaped = false;
        for (offset, character) in self.text[start..].char_indices() {
            let at = start + offset;
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '`' => {
                    self.at = at;
                    self.push(Token::Chunk, start);
                    self.at = at + 1;
                    self.push(Token::Backtick, at);
                    return Ok(());
                }
                '$' if self.text[at..].starts_with("${") => {
                    self.at = at;
                    self.push(Token::Chunk, start);
                    self.at = at + 2;
                    self.open.push(self.lexemes.len());
                    self.push(Token::HoleStart, at);
                    return Ok(());
                }
                _ => {}
            }
        }
        Err(Failure::syntax(Span::new(start, self.text.len()), "this text is never closed by `"))
    }

    fn number(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let is_radix = matches!(rest.as_bytes(), [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]);
        let length = if is_radix {
            rest.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(rest.len())
        } else {
            let mut previous = ' ';
            let end = rest.char_indices().find(|(offset, next)| {
                let sign = matches!(next, '+' | '-') && matches!(previous, 'e' | 'E');
                // `1..toFixed` is not worth a special case: one point per number, and `...` is not part of one.
                let point = *next == '.' && !rest[..*offset].contains('.') && !rest[*offset..].starts_with("..");
                let inside = next.is_ascii_alphanumeric() || *next == '_' || sign || point;
                previous = *next;
                !inside
            });
            end.map_or(rest.len(), |(offset, _)| offset)
        };
        self.at += length;
        self.push(Token::Number, start);
    }

    fn regex(&mut self) -> Checked<()> {
        let start = self.at;
        let mut escaped = false;
        let mut in_class = false;
        for (offset, character) in self.text[start + 1..].char_indices() {
            match character {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    let flags = &self.text[start + 1 + offset + 1..];
                    let length = flags.find(|next: char| !next.is_ascii_alphabetic()).unwrap_or(flags.len());
                    self.at = start + 1 + offset + 1 + length;
                    self.push(Token::Regex, start);
                    return Ok(());
                }
                _ => {}
            }
        }
        Err(Failure::syntax(Span::new(start, start + 1), "this regular expression is never closed by `/`"))
    }

    fn punctuation(&mut self, rest: &str, first: char) -> Checked<()> {
        let start = self.at;
        let found = PUNCTUATION.iter().find(|sign| rest.starts_with(**sign));
        let Some(mut sign) = found.copied() else {
            let span = Span::new(start, start + first.len_utf8());
            return Err(Failure::syntax(span, format!("`{first}` has no meaning in an expression")));
        };
        // `a?.5:b` is a choice, not an optional member.
        if sign == "?." && rest[2..].starts_with(|next: char| next.is_ascii_digit()) {
            sign = "?";
        }
        self.at += sign.len();
        match sign {
            "(" | "[" | "{" => self.open.push(self.lexemes.len()),
            ")" | "]" | "}" => return self.close(sign, start),
            _ => {}
        }
        self.push(Token::Punctuation(sign), start);
        Ok(())
    }

    fn close(&mut self, sign: &'static str, start: usize) -> Checked<()> {
        let span = Span::new(start, self.at);
        let Some(opening) = self.open.pop() else {
            return Err(Failure::syntax(span, format!("this `{sign}` closes nothing")));
        };
        let wanted = match self.lexemes[opening].token {
            Token::Punctuation("(") => ")",
            Token::Punctuation("[") => "]",
            _ => "}",
        };
        if sign != wanted {
            return Err(Failure::syntax(span, format!("expected `{wanted}` here, not `{sign}`")));
        }
        self.lexemes[opening].closed_by = self.lexemes.len();
        if self.lexemes[opening].token == Token::HoleStart {
            self.push(Token::HoleEnd, start);
            return self.chunk();
        }
        self.push(Token::Punctuation(sign), start);
        Ok(())
    }
}

pub(crate) fn is_name_start(character: char) -> bool {
    character.is_alphabetic() || character == '_' || character == '$'
}

pub(crate) fn is_name_part(character: char) -> bool {
    is_name_start(character) || character.is_alphanumeric()
}

/// True for what can follow a point.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(is_name_start) && text.chars().all(is_name_part)
}

/// Decodes the escapes of a quoted text or of a chunk of a template string.
pub(crate) fn unescape(raw: &str) -> Result<String, &'static str> {
    if !raw.contains('\\') {
        return Ok(raw.to_owned());
    }
    // Escapes name UTF-16 units, and two of them may make one character.
    let mut units: Vec<u16> = Vec::with_capacity(raw.len());
    let mut characters = raw.chars();
    let mut buffer = [0; 2];
    while let Some(character) = characters.next() {
        if character != '\\' {
            units.extend_from_slice(character.encode_utf16(&mut buffer));
            continue;
        }
        let decoded = match characters.next() {
            None => return Err("a lone backslash"),
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('v') => '\u{b}',
            Some('0') if !characters.as_str().starts_with(|next: char| next.is_ascii_digit()) => '\0',
            Some('0'..='9') => return Err("octal escapes are not supported"),
            Some('\n') => continue,
            Some('x') => {
                units.push(hexadecimal(&mut characters, 2).ok_or("`\\x` needs two hexadecimal digits")?);
                continue;
            }
            Some('u') => {
                if let Some(braced) = characters.as_str().strip_prefix('{') {
                    let (digits, rest) = braced.split_once('}').ok_or("`\\u{` is never closed")?;
                    let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                    let code = code.ok_or("`\\u{…}` needs the number of a character")?;
                    units.extend_from_slice(code.encode_utf16(&mut buffer));
                    characters = rest.chars();
                } else {
                    units.push(hexadecimal(&mut characters, 4).ok_or("`\\u` needs four hexadecimal digits")?);
                }
                continue;
            }
            Some(other) => other,
        };
        units.extend_from_slice(decoded.encode_utf16(&mut buffer));
    }
    Ok(String::from_utf16_lossy(&units))
}

fn hexadecimal(characters: &mut std::str::Chars<'_>, count: usize) -> Option<u16> {
    let digits = characters.as_str().get(..count)?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    *characters = characters.as_str()[count..].chars();
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<String> {
        let text = format!("{{{{{text}}}}}");
        let lexemes = lex(&text, 2).unwrap().lexemes;
        lexemes.iter().map(|lexeme| text[lexeme.span.start..lexeme.span.end].to_owned()).collect()
    }

    #[test]
    fn splits_where_javascript_does() {
        let cases = [
            ("a?.b ?? 1.5e-3", "a ?. b ?? 1.5e-3 "),
            ("a ? .5 : b?.5:1", "a ? .5 : b ? .5 : 1 "),
            ("x / 2 / /a\\/[/]/g", "x / 2 / /a\\/[/]/g "),
            ("{a: {b: 1}}", "{ a : { b : 1 } } "),
            ("`a${ {b: `c`}.b }d`", "` a ${ { b : ` c ` } . b } d ` "),
            ("[...a, ...b]", "[ ... a , ... b ] "),
            ("'it\\'s' + \"}}\"", "'it\\'s' + \"}}\" "),
            ("1 /* }} */ + 2", "1 + 2 "),
        ];
        for (text, wanted) in cases {
            assert_eq!(tokens(text).join(" "), wanted);
        }
    }

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(unescape(r"a\n\x41\u0042\u{43}\uD83D\uDE00\\").unwrap(), "a\nABC😀\\");
        assert_eq!(unescape(r"\uD83D").unwrap(), "\u{fffd}");
        assert!(unescape(r"\x4").is_err());
        assert!(unescape(r"\u{110000}").is_err());
    }
}
