//! Numbers: JavaScript's, except that integers stay exact and are never rounded silently.

use std::cmp::Ordering;

use serde_json::Value;

use super::error::{Checked, Failure};

/// A number. Floats that are integers up to 2^53 are kept as `Int`, so every value has one form. Integers never become
/// floats beyond that, because what is calculated with such a float would be rounded without a word.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Number {
    Int(i64),
    /// An integer above `i64::MAX`.
    Wide(u64),
    Float(f64),
}

use Number::{Float, Int, Wide};

const SAFE: f64 = 9_007_199_254_740_992.0;

impl Number {
    pub(crate) const NAN: Number = Float(f64::NAN);

    pub(crate) fn from_f64(value: f64) -> Number {
        if value.trunc() == value && value.abs() <= SAFE && !(value == 0.0 && value.is_sign_negative()) {
            Int(value as i64)
        } else {
            Float(value)
        }
    }

    pub(crate) fn from_usize(value: usize) -> Number {
        Int(value as i64)
    }

    pub(crate) fn from_json(number: &serde_json::Number) -> Number {
        if let Some(value) = number.as_i64() {
            Int(value)
        } else if let Some(value) = number.as_u64() {
            Wide(value)
        } else {
            Number::from_f64(number.as_f64().unwrap_or(f64::NAN))
        }
    }

    /// JSON has no NaN and no infinity: both become null, as `JSON.stringify` does.
    pub(crate) fn to_json(self) -> Value {
        match self {
            Int(value) => Value::from(value),
            Wide(value) => Value::from(value),
            Float(0.0) => Value::from(0),
            Float(value) => serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number),
        }
    }

    /// The nearest double, which may be rounded: for functions where that is meant, such as `Math.sqrt`.
    pub(crate) fn to_f64(self) -> f64 {
        match self {
            Int(value) => value as f64,
            Wide(value) => value as f64,
            Float(value) => value,
        }
    }

    /// The double that is exactly this number.
    pub(crate) fn exact_f64(self) -> Checked<f64> {
        match self.to_i128() {
            Some(integer) if integer as f64 as i128 != integer => Err(inexact()),
            _ => Ok(self.to_f64()),
        }
    }

    /// The integer, when it is stored as one.
    pub(crate) fn to_i128(self) -> Option<i128> {
        match self {
            Int(value) => Some(i128::from(value)),
            Wide(value) => Some(i128::from(value)),
            Float(_) => None,
        }
    }

    pub(crate) fn is_nan(self) -> bool {
        matches!(self, Float(value) if value.is_nan())
    }

    pub(crate) fn is_zero(self) -> bool {
        matches!(self, Int(0)) || matches!(self, Float(value) if value == 0.0)
    }

    pub(crate) fn is_integer(self) -> bool {
        !matches!(self, Float(value) if value.trunc() != value || value.is_infinite())
    }

    /// As an index or count: truncated, with NaN as 0, kept within ±2^53.
    pub(crate) fn to_index(self) -> i64 {
        match self {
            Int(value) => value,
            Wide(_) => i64::MAX,
            // A cast saturates and turns NaN into 0, which is what JavaScript asks for.
            Float(value) => value as i64,
        }
    }

    pub(crate) fn add(self, other: Number) -> Checked<Number> {
        if let (Int(a), Int(b)) = (self, other)
            && let Some(sum) = a.checked_add(b)
        {
            return Ok(Int(sum));
        }
        self.combine(other, i128::checked_add, |a, b| a + b)
    }

    pub(crate) fn subtract(self, other: Number) -> Checked<Number> {
        if let (Int(a), Int(b)) = (self, other)
            && let Some(difference) = a.checked_sub(b)
        {
            return Ok(Int(difference));
        }
        self.combine(other, i128::checked_sub, |a, b| a - b)
    }

    pub(crate) fn multiply(self, other: Number) -> Checked<Number> {
        match (self, other) {
            // 0 * -5 is -0 in JavaScript.
            (Int(0), Int(..0)) | (Int(..0), Int(0)) => Ok(Float(-0.0)),
            _ => self.combine(other, i128::checked_mul, |a, b| a * b),
        }
    }

    pub(crate) fn divide(self, other: Number) -> Checked<Number> {
        if let (Some(a), Some(b)) = (self.to_i128(), other.to_i128())
            && a != 0
            && b != 0
            && a % b == 0
        {
            return from_i128(a / b);
        }
        Ok(Number::from_f64(self.exact_f64()? / other.exact_f64()?))
    }

    pub(crate) fn remainder(self, other: Number) -> Checked<Number> {
        match (self.to_i128(), other.to_i128()) {
            (Some(_), Some(0)) => Ok(Number::NAN),
            (Some(a), Some(b)) => match a % b {
                0 if a < 0 => Ok(Float(-0.0)),
                rest => from_i128(rest),
            },
            _ => Ok(Number::from_f64(self.exact_f64()? % other.exact_f64()?)),
        }
    }

    pub(crate) fn power(self, exponent: Number) -> Checked<Number> {
        if let (Some(base), Some(count @ 0..)) = (self.to_i128(), exponent.to_i128()) {
            if let -1..=1 = base {
                return Ok(Int(if count % 2 == 0 {
                    (base * base).max(i128::from(count == 0)) as i64
                } else {
                    base as i64
                }));
            }
            let exact = u32::try_from(count).ok().and_then(|count| base.checked_pow(count));
            return exact.ok_or_else(inexact).and_then(from_i128);
        }
        let (base, exponent) = (self.exact_f64()?, exponent.exact_f64()?);
        // Where IEEE 754 and JavaScript differ.
        let nan = exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite());
        Ok(if nan { Number::NAN } else { Number::from_f64(base.powf(exponent)) })
    }

    pub(crate) fn negate(self) -> Checked<Number> {
        match self {
            Int(0) => Ok(Float(-0.0)),
            Float(value) => Ok(Number::from_f64(-value)),
            Int(value) => from_i128(-i128::from(value)),
            Wide(value) => from_i128(-i128::from(value)),
        }
    }

    pub(crate) fn compare(self, other: Number) -> Option<Ordering> {
        match (self, other) {
            (Int(a), Int(b)) => Some(a.cmp(&b)),
            (Float(a), Float(b)) => a.partial_cmp(&b),
            (Float(a), integer) => integer.compare_float(a).map(Ordering::reverse),
            (integer, Float(b)) => integer.compare_float(b),
            _ => self.to_i128().partial_cmp(&other.to_i128()),
        }
    }

    fn compare_float(self, float: f64) -> Option<Ordering> {
        let integer = self.to_i128()?;
        if float.is_nan() {
            return None;
        }
        // The cast saturates for infinities, and drops a fraction that decides only between equals.
        let whole = integer.cmp(&(float as i128));
        Some(whole.then_with(|| 0.0_f64.partial_cmp(&float.fract()).unwrap_or(Ordering::Equal)))
    }

    fn combine(
        self,
        other: Number,
        exact: fn(i128, i128) -> Option<i128>,
        float: fn(f64, f64) -> f64,
    ) -> Checked<Number> {
        match (self, other) {
            (Float(a), Float(b)) => Ok(Number::from_f64(float(a, b))),
            (Int(_) | Wide(_), Int(_) | Wide(_)) => match (self.to_i128(), other.to_i128()) {
                (Some(a), Some(b)) => exact(a, b).ok_or_else(inexact).and_then(from_i128),
                _ => Err(inexact()),
            },
            _ => Ok(Number::from_f64(float(self.exact_f64()?, other.exact_f64()?))),
        }
    }

    /// As `String(number)` writes it.
    pub(crate) fn to_text(self) -> String {
        match self {
            Int(value) => value.to_string(),
            Wide(value) => value.to_string(),
            Float(value) => float_text(value),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.compare(*other) == Some(Ordering::Equal)
    }
}

