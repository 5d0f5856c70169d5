//! How many times lie between two moments, without walking through each of them.

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

use super::Schedule;

/// A day or an hour of the calendar.
struct Unit {
    length: TimeDelta,
    start: fn(NaiveDateTime) -> Option<NaiveDateTime>,
    times: fn(&Schedule) -> u32,
}

const UNITS: [Unit; 2] = [
    Unit { length: TimeDelta::days(1), start: start_of_day, times: |schedule| schedule.per_day },
    Unit { length: TimeDelta::hours(1), start: start_of_hour, times: |schedule| schedule.per_hour },
];

fn start_of_day(shown: NaiveDateTime) -> Option<NaiveDateTime> {
    shown.date().and_hms_opt(0, 0, 0)
}

fn start_of_hour(shown: NaiveDateTime) -> Option<NaiveDateTime> {
    shown.date().and_hms_opt(shown.hour(), 0, 0)
}

impl Schedule {
    /// The number of times after one moment, up to and including another.
    ///
    /// Days that have any have the same number of them, and so have hours, unless the clock changes: so whole days are
    /// counted at once, then whole hours, and the rest time by time.
    pub(super) fn count(&self, after_ms: i64, until_ms: i64) -> u64 {
        let mut count = 0;
        let mut counted_ms = after_ms;
        while let Some(time_ms) = self.next_after(counted_ms).filter(|time_ms| *time_ms <= until_ms) {
            let whole = UNITS.iter().find_map(|unit| {
                let (start_ms, end_ms) = self.whole(unit, time_ms)?;
                (start_ms > counted_ms && end_ms <= until_ms).then_some((end_ms, (unit.times)(self)))
            });
            let (end_ms, times) = whole.unwrap_or((time_ms, 1));
            count += u64::from(times);
            counted_ms = end_ms;
        }
        count
    }

    /// The first and the last millisecond of the unit a moment lies in, if the clock does not change in it or on its edges.
    fn whole(&self, unit: &Unit, at_ms: i64) -> Option<(i64, i64)> {
        let shown = self.moment(at_ms)?.naive_local();
        let first = (unit.start)(shown)?;
        let start = self.zone.from_local_datetime(&first).single()?;
        let end = self.zone.from_local_datetime(&first.checked_add_signed(unit.length)?).single()?;
        let offset = |moment: &DateTime<Tz>| moment.offset().fix();
        let before = start.checked_sub_signed(TimeDelta::seconds(1))?;
        let is_even = end.signed_duration_since(start) == unit.length
            && offset(&before) == offset(&start)
            && offset(&start) == offset(&end);
        is_even.then_some((start.timestamp_millis(), end.timestamp_millis() - 1))
    }
}
