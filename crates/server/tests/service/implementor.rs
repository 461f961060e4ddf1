//! An implementor of the small API, and a store that reports conflicts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use methodical_server::wire::{self, Place, Problem, Violation};
use methodical_server::{
    Accepted, Api, Created, Credentials, Cx, Discarded, Forbidden, Found, Key, KeyRange, Lookup as _, MemoryRead,
    MemoryStore, MemoryWrite, ReadTx, Reads, Record, Refusal, Refused, Removed, Store, StoreError, Stored,
    Unauthenticated, Updated, Upserted, Window, WriteTx, Writes,
};

use crate::generated::*;

impl Record for Tag {
    const TABLE: &'static str = "tags";
}

/// What the handlers did, seen from outside.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) rendered: AtomicU32,
    pub(crate) put: AtomicU32,
}

pub(crate) struct Labels<S> {
    pub(crate) seen: Arc<Seen>,
    pub(crate) store: std::marker::PhantomData<fn() -> S>,
}

impl<S: Store> Api for Labels<S> {
    type Store = S;
    type Principal = String;

    async fn authenticate<'t>(
        &'t self,
        _: &'t ReadTx<S>,
        credentials: &'t Credentials,
    ) -> Result<String, Unauthenticated> {
        match credentials.get("token") {
            Some("banned") => Err(Forbidden::new("The account is closed.").into()),
            Some("panic") => panic!("the authenticator broke"),
            Some(token) if token.starts_with("good") => Ok(token.to_owned()),
            Some(_) | None => Err(Unauthenticated::Invalid("The token is not known.".to_owned())),
        }
    }

    /// `good-reader` may only read, `good-writer` only write.
    fn authorize(&self, principal: &String, operation: &'static wire::Operation) -> Result<(), Forbidden> {
        let reads = operation.effect == wire::Effect::Safe;
        match principal.as_str() {
            "good-reader" if !reads => Err(Problem::new(500, "Readers only read.").with_type("/readers", "No").into()),
            "good-writer" if reads => Err(Forbidden::new("Writers only write.")),
            "good-panic" => panic!("the authoriser broke"),
            _ => Ok(()),
        }
    }

    fn rate_key(&self, principal: &String) -> String {
        principal.clone()
    }

    /// `good1@ada` and `good2@ada` are two callers of one account.
    fn scope_key(&self, principal: &String) -> String {
        principal.rsplit('@').next().unwrap_or_default().to_owned()
    }

    fn name(&self, principal: &String) -> Option<String> {
        match principal.split_once('@')?.1 {
            "panic" => panic!("the register broke"),
            name => Some(name.to_owned()),
        }
    }

    fn anonymous(&self) -> Option<String> {
        Some("nobody".to_owned())
    }
}

fn key(name: &str) -> Key {
    Key::new(name)
}