fn from_i128(value: i128) -> Checked<Number> {
    if let Ok(value) = i64::try_from(value) {
        Ok(Int(value))
    } else if let Ok(value) = u64::try_from(value) {
        Ok(Wide(value))
    } else {
        Err(inexact())
    }
}

pub(crate) fn inexact() -> Box<Failure> {
    Failure::new(
        "inexact_number",
        "this number is too large to be exact and would be rounded: use decimal() to calculate with it exactly",
    )
}

/// JavaScript's shortest form that reads back as the same number.
fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let (digits, exponent) = shortest_digits(value.abs());
    let sign = if value < 0.0 { "-" } else { "" };
    let count = digits.len() as i32;
    let point = exponent + 1;
    let body = match point {
        22.. | ..=-6 => {
            let fraction = if count > 1 { format!(".{}", &digits[1..]) } else { String::new() };
            format!("{}{fraction}e{}{}", &digits[..1], if exponent < 0 { '-' } else { '+' }, exponent.abs())
        }
        ..=0 => format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
        _ if point >= count => format!("{digits}{}", "0".repeat((point - count) as usize)),
        _ => format!("{}.{}", &digits[..point as usize], &digits[point as usize..]),
    };
    format!("{sign}{body}")
}

/// The shortest digits that read back as `value`, and the decimal exponent of the first.
pub(crate) fn shortest_digits(value: f64) -> (String, i32) {
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// A decimal literal's value; `digits` are known to be well formed. Refuses integers that would be rounded.
pub(crate) fn parse_decimal(digits: &str) -> Checked<Number> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if let Ok(value) = digits.parse::<i64>() {
            return Ok(Int(value));
        }
        if let Ok(value) = digits.parse::<u64>() {
            return Ok(Wide(value));
        }
        let float: f64 = digits.parse().map_err(|_| inexact())?;
        // Display writes every digit of a double.
        return if format!("{float}") == digits.trim_start_matches('0') { Ok(Float(float)) } else { Err(inexact()) };
    }
    digits.parse().map(Number::from_f64).map_err(|_| inexact())
}

