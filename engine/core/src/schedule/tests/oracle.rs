//! When schedules should fire, told by enumeration with another time zone library.

use jiff::civil::{Date, Weekday, date};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;

pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// Zones whose clocks do all that clocks do: whole and half hours, midnight, a lost day, Ramadan, two hours at once, no change.
pub const ZONES: [&str; 20] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
];

/// A cron expression as sets: what it says, without its syntax.
#[derive(Debug, Clone)]
pub struct Named {
    pub minutes: Vec<i8>,
    pub hours: Vec<i8>,
    pub day: Day,
    /// Fires whenever the clock shows a named time, instead of once per named time.
    pub in_real_time: bool,
}

#[derive(Debug, Clone, Copy)]
pub enum Day {
    Every,
    Number(i8),
    Last,
    /// The working day nearest to a day of the month.
    WorkingNear(i8),
    WorkingDays,
    /// The so manieth of a day of the week.
    Nth(Weekday, i8),
    LastOf(Weekday),
}

impl Day {
    fn cron(self) -> String {
        let number = |weekday: Weekday| weekday.to_sunday_zero_offset();
        match self {
            Day::Every => "* * *".into(),
            Day::Number(day) => format!("{day} * *"),
            Day::Last => "L * *".into(),
            Day::WorkingNear(day) => format!("{day}W * *"),
            Day::WorkingDays => "* * MON-FRI".into(),
            Day::Nth(weekday, nth) => format!("* * {}#{nth}", number(weekday)),
            Day::LastOf(weekday) => format!("* * {}L", number(weekday)),
        }
    }

    fn has(self, day: Date) -> bool {
        let is_working = |day: Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self {
            Day::Every => true,
            Day::Number(number) => day.day() == number,
            Day::Last => day == day.last_of_month(),
            Day::WorkingDays => is_working(day),
            Day::Nth(weekday, nth) => day.weekday() == weekday && (day.day() - 1) / 7 + 1 == nth,
            Day::LastOf(weekday) => day.weekday() == weekday && day.day() > day.days_in_month() - 7,
            Day::WorkingNear(number) => {
                let Ok(wanted) = date(day.year(), day.month(), 1).with().day(number).build() else { return false };
                let candidates = [0, -1, 1, -2, 2].map(|shift| wanted + shift.days());
                candidates.into_iter().find(|near| near.month() == day.month() && is_working(*near)) == Some(day)
            }
        }
    }
}

impl Named {
    /// Once per named time.
    pub fn at(hours: &[i8], minutes: &[i8], day: Day) -> Named {
        Named { minutes: minutes.into(), hours: hours.into(), day, in_real_time: false }
    }

    pub fn cron(&self) -> String {
        let field = |values: &[i8], most: i8| match values {
            [0, step, ..] if self.in_real_time && values.iter().copied().eq((0..most).step_by(*step as usize)) => {
                if *step == 1 {
                    "*".into()
                } else {
                    format!("*/{step}")
                }
            }
            _ => values.iter().map(i8::to_string).collect::<Vec<_>>().join(","),
        };
        format!("{} {} {}", field(&self.minutes, 60), field(&self.hours, 24), self.day.cron())
    }

    /// The times after one moment, up to and including another.
    pub fn times(&self, zone: &str, from_ms: i64, until_ms: i64) -> Vec<i64> {
        let zone = TimeZone::get(zone).unwrap();
        if self.in_real_time { self.shown(&zone, from_ms, until_ms) } else { self.placed(&zone, from_ms, until_ms) }
    }

    /// Every minute of real time at which the clock shows a named time.
    fn shown(&self, zone: &TimeZone, from_ms: i64, until_ms: i64) -> Vec<i64> {
        let minutes = from_ms.div_euclid(MINUTE_MS) + 1..=until_ms.div_euclid(MINUTE_MS);
        let is_shown = |at_ms: &i64| {
            let shown = zone.to_datetime(Timestamp::from_millisecond(*at_ms).unwrap());
            self.minutes.contains(&shown.minute()) && self.hours.contains(&shown.hour()) && self.day.has(shown.date())
        };
        minutes.map(|number| number * MINUTE_MS).filter(is_shown).collect()
    }

