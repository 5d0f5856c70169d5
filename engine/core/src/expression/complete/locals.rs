//! Parameters of the arrow functions around the cursor, each with a sample of what it will be.

use serde_json::Value;

use super::super::functions;
use super::super::lexer::{Lexeme, Token};
use super::{Editor, tokens};

/// Names and samples, outermost first.
#[derive(Debug, Default)]
pub(super) struct Known {
    names: Vec<String>,
    values: Vec<Value>,
}

impl Known {
    fn add(&mut self, name: &str, value: Value) {
        self.names.push(name.to_owned());
        self.values.push(value);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.names.iter().map(String::as_str).zip(&self.values)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }
}

/// What the arrow functions whose bodies are still open have bound.
pub(super) fn known(editor: &Editor<'_>, lexemes: &[Lexeme]) -> Known {
    let mut known = Known::default();
    for open in tokens::open_brackets(lexemes) {
        add_call(editor, lexemes, open, &mut known);
    }
    known
}

/// Adds what `list.map(x =>` or `groupBy(list, x =>` binds, when the bracket at `open` belongs to such a call.
fn add_call(editor: &Editor<'_>, lexemes: &[Lexeme], open: usize, known: &mut Known) -> Option<()> {
    let name_at = open.checked_sub(1).filter(|at| lexemes[*at].token == Token::Name)?;
    let name = editor.lexeme(lexemes.get(name_at)).to_owned();
    let arguments = tokens::parts(lexemes, open + 1, lexemes.len());
    let (from, to) = *arguments.last()?;
    let arrow = (from..to).find(|at| lexemes[*at].token == Token::Punctuation("=>"))?;
    let is_method = name_at >= 2 && matches!(lexemes[name_at - 1].token, Token::Punctuation("." | "?."));
    let list = if is_method {
        let start = tokens::path_start(lexemes, name_at - 2)?;
        &editor.text[lexemes[start].span.start..lexemes[name_at - 1].span.start]
    } else {
        functions::named(&name)?;
        let (from, to) = *arguments.first()?;
        &editor.text[lexemes[from].span.start..lexemes[to - 1].span.end]
    };
    let list = editor.value(list, known)?;
    let item = list.get(0).cloned().unwrap_or(Value::Null);
    let mut samples = vec![item, Value::from(0), list];
    if name.starts_with("reduce") {
        samples.insert(0, Value::Null);
    }
    bind_all(editor, lexemes, (from, arrow), samples, known);
    Some(())
}

fn bind_all(
    editor: &Editor<'_>,
    lexemes: &[Lexeme],
    (from, arrow): (usize, usize),
    samples: Vec<Value>,
    known: &mut Known,
) {
    let params = match lexemes[from].token {
        Token::Punctuation("(") => tokens::parts(lexemes, from + 1, lexemes[from].closed_by),
        _ => vec![(from, arrow)],
    };
    for ((from, to), sample) in params.into_iter().zip(samples) {
        bind(editor, lexemes, (from, to), sample, known);
    }
}

/// Binds one parameter, taking lists and objects apart.
fn bind(editor: &Editor<'_>, lexemes: &[Lexeme], (from, to): (usize, usize), sample: Value, known: &mut Known) {
    let inner = |at: usize| tokens::parts(lexemes, at + 1, lexemes[at].closed_by.max(at + 1).min(to));
    match lexemes[from].token {
        Token::Name => known.add(editor.lexeme(lexemes.get(from)), sample),
        Token::Punctuation("[") => {
            for (index, part) in inner(from).into_iter().enumerate().filter(|(_, (from, to))| from < to) {
                bind(editor, lexemes, part, sample.get(index).cloned().unwrap_or(Value::Null), known);
            }
        }
        Token::Punctuation("{") => {
            for (from, to) in inner(from).into_iter().filter(|(from, to)| from < to) {
                let key = editor.lexeme(lexemes.get(from));
                let value = sample.get(key).cloned().unwrap_or(Value::Null);
                let is_renamed = from + 2 < to && lexemes[from + 1].token == Token::Punctuation(":");
                bind(editor, lexemes, (if is_renamed { from + 2 } else { from }, to), value, known);
            }
        }
        _ => {}
    }
}
