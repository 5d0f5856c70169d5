//! The next and the previous time a schedule fires.

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use croner::JobType;
use croner::parser::{CronParser, Seconds, Year};

use super::cron::{Rule, Syntax};
use super::{Schedule, ScheduleError};

/// 1900-01-01: what lies before it is taken for it.
const EARLIEST_MS: i64 = -2_208_988_800_000;
/// 3000-01-01: no schedule fires after it.
const LATEST_MS: i64 = 32_503_680_000_000;

fn zone(name: &str) -> Result<Tz, ScheduleError> {
    let name = name.trim();
    name.parse().map_err(|_| {
        let meant = TZ_VARIANTS.iter().find(|zone| is_meant(name, zone.name()));
        let hint = meant.map_or("write a name such as `Europe/Berlin` or `UTC`.".to_owned(), |zone| {
            format!("did you mean `{zone}`?")
        });
        ScheduleError::timezone(format!("There is no time zone `{name}`; {hint}"))
    })
}

/// True for another spelling of the name or its city: `new york` for `America/New_York`.
fn is_meant(written: &str, name: &str) -> bool {
    let written = written.replace([' ', '-'], "_");
    let city = name.rsplit('/').next().unwrap_or(name);
    name.eq_ignore_ascii_case(&written) || city.eq_ignore_ascii_case(&written)
}

impl Schedule {
    pub(super) fn build(syntax: Syntax<'_>, timezone: &str) -> Result<Schedule, ScheduleError> {
        let text = syntax.text;
        let parser = CronParser::builder().seconds(Seconds::Optional).year(Year::Disallowed).build();
        let cron =
            parser.parse(text).map_err(|error| ScheduleError::cron(format!("`{text}` can't be read: {error}")))?;
        // A step over a single value is a fixed time after all.
        let rule = if cron.determine_job_type() == JobType::FixedTime { Rule::WallClock } else { syntax.rule };
        let start = DateTime::<Utc>::default().naive_utc();
        if cron.find_next_occurrence(&start, true).is_err() {
            return Err(ScheduleError::cron(format!("`{text}` never happens: there is no such date.")));
        }
        Ok(Schedule { cron, rule, zone: zone(timezone)?, per_hour: syntax.per_hour, per_day: syntax.per_day })
    }

    /// The first time it fires strictly after a moment.
    pub fn next_after(&self, after_ms: i64) -> Option<i64> {
        let after = self.moment(after_ms)?;
        let next = match self.rule {
            Rule::RealTime => self.cron.find_next_occurrence(&after, false).ok()?,
            Rule::WallClock => self.next_named(after)?,
        };
        let next_ms = next.timestamp_millis();
        (next_ms < LATEST_MS).then_some(next_ms)
    }

    /// The last time it fired at or before a moment.
    pub fn last_until(&self, until_ms: i64) -> Option<i64> {
        let until = self.moment(until_ms)?;
        let last = match self.rule {
            Rule::RealTime => self.cron.find_previous_occurrence(&until, true).ok()?,
            Rule::WallClock => self.last_named(until)?,
        };
        let last_ms = last.timestamp_millis();
        (EARLIEST_MS..=until_ms).contains(&last_ms).then_some(last_ms)
    }

    /// The next times it fires, strictly after a moment.
    pub fn upcoming(&self, from_ms: i64, count: usize) -> Vec<i64> {
        std::iter::successors(self.next_after(from_ms), |last| self.next_after(*last)).take(count).collect()
    }

    /// A moment in the schedule's zone, in whole seconds, which is as fine as cron gets.
    pub(super) fn moment(&self, at_ms: i64) -> Option<DateTime<Tz>> {
        if at_ms >= LATEST_MS {
            return None;
        }
        let seconds = at_ms.max(EARLIEST_MS).div_euclid(1_000);
        Some(DateTime::<Utc>::from_timestamp(seconds, 0)?.with_timezone(&self.zone))
    }

    // Named times are found on the wall clock, as if it never changed, and then placed on the time line. Placing keeps
    // the order, so the first named time that lands after `after` is the answer.
    fn next_named(&self, after: DateTime<Tz>) -> Option<DateTime<Tz>> {
        let mut named = after.naive_local();
        loop {
            named = self.cron.find_next_occurrence(&named, false).ok()?;
            let instant = self.place(named)?;
            if instant > after {
                return Some(instant);
            }
        }
    }

    fn last_named(&self, until: DateTime<Tz>) -> Option<DateTime<Tz>> {
        // On the second pass of a repeated stretch, times that the clock has yet to show have fired on the first pass.
        const LONGEST_REPEAT: TimeDelta = TimeDelta::hours(24);
        let shown = until.naive_local();
        let is_second_pass = self.zone.from_local_datetime(&shown).earliest().is_some_and(|first| first < until);
        let mut named = if is_second_pass { shown.checked_add_signed(LONGEST_REPEAT)? } else { shown };
        let mut inclusive = true;
        loop {
            named = self.cron.find_previous_occurrence(&named, inclusive).ok()?;
            let instant = self.place(named)?;
            if instant <= until {
                return Some(instant);
            }
            inclusive = false;
        }
    }

    /// When the clock shows a time: the first of two, or the first instant after the gap where it shows it never.
    fn place(&self, named: NaiveDateTime) -> Option<DateTime<Tz>> {
        self.zone.from_local_datetime(&named).earliest().or_else(|| self.end_of_gap(named))
    }

    fn end_of_gap(&self, skipped: NaiveDateTime) -> Option<DateTime<Tz>> {
        // No zone is further than 15 hours from UTC, so the clock shows less at the one end and more at the other.
        const MARGIN_SECONDS: i64 = 26 * 3_600;
        let as_utc = skipped.and_utc().timestamp();
        let is_past = |second: i64| {
            let utc = DateTime::<Utc>::from_timestamp(second, 0).map(|utc| utc.naive_utc());
            utc.is_some_and(|utc| utc + self.zone.offset_from_utc_datetime(&utc).fix() > skipped)
        };
        let (mut before, mut past) = (as_utc - MARGIN_SECONDS, as_utc + MARGIN_SECONDS);
        while past - before > 1 {
            let middle = before + (past - before) / 2;
            if is_past(middle) { past = middle } else { before = middle }
        }
        Some(DateTime::<Utc>::from_timestamp(past, 0)?.with_timezone(&self.zone))
    }
}