    /// Each named time of the calendar: its first pass, or the end of the gap it falls into.
    fn placed(&self, zone: &TimeZone, from_ms: i64, until_ms: i64) -> Vec<i64> {
        let first = zone.to_datetime(Timestamp::from_millisecond(from_ms).unwrap()).date() - 2.days();
        let days = first.series(1.day()).take(((until_ms - from_ms) / DAY_MS) as usize + 5);
        let mut times = Vec::new();
        for day in days.filter(|day| self.day.has(*day)) {
            for hour in &self.hours {
                times.extend(self.minutes.iter().map(|minute| place(zone, day.at(*hour, *minute, 0, 0))));
            }
        }
        times.retain(|at_ms| (from_ms + 1..=until_ms).contains(at_ms));
        times.dedup();
        times
    }
}

fn place(zone: &TimeZone, shown: jiff::civil::DateTime) -> i64 {
    let instant = match zone.to_ambiguous_timestamp(shown).offset() {
        AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. } => {
            offset.to_timestamp(shown).unwrap()
        }
        AmbiguousOffset::Gap { after, .. } => {
            let before_the_change = after.to_timestamp(shown).unwrap() - SignedDuration::from_secs(1);
            zone.following(before_the_change).next().unwrap().timestamp()
        }
    };
    instant.as_millisecond()
}

/// The start of a day in UTC.
pub fn utc_ms(year: i16, month: i8, day: i8) -> i64 {
    date(year, month, day).to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond()
}

/// Every change of a zone's clock between two moments.
pub fn changes(zone: &str, from_ms: i64, until_ms: i64) -> Vec<i64> {
    let zone = TimeZone::get(zone).unwrap();
    let changes = zone.following(Timestamp::from_millisecond(from_ms).unwrap());
    changes.map(|change| change.timestamp().as_millisecond()).take_while(|at_ms| *at_ms < until_ms).collect()
}

pub fn zone() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&ZONES)
}

/// A moment close to a change of the clock, where it gets interesting, from 2005 to 2025: history in both libraries' data.
pub fn moment_near_a_change() -> impl Strategy<Value = (&'static str, i64)> {
    (zone(), utc_ms(2005, 1, 1)..utc_ms(2025, 1, 1), -3 * DAY_MS..DAY_MS).prop_map(|(zone, at_ms, shift_ms)| {
        let change = changes(zone, at_ms, at_ms + 3_650 * DAY_MS).first().copied();
        (zone, change.filter(|change_ms| *change_ms < utc_ms(2025, 1, 1)).unwrap_or(at_ms) + shift_ms)
    })
}

fn some_of(most: i8) -> impl Strategy<Value = Vec<i8>> {
    proptest::collection::btree_set(0..most, 1..4).prop_map(|values| values.into_iter().collect())
}

fn every(most: i8, steps: &'static [usize]) -> impl Strategy<Value = Vec<i8>> {
    proptest::sample::select(steps).prop_map(move |step| (0..most).step_by(step).collect())
}

/// A schedule of any kind.
pub fn named() -> impl Strategy<Value = Named> {
    // The first hours are those in which most clocks change.
    let some_hours = prop_oneof![some_of(24), some_of(5)].boxed();
    let weekday = (0i8..7).prop_map(|day| Weekday::from_sunday_zero_offset(day).unwrap());
    let day = prop_oneof![
        6 => Just(Day::Every),
        1 => Just(Day::WorkingDays),
        1 => Just(Day::Last),
        1 => (1i8..29).prop_map(Day::Number),
        1 => (1i8..29).prop_map(Day::WorkingNear),
        1 => (weekday.clone(), 1i8..6).prop_map(|(weekday, nth)| Day::Nth(weekday, nth)),
        1 => weekday.prop_map(Day::LastOf),
    ];
    let times = prop_oneof![
        2 => (some_of(60), some_hours.clone()).prop_map(|(minutes, hours)| (minutes, hours, false)),
        1 => (some_of(60), every(24, &[1, 2, 6])).prop_map(|(minutes, hours)| (minutes, hours, true)),
        1 => (every(60, &[1, 5, 20, 30]), some_hours).prop_map(|(minutes, hours)| (minutes, hours, true)),
    ];
    (times, day).prop_map(|((minutes, hours, in_real_time), day)| Named { minutes, hours, day, in_real_time })
}
