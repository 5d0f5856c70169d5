//! A thousand schedules after an hour and after three days of downtime, under each policy.

use super::oracle::{DAY_MS, Day, HOUR_MS, MINUTE_MS, Named, ZONES, utc_ms};
use super::schedule;
use crate::schedule::{Backlog, LAST_WINDOW_MS, MOST_CAUGHT_UP, Missed, ON_TIME_MS, Policy, SkipReason};

/// The schedules differ in zone, minute, rule and how often they fire: every five minutes, hourly, twice a day, daily, monthly.
fn named(number: usize) -> Named {
    let minute = (number * 7 % 60) as i8;
    let all_day: Vec<i8> = (0..24).collect();
    let hour = (number * 5 % 24) as i8;
    match number % 5 {
        0 => Named {
            minutes: (minute % 5..60).step_by(5).collect(),
            hours: all_day,
            day: Day::Every,
            in_real_time: true,
        },
        1 => Named { minutes: vec![minute], hours: all_day, day: Day::Every, in_real_time: true },
        2 => Named::at(&[hour.min(11), hour.min(11) + 12], &[minute], Day::Every),
        3 => Named::at(&[hour], &[minute], Day::Every),
        _ => Named::at(&[hour], &[minute], Day::Last),
    }
}

#[track_caller]
fn check(missed: Missed, down_ms: i64) {
    // Three days before clocks go back in the United States, so that the longer downtime has the change in it.
    let stopped_ms = utc_ms(2024, 10, 31) + 12 * HOUR_MS + 34_567;
    let now_ms = stopped_ms + down_ms;
    let policy = Policy { missed, ..Policy::default() };
    let mut passed = 0;
    for number in 0..1_000 {
        let (zone, named) = (ZONES[number % ZONES.len()], named(number));
        let schedule = schedule(&named.cron(), zone);
        let times = named.times(zone, stopped_ms, now_ms);
        let mut backlog = Backlog::default();
        let look = backlog.look(&schedule, &policy, stopped_ms, now_ms);

        let on_time = times.iter().filter(|time_ms| now_ms - **time_ms <= ON_TIME_MS).count();
        let fires = match missed {
            Missed::None => on_time,
            Missed::Last if on_time > 0 => on_time,
            Missed::Last => times.iter().rev().take(1).filter(|time_ms| now_ms - **time_ms <= LAST_WINDOW_MS).count(),
            Missed::All => times.len().min(MOST_CAUGHT_UP),
        };
        let (skipped, fired) = times.split_at(times.len() - fires);
        let ledger = look.skipped.map(|skipped| (skipped.first_ms, skipped.last_ms, skipped.count));
        let expected = skipped.first().map(|first_ms| (*first_ms, skipped[skipped.len() - 1], skipped.len() as u64));
        assert_eq!(ledger, expected, "{} in {zone}", named.cron());

        let mut cursor_ms = look.cursor_ms;
        for fire_ms in fired {
            assert_eq!(backlog.first(), Some(*fire_ms), "{} in {zone}", named.cron());
            assert!(*fire_ms > cursor_ms);
            cursor_ms = *fire_ms;
            let again = backlog.look(&schedule, &policy, cursor_ms, now_ms);
            assert_eq!(again.skipped, None);
        }
        assert_eq!(backlog.first(), None);
        passed += times.len();
    }
    assert!(passed as i64 > down_ms / MINUTE_MS * 40, "{passed}");
}

#[test]
fn an_hour() {
    for missed in [Missed::None, Missed::Last, Missed::All] {
        check(missed, HOUR_MS);
    }
}

#[test]
fn three_days() {
    for missed in [Missed::None, Missed::Last, Missed::All] {
        check(missed, 3 * DAY_MS);
    }
}

#[test]
fn a_year_of_seconds_is_settled_in_no_time() {
    let every_second = schedule("* * * * * *", "Europe/Berlin");
    let (stopped_ms, now_ms) = (utc_ms(2023, 6, 1), utc_ms(2024, 6, 1));
    let due = every_second.due(stopped_ms, now_ms, &Policy { missed: Missed::All, ..Policy::default() });
    let skipped = due.skipped.unwrap();
    assert_eq!((due.fire.len(), skipped.reason), (100, SkipReason::TooMany));
    assert_eq!(skipped.count, 366 * 86_400 - 100);
}
