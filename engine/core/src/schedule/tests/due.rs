//! Which times fire after a pause.

use super::{ms, schedule};
use crate::schedule::{Backlog, Due, Missed, Policy, SkipReason, Skipped};

const HOURLY: &str = "0 * * * *";
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

fn policy(missed: Missed) -> Policy {
    Policy { missed, ..Policy::default() }
}

fn due(cron: &str, cursor: &str, now: &str, policy: &Policy) -> Due {
    schedule(cron, "UTC").due(ms(cursor), ms(now), policy)
}

/// What fires, as hour and minute; what was skipped, as count, first and last.
#[track_caller]
fn check(missed: Missed, cursor: &str, now: &str, fire: &[&str], skipped: Option<(SkipReason, u64, &str, &str)>) {
    let at = |text: &str| ms(&format!("2026-05-01T{text}Z"));
    let due = due(HOURLY, &format!("2026-05-01T{cursor}Z"), &format!("2026-05-01T{now}Z"), &policy(missed));
    assert_eq!(due.fire, fire.iter().map(|text| at(text)).collect::<Vec<_>>());
    let skipped =
        skipped.map(|(reason, count, first, last)| Skipped { reason, count, first_ms: at(first), last_ms: at(last) });
    assert_eq!(due.skipped, skipped);
    assert_eq!(due.cursor_ms, at(now).max(at(cursor)));
}

#[test]
fn a_time_that_is_due_fires_under_every_policy() {
    for missed in [Missed::None, Missed::Last, Missed::All] {
        check(missed, "09:30", "10:00", &["10:00"], None);
        check(missed, "09:30", "10:01", &["10:00"], None);
        check(missed, "09:30", "09:59", &[], None);
        check(missed, "10:00", "10:00", &[], None);
    }
}

#[test]
fn none_skips_what_was_missed() {
    check(Missed::None, "09:30", "12:30", &[], Some((SkipReason::Policy, 3, "10:00", "12:00")));
    check(Missed::None, "09:30", "12:00", &["12:00"], Some((SkipReason::Policy, 2, "10:00", "11:00")));
}

#[test]
fn last_makes_up_for_the_newest_unless_one_is_on_time() {
    check(Missed::Last, "09:30", "12:30", &["12:00"], Some((SkipReason::Policy, 2, "10:00", "11:00")));
    check(Missed::Last, "09:30", "12:00", &["12:00"], Some((SkipReason::Policy, 2, "10:00", "11:00")));
    check(Missed::Last, "11:30", "12:30", &["12:00"], None);
}

#[test]
fn last_makes_up_for_nothing_older_than_its_window() {
    let yearly = |now: &str, window_ms| {
        due("0 0 1 1 *", "2025-06-01T00:00Z", now, &Policy { window_ms, ..policy(Missed::Last) })
    };
    let new_year = [ms("2026-01-01T00:00Z")];
    assert_eq!(yearly("2026-01-01T20:00Z", None).fire, new_year);
    assert_eq!(yearly("2026-01-02T00:00Z", None).fire, new_year);
    let late = yearly("2026-01-02T00:01Z", None);
    assert!(late.fire.is_empty());
    assert_eq!(late.skipped.map(|skipped| (skipped.reason, skipped.count)), Some((SkipReason::TooOld, 1)));
    assert_eq!(yearly("2026-01-03T00:00Z", Some(48 * HOUR_MS)).fire, new_year);
    assert!(yearly("2026-01-01T00:11Z", Some(10 * MINUTE_MS)).fire.is_empty());
    // What is on time is not missed, whatever the window says.
    assert_eq!(yearly("2026-01-01T00:01Z", Some(0)).fire, new_year);
}

#[test]
fn all_makes_up_for_the_newest_hundred() {
    check(Missed::All, "09:30", "12:30", &["10:00", "11:00", "12:00"], None);
    let due = due(HOURLY, "2026-05-01T00:30Z", "2026-05-31T00:30Z", &policy(Missed::All));
    assert_eq!(due.fire.len(), 100);
    assert_eq!(due.fire.last(), Some(&ms("2026-05-31T00:00Z")));
    let skipped = due.skipped.unwrap();
    assert_eq!((skipped.reason, skipped.count), (SkipReason::TooMany, 620));
    assert_eq!(skipped.last_ms + HOUR_MS, due.fire[0]);
}

#[test]
fn all_makes_up_for_nothing_older_than_its_window() {
    let policy = Policy { window_ms: Some(3 * HOUR_MS), ..policy(Missed::All) };
    let due = due(HOURLY, "2026-05-01T00:30Z", "2026-05-01T12:30Z", &policy);
    assert_eq!(due.fire, ["10:00", "11:00", "12:00"].map(|time| ms(&format!("2026-05-01T{time}Z"))));
    assert_eq!(due.skipped.map(|skipped| (skipped.reason, skipped.count)), Some((SkipReason::TooOld, 9)));
}

#[test]
fn a_long_pause_of_a_fast_schedule_is_counted_to_the_second() {
    let due = due("* * * * * *", "2026-01-01T00:00:20Z", "2026-12-01T00:00Z", &policy(Missed::None));
    assert_eq!(due.fire.len(), 61);
    let skipped = due.skipped.unwrap();
    assert_eq!(skipped.last_ms, ms("2026-11-30T23:58:59Z"));
    assert_eq!(skipped.count, 334 * 86_400 - 20 - 61);
}

