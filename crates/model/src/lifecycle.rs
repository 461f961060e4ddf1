//! How settled a part of an API is, and how long it will be there: what `x-stability-level` and `x-sunset` say.
//!
//! OpenAPI has no words for either. These two extensions are the ones that reviewers of contracts agree on; RFC 8594 says by a
//! `Sunset` header what the second says here.

use std::fmt;

/// How settled something is, by `x-stability-level`, the least first. What says nothing is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[allow(missing_docs, reason = "the names are the levels'")]
pub enum Stability {
    Draft,
    Alpha,
    Beta,
    #[default]
    Stable,
}

impl Stability {
    /// All levels.
    pub const ALL: [Stability; 4] = [Stability::Draft, Stability::Alpha, Stability::Beta, Stability::Stable];

    /// Whether it is meant to stay as it is. A draft, or something in its alpha, may change from one day to the next.
    pub fn is_promised(self) -> bool {
        self >= Stability::Beta
    }

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Stability::Draft => "draft",
            Stability::Alpha => "alpha",
            Stability::Beta => "beta",
            Stability::Stable => "stable",
        }
    }

    /// The level that a word is for, in any case of its letters.
    pub fn parse(word: &str) -> Option<Stability> {
        Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(word))
    }
}

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// From 0 to 9999.
    pub year: i16,
    /// From 1 to 12.
    pub month: i8,
    /// From 1 to the last of the month.
    pub day: i8,
}

impl Day {
    /// The day of an RFC 3339 date (`2027-01-31`), or of a date with a time, whose offset is not looked at.
    pub fn parse(text: &str) -> Option<Day> {
        let (date, time) = text.split_at_checked(10)?;
        let has_time = time.is_empty() || time.starts_with(['T', 't', ' ']) && time.len() > 1;
        let parts: Vec<&str> = date.split('-').collect();
        let [year, month, day] = parts[..] else { return None };
        let number = |text: &str, digits: usize| {
            let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse::<i16>().ok()).flatten()
        };
        let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
        let is_day = (1..=12).contains(&month) && (1..=last_of(year, month)).contains(&day);
        let day = Day { year, month: i8::try_from(month).ok()?, day: i8::try_from(day).ok()? };
        (has_time && is_day).then_some(day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn last_of(year: i16, month: i16) -> i16 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Stability};

    #[test]
    fn days_are_read_with_and_without_a_time() {
        let day = Day { year: 2028, month: 2, day: 29 };
        for text in ["2028-02-29", "2028-02-29T10:00:00Z", "2028-02-29 10:00:00+02:00"] {
            assert_eq!(Day::parse(text), Some(day), "{text}");
        }
        for text in ["2027-02-29", "2100-02-29", "2028-2-29", "2028-13-01", "2028-00-01", "soon", "2028-02-29x", ""] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(day.to_string(), "2028-02-29");
    }

    #[test]
    fn levels_are_read_in_any_case() {
        assert_eq!(Stability::parse("Alpha"), Some(Stability::Alpha));
        assert_eq!(Stability::parse("ga"), None);
        assert!(Stability::Beta.is_promised() && !Stability::Alpha.is_promised());
    }
}
