//! What holds for every schedule, and agreement with another time zone library.

use jiff::civil::date;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

use super::schedule;
use crate::schedule::{Missed, ON_TIME_MS, Schedule, cron};

const ZONES: [&str; 9] = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "UTC",
];
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

fn expression() -> impl Strategy<Value = String> {
    let minute = prop_oneof![
        Just("*".to_owned()),
        Just("*/15".to_owned()),
        (0u8..60).prop_map(|minute| minute.to_string()),
        Just("5,50".to_owned())
    ];
    let hour = prop_oneof![
        Just("*".to_owned()),
        Just("*/6".to_owned()),
        (0u8..24).prop_map(|hour| hour.to_string()),
        Just("1-3".to_owned())
    ];
    let day = prop_oneof![3 => Just("*"), 1 => Just("L"), 1 => Just("15W"), 1 => Just("1,30")];
    let weekday = prop_oneof![3 => Just("*"), 1 => Just("MON-FRI"), 1 => Just("7#2"), 1 => Just("5L")];
    (minute, hour, day, weekday).prop_map(|(minute, hour, day, weekday)| format!("{minute} {hour} {day} * {weekday}"))
}

/// An element that some field may have.
fn element() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        "\\*",
        "[0-9]{1,2}",
        "[0-9]-[0-9]{1,2}",
        "\\*/[0-9]{1,2}",
        "[0-9]-[0-9]{2}/[0-9]",
        "L",
        "LW",
        "[0-9]{1,2}W",
        "[0-7]L",
        "[0-7]#[1-5]",
        "\\?",
        "(MON|tue|Sun)(-(FRI|SUN))?",
        "(FRI|sat)(L|#3)",
        "JAN|feb|JUL-DEC",
    ];
    proptest::collection::vec(one, 1..3).prop_map(|elements| elements.join(","))
}

fn zone() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&ZONES)
}

/// A moment from 2005 to 2025, where the data of both libraries is history.
fn moment() -> impl Strategy<Value = i64> {
    let (first, last) = (date(2005, 1, 1), date(2025, 1, 1));
    let ms = |day: jiff::civil::Date| day.to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond();
    ms(first)..ms(last)
}

/// Moments close to a change of the clock, where it gets interesting.
fn moment_near_a_change() -> impl Strategy<Value = (&'static str, i64)> {
    (zone(), moment(), -3 * DAY_MS..DAY_MS).prop_map(|(zone, at_ms, shift_ms)| {
        let timestamp = Timestamp::from_millisecond(at_ms).unwrap();
        let change = TimeZone::get(zone).unwrap().following(timestamp).next().map(|change| change.timestamp());
        (
            zone,
            change
                .filter(|change| change.as_millisecond() < at_ms + 3_650 * DAY_MS)
                .unwrap_or(timestamp)
                .as_millisecond()
                + shift_ms,
        )
    })
}

/// Every whole minute, in real time, at which the zone's clock shows the minute.
fn hourly_by_enumeration(zone: &TimeZone, minute: i8, from_ms: i64, until_ms: i64) -> Vec<i64> {
    let first = from_ms.div_euclid(MINUTE_MS) + 1;
    let minutes = first..=until_ms.div_euclid(MINUTE_MS);
    minutes
        .map(|number| number * MINUTE_MS)
        .filter(|at_ms| zone.to_datetime(Timestamp::from_millisecond(*at_ms).unwrap()).minute() == minute)
        .collect()
}

/// One time for each day of the calendar: the first pass, or the end of the gap it falls into.
fn daily_by_enumeration(zone: &TimeZone, hour: i8, minute: i8, from_ms: i64, until_ms: i64) -> Vec<i64> {
    let first = zone.to_datetime(Timestamp::from_millisecond(from_ms).unwrap()).date() - 2.days();
    let days = first.series(1.day()).take(((until_ms - from_ms) / DAY_MS) as usize + 5);
    let mut times: Vec<i64> = days
        .map(|day| {
            let shown = day.at(hour, minute, 0, 0);
            let instant = match zone.to_ambiguous_timestamp(shown).offset() {
                AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
                    offset.to_timestamp(shown).unwrap()
                }
                AmbiguousOffset::Gap { after, .. } => {
                    let before_the_change = after.to_timestamp(shown).unwrap() - SignedDuration::from_secs(1);
                    zone.following(before_the_change).next().unwrap().timestamp()
                }
            };
            instant.as_millisecond()
        })
        .filter(|at_ms| (from_ms + 1..=until_ms).contains(at_ms))
        .collect();
    times.dedup();
    times
}