#[test]
fn a_clock_that_was_put_back_fires_nothing_again() {
    let due = due(HOURLY, "2026-05-01T10:00Z", "2026-05-01T08:30Z", &policy(Missed::All));
    assert_eq!((due.fire, due.skipped), (vec![], None));
    assert_eq!(due.cursor_ms, ms("2026-05-01T10:00Z"));
    assert_eq!(due.next_ms, Some(ms("2026-05-01T11:00Z")));
}

#[test]
fn jitter_moves_the_start_and_not_the_time() {
    let hourly = schedule(HOURLY, "UTC");
    let policy = Policy { jitter_ms: 20 * MINUTE_MS, seed: 7, ..policy(Missed::None) };
    let (cursor_ms, time_ms) = (ms("2026-05-01T09:30Z"), ms("2026-05-01T10:00Z"));
    let start_ms = hourly.start_of(time_ms, &policy);
    assert!(start_ms > time_ms && start_ms < time_ms + 20 * MINUTE_MS, "this seed moves this time");
    let early = hourly.due(cursor_ms, start_ms - 1, &policy);
    assert_eq!((early.fire, early.cursor_ms, early.next_ms), (vec![], time_ms - 1, Some(start_ms)));
    // A late start is as late as it is after its own moment, not after the time.
    let due = hourly.due(early.cursor_ms, start_ms + MINUTE_MS, &policy);
    assert_eq!((due.fire, due.skipped), (vec![time_ms], None));
    let next_ms = hourly.start_of(time_ms + HOUR_MS, &policy);
    assert_eq!(due.next_ms, Some(next_ms));
    assert_ne!(next_ms - HOUR_MS, start_ms, "each time is moved by another amount");
}

#[test]
fn jitter_never_reaches_the_next_time() {
    let every_minute = schedule("* * * * *", "UTC");
    let policy = Policy { jitter_ms: 24 * HOUR_MS, seed: 3, ..Policy::default() };
    let mut widest_ms = 0;
    for time_ms in every_minute.upcoming(ms("2026-05-01T09:30Z"), 500) {
        let moved_ms = every_minute.start_of(time_ms, &policy) - time_ms;
        assert!((0..MINUTE_MS).contains(&moved_ms));
        widest_ms = widest_ms.max(moved_ms);
    }
    assert!(widest_ms > 55_000, "the whole minute is used");
}

#[test]
fn a_time_whose_run_is_refused_stays_on_time() {
    let hourly = schedule(HOURLY, "UTC");
    let policy = policy(Missed::None);
    let (cursor_ms, time_ms) = (ms("2026-05-01T09:30Z"), ms("2026-05-01T10:00Z"));
    let mut backlog = Backlog::default();
    // Refused for two and a half hours, tried every second.
    for second in 0..9_000 {
        let look = backlog.look(&hourly, &policy, cursor_ms, time_ms + second * 1_000);
        assert_eq!((look.skipped, backlog.first()), (None, Some(time_ms)));
    }
    let mut fired = Vec::new();
    let mut settled_ms = cursor_ms;
    while let Some(first_ms) = backlog.first() {
        fired.push((first_ms, backlog.next_start(&hourly, &policy)));
        settled_ms = first_ms;
        backlog.look(&hourly, &policy, settled_ms, time_ms + 9_000_000);
    }
    let at = |hours: i64| time_ms + hours * HOUR_MS;
    assert_eq!(fired, [(at(0), Some(at(1))), (at(1), Some(at(2))), (at(2), Some(at(3)))]);
    assert_eq!(settled_ms, at(2));
}

#[test]
fn times_whose_runs_are_refused_for_very_long_are_bounded() {
    let every_minute = schedule("* * * * *", "UTC");
    let policy = policy(Missed::None);
    let mut cursor_ms = ms("2026-05-01T09:59:30Z");
    let first_ms = ms("2026-05-01T10:00Z");
    let mut backlog = Backlog::default();
    let mut dropped = 0;
    for second in 0..3 * 3_600 {
        let look = backlog.look(&every_minute, &policy, cursor_ms, first_ms + second * 1_000);
        if let Some(skipped) = look.skipped {
            assert_eq!(skipped.reason, SkipReason::TooMany);
            dropped += skipped.count;
            cursor_ms = look.cursor_ms;
        }
    }
    assert_eq!((dropped, backlog.first()), (80, Some(first_ms + 80 * MINUTE_MS)));
}

#[test]
fn a_pause_while_a_run_is_refused_counts_as_downtime() {
    let hourly = schedule(HOURLY, "UTC");
    let (cursor_ms, time_ms) = (ms("2026-05-01T09:30Z"), ms("2026-05-01T10:00Z"));
    let mut backlog = Backlog::default();
    backlog.look(&hourly, &policy(Missed::None), cursor_ms, time_ms);
    let look = backlog.look(&hourly, &policy(Missed::None), cursor_ms, time_ms + 2 * HOUR_MS + 90_000);
    assert_eq!((look.skipped.map(|skipped| skipped.count), backlog.first()), (Some(3), None));
}
