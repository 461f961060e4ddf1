//! Tags. Their names are their identities, and clients choose them. What carries one is in [`tag_resources`].

use methodical_server::wire::{Timestamp, Uuid};
use methodical_server::{
    Created, Cx, Found, Key, Lookup, ReadTx, Record, Refusal, Refused, Removed, Updated, Upserted, WriteTx,
};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Tag, TagList, TagResourceList, TagResourcesResponse, TagResponse};
use stacklets_server::{
    AddTagResources, AddTagResourcesRequest, CreateTag, CreateTagRequest, DeleteTag, DeleteTagRequest, GetTag,
    GetTagRequest, ListTagResources, ListTagResourcesRequest, ListTags, ListTagsRequest, PutTag, PutTagRequest,
    RemoveTagResource, RemoveTagResourceRequest, Tags,
};

use super::projects::{self, InProject};
use super::reference::Reference;
use super::{all_owned, owned, tag_resources};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::listing::{Listed, Listing};
use crate::problems::{self, Mistakes};
use crate::store::Database;

/// A tag in the store, under its account and name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct TagRecord(Tag);

impl Record for TagRecord {
    const TABLE: &'static str = "tags";
}

impl Listed for TagRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl InProject for TagRecord {
    fn project(&self) -> Option<Uuid> {
        self.0.project_uuid.flatten()
    }

    fn move_to(&mut self, project: Uuid) {
        self.0.project_uuid = Some(Some(project));
    }

    fn key(&self, account: &str) -> Key {
        Key::new((account, self.0.name.as_str()))
    }
}

impl TagRecord {
    fn into_response(self) -> TagResponse {
        TagResponse { tag: self.0 }
    }
}

impl Tags for Stacklets {
    async fn list_tags<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListTagsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, TagList>, Refusal<ListTags>> {
        let ListTagsRequest { page, per_page, project_uuid, query, sort } = request;
        Ok(Found::later(None, async move {
            let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
            let (records, meta) = projects::list::<TagRecord>(tx, listing, &all_owned(cx), project_uuid).await?;
            Ok(TagList { meta, tags: records.into_iter().map(|record| record.0).collect() })
        }))
    }

    async fn create_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateTagRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<TagResponse>, Refusal<CreateTag>> {
        let body = request.body;
        let mut mistakes = Mistakes::default();
        let project = projects::resolve(tx, cx, body.project_uuid, &mut mistakes).await?;
        let (ids, place) = (body.stacklet_ids.unwrap_or_default(), |index| format!("/stacklet_ids/{index}"));
        let tagged = tag_resources::find(tx, cx, ids, &body.name, &mut mistakes, place).await?;
        mistakes.check()?;
        let tag = Tag {
            created_at: cx.now(),
            description: Some(body.description.flatten()),
            name: body.name.clone(),
            project_uuid: Some(Some(project)),
        };
        let created = match tx.create_one(owned(cx, body.name.as_str()), TagRecord(tag)).await {
            Ok(created) => created,
            Err(Refused::Exists { .. }) => {
                let detail = format!("There is a tag `{}` already.", body.name);
                return Err(problems::name_taken("/name", detail));
            }
            Err(refused) => return Err(refused.into()),
        };
        tag_resources::attach(tx, cx, tagged, &body.name).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_tag<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetTagRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, TagResponse>>, Refusal<GetTag>> {
        let found = tx.get(&owned(cx, request.name)).await?;
        Ok(found.map(|stored| Found::render(stored, TagRecord::into_response)))
    }

    async fn put_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutTagRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<TagResponse>, Refusal<PutTag>> {
        let PutTagRequest { name, body } = request;
        let target = tx.target::<TagRecord>(owned(cx, name.as_str())).await?;
        let mut mistakes = Mistakes::default();
        let project = projects::resolve(tx, cx, body.project_uuid, &mut mistakes).await?;
        mistakes.check()?;
        let tag = Tag {
            created_at: target.current().map_or(cx.now(), |tag| tag.0.created_at),
            description: Some(body.description.flatten()),
            name,
            project_uuid: Some(Some(project)),
        };
        let put = tx.replace(target, TagRecord(tag)).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    /// Stacklets that carry the tag lose it in the same step (DELETE-CHILDREN).
    async fn delete_tag<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteTagRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteTag>> {
        let key = owned(cx, request.name.as_str());
        let target = tx.target::<TagRecord>(key).await?;
        let removed = tx.remove(target).await?;
        Reference::Tag(&request.name).detach(tx, cx).await?;
        Ok(removed)
    }

    async fn list_tag_resources<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListTagResourcesRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, TagResourceList>>, Refusal<ListTagResources>> {
        if tx.get::<TagRecord>(&owned(cx, request.name.as_str())).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(Found::later(None, tag_resources::list(tx, request, cx))))
    }

    async fn add_tag_resources<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: AddTagResourcesRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Updated<TagResourcesResponse>, Refusal<AddTagResources>> {
        let AddTagResourcesRequest { name, body } = request;
        let target = tx.target::<TagRecord>(owned(cx, name.as_str())).await?;
        let Some(tag) = target.current().map(|stored| TagRecord::clone(stored)) else {
            return Err(Refused::Absent.into());
        };
        let resources = tag_resources::add(tx, cx, body, &name).await?;
        // The tag stays as it is; that it is there is what the answer rests on.
        let updated = tx.update(target, tag).await?;
        Ok(updated.map(|_| TagResourcesResponse { resources }))
    }

    async fn remove_tag_resource<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RemoveTagResourceRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<RemoveTagResource>> {
        tag_resources::remove(tx, cx, request).await
    }
}
