//! What keeps units of work apart: locks on what they read and change, held until they end. So they
//! might as well have come one after the other, in the order of their commits; and a reader's
//! snapshot, which is a moment between two commits, fits in.
//!
//! The server could find that out by itself (SERIALIZABLE), but not by keys: it watches pages, so two
//! accounts whose rows share one are in each other's way. In a small store every seventh unit of
//! work failed for that with eight at once, and six of seven of those that read a range.
//!
//! Keys have a first part, which is an account's name in all that accounts own. A range within one
//! first part locks that part. A key locks itself, and shares the lock of its first part; a range
//! beyond one part locks its table, whose lock all others share.
//!
//! Nobody waits who holds a lock, unless a conflict came before: what is not to be had at once is a
//! conflict. Who comes again locks first parts as a whole, and does wait: there are no two locks that
//! two of them could hold against each other, as long as they keep to one account. For those that do
//! not, the server finds the deadlock.
//!
//! All instances must lock alike. A change here is a change of the schema.

use std::collections::{BTreeMap, BTreeSet};

use methodical_server::KeyRange;
use sha2::{Digest as _, Sha256};

/// How many keys of one first part are locked one by one; for more, the part is.
const SINGLY: usize = 32;

/// How something is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Shared,
    Exclusive,
}

/// Whether a unit of work has met a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attempt {
    First,
    Again,
}

/// The locks that a unit of work holds.
#[derive(Debug)]
pub(super) struct Locks {
    /// Tells stores apart that share a database.
    store: u32,
    attempt: Attempt,
    tables: BTreeMap<&'static str, Hold>,
    parts: BTreeMap<Vec<u8>, Hold>,
    keys: BTreeMap<Vec<u8>, BTreeSet<i64>>,
    exclusive_keys: BTreeSet<i64>,
}

/// Locks that are to be taken now.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) shared: Vec<i64>,
    pub(super) exclusive: Vec<i64>,
    pub(super) manner: Manner,
}

/// What to do if a lock is not to be had at once.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    #[default]
    Fail,
    Wait,
}

impl Wanted {
    pub(super) fn is_empty(&self) -> bool {
        self.shared.is_empty() && self.exclusive.is_empty()
    }

    fn add(&mut self, hold: Hold, number: i64) {
        match hold {
            Hold::Shared => self.shared.push(number),
            Hold::Exclusive => self.exclusive.push(number),
        }
    }
}

impl Locks {
    pub(super) fn new(store: u32, attempt: Attempt) -> Locks {
        Locks {
            store,
            attempt,
            tables: BTreeMap::new(),
            parts: BTreeMap::new(),
            keys: BTreeMap::new(),
            exclusive_keys: BTreeSet::new(),
        }
    }

    /// What has to be locked before a key is read. It counts as held from here on: if it is not to
    /// be had, the unit of work has failed.
    pub(super) fn read_key(&mut self, table: &'static str, key: &[u8]) -> Wanted {
        let (mut wanted, is_first) = self.begin();
        self.table(table, Hold::Shared, &mut wanted);
        if self.tables.get(table) == Some(&Hold::Exclusive) {
            return wanted;
        }
        let part = first_part(key);
        let many = self.keys.get(part).is_some_and(|keys| keys.len() >= SINGLY);
        let hold = if many || self.attempt == Attempt::Again { Hold::Exclusive } else { Hold::Shared };
        self.part(part, hold, &mut wanted);
        if self.parts.get(part) == Some(&Hold::Exclusive) {
            return wanted;
        }
        let number = self.number_of_key(table, key);
        if self.keys.entry(part.to_vec()).or_default().insert(number) {
            // What is read first is most often what will be changed.
            let hold = if is_first { Hold::Exclusive } else { Hold::Shared };
            if hold == Hold::Exclusive {
                self.exclusive_keys.insert(number);
            }
            wanted.add(hold, number);
        }
        wanted
    }

    /// What has to be locked before a range is read.
    pub(super) fn read_range(&mut self, table: &'static str, range: &KeyRange) -> Wanted {
        let (mut wanted, _) = self.begin();
        let part = first_part(&range.from);
        if range.to.starts_with(part) && !part.is_empty() {
            self.table(table, Hold::Shared, &mut wanted);
            if self.tables.get(table) != Some(&Hold::Exclusive) {
                self.part(part, Hold::Exclusive, &mut wanted);
            }
        } else {
            self.table(table, Hold::Exclusive, &mut wanted);
        }
        wanted
    }

