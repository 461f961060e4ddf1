//! SSH keys. The service numbers those it makes; a PUT may make one under a client's number.

use methodical_server::wire::{Place, Timestamp, Uuid};
use methodical_server::{Created, Cx, Found, Key, Lookup, ReadTx, Record, Refusal, Removed, Upserted, WriteTx};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{SshKey, SshKeyList, SshKeyResponse};
use stacklets_server::{
    CreateSshKey, CreateSshKeyRequest, DeleteSshKey, DeleteSshKeyRequest, GetSshKey, GetSshKeyRequest, ListSshKeys,
    ListSshKeysRequest, PutSshKey, PutSshKeyRequest, SshKeys,
};

use super::projects::{self, InProject};
use super::reference::Reference;
use super::{all_owned, owned};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::listing::{Listed, Listing};
use crate::numbers;
use crate::problems::{Kind, Mistakes};
use crate::public_key;
use crate::store::Database;

/// An SSH key in the store, under its account and number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct SshKeyRecord(SshKey);

impl Record for SshKeyRecord {
    const TABLE: &'static str = "ssh_keys";
}

impl Listed for SshKeyRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl InProject for SshKeyRecord {
    fn project(&self) -> Option<Uuid> {
        self.0.project_uuid.flatten()
    }

    fn move_to(&mut self, project: Uuid) {
        self.0.project_uuid = Some(Some(project));
    }

    fn key(&self, account: &str) -> Key {
        Key::new((account, self.0.id))
    }
}

impl SshKeyRecord {
    fn into_response(self) -> SshKeyResponse {
        SshKeyResponse { ssh_key: self.0 }
    }
}

impl SshKeys for Stacklets {
    async fn list_ssh_keys<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListSshKeysRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, SshKeyList>, Refusal<ListSshKeys>> {
        let ListSshKeysRequest { page, per_page, project_uuid, query, sort } = request;
        Ok(Found::later(None, async move {
            let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
            let (records, meta) = projects::list::<SshKeyRecord>(tx, listing, &all_owned(cx), project_uuid).await?;
            Ok(SshKeyList { meta, ssh_keys: records.into_iter().map(|record| record.0).collect() })
        }))
    }

    async fn create_ssh_key<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateSshKeyRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<SshKeyResponse>, Refusal<CreateSshKey>> {
        let mut mistakes = Mistakes::default();
        let fingerprint = fingerprint(&request.body.public_key, &mut mistakes);
        let project = projects::resolve(tx, cx, request.body.project_uuid, &mut mistakes).await?;
        mistakes.check()?;
        let id = numbers::next(tx, SshKeyRecord::TABLE).await?;
        let ssh_key = SshKey {
            created_at: cx.now(),
            fingerprint,
            id,
            name: request.body.name,
            project_uuid: Some(Some(project)),
            public_key: request.body.public_key,
        };
        let created = tx.create_one(owned(cx, id), SshKeyRecord(ssh_key)).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_ssh_key<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetSshKeyRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, SshKeyResponse>>, Refusal<GetSshKey>> {
        let found = tx.get(&owned(cx, request.id)).await?;
        Ok(found.map(|stored| Found::render(stored, SshKeyRecord::into_response)))
    }

    async fn put_ssh_key<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutSshKeyRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<SshKeyResponse>, Refusal<PutSshKey>> {
        let id = request.id;
        let target = tx.target::<SshKeyRecord>(owned(cx, id)).await?;
        let mut mistakes = Mistakes::default();
        if target.current().is_none() {
            numbers::check_creation(id, "SSH key", &mut mistakes);
        }
        let fingerprint = fingerprint(&request.body.public_key, &mut mistakes);
        let project = projects::resolve(tx, cx, request.body.project_uuid, &mut mistakes).await?;
        mistakes.check()?;
        let ssh_key = SshKey {
            created_at: target.current().map_or(cx.now(), |key| key.0.created_at),
            fingerprint,
            id,
            name: request.body.name,
            project_uuid: Some(Some(project)),
            public_key: request.body.public_key,
        };
        let put = tx.replace(target, SshKeyRecord(ssh_key)).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    /// Stacklets that name the key name it no longer in the same step (DELETE-CHILDREN).
    async fn delete_ssh_key<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteSshKeyRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteSshKey>> {
        let target = tx.target::<SshKeyRecord>(owned(cx, request.id)).await?;
        let removed = tx.remove(target).await?;
        Reference::SshKey(request.id).detach(tx, cx).await?;
        Ok(removed)
    }
}

/// The fingerprint of a key; empty, with the mistake noted, if it is none.
fn fingerprint(public_key: &str, mistakes: &mut Mistakes) -> String {
    public_key::fingerprint(public_key).unwrap_or_else(|error| {
        let pointer = "/public_key".to_owned();
        mistakes.add(Kind::Senseless, Place::Body, pointer, error.to_string());
        String::new()
    })
}
