//! What carries a tag. It stands in the `tags` of the stacklets and nowhere else.

use methodical_server::{Cx, Fault, Lookup, ReadTx, Refusal, Removed, Stored, WriteTx};
use stacklets_server::types::{AddTagResourcesBody, NetworkType, Stacklet, TagResource, TagResourceList, TaggableType};
use stacklets_server::{AddTagResources, ListTagResourcesRequest, RemoveTagResource, RemoveTagResourceRequest};

use super::reference::Reference;
use super::stacklets::StackletRecord;
use super::{all_owned, owned};
use crate::access::Caller;
use crate::page::Page;
use crate::problems::Mistakes;
use crate::store::Database;

/// As many tags as a PUT of a stacklet may send: what a GET shows can be put back.
const MOST_TAGS: usize = 100;

/// The page of what carries a tag.
pub(super) async fn list(
    tx: &ReadTx<Database>,
    request: ListTagResourcesRequest,
    cx: &Cx<Caller>,
) -> Result<TagResourceList, Fault> {
    let ListTagResourcesRequest { name, page, per_page } = request;
    let carries = |record: &StackletRecord| Reference::Tag(&name).is_in(&record.0);
    let (records, meta) = Page::new(page, per_page).choose(tx, &all_owned(cx), carries).await?;
    Ok(TagResourceList { meta, resources: records.into_iter().map(|record| shown(record.0)).collect() })
}

/// Attaches the tag to what the request names, in its order: to all of it or to nothing.
pub(super) async fn add(
    tx: &mut WriteTx<Database>,
    cx: &Cx<Caller>,
    body: AddTagResourcesBody,
    tag: &str,
) -> Result<Vec<TagResource>, Refusal<AddTagResources>> {
    let mut mistakes = Mistakes::default();
    let stacklets = match body {
        AddTagResourcesBody::TagResourceAdd(one) => {
            find(tx, cx, vec![one.id], tag, &mut mistakes, |_| "/id".to_owned()).await?
        }
        AddTagResourcesBody::TagResourcesAdd(several) => {
            let ids = several.resources.into_iter().map(|resource| resource.id).collect();
            find(tx, cx, ids, tag, &mut mistakes, |index| format!("/resources/{index}/id")).await?
        }
    };
    mistakes.check()?;
    Ok(attach(tx, cx, stacklets, tag).await?.into_iter().map(shown).collect())
}

/// The stacklets of these numbers; one that is not there, or has no room for this tag, is noted as a mistake at the
/// place that `pointer` gives.
pub(super) async fn find(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    ids: Vec<u64>,
    tag: &str,
    mistakes: &mut Mistakes,
    pointer: impl Fn(usize) -> String + Send + Sync,
) -> Result<Vec<Stacklet>, Fault> {
    let mut stacklets = Vec::with_capacity(ids.len());
    for (index, id) in ids.into_iter().enumerate() {
        match tx.get::<StackletRecord>(&owned(cx, id)).await?.map(Stored::into_record) {
            None => mistakes.add_missing(pointer(index), format!("There is no stacklet {id}.")),
            Some(StackletRecord(stacklet)) if is_full(&stacklet, tag) => {
                let detail = format!("The stacklet {id} carries {MOST_TAGS} tags, and no more are possible.");
                mistakes.add_senseless(pointer(index), detail);
            }
            Some(StackletRecord(stacklet)) => stacklets.push(stacklet),
        }
    }
    Ok(stacklets)
}

fn is_full(stacklet: &Stacklet, tag: &str) -> bool {
    stacklet.tags.iter().flatten().count() >= MOST_TAGS && !Reference::Tag(tag).is_in(stacklet)
}

/// Attaches the tag to these stacklets, and gives them as they are then.
pub(super) async fn attach(
    tx: &mut WriteTx<Database>,
    cx: &Cx<Caller>,
    mut stacklets: Vec<Stacklet>,
    tag: &str,
) -> Result<Vec<Stacklet>, Fault> {
    for stacklet in &mut stacklets {
        if !Reference::Tag(tag).is_in(stacklet) {
            stacklet.tags.get_or_insert_default().push(tag.to_owned());
            tx.put(&owned(cx, stacklet.id), StackletRecord(stacklet.clone())).await?;
        }
    }
    Ok(stacklets)
}

/// Takes the tag off a stacklet. A tag that is not there is carried by none.
pub(super) async fn remove(
    tx: &mut WriteTx<Database>,
    cx: &Cx<Caller>,
    request: RemoveTagResourceRequest,
) -> Result<Removed, Refusal<RemoveTagResource>> {
    let target = tx.target::<StackletRecord>(owned(cx, request.id)).await?;
    let take_off = |record: &mut StackletRecord| {
        let tags = record.0.tags.get_or_insert_default();
        let before = tags.len();
        tags.retain(|tag| *tag != request.name);
        tags.len() < before
    };
    Ok(tx.remove_part(target, take_off).await?)
}

fn shown(stacklet: Stacklet) -> TagResource {
    let public = stacklet.networks.v4.into_iter().find(|network| network.r#type == NetworkType::Public);
    TagResource {
        id: stacklet.id,
        ipv4_address: public.map(|network| network.address),
        name: stacklet.name,
        status: stacklet.status.as_str().to_owned(),
        tags: stacklet.tags.unwrap_or_default(),
        r#type: TaggableType::Stacklet,
    }
}
