//! Facts, which only a store can make: each is made of a thing that is there for it alone.

use methodical_server::{
    Accepted, Created, Key, MemoryStore, Record, Refused, Removed, Updated, Upserted, Was, WriteTx,
};
use methodical_wire::{Operation, ReadBody};
use serde::{Deserialize, Serialize};

use crate::turn::Turn;

/// What is put, changed and removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing(u64);

impl Record for Thing {
    const TABLE: &'static str = "things";
}

type Tx = WriteTx<MemoryStore>;

impl Turn {
    fn thing(&self) -> (Key, Thing) {
        (Key::new(self.number()), Thing(self.number()))
    }

    /// Something was put: created or replaced, as the status that is answered says.
    ///
    /// # Errors
    /// When the answer is not of its type.
    pub async fn upserted<T: ReadBody>(&self, tx: &mut Tx, data: &'static Operation) -> Result<Upserted<T>, Refused> {
        let value = self.value(data)?;
        let (key, thing) = self.thing();
        if self.status() != 201 {
            tx.put(&key, Thing(0)).await?;
        }
        let target = tx.target(key).await?;
        let upserted = tx.replace(target, thing).await?;
        debug_assert_eq!(upserted.was() == Was::Absent, self.status() == 201, "the store says what was there");
        Ok(upserted.map(|_| value))
    }

    /// Something was changed.
    ///
    /// # Errors
    /// When the answer is not of its type.
    pub async fn updated<T: ReadBody>(&self, tx: &mut Tx, data: &'static Operation) -> Result<Updated<T>, Refused> {
        let value = self.value(data)?;
        let (key, thing) = self.thing();
        tx.put(&key, Thing(0)).await?;
        let target = tx.target(key).await?;
        Ok(tx.update(target, thing).await?.map(|_| value))
    }

    /// Something was created.
    ///
    /// # Errors
    /// When the answer is not of its type.
    pub async fn created<T: ReadBody>(&self, tx: &mut Tx, data: &'static Operation) -> Result<Created<T>, Refused> {
        let value = self.value(data)?;
        let (key, thing) = self.thing();
        Ok(tx.create_one(key, thing).await?.map(|_| value))
    }

    /// Work was taken on.
    ///
    /// # Errors
    /// When the answer is not of its type.
    pub async fn accepted<T: ReadBody>(&self, tx: &mut Tx, data: &'static Operation) -> Result<Accepted<T>, Refused> {
        let value = self.value(data)?;
        let (key, thing) = self.thing();
        let monitor = tx.create_one(key, thing).await?;
        Ok(tx.accept(monitor, value))
    }

    /// Something was removed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn removed(&self, tx: &mut Tx) -> Result<Removed, Refused> {
        let (key, thing) = self.thing();
        tx.put(&key, thing).await?;
        let target = tx.target::<Thing>(key).await?;
        tx.remove(target).await
    }
}
