//! What holds for every schedule, and agreement with another time zone library.

use proptest::prelude::*;

use super::oracle::{DAY_MS, Day, HOUR_MS, Named, ZONES, changes, moment_near_a_change, named, utc_ms};
use super::schedule;
use crate::schedule::{Missed, ON_TIME_MS, Policy, Schedule, cron};

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
    fn schedules_agree_with_the_calendar(named in named(), (zone, at_ms) in moment_near_a_change()) {
        let until_ms = at_ms + 5 * DAY_MS;
        let schedule = schedule(&named.cron(), zone);
        let expected = named.times(zone, at_ms, until_ms);
        prop_assert_eq!(schedule.count(at_ms, until_ms), expected.len() as u64);
        prop_assert_eq!(times(&schedule, at_ms, until_ms), expected, "{} in {}", named.cron(), zone);
    }

    #[test]
    fn looking_often_fires_every_time_once(cron in expression(), (zone, at_ms) in moment_near_a_change(), pauses_ms in proptest::collection::vec(1..ON_TIME_MS, 1..60)) {
        let schedule = schedule(&cron, zone);
        let (mut cursor_ms, mut now_ms, mut fired) = (at_ms, at_ms, Vec::new());
        for pause_ms in pauses_ms {
            now_ms += pause_ms;
            let due = schedule.due(cursor_ms, now_ms, &Policy { missed: Missed::None, ..Policy::default() });
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

/// Twenty zones over ten years, time by time where times are named, and around every change where real time is followed.
#[test]
fn ten_years_agree_with_the_calendar() {
    let (from_ms, until_ms) = (utc_ms(2011, 1, 1), utc_ms(2021, 1, 1));
    let nightly = Named::at(&[0, 1, 2, 3, 23], &[0, 15, 30], Day::Every);
    let monthly = Named::at(&[2], &[30], Day::WorkingNear(1));
    let quarter_hourly =
        Named { minutes: vec![0, 15, 30, 45], hours: (0..24).collect(), day: Day::Every, in_real_time: true };
    let mut fired = 0;
    for zone in ZONES {
        let check = |named: &Named, from_ms, until_ms| {
            let expected = named.times(zone, from_ms, until_ms);
            let schedule = schedule(&named.cron(), zone);
            assert_eq!(times(&schedule, from_ms, until_ms), expected, "{} in {zone}", named.cron());
            assert_eq!(schedule.count(from_ms, until_ms), expected.len() as u64, "{} in {zone}", named.cron());
            expected.len()
        };
        fired += check(&monthly, from_ms, until_ms);
        for change_ms in changes(zone, from_ms, until_ms) {
            fired += check(&nightly, change_ms - 40 * DAY_MS, change_ms + 40 * DAY_MS);
            fired += check(&quarter_hourly, change_ms - 26 * HOUR_MS, change_ms + 26 * HOUR_MS);
        }
    }
    assert!(fired > 300_000, "{fired}");
}
