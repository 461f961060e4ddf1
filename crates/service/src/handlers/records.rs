//! The records of a domain. They lie under their domain's name; each change of one writes the domain's zone file anew.

use methodical_server::wire::Timestamp;
use methodical_server::{
    Created, Cx, Declares, Fault, Found, Key, Lookup, Operation, ReadTx, Refusal, Removed, Upserted, Window, WriteTx,
};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Record, RecordInput, RecordList, RecordResponse};
use stacklets_server::{
    CreateRecord, CreateRecordRequest, DeleteRecord, DeleteRecordRequest, GetRecord, GetRecordRequest, ListRecords,
    ListRecordsRequest, PutRecord, PutRecordRequest, Records,
};

use super::domains::{self, DomainRecord};
use super::owned;
use crate::access::Caller;
use crate::api::Stacklets;
use crate::dns::{self, APEX, DEFAULT_TTL};
use crate::listing::{Listed, Listing};
use crate::numbers;
use crate::problems::Mistakes;
use crate::store::Database;

/// A record of a domain in the store, under its account, its domain and its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct RecordRecord(Record);

impl methodical_server::Record for RecordRecord {
    const TABLE: &'static str = "domain_records";
}

impl Listed for RecordRecord {
    fn name(&self) -> &str {
        self.0.name.as_deref().unwrap_or(APEX)
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl RecordRecord {
    /// What was left out has its default, and is shown.
    fn new(id: u64, input: RecordInput, created_at: Timestamp) -> RecordRecord {
        let RecordInput { data, name, port, priority, ttl, r#type, weight } = input;
        RecordRecord(Record {
            created_at,
            data,
            id,
            name: Some(name.unwrap_or_else(|| APEX.to_owned())),
            port: Some(port.flatten()),
            priority: Some(priority.flatten()),
            ttl: Some(ttl.unwrap_or(DEFAULT_TTL)),
            r#type,
            weight: Some(weight.flatten()),
        })
    }

    fn into_response(self) -> RecordResponse {
        RecordResponse { record: self.0 }
    }
}

/// The key of a record.
pub(super) fn key(account: &str, domain: &str, id: u64) -> Key {
    Key::new((account, domain, id))
}

/// All records of a domain, by number.
pub(super) async fn all(tx: &impl Lookup, account: &str, domain: &str) -> Result<Vec<Record>, Fault> {
    let records = tx.list::<RecordRecord>(&Key::prefix((account, domain)), Window::whole()).await?;
    Ok(records.into_iter().map(|stored| stored.into_record().0).collect())
}

impl Records for Stacklets {
    async fn list_records<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListRecordsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, RecordList>>, Refusal<ListRecords>> {
        let domain = tx.get::<DomainRecord>(&owned(cx, request.name.as_str())).await?;
        Ok(domain.map(|_| Found::later(None, list(tx, request, cx))))
    }

    async fn create_record<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateRecordRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<RecordResponse>, Refusal<CreateRecord>> {
        let CreateRecordRequest { name, body } = request;
        check(tx, cx, &name, None, &body, Mistakes::default()).await?;
        let id = numbers::next(tx, <RecordRecord as methodical_server::Record>::TABLE).await?;
        let account = cx.principal().account.name.as_str();
        let created = tx.create_one(key(account, &name, id), RecordRecord::new(id, body, cx.now())).await?;
        domains::write_zone(tx, account, &name, cx.now()).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_record<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetRecordRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, RecordResponse>>, Refusal<GetRecord>> {
        let found = tx.get(&key(&cx.principal().account.name, &request.name, request.id)).await?;
        Ok(found.map(|stored| Found::render(stored, RecordRecord::into_response)))
    }

    async fn put_record<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutRecordRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<RecordResponse>, Refusal<PutRecord>> {
        let PutRecordRequest { name, id, body } = request;
        let account = cx.principal().account.name.as_str();
        let target = tx.target::<RecordRecord>(key(account, &name, id)).await?;
        let mut mistakes = Mistakes::default();
        if target.current().is_none() {
            numbers::check_creation(id, "record", &mut mistakes);
        }
        check(tx, cx, &name, Some(id), &body, mistakes).await?;
        let created_at = target.current().map_or(cx.now(), |current| current.0.created_at);
        let put = tx.replace(target, RecordRecord::new(id, body, created_at)).await?;
        domains::write_zone(tx, account, &name, cx.now()).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    async fn delete_record<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteRecordRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteRecord>> {
        let account = cx.principal().account.name.as_str();
        let target = tx.target::<RecordRecord>(key(account, &request.name, request.id)).await?;
        let removed = tx.remove(target).await?;
        domains::write_zone(tx, account, &request.name, cx.now()).await?;
        Ok(removed)
    }
}

async fn list(tx: &ReadTx<Database>, request: ListRecordsRequest, cx: &Cx<Caller>) -> Result<RecordList, Fault> {
    let ListRecordsRequest { name, page, per_page, query, sort, r#type } = request;
    let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
    let range = Key::prefix((cx.principal().account.name.as_str(), name.as_str()));
    let (records, meta) = match r#type {
        None => listing.read::<RecordRecord>(tx, &range).await?,
        Some(wanted) => listing.choose(tx, &range, |RecordRecord(record)| record.r#type == wanted).await?,
    };
    Ok(RecordList { meta, records: records.into_iter().map(|record| record.0).collect() })
}

/// Whether there is the domain, and whether the record is sound in itself and beside the others.
async fn check<Op: Declares<404> + Declares<422> + Operation>(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    domain: &str,
    id: Option<u64>,
    record: &RecordInput,
    mut mistakes: Mistakes,
) -> Result<(), Refusal<Op>> {
    if tx.get::<DomainRecord>(&owned(cx, domain)).await?.is_none() {
        return Err(Refusal::not_found(format!("There is no domain `{domain}`.")));
    }
    dns::check(record, domain, &mut mistakes);
    let others = all(tx, &cx.principal().account.name, domain).await?;
    dns::check_beside(record, others.iter().filter(|other| Some(other.id) != id), &mut mistakes);
    mistakes.check()
}
