//! Dates in other notations, described by a pattern of letters.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

use super::moment::{Moment, offset_text, parse_offset};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A part of a pattern: a run of one letter, or text that stands for itself.
#[derive(Debug, PartialEq)]
enum Part<'f> {
    Letters(char, usize),
    Text(&'f str),
}

fn parts(format: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_alphabetic() {
            let count = rest.chars().take_while(|letter| *letter == first).count();
            parts.push(Part::Letters(first, count));
            rest = &rest[count..];
        } else if first == '\'' {
            let quoted = &rest[1..];
            let end = quoted.find('\'').unwrap_or(quoted.len());
            // Two quotes are one.
            parts.push(Part::Text(if end == 0 { "'" } else { &quoted[..end] }));
            rest = quoted.get(end + 1..).unwrap_or("");
        } else {
            let end = rest.find(|next: char| next.is_ascii_alphabetic() || next == '\'').unwrap_or(rest.len());
            parts.push(Part::Text(&rest[..end]));
            rest = &rest[end..];
        }
    }
    parts
}

pub(super) fn write(date: &Moment, format: &str) -> Result<String, String> {
    let local = date.local;
    let (_, hour12) = local.hour12();
    let mut text = String::new();
    for part in parts(format) {
        let (number, width) = match part {
            Part::Text(plain) => {
                text.push_str(plain);
                continue;
            }
            Part::Letters('y', 2) => (local.year().unsigned_abs() % 100, 2),
            Part::Letters('y', 1 | 4) => (local.year().unsigned_abs(), 4),
            Part::Letters('M', count @ (1 | 2)) => (local.month(), count),
            Part::Letters('M', count @ (3 | 4)) => {
                let name = MONTHS[local.month0() as usize];
                text.push_str(if count == 3 { &name[..3] } else { name });
                continue;
            }
            Part::Letters('d', count @ (1 | 2)) => (local.day(), count),
            Part::Letters('E', count @ 1..=4) => {
                let name = WEEKDAYS[local.weekday().num_days_from_monday() as usize];
                text.push_str(if count < 4 { &name[..3] } else { name });
                continue;
            }
            Part::Letters('H', count @ (1 | 2)) => (local.hour(), count),
            Part::Letters('h', count @ (1 | 2)) => (hour12, count),
            Part::Letters('m', count @ (1 | 2)) => (local.minute(), count),
            Part::Letters('s', count @ (1 | 2)) => (local.second(), count),
            Part::Letters('S', 3) => (local.nanosecond() / 1_000_000 % 1_000, 3),
            Part::Letters('a', 1) => {
                text.push_str(if local.hour() < 12 { "AM" } else { "PM" });
                continue;
            }
            Part::Letters('X', 1..=3) => {
                text.push_str(&offset_text(date.offset_s));
                continue;
            }
            Part::Letters(letter, count) => {
                let letters = letter.to_string().repeat(count.min(8));
                return Err(format!("`{letters}` has no meaning in a date's format; put text in quotes: 'at'"));
            }
        };
        text.push_str(&format!("{number:0width$}"));
    }
    Ok(text)
}

/// What was read so far.
#[derive(Default)]
struct Read {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    hour: u32,
    minute: u32,
    second: u32,
    ms: u32,
    is_afternoon: Option<bool>,
    offset_s: Option<i32>,
    has_time: bool,
}

/// The date in a text of a form; none where the text has another form.
pub(super) fn read(text: &str, format: &str) -> Option<Moment> {
    let mut rest = text.trim();
    let mut read = Read::default();
    for part in parts(format.trim()) {
        rest = match part {
            Part::Text(plain) => rest.strip_prefix(plain)?,
            Part::Letters(letter, count) => read.take(rest, letter, count)?,
        };
    }
    if rest.is_empty() { read.finish() } else { None }
}

