//! The log of one call: budgeted, with control characters escaped.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::call::{LogLevel, LogLine};
use super::secrets::Scrubber;

/// Lines a call may write.
const MAX_LINES: usize = 1_000;
/// Bytes of messages and fields a call may write.
const MAX_BYTES: usize = 256 * 1024;
/// Bytes of one line; the rest of a longer line is cut off.
const MAX_LINE_BYTES: usize = 8 * 1024;

/// Collects lines until the budget is used up, then counts.
#[derive(Debug, Default)]
pub(super) struct Logs {
    scrubber: Scrubber,
    lines: Vec<LogLine>,
    bytes: usize,
    dropped: u64,
}

impl Logs {
    pub(super) fn new(scrubber: Scrubber) -> Logs {
        Logs { scrubber, ..Logs::default() }
    }

    pub(super) fn push(&mut self, level: LogLevel, message: &str, fields: Option<&str>) {
        let room = MAX_BYTES.saturating_sub(self.bytes);
        if self.lines.len() >= MAX_LINES || room == 0 {
            self.dropped += 1;
            return;
        }
        let message = printable(&self.scrubber.text(message), MAX_LINE_BYTES.min(room));
        let fields = fields.map(|text| read_fields(&self.scrubber.text(text), MAX_LINE_BYTES.min(room)));
        self.bytes += message.len() + fields.as_ref().map_or(0, |(_, size)| *size);
        self.lines.push(LogLine { level, message, fields: fields.map(|(value, _)| value), at_ms: now_ms() });
    }

    /// The lines, with a last one that says how many are missing.
    pub(super) fn finish(&mut self) -> Vec<LogLine> {
        let mut lines = std::mem::take(&mut self.lines);
        if self.dropped > 0 {
            let message = format!(
                "{} more lines were dropped: a call may write {MAX_LINES} lines and {} KiB",
                self.dropped,
                MAX_BYTES / 1024
            );
            lines.push(LogLine { level: LogLevel::Warn, message, fields: None, at_ms: now_ms() });
        }
        lines
    }
}

/// Fields that are not JSON, or too long, stay readable as text.
fn read_fields(text: &str, limit: usize) -> (Value, usize) {
    match serde_json::from_str(text) {
        Ok(value) if text.len() <= limit => (value, text.len()),
        _ => {
            let text = printable(text, limit);
            let size = text.len();
            (Value::String(text), size)
        }
    }
}

/// Escapes control characters, so that no line can paint over a terminal or pose as two, and cuts at the limit.
fn printable(text: &str, limit: usize) -> String {
    let mut printable = String::with_capacity(text.len().min(limit));
    for letter in text.chars() {
        let width = if letter.is_control() { letter.escape_default().count() } else { letter.len_utf8() };
        if printable.len() + width > limit {
            printable.push('…');
            break;
        }
        match letter.is_control() && !matches!(letter, '\n' | '\t') {
            true => printable.extend(letter.escape_default()),
            false => printable.push(letter),
        }
    }
    printable
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(lines: impl IntoIterator<Item = String>) -> Vec<LogLine> {
        let mut logs = Logs::default();
        lines.into_iter().for_each(|line| logs.push(LogLevel::Info, &line, None));
        logs.finish()
    }

    #[test]
    fn lines_over_the_budget_are_counted() {
        let lines = written((0..1_500).map(|n| n.to_string()));
        assert_eq!(lines.len(), MAX_LINES + 1);
        assert!(lines[MAX_LINES].message.starts_with("500 more lines"), "{}", lines[MAX_LINES].message);
    }

    #[test]
    fn bytes_over_the_budget_are_dropped_and_long_lines_cut() {
        let lines = written((0..100).map(|_| "x".repeat(20_000)));
        assert!(lines.iter().map(|line| line.message.len()).sum::<usize>() < MAX_BYTES + 2_000);
        assert!(lines[0].message.ends_with('…') && lines[0].message.len() <= MAX_LINE_BYTES + 3);
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(written(["\u{1b}[31mred\0\u{85} ok".into()])[0].message, "\\u{1b}[31mred\\u{0}\\u{85} ok");
    }

    #[test]
    fn fields_are_json_or_text() {
        let mut logs = Logs::default();
        logs.push(LogLevel::Info, "a", Some(r#"{"n":1}"#));
        logs.push(LogLevel::Info, "b", Some("{oops"));
        let lines = logs.finish();
        assert_eq!(lines[0].fields, Some(serde_json::json!({ "n": 1 })));
        assert_eq!(lines[1].fields, Some(serde_json::json!("{oops")));
    }
}
