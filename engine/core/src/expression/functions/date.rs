//! Dates: ISO texts go in and come out. Without an offset a time is UTC, and weeks start on Monday.

use chrono::{Datelike, Months, Timelike};

use super::super::call::{Call, Native};
use super::super::datum::{Datum, Outcome};
use super::super::decimal::shortened;
use super::super::error::{Checked, Failure};
use super::super::number::Number;
use super::moment::Moment;
use super::{Example, Function, date_format, example, zone};

pub(super) const FUNCTIONS: &[Function] = &[
    date(
        ("now", "now()"),
        "The time of the run, in UTC.",
        ("nothing", "date"),
        (0, 0),
        now,
        &[example("now().length", "24")],
    )
    .impure(),
    date(
        ("today", "today()"),
        "The date of the run, in UTC.",
        ("nothing", "date"),
        (0, 0),
        today,
        &[example("today().length", "10")],
    )
    .impure(),
    date(
        ("parseDate", "parseDate(text, format?, zone?)"),
        "The date in a text, as ISO. A format uses yyyy, MM, dd, HH, mm, ss, SSS, MMM, a, XXX; a number is milliseconds since 1970.",
        ("text", "date"),
        (1, 3),
        parse_date,
        &[
            example("parseDate('21.11.2026', 'dd.MM.yyyy')", r#""2026-11-21""#),
            example("parseDate('2026-11-21 10:30')", r#""2026-11-21T10:30:00.000Z""#),
            example("parseDate('5 Mar 2026, 2:07 PM', 'd MMM yyyy, h:mm a')", r#""2026-03-05T14:07:00.000Z""#),
            example("parseDate(0)", r#""1970-01-01T00:00:00.000Z""#),
        ],
    ),
    date(
        ("formatDate", "formatDate(date, format, zone?)"),
        "A date as text: yyyy, yy, MMMM, MMM, MM, M, dd, d, EEEE, EEE, HH, H, hh, h, mm, ss, SSS, a, XXX; other letters go in quotes.",
        ("date", "text"),
        (2, 3),
        format_date,
        &[
            example("formatDate('2026-11-21T15:04:05Z', 'dd.MM.yyyy HH:mm')", r#""21.11.2026 15:04""#),
            example("formatDate('2026-03-05', 'EEEE, d MMMM yyyy')", r#""Thursday, 5 March 2026""#),
            example(r#"formatDate('2026-03-05T00:07:00Z', "h:mm a 'UTC'")"#, r#""12:07 AM UTC""#),
        ],
    ),
    date(
        ("isDate", "isDate(value)"),
        "Whether it is a text with a date in it.",
        ("any", "boolean"),
        (1, 1),
        is_date,
        &[
            example("isDate('2026-02-28')", "true"),
            example("isDate('2026-02-30')", "false"),
            example("isDate(5)", "false"),
        ],
    ),
    date(
        ("diffDates", "diffDates(from, to, unit?)"),
        "How far it is from one date to another: in milliseconds, seconds, minutes, hours, days (unless told otherwise), weeks, or whole months or years.",
        ("date", "number"),
        (2, 3),
        diff_dates,
        &[
            example("diffDates('2026-01-01', '2026-01-31')", "30"),
            example("diffDates('2026-01-01T00:00:00Z', '2026-01-01T01:30:00Z', 'hours')", "1.5"),
            example("diffDates('2026-01-31', '2026-03-01', 'months')", "1"),
            example("diffDates('2026-02-01', '2026-01-01')", "-31"),
        ],
    ),
    date(
        ("datePart", "datePart(date, part)"),
        "Its year, quarter, month, week, day, dayOfYear, weekday (1 is Monday), hour, minute, second or millisecond.",
        ("date", "number"),
        (2, 2),
        date_part,
        &[
            example("datePart('2026-11-21', 'month')", "11"),
            example("datePart('2026-11-21', 'weekday')", "6"),
            example("datePart('2026-11-21', 'week')", "47"),
        ],
    ),
    date(
        ("isBefore", "isBefore(date, other)"),
        "Whether it is earlier than another date.",
        ("date", "boolean"),
        (2, 2),
        is_before,
        &[
            example("isBefore('2026-01-01', '2026-01-02')", "true"),
            example("isBefore('2026-01-01T02:00:00+02:00', '2026-01-01')", "false"),
        ],
    ),
    date(
        ("isAfter", "isAfter(date, other)"),
        "Whether it is later than another date.",
        ("date", "boolean"),
        (2, 2),
        is_after,
        &[example("isAfter('2026-01-03', '2026-01-02')", "true")],
    ),
    date(
        ("toTimestamp", "toTimestamp(date)"),
        "Milliseconds since 1970.",
        ("date", "number"),
        (1, 1),
        to_timestamp,
        &[example("toTimestamp('1970-01-02')", "86400000")],
    ),
    date(
        ("fromTimestamp", "fromTimestamp(milliseconds)"),
        "The date so many milliseconds after 1970.",
        ("number", "date"),
        (1, 1),
        from_timestamp,
        &[example("fromTimestamp(86400000)", r#""1970-01-02T00:00:00.000Z""#)],
    ),
    date(
        ("toTimeZone", "toTimeZone(date, zone)"),
        "The same moment as clocks in a time zone show it.",
        ("date", "date"),
        (2, 2),
        to_time_zone,
        &[example("toTimeZone('2026-07-01T12:00:00Z', 'Europe/Berlin')", r#""2026-07-01T14:00:00.000+02:00""#)],
    ),
    date(
        ("Date.now", "Date.now()"),
        "The time of the run, in milliseconds since 1970.",
        ("nothing", "number"),
        (0, 0),
        date_now,
        &[example("Date.now() > 0", "true")],
    )
    .impure(),
    date(
        ("Date.parse", "Date.parse(text)"),
        "The milliseconds since 1970 of a date, NaN where there is none.",
        ("text", "number"),
        (1, 1),
        date_parse,
        &[example("Date.parse('1970-01-01T00:00:01Z')", "1000"), example("Date.parse('no')", "null")],
    ),
];

pub(super) const fn date(
    signature: (&'static str, &'static str),
    docs: &'static str,
    types: (&'static str, &'static str),
    counts: (usize, usize),
    run: Native,
    examples: &'static [Example],
) -> Function {
    Function::new("date", signature, docs, types, counts, run, examples)
}

pub(super) const MS_PER_DAY: i64 = 86_400_000;

fn invalid(why: String) -> Box<Failure> {
    Failure::new("invalid_date", why)
}

pub(super) fn out_of_range() -> Box<Failure> {
    invalid("the date is before the year 0 or after 9999".to_owned())
}

/// A date given as a text or as milliseconds.
pub(super) fn moment(call: &mut Call<'_, '_>, position: usize) -> Checked<Moment> {
    match call.take(position) {
        Datum::Number(number) => Moment::from_ms(number.to_index()).ok_or_else(out_of_range),
        Datum::Text(text) => Moment::parse(text.as_str()).ok_or_else(|| {
            invalid(format!("`{}` is not a date such as 2026-11-21 or 2026-11-21T10:30:00Z", shortened(text.as_str())))
        }),
        other => Err(invalid(format!("{} is not a date", other.kind()))),
    }
}

pub(super) fn written<'a>(call: &mut Call<'_, 'a>, moment: Option<Moment>) -> Outcome<'a> {
    let moment = moment.filter(Moment::is_writable).ok_or_else(out_of_range)?;
    Datum::text(moment.to_text(), call.fuel())
}

fn now<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let now = Moment::from_ms(call.machine.scope.now_ms);
    written(call, now)
}

fn today<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let today = Moment::from_ms(call.machine.scope.now_ms).map(|now| Moment { is_date: true, ..now });
    written(call, today)
}

fn date_now<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Number(Number::Int(call.machine.scope.now_ms)))
}

fn date_parse<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let ms = Moment::parse(text.as_str()).map(|moment| Number::Int(moment.ms()));
    Ok(Datum::Number(ms.unwrap_or(Number::NAN)))
}

fn parse_date<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let zone = call.optional_text(2)?;
    let parsed = match call.optional_text(1)? {
        None => moment(call, 0)?,
        Some(format) => {
            let text = call.text(0)?;
            date_format::read(text.as_str(), format.as_str()).ok_or_else(|| {
                invalid(format!(
                    "`{}` is not a date of the form {}",
                    shortened(text.as_str()),
                    shortened(format.as_str())
                ))
            })?
        }
    };
    let parsed = match zone {
        Some(zone) => zone::from_local(parsed.local, zone.as_str())?,
        None => parsed,
    };
    written(call, Some(parsed))
}

fn format_date<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let mut date = moment(call, 0)?;
    if let Some(zone) = call.optional_text(2)? {
        date = zone::at(date.ms(), zone.as_str())?;
    }
    let format = call.text(1)?;
    // One letter may become a long name of a month.
    call.fuel().allocate(format.as_str().len() * 2)?;
    let text = date_format::write(&date, format.as_str()).map_err(invalid)?;
    Datum::text(text, call.fuel())
}

fn is_date<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(matches!(call.take(0), Datum::Text(text) if Moment::parse(text.as_str()).is_some())))
}

/// The singular of a unit: `days` is `day`.
pub(super) fn unit(call: &mut Call<'_, '_>, position: usize, otherwise: &str) -> Checked<String> {
    let unit = call.optional_text(position)?;
    let unit = unit.as_ref().map_or(otherwise, |unit| unit.as_str());
    Ok(unit.strip_suffix('s').unwrap_or(unit).to_owned())
}

pub(super) fn unknown_unit(unit: &str, known: &str) -> Box<Failure> {
    Failure::invalid(format!("`{}` is not one of {known}", shortened(unit)))
}

fn diff_dates<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let unit = unit(call, 2, "days")?;
    let (from, to) = (moment(call, 0)?, moment(call, 1)?);
    let ms = to.ms() - from.ms();
    let unit_ms = match unit.as_str() {
        "millisecond" => 1,
        "second" => 1_000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => MS_PER_DAY,
        "week" => 7 * MS_PER_DAY,
        "month" => return Ok(Datum::Number(Number::Int(months_between(&from, &to)))),
        "year" => return Ok(Datum::Number(Number::Int(months_between(&from, &to) / 12))),
        _ => return Err(unknown_unit(&unit, "milliseconds, seconds, minutes, hours, days, weeks, months, years")),
    };
    Ok(Datum::Number(Number::Int(ms).divide(Number::Int(unit_ms))?))
}

/// Whole months, fewer than none when the second is earlier.
fn months_between(from: &Moment, to: &Moment) -> i64 {
    let (earlier, later, sign) = if from.ms() <= to.ms() { (from, to, 1) } else { (to, from, -1) };
    let years = i64::from(later.local.year()) - i64::from(earlier.local.year());
    let months = years * 12 + i64::from(later.local.month()) - i64::from(earlier.local.month());
    let reached = u32::try_from(months).ok().and_then(|months| earlier.local.checked_add_months(Months::new(months)));
    let is_short = reached.is_none_or(|reached| reached > later.local);
    sign * (months - i64::from(is_short)).max(0)
}

fn date_part<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let part = call.text(1)?;
    let date = moment(call, 0)?.local;
    let number = match part.as_str() {
        "year" => i64::from(date.year()),
        "quarter" => i64::from(date.month0() / 3 + 1),
        "month" => i64::from(date.month()),
        "week" => i64::from(date.iso_week().week()),
        "day" => i64::from(date.day()),
        "dayOfYear" => i64::from(date.ordinal()),
        "weekday" => i64::from(date.weekday().number_from_monday()),
        "hour" => i64::from(date.hour()),
        "minute" => i64::from(date.minute()),
        "second" => i64::from(date.second()),
        "millisecond" => i64::from(date.nanosecond() / 1_000_000 % 1_000),
        other => {
            let known = "year, quarter, month, week, day, dayOfYear, weekday, hour, minute, second, millisecond";
            return Err(unknown_unit(other, known));
        }
    };
    Ok(Datum::Number(Number::Int(number)))
}

fn is_before<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(moment(call, 0)?.ms() < moment(call, 1)?.ms()))
}

fn is_after<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Bool(moment(call, 0)?.ms() > moment(call, 1)?.ms()))
}

fn to_timestamp<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    Ok(Datum::Number(Number::Int(moment(call, 0)?.ms())))
}

fn from_timestamp<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let ms = call.number(0)?;
    let moment = if ms.is_nan() { None } else { Moment::from_ms(ms.to_index()) };
    written(call, moment)
}

fn to_time_zone<'a>(call: &mut Call<'_, 'a>) -> Outcome<'a> {
    let zone = call.text(1)?;
    let date = moment(call, 0)?;
    let there = zone::at(date.ms(), zone.as_str())?;
    written(call, Some(there))
}
