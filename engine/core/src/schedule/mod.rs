//! When a schedule fires: cron with a time zone, as pure arithmetic.
//!
//! Daylight saving: a schedule of fixed times (`30 2 * * *`, `0 9-17 * * *`) fires once per named time: a time the clock
//! skips fires at the first instant after the gap, a time it repeats fires on the first pass only. A schedule with a
//! wildcard or a step among its seconds, minutes or hours (`*/15 * * * *`) follows real time: what the clock skips does
//! not happen, and both passes of a repeated hour fire.

#[cfg(feature = "time-zones")]
mod backlog;
#[cfg(feature = "time-zones")]
mod count;
mod cron;
#[cfg(feature = "time-zones")]
mod due;
#[cfg(feature = "time-zones")]
mod next;
#[cfg(feature = "time-zones")]
mod policy;
#[cfg(test)]
mod tests;

#[cfg(feature = "time-zones")]
pub use backlog::{Backlog, Look};
pub use cron::MAX_CRON_BYTES;
#[cfg(feature = "time-zones")]
pub use due::{Due, LAST_WINDOW_MS, MOST_CAUGHT_UP, Missed, ON_TIME_MS, SkipReason, Skipped};
#[cfg(feature = "time-zones")]
pub use policy::Policy;

/// The release of the time zone database that times are computed with, such as `2025b`.
#[cfg(feature = "time-zones")]
pub const TIME_ZONES: &str = chrono_tz::IANA_TZDB_VERSION;

/// A cron expression in a time zone.
///
/// Without the feature `time-zones` it is only checked, not computed.
#[derive(Debug, Clone)]
pub struct Schedule {
    #[cfg(feature = "time-zones")]
    cron: croner::Cron,
    #[cfg(feature = "time-zones")]
    rule: cron::Rule,
    #[cfg(feature = "time-zones")]
    zone: chrono_tz::Tz,
    /// Times in an hour that has any, when the clock does not change.
    #[cfg(feature = "time-zones")]
    per_hour: u32,
    /// Times in a day that has any, when the clock does not change.
    #[cfg(feature = "time-zones")]
    per_day: u32,
}

/// Which of the two texts is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Cron,
    Timezone,
}

/// Why a schedule can't be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScheduleError {
    pub field: Field,
    /// What is wrong and what to do about it, for people.
    pub message: String,
}

impl ScheduleError {
    fn cron(message: impl Into<String>) -> ScheduleError {
        ScheduleError { field: Field::Cron, message: message.into() }
    }

    fn timezone(message: impl Into<String>) -> ScheduleError {
        ScheduleError { field: Field::Timezone, message: message.into() }
    }
}

impl Schedule {
    /// Parses a cron expression of five fields, or six with seconds in front, and an IANA time zone name.
    ///
    /// Without the feature `time-zones` the name of the zone is taken as it is.
    ///
    /// ```
    /// use weft_core::schedule::{Field, Schedule};
    /// assert!(Schedule::parse("0 9 * * MON-FRI", "Europe/Berlin").is_ok());
    /// assert_eq!(Schedule::parse("0 25 * * *", "UTC").unwrap_err().field, Field::Cron);
    /// ```
    pub fn parse(cron: &str, timezone: &str) -> Result<Schedule, ScheduleError> {
        if timezone.trim().is_empty() {
            return Err(ScheduleError::timezone(
                "The time zone is empty; write a name such as `Europe/Berlin` or `UTC`.",
            ));
        }
        let syntax = cron::check(cron)?;
        Schedule::build(syntax, timezone)
    }

    #[cfg(not(feature = "time-zones"))]
    fn build(_: cron::Syntax<'_>, _: &str) -> Result<Schedule, ScheduleError> {
        Ok(Schedule {})
    }
}
