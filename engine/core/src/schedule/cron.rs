//! The syntax of cron expressions, with errors that name the field and say what to write.

use super::ScheduleError;

/// The longest cron expression, in bytes.
pub const MAX_CRON_BYTES: usize = 256;

/// What happens when the clock is put forward or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Every named time fires once.
    WallClock,
    /// Fires whenever the clock shows a matching time.
    RealTime,
}

/// One of the fields, with the values and names it takes.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const FIELDS: [Field; 6] = [
    Field { name: "second", least: 0, most: 59, names: &[] },
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    DAY_OF_MONTH,
    Field {
        name: "month",
        least: 1,
        most: 12,
        names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    },
    DAY_OF_WEEK,
];
const DAY_OF_MONTH: Field = Field { name: "day of month", least: 1, most: 31, names: &[] };
const DAY_OF_WEEK: Field =
    Field { name: "day of week", least: 0, most: 7, names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] };

const NICKNAMES: [(&str, &str); 6] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * SUN"),
    ("@daily", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// What a field stands for.
#[derive(Debug, Default)]
struct Values {
    /// A bit for each value.
    bits: u64,
    /// Whether days such as the last one, which every month has, are among them.
    has_every_month: bool,
}

/// A cron expression that means something: its text without a nickname, its rule, and how often it fires.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Syntax<'t> {
    pub(super) text: &'t str,
    pub(super) rule: Rule,
    /// Times in an hour that has any.
    pub(super) per_hour: u32,
    /// Times in a day that has any.
    pub(super) per_day: u32,
}

pub(super) fn check(text: &str) -> Result<Syntax<'_>, ScheduleError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ScheduleError::cron("The cron expression is empty; `0 9 * * *` means every day at 9:00."));
    }
    if text.len() > MAX_CRON_BYTES {
        return Err(ScheduleError::cron(format!("The cron expression is longer than {MAX_CRON_BYTES} bytes.")));
    }
    let text = if text.starts_with('@') { expand(text)? } else { text };
    let parts: Vec<&str> = text.split_ascii_whitespace().collect();
    let fields = match parts.len() {
        5 => &FIELDS[1..],
        6 => &FIELDS[..],
        count => {
            return Err(ScheduleError::cron(format!(
                "The cron expression has {count} {}; it needs 5 (minute, hour, day of month, month, day of week), or 6 with \
                 seconds in front.",
                if count == 1 { "field" } else { "fields" }
            )));
        }
    };
    let mut values = Vec::with_capacity(parts.len());
    for (field, part) in fields.iter().zip(&parts) {
        values.push(
            field.read(part).map_err(|reason| {
                ScheduleError::cron(format!("The {} `{part}` is not valid: {reason}.", field.name))
            })?,
        );
    }
    if let [.., days, months, _] = values.as_slice()
        && matches!(parts.last(), Some(&("*" | "?")))
        && never_comes(days, months)
    {
        return Err(ScheduleError::cron(format!("`{text}` never happens: there is no such date.")));
    }
    let clock = &parts[..parts.len() - 3];
    let rule = if clock.iter().any(|part| part.contains(['*', '/'])) { Rule::RealTime } else { Rule::WallClock };
    let hours = values.len() - 4;
    let product = |values: &[Values]| values.iter().map(|values| values.bits.count_ones()).product();
    Ok(Syntax { text, rule, per_hour: product(&values[..hours]), per_day: product(&values[..=hours]) })
}

fn expand(nickname: &str) -> Result<&'static str, ScheduleError> {
    match NICKNAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(nickname)) {
        Some((_, text)) => Ok(text),
        None => {
            let names: Vec<&str> = NICKNAMES.iter().map(|(name, _)| *name).collect();
            Err(ScheduleError::cron(format!("There is no `{nickname}`; the short names are {}.", names.join(", "))))
        }
    }
}

/// True for dates such as 30 February, which cost a long search each time if they are not refused here.
fn never_comes(days: &Values, months: &Values) -> bool {
    const LONGEST: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let first_day = days.bits.trailing_zeros();
    !days.has_every_month
        && (1..).zip(LONGEST).all(|(month, length)| months.bits & (1 << month) == 0 || first_day > length)
}

impl Field {
    fn read(&self, part: &str) -> Result<Values, String> {
        let mut values = Values::default();
        for element in part.split(',') {
            if element != part && ["*", "?"].contains(&element) {
                return Err(format!("`{element}` means every value and stands alone"));
            }
            self.element(element, &mut values)?;
        }
        Ok(values)
    }

    fn element(&self, element: &str, values: &mut Values) -> Result<(), String> {
        let (range, step) = match element.split_once('/') {
            Some((range, step)) => (range, Some(self.step(step)?)),
            None => (element, None),
        };
        if range.is_empty() {
            return Err(match step {
                Some(step) => format!("write `*/{step}` for every {step}"),
                None => "a comma stands between two values".into(),
            });
        }
        if range == "*" || (range == "?" && step.is_none() && self.names_days()) {
            values.add(self.least, self.most, step);
            return Ok(());
        }
        if let Some((first, last)) = range.split_once('-') {
            let (first, last) = (self.value(first)?, self.value(last)?);
            // The week may end with Sunday as well as start with it.
            let last = if last == 0 && first > 0 && self.name == DAY_OF_WEEK.name { 7 } else { last };
            if first > last {
                return Err("the second value of a range must not be smaller than the first".into());
            }
            values.add(first, last, step);
            return Ok(());
        }
        if let Some(step) = step {
            return Err(format!("a step needs a range; write `{range}-{}/{step}`", self.most));
        }
        if self.special(range, values)? {
            return Ok(());
        }
        let value = self.value(range)?;
        values.add(value, value, None);
        Ok(())
    }

