//! Points in time as they were written: RFC 3339 has many texts for one, and who stores a text, signs it or compares it wants
//! the same back. What a text says beyond the point in time fits a few bytes, so a [`Timestamp`] is still copied.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Add, Deref, Sub};
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

/// A point in time, to the nanosecond, with the way in which it is written.
///
/// Two of them are equal if they are the same point in time. It can do what [`jiff::Timestamp`] can do, and comes of one.
///
/// ```
/// use methodical_wire::Timestamp;
/// let noon: Timestamp = "2026-01-31T12:00:00.50+02:00".parse().unwrap();
/// assert_eq!(noon.to_string(), "2026-01-31T12:00:00.50+02:00");
/// assert_eq!(noon, "2026-01-31T10:00:00.5Z".parse::<Timestamp>().unwrap());
/// assert_eq!(noon.as_millisecond(), 1_769_853_600_500);
/// ```
#[derive(Clone, Copy, Default)]
pub struct Timestamp {
    instant: jiff::Timestamp,
    /// `None` where it is written as jiff writes it.
    style: Option<Style>,
}

/// How a point in time is written.
#[derive(Clone, Copy)]
struct Style {
    /// Minutes east of Greenwich.
    offset: i16,
    /// How many digits of the fraction.
    digits: u8,
    zone: Zone,
    lower_t: bool,
    /// The second 60, which jiff counts as 59.
    leap: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Zone {
    Upper,
    Lower,
    Numeric,
    /// `-00:00`: the local offset is not known.
    Unknown,
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Timestamp = Timestamp { instant: jiff::Timestamp::UNIX_EPOCH, style: None };
    /// The last.
    pub const MAX: Timestamp = Timestamp { instant: jiff::Timestamp::MAX, style: None };

    /// The present, in UTC.
    pub fn now() -> Timestamp {
        jiff::Timestamp::now().into()
    }

    /// So many seconds after [`Timestamp::UNIX_EPOCH`].
    ///
    /// # Errors
    /// That is further away than any year of four digits.
    pub fn from_second(second: i64) -> Result<Timestamp, jiff::Error> {
        jiff::Timestamp::from_second(second).map(Timestamp::from)
    }

    /// So many millionths of a second after [`Timestamp::UNIX_EPOCH`].
    ///
    /// # Errors
    /// That is further away than any year of four digits.
    pub fn from_microsecond(microsecond: i64) -> Result<Timestamp, jiff::Error> {
        jiff::Timestamp::from_microsecond(microsecond).map(Timestamp::from)
    }

    /// What the clock shows where it was written.
    fn local(self, style: Style) -> Option<DateTime> {
        let offset = Offset::from_seconds(i32::from(style.offset) * 60).ok()?;
        Some(offset.to_datetime(self.instant))
    }
}

impl Style {
    /// The style of an RFC 3339 text; `None` for all else that jiff reads.
    fn of(text: &str) -> Option<Style> {
        let bytes = text.as_bytes();
        let rest = text.get(19..)?;
        let zone_at = rest.find(['Z', 'z', '+', '-'])?;
        let digits = rest[..zone_at].strip_prefix('.').map_or(0, str::len);
        let (zone, offset) = match &rest[zone_at..] {
            "Z" => (Zone::Upper, 0),
            "z" => (Zone::Lower, 0),
            "-00:00" => (Zone::Unknown, 0),
            numeric => {
                let (hours, minutes) = numeric.get(1..)?.split_once(':')?;
                let offset = hours.parse::<i16>().ok()? * 60 + minutes.parse::<i16>().ok()?;
                (Zone::Numeric, if numeric.starts_with('-') { -offset } else { offset })
            }
        };
        let (digits, lower_t, leap) = (u8::try_from(digits).ok()?, bytes[10] == b't', text.get(17..19)? == "60");
        Some(Style { offset, digits, zone, lower_t, leap })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((style, local)) = self.style.and_then(|style| Some((style, self.local(style)?))) else {
            return self.instant.fmt(f);
        };
        let second = if style.leap { 60 } else { local.second() };
        let (year, month, day, t) = (local.year(), local.month(), local.day(), if style.lower_t { 't' } else { 'T' });
        write!(f, "{year:04}-{month:02}-{day:02}{t}{:02}:{:02}:{second:02}", local.hour(), local.minute())?;
        if style.digits > 0 {
            let nanoseconds = format!("{:09}", local.subsec_nanosecond());
            write!(f, ".{:0<1$}", &nanoseconds[..usize::from(style.digits).min(9)], usize::from(style.digits))?;
        }
        match style.zone {
            Zone::Upper => f.write_str("Z"),
            Zone::Lower => f.write_str("z"),
            Zone::Unknown => f.write_str("-00:00"),
            Zone::Numeric => {
                let sign = if style.offset < 0 { '-' } else { '+' };
                let minutes = style.offset.unsigned_abs();
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Timestamp, jiff::Error> {
        let instant: jiff::Timestamp = text.parse()?;
        // Most are written as jiff writes them, and what has no style that could be told is written so.
        let styled = Timestamp { instant, style: Style::of(text) };
        let is_plain = text.len() <= 30 && text.ends_with('Z') && instant.to_string() == text;
        Ok(if is_plain || styled.to_string() != text { instant.into() } else { styled })
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Timestamp {
        Timestamp { instant, style: None }
    }
}

impl From<Timestamp> for jiff::Timestamp {
    fn from(timestamp: Timestamp) -> jiff::Timestamp {
        timestamp.instant
    }
}

impl Deref for Timestamp {
    type Target = jiff::Timestamp;

    fn deref(&self) -> &jiff::Timestamp {
        &self.instant
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Timestamp) -> bool {
        self.instant == other.instant
    }
}

impl Eq for Timestamp {}

impl PartialEq<jiff::Timestamp> for Timestamp {
    fn eq(&self, other: &jiff::Timestamp) -> bool {
        self.instant == *other
    }
}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Timestamp) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Timestamp) -> Ordering {
        self.instant.cmp(&other.instant)
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.instant.hash(state);
    }
}

/// Later by that much, and written in UTC.
impl<T> Add<T> for Timestamp
where
    jiff::Timestamp: Add<T, Output = jiff::Timestamp>,
{
    type Output = Timestamp;

    fn add(self, by: T) -> Timestamp {
        (self.instant + by).into()
    }
}

/// Earlier by that much, and written in UTC.
impl<T> Sub<T> for Timestamp
where
    jiff::Timestamp: Sub<T, Output = jiff::Timestamp>,
{
    type Output = Timestamp;

    fn sub(self, by: T) -> Timestamp {
        (self.instant - by).into()
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        crate::read_text(deserializer, |text| text.parse::<Timestamp>())?.map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were() {
        for text in [
            "2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00.120Z",
            "2026-01-31T12:00:00.000000000Z",
            "2026-01-31t12:00:00z",
            "2026-01-31T12:00:00+02:00",
            "2026-01-31T12:00:00-00:00",
            "2026-01-31T12:00:00+00:00",
            "1985-04-12T23:20:50.123456789-08:30",
            "2016-12-31T23:59:60Z",
            "2016-12-31T18:59:60.5-05:00",
            "0001-01-01T00:00:00Z",
            "9999-12-30T22:00:00Z",
        ] {
            let read: Timestamp = serde_json::from_value(text.into()).expect(text);
            assert_eq!(serde_json::to_value(read).expect(text), text);
        }
        // What only jiff understands is written as jiff writes it.
        for text in ["2026-01-31 12:00:00Z", "2026-01-31T12:00Z", "2026-01-31T12:00:00+02", "2026-01-31T12:00:00Z[UTC]"]
        {
            let read: Timestamp = text.parse().expect(text);
            assert_eq!(read.to_string(), jiff::Timestamp::from(read).to_string(), "{text}");
        }
        for text in ["", "now", "2026-01-31", "2026-13-31T12:00:00Z", "éééééééééééééééééééé"] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_same_point_in_time_is_equal() {
        let (here, there): (Timestamp, Timestamp) =
            ("2026-01-31T12:00:00+02:00".parse().unwrap(), "2026-01-31T10:00:00.000Z".parse().unwrap());
        assert_eq!(here, there);
        assert_eq!(here.cmp(&there), Ordering::Equal);
        assert_eq!((here + jiff::SignedDuration::from_secs(1)).to_string(), "2026-01-31T10:00:01Z");
    }
}
