//! Which times fire after a pause.

use super::{ms, schedule};
use crate::schedule::{Due, Missed, SkipReason, Skipped};

const HOURLY: &str = "0 * * * *";

fn due(cron: &str, cursor: &str, now: &str, missed: Missed) -> Due {
    schedule(cron, "UTC").due(ms(cursor), ms(now), missed)
}

/// What fires, as hour and minute; what was skipped, as count, first and last.
#[track_caller]
fn check(missed: Missed, cursor: &str, now: &str, fire: &[&str], skipped: Option<(SkipReason, u32, &str, &str)>) {
    let at = |text: &str| ms(&format!("2026-05-01T{text}Z"));
    let due = due(HOURLY, &format!("2026-05-01T{cursor}Z"), &format!("2026-05-01T{now}Z"), missed);
    assert_eq!(due.fire, fire.iter().map(|text| at(text)).collect::<Vec<_>>());
    let skipped = skipped.map(|(reason, count, first, last)| Skipped {
        reason,
        count,
        is_exact: true,
        first_ms: at(first),
        last_ms: at(last),
    });
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
fn last_makes_up_for_nothing_older_than_a_day() {
    let yearly = |now: &str| due("0 0 1 1 *", "2025-06-01T00:00Z", now, Missed::Last);
    assert_eq!(yearly("2026-01-01T20:00Z").fire, [ms("2026-01-01T00:00Z")]);
    let late = yearly("2026-01-03T00:00Z");
    assert!(late.fire.is_empty());
    assert_eq!(late.skipped.map(|skipped| (skipped.reason, skipped.count)), Some((SkipReason::TooOld, 1)));
}

#[test]
fn all_makes_up_for_the_newest_hundred() {
    check(Missed::All, "09:30", "12:30", &["10:00", "11:00", "12:00"], None);
    let due = due(HOURLY, "2026-05-01T00:30Z", "2026-05-31T00:30Z", Missed::All);
    assert_eq!(due.fire.len(), 100);
    assert_eq!(due.fire.last(), Some(&ms("2026-05-31T00:00Z")));
    let skipped = due.skipped.unwrap();
    assert_eq!((skipped.reason, skipped.count, skipped.is_exact), (SkipReason::TooMany, 620, true));
    assert_eq!(skipped.last_ms + 3_600_000, due.fire[0]);
}

#[test]
fn a_long_pause_of_a_fast_schedule_is_counted_up_to_a_limit() {
    let due = due("* * * * * *", "2026-01-01T00:00Z", "2026-12-01T00:00Z", Missed::None);
    assert_eq!(due.fire.len(), 61);
    let skipped = due.skipped.unwrap();
    assert_eq!((skipped.count, skipped.is_exact), (10_000, false));
    assert_eq!(skipped.last_ms, ms("2026-11-30T23:58:59Z"));
}

#[test]
fn a_clock_that_was_put_back_fires_nothing_again() {
    let due = due(HOURLY, "2026-05-01T10:00Z", "2026-05-01T08:30Z", Missed::All);
    assert_eq!((due.fire, due.skipped), (vec![], None));
    assert_eq!(due.cursor_ms, ms("2026-05-01T10:00Z"));
    assert_eq!(due.next_ms, Some(ms("2026-05-01T11:00Z")));
}
