//! The two capabilities of handlers: [`ReadTx`], which cannot write, and [`WriteTx`], a unit of work. Both are made by the
//! runtime alone; a handler holds no store and so has no other way to its data.
//!
//! The target of a request is read first ([`WriteTx::target`]) and then changed by one of five methods, which compare the
//! request's preconditions with it in the same transaction and report what was there before. Statuses come from that report.

use std::collections::BTreeSet;
use std::future::Future;
use std::marker::PhantomData;

use bytes::Bytes;
use methodical_wire::Etag;

use crate::facts::{Accepted, Created, Removed, Updated, Upserted, Was};
use crate::fault::{Fault, Refused};
use crate::key::Key;
use crate::ledger::{Compared, Ledger};
use crate::precondition::Preconditions;
use crate::record::{Record, Selection, Stored, Window, bytes_of};
use crate::store::{KeyRange, Reads, Store, StoreError, Writes};

/// How many records are looked at in one step of a selection.
const STEP: usize = 256;

/// A read-only view of the store: what a GET or HEAD handler receives. It has no method that writes (GET-SAFE).
#[derive(Debug)]
pub struct ReadTx<S: Store> {
    inner: S::Read,
}

/// A unit of work: what PUT, POST, PATCH and DELETE handlers receive. The runtime commits it if the handler answers a
/// success and rolls it back if it does not.
#[derive(Debug)]
pub struct WriteTx<S: Store> {
    inner: S::Write,
    preconditions: Preconditions,
    ledger: Ledger,
}

/// What reads: a view or a unit of work.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot look records up",
    note = "records are read through the `ReadTx` or `WriteTx` that the handler receives"
)]
pub trait Lookup: Send + Sync {
    /// The transaction behind it.
    #[doc(hidden)]
    type Inner: Reads;
    /// The transaction behind it.
    #[doc(hidden)]
    fn inner(&self) -> &Self::Inner;

    /// The record under a key.
    ///
    /// # Errors
    /// When the store fails or the record cannot be read.
    fn get<R: Record>(&self, key: &Key) -> impl Future<Output = Result<Option<Stored<R>>, Fault>> + Send {
        async move {
            let bytes = self.inner().get(R::TABLE, key.as_bytes()).await?;
            bytes.as_ref().map(Stored::read).transpose()
        }
    }

    /// The records of a range ([`Key::prefix`]) in the order of their keys.
    ///
    /// # Errors
    /// When the store fails or a record cannot be read.
    fn list<R: Record>(
        &self,
        range: &KeyRange,
        window: Window,
    ) -> impl Future<Output = Result<Vec<Stored<R>>, Fault>> + Send {
        async move {
            let Window { skip, limit } = window;
            let rows = self.inner().scan(R::TABLE, range.clone(), skip, limit).await?;
            rows.iter().map(|(_, bytes)| Stored::read(bytes)).collect()
        }
    }

    /// How many records lie in a range.
    ///
    /// # Errors
    /// When the store fails.
    fn count<R: Record>(&self, range: &KeyRange) -> impl Future<Output = Result<u64, Fault>> + Send {
        async move { Ok(self.inner().count(R::TABLE, range.clone()).await?) }
    }

    /// The records of a range that `chosen` accepts: those in the window, and how many there are. It reads the whole range.
    ///
    /// # Errors
    /// When the store fails or a record cannot be read.
    fn select<R: Record>(
        &self,
        range: &KeyRange,
        window: Window,
        chosen: impl Fn(&R) -> bool + Send + Sync,
    ) -> impl Future<Output = Result<Selection<R>, Fault>> + Send {
        async move {
            let mut selection = Selection { records: Vec::new(), total: 0 };
            let mut rest = range.clone();
            loop {
                let rows = self.inner().scan(R::TABLE, rest.clone(), 0, STEP).await?;
                for (_, bytes) in &rows {
                    let stored = Stored::read(bytes)?;
                    if chosen(&stored) {
                        if selection.total >= window.skip && selection.records.len() < window.limit {
                            selection.records.push(stored);
                        }
                        selection.total += 1;
                    }
                }
                match rows.last() {
                    // On from the next possible key: to skip what has been seen would read it again in each step.
                    Some((last, _)) if rows.len() == STEP => rest.from = [&last[..], &[0]].concat(),
                    Some(_) | None => return Ok(selection),
                }
            }
        }
    }
}

impl<S: Store> Lookup for ReadTx<S> {
    type Inner = S::Read;

    fn inner(&self) -> &S::Read {
        &self.inner
    }
}

impl<S: Store> Lookup for WriteTx<S> {
    type Inner = S::Write;

    fn inner(&self) -> &S::Write {
        &self.inner
    }
}

impl<S: Store> ReadTx<S> {
    pub(crate) async fn begin(store: &S) -> Result<Self, Fault> {
        Ok(Self { inner: store.read().await? })
    }
}

