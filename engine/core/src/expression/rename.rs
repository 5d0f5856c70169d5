//! Renames a node inside templates.

use super::lexer;
use super::parser::{Findings, Parser};
use super::template::StepName;

/// Rewrites `steps.from` and `steps["from"]` to the new id and leaves all else as it is.
///
/// An expression that does not parse is rewritten as far as it was understood.
///
/// ```
/// use weft_core::expression::rename_node;
/// assert_eq!(rename_node("{{ steps.a.b + steps['a'] }} steps.a", "a", "c"), "{{ steps.c.b + steps['c'] }} steps.a");
/// ```
pub fn rename_node(text: &str, from: &str, to: &str) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut copied = 0;
    for name in step_names(text).into_iter().filter(|name| name.id == from) {
        let old = &text[name.name.start..name.name.end];
        match (old.chars().next(), lexer::is_name(to)) {
            (Some(quote @ ('"' | '\'')), _) => {
                renamed.push_str(&text[copied..name.name.start]);
                renamed.push_str(&quoted(to, quote));
                copied = name.name.end;
            }
            (_, true) => {
                renamed.push_str(&text[copied..name.name.start]);
                renamed.push_str(to);
                copied = name.name.end;
            }
            (_, false) => {
                renamed.push_str(&text[copied..name.span.start]);
                let is_optional = text[name.span.start..].trim_start().starts_with("?.");
                renamed.push_str(if is_optional { "?.[" } else { "[" });
                renamed.push_str(&quoted(to, '"'));
                renamed.push(']');
                copied = name.span.end;
            }
        }
    }
    renamed.push_str(&text[copied..]);
    renamed
}

fn quoted(name: &str, quote: char) -> String {
    let escaped = name.replace('\\', "\\\\").replace(quote, &format!("\\{quote}")).replace('\n', "\\n");
    format!("{quote}{escaped}{quote}")
}

/// In the order of the text, because parsing goes from left to right.
fn step_names(text: &str) -> Vec<StepName> {
    let mut findings = Findings::default();
    let mut at = 0;
    while let Some(offset) = text[at..].find("{{") {
        let start = at + offset + 2;
        let Ok(tokens) = lexer::lex(text, start) else {
            at = text[start..].find("}}").map_or(text.len(), |length| start + length + 2);
            continue;
        };
        // What was named before an error counts all the same.
        let _ = Parser::new(text, &tokens, &mut findings).parse();
        at = tokens.end;
    }
    findings.step_names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_nodes_name_changes() {
        let cases = [
            ("steps.a stays text", "steps.a stays text"),
            ("{{ steps.a }}", "{{ steps.new }}"),
            ("{{ steps . a .a }}", "{{ steps . new .a }}"),
            ("{{ steps?.a?.b }}", "{{ steps?.new?.b }}"),
            ("{{ steps['a'].b }} and {{ steps[\"a\"] }}", "{{ steps['new'].b }} and {{ steps[\"new\"] }}"),
            ("{{ steps?.['a'] }}", "{{ steps?.['new'] }}"),
            (
                "{{ input.steps.a + 'steps.a' + steps.ab + steps.b.a }}",
                "{{ input.steps.a + 'steps.a' + steps.ab + steps.b.a }}",
            ),
            ("{{ `steps.a ${ steps.a }` }}", "{{ `steps.a ${ steps.new }` }}"),
            ("{{ steps[a] }} {{ steps.a }}", "{{ steps[a] }} {{ steps.new }}"),
            (
                "{{ [steps.a].map((x, y = steps.a) => steps.a) }}",
                "{{ [steps.new].map((x, y = steps.new) => steps.new) }}",
            ),
            ("{{ { steps: steps.a, a: 1 } }}", "{{ { steps: steps.new, a: 1 } }}"),
            ("{{ steps.a + }} {{ steps.a }}", "{{ steps.new + }} {{ steps.new }}"),
            ("{{ 'never closed }} {{ steps.a }}", "{{ 'never closed }} {{ steps.new }}"),
        ];
        for (text, wanted) in cases {
            assert_eq!(rename_node(text, "a", "new"), wanted);
        }
    }

    #[test]
    fn a_name_that_needs_quotes_gets_them() {
        assert_eq!(rename_node("{{ steps.a.b }}", "a", "x-y"), "{{ steps[\"x-y\"].b }}");
        assert_eq!(rename_node("{{ steps?.a }}", "a", "x\"y"), "{{ steps?.[\"x\\\"y\"] }}");
    }
}
