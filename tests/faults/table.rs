//! What a person reads: one line for each scenario.

use serde::Serialize;

/// How a scenario went.
#[derive(Debug, Default, Serialize)]
pub struct Outcome {
    pub scenario: &'static str,
    pub runs: u64,
    /// Kills, crashes, injections, locks: whatever the scenario does.
    pub faults: u64,
    pub acked: u64,
    /// Triggers that were not acknowledged and ran all the same, which is allowed.
    pub unacked_runs: u64,
    pub lost: u64,
    pub repeated: u64,
    pub unexplained: u64,
    /// The slowest start until ready.
    pub ready_ms: u64,
    pub took_s: u64,
    pub notes: Vec<String>,
    /// Broken promises.
    pub problems: Vec<String>,
}

const HEAD: [&str; 10] =
    ["scenario", "runs", "faults", "acked", "unacked", "lost", "repeated", "explained", "ready ms", "s"];

impl Outcome {
    fn cells(&self) -> [String; 10] {
        let explained = self.repeated - self.unexplained.min(self.repeated);
        let numbers = [
            self.runs,
            self.faults,
            self.acked,
            self.unacked_runs,
            self.lost,
            self.repeated,
            explained,
            self.ready_ms,
            self.took_s,
        ];
        let mut cells = [const { String::new() }; 10];
        cells[0] = self.scenario.to_owned();
        for (cell, number) in cells[1..].iter_mut().zip(numbers) {
            *cell = number.to_string();
        }
        cells
    }
}

/// The table of all outcomes, with notes and problems under it.
pub fn of(outcomes: &[Outcome]) -> String {
    let rows: Vec<[String; 10]> =
        std::iter::once(HEAD.map(str::to_owned)).chain(outcomes.iter().map(Outcome::cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
    let mut text = String::new();
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            let width = width(column);
            let padded = if column == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
            text.push_str(&padded);
        }
        text.push('\n');
    }
    for outcome in outcomes {
        for note in &outcome.notes {
            text.push_str(&format!("{}: {note}\n", outcome.scenario));
        }
        for problem in &outcome.problems {
            text.push_str(&format!("{}: BROKEN: {problem}\n", outcome.scenario));
        }
    }
    text
}

#[expect(clippy::print_stdout, reason = "this is what a person or the harness waits for")]
pub fn print(text: &str) {
    println!("{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_tells_what_happened() {
        let outcome = Outcome {
            scenario: "kill",
            runs: 500,
            repeated: 7,
            unexplained: 1,
            problems: vec!["L2: x".into()],
            ..Outcome::default()
        };
        let text = of(&[outcome]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[1].split_whitespace().collect::<Vec<_>>(),
            ["kill", "500", "0", "0", "0", "0", "7", "6", "0", "0"]
        );
        assert_eq!(lines[2], "kill: BROKEN: L2: x");
    }
}