fn times(schedule: &Schedule, from_ms: i64, until_ms: i64) -> Vec<i64> {
    let mut at_ms = from_ms;
    let next = || {
        at_ms = schedule.next_after(at_ms)?;
        (at_ms <= until_ms).then_some(at_ms)
    };
    std::iter::from_fn(next).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn times_only_ever_move_forward_and_back_again(cron in expression(), (zone, at_ms) in moment_near_a_change()) {
        let schedule = schedule(&cron, zone);
        let mut last_ms = at_ms;
        for time_ms in schedule.upcoming(at_ms, 40) {
            prop_assert!(time_ms > last_ms);
            prop_assert_eq!(schedule.next_after(time_ms - 1), Some(time_ms));
            prop_assert_eq!(schedule.last_until(time_ms), Some(time_ms));
            prop_assert_eq!(schedule.last_until(time_ms - 1).filter(|before_ms| *before_ms > at_ms), Some(last_ms).filter(|before_ms| *before_ms > at_ms));
            last_ms = time_ms;
        }
    }

    #[test]
    fn hourly_schedules_agree_with_the_clock_minute_by_minute(minute in 0i8..60, (zone, at_ms) in moment_near_a_change()) {
        let until_ms = at_ms + 4 * DAY_MS;
        let expected = hourly_by_enumeration(&TimeZone::get(zone).unwrap(), minute, at_ms, until_ms);
        prop_assert_eq!(times(&schedule(&format!("{minute} * * * *"), zone), at_ms, until_ms), expected);
    }

    #[test]
    fn daily_schedules_agree_with_the_calendar(hour in 0i8..24, minute in 0i8..60, (zone, at_ms) in moment_near_a_change()) {
        let until_ms = at_ms + 8 * DAY_MS;
        let expected = daily_by_enumeration(&TimeZone::get(zone).unwrap(), hour, minute, at_ms, until_ms);
        prop_assert_eq!(times(&schedule(&format!("{minute} {hour} * * *"), zone), at_ms, until_ms), expected);
    }

    #[test]
    fn looking_often_fires_every_time_once(cron in expression(), (zone, at_ms) in moment_near_a_change(), pauses_ms in proptest::collection::vec(1..ON_TIME_MS, 1..60)) {
        let schedule = schedule(&cron, zone);
        let (mut cursor_ms, mut now_ms, mut fired) = (at_ms, at_ms, Vec::new());
        for pause_ms in pauses_ms {
            now_ms += pause_ms;
            let due = schedule.due(cursor_ms, now_ms, Missed::None);
            prop_assert_eq!(due.skipped, None);
            prop_assert!(due.next_ms.is_none_or(|next_ms| next_ms > now_ms));
            fired.extend(due.fire);
            cursor_ms = due.cursor_ms;
        }
        prop_assert_eq!(fired, times(&schedule, at_ms, now_ms));
    }

    #[test]
    fn what_the_syntax_allows_can_be_computed(fields in proptest::collection::vec(element(), 5..7)) {
        let text = fields.join(" ");
        if cron::check(&text).is_ok() {
            let schedule = Schedule::parse(&text, "Europe/Berlin");
            prop_assert!(schedule.is_ok(), "{:?}", schedule);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(cron in "[*/,0-9LW#?+ A-Za-z-]{0,24}", zone in "[A-Za-z/_ ]{0,12}") {
        let _ = Schedule::parse(&cron, &zone);
        if let Ok(schedule) = Schedule::parse(&cron, "Europe/Berlin") {
            prop_assert!(schedule.next_after(0).is_some());
        }
    }
}
