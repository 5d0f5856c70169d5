use serde::Deserialize;
use weft_plugin::Action;

use crate::schema;

pub fn action() -> Action {
    Action::pure("strip_html", "Strip HTML")
        .summary("Turns HTML into plain text: tags go, entities become characters, blocks become lines.")
        .docs("For reading, not for safety: never put the result back into a page as HTML.")
        .tags(&["plain text", "tags", "clean"])
        .icon("code-xml")
        .input(schema::object(&["text"], &[("text", schema::text())]))
}

#[derive(Deserialize)]
pub struct Params {
    text: String,
}

const BLOCKS: [&str; 20] = [
    "address",
    "article",
    "blockquote",
    "br",
    "div",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "p",
    "section",
    "table",
    "tr",
    "ul",
];

pub fn run(Params { text }: &Params) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('<') {
        push_text(&mut plain, &rest[..at]);
        rest = &rest[at..];
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            after(comment, "-->")
        } else if rest[1..]
            .starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '/' | '!' | '?'))
        {
            let tag = &rest[1..tag_end(rest)];
            let remaining = &rest[(tag.len() + 2).min(rest.len())..];
            let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
            let name = name.to_ascii_lowercase();
            if BLOCKS.contains(&name.as_str()) && !plain.ends_with('\n') {
                plain.push('\n');
            }
            if matches!(name.as_str(), "td" | "th") && tag.starts_with('/') {
                plain.push('\t');
            }
            match name.as_str() {
                "script" | "style" if !tag.starts_with('/') && !tag.ends_with('/') => skip_element(remaining, &name),
                _ => remaining,
            }
        } else {
            plain.push('<');
            &rest[1..]
        };
    }
    push_text(&mut plain, rest);
    let lines: Vec<&str> = plain.lines().map(|line| line.trim_matches([' ', '\t'])).collect();
    lines.join("\n").trim().to_owned()
}

/// Where the tag that `text` starts with ends, minding `>` inside quoted attributes.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split_once(mark).map_or("", |(_, after)| after)
}

fn skip_element<'t>(text: &'t str, name: &str) -> &'t str {
    let closes = |at: &usize| {
        let after = &text.as_bytes()[*at..];
        after.starts_with(b"</")
            && after.get(2..2 + name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
    };
    text.match_indices('<').map(|(at, _)| at).find(closes).map_or("", |at| &text[at..])
}

/// Adds text as a browser would show it: runs of white space are one space, entities are characters.
fn push_text(plain: &mut String, text: &str) {
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let (shown, length) = match letter {
            '&' => entity(&text[at..]).unwrap_or(('&', 1)),
            letter => (letter, letter.len_utf8()),
        };
        at += length;
        match letter.is_whitespace() {
            false => plain.push(shown),
            true if !plain.is_empty() && !plain.ends_with([' ', '\n', '\t']) => plain.push(' '),
            true => {}
        }
    }
}

fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = &text[1..end];
    let decoded = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "euro" => '€',
        "copy" => '©',
        "reg" => '®',
        "laquo" => '«',
        "raquo" => '»',
        "bull" => '•',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "Auml" => 'Ä',
        "Ouml" => 'Ö',
        "Uuml" => 'Ü',
        "szlig" => 'ß',
        "eacute" => 'é',
        "egrave" => 'è',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((decoded, end + 1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn strips() {
        let cases = [
            ("<p>Hello <b>World</b></p><p>Bye</p>", "Hello World\nBye"),
            ("a &lt; b &amp;&amp; c &#8364; &#x41; &unknown; & d", "a < b && c € A &unknown; & d"),
            ("<a title=\"x > y\" href='#'>link</a>", "link"),
            ("before<script>alert('<p>')</SCRIPT>after<!-- <p> -->!", "beforeafter!"),
            ("1 < 2 <br/> 3 > 2", "1 < 2\n3 > 2"),
            ("<table><tr><td>a</td><td>b</td></tr></table>", "a\tb"),
            ("  many   \n spaces ", "many spaces"),
            ("<unclosed", ""),
            ("<style>p{}", ""),
            ("</p", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(crate::answer("strip_html", json!({ "text": text })).unwrap(), expected, "{text}");
        }
    }
}
