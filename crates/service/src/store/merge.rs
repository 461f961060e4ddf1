//! What a unit of work sees: the snapshot's entries with its own changes over them, in key order.

use std::cmp::Ordering;
use std::iter::Peekable;

use bytes::Bytes;

/// A key and its value.
pub(in crate::store) type Entry = (Bytes, Bytes);

/// The changes of a unit of work to one table; `None` removes.
pub(in crate::store) type Change<'a> = (&'a Vec<u8>, &'a Option<Bytes>);

/// Two ascending sequences as one.
pub(in crate::store) struct Merge<S: Iterator, C: Iterator> {
    stored: Peekable<S>,
    changes: Peekable<C>,
}

impl<'a, S, C, E> Merge<S, C>
where
    S: Iterator<Item = Result<Entry, E>>,
    C: Iterator<Item = Change<'a>>,
{
    pub(in crate::store) fn new(stored: S, changes: C) -> Self {
        Merge { stored: stored.peekable(), changes: changes.peekable() }
    }
}

impl<'a, S, C, E> Iterator for Merge<S, C>
where
    S: Iterator<Item = Result<Entry, E>>,
    C: Iterator<Item = Change<'a>>,
{
    type Item = Result<Entry, E>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let order = match (self.stored.peek(), self.changes.peek()) {
                (_, None) | (Some(Err(_)), _) => return self.stored.next(),
                (None, Some(_)) => Ordering::Greater,
                (Some(Ok((stored, _))), Some((changed, _))) => stored[..].cmp(&changed[..]),
            };
            match order {
                Ordering::Less => return self.stored.next(),
                Ordering::Equal => drop(self.stored.next()),
                Ordering::Greater => {}
            }
            if let Some((key, Some(value))) = self.changes.next() {
                return Some(Ok((Bytes::copy_from_slice(key), value.clone())));
            }
        }
    }
}
