//! How a record is written: member by member, in the order of its macro.

use std::collections::BTreeMap;
use std::slice;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Record, wire_name};

/// Writes a record.
///
/// # Errors
/// The serializer's.
pub fn write<T: Record, S: Serializer>(record: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let map = serializer.serialize_map(None)?;
    let mut writer = Writer { map, members: T::MEMBERS.iter(), error: None };
    record.write(&mut writer);
    match writer.error {
        None => writer.map.end(),
        Some(error) => Err(error),
    }
}

/// Members on their way out, each of which is handed to the function of its kind.
pub struct Writer<S: SerializeMap> {
    map: S,
    members: slice::Iter<'static, &'static [&'static str]>,
    error: Option<S::Error>,
}

impl<S: SerializeMap> Writer<S> {
    fn entry<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) {
        if self.error.is_none() {
            self.error = self.map.serialize_entry(name, value).err();
        }
    }

    fn next_name(&mut self) -> &'static str {
        self.members.next().map_or("", |member| wire_name(member))
    }

    /// A member that has one value only.
    pub fn constant(&mut self, name: &'static str, value: &'static str) {
        self.entry(name, value);
    }

    /// A member that is there.
    pub fn required<T: Serialize>(&mut self, value: &T) {
        let name = self.next_name();
        self.entry(name, value);
    }

    /// A member that may be absent.
    pub fn optional<T: Serialize>(&mut self, value: &Option<T>) {
        let name = self.next_name();
        if let Some(value) = value {
            self.entry(name, value);
        }
    }

    /// A member that may be absent, or null.
    pub fn nullable<T: Serialize>(&mut self, value: &Option<T>) {
        self.optional(value);
    }

    /// The members without names.
    pub fn rest<T: Serialize>(&mut self, members: &BTreeMap<String, T>) {
        for (name, value) in members {
            self.entry(name, value);
        }
    }
}