    /// `L`, `LW` and `15W` among days of the month, `5L` and `5#2` among those of the week.
    fn special(&self, text: &str, values: &mut Values) -> Result<bool, String> {
        let upper = text.to_ascii_uppercase();
        if self.name == DAY_OF_MONTH.name {
            values.has_every_month |= upper == "L" || upper == "LW";
            let weekday = upper.strip_suffix('W').filter(|day| *day != "L");
            if let Some(day) = weekday {
                let day = self.value(day)?;
                values.add(day, day, None);
            }
            return Ok(upper == "L" || upper.ends_with('W'));
        }
        if self.name != DAY_OF_WEEK.name {
            return Ok(false);
        }
        if let Some((day, number)) = text.split_once('#') {
            self.value(day)?;
            return match number.parse() {
                Ok(1..=5) => Ok(true),
                _ => Err("`#` and a number from 1 to 5 say which one of the month, such as `FRI#2`".into()),
            };
        }
        match upper.strip_suffix('L') {
            Some("") => Err("`L` needs a day here: `5L` is the last Friday of the month".into()),
            Some(day) => self.value(day).map(|_| true),
            None => Ok(false),
        }
    }

    fn step(&self, text: &str) -> Result<u32, String> {
        match number(text) {
            Some(step) if (1..=self.most).contains(&step) => Ok(step),
            _ => Err(format!("the step after `/` is a number from 1 to {}", self.most)),
        }
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text)).map(|at| at as u32 + self.least);
        let value = number(text).or(named).filter(|value| (self.least..=self.most).contains(value));
        value.ok_or_else(|| {
            let names =
                if self.names.is_empty() { String::new() } else { format!(" or a name: {}", self.names.join(", ")) };
            format!("`{text}` is not a number from {} to {}{names}", self.least, self.most)
        })
    }

    fn names_days(&self) -> bool {
        self.name == DAY_OF_MONTH.name || self.name == DAY_OF_WEEK.name
    }
}

impl Values {
    fn add(&mut self, first: u32, last: u32, step: Option<u32>) {
        for value in (first..=last).step_by(step.unwrap_or(1) as usize) {
            self.bits |= 1 << value;
        }
    }
}

/// A number without a sign.
fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_understood() {
        for text in [
            "0 9 * * *",
            "*/15 * * * * *",
            "0 9 * * MON-FRI",
            "0 9 * jan,Jul fri",
            "0 0 L * *",
            "0 0 15W * *",
            "0 0 LW * *",
            "0 0 * * 5L",
            "0 0 * * FRI#2",
            "0 0 * * friL",
            "0 0 ? * MON",
            "0 0 29 2 *",
            "5-45/10 8-18 * * 1-5",
            " 0 0 * * 7 ",
            "@daily",
            "@HOURLY",
            "0 0 30 2,3 *",
            "0 0 31 2 MON",
            "0 0 * * FRI-SUN",
        ] {
            assert!(check(text).is_ok(), "{text}: {:?}", check(text).err());
        }
    }

    #[test]
    fn every_mistake_is_told_with_its_field() {
        let check = |text: &str, message: &str| {
            let told = check(text).expect_err(text).message;
            assert!(told.contains(message), "{text}: {told}");
        };
        check("", "is empty");
        check("* * * *", "has 4 fields");
        check("0 0 * * * * *", "has 7 fields");
        check("60 * * * *", "The minute `60` is not valid: `60` is not a number from 0 to 59.");
        check("0 25 * * *", "The hour `25`");
        check("0 0 32 * *", "The day of month `32`");
        check("0 0 0 13 *", "The day of month `0`");
        check("0 0 * foo *", "`foo` is not a number from 1 to 12 or a name: JAN, FEB");
        check("0 mon * * *", "The hour `mon`");
        check("0 0 * * JANFEB", "`JANFEB` is not");
        check("0 0 * * 8", "The day of week `8`");
        check("0 0 * * L", "`5L` is the last Friday");
        check("0 0 * * 5#6", "from 1 to 5");
        check("0 0 32W * *", "`32` is not a number from 1 to 31");
        check("*/0 * * * *", "the step after `/` is a number from 1 to 59");
        check("*/90 * * * *", "from 1 to 59");
        check("5/10 * * * *", "write `5-59/10`");
        check("/10 * * * *", "write `*/10`");
        check(", * * * *", "a comma stands between two values");
        check("1,,2 * * * *", "a comma stands between two values");
        check("5-1 * * * *", "The minute `5-1`");
        check("-5 * * * *", "`` is not a number");
        check("+5 * * * *", "`+5` is not a number");
        check("é * * * *", "The minute `é`");
        check("? * * * *", "The minute `?`");
        check("0 0 * JAN,* *", "`*` means every value and stands alone");
        check("@reboot", "There is no `@reboot`");
        check("0 0 30 2 *", "never happens");
        check("0 0 31W 2 ?", "never happens");
        check("0 0 31 4,6,9,11 *", "never happens");
        check(&format!("{} * * * *", "1,".repeat(200)), "longer than 256 bytes");
    }

    #[test]
    fn wildcards_and_steps_follow_real_time() {
        let rule = |text: &str| check(text).unwrap().rule;
        for text in ["30 2 * * *", "0,30 2,14 * * *", "0 9-17 * * *", "0 0 1 1 *", "0 30 2 * * *", "@daily"] {
            assert_eq!(rule(text), Rule::WallClock, "{text}");
        }
        for text in ["*/15 2 * * *", "30 * * * *", "0-30/10 2 * * *", "* * * * * *", "0 0 */2 * * *", "@hourly"] {
            assert_eq!(rule(text), Rule::RealTime, "{text}");
        }
    }
}
