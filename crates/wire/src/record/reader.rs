//! How a record is read: each name that comes is looked up, and what is wrong with a member is kept until all have come.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::slice;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::{Members, Read, Record, is_rest, wire_name};

/// Reads a record.
///
/// # Errors
/// The deserializer's; that a member lacks or stands there twice.
pub fn read<'de, T: Read, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(RecordVisitor(PhantomData))
}

struct RecordVisitor<T>(PhantomData<T>);

impl<'de, T: Read> Visitor<'de> for RecordVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let keeps = T::MEMBERS.last().is_some_and(|member| is_rest(member));
        let named = T::MEMBERS.len() - usize::from(keeps);
        T::read(Reader {
            map,
            members: T::MEMBERS,
            named,
            keeps,
            lookup: LookupOf::<T>::TABLE,
            expected: 0,
            name: String::new(),
            error: None,
        })
    }
}

/// Where members stand, by a hash of their names: looked up for each name that comes, so that no order of theirs is slow.
struct Lookup([u8; SLOTS]);

const SLOTS: usize = 256;

/// No member; nor can those be found by their hash that stand from here on, which are searched through.
const FREE: u8 = u8::MAX;

impl Lookup {
    const fn of(members: Members) -> Lookup {
        let mut slots = [FREE; SLOTS];
        let mut position = 0;
        while position < members.len() && position < FREE as usize {
            let member = members[position];
            let mut slot = hash(member[member.len() - 1].as_bytes());
            while slots[slot] != FREE {
                slot = (slot + 1) % SLOTS;
            }
            slots[slot] = position as u8;
            position += 1;
        }
        Lookup(slots)
    }

    #[inline]
    fn find(&self, name: &str, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let first = hash(name.as_bytes());
        let slots = (0..SLOTS).map(|step| self.0[(first + step) % SLOTS]);
        slots.take_while(|found| *found != FREE).map(usize::from).find(|found| is_it(*found))
    }
}

const fn hash(name: &[u8]) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let (first, middle, late) = (name[0] as usize, name[length / 2] as usize, name[length * 3 / 4] as usize);
    (length * 61 + first * 7 + middle * 29 + late * 131) % SLOTS
}

/// That of each record.
struct LookupOf<T>(PhantomData<T>);

impl<T: Record> LookupOf<T> {
    const TABLE: &'static Lookup = &Lookup::of(T::MEMBERS);
}

/// Members on their way in. The function that is named for a member's kind reads it.
pub struct Reader<A, E> {
    map: A,
    members: Members,
    /// How many of the members have names.
    named: usize,
    /// Whether members without names are kept.
    keeps: bool,
    lookup: &'static Lookup,
    /// The member that probably comes next.
    expected: usize,
    /// The name of a member without one in the record.
    name: String,
    error: Option<E>,
}

impl<'de, A: MapAccess<'de>> Reader<A, A::Error> {
    /// The position of the next member; `None` after the last, and where something has gone wrong.
    #[inline]
    pub fn advance(&mut self) -> Option<usize> {
        if self.error.is_some() {
            return None;
        }
        let key = Key {
            members: &self.members[..self.named],
            expected: self.expected,
            lookup: self.lookup,
            name: self.keeps.then_some(&mut self.name),
        };
        match self.map.next_key_seed(key) {
            Ok(Some(position)) => {
                self.expected = position + 1;
                Some(position)
            }
            Ok(None) => None,
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }

    /// Passes by what no member takes.
    #[inline]
    pub fn skip(&mut self) {
        self.error = self.map.next_value::<IgnoredAny>().err();
    }

    #[inline]
    fn take<T>(&mut self, slot: &mut Option<T>, read: impl FnOnce(&mut A) -> Result<T, A::Error>) {
        if slot.is_some() {
            self.error = Some(A::Error::duplicate_field(self.last_name()));
            return;
        }
        match read(&mut self.map) {
            Ok(value) => *slot = Some(value),
            Err(error) => self.error = Some(error),
        }
    }

    /// What came last.
    #[cold]
    fn last_name(&self) -> &'static str {
        self.members.get(self.expected.saturating_sub(1)).map_or("", |member| wire_name(member))
    }

