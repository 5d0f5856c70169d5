#![cfg(feature = "time-zones")]

mod daylight;
mod downtime;
mod due;
mod laws;
mod oracle;
mod simulation;

use chrono::{DateTime, FixedOffset};

use super::Schedule;

fn schedule(cron: &str, zone: &str) -> Schedule {
    Schedule::parse(cron, zone).unwrap()
}

/// The milliseconds of a time such as `2026-03-08T02:00-05:00`.
fn ms(text: &str) -> i64 {
    let parse = |format| DateTime::<FixedOffset>::parse_from_str(text, format);
    parse("%Y-%m-%dT%H:%M%#z").or_else(|_| parse("%Y-%m-%dT%H:%M:%S%#z")).unwrap().timestamp_millis()
}

/// A time as the zone's clock shows it, with the offset.
fn shown(at_ms: i64, zone: &str) -> String {
    let zone: chrono_tz::Tz = zone.parse().unwrap();
    DateTime::from_timestamp_millis(at_ms).unwrap().with_timezone(&zone).format("%m-%d %H:%M%:z").to_string()
}
