//! A point in time as ISO texts write it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

/// What clocks show somewhere, and how far that is from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) local: NaiveDateTime,
    pub(super) offset_s: i32,
    /// True when only the date was written.
    pub(super) is_date: bool,
}

impl Moment {
    pub(super) fn from_ms(ms: i64) -> Option<Moment> {
        let moment = Moment { local: DateTime::from_timestamp_millis(ms)?.naive_utc(), offset_s: 0, is_date: false };
        moment.is_writable().then_some(moment)
    }

    /// Milliseconds since 1970.
    pub(super) fn ms(&self) -> i64 {
        self.local.and_utc().timestamp_millis() - i64::from(self.offset_s) * 1_000
    }

    /// ISO has four digits for a year.
    pub(super) fn is_writable(&self) -> bool {
        (0..=9_999).contains(&self.local.year())
    }

    /// Reads `2026-11-21`, `2026-11-21T10:30`, `2026-11-21 10:30:00.5+01:00` and their like.
    pub(super) fn parse(text: &str) -> Option<Moment> {
        let text = text.trim();
        let (date, rest) = (text.get(..10)?, &text[10..]);
        let date = parse_date(date)?;
        if rest.is_empty() {
            return Some(Moment { local: date.and_time(NaiveTime::MIN), offset_s: 0, is_date: true });
        }
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let zone = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
        let offset_s = parse_offset(rest[zone..].trim())?;
        let time = parse_time(rest[..zone].trim_end())?;
        let moment = Moment { local: date.and_time(time), offset_s, is_date: false };
        moment.is_writable().then_some(moment)
    }

    pub(super) fn to_text(self) -> String {
        let date = self.local.date();
        let day = format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
        if self.is_date {
            return day;
        }
        let time = self.local.time();
        let ms = time.nanosecond() / 1_000_000 % 1_000;
        let offset = offset_text(self.offset_s);
        format!("{day}T{:02}:{:02}:{:02}.{ms:03}{offset}", time.hour(), time.minute(), time.second())
    }

    /// The same local time at another distance from UTC.
    pub(super) fn shifted(ms: i64, offset_s: i32) -> Option<Moment> {
        let utc = Moment::from_ms(ms)?;
        let local = utc.local.checked_add_signed(TimeDelta::seconds(i64::from(offset_s)))?;
        Some(Moment { local, offset_s, is_date: false })
    }
}

/// `Z`, or `+01:00`.
pub(super) fn offset_text(offset_s: i32) -> String {
    if offset_s == 0 {
        return "Z".to_owned();
    }
    let sign = if offset_s < 0 { '-' } else { '+' };
    let minutes = offset_s.unsigned_abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn digits(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn parse_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(digits(year)?).ok()?, digits(month)?, digits(day)?)
}

fn parse_time(text: &str) -> Option<NaiveTime> {
    let mut parts = text.splitn(3, ':');
    let (hour, minute) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let (second, fraction) = match parts.next() {
        Some(seconds) => match seconds.split_once('.') {
            Some((second, fraction)) => (digits(second)?, fraction),
            None => (digits(seconds)?, "0"),
        },
        None => (0, "0"),
    };
    digits(fraction.get(..fraction.len().min(9))?)?;
    let ms = digits(&format!("{fraction:0<3}")[..3])?;
    NaiveTime::from_hms_milli_opt(hour, minute, second, ms)
}

/// Seconds east of UTC; nothing at all is UTC.
pub(super) fn parse_offset(text: &str) -> Option<i32> {
    if matches!(text, "" | "Z" | "z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let body = text.get(1..)?;
    let (hours, minutes) = match body.split_once(':') {
        Some(parts) => parts,
        None if body.len() == 4 && body.is_ascii() => body.split_at(2),
        None => (body, "0"),
    };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_texts_are_read_and_written() {
        let cases = [
            ("2026-11-21", "2026-11-21"),
            ("2026-11-21T10:30Z", "2026-11-21T10:30:00.000Z"),
            ("2026-11-21 10:30:05.25", "2026-11-21T10:30:05.250Z"),
            ("2026-11-21T10:30:00.123456789+0530", "2026-11-21T10:30:00.123+05:30"),
            ("2026-11-21T10:30:00-08", "2026-11-21T10:30:00.000-08:00"),
        ];
        for (text, wanted) in cases {
            assert_eq!(Moment::parse(text).unwrap().to_text(), wanted, "{text}");
        }
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "26-01-01",
            "2026-01-01T25:00",
            "2026-01-01Tx",
            "2026-01-01T10:00+99:00",
            "é026-01-01é",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn milliseconds_count_from_1970_in_utc() {
        assert_eq!(Moment::parse("1970-01-01T01:00:00+01:00").unwrap().ms(), 0);
        assert_eq!(Moment::from_ms(i64::MAX), None);
    }
}