    /// A member that is there.
    #[inline]
    pub fn required<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>) {
        self.take(slot, A::next_value)
    }

    /// A member that may be absent.
    #[inline]
    pub fn optional<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>) {
        self.take(slot, A::next_value)
    }

    /// A member that may be absent, or null.
    #[inline]
    pub fn nullable<T: Deserialize<'de>>(&mut self, slot: &mut Option<Option<T>>) {
        self.take(slot, |map| map.next_value().map(Some))
    }

    /// A member without a name.
    #[inline]
    pub fn rest<T: Deserialize<'de>>(&mut self, slot: &mut Option<BTreeMap<String, T>>) {
        let name = std::mem::take(&mut self.name);
        match self.map.next_value() {
            Ok(value) => {
                slot.get_or_insert_default().insert(name, value);
            }
            Err(error) => self.error = Some(error),
        }
    }

    /// No more comes.
    #[inline]
    pub fn end(self) -> End<A::Error> {
        End { members: self.members.iter(), error: self.error }
    }
}

/// The name of a member: its position, or that of all which have none.
struct Key<'r> {
    lookup: &'static Lookup,
    members: &'r [&'static [&'static str]],
    expected: usize,
    name: Option<&'r mut String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = usize;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    #[inline]
    fn visit_str<E: de::Error>(self, name: &str) -> Result<usize, E> {
        let is_it = |position: usize| self.members.get(position).is_some_and(|member| wire_name(member) == name);
        if is_it(self.expected) {
            return Ok(self.expected);
        }
        let unlisted = || (usize::from(FREE)..self.members.len()).find(|position| is_it(*position));
        if let Some(position) = self.lookup.find(name, is_it).or_else(unlisted) {
            return Ok(position);
        }
        if let Some(kept) = self.name {
            name.clone_into(kept);
        }
        Ok(self.members.len())
    }
}

/// Members that have been read, in their order. A function for each kind gives what came, or what stands for a member that did not.
pub struct End<E> {
    members: slice::Iter<'static, &'static [&'static str]>,
    error: Option<E>,
}

impl<E: de::Error> End<E> {
    /// A member that is there: only types with a value for what is absent may lack.
    #[inline]
    pub fn required<'de, T: Deserialize<'de>>(&mut self, slot: Option<T>) -> Option<T> {
        let member = self.members.next();
        slot.or_else(|| self.absent(member))
    }

    /// A member that may be absent.
    #[inline]
    pub fn optional<'de, T: Deserialize<'de>>(&mut self, slot: Option<T>) -> Option<T> {
        self.required(slot)
    }

    /// A member that may be absent, or null.
    #[inline]
    pub fn nullable<T>(&mut self, slot: Option<Option<T>>) -> Option<Option<T>> {
        self.members.next();
        Some(slot.flatten())
    }

    /// The members without names.
    #[inline]
    pub fn rest<T>(&mut self, slot: Option<BTreeMap<String, T>>) -> Option<BTreeMap<String, T>> {
        Some(slot.unwrap_or_default())
    }

    #[cold]
    fn absent<'de, T: Deserialize<'de>>(&mut self, member: Option<&&'static [&'static str]>) -> Option<T> {
        if self.error.is_some() {
            return None;
        }
        let name = member.map_or("", |member| wire_name(member));
        match T::deserialize(Absent { name, error: PhantomData }) {
            Ok(value) => Some(value),
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }

    /// The record, if nothing went wrong.
    ///
    /// # Errors
    /// What went wrong first.
    pub fn finish<T>(self, record: T) -> Result<T, E> {
        self.error.map_or(Ok(record), Err)
    }

    /// What went wrong.
    ///
    /// # Errors
    /// Always.
    pub fn fail<T>(self) -> Result<T, E> {
        Err(self.error.unwrap_or_else(|| E::custom("a member could not be read")))
    }
}

/// What a member that does not come is read from: nothing but an `Option` can be.
struct Absent<E> {
    name: &'static str,
    error: PhantomData<E>,
}

impl<'de, E: de::Error> Deserializer<'de> for Absent<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.name))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}
