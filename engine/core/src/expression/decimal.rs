//! Decimal numbers for money: exact, up to 38 digits, at most 28 of them after the point.

use std::cmp::Ordering;

use super::error::{Checked, Failure};
use super::number::{Number, shortest_digits};

/// An exact decimal number: `units` divided by ten to the power of `scale`. Kept without trailing zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Decimal {
    units: i128,
    scale: u32,
}

const MAX_SCALE: u32 = 28;
/// Digits after the point that a division keeps.
const DIVISION_SCALE: u32 = 20;

impl Decimal {
    fn new(units: i128, scale: u32) -> Decimal {
        let (mut units, mut scale) = (units, scale);
        while scale > 0 && units % 10 == 0 {
            units /= 10;
            scale -= 1;
        }
        Decimal { units, scale }.limited()
    }

    fn limited(self) -> Decimal {
        if self.scale <= MAX_SCALE {
            return self;
        }
        let dropped = self.scale - MAX_SCALE;
        let units = 10_i128.checked_pow(dropped).map_or(0, |divisor| divide_rounded(self.units, divisor));
        Decimal::new(units, MAX_SCALE)
    }

    pub(crate) fn parse(text: &str) -> Checked<Decimal> {
        let refused = || Failure::invalid(format!("`{}` is not a decimal number such as 19.99", shortened(text)));
        let text = text.trim();
        let (negative, body) = match text.strip_prefix(['-', '+']) {
            Some(body) => (text.starts_with('-'), body),
            None => (false, text),
        };
        let (mantissa, exponent) = match body.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| refused())?),
            None => (body, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
            return Err(refused());
        }
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{whole}{fraction}");
        let units = match digits.trim_start_matches('0') {
            "" => return Ok(Decimal { units: 0, scale: 0 }),
            digits => digits.parse::<i128>().map_err(|_| too_long())?,
        };
        let scale = i32::try_from(fraction.len()).map_err(|_| too_long())?.saturating_sub(exponent);
        let units = if negative { -units } else { units };
        match u32::try_from(scale) {
            Ok(scale) if scale > 2 * MAX_SCALE => Err(too_long()),
            Ok(scale) => Ok(Decimal::new(units, scale)),
            Err(_) => Ok(Decimal::new(scaled(units, scale.unsigned_abs())?, 0)),
        }
    }

    /// The number as it is written: 0.1 becomes exactly one tenth.
    pub(crate) fn from_number(number: Number) -> Checked<Decimal> {
        match number.to_i128() {
            Some(units) => Ok(Decimal::new(units, 0)),
            None => {
                let value = number.to_f64();
                if !value.is_finite() {
                    return Err(Failure::invalid(format!("{} is not a decimal number", number.to_text())));
                }
                let (digits, exponent) = shortest_digits(value.abs());
                let sign = if value < 0.0 { "-" } else { "" };
                let places = digits.len() as i32 - 1;
                Decimal::parse(&format!("{sign}{digits}e{}", exponent - places))
            }
        }
    }

    /// The nearest number.
    pub(crate) fn to_number(self) -> Number {
        if self.scale == 0
            && let Ok(integer) = i64::try_from(self.units)
        {
            return Number::Int(integer);
        }
        Number::from_f64(self.to_text().parse().unwrap_or(f64::NAN))
    }

    pub(crate) fn is_zero(self) -> bool {
        self.units == 0
    }

    pub(crate) fn negate(self) -> Decimal {
        Decimal { units: -self.units, scale: self.scale }
    }

    pub(crate) fn abs(self) -> Decimal {
        if self.units < 0 { self.negate() } else { self }
    }

    pub(crate) fn add(self, other: Decimal) -> Checked<Decimal> {
        let scale = self.scale.max(other.scale);
        let sum = self.units_at(scale)?.checked_add(other.units_at(scale)?);
        bounded(sum.ok_or_else(too_long)?).map(|units| Decimal::new(units, scale))
    }

    pub(crate) fn subtract(self, other: Decimal) -> Checked<Decimal> {
        self.add(other.negate())
    }

    pub(crate) fn multiply(self, other: Decimal) -> Checked<Decimal> {
        let units = self.units.checked_mul(other.units).ok_or_else(too_long)?;
        bounded(units).map(|units| Decimal::new(units, self.scale + other.scale))
    }

    /// Division keeps 20 digits after the point, rounding half away from zero.
    pub(crate) fn divide(self, other: Decimal) -> Checked<Decimal> {
        if other.is_zero() {
            return Err(Failure::invalid("a decimal number can't be divided by zero"));
        }
        let scale = DIVISION_SCALE.max(self.scale);
        let units = scaled(self.units, scale - self.scale + other.scale)?;
        Ok(Decimal::new(divide_rounded(units, other.units), scale))
    }

    pub(crate) fn remainder(self, other: Decimal) -> Checked<Decimal> {
        if other.is_zero() {
            return Err(Failure::invalid("a decimal number can't be divided by zero"));
        }
        let scale = self.scale.max(other.scale);
        Ok(Decimal::new(self.units_at(scale)? % other.units_at(scale)?, scale))
    }

    /// Rounded to `places` digits after the point, half away from zero as is usual with money.
    pub(crate) fn round(self, places: u32) -> Decimal {
        if places >= self.scale {
            return self;
        }
        match 10_i128.checked_pow(self.scale - places) {
            Some(divisor) => Decimal::new(divide_rounded(self.units, divisor), places),
            None => Decimal { units: 0, scale: 0 },
        }
    }

    /// The greatest whole number that is not greater.
    pub(crate) fn floor(self) -> Decimal {
        match 10_i128.checked_pow(self.scale) {
            Some(divisor) => Decimal::new(self.units.div_euclid(divisor), 0),
            None => Decimal { units: 0, scale: 0 },
        }
    }

    pub(crate) fn from_units(units: i128) -> Decimal {
        Decimal::new(units, 0)
    }

    /// The whole part.
    pub(crate) fn to_i128(self) -> i128 {
        10_i128.checked_pow(self.scale).map_or(0, |divisor| self.units / divisor)
    }

    /// Multiplied by ten to the power of `places`.
    pub(crate) fn shifted(self, places: i64) -> Checked<Decimal> {
        match u32::try_from(places) {
            Ok(places) if places <= self.scale => Ok(Decimal { units: self.units, scale: self.scale - places }),
            Ok(places) => Ok(Decimal { units: scaled(self.units, places - self.scale)?, scale: 0 }),
            Err(_) => Ok(Decimal::new(self.units, self.scale + u32::try_from(-places).map_err(|_| too_long())?)),
        }
    }

    /// With exactly `places` digits after the point.
    pub(crate) fn to_fixed(self, places: u32) -> String {
        let rounded = self.round(places);
        let mut text = rounded.to_text();
        let missing = (places - rounded.scale) as usize;
        if missing > 0 {
            if rounded.scale == 0 {
                text.push('.');
            }
            text.push_str(&"0".repeat(missing));
        }
        text
    }

    pub(crate) fn to_text(self) -> String {
        let digits = self.units.unsigned_abs().to_string();
        let sign = if self.units < 0 { "-" } else { "" };
        let scale = self.scale as usize;
        if scale == 0 {
            return format!("{sign}{digits}");
        }
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        format!("{sign}{whole}.{fraction}")
    }

    fn units_at(self, scale: u32) -> Checked<i128> {
        scaled(self.units, scale - self.scale)
    }

    /// The whole part, and the fraction in units of the smallest scale.
    fn split(self) -> (i128, i128) {
        let divisor = 10_i128.checked_pow(self.scale).unwrap_or(i128::MAX);
        let fraction = self.units.rem_euclid(divisor);
        (self.units.div_euclid(divisor), scaled(fraction, MAX_SCALE - self.scale).unwrap_or(fraction))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        self.split().cmp(&other.split())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn scaled(units: i128, places: u32) -> Checked<i128> {
    let factor = 10_i128.checked_pow(places).ok_or_else(too_long)?;
    bounded(units.checked_mul(factor).ok_or_else(too_long)?)
}

/// Keeps every value within 38 digits, so that negating never overflows.
fn bounded(units: i128) -> Checked<i128> {
    if units.unsigned_abs() >= 10_u128.pow(38) { Err(too_long()) } else { Ok(units) }
}

fn divide_rounded(units: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (units / divisor, (units % divisor).unsigned_abs());
    let away = rest >= divisor.unsigned_abs() - rest;
    match (away, (units < 0) == (divisor < 0)) {
        (false, _) => quotient,
        (true, true) => quotient + 1,
        (true, false) => quotient - 1,
    }
}

fn too_long() -> Box<Failure> {
    Failure::new("inexact_number", "a decimal number has at most 38 digits, 28 of them after the point")
}

/// The start of a text, for messages.
pub(crate) fn shortened(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn arithmetic_is_exact() {
        assert_eq!(decimal("0.1").add(decimal("0.2")).unwrap().to_text(), "0.3");
        assert_eq!(decimal("19.99").multiply(decimal("1.19")).unwrap().to_text(), "23.7881");
        assert_eq!(decimal("1").divide(decimal("3")).unwrap().to_text(), "0.33333333333333333333");
        assert_eq!(decimal("-1").divide(decimal("8")).unwrap().to_text(), "-0.125");
        assert_eq!(decimal("5.5").remainder(decimal("2")).unwrap().to_text(), "1.5");
        assert_eq!(
            decimal("123456789012345678901234567890").add(decimal("1")).unwrap().to_text(),
            "123456789012345678901234567891"
        );
        assert!(decimal("1e37").multiply(decimal("1e37")).is_err());
        assert!(decimal("1").divide(decimal("0")).is_err());
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        assert_eq!(decimal("2.345").to_fixed(2), "2.35");
        assert_eq!(decimal("-2.345").to_fixed(2), "-2.35");
        assert_eq!(decimal("2.344999").to_fixed(2), "2.34");
        assert_eq!(decimal("2").to_fixed(2), "2.00");
        assert_eq!(decimal("-2.5").floor().to_text(), "-3");
    }

    #[test]
    fn reading_and_writing() {
        for (text, wanted) in
            [("007.500", "7.5"), ("-.5", "-0.5"), ("1e3", "1000"), ("1.5e-3", "0.0015"), (" 0.00 ", "0")]
        {
            assert_eq!(decimal(text).to_text(), wanted, "{text:?}");
        }
        for text in ["", ".", "abc", "1,5", "--1", "1e99999", "1e-99999", "9999999999999999999999999999999999999999"] {
            assert!(Decimal::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(Decimal::from_number(Number::from_f64(0.1)).unwrap().to_text(), "0.1");
        assert_eq!(Decimal::from_number(Number::from_f64(-1.5e-7)).unwrap().to_text(), "-0.00000015");
        assert!(Decimal::from_number(Number::NAN).is_err());
    }

    #[test]
    fn comparing_aligns_scales() {
        assert!(decimal("1.5") > decimal("1.45"));
        assert!(decimal("-1.5") < decimal("-1.45"));
        assert!(decimal("99999999999999999999999999999999999999") > decimal("0.0000000000000000000000000001"));
    }
}