/// The one record that a request is about, as it is now.
#[derive(Debug)]
#[must_use = "a target that is not changed has no effect"]
pub struct Target<R: Record> {
    key: Key,
    current: Option<Stored<R>>,
    bytes: Option<Bytes>,
    record: PhantomData<fn() -> R>,
}

impl<R: Record> Target<R> {
    /// The record that is there now.
    #[must_use]
    pub fn current(&self) -> Option<&Stored<R>> {
        self.current.as_ref()
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The store says what it replaced; if that is not what was read, nothing said about the target is true.
    fn confirm(&self, previous: Option<&Bytes>) -> Result<(), Fault> {
        if previous == self.bytes.as_ref() { Ok(()) } else { Err(Fault::TargetChanged { table: R::TABLE }) }
    }
}

impl<S: Store> WriteTx<S> {
    pub(crate) async fn begin(store: &S, preconditions: Preconditions) -> Result<Self, Fault> {
        Self::begin_again(store, preconditions, 0).await
    }

    /// Begins after so many conflicts.
    pub(crate) async fn begin_again(store: &S, preconditions: Preconditions, conflicts: u32) -> Result<Self, Fault> {
        let inner = if conflicts == 0 { store.write().await? } else { store.write_again(conflicts).await? };
        Ok(Self { inner, preconditions, ledger: Ledger::default() })
    }

    pub(crate) fn inner_mut(&mut self) -> &mut S::Write {
        &mut self.inner
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.ledger.check()?;
        self.inner.commit().await
    }

    /// Notes whether the preconditions hold for this target. The verdict is [`settle`](Self::settle)'s: a request that its
    /// handler refuses for a reason of its own is refused for that one (COND-PRECEDENCE).
    fn compare(&mut self, current: Option<&Etag>) {
        self.ledger.compared(self.preconditions.hold(current));
    }

    /// Refuses what was done although a precondition did not hold (COND-IF-MATCH), which rolls it back. A handler that works
    /// without a target leaves nothing that they could be compared with: a POST adds to a collection, which is there and has no
    /// tag. To pass over them would be to do what was forbidden (RFC 9110, 13.1.1).
    pub(crate) fn settle(&self) -> Result<(), Refused> {
        let holds = match self.ledger.compared {
            Compared::Held => true,
            Compared::Stale => false,
            Compared::Not => !self.preconditions.forbids_changing_untagged(),
        };
        if holds { Ok(()) } else { Err(Refused::Stale) }
    }

    /// Reads the record that the request is about.
    ///
    /// # Errors
    /// When the store fails or the record cannot be read.
    pub async fn target<R: Record>(&self, key: Key) -> Result<Target<R>, Fault> {
        let bytes = self.inner.get(R::TABLE, key.as_bytes()).await?;
        let current = bytes.as_ref().map(Stored::read).transpose()?;
        Ok(Target { key, current, bytes, record: PhantomData })
    }

    /// Puts `record` at the target, whatever is there now (PUT-UPSERT). Where a precondition of the request does not hold, the
    /// whole unit of work is refused in the end, unless its handler refuses it for another reason.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn replace<R: Record>(&mut self, target: Target<R>, record: R) -> Result<Upserted<Stored<R>>, Refused> {
        self.compare(target.current.as_ref().map(Stored::etag));
        let value = self.put_target(&target, record).await?;
        let was = match target.current {
            None => Was::Absent,
            Some(_) => Was::Present,
        };
        let etag = value.etag().clone();
        Ok(Upserted { value, etag, was })
    }

    /// Puts `record` at the target if something is there now: for operations that do not create.
    ///
    /// # Errors
    /// [`Refused::Absent`] when nothing is there; a fault when the store fails. Preconditions are as with
    /// [`replace`](Self::replace).
    pub async fn update<R: Record>(&mut self, target: Target<R>, record: R) -> Result<Updated<Stored<R>>, Refused> {
        let current = target.current.as_ref().ok_or(Refused::Absent)?;
        self.compare(Some(current.etag()));
        let value = self.put_target(&target, record).await?;
        let etag = value.etag().clone();
        Ok(Updated { value, etag })
    }

    /// Removes the target.
    ///
    /// # Errors
    /// [`Refused::Absent`] when nothing is there; a fault when the store fails. Preconditions are as with
    /// [`replace`](Self::replace).
    pub async fn remove<R: Record>(&mut self, target: Target<R>) -> Result<Removed, Refused> {
        let current = target.current.as_ref().ok_or(Refused::Absent)?;
        self.compare(Some(current.etag()));
        let previous = self.remove_bytes::<R>(&target.key).await?;
        target.confirm(previous.as_ref())?;
        self.ledger.settle(R::TABLE, &target.key);
        Ok(Removed { _made_by_the_unit_of_work: () })
    }

