//! Time zones. Their database is large, so the build for browsers does without and asks the server.

use chrono::NaiveDateTime;

use super::super::error::{Checked, Failure};
use super::moment::Moment;

/// A moment as clocks in a zone show it.
pub(super) fn at(ms: i64, zone: &str) -> Checked<Moment> {
    let offset_s = offset_at(ms, zone)?;
    Moment::shifted(ms, offset_s)
        .ok_or_else(|| Failure::new("invalid_date", "the date is before the year 0 or after 9999"))
}

#[cfg(feature = "time-zones")]
fn find(zone: &str) -> Checked<chrono_tz::Tz> {
    use super::super::decimal::shortened;
    zone.parse().map_err(|_| {
        Failure::new("invalid_timezone", format!("`{}` is not a time zone such as Europe/Berlin", shortened(zone)))
    })
}

#[cfg(feature = "time-zones")]
fn offset_at(ms: i64, zone: &str) -> Checked<i32> {
    use chrono::{DateTime, Offset, TimeZone};
    let zone = find(zone)?;
    let utc =
        DateTime::from_timestamp_millis(ms).ok_or_else(|| Failure::new("invalid_date", "the date is too far away"))?;
    Ok(zone.offset_from_utc_datetime(&utc.naive_utc()).fix().local_minus_utc())
}

/// The moment when clocks in a zone show a time: the first of two, and after a gap what the clocks would have shown.
#[cfg(feature = "time-zones")]
pub(super) fn from_local(local: NaiveDateTime, zone: &str) -> Checked<Moment> {
    use chrono::{LocalResult, TimeDelta, TimeZone};
    let found = find(zone)?;
    let utc_ms = match found.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.timestamp_millis(),
        LocalResult::None => {
            // Clocks go forward by less than a day.
            let before = local.checked_sub_signed(TimeDelta::days(1)).unwrap_or(local);
            let offset_s = offset_at(before.and_utc().timestamp_millis(), zone)?;
            local.and_utc().timestamp_millis() - i64::from(offset_s) * 1_000
        }
    };
    at(utc_ms, zone)
}

#[cfg(not(feature = "time-zones"))]
fn offset_at(_ms: i64, _zone: &str) -> Checked<i32> {
    Err(needs_server())
}

#[cfg(not(feature = "time-zones"))]
pub(super) fn from_local(_local: NaiveDateTime, _zone: &str) -> Checked<Moment> {
    Err(needs_server())
}

#[cfg(not(feature = "time-zones"))]
fn needs_server() -> Box<Failure> {
    Failure::new("needs_server", "time zones are worked out on the server")
}

#[cfg(feature = "time-zones")]
#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str, zone: &str) -> String {
        from_local(Moment::parse(text).unwrap().local, zone).unwrap().to_text()
    }

    #[test]
    fn daylight_saving_is_followed() {
        let summer = Moment::parse("2026-07-01T12:00:00Z").unwrap().ms();
        assert_eq!(at(summer, "America/New_York").unwrap().to_text(), "2026-07-01T08:00:00.000-04:00");
        assert_eq!(local("2026-01-15 09:00", "Europe/Berlin"), "2026-01-15T09:00:00.000+01:00");
        // The hour that does not exist, and the hour that comes twice.
        assert_eq!(local("2026-03-29 02:30", "Europe/Berlin"), "2026-03-29T03:30:00.000+02:00");
        assert_eq!(local("2026-10-25 02:30", "Europe/Berlin"), "2026-10-25T02:30:00.000+02:00");
        assert_eq!(at(0, "Nowhere/City").unwrap_err().code, "invalid_timezone");
    }
}
