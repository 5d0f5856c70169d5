//! The figures as one table for people and one JSON file for machines.

use std::fmt::Write as _;

use serde::Serialize;

use crate::load::Sample;

/// The middle of several samples, each figure by itself.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Figures {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Figures {
    pub(crate) fn of(samples: &[Sample]) -> Figures {
        let middle = |figure: fn(&Sample) -> f64| median(samples.iter().map(figure).collect());
        Figures {
            per_second: middle(Sample::per_second),
            p50_ms: middle(|sample| sample.p50_us as f64 / 1000.0),
            p99_ms: middle(|sample| sample.p99_us as f64 / 1000.0),
        }
    }
}

/// The middle value; of an even number the lower one of the two in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// The value that so many per cent of the values are not above.
pub(crate) fn percentile(mut values: Vec<f64>, per_cent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() * per_cent).div_ceil(100);
    values.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

/// A workload's rate, beside the reference server's.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Throughput {
    pub id: &'static str,
    pub title: &'static str,
    pub weft: Figures,
    pub reference: Figures,
    /// Weft's rate divided by the reference's.
    pub ratio: f64,
    pub target_per_second: f64,
    /// Requests answered under load, and runs stored for them; more are stored than answered when time ran out.
    pub answered: u64,
    pub stored: u64,
    pub samples: Vec<Sample>,
}

/// A single figure with the most it may be.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Ceiling {
    pub title: String,
    pub value: f64,
    pub unit: &'static str,
    pub target: f64,
    /// The same measure of the reference server, where it has one.
    pub reference: Option<f64>,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    pub version: &'static str,
    pub cores: usize,
    pub connections: u32,
    pub throughput: Vec<Throughput>,
    pub ceilings: Vec<Ceiling>,
}

impl Report {
    /// The tables that are printed at the end.
    pub(crate) fn table(&self) -> String {
        let mut out = String::new();
        if !self.throughput.is_empty() {
            self.write_throughput(&mut out);
        }
        if !self.ceilings.is_empty() {
            self.write_ceilings(&mut out);
        }
        out
    }

    fn write_throughput(&self, out: &mut String) {
        let _ = writeln!(
            out,
            "{:<30}{:>12}{:>9}{:>9}{:>13}{:>8}{:>13}{:>10}",
            "workload", "weft req/s", "p50 ms", "p99 ms", "reference", "ratio", "target", ""
        );
        for row in &self.throughput {
            let _ = writeln!(
                out,
                "{:<30}{:>12}{:>9.2}{:>9.2}{:>13}{:>8.2}{:>13}{:>10}",
                format!("{} {}", row.id, row.title),
                thousands(row.weft.per_second),
                row.weft.p50_ms,
                row.weft.p99_ms,
                thousands(row.reference.per_second),
                row.ratio,
                format!(">= {}", thousands(row.target_per_second)),
                verdict(row.weft.per_second >= row.target_per_second),
            );
        }
        let sum = |figure: fn(&Throughput) -> u64| thousands(self.throughput.iter().map(figure).sum::<u64>() as f64);
        let (answered, stored) = (sum(|row| row.answered), sum(|row| row.stored));
        let _ = writeln!(out, "\n{answered} requests were answered, and {stored} runs are stored for them.");
    }

    fn write_ceilings(&self, out: &mut String) {
        let _ = writeln!(out, "\n{:<52}{:>13}{:>16}{:>15}{:>10}", "measure", "weft", "reference", "target", "");
        for row in &self.ceilings {
            let reference = row.reference.map_or("-".to_owned(), |value| format!("{value:.2} {}", row.unit));
            let _ = writeln!(
                out,
                "{:<52}{:>13}{:>16}{:>15}{:>10}",
                row.title,
                format!("{:.2} {}", row.value, row.unit),
                reference,
                format!("<= {} {}", row.target, row.unit),
                verdict(row.value <= row.target),
            );
        }
    }
}

fn verdict(reached: bool) -> &'static str {
    if reached { "reached" } else { "missed" }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_value() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.0);
        assert_eq!(median(vec![]), 0.0);
    }

    #[test]
    fn a_percentile_is_the_value_that_few_are_above() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(hundred, 95), 95.0);
        assert_eq!(percentile(vec![3.0, 1.0], 99), 3.0);
        assert_eq!(percentile(vec![], 99), 0.0);
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(thousands(1234567.4), "1,234,567");
        assert_eq!(thousands(999.0), "999");
        assert_eq!(thousands(15_000.0), "15,000");
    }
}
