//! Dates some way from other dates.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

use super::super::call::{Call, Native};
use super::super::datum::Outcome;
use super::super::error::Checked;
use super::date::{MS_PER_DAY, date, moment, out_of_range, unit, unknown_unit, written};
use super::moment::Moment;
use super::{Example, Function, example};

pub(super) const FUNCTIONS: &[Function] = &[
    add(
        ("addSeconds", "addSeconds(date, count)"),
        "Some seconds later, or earlier.",
        add_seconds,
        &[example("addSeconds('2026-01-01T00:00:00Z', -1)", r#""2025-12-31T23:59:59.000Z""#)],
    ),
    add(
        ("addMinutes", "addMinutes(date, count)"),
        "Some minutes later, or earlier.",
        add_minutes,
        &[example("addMinutes('2026-01-01T10:00:00+02:00', 90)", r#""2026-01-01T11:30:00.000+02:00""#)],
    ),
    add(
        ("addHours", "addHours(date, count)"),
        "Some hours later, or earlier.",
        add_hours,
        &[example("addHours('2026-01-01T00:00:00Z', 1.5)", r#""2026-01-01T01:30:00.000Z""#)],
    ),
    add(
        ("addDays", "addDays(date, count)"),
        "Some days later, or earlier.",
        add_days,
        &[example("addDays('2026-02-27', 2)", r#""2026-03-01""#)],
    ),
    add(
        ("addWeeks", "addWeeks(date, count)"),
        "Some weeks later, or earlier.",
        add_weeks,
        &[example("addWeeks('2026-01-01', 1)", r#""2026-01-08""#)],
    ),
    add(
        ("addMonths", "addMonths(date, count)"),
        "Some months later, or earlier; at most the last day of that month.",
        add_months,
        &[example("addMonths('2026-01-31', 1)", r#""2026-02-28""#)],
    ),
    add(
        ("addYears", "addYears(date, count)"),
        "Some years later, or earlier.",
        add_years,
        &[example("addYears('2024-02-29', 1)", r#""2025-02-28""#)],
    ),
    date(
        ("startOf", "startOf(date, unit)"),
        "The start of its minute, hour, day, week, month, quarter or year.",
        ("date", "date"),
        (2, 2),
        start_of,
        &[
            example("startOf('2026-11-21', 'month')", r#""2026-11-01""#),
            example("startOf('2026-11-21T15:04:05Z', 'day')", r#""2026-11-21T00:00:00.000Z""#),
        ],
    ),
    date(
        ("endOf", "endOf(date, unit)"),
        "The last moment of its minute, hour, day, week, month, quarter or year.",
        ("date", "date"),
        (2, 2),
        end_of,
        &[
            example("endOf('2026-02-10', 'month')", r#""2026-02-28""#),
            example("endOf('2026-11-21T15:04:05Z', 'hour')", r#""2026-11-21T15:59:59.999Z""#),
        ],
    ),
];

const fn add(
    signature: (&'static str, &'static str),
    docs: &'static str,
    run: Native,
    examples: &'static [Example],
) -> Function {
    date(signature, docs, ("date", "date"), (2, 2), run, examples)
}

/// Moves a date by a number of milliseconds each unit has.
fn add_ms<'a>(call: &mut Call<'_, 'a>, unit_ms: f64) -> Outcome<'a> {
    let count = call.number(1)?.to_f64();
    let start = moment(call, 0)?;
    let ms = (count * unit_ms).round();
    if !ms.is_finite() || ms.abs() > 1e15 {
        return Err(out_of_range());
    }
    let moved = start.local.checked_add_signed(TimeDelta::milliseconds(ms as i64));
    // Less than a day makes a date a time.
    let is_date = start.is_date && ms as i64 % MS_PER_DAY == 0;
    written(call, moved.map(|local| Moment { local, is_date, ..start }))
}

fn add_seconds<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    add_ms(call, 1_000.0)
}

fn add_minutes<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    add_ms(call, 60_000.0)
}

fn add_hours<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    add_ms(call, 3_600_000.0)
}

fn add_days<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    add_ms(call, MS_PER_DAY as f64)
}

fn add_weeks<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    add_ms(call, 7.0 * MS_PER_DAY as f64)
}

fn add_calendar<'a>(call: &mut Call<'_, 'a>, months_each: i64) -> Outcome<'a> {
    const FAR: i64 = 200_000;
    let count = call.whole(1, -FAR..=FAR, 0)? * months_each;
    let start = moment(call, 0)?;
    let months = Months::new(u32::try_from(count.unsigned_abs()).map_err(|_| out_of_range())?);
    let moved = if count < 0 { start.local.checked_sub_months(months) } else { start.local.checked_add_months(months) };
    written(call, moved.map(|local| Moment { local, ..start }))
}

fn add_months<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    add_calendar(call, 1)
}

fn add_years<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    add_calendar(call, 12)
}

const UNITS: &str = "minute, hour, day, week, month, quarter, year";

/// The start of the unit a date is in.
fn floor(date: &Moment, unit: &str) -> Checked<NaiveDateTime> {
    let day = date.local.date();
    let first = |year: i32, month: u32| NaiveDate::from_ymd_opt(year, month, 1).ok_or_else(out_of_range);
    let day = match unit {
        "minute" => return date.local.with_second(0).and_then(|at| at.with_nanosecond(0)).ok_or_else(out_of_range),
        "hour" => return date.local.date().and_hms_opt(date.local.hour(), 0, 0).ok_or_else(out_of_range),
        "day" => day,
        "week" => {
            let since_monday = u64::from(day.weekday().num_days_from_monday());
            day.checked_sub_days(Days::new(since_monday)).ok_or_else(out_of_range)?
        }
        "month" => first(day.year(), day.month())?,
        "quarter" => first(day.year(), day.month0() / 3 * 3 + 1)?,
        "year" => first(day.year(), 1)?,
        _ => return Err(unknown_unit(unit, UNITS)),
    };
    day.and_hms_opt(0, 0, 0).ok_or_else(out_of_range)
}

fn start_of<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let unit = unit(call, 1, "day")?;
    let date = moment(call, 0)?;
    let local = floor(&date, &unit)?;
    written(call, Some(Moment { local, ..date }))
}

fn end_of<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let unit = unit(call, 1, "day")?;
    let date = moment(call, 0)?;
    let start = floor(&date, &unit)?;
    let next = match unit.as_str() {
        "minute" => start.checked_add_signed(TimeDelta::minutes(1)),
        "hour" => start.checked_add_signed(TimeDelta::hours(1)),
        "day" => start.checked_add_days(Days::new(1)),
        "week" => start.checked_add_days(Days::new(7)),
        "month" => start.checked_add_months(Months::new(1)),
        "quarter" => start.checked_add_months(Months::new(3)),
        _ => start.checked_add_months(Months::new(12)),
    };
    let last = next.and_then(|next| next.checked_sub_signed(TimeDelta::milliseconds(1)));
    written(call, last.map(|local| Moment { local, ..date }))
}
