//! What of a run can be searched.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;
use weft_core::run::{RunError, StepRecord};

use crate::store::runs::Run;
use crate::store::search::words;

/// The most text of one run. Large runs are found by what comes first in them.
const RUN_BYTES: usize = 16 * 1024;

/// The most text of one value, so that a large input leaves room for the rest.
const VALUE_BYTES: usize = 4 * 1024;

/// The words of a run and its steps, all of which are masked already. Names of fields are not part of it.
pub(super) fn of(run: &Run, steps: &[StepRecord]) -> String {
    let mut text = Text::default();
    if let Some(error) = &run.tail.error {
        text.error(error);
    }
    if let Some(output) = &run.tail.output {
        text.value(output);
    }
    text.value(&run.head.input);
    for step in steps {
        if text.is_full() {
            break;
        }
        if let Some(error) = &step.error {
            text.error(error);
        }
        if let Some(output) = &step.output {
            text.value(output);
        }
        step.logs.iter().for_each(|log| text.words_of(&log.message, VALUE_BYTES));
    }
    text.words
}

#[derive(Default)]
struct Text {
    words: String,
    /// Outputs are handed on: what is in the text already is not repeated.
    seen: HashSet<Arc<Value>>,
}

impl Text {
    fn is_full(&self) -> bool {
        self.words.len() >= RUN_BYTES
    }

    fn error(&mut self, error: &RunError) {
        for part in [&error.code, &error.message] {
            self.words_of(part, VALUE_BYTES);
        }
        if let Some(details) = &error.details {
            self.value(&Arc::new(details.clone()));
        }
    }

    fn value(&mut self, value: &Arc<Value>) {
        if self.seen.insert(Arc::clone(value)) {
            let end = (self.words.len() + VALUE_BYTES).min(RUN_BYTES);
            self.leaves(value, end);
        }
    }

    fn leaves(&mut self, value: &Value, end: usize) {
        match value {
            _ if self.words.len() >= end => {}
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) => self.push(&value.to_string(), end),
            Value::String(text) => self.push(text, end),
            Value::Array(items) => items.iter().for_each(|item| self.leaves(item, end)),
            Value::Object(fields) => fields.values().for_each(|value| self.leaves(value, end)),
        }
    }

    fn words_of(&mut self, text: &str, most: usize) {
        self.push(text, (self.words.len() + most).min(RUN_BYTES));
    }

    fn push(&mut self, text: &str, end: usize) {
        for word in words(text) {
            if self.words.len() + word.len() >= end {
                return;
            }
            if !self.words.is_empty() {
                self.words.push(' ');
            }
            self.words.push_str(&word);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(values: &[Value]) -> String {
        let mut text = Text::default();
        values.iter().for_each(|value| text.value(&Arc::new(value.clone())));
        text.words
    }

    #[test]
    fn leaves_become_words_once() {
        let value = json!({ "name": "Ada, Countess", "n": [1.5, true, null] });
        assert_eq!(text(&[value.clone(), value, json!("x")]), "ada countess 1 5 true x");
    }

    #[test]
    fn a_large_value_leaves_room_and_the_whole_is_bounded() {
        let large = |word: &str| json!(vec![word; 10_000]);
        let both = text(&[large("a"), json!("after")]);
        assert!(both.ends_with("a after") && both.len() < VALUE_BYTES + 10);
        let many: Vec<Value> = ["a", "b", "c", "d", "e"].map(large).to_vec();
        assert!(text(&many).len() <= RUN_BYTES && text(&[json!("w".repeat(100_000))]).is_empty());
    }
}
