//! Keys of records: tuples encoded so that bytes sort as the values do and no key is by accident a prefix of another.
//!
//! A part is a tag byte and its value. Integers have eight bytes, big-endian (signed ones with the sign bit turned), text ends
//! in `00`, and a `00` inside text is written `00 FF`. Tags stay below `FF`, so "all keys that begin with these parts" is the
//! range from the parts to the parts followed by `FF`; a longer text (`00 FF` after the same beginning) lies outside.

use std::fmt;

use methodical_wire::Uuid;

use crate::store::KeyRange;

const TEXT: u8 = 0x02;
const UNSIGNED: u8 = 0x10;
const SIGNED: u8 = 0x11;
const UUID: u8 = 0x20;
const END: u8 = 0x00;
const ESCAPED: u8 = 0xFF;
const BEYOND: u8 = 0xFF;

/// The key of a record in its table.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<u8>);

impl Key {
    /// A key of one part or of a tuple of parts: `Key::new("blue")`, `Key::new((account, "blue"))`.
    pub fn new(parts: impl KeyParts) -> Self {
        let mut bytes = Vec::new();
        parts.encode(&mut bytes);
        Self(bytes)
    }

    /// All keys that begin with these parts, the key of exactly these parts included.
    pub fn prefix(parts: impl KeyParts) -> KeyRange {
        let from = Self::new(parts).0;
        let to = beyond(&from);
        KeyRange { from, to }
    }

    /// All keys of a table.
    #[must_use]
    pub fn all() -> KeyRange {
        KeyRange { from: Vec::new(), to: vec![BEYOND] }
    }

    /// The keys of `range` that come after this one: where a cursor goes on.
    #[must_use]
    pub fn after(&self, range: &KeyRange) -> KeyRange {
        KeyRange { from: beyond(&self.0).max(range.from.clone()), to: range.to.clone() }
    }

    /// The encoded key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

fn beyond(parts: &[u8]) -> Vec<u8> {
    let mut to = parts.to_vec();
    to.push(BEYOND);
    to
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.0.escape_ascii())
    }
}

/// What a [`Key`] is made of: one [`KeyPart`], or a tuple of them.
pub trait KeyParts {
    /// Appends the encoded parts.
    fn encode(&self, to: &mut Vec<u8>);
}

/// One part of a [`Key`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    note = "a part is text, a `u64`, an `i64` or a `Uuid`"
)]
pub trait KeyPart {
    /// Appends the encoded part.
    fn encode_part(&self, to: &mut Vec<u8>);
}

impl KeyPart for str {
    fn encode_part(&self, to: &mut Vec<u8>) {
        to.push(TEXT);
        for byte in self.bytes() {
            to.push(byte);
            if byte == END {
                to.push(ESCAPED);
            }
        }
        to.push(END);
    }
}

impl KeyPart for String {
    fn encode_part(&self, to: &mut Vec<u8>) {
        self.as_str().encode_part(to);
    }
}

impl KeyPart for u64 {
    fn encode_part(&self, to: &mut Vec<u8>) {
        to.push(UNSIGNED);
        to.extend(self.to_be_bytes());
    }
}

impl KeyPart for i64 {
    fn encode_part(&self, to: &mut Vec<u8>) {
        to.push(SIGNED);
        to.extend((self ^ i64::MIN).to_be_bytes());
    }
}

impl KeyPart for Uuid {
    fn encode_part(&self, to: &mut Vec<u8>) {
        to.push(UUID);
        to.extend(self.as_bytes());
    }
}

impl<P: KeyPart + ?Sized> KeyPart for &P {
    fn encode_part(&self, to: &mut Vec<u8>) {
        (**self).encode_part(to);
    }
}

impl<P: KeyPart> KeyParts for P {
    fn encode(&self, to: &mut Vec<u8>) {
        self.encode_part(to);
    }
}

macro_rules! tuples {
    ($(($($part:ident),+))+) => {$(
        impl<$($part: KeyPart),+> KeyParts for ($($part,)+) {
            fn encode(&self, to: &mut Vec<u8>) {
                #[allow(non_snake_case, reason = "a variable a type parameter")]
                let ($($part,)+) = self;
                $($part.encode_part(to);)+
            }
        }
    )+};
}

tuples! { (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_their_values() {
        let ordered = [
            Key::new(("a", i64::MIN)),
            Key::new(("a", -1_i64)),
            Key::new(("a", 0_i64)),
            Key::new(("a", i64::MAX)),
            Key::new(("a\0", i64::MIN)),
            Key::new(("a\0b", 0_i64)),
            Key::new(("aa", 0_i64)),
            Key::new(("ab", 0_i64)),
            Key::new(("ß", 0_i64)),
        ];
        assert!(ordered.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(Key::new(255_u64) < Key::new(256_u64));
    }

    #[test]
    fn a_prefix_holds_its_children_and_nobody_elses() {
        let range = Key::prefix(("a", "b"));
        let holds = |key: Key| key.0 >= range.from && key.0 < range.to;
        assert!(holds(Key::new(("a", "b"))));
        assert!(holds(Key::new(("a", "b", "c"))));
        assert!(holds(Key::new(("a", "b", u64::MAX))));
        assert!(!holds(Key::new(("a", "b\0"))));
        assert!(!holds(Key::new(("a", "b\0", "c"))));
        assert!(!holds(Key::new(("a", "bc"))));
        assert!(!holds(Key::new(("ab", "b"))));
        assert!(!holds(Key::new("a")));
    }

    #[test]
    fn after_leaves_out_the_key_itself() {
        let range = Key::new(("a", 1_u64)).after(&Key::prefix("a"));
        assert!(Key::new(("a", 1_u64)).0 < range.from);
        assert!(Key::new(("a", 2_u64)).0 >= range.from && Key::new(("a", 2_u64)).0 < range.to);
        assert!(Key::new(("b", 1_u64)).0 >= range.to);
    }
}
