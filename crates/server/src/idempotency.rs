//! Idempotency keys (draft-ietf-httpapi-idempotency-key-header): the first result of a request is kept in the same transaction as
//! its effect, so there is never one without the other (IDEM-REPLAY, IDEM-ONCE, IDEM-FINGERPRINT).
//!
//! A repetition that comes while the first request is at work in this process waits for it a little and then gets its result, or
//! 409. Between processes the store's transactions decide, which conflict on the same key.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, ETAG, HeaderName, LOCATION};
use methodical_wire::{Idempotency, Operation, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::decode::Decoded;
use crate::failure::Failure;
use crate::fault::Fault;
use crate::key::Key;
use crate::record::Record;
use crate::respond::{Content, Finished};
use crate::store::{KeyRange, Reads as _, Store, Writes as _};
use crate::tx::{Lookup as _, WriteTx};

/// One new key in so many removes expired ones. It reads a range of the caller's, and in some stores is in the way of the
/// caller's other requests for that.
const SWEEPS: u8 = 8;
/// How many it removes: several times as many as have come since.
const SWEPT: usize = 64;
/// The longest key that is accepted.
const LONGEST: usize = 255;
/// What is kept of a response's header fields; the others belong to the single exchange.
const KEPT: [HeaderName; 3] = [CONTENT_TYPE, ETAG, LOCATION];

/// The key of a request, and what it was sent with.
#[derive(Debug)]
pub(crate) struct KeyedRequest {
    key: Key,
    scope: String,
    fingerprint: String,
    pub(crate) rule: Idempotency,
}

/// The first result of a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    fingerprint: String,
    expires: i64,
    status: u16,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl Record for Kept {
    const TABLE: &'static str = "methodical.idempotency";
}

/// Encoded keys by their scope and the time they expire.
const EXPIRING: &str = "methodical.idempotency.expiring";

impl KeyedRequest {
    /// The key of a request to an operation that takes one; `None` without one.
    pub(crate) fn read(
        operation: &'static Operation,
        headers: &HeaderMap,
        scope: impl FnOnce() -> String,
        decoded: &Decoded,
    ) -> Result<Option<Self>, Failure> {
        let Some(rule) = operation.idempotency else {
            return Ok(None);
        };
        let name = rule.header;
        let mut fields = headers.get_all(name).iter();
        let Some(field) = fields.next() else {
            return match rule.required {
                true => Err(Failure::new(400, format!("The header field `{name}` is required."))),
                false => Ok(None),
            };
        };
        let text = field.to_str().unwrap_or_default();
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > LONGEST || !plain || fields.next().is_some() {
            let detail = format!("`{name}` must be 1 to {LONGEST} visible ASCII characters, and stand there once.");
            return Err(Failure::new(400, detail));
        }
        let digest = Sha256::digest(decoded.canonical());
        let scope = scope();
        let key = Key::new((scope.as_str(), operation.id, text));
        Ok(Some(Self { key, scope, fingerprint: BASE64_STANDARD.encode(digest), rule }))
    }

    /// The kept result, or a refusal if the key was used for another request.
    pub(crate) async fn look_up<S: Store>(
        &self,
        tx: &WriteTx<S>,
        now: Timestamp,
    ) -> Result<Option<Result<Finished, Failure>>, Fault> {
        let Some(kept) = tx.get::<Kept>(&self.key).await? else {
            return Ok(None);
        };
        if kept.expires <= now.as_second() {
            return Ok(None);
        }
        if kept.fingerprint != self.fingerprint {
            let detail = "This idempotency key was used for another request.";
            return Ok(Some(Err(Failure::new(422, detail))));
        }
        Ok(Some(Ok(kept.into_record().finished())))
    }

    /// Keeps a result, in the transaction of its effect.
    pub(crate) async fn keep<S: Store>(
        &self,
        tx: &mut WriteTx<S>,
        finished: &Finished,
        now: Timestamp,
    ) -> Result<(), Fault> {
        if Sha256::digest(self.key.as_bytes())[0] % SWEEPS == 0 {
            sweep(tx, &self.scope, now).await?;
        }
        let retention = i64::try_from(self.rule.retention_seconds).unwrap_or(i64::MAX);
        let expires = now.as_second().saturating_add(retention);
        let kept = Kept::of(finished, self.fingerprint.clone(), expires);
        tx.put(&self.key, kept).await?;
        let mut place = Key::new((self.scope.as_str(), expires)).as_bytes().to_vec();
        place.extend(self.key.as_bytes());
        let key = Bytes::copy_from_slice(self.key.as_bytes());
        tx.inner_mut().put(EXPIRING, &place, key).await?;
        Ok(())
    }
}

/// Removes some of a scope's keys that have expired: more than it has got since, so they do not pile up.
async fn sweep<S: Store>(tx: &mut WriteTx<S>, scope: &str, now: Timestamp) -> Result<(), Fault> {
    let until = Key::new((scope, now.as_second())).as_bytes().to_vec();
    let until = KeyRange { from: Key::prefix(scope).from, to: until };
    let expired = tx.inner_mut().scan(EXPIRING, until, 0, SWEPT).await?;
    for (place, key) in expired {
        tx.inner_mut().remove(EXPIRING, &place).await?;
        // The key may have been used anew since: then it has a later place too.
        let kept = tx.inner_mut().get(Kept::TABLE, &key).await?;
        let kept = kept.and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
        if kept.is_none_or(|kept| kept.expires < now.as_second()) {
            tx.inner_mut().remove(Kept::TABLE, &key).await?;
        }
    }
    Ok(())
}

impl Kept {
    fn of(finished: &Finished, fingerprint: String, expires: i64) -> Self {
        let field = |name: &HeaderName| {
            let value = finished.headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        };
        Self {
            fingerprint,
            expires,
            status: finished.status,
            headers: KEPT.iter().filter_map(field).collect(),
            body: match &finished.content {
                // A stream has been read to its end before.
                Content::None | Content::Stream { .. } => None,
                Content::Bytes(bytes) => Some(BASE64_STANDARD.encode(bytes)),
            },
        }
    }

    fn finished(self) -> Finished {
        let mut finished = Finished::empty(self.status);
        for name in KEPT {
            let field = self.headers.iter().find(|(kept, _)| name == kept.as_str());
            if let Some((_, value)) = field {
                finished.insert(name, value);
            }
        }
        let body = self.body.map(|text| BASE64_STANDARD.decode(text).unwrap_or_default());
        finished.content = body.map_or(Content::None, |body| Content::Bytes(body.into()));
        finished
    }
}

/// The keys at work in this process.
#[derive(Debug, Default)]
pub(crate) struct InFlight {
    keys: Mutex<HashSet<Key>>,
    ended: Notify,
}

/// A key at work; dropped when the request ends, however it ends.
#[derive(Debug)]
pub(crate) struct Turn<'f> {
    in_flight: &'f InFlight,
    key: Key,
}

