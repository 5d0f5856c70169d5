//! What fires when the clock changes, zone by zone.

use super::{ms, schedule, shown};

/// The next times after a moment, as the zone's clock shows them.
#[track_caller]
fn check(zone: &str, cron: &str, after: &str, expected: &[&str]) {
    let times = schedule(cron, zone).upcoming(ms(after), expected.len());
    let times: Vec<String> = times.into_iter().map(|time_ms| shown(time_ms, zone)).collect();
    assert_eq!(times, expected, "{cron} in {zone} after {after}");
}

#[test]
fn new_york() {
    let zone = "America/New_York";
    // 02:00 EST becomes 03:00 EDT on 8 March 2026.
    check(zone, "30 2 * * *", "2026-03-07T12:00Z", &["03-08 03:00-04:00", "03-09 02:30-04:00"]);
    check(zone, "0 3 * * *", "2026-03-07T12:00Z", &["03-08 03:00-04:00", "03-09 03:00-04:00"]);
    check(zone, "0,30 2 * * *", "2026-03-07T12:00Z", &["03-08 03:00-04:00", "03-09 02:00-04:00", "03-09 02:30-04:00"]);
    check(zone, "0 2,3 * * *", "2026-03-07T12:00Z", &["03-08 03:00-04:00", "03-09 02:00-04:00"]);
    check(
        zone,
        "0 1-4 * * *",
        "2026-03-08T00:30-05:00",
        &["03-08 01:00-05:00", "03-08 03:00-04:00", "03-08 04:00-04:00"],
    );
    check(
        zone,
        "*/30 * * * *",
        "2026-03-08T01:29-05:00",
        &["03-08 01:30-05:00", "03-08 03:00-04:00", "03-08 03:30-04:00"],
    );
    check(zone, "*/30 2 * * *", "2026-03-07T12:00Z", &["03-09 02:00-04:00", "03-09 02:30-04:00"]);
    // 02:00 EDT becomes 01:00 EST on 1 November 2026.
    check(zone, "30 1 * * *", "2026-10-31T12:00Z", &["11-01 01:30-04:00", "11-02 01:30-05:00"]);
    check(zone, "0 1,13 * * *", "2026-10-31T18:00Z", &["11-01 01:00-04:00", "11-01 13:00-05:00"]);
    check(zone, "30 1 * * *", "2026-11-01T01:10-05:00", &["11-02 01:30-05:00"]);
    check(
        zone,
        "*/30 * * * *",
        "2026-11-01T00:59-04:00",
        &["11-01 01:00-04:00", "11-01 01:30-04:00", "11-01 01:00-05:00", "11-01 01:30-05:00", "11-01 02:00-05:00"],
    );
    check(zone, "0 0 L * *", "2026-02-01T12:00Z", &["02-28 00:00-05:00", "03-31 00:00-04:00"]);
}

#[test]
fn london() {
    let zone = "Europe/London";
    check(zone, "15 1 * * *", "2026-03-28T12:00Z", &["03-29 02:00+01:00", "03-30 01:15+01:00"]);
    check(zone, "15 1 * * *", "2026-10-24T12:00Z", &["10-25 01:15+01:00", "10-26 01:15+00:00"]);
    check(
        zone,
        "0 * * * *",
        "2026-10-25T00:30+01:00",
        &["10-25 01:00+01:00", "10-25 01:00+00:00", "10-25 02:00+00:00"],
    );
}

#[test]
fn lord_howe_changes_by_half_an_hour() {
    let zone = "Australia/Lord_Howe";
    check(zone, "15 2 * * *", "2026-10-03T12:00Z", &["10-04 02:30+11:00", "10-05 02:15+11:00"]);
    check(zone, "45 1 * * *", "2026-04-04T00:00Z", &["04-05 01:45+11:00", "04-06 01:45+10:30"]);
    check(
        zone,
        "*/15 * * * *",
        "2026-10-04T01:44+10:30",
        &["10-04 01:45+10:30", "10-04 02:30+11:00", "10-04 02:45+11:00"],
    );
}

#[test]
fn cairo_skips_midnight() {
    let zone = "Africa/Cairo";
    check(zone, "0 0 * * *", "2026-04-23T12:00Z", &["04-24 01:00+03:00", "04-25 00:00+03:00"]);
    check(zone, "0 0 24 4 *", "2026-04-01T00:00Z", &["04-24 01:00+03:00"]);
    check(zone, "30 23 * * *", "2026-10-29T12:00Z", &["10-29 23:30+03:00", "10-30 23:30+02:00"]);
}

#[test]
fn apia_skipped_a_day() {
    let zone = "Pacific/Apia";
    // After 29 December 2011 came 31 December.
    check(zone, "0 0 * * *", "2011-12-28T12:00Z", &["12-29 00:00-10:00", "12-31 00:00+14:00"]);
    check(zone, "30 2 * * *", "2011-12-29T20:00Z", &["12-31 00:00+14:00", "12-31 02:30+14:00"]);
    check(zone, "0 12 30 * *", "2011-12-01T00:00Z", &["12-31 00:00+14:00", "01-30 12:00+14:00"]);
    check(
        zone,
        "0 */6 * * *",
        "2011-12-29T17:00-10:00",
        &["12-29 18:00-10:00", "12-31 00:00+14:00", "12-31 06:00+14:00"],
    );
}

#[test]
fn casablanca_goes_back_for_ramadan() {
    let zone = "Africa/Casablanca";
    check(zone, "30 2 * * *", "2025-02-22T12:00Z", &["02-23 02:30+01:00", "02-24 02:30+00:00"]);
    check(zone, "30 2 * * *", "2025-04-05T12:00Z", &["04-06 03:00+01:00", "04-07 02:30+01:00"]);
}

#[test]
fn troll_changes_by_two_hours() {
    let zone = "Antarctica/Troll";
    check(zone, "0 1 * * *", "2026-03-28T12:00Z", &["03-29 03:00+02:00", "03-30 01:00+02:00"]);
    check(zone, "30 1,2 * * *", "2026-03-28T12:00Z", &["03-29 03:00+02:00", "03-30 01:30+02:00"]);
    check(zone, "30 1,2 * * *", "2026-10-24T12:00Z", &["10-25 01:30+02:00", "10-25 02:30+02:00", "10-26 01:30+00:00"]);
}

#[test]
fn zones_have_names() {
    assert!(super::Schedule::parse("0 0 * * *", "Europe/Berlin").is_ok());
    let told = |zone: &str| super::Schedule::parse("0 0 * * *", zone).unwrap_err();
    assert_eq!(told("Mars/Base").field, crate::schedule::Field::Timezone);
    assert!(told("europe/berlin").message.contains("did you mean `Europe/Berlin`?"));
    assert!(told("new york").message.contains("did you mean `America/New_York`?"));
    assert!(told(" ").message.contains("is empty"));
}

#[test]
fn moments_outside_of_history_do_no_harm() {
    let schedule = schedule("0 0 * * *", "Europe/Berlin");
    assert_eq!(schedule.next_after(i64::MAX), None);
    assert!(schedule.next_after(i64::MIN).is_some());
    assert_eq!(schedule.last_until(i64::MIN), None);
    assert_eq!(schedule.last_until(i64::MAX), None);
    assert_eq!(schedule.next_after(ms("2026-01-01T00:00+01:00") - 1), Some(ms("2026-01-01T00:00+01:00")));
}
