//! The header `Retry-After`, in seconds or as a date. The sandbox has no clock, so a date is held against the answer's
//! own `Date`.

use super::Response;

pub(super) fn milliseconds(answer: &Response) -> Option<u64> {
    let value = answer.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(seconds.saturating_mul(1_000));
    }
    let wait_s = unix_seconds(value)?.saturating_sub(unix_seconds(answer.header("date")?)?);
    Some(u64::try_from(wait_s).unwrap_or(0).saturating_mul(1_000))
}

/// Reads the one date format that HTTP still writes: `Sat, 21 Nov 2026 08:49:37 GMT`.
fn unix_seconds(date: &str) -> Option<i64> {
    let (_, date) = date.trim().split_once(", ")?;
    let parts: [&str; 5] = date.split(' ').collect::<Vec<_>>().try_into().ok()?;
    let [day, month, year, time, "GMT"] = parts else { return None };
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|name| *name == month)? as i64 + 1;
    let [hours, minutes, seconds]: [i64; 3] =
        time.split(':').map(|part| part.parse().ok()).collect::<Option<Vec<_>>>()?.try_into().ok()?;
    let days =
        days_since_1970(year.parse().ok().filter(|year| (1970..=9999).contains(year))?, month, day.parse().ok()?);
    Some(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
}

/// Counts days with years that begin in March, so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(retry_after: &str, date: &str) -> Option<u64> {
        let headers = vec![("Retry-After".into(), retry_after.into()), ("Date".into(), date.into())];
        milliseconds(&Response { status: 429, headers, body: vec![] })
    }

    #[test]
    fn reads_seconds_and_dates() {
        let date = "Sat, 28 Feb 2026 23:59:30 GMT";
        assert_eq!(wait("120", date), Some(120_000));
        assert_eq!(wait("Sun, 01 Mar 2026 00:00:30 GMT", date), Some(60_000));
        assert_eq!(wait("Sat, 28 Feb 2026 23:00:00 GMT", date), Some(0));
        assert_eq!(wait("soon", date), None);
        assert_eq!(wait("-1", date), None);
        assert_eq!(unix_seconds("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(unix_seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
    }
}
