//! Lists whose positions have types of their own, where how many there are may vary. One whose length is fixed is a tuple of
//! Rust; of the others some items have to be there, some may be, and more of one type may follow.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// A list: items that are there (a tuple), items that may be (a tuple of `Option`s, of which none is there after one that is
/// absent), and the others.
///
/// ```
/// use methodical_wire::{Nothing, Tuple};
///
/// let pair: Tuple<(String,), (Option<u32>,), Nothing> = serde_json::from_str(r#"["a"]"#).unwrap();
/// assert_eq!(pair, Tuple { items: ("a".to_owned(),), optional: (None,), rest: Vec::new() });
/// let many: Tuple<(String,), (), u32> = serde_json::from_str(r#"["a",1,2]"#).unwrap();
/// assert_eq!(many.rest, [1, 2]);
/// assert_eq!(serde_json::to_string(&many).unwrap(), r#"["a",1,2]"#);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tuple<I, O, R> {
    /// What is there.
    pub items: I,
    /// What may be there.
    pub optional: O,
    /// What comes then.
    pub rest: Vec<R>,
}

/// What no value is of: the rest of a list that has no more items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {}

impl Serialize for Nothing {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Nothing, D::Error> {
        Err(D::Error::custom("there are too many items"))
    }
}

/// Items that are there.
#[doc(hidden)]
pub trait Items<'de>: Sized {
    fn read<A: SeqAccess<'de>>(list: &mut A) -> Result<Self, A::Error>;
}

/// Items that are written, as far as they are there.
#[doc(hidden)]
pub trait Written {
    fn length(&self) -> usize;
    fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error>;
}

/// Items that may be there.
#[doc(hidden)]
pub trait MayBe<'de>: Sized {
    fn read<A: SeqAccess<'de>>(list: &mut A) -> Result<Self, A::Error>;
}

/// The same, written.
#[doc(hidden)]
pub trait MayBeWritten {
    fn length(&self) -> usize;
    fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error>;
}

macro_rules! tuples {
    ($($count:literal: $($item:ident $name:ident)*;)*) => {
        $(
            impl<'de, $($item: Deserialize<'de>),*> Items<'de> for ($($item,)*) {
                #[allow(unused_variables, reason = "there may be no items")]
                fn read<A: SeqAccess<'de>>(list: &mut A) -> Result<Self, A::Error> {
                    $(let $name = list.next_element()?.ok_or_else(|| A::Error::custom("there are too few items"))?;)*
                    Ok(($($name,)*))
                }
            }

            impl<$($item: Serialize),*> Written for ($($item,)*) {
                fn length(&self) -> usize {
                    $count
                }

                #[allow(unused_variables, reason = "there may be no items")]
                fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error> {
                    let ($($name,)*) = self;
                    $(list.serialize_element($name)?;)*
                    Ok(())
                }
            }

            impl<'de, $($item: Deserialize<'de>),*> MayBe<'de> for ($(Option<$item>,)*) {
                #[allow(unused_variables, reason = "there may be no items")]
                fn read<A: SeqAccess<'de>>(list: &mut A) -> Result<Self, A::Error> {
                    $(let $name = list.next_element()?;)*
                    Ok(($($name,)*))
                }
            }

            impl<$($item: Serialize),*> MayBeWritten for ($(Option<$item>,)*) {
                #[allow(unused_mut, unused_assignments, reason = "there may be no items")]
                fn length(&self) -> usize {
                    let ($($name,)*) = self;
                    let mut length = 0;
                    $(match $name {
                        Some(_) => length += 1,
                        None => return length,
                    })*
                    length
                }

                #[allow(unused_variables, reason = "there may be no items")]
                fn write<S: SerializeSeq>(&self, list: &mut S) -> Result<(), S::Error> {
                    let ($($name,)*) = self;
                    $(match $name {
                        Some(item) => list.serialize_element(item)?,
                        None => return Ok(()),
                    })*
                    Ok(())
                }
            }
        )*
    };
}

tuples! {
    0: ;
    1: T1 one;
    2: T1 one T2 two;
    3: T1 one T2 two T3 three;
    4: T1 one T2 two T3 three T4 four;
    5: T1 one T2 two T3 three T4 four T5 five;
    6: T1 one T2 two T3 three T4 four T5 five T6 six;
    7: T1 one T2 two T3 three T4 four T5 five T6 six T7 seven;
    8: T1 one T2 two T3 three T4 four T5 five T6 six T7 seven T8 eight;
    9: T1 one T2 two T3 three T4 four T5 five T6 six T7 seven T8 eight T9 nine;
    10: T1 one T2 two T3 three T4 four T5 five T6 six T7 seven T8 eight T9 nine T10 ten;
    11: T1 one T2 two T3 three T4 four T5 five T6 six T7 seven T8 eight T9 nine T10 ten T11 eleven;
    12: T1 one T2 two T3 three T4 four T5 five T6 six T7 seven T8 eight T9 nine T10 ten T11 eleven T12 twelve;
}

impl<I: Written, O: MayBeWritten, R: Serialize> Serialize for Tuple<I, O, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = self.items.length() + self.optional.length() + self.rest.len();
        let mut list = serializer.serialize_seq(Some(length))?;
        self.items.write(&mut list)?;
        self.optional.write(&mut list)?;
        self.rest.iter().try_for_each(|item| list.serialize_element(item))?;
        list.end()
    }
}

impl<'de, I: Items<'de>, O: MayBe<'de>, R: Deserialize<'de>> Deserialize<'de> for Tuple<I, O, R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tuple<I, O, R>, D::Error> {
        deserializer.deserialize_seq(List(PhantomData))
    }
}

struct List<I, O, R>(PhantomData<(I, O, R)>);

impl<'de, I: Items<'de>, O: MayBe<'de>, R: Deserialize<'de>> Visitor<'de> for List<I, O, R> {
    type Value = Tuple<I, O, R>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tuple<I, O, R>, A::Error> {
        let (items, optional) = (I::read(&mut list)?, O::read(&mut list)?);
        let mut rest = Vec::new();
        while let Some(item) = list.next_element()? {
            rest.push(item);
        }
        Ok(Tuple { items, optional, rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Some3 = Tuple<(String,), (Option<u8>, Option<Option<bool>>), Nothing>;

    #[test]
    fn what_is_there_comes_back_and_nothing_else_is_taken() {
        let comes_back = |text: &str| {
            let read: Some3 = serde_json::from_str(text).expect(text);
            assert_eq!(serde_json::to_string(&read).expect(text), text);
        };
        for text in [r#"["a"]"#, r#"["a",1]"#, r#"["a",1,null]"#, r#"["a",1,true]"#] {
            comes_back(text);
        }
        for text in ["[]", r#"[1]"#, r#"["a","b"]"#, r#"["a",1,true,2]"#, r#"{}"#, r#""a""#] {
            assert!(serde_json::from_str::<Some3>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn none_comes_after_one_that_is_absent() {
        let gap: Some3 = Tuple { items: ("a".to_owned(),), optional: (None, Some(None)), rest: Vec::new() };
        assert_eq!(serde_json::to_string(&gap).expect("it is written"), r#"["a"]"#);
    }

    #[test]
    fn others_follow() {
        let read: Tuple<(), (Option<u8>,), String> = serde_json::from_str(r#"[1,"b","c"]"#).expect("it is a list");
        assert_eq!(read, Tuple { items: (), optional: (Some(1),), rest: vec!["b".to_owned(), "c".to_owned()] });
        assert_eq!(serde_json::to_string(&read).expect("it is written"), r#"[1,"b","c"]"#);
    }
}
