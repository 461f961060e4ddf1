//! Numbers of schemas and of values, compared exactly: neither is rounded to what the other happens to be kept as.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Number;

/// An integer, or a number that is not one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Exact {
    /// An integer.
    Integer(i128),
    /// Any other number.
    Float(f64),
}

/// From here on every double is an integer that 128 bits do not hold.
const BEYOND: f64 = 1.7e38;

impl Exact {
    /// The number that a JSON text is.
    pub fn parse(text: &str) -> Option<Exact> {
        match text.parse::<i128>() {
            Ok(integer) => Some(Exact::Integer(integer)),
            Err(_) => text.parse::<f64>().ok().filter(|float| float.is_finite()).map(Exact::of_float),
        }
    }

    /// The number that a value is.
    pub fn of(number: &Number) -> Option<Exact> {
        let integer = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
        integer.map(Exact::Integer).or_else(|| number.as_f64().map(Exact::of_float))
    }

    fn of_float(float: f64) -> Exact {
        if float.fract() == 0.0 && float.abs() < BEYOND {
            #[expect(clippy::cast_possible_truncation, reason = "integral, and within 128 bits")]
            let integer = float as i128;
            return Exact::Integer(integer);
        }
        Exact::Float(float)
    }

    /// Which is the greater.
    pub fn compare(self, other: Exact) -> Ordering {
        match (self, other) {
            (Exact::Integer(left), Exact::Integer(right)) => left.cmp(&right),
            (Exact::Float(left), Exact::Float(right)) => left.total_cmp(&right),
            (Exact::Integer(left), Exact::Float(right)) => compare_mixed(left, right),
            (Exact::Float(left), Exact::Integer(right)) => compare_mixed(right, left).reverse(),
        }
    }

    /// Whether it is a multiple of a step, as near as doubles can say it.
    pub fn is_multiple_of(self, step: Exact) -> bool {
        match (self, step) {
            (Exact::Integer(number), Exact::Integer(step)) => step == 0 || number.wrapping_rem(step) == 0,
            (number, step) => is_near_multiple(number.as_f64(), step.as_f64()),
        }
    }

    /// The nearest double.
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub fn as_f64(self) -> f64 {
        match self {
            Exact::Integer(integer) => integer as f64,
            Exact::Float(float) => float,
        }
    }
}

/// The float has a fraction, or is beyond all integers.
fn compare_mixed(integer: i128, float: f64) -> Ordering {
    if float.abs() >= BEYOND {
        return if float > 0.0 { Ordering::Less } else { Ordering::Greater };
    }
    #[expect(clippy::cast_possible_truncation, reason = "within 128 bits")]
    let below = float.floor() as i128;
    if integer <= below { Ordering::Less } else { Ordering::Greater }
}

/// Decimal fractions have no exact binary form: 0.3 is a multiple of 0.1, though not bit by bit.
fn is_near_multiple(number: f64, step: f64) -> bool {
    if step <= 0.0 {
        return true;
    }
    let quotient = number / step;
    (quotient - quotient.round()).abs() <= 1e-9 * quotient.abs().max(1.0)
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exact::Integer(integer) => integer.fmt(f),
            Exact::Float(float) => float.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_is_rounded_to_the_other() {
        let check = |left: &str, right: &str, expect: Ordering| {
            let parsed = (Exact::parse(left).expect(left), Exact::parse(right).expect(right));
            assert_eq!(parsed.0.compare(parsed.1), expect, "{left} {right}");
            assert_eq!(parsed.1.compare(parsed.0), expect.reverse(), "{right} {left}");
        };
        check("1.0", "1", Ordering::Equal);
        check("9007199254740993", "9007199254740992.0", Ordering::Greater);
        check("18446744073709551616", "18446744073709551615", Ordering::Greater);
        check("170141183460469231731687303715884105727", "170141183460469231731687303715884105726", Ordering::Greater);
        check("-1", "-0.5", Ordering::Less);
        check("3", "2.5", Ordering::Greater);
        check("1e300", "170141183460469231731687303715884105727", Ordering::Greater);
        check("-1e300", "0", Ordering::Less);
    }

    #[test]
    fn multiples() {
        let check = |number: &str, step: &str| {
            Exact::parse(number).zip(Exact::parse(step)).is_some_and(|(number, step)| number.is_multiple_of(step))
        };
        assert!(check("0.3", "0.1") && check("4.0", "2") && check("5", "2.5") && check("1", "0"));
        assert!(!check("9007199254740993", "2") && !check("0.35", "0.1"));
    }
}