    /// What has to be locked before keys are changed that were read.
    pub(super) fn change<'k>(&self, keys: impl Iterator<Item = (&'static str, &'k [u8])>) -> Wanted {
        let mut wanted = Wanted::default();
        for (table, key) in keys {
            let covered = self.tables.get(table) == Some(&Hold::Exclusive)
                || self.parts.get(first_part(key)) == Some(&Hold::Exclusive);
            let number = self.number_of_key(table, key);
            if !covered && !self.exclusive_keys.contains(&number) {
                // A key that only a range has shown shares the lock of its part here.
                if !self.parts.contains_key(first_part(key)) {
                    wanted.shared.push(self.number(&[b"part", first_part(key)]));
                }
                wanted.exclusive.push(number);
            }
        }
        wanted
    }

    /// Whoever holds nothing may wait.
    fn begin(&self) -> (Wanted, bool) {
        let is_first = self.tables.is_empty();
        let waits = is_first || self.attempt == Attempt::Again;
        (Wanted { manner: if waits { Manner::Wait } else { Manner::Fail }, ..Wanted::default() }, is_first)
    }

    fn table(&mut self, table: &'static str, hold: Hold, wanted: &mut Wanted) {
        if self.tables.get(table).is_none_or(|held| *held < hold) {
            self.tables.insert(table, hold);
            wanted.add(hold, self.number(&[b"table", table.as_bytes()]));
        }
    }

    fn part(&mut self, part: &[u8], hold: Hold, wanted: &mut Wanted) {
        if self.parts.get(part).is_none_or(|held| *held < hold) {
            self.parts.insert(part.to_vec(), hold);
            wanted.add(hold, self.number(&[b"part", part]));
        }
    }

    fn number_of_key(&self, table: &str, key: &[u8]) -> i64 {
        self.number(&[b"key", table.as_bytes(), key])
    }

    /// The number that the server knows a lock by. Two things of one number are locked together, which
    /// is never wrong; and it is the same in every build.
    fn number(&self, words: &[&[u8]]) -> i64 {
        let mut hash = Sha256::new();
        hash.update(self.store.to_be_bytes());
        for word in words {
            hash.update((word.len() as u64).to_be_bytes());
            hash.update(word);
        }
        let mut number = [0; 8];
        number.copy_from_slice(&hash.finalize()[..8]);
        i64::from_be_bytes(number)
    }
}

/// The first part of a key as [`methodical_server::Key`] writes it: a tag byte and text up to a zero
/// that is not escaped, or a number of eight bytes, or a UUID. Of other keys, all of it. Whatever
/// begins with the first part of a key has the same first part.
fn first_part(key: &[u8]) -> &[u8] {
    let length = match key.first() {
        Some(0x02) => (1..key.len()).find(|&at| key[at] == 0 && key.get(at + 1) != Some(&0xff)).map(|at| at + 1),
        Some(0x10 | 0x11) => Some(9),
        Some(0x20) => Some(17),
        Some(_) | None => None,
    };
    length.and_then(|length| key.get(..length)).unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use methodical_server::Key;

    use super::*;

    #[test]
    fn first_parts() {
        let part = |key: Key| first_part(key.as_bytes()).to_vec();
        assert_eq!(part(Key::new(("ada", 7_u64))), Key::new("ada").as_bytes());
        assert_eq!(part(Key::new(("a\0da", "b"))), Key::new("a\0da").as_bytes());
        assert_eq!(part(Key::new((7_u64, "b"))), Key::new(7_u64).as_bytes());
        assert_eq!(part(Key::new("ada")), part(Key::new(("ada", "b"))));
        assert_ne!(part(Key::new("ada")), part(Key::new("adam")));
        for odd in [&b""[..], b"\x02abc", b"\x10ab", b"xyz", b"\x02a\0\xff"] {
            assert_eq!(first_part(odd), odd);
        }
    }

    fn counts(wanted: &Wanted) -> (usize, usize, Manner) {
        (wanted.shared.len(), wanted.exclusive.len(), wanted.manner)
    }

    #[test]
    fn keys_are_locked_one_by_one_and_parts_as_a_whole() {
        let key = |number: u64| Key::new(("ada", number));
        let mut locks = Locks::new(1, Attempt::First);
        // Table and part shared, and the key, which is the first.
        assert_eq!(counts(&locks.read_key("tags", key(1).as_bytes())), (2, 1, Manner::Wait));
        assert_eq!(counts(&locks.read_key("tags", key(2).as_bytes())), (1, 0, Manner::Fail));
        assert!(locks.read_key("tags", key(2).as_bytes()).is_empty());
        let changed = [key(1), key(2)];
        let changes = |locks: &Locks| locks.change(changed.iter().map(|key| ("tags", key.as_bytes())));
        assert_eq!(counts(&changes(&locks)), (0, 1, Manner::Fail));
        assert_eq!(counts(&locks.read_range("tags", &Key::prefix("ada"))), (0, 1, Manner::Fail));
        assert!(changes(&locks).is_empty());
        assert_eq!(counts(&locks.read_range("tags", &Key::all())), (0, 1, Manner::Fail));

        let mut again = Locks::new(1, Attempt::Again);
        assert_eq!(counts(&again.read_key("tags", key(1).as_bytes())), (1, 1, Manner::Wait));
        assert!(again.read_key("tags", key(2).as_bytes()).is_empty());
        assert!(again.read_range("tags", &Key::prefix("ada")).is_empty());
    }

    #[test]
    fn many_keys_are_locked_as_their_part() {
        let mut locks = Locks::new(1, Attempt::First);
        let taken = |locks: &mut Locks| {
            let wanted = (0..100_u64).map(|number| locks.read_key("tags", Key::new(("ada", number)).as_bytes()));
            wanted.map(|wanted| wanted.shared.len() + wanted.exclusive.len()).sum::<usize>()
        };
        assert_eq!(taken(&mut locks), 2 + SINGLY + 1);
    }
}
