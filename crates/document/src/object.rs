//! The members of an object, in the order in which they were written.
//!
//! A large description has hundreds of thousands of objects, and nearly all of them have a handful of members: a list of these is
//! searched sooner than a table is asked, and takes half the memory. The few that are large have a table beside the list.

use std::collections::HashMap;
use std::{fmt, slice, vec};

use crate::value::Value;

/// The key of a member. Short ones, which most are, need no memory of their own.
pub type Key = compact_str::CompactString;

/// How many members are looked through one by one.
const FEW: usize = 16;

/// Members by key. No two have the same; two objects are equal if their members are, in whatever order.
#[derive(Clone, Default)]
pub struct Object {
    members: Vec<(Key, Value)>,
    /// The marks of all keys, and perhaps of some that are gone: most keys that are asked for and are not there are told by that.
    marks: u64,
    /// The position of each key, where there are more than a [`FEW`]. Who writes a description still cannot know which keys fall together.
    positions: Option<Box<Positions>>,
}

/// In a box, since a value is no larger than what all of its kinds need.
#[derive(Clone)]
struct Positions(HashMap<Key, usize, foldhash::fast::RandomState>);

impl Object {
    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The position of a member.
    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        if self.marks & mark(key) == 0 {
            return None;
        }
        match &self.positions {
            None => self.members.iter().position(|(own, _)| own.as_str() == key),
            Some(positions) => positions.0.get(key).copied(),
        }
    }

    /// The value of a member.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.position(key).map(|position| &self.members[position].1)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.position(key).map(|position| &mut self.members[position].1)
    }

    /// The member at a position.
    pub(crate) fn get_index(&self, position: usize) -> Option<(&Key, &Value)> {
        self.members.get(position).map(|(key, value)| (key, value))
    }

    /// The first member.
    pub fn first(&self) -> Option<(&Key, &Value)> {
        self.get_index(0)
    }

    /// Whether there is a member with this key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// Sets a member: in its place if it is there, else at the end. What it was is returned.
    pub fn insert(&mut self, key: impl Into<Key>, value: Value) -> Option<Value> {
        let key = key.into();
        match self.position(&key) {
            Some(position) => Some(std::mem::replace(&mut self.members[position].1, value)),
            None => {
                self.push(key, value);
                None
            }
        }
    }

    /// The member with this key, which is added if it is not there.
    pub fn get_or_insert_with(&mut self, key: &str, value: impl FnOnce() -> Value) -> &mut Value {
        let position = self.position(key).unwrap_or_else(|| {
            self.push(key.into(), value());
            self.members.len() - 1
        });
        &mut self.members[position].1
    }

    /// Adds a member that is known not to be there.
    pub(crate) fn push(&mut self, key: Key, value: Value) {
        self.marks |= mark(&key);
        if let Some(positions) = &mut self.positions {
            positions.0.insert(key.clone(), self.members.len());
        }
        self.members.push((key, value));
        if self.members.len() == FEW + 1 {
            self.count();
        }
    }

    /// Finds the positions anew.
    fn count(&mut self) {
        let is_large = self.members.len() > FEW;
        let positions = || self.members.iter().zip(0..).map(|((key, _), position)| (key.clone(), position)).collect();
        self.positions = is_large.then(|| Box::new(Positions(positions())));
    }

    /// Gives back the memory that no member needs.
    pub(crate) fn shrink(&mut self) {
        self.members.shrink_to_fit();
    }

    /// Removes a member; those behind it move up.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.remove_entry(key).map(|(_, value)| value)
    }

    /// The same, with its key.
    pub fn remove_entry(&mut self, key: &str) -> Option<(Key, Value)> {
        let removed = self.members.remove(self.position(key)?);
        self.count();
        Some(removed)
    }

    /// Keeps the members that satisfy a condition.
    pub fn retain(&mut self, mut keep: impl FnMut(&Key, &mut Value) -> bool) {
        self.members.retain_mut(|(key, value)| keep(key, value));
        self.count();
    }

    /// Puts the members into the order of their keys.
    pub fn sort_keys(&mut self) {
        self.members.sort_by(|(left, _), (right, _)| left.cmp(right));
        self.count();
    }

    /// Puts the members into another order.
    pub fn sort_by_key<K: Ord>(&mut self, mut key: impl FnMut(&Key) -> K) {
        self.members.sort_by_cached_key(|(name, _)| key(name));
        self.count();
    }

    /// The members, in their order.
    pub fn iter(&self) -> Iter<'_> {
        let pair: fn(&(Key, Value)) -> (&Key, &Value) = |(key, value)| (key, value);
        self.members.iter().map(pair)
    }

    /// The members, with values that may be changed.
    pub fn iter_mut(&mut self) -> IterMut<'_> {
        let pair: fn(&mut (Key, Value)) -> (&Key, &mut Value) = |(key, value)| (key, value);
        self.members.iter_mut().map(pair)
    }

    /// The keys.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Key> + DoubleEndedIterator + Clone {
        self.members.iter().map(|(key, _)| key)
    }

    /// The values.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator + Clone {
        self.members.iter().map(|(_, value)| value)
    }

    /// The values, which may be changed.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut Value> {
        self.members.iter_mut().map(|(_, value)| value)
    }
}