/// A whole number in base 2, 8 or 16.
pub(crate) fn parse_radix(digits: &str, radix: u32) -> Checked<Number> {
    match u64::from_str_radix(digits, radix) {
        Ok(value) => from_i128(i128::from(value)),
        Err(_) => Err(inexact()),
    }
}

/// `Number(text)`: NaN for what is not a number, an error for an integer that would be rounded.
pub(crate) fn parse(text: &str) -> Checked<Number> {
    let text = text.trim_matches(is_space);
    let (negative, body) = match text.as_bytes().first() {
        None => return Ok(Int(0)),
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        Some(_) => (false, text),
    };
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let valid = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            return if valid { parse_radix(digits, radix) } else { Ok(Number::NAN) };
        }
    }
    let number = if body == "Infinity" {
        Float(f64::INFINITY)
    } else if !body.is_empty() && decimal_length(body) == body.len() {
        parse_decimal(body)?
    } else {
        return Ok(Number::NAN);
    };
    if negative { number.negate() } else { Ok(number) }
}

/// How many bytes at the start of `text` make an unsigned decimal literal; 0 when none do.
pub(crate) fn decimal_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    let mut end = whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        if whole + fraction > 0 {
            end += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let from = (end + 1 + sign).min(bytes.len());
        let exponent = digits(from);
        if exponent > 0 {
            end = from + exponent;
        }
    }
    end
}

/// What JavaScript trims.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() && character != '\u{85}' || character == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        parse(text).unwrap()
    }

    #[test]
    fn text_is_javascripts() {
        let cases = [
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (1.5e-7, "1.5e-7"),
            (0.000001, "0.000001"),
            (123456.789, "123456.789"),
            (1e20, "100000000000000000000"),
            (-0.5, "-0.5"),
            (-0.0, "0"),
            (f64::NEG_INFINITY, "-Infinity"),
            (5e-324, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
        ];
        for (value, text) in cases {
            assert_eq!(Number::from_f64(value).to_text(), text);
        }
    }

    #[test]
    fn integers_stay_exact_or_are_refused() {
        assert_eq!(number("9007199254740993").add(Int(1)).unwrap().to_text(), "9007199254740994");
        assert_eq!(number("18446744073709551615").subtract(Int(1)).unwrap().to_text(), "18446744073709551614");
        assert!(number("18446744073709551615").add(Int(2)).is_err());
        assert!(number("9007199254740993").multiply(Float(0.5)).is_err());
        assert!(number("9007199254740993").divide(Int(2)).is_err());
        assert_eq!(number("1152921504606846976").multiply(Float(0.5)).unwrap().to_f64(), 576460752303423488.0);
        assert!(Int(2).power(Int(64)).is_err());
        assert_eq!(Int(2).power(Int(63)).unwrap().to_text(), "9223372036854775808");
        for (base, exponent, wanted) in
            [(0, 0, "1"), (0, 5, "0"), (1, i64::MAX, "1"), (-1, i64::MAX, "-1"), (-1, 4, "1"), (-3, 3, "-27")]
        {
            assert_eq!(Int(base).power(Int(exponent)).unwrap().to_text(), wanted);
        }
        assert!(Int(10).power(Int(30)).is_err());
        assert!(parse("123456789012345678901234").is_err());
        assert_eq!(Int(i64::MIN).negate().unwrap().to_text(), "9223372036854775808");
    }

    #[test]
    fn comparing_never_rounds() {
        assert_ne!(number("9007199254740993"), Float(9007199254740992.0));
        assert_eq!(number("9007199254740993").compare(Float(9007199254740992.0)), Some(Ordering::Greater));
        assert_eq!(Int(1).compare(Float(1.5)), Some(Ordering::Less));
        assert_eq!(Int(-1).compare(Float(-1.5)), Some(Ordering::Greater));
        assert_eq!(Int(1).compare(Float(f64::INFINITY)), Some(Ordering::Less));
        assert_eq!(Int(1).compare(Number::NAN), None);
        assert_eq!(Int(0), Float(-0.0));
    }

    #[test]
    fn parsing_is_javascripts() {
        for (text, wanted) in [
            ("", "0"),
            (" 12 ", "12"),
            ("0x1F", "31"),
            ("1e3", "1000"),
            ("-.5", "-0.5"),
            ("5.", "5"),
            ("-Infinity", "-Infinity"),
        ] {
            assert_eq!(number(text).to_text(), wanted, "{text:?}");
        }
        for text in ["a", "1a", "0x", "1e", ".", "-0x10", "1_000", "--1", "+"] {
            assert!(number(text).is_nan(), "{text:?}");
        }
    }
}
