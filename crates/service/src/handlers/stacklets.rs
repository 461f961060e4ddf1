//! Stacklets. What one is wanted to be comes in three shapes (POST of one, POST of several, PUT) and
//! is one thing here, [`Wanted`].

use methodical_server::{Created, Cx, Fault, Found, Key, Lookup, ReadTx, Record, Refusal, Removed, Upserted, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{
    CreateStackletsBody, Stacklet, StackletList, StackletResponse, StackletsCreated, StackletsCreatedResponse,
};
use stacklets_server::{
    CreateStacklets, CreateStackletsRequest, DeleteStacklet, DeleteStackletRequest, GetStacklet, GetStackletRequest,
    ListStacklets, ListStackletsRequest, PutStacklet, PutStackletRequest, Stacklets as StackletHandlers,
};

use super::reference::Reference;
use super::wanted::{Plan, Wanted};
use super::{all_owned, owned};
use crate::access::Account;
use crate::api::Stacklets;
use crate::numbers;
use crate::page::Page;
use crate::problems::Mistakes;
use crate::store::EmbeddedStore;

/// A stacklet in the store, under its account and number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct StackletRecord(pub(super) Stacklet);

impl Record for StackletRecord {
    const TABLE: &'static str = "stacklets";
}

impl StackletRecord {
    fn into_response(self) -> StackletResponse {
        StackletResponse { stacklet: self.0 }
    }
}

impl StackletHandlers for Stacklets {
    async fn list_stacklets<'t>(
        &'t self,
        tx: &'t ReadTx<EmbeddedStore>,
        request: ListStackletsRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Found<'t, StackletList>, Refusal<ListStacklets>> {
        Ok(Found::later(None, list(tx, request, cx)))
    }

    /// All or none (POST-MANY-ATOMIC): everything is checked before the first is made, and what
    /// fails later rolls all of them back.
    async fn create_stacklets<'t>(
        &'t self,
        tx: &'t mut WriteTx<EmbeddedStore>,
        request: CreateStackletsRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Created<StackletsCreatedResponse>, Refusal<CreateStacklets>> {
        match request.body {
            CreateStackletsBody::StackletCreate(body) => {
                let name = body.name.clone();
                let plan = Wanted::from(body).check(tx, cx, Mistakes::default()).await?;
                let (key, record) = make(tx, cx, &plan, name).await?;
                let created = tx.create_one(key, record).await?;
                Ok(created
                    .map(|stored| StackletsCreatedResponse::StackletResponse(stored.into_record().into_response())))
            }
            CreateStackletsBody::StackletsCreate(body) => {
                let names = body.names.clone();
                let plan = Wanted::from(body).check(tx, cx, Mistakes::default()).await?;
                let mut records = Vec::with_capacity(names.len());
                for name in names {
                    records.push(make(tx, cx, &plan, name).await?);
                }
                let created = tx.create(records).await?;
                Ok(created.map(|stored| {
                    let stacklets = stored.into_iter().map(|stored| stored.into_record().0);
                    StackletsCreatedResponse::StackletsCreated(StackletsCreated { stacklets: stacklets.collect() })
                }))
            }
        }
    }

    async fn get_stacklet<'t>(
        &'t self,
        tx: &'t ReadTx<EmbeddedStore>,
        request: GetStackletRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Option<Found<'t, StackletResponse>>, Refusal<GetStacklet>> {
        let found = tx.get(&owned(cx, request.id)).await?;
        Ok(found.map(|stored| Found::render(stored, StackletRecord::into_response)))
    }

    async fn put_stacklet<'t>(
        &'t self,
        tx: &'t mut WriteTx<EmbeddedStore>,
        request: PutStackletRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Upserted<StackletResponse>, Refusal<PutStacklet>> {
        let PutStackletRequest { id, body } = request;
        let target = tx.target::<StackletRecord>(owned(cx, id)).await?;
        let mut mistakes = Mistakes::default();
        if target.current().is_none() {
            numbers::check_creation(id, "stacklet", &mut mistakes);
        }
        let name = body.name.clone();
        let plan = Wanted::from(body).check(tx, cx, mistakes).await?;
        let mut stacklet = plan.stacklet(id, name, cx.now());
        if let Some(current) = target.current() {
            keep_what_is_the_services(&current.0, &mut stacklet);
        }
        let put = tx.replace(target, StackletRecord(stacklet)).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    async fn delete_stacklet<'t>(
        &'t self,
        tx: &'t mut WriteTx<EmbeddedStore>,
        request: DeleteStackletRequest,
        cx: &'t Cx<Account>,
    ) -> Result<Removed, Refusal<DeleteStacklet>> {
        let target = tx.target::<StackletRecord>(owned(cx, request.id)).await?;
        Ok(tx.remove(target).await?)
    }
}

async fn list(
    tx: &ReadTx<EmbeddedStore>,
    request: ListStackletsRequest,
    cx: &Cx<Account>,
) -> Result<StackletList, Fault> {
    let ListStackletsRequest { page, per_page, region, tag_name } = request;
    let page = Page::new(page, per_page);
    let range = all_owned(cx);
    let (records, meta) = if region.is_none() && tag_name.is_none() {
        page.read(tx, &range).await?
    } else {
        let chosen = |record: &StackletRecord| {
            let StackletRecord(stacklet) = record;
            let tag = tag_name.as_deref().map(Reference::Tag);
            region.as_ref().is_none_or(|region| *region == stacklet.region) && tag.is_none_or(|tag| tag.is_in(stacklet))
        };
        page.choose(tx, &range, chosen).await?
    };
    let stacklets = records.into_iter().map(|record| record.0).collect();
    Ok(StackletList { meta, stacklets })
}

/// A new stacklet under the next number of the service's own.
async fn make(
    tx: &mut WriteTx<EmbeddedStore>,
    cx: &Cx<Account>,
    plan: &Plan,
    name: String,
) -> Result<(Key, StackletRecord), Fault> {
    let id = numbers::next(tx, StackletRecord::TABLE).await?;
    let stacklet = plan.stacklet(id, name, cx.now());
    Ok((owned(cx, id), StackletRecord(stacklet)))
}

/// What a PUT does not write stays as it is (READONLY-STABLE), but for what the size decides.
fn keep_what_is_the_services(current: &Stacklet, stacklet: &mut Stacklet) {
    stacklet.created_at = current.created_at;
    stacklet.locked = current.locked;
    stacklet.networks = current.networks.clone();
    stacklet.status = current.status.clone();
}