/// One of 64 bits, by what is soon seen of a key.
fn mark(key: &str) -> u64 {
    let bytes = key.as_bytes();
    let first = bytes.first().map_or(0, |byte| usize::from(*byte));
    1 << ((key.len() * 5 + first) % 64)
}

/// Members in their order.
pub(crate) type Iter<'o> = std::iter::Map<slice::Iter<'o, (Key, Value)>, fn(&(Key, Value)) -> (&Key, &Value)>;

/// Members in their order, with values that may be changed.
pub(crate) type IterMut<'o> =
    std::iter::Map<slice::IterMut<'o, (Key, Value)>, fn(&mut (Key, Value)) -> (&Key, &mut Value)>;

impl fmt::Debug for Object {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self).finish()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        let is_same = |(position, (key, value)): (usize, &(Key, Value))| match other.members.get(position) {
            // Mostly they stand in the same order.
            Some((other_key, other_value)) if key == other_key => value == other_value,
            Some(_) | None => other.get(key) == Some(value),
        };
        self.len() == other.len() && self.members.iter().enumerate().all(is_same)
    }
}

impl<'o> IntoIterator for &'o Object {
    type Item = (&'o Key, &'o Value);
    type IntoIter = Iter<'o>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'o> IntoIterator for &'o mut Object {
    type Item = (&'o Key, &'o mut Value);
    type IntoIter = IterMut<'o>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl IntoIterator for Object {
    type Item = (Key, Value);
    type IntoIter = vec::IntoIter<(Key, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl<K: Into<Key>> FromIterator<(K, Value)> for Object {
    fn from_iter<T: IntoIterator<Item = (K, Value)>>(members: T) -> Object {
        let mut object = Object::default();
        object.extend(members);
        object
    }
}

/// A member that is there already gets the later value.
impl<K: Into<Key>> Extend<(K, Value)> for Object {
    fn extend<T: IntoIterator<Item = (K, Value)>>(&mut self, members: T) {
        let members = members.into_iter();
        self.members.reserve(members.size_hint().0);
        for (key, value) in members {
            self.insert(key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(keys: impl Iterator<Item = usize>) -> Object {
        keys.map(|key| (format!("key-{key}"), Value::String(key.to_string()))).collect()
    }

    fn text(object: &Object) -> String {
        object.values().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn few_and_many_members_are_found_alike() {
        for count in [0, 1, FEW, FEW + 1, FEW * 4] {
            let mut object = of(0..count);
            for number in 0..count {
                assert_eq!(object.get(&format!("key-{number}")), Some(&Value::String(number.to_string())));
            }
            assert_eq!(object.get("key"), None);
            assert_eq!(object.len(), count);
            assert_eq!(object, of((0..count).rev()), "the order is none of what is compared");
            assert_ne!(object, of(0..count + 1));
            assert_eq!(object.insert("key-0", Value::Null).is_some(), count > 0, "a key is there once");
            assert_eq!(object.len(), count.max(1));
        }
    }

    #[test]
    fn what_moves_is_found_where_it_is_then() {
        let mut object = of((0..FEW + 2).rev());
        assert_eq!(object.remove("key-5"), Some(Value::String("5".to_owned())));
        assert_eq!(object.remove("key-5"), None);
        object.sort_keys();
        assert_eq!(text(&object), "0 1 10 11 12 13 14 15 16 17 2 3 4 6 7 8 9");
        assert_eq!(object.position("key-9"), Some(FEW));
        object.retain(|key, _| key != "key-0");
        assert_eq!(object.position("key-9"), Some(FEW - 1));
        assert_eq!(*object.get_or_insert_with("key-9", || Value::Null), Value::String("9".to_owned()));
        assert_eq!(*object.get_or_insert_with("key-0", || Value::Null), Value::Null);
        assert_eq!(object.position("key-0"), Some(FEW));
    }
}
