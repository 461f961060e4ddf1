//! Domains. A domain is kept with its zone file, which every change of its records writes anew in the same unit of work:
//! so it is never behind, and its entity tag moves with it.

use methodical_server::wire::Timestamp;
use methodical_server::wire::Uuid;
use methodical_server::{
    Created, Cx, Fault, Found, Key, Lookup as _, ReadTx, Record, Refusal, Refused, Removed, Stored, Upserted, Window,
    WriteTx,
};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Domain, DomainList, DomainResponse};
use stacklets_server::{
    CreateDomain, CreateDomainRequest, DeleteDomain, DeleteDomainRequest, Domains, GetDomain, GetDomainRequest,
    ListDomains, ListDomainsRequest, PutDomain, PutDomainRequest,
};

use super::records::{self, RecordRecord};
use super::{all_owned, owned, projects};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::dns;
use crate::listing::{Listed, Listing};
use crate::problems::{self, Mistakes};
use crate::store::Database;

/// A domain in the store, under its account and name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct DomainRecord(pub(super) Domain);

impl Record for DomainRecord {
    const TABLE: &'static str = "domains";
}

impl Listed for DomainRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl DomainRecord {
    fn new(name: String, project_uuid: Uuid, now: Timestamp) -> DomainRecord {
        let serial = dns::next_serial(None, now);
        let zone_file = dns::render(&name, serial, &[]);
        DomainRecord(Domain { created_at: now, name, project_uuid: Some(Some(project_uuid)), serial, zone_file })
    }

    fn into_response(self) -> DomainResponse {
        DomainResponse { domain: self.0 }
    }
}

impl Domains for Stacklets {
    async fn list_domains<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListDomainsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, DomainList>, Refusal<ListDomains>> {
        Ok(Found::later(None, list(tx, request, cx)))
    }

    async fn create_domain<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateDomainRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<DomainResponse>, Refusal<CreateDomain>> {
        let mut mistakes = Mistakes::default();
        let project_uuid = projects::resolve(tx, cx, request.body.project_uuid, &mut mistakes).await?;
        mistakes.check()?;
        let name = request.body.name;
        let domain = DomainRecord::new(name.clone(), project_uuid, cx.now());
        match tx.create_one(owned(cx, name.as_str()), domain).await {
            Ok(created) => Ok(created.map(|stored| stored.into_record().into_response())),
            Err(Refused::Exists { .. }) => {
                Err(problems::name_taken("/name", format!("There is a domain `{name}` already.")))
            }
            Err(refused) => Err(refused.into()),
        }
    }

    async fn get_domain<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetDomainRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, DomainResponse>>, Refusal<GetDomain>> {
        let found = tx.get(&owned(cx, request.name)).await?;
        Ok(found.map(|stored| Found::render(stored, DomainRecord::into_response)))
    }

    /// The records are resources of their own, so a PUT leaves them and the zone as they are.
    async fn put_domain<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutDomainRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<DomainResponse>, Refusal<PutDomain>> {
        let target = tx.target::<DomainRecord>(owned(cx, request.name.as_str())).await?;
        let mut mistakes = Mistakes::default();
        let project_uuid = projects::resolve(tx, cx, request.body.project_uuid, &mut mistakes).await?;
        mistakes.check()?;
        let domain = match target.current() {
            Some(current) => DomainRecord(Domain { project_uuid: Some(Some(project_uuid)), ..current.0.clone() }),
            None => DomainRecord::new(request.name, project_uuid, cx.now()),
        };
        let put = tx.replace(target, domain).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    /// The records go with it (DELETE-CHILDREN).
    async fn delete_domain<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteDomainRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteDomain>> {
        let target = tx.target::<DomainRecord>(owned(cx, request.name.as_str())).await?;
        let removed = tx.remove(target).await?;
        let account = cx.principal().account.name.as_str();
        for record in records::all(tx, account, &request.name).await? {
            tx.delete::<RecordRecord>(&records::key(account, &request.name, record.id)).await?;
        }
        Ok(removed)
    }
}

async fn list(tx: &ReadTx<Database>, request: ListDomainsRequest, cx: &Cx<Caller>) -> Result<DomainList, Fault> {
    let ListDomainsRequest { page, per_page, project_uuid, query, sort } = request;
    let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
    let range = all_owned(cx);
    let (records, meta) = match project_uuid {
        None => listing.read::<DomainRecord>(tx, &range).await?,
        Some(uuid) => listing.choose(tx, &range, |DomainRecord(domain)| is_in(domain, uuid)).await?,
    };
    Ok(DomainList { domains: records.into_iter().map(|record| record.0).collect(), meta })
}

fn is_in(domain: &Domain, project_uuid: Uuid) -> bool {
    domain.project_uuid.flatten() == Some(project_uuid)
}

/// Writes the zone file anew after a change of the records, in the unit of work that changed them. A change that does not
/// show in the zone gives it no new number.
pub(super) async fn write_zone(
    tx: &mut WriteTx<Database>,
    account: &str,
    name: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let key = Key::new((account, name));
    let Some(DomainRecord(mut domain)) = tx.get::<DomainRecord>(&key).await?.map(Stored::into_record) else {
        return Ok(());
    };
    let records = records::all(tx, account, name).await?;
    if dns::render(name, domain.serial, &records) == domain.zone_file {
        return Ok(());
    }
    domain.serial = dns::next_serial(Some(domain.serial), now);
    domain.zone_file = dns::render(name, domain.serial, &records);
    tx.put(&key, DomainRecord(domain)).await?;
    Ok(())
}

/// Moves what is in one project to another.
pub(super) async fn move_project(tx: &mut WriteTx<Database>, account: &str, from: Uuid, to: Uuid) -> Result<(), Fault> {
    let chosen = |DomainRecord(domain): &DomainRecord| is_in(domain, from);
    for stored in tx.select(&Key::prefix(account), Window::whole(), chosen).await?.records {
        let DomainRecord(mut domain) = stored.into_record();
        domain.project_uuid = Some(Some(to));
        tx.put(&Key::new((account, domain.name.as_str())), DomainRecord(domain)).await?;
    }
    Ok(())
}
