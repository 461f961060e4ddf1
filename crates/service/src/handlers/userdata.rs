//! Stored scripts. What they mean is the image's affair.

use methodical_server::wire::{Timestamp, Uuid};
use methodical_server::{Created, Cx, Found, Lookup, ReadTx, Record, Refusal, Removed, Upserted, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Userdata, UserdataList, UserdataResponse};
use stacklets_server::{
    CreateUserdata, CreateUserdataRequest, DeleteUserdata, DeleteUserdataRequest, GetUserdata, GetUserdataRequest,
    ListUserdata, ListUserdataRequest, PutUserdata, PutUserdataRequest, Userdata as UserdataHandlers,
};

use super::reference::Reference;
use super::{all_owned, owned};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::listing::{Listed, Listing};
use crate::store::Database;

/// A script in the store, under its account and UUID.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct UserdataRecord(Userdata);

impl Record for UserdataRecord {
    const TABLE: &'static str = "userdata";
}

impl Listed for UserdataRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl UserdataRecord {
    fn into_response(self) -> UserdataResponse {
        UserdataResponse { userdata: self.0 }
    }
}

impl UserdataHandlers for Stacklets {
    async fn list_userdata<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListUserdataRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, UserdataList>, Refusal<ListUserdata>> {
        let ListUserdataRequest { page, per_page, query, sort } = request;
        Ok(Found::later(None, async move {
            let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
            let (records, meta) = listing.read::<UserdataRecord>(tx, &all_owned(cx)).await?;
            Ok(UserdataList { meta, userdata: records.into_iter().map(|record| record.0).collect() })
        }))
    }

    async fn create_userdata<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateUserdataRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<UserdataResponse>, Refusal<CreateUserdata>> {
        let uuid = Uuid::new_v4();
        let script = Userdata { created_at: cx.now(), name: request.body.name, userdata: request.body.userdata, uuid };
        let created = tx.create_one(owned(cx, uuid), UserdataRecord(script)).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_userdata<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetUserdataRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, UserdataResponse>>, Refusal<GetUserdata>> {
        let found = tx.get(&owned(cx, request.uuid)).await?;
        Ok(found.map(|stored| Found::render(stored, UserdataRecord::into_response)))
    }

    async fn put_userdata<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutUserdataRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<UserdataResponse>, Refusal<PutUserdata>> {
        let PutUserdataRequest { uuid, body } = request;
        let target = tx.target::<UserdataRecord>(owned(cx, uuid)).await?;
        let created_at = target.current().map_or(cx.now(), |script| script.0.created_at);
        let script = Userdata { created_at, name: body.name, userdata: body.userdata, uuid };
        let put = tx.replace(target, UserdataRecord(script)).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    /// Stacklets that name it name none in the same step (DELETE-CHILDREN).
    async fn delete_userdata<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteUserdataRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteUserdata>> {
        let target = tx.target::<UserdataRecord>(owned(cx, request.uuid)).await?;
        let removed = tx.remove(target).await?;
        Reference::Userdata(request.uuid).detach(tx, cx).await?;
        Ok(removed)
    }
}