impl<S: Store> Tags for Labels<S> {
    async fn list_tags<'t>(
        &'t self,
        tx: &'t ReadTx<S>,
        request: ListTagsRequest,
        _: &'t Cx<String>,
    ) -> Result<Found<'t, TagList>, Refusal<ListTags>> {
        let window = Window::page(1, request.per_page.unwrap_or(25));
        Ok(Found::later(None, async move {
            self.seen.rendered.fetch_add(1, Ordering::SeqCst);
            let tags = tx.list::<Tag>(&Key::all(), window).await?;
            let total = tx.count::<Tag>(&Key::all()).await?;
            Ok(TagList { tags: tags.into_iter().map(Stored::into_record).collect(), total })
        }))
    }

    async fn get_tag<'t>(
        &'t self,
        tx: &'t ReadTx<S>,
        request: GetTagRequest,
        _: &'t Cx<String>,
    ) -> Result<Option<Found<'t, Tag>>, Refusal<GetTag>> {
        let found = tx.get::<Tag>(&key(&request.name)).await?;
        Ok(found.map(|stored| {
            Found::render(stored, |tag| {
                self.seen.rendered.fetch_add(1, Ordering::SeqCst);
                tag
            })
        }))
    }

    async fn put_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: PutTagRequest,
        _: &'t Cx<String>,
    ) -> Result<Upserted<Tag>, Refusal<PutTag>> {
        self.seen.put.fetch_add(1, Ordering::SeqCst);
        let PutTagRequest { name, body } = request;
        let target = tx.target::<Tag>(key(&name)).await?;
        if target.current().is_none() && name == "reserved" {
            let violation = Violation {
                location: Place::Path,
                pointer: "/name".to_owned(),
                detail: "is not yours to choose".to_owned(),
            };
            return Err(Refusal::unprocessable(vec![violation]));
        }
        let tag = Tag { name, note: body.note };
        Ok(tx.replace(target, tag).await?.map(Stored::into_record))
    }

    async fn delete_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: DeleteTagRequest,
        _: &'t Cx<String>,
    ) -> Result<Removed, Refusal<DeleteTag>> {
        let target = tx.target::<Tag>(key(&request.name)).await?;
        Ok(tx.remove(target).await?)
    }

    async fn create_tags<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: CreateTagsRequest,
        _: &'t Cx<String>,
    ) -> Result<Created<CreatedTags>, Refusal<CreateTags>> {
        let mut records = Vec::new();
        for (index, name) in request.body.names.iter().enumerate() {
            if name == "slow" {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            // A secondary effect before the refusal: it has to be rolled back.
            tx.put(&Key::new(("by index", index as u64)), Tag { name: name.clone(), note: None }).await?;
            if name == "wrong" {
                let violation = Violation {
                    location: Place::Body,
                    pointer: format!("/names/{index}"),
                    detail: "is wrong".to_owned(),
                };
                return Err(Refusal::unprocessable(vec![violation]));
            }
            tx.delete::<Tag>(&Key::new(("by index", index as u64))).await?;
            records.push((key(name), Tag { name: name.clone(), note: None }));
        }
        match tx.create(records).await {
            Ok(created) => {
                Ok(created.map(|tags| CreatedTags { tags: tags.into_iter().map(Stored::into_record).collect() }))
            }
            Err(Refused::Exists { member }) => Err(Refusal::conflict(format!("`/names/{member}` is taken."))),
            Err(refused) => Err(refused.into()),
        }
    }

    async fn next_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: NextTagRequest,
        _: &'t Cx<String>,
    ) -> Result<Created<Tag>, Refusal<NextTag>> {
        let name = match request.body.note.as_deref() {
            // An undeclared 409, and an endless sequence of conflicts with oneself.
            Some("taken") => "1".to_owned(),
            Some("gone") => return Err(Refusal::not_found("The tag to follow is not there.")),
            Some("busy") => return Err(Refusal::busy(Duration::from_millis(1500))),
            Some(_) | None => tx.next_number("tags").await?.to_string(),
        };
        let tag = Tag { name: name.clone(), note: None };
        Ok(tx.create_one(key(&name), tag).await?.map(Stored::into_record))
    }

    async fn renote_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: RenoteTagRequest,
        _: &'t Cx<String>,
    ) -> Result<Updated<Tag>, Refusal<RenoteTag>> {
        let target = tx.target::<Tag>(key(&request.name)).await?;
        let tag = Tag { name: request.name, note: request.body.note };
        Ok(tx.update(target, tag).await?.map(Stored::into_record))
    }

    async fn drop_note<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: DropNoteRequest,
        _: &'t Cx<String>,
    ) -> Result<Removed, Refusal<DropNote>> {
        let target = tx.target::<Tag>(key(&request.name)).await?;
        Ok(tx.remove(target).await?)
    }

    async fn take_note<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: TakeNoteRequest,
        _: &'t Cx<String>,
    ) -> Result<Removed, Refusal<TakeNote>> {
        let target = tx.target::<Tag>(key(&request.name)).await?;
        // It says of any note that it was there: the store knows better.
        let take_out = |tag: &mut Tag| {
            tag.note = None;
            tag.name != "kept"
        };
        Ok(tx.remove_part(target, take_out).await?)
    }

    async fn move_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: MoveTagRequest,
        _: &'t Cx<String>,
    ) -> Result<Accepted<Moving>, Refusal<MoveTag>> {
        if tx.get::<Tag>(&key(&request.name)).await?.is_none() {
            return Err(Refusal::not_found("There is no such tag."));
        }
        let name = format!("move{}", tx.next_number("moves").await?);
        let monitor = tx.create_one(key(&name), Tag { name: name.clone(), note: None }).await?;
        let task = (request.name != "lost").then_some(name);
        Ok(tx.accept(monitor, Moving { task }))
    }

    async fn health<'t>(
        &'t self,
        tx: &'t ReadTx<S>,
        _: HealthRequest,
        _: &'t Cx<String>,
    ) -> Result<HealthAnswer, Refusal<Health>> {
        let total = tx.count::<Tag>(&Key::all()).await?;
        if total == 0 {
            return Ok(HealthAnswer::Accepted);
        }
        Ok(HealthAnswer::Ok(TagList { tags: Vec::new(), total }))
    }

    async fn send_blob<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: SendBlobRequest,
        _: &'t Cx<String>,
    ) -> Result<Discarded, Refusal<SendBlob>> {
        let note = request.body.as_str().map(str::to_owned);
        tx.put(&key("blob"), Tag { name: "blob".to_owned(), note }).await?;
        Ok(Discarded)
    }

    async fn misbehave<'t>(
        &'t self,
        tx: &'t mut WriteTx<S>,
        request: MisbehaveRequest,
        _: &'t Cx<String>,
    ) -> Result<Discarded, Refusal<Misbehave>> {
        tx.put(&key("half"), Tag { name: "half".to_owned(), note: None }).await?;
        match request.name.as_str() {
            "panic" => panic!("the handler broke"),
            "slow" => tokio::time::sleep(Duration::from_secs(3600)).await,
            "corrupt" => return Err(StoreError::Corrupt("bits have fallen over".into()).into()),
            "down" => return Err(StoreError::Unavailable("no route".into()).into()),
            _ => {}
        }
        Ok(Discarded)
    }
}