impl InFlight {
    /// Waits for the key to be free.
    pub(crate) async fn enter(&self, request: &KeyedRequest, patience: Duration) -> Result<Turn<'_>, Failure> {
        let turn = async {
            loop {
                // Before the look: an end between the look and the wait must not be missed.
                let ended = self.ended.notified();
                tokio::pin!(ended);
                ended.as_mut().enable();
                if self.insert(&request.key) {
                    return Turn { in_flight: self, key: request.key.clone() };
                }
                ended.await;
            }
        };
        timeout(patience, turn).await.map_err(|_| Failure::in_flight())
    }

    fn insert(&self, key: &Key) -> bool {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.insert(key.clone())
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut keys = self.in_flight.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.remove(&self.key);
        drop(keys);
        self.in_flight.ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use methodical_wire::Replays;

    use super::*;
    use crate::memory::MemoryStore;
    use crate::precondition::Preconditions;

    fn request(number: usize) -> KeyedRequest {
        KeyedRequest {
            key: Key::new(("caller", "operation", number.to_string())),
            scope: "caller".to_owned(),
            fingerprint: "f".to_owned(),
            rule: Idempotency {
                header: "Idempotency-Key",
                required: false,
                replays: Replays::Success,
                retention_seconds: 10,
            },
        }
    }

    #[tokio::test]
    async fn expired_keys_are_free_and_are_removed() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let store = MemoryStore::new();
        let mut tx = WriteTx::begin(&store, Preconditions::default()).await.unwrap();
        for number in 0..40 {
            request(number).keep(&mut tx, &Finished::empty(204), at(100)).await.unwrap();
        }
        assert!(request(7).look_up(&tx, at(109)).await.unwrap().is_some());
        assert!(request(7).look_up(&tx, at(110)).await.unwrap().is_none());

        // A key that is used anew keeps its later record when the place of the first is swept.
        for number in 0..30 {
            request(number).keep(&mut tx, &Finished::empty(204), at(200)).await.unwrap();
        }
        assert_eq!(tx.count::<Kept>(&Key::all()).await.unwrap(), 30);
        let places = tx.inner_mut().count(EXPIRING, Key::all()).await.unwrap();
        assert_eq!(places, 30);
        assert!(request(3).look_up(&tx, at(201)).await.unwrap().is_some());
    }
}
