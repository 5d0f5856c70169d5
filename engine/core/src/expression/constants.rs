//! Numbers with a name.

use serde_json::Value;

use super::ast::Kind;
use super::number::Number;

/// What the names stand for; also listed by completion.
pub(crate) const CONSTANTS: [(&str, f64); 18] = [
    ("NaN", f64::NAN),
    ("Infinity", f64::INFINITY),
    ("Math.PI", std::f64::consts::PI),
    ("Math.E", std::f64::consts::E),
    ("Math.LN2", std::f64::consts::LN_2),
    ("Math.LN10", std::f64::consts::LN_10),
    ("Math.LOG2E", std::f64::consts::LOG2_E),
    ("Math.LOG10E", std::f64::consts::LOG10_E),
    ("Math.SQRT2", std::f64::consts::SQRT_2),
    ("Math.SQRT1_2", std::f64::consts::FRAC_1_SQRT_2),
    ("Number.MAX_SAFE_INTEGER", 9_007_199_254_740_991.0),
    ("Number.MIN_SAFE_INTEGER", -9_007_199_254_740_991.0),
    ("Number.MAX_VALUE", f64::MAX),
    ("Number.MIN_VALUE", 5e-324),
    ("Number.EPSILON", f64::EPSILON),
    ("Number.NaN", f64::NAN),
    ("Number.POSITIVE_INFINITY", f64::INFINITY),
    ("Number.NEGATIVE_INFINITY", f64::NEG_INFINITY),
];

pub(crate) fn named(name: &str) -> Option<Kind> {
    let (_, value) = CONSTANTS.iter().find(|(candidate, _)| *candidate == name)?;
    Some(match Number::from_f64(*value).to_json() {
        Value::Null => Kind::Float(*value),
        value => Kind::Constant(value),
    })
}