/// A store whose first commits meet a conflict.
#[derive(Debug, Clone)]
pub(crate) struct Contended {
    pub(crate) inner: MemoryStore,
    pub(crate) conflicts: Arc<AtomicU32>,
}

pub(crate) struct ContendedWrite {
    inner: MemoryWrite,
    conflicts: Arc<AtomicU32>,
}

impl Store for Contended {
    type Read = MemoryRead;
    type Write = ContendedWrite;

    async fn read(&self) -> Result<MemoryRead, StoreError> {
        self.inner.read().await
    }

    async fn write(&self) -> Result<ContendedWrite, StoreError> {
        Ok(ContendedWrite { inner: self.inner.write().await?, conflicts: Arc::clone(&self.conflicts) })
    }
}

impl Reads for ContendedWrite {
    async fn get(&self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.inner.get(table, key).await
    }

    async fn scan(
        &self,
        table: &'static str,
        range: KeyRange,
        skip: u64,
        limit: usize,
    ) -> Result<Vec<(Bytes, Bytes)>, StoreError> {
        self.inner.scan(table, range, skip, limit).await
    }

    async fn count(&self, table: &'static str, range: KeyRange) -> Result<u64, StoreError> {
        self.inner.count(table, range).await
    }
}

impl Writes for ContendedWrite {
    async fn put(&mut self, table: &'static str, key: &[u8], value: Bytes) -> Result<Option<Bytes>, StoreError> {
        self.inner.put(table, key, value).await
    }

    async fn remove(&mut self, table: &'static str, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.inner.remove(table, key).await
    }

    async fn commit(self) -> Result<(), StoreError> {
        let left = self.conflicts.load(Ordering::SeqCst);
        if left > 0 {
            self.conflicts.store(left - 1, Ordering::SeqCst);
            return Err(StoreError::Conflict);
        }
        self.inner.commit().await
    }
}