    /// Takes a part out of the target, which stays: a rule of a firewall, a member of a list. `take_out` says whether the
    /// part was there.
    ///
    /// # Errors
    /// [`Refused::Absent`] when there is no target, or no such part in it (DELETE-ATOMIC-MISSING); a fault when the store fails.
    /// Preconditions are as with [`replace`](Self::replace).
    pub async fn remove_part<R: Record>(
        &mut self,
        target: Target<R>,
        take_out: impl FnOnce(&mut R) -> bool + Send,
    ) -> Result<Removed, Refused> {
        let current = target.current.as_ref().ok_or(Refused::Absent)?;
        let mut record = R::clone(current);
        let said = take_out(&mut record);
        // The store's word counts, and not the closure's: what looks the same without it was not there.
        let changed = target.bytes.as_ref() != Some(&bytes_of(&record)?);
        if !(said && changed) {
            return Err(Refused::Absent);
        }
        self.compare(Some(current.etag()));
        self.put_target(&target, record).await?;
        Ok(Removed { _made_by_the_unit_of_work: () })
    }

    /// Answers that the work was taken on, to be followed at the monitor that this unit of work has just created
    /// (LRO-MONITOR). `value` is the representation to answer with; the description's link makes `Location` from it.
    pub fn accept<M: Record, T>(&self, monitor: Created<Stored<M>>, value: T) -> Accepted<T> {
        // That it was created is all that is asked of it.
        drop(monitor);
        Accepted { value }
    }

    /// Creates all these records or, if one is already there, none (POST-MANY-ATOMIC). All keys are looked up before the first
    /// record is put, so a handler may catch the refusal and go on.
    ///
    /// # Errors
    /// [`Refused::Exists`] when a key is taken; a fault when the store fails.
    pub async fn create<R: Record>(&mut self, records: Vec<(Key, R)>) -> Result<Created<Vec<Stored<R>>>, Refused> {
        let mut keys = BTreeSet::new();
        for (member, (key, _)) in records.iter().enumerate() {
            let taken = self.inner.get(R::TABLE, key.as_bytes()).await?.is_some();
            if taken || !keys.insert(key.clone()) {
                return Err(Refused::Exists { member });
            }
        }
        let mut value = Vec::with_capacity(records.len());
        for (key, record) in records {
            value.push(self.put(&key, record).await?);
            self.ledger.settle(R::TABLE, &key);
        }
        Ok(Created { value, etag: None })
    }

    /// Creates one record.
    ///
    /// # Errors
    /// [`Refused::Exists`] when the key is taken; a fault when the store fails.
    pub async fn create_one<R: Record>(&mut self, key: Key, record: R) -> Result<Created<Stored<R>>, Refused> {
        if self.inner.get(R::TABLE, key.as_bytes()).await?.is_some() {
            return Err(Refused::Exists { member: 0 });
        }
        let value = self.put(&key, record).await?;
        self.ledger.settle(R::TABLE, &key);
        let etag = Some(value.etag().clone());
        Ok(Created { value, etag })
    }

    /// The next number of a sequence, from 1. What a committed unit of work was given is never given again, also when what the
    /// number named is deleted (POST-FRESH-ID); one that is rolled back may leave its numbers unused.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next_number(&mut self, sequence: &'static str) -> Result<u64, Fault> {
        let next = self.inner.next_number(sequence).await;
        Ok(self.ledger.note(next)?)
    }

    /// Puts a record that is not the target of the request: an index, a counter, a parent.
    ///
    /// # Errors
    /// When the store fails, or a fact speaks of the record already: what was answered would not be true any more.
    pub async fn put<R: Record>(&mut self, key: &Key, record: R) -> Result<Stored<R>, Fault> {
        Ok(self.put_bytes(key, record).await?.0)
    }

    /// Deletes a record that is not the target of the request, and gives what was there.
    ///
    /// # Errors
    /// When the store fails, the record cannot be read, or a fact speaks of it already.
    pub async fn delete<R: Record>(&mut self, key: &Key) -> Result<Option<Stored<R>>, Fault> {
        let previous = self.remove_bytes::<R>(key).await?;
        previous.as_ref().map(Stored::read).transpose()
    }

    async fn put_target<R: Record>(&mut self, target: &Target<R>, record: R) -> Result<Stored<R>, Fault> {
        let (stored, previous) = self.put_bytes(&target.key, record).await?;
        target.confirm(previous.as_ref())?;
        self.ledger.settle(R::TABLE, &target.key);
        Ok(stored)
    }

    async fn remove_bytes<R: Record>(&mut self, key: &Key) -> Result<Option<Bytes>, Fault> {
        self.ledger.check_open(R::TABLE, key)?;
        let previous = self.inner.remove(R::TABLE, key.as_bytes()).await;
        Ok(self.ledger.note(previous)?)
    }

    async fn put_bytes<R: Record>(&mut self, key: &Key, record: R) -> Result<(Stored<R>, Option<Bytes>), Fault> {
        self.ledger.check_open(R::TABLE, key)?;
        let bytes = bytes_of(&record)?;
        let previous = self.inner.put(R::TABLE, key.as_bytes(), bytes.clone()).await;
        let previous = self.ledger.note(previous)?;
        Ok((Stored::of(record, &bytes), previous))
    }
}
