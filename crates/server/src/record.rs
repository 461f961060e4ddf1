//! Records: typed values in the store. A record's entity tag is a hash of its stored bytes, so equal state has an equal
//! tag (ETAG-TRUE), a PUT that changes nothing keeps it, and no representation has to be made to know it.

use std::ops::Deref;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use methodical_wire::Etag;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::fault::Fault;

/// A value that the store keeps, as JSON. Equal values must serialise to equal text, since the entity tag is made from it: a
/// `HashMap` in a record would change the tag at each start.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a record of the store",
    note = "derive `Serialize`, `Deserialize` and `Clone`, and implement `Record` with the name of its table"
)]
pub trait Record: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The table that keeps it. Names beginning with `methodical.` are the runtime's.
    const TABLE: &'static str;
}

/// A record as it is stored, with its entity tag.
#[derive(Debug, Clone)]
pub struct Stored<R> {
    record: R,
    bytes: Bytes,
    /// Made when it is asked for: of the records that a request reads, few are shown by themselves.
    etag: OnceLock<Etag>,
}

impl<R: PartialEq> PartialEq for Stored<R> {
    fn eq(&self, other: &Self) -> bool {
        self.record == other.record && self.bytes == other.bytes
    }
}

impl<R> Stored<R> {
    /// The entity tag of the stored bytes.
    #[must_use]
    pub fn etag(&self) -> &Etag {
        self.etag.get_or_init(|| etag_of(&self.bytes))
    }

    /// The record alone.
    #[must_use]
    pub fn into_record(self) -> R {
        self.record
    }
}

impl<R> Deref for Stored<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.record
    }
}

impl<R: Record> Stored<R> {
    pub(crate) fn read(bytes: &Bytes) -> Result<Self, Fault> {
        let record = serde_json::from_slice(bytes).map_err(|source| Fault::Unreadable { table: R::TABLE, source })?;
        Ok(Self::of(record, bytes))
    }

    pub(crate) fn of(record: R, bytes: &Bytes) -> Self {
        Self { record, bytes: bytes.clone(), etag: OnceLock::new() }
    }
}

/// The bytes that the store keeps of a record.
pub(crate) fn bytes_of<R: Record>(record: &R) -> Result<Bytes, Fault> {
    serde_json::to_vec(record).map(Bytes::from).map_err(Fault::Unwritable)
}

/// SHA-256, cut to 128 bits: enough that nobody meets two states with one tag, and short in a header.
#[must_use]
pub(crate) fn etag_of(bytes: &[u8]) -> Etag {
    let digest = Sha256::digest(bytes);
    let opaque = BASE64_URL_SAFE_NO_PAD.encode(&digest[..16]);
    Etag::strong(opaque).expect("the base64url alphabet lies within that of entity tags")
}

/// Which part of a range a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many records come before it.
    pub skip: u64,
    /// How many records it has at most.
    pub limit: usize,
}

impl Window {
    /// The page of this number, counted from 1.
    #[must_use]
    pub fn page(number: u64, size: u64) -> Self {
        Self { skip: number.saturating_sub(1).saturating_mul(size), limit: usize::try_from(size).unwrap_or(usize::MAX) }
    }

    /// Everything. For ranges that are known to be small.
    #[must_use]
    pub fn whole() -> Self {
        Self { skip: 0, limit: usize::MAX }
    }
}

/// A part of the records that a condition chose, and how many it chose in all.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection<R> {
    /// Those in the window.
    pub records: Vec<Stored<R>>,
    /// How many there are without a window.
    pub total: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_cannot_overflow() {
        assert_eq!(Window::page(3, 25), Window { skip: 50, limit: 25 });
        assert_eq!(Window::page(0, 25).skip, 0);
        assert_eq!(Window::page(u64::MAX, u64::MAX).skip, u64::MAX);
    }

    #[test]
    fn equal_bytes_have_equal_tags() {
        insta::assert_snapshot!(etag_of(b"{}"), @r#""RBNvo1WzZ4oRRq0W9-hkng""#);
        assert_ne!(etag_of(b"{}"), etag_of(b"[]"));
    }
}
