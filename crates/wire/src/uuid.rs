//! UUIDs as they were written: RFC 9562 has them read in either case of letters, and who compares texts wants the same back.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

/// A UUID, with the case of its letters.
///
/// Two of them are equal whatever the case. It can do what [`uuid::Uuid`] can do, and comes of one.
///
/// ```
/// use methodical_wire::Uuid;
/// let upper: Uuid = "E8B24C28-BE9C-4DA0-AC71-1DD00D99188A".parse().unwrap();
/// assert_eq!(upper.to_string(), "E8B24C28-BE9C-4DA0-AC71-1DD00D99188A");
/// assert_eq!(upper, "e8b24c28-be9c-4da0-ac71-1dd00d99188a".parse::<Uuid>().unwrap());
/// ```
#[derive(Clone, Copy, Default)]
pub struct Uuid {
    uuid: uuid::Uuid,
    /// A bit for each character of its text that is a capital letter.
    capitals: u64,
}

/// The length of the text with hyphens.
const LENGTH: usize = 36;

impl Uuid {
    /// A random one.
    pub fn new_v4() -> Uuid {
        uuid::Uuid::new_v4().into()
    }

    /// The one of zeros.
    pub const fn nil() -> Uuid {
        Uuid { uuid: uuid::Uuid::nil(), capitals: 0 }
    }

    /// The one of these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Uuid {
        Uuid { uuid: uuid::Uuid::from_bytes(bytes), capitals: 0 }
    }

    /// Reads one, in any of the forms that [`uuid::Uuid`] reads; it is written with hyphens.
    ///
    /// # Errors
    /// It is none.
    pub fn try_parse(text: &str) -> Result<Uuid, uuid::Error> {
        let uuid = uuid::Uuid::try_parse(text)?;
        let capital = |(at, byte): (usize, u8)| u64::from(byte.is_ascii_uppercase()) << at;
        let hyphenated = Some(text).filter(|text| text.len() == LENGTH);
        let capitals = hyphenated.into_iter().flat_map(|text| text.bytes().enumerate()).map(capital).sum();
        Ok(Uuid { uuid, capitals })
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.capitals == 0 {
            return self.uuid.fmt(f);
        }
        let mut buffer = [0; LENGTH];
        let text = self.uuid.hyphenated().encode_lower(&mut buffer);
        let is_capital = |at: usize| self.capitals >> at & 1 == 1;
        text.chars().enumerate().try_for_each(|(at, letter)| {
            let letter = if is_capital(at) { letter.to_ascii_uppercase() } else { letter };
            fmt::Write::write_char(f, letter)
        })
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Uuid {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Uuid, uuid::Error> {
        Uuid::try_parse(text)
    }
}

impl From<uuid::Uuid> for Uuid {
    fn from(uuid: uuid::Uuid) -> Uuid {
        Uuid { uuid, capitals: 0 }
    }
}

impl From<Uuid> for uuid::Uuid {
    fn from(uuid: Uuid) -> uuid::Uuid {
        uuid.uuid
    }
}

impl Deref for Uuid {
    type Target = uuid::Uuid;

    fn deref(&self) -> &uuid::Uuid {
        &self.uuid
    }
}

impl PartialEq for Uuid {
    fn eq(&self, other: &Uuid) -> bool {
        self.uuid == other.uuid
    }
}

impl Eq for Uuid {}

impl PartialEq<uuid::Uuid> for Uuid {
    fn eq(&self, other: &uuid::Uuid) -> bool {
        self.uuid == *other
    }
}

impl PartialOrd for Uuid {
    fn partial_cmp(&self, other: &Uuid) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Uuid {
    fn cmp(&self, other: &Uuid) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl Hash for Uuid {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl Serialize for Uuid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
        crate::read_text(deserializer, Uuid::try_parse)?.map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_keep_their_case() {
        for text in [
            "e8b24c28-be9c-4da0-ac71-1dd00d99188a",
            "E8B24C28-BE9C-4DA0-AC71-1DD00D99188A",
            "e8B24c28-be9C-4da0-ac71-1dd00d99188A",
            "00000000-0000-0000-0000-000000000000",
        ] {
            let read: Uuid = serde_json::from_value(text.into()).expect(text);
            assert_eq!(serde_json::to_value(read).expect(text), text);
        }
        let bare: Uuid = "E8B24C28BE9C4DA0AC711DD00D99188A".parse().unwrap();
        assert_eq!(bare.to_string(), "e8b24c28-be9c-4da0-ac71-1dd00d99188a");
        assert!("none".parse::<Uuid>().is_err());
    }
}