impl Read {
    /// Reads one part and returns what is left.
    fn take<'t>(&mut self, text: &'t str, letter: char, count: usize) -> Option<&'t str> {
        match (letter, count) {
            ('M', 3 | 4) => return self.month_name(text, count),
            ('E', _) => return strip_name(text, &WEEKDAYS, if count == 4 { 9 } else { 3 }).map(|(_, rest)| rest),
            ('a', 1) => {
                let (half, rest) = (text.get(..2)?, text.get(2..)?);
                self.is_afternoon = Some(match half.to_ascii_lowercase().as_str() {
                    "am" => false,
                    "pm" => true,
                    _ => return None,
                });
                return Some(rest);
            }
            ('X', 1..=3) => {
                let end =
                    text.find(|next: char| !next.is_ascii_digit() && !"+-:Zz".contains(next)).unwrap_or(text.len());
                self.offset_s = Some(parse_offset(&text[..end]).filter(|_| end > 0)?);
                return Some(&text[end..]);
            }
            _ => {}
        }
        let widest = if letter == 'y' && count != 2 { 4 } else { count.max(2) };
        let length = text.bytes().take(widest).take_while(u8::is_ascii_digit).count();
        if length < count.min(if count == 1 { 1 } else { widest }) {
            return None;
        }
        let number: u32 = text[..length].parse().ok()?;
        self.has_time |= matches!(letter, 'H' | 'h' | 'm' | 's' | 'S');
        match letter {
            // Two digits are a year from 1970 to 2069.
            'y' if count == 2 => self.year = Some(number as i32 + if number < 70 { 2_000 } else { 1_900 }),
            'y' => self.year = i32::try_from(number).ok(),
            'M' => self.month = Some(number),
            'd' => self.day = Some(number),
            'H' | 'h' => self.hour = number,
            'm' => self.minute = number,
            's' => self.second = number,
            'S' if count == 3 => self.ms = number,
            _ => return None,
        }
        Some(&text[length..])
    }

    fn month_name<'t>(&mut self, text: &'t str, count: usize) -> Option<&'t str> {
        let (index, rest) = strip_name(text, &MONTHS, if count == 4 { 9 } else { 3 })?;
        self.month = u32::try_from(index + 1).ok();
        Some(rest)
    }

    fn finish(self) -> Option<Moment> {
        let hour = match self.is_afternoon {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(is_afternoon) => self.hour % 12 + if is_afternoon { 12 } else { 0 },
        };
        let date = NaiveDate::from_ymd_opt(self.year?, self.month.unwrap_or(1), self.day.unwrap_or(1))?;
        let time = NaiveTime::from_hms_milli_opt(hour, self.minute, self.second, self.ms)?;
        let is_date = !self.has_time && self.offset_s.is_none();
        let moment = Moment { local: date.and_time(time), offset_s: self.offset_s.unwrap_or(0), is_date };
        moment.is_writable().then_some(moment)
    }
}

/// Finds a name, or its first letters, at the start of a text.
fn strip_name<'t>(text: &'t str, names: &[&str], letters: usize) -> Option<(usize, &'t str)> {
    names.iter().enumerate().find_map(|(index, name)| {
        let name = &name[..letters.min(name.len())];
        let start = text.get(..name.len())?;
        start.eq_ignore_ascii_case(name).then(|| (index, &text[name.len()..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let date = Moment::parse("2026-03-05T14:07:09.042+02:00").unwrap();
        for format in [
            "yyyy-MM-dd HH:mm:ss.SSS XXX",
            "EEEE, d MMMM yyyy 'at' h:mm:ss.SSS a XXX",
            "yy/M/d H:m:s.SSS X",
            "EEE MMM d yyyy HH:mm:ss.SSSXXX",
        ] {
            let text = write(&date, format).unwrap();
            assert_eq!(read(&text, format), Some(date), "{format} gave {text}");
        }
    }

    #[test]
    fn what_has_another_form_is_refused() {
        for (text, format) in [
            ("2026-3-5", "yyyy-MM-dd"),
            ("2026-13-05", "yyyy-MM-dd"),
            ("2026-03-05 x", "yyyy-MM-dd"),
            ("13:00 PM", "hh:mm a"),
            ("é", "yyyy"),
            ("2026", "qqqq"),
            ("05.03", "dd.MM"),
        ] {
            assert_eq!(read(text, format), None, "{text}");
        }
        assert!(write(&Moment::parse("2026-03-05").unwrap(), "yyyy at").is_err());
    }
}
