//! Tags. Their names are their identities, and clients choose them.

use methodical_server::{Created, Cx, Found, Lookup, ReadTx, Record, Refusal, Refused, Removed, Upserted, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Tag, TagList, TagResponse};
use stacklets_server::{
    CreateTag, CreateTagRequest, DeleteTag, DeleteTagRequest, GetTag, GetTagRequest, ListTags, ListTagsRequest, PutTag,
    PutTagRequest, Tags,
};

use super::reference::Reference;
use super::{all_owned, owned};
use crate::access::Account;
use crate::api::Stacklets;
use crate::page::Page;
use crate::problems;
use crate::store::EmbeddedStore;

/// A tag in the store, under its account and name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct TagRecord(Tag);

impl Record for TagRecord {
    const TABLE: &'static str = "tags";
}

impl TagRecord {
    fn into_response(self) -> TagResponse {
        TagResponse { tag: self.0 }
    }
}

impl Tags for Stacklets {
    async fn list_tags<'t>(
        &'t self,
        tx: &'t ReadTx<EmbeddedStore>,
        request: ListTagsRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Found<'t, TagList>, Refusal<ListTags>> {
        let page = Page::new(request.page, request.per_page);
        Ok(Found::later(None, async move {
            let (records, meta) = page.read::<TagRecord>(tx, &all_owned(cx)).await?;
            let tags = records.into_iter().map(|record| record.0).collect();
            Ok(TagList { meta, tags })
        }))
    }

    async fn create_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<EmbeddedStore>,
        request: CreateTagRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Created<TagResponse>, Refusal<CreateTag>> {
        let tag =
            Tag { created_at: cx.now(), description: shown(request.body.description), name: request.body.name.clone() };
        let key = owned(cx, request.body.name.as_str());
        match tx.create_one(key, TagRecord(tag)).await {
            Ok(created) => Ok(created.map(|stored| stored.into_record().into_response())),
            Err(Refused::Exists { .. }) => {
                let detail = format!("There is a tag `{}` already.", request.body.name);
                Err(problems::name_taken("/name", detail))
            }
            Err(refused) => Err(refused.into()),
        }
    }

    async fn get_tag<'t>(
        &'t self,
        tx: &'t ReadTx<EmbeddedStore>,
        request: GetTagRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Option<Found<'t, TagResponse>>, Refusal<GetTag>> {
        let found = tx.get(&owned(cx, request.name)).await?;
        Ok(found.map(|stored| Found::render(stored, TagRecord::into_response)))
    }

    async fn put_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<EmbeddedStore>,
        request: PutTagRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Upserted<TagResponse>, Refusal<PutTag>> {
        let key = owned(cx, request.name.as_str());
        let target = tx.target::<TagRecord>(key).await?;
        let tag = Tag {
            created_at: target.current().map_or(cx.now(), |tag| tag.0.created_at),
            description: shown(request.body.description),
            name: request.name,
        };
        let put = tx.replace(target, TagRecord(tag)).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    /// Stacklets that carry the tag lose it in the same step (DELETE-CHILDREN).
    async fn delete_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<EmbeddedStore>,
        request: DeleteTagRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Removed, Refusal<DeleteTag>> {
        let key = owned(cx, request.name.as_str());
        let target = tx.target::<TagRecord>(key).await?;
        let removed = tx.remove(target).await?;
        Reference::Tag(&request.name).detach(tx, cx).await?;
        Ok(removed)
    }
}

/// An optional member that a client left out has its default, and is shown.
fn shown(description: Option<Option<String>>) -> Option<Option<String>> {
    Some(description.flatten())
}
