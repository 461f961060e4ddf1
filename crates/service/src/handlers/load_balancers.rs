//! Load balancers. One is there as soon as it is asked for; setting it up is a task, which changes nothing that is shown
//! but itself.

use methodical_server::wire::Timestamp;
use methodical_server::wire::{Place, Uuid};
use methodical_server::{
    Created, Cx, Declares, Fault, Found, Key, Lookup, Operation, ReadTx, Record, Refusal, Removed, Stored, Updated,
    Upserted, Window, WriteTx,
};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{LoadBalancer, LoadBalancerList, LoadBalancerResponse, LoadBalancerRule};
use stacklets_server::{
    AddLoadBalancerRules, AddLoadBalancerRulesRequest, AddLoadBalancerStacklets, AddLoadBalancerStackletsRequest,
    CreateLoadBalancer, CreateLoadBalancerRequest, DeleteLoadBalancer, DeleteLoadBalancerRequest, GetLoadBalancer,
    GetLoadBalancerRequest, ListLoadBalancers, ListLoadBalancersRequest, LoadBalancers, PutLoadBalancer,
    PutLoadBalancerRequest, RemoveLoadBalancerRule, RemoveLoadBalancerRuleRequest, RemoveLoadBalancerStacklet,
    RemoveLoadBalancerStackletRequest,
};

use super::balancing::{Balancing, check_rules, check_stacklets, shown_rule};
use super::{all_owned, owned};
use crate::access::Caller;
use crate::addresses;
use crate::api::Stacklets;
use crate::listing::{Listed, Listing};
use crate::problems::{self, Kind, Mistakes};
use crate::store::Database;
use crate::tasks::{self, Undone, Work};

/// How many rules and how many stacklets one has at most; the contract's schema says so of a request.
const MOST: usize = 100;

/// A load balancer in the store, under its account and UUID.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct LoadBalancerRecord(LoadBalancer);

impl Record for LoadBalancerRecord {
    const TABLE: &'static str = "load_balancers";
}

impl Listed for LoadBalancerRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl LoadBalancerRecord {
    fn into_response(self) -> LoadBalancerResponse {
        LoadBalancerResponse { load_balancer: self.0 }
    }

    fn serves(&self, stacklet_id: u64) -> bool {
        self.0.stacklet_ids.iter().flatten().any(|id| *id == stacklet_id)
    }

    fn uses(&self, certificate_id: u64) -> bool {
        self.0.rules.iter().any(|rule| rule.certificate_id.flatten() == Some(certificate_id))
    }

    fn is_in(&self, project_uuid: Uuid) -> bool {
        self.0.project_uuid.flatten() == Some(project_uuid)
    }

    fn drop_stacklet(&mut self, stacklet_id: u64) -> bool {
        let is_there = self.serves(stacklet_id);
        self.0.stacklet_ids.iter_mut().for_each(|ids| ids.retain(|id| *id != stacklet_id));
        is_there
    }

    fn drop_rule(&mut self, source_port: u32) -> bool {
        let before = self.0.rules.len();
        self.0.rules.retain(|rule| rule.source_port != source_port);
        self.0.rules.len() < before
    }
}

/// What a task does to a load balancer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum LoadBalancerWork {
    /// Sets it up.
    Create,
}

impl LoadBalancerWork {
    /// What a task of this kind is called.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            LoadBalancerWork::Create => "create",
        }
    }

    /// What is said of it while it goes on, and afterwards.
    pub(crate) fn sentences(&self) -> [&'static str; 2] {
        match self {
            LoadBalancerWork::Create => ["The load balancer is being set up.", "The load balancer was set up."],
        }
    }

    /// Does it: what is to be seen of it is that its task has ended.
    pub(crate) async fn finish(&self, _tx: &mut WriteTx<Database>, _account: &str, _uuid: Uuid) -> Result<(), Undone> {
        match self {
            LoadBalancerWork::Create => Ok(()),
        }
    }
}

/// No task is at work on it any more.
pub(crate) async fn release(tx: &mut WriteTx<Database>, account: &str, uuid: Uuid) -> Result<(), Fault> {
    let key = Key::new((account, uuid));
    if let Some(LoadBalancerRecord(mut load_balancer)) = tx.get(&key).await?.map(Stored::into_record) {
        load_balancer.task = None;
        tx.put(&key, LoadBalancerRecord(load_balancer)).await?;
    }
    Ok(())
}

/// The stacklet is gone: no load balancer sends anything there.
pub(crate) async fn release_stacklet(tx: &mut WriteTx<Database>, account: &str, id: u64) -> Result<(), Fault> {
    let chosen = |record: &LoadBalancerRecord| record.serves(id);
    change_all(tx, account, chosen, |record| {
        record.drop_stacklet(id);
    })
    .await
}

/// Moves what is in one project to another.
pub(super) async fn move_project(tx: &mut WriteTx<Database>, account: &str, from: Uuid, to: Uuid) -> Result<(), Fault> {
    let chosen = |record: &LoadBalancerRecord| record.is_in(from);
    change_all(tx, account, chosen, |record| record.0.project_uuid = Some(Some(to))).await
}

/// A load balancer that uses the certificate.
pub(super) async fn user_of_certificate(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    certificate_id: u64,
) -> Result<Option<Uuid>, Fault> {
    let chosen = |record: &LoadBalancerRecord| record.uses(certificate_id);
    let found = tx.select(&all_owned(cx), Window { skip: 0, limit: 1 }, chosen).await?;
    Ok(found.records.first().map(|stored| stored.0.uuid))
}

async fn change_all(
    tx: &mut WriteTx<Database>,
    account: &str,
    chosen: impl Fn(&LoadBalancerRecord) -> bool + Send + Sync,
    change: impl Fn(&mut LoadBalancerRecord) + Send + Sync,
) -> Result<(), Fault> {
    for stored in tx.select(&Key::prefix(account), Window::whole(), chosen).await?.records {
        let mut record = stored.into_record();
        change(&mut record);
        tx.put(&Key::new((account, record.0.uuid)), record).await?;
    }
    Ok(())
}

impl LoadBalancers for Stacklets {
    async fn list_load_balancers<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListLoadBalancersRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, LoadBalancerList>, Refusal<ListLoadBalancers>> {
        Ok(Found::later(None, list(tx, request, cx)))
    }

    async fn create_load_balancer<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateLoadBalancerRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<LoadBalancerResponse>, Refusal<CreateLoadBalancer>> {
        let balancing = Balancing::check(tx, cx, request.body).await?;
        let uuid = Uuid::new_v4();
        let load_balancer = make(self, tx, cx, balancing, uuid).await?;
        let created = tx.create_one(owned(cx, uuid), load_balancer).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_load_balancer<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetLoadBalancerRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, LoadBalancerResponse>>, Refusal<GetLoadBalancer>> {
        let found = tx.get(&owned(cx, request.uuid)).await?;
        Ok(found.map(|stored| Found::render(stored, LoadBalancerRecord::into_response)))
    }

    async fn put_load_balancer<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutLoadBalancerRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<LoadBalancerResponse>, Refusal<PutLoadBalancer>> {
        let PutLoadBalancerRequest { uuid, body } = request;
        let target = tx.target::<LoadBalancerRecord>(owned(cx, uuid)).await?;
        let balancing = Balancing::check(tx, cx, body).await?;
        let record = match target.current() {
            None => make(self, tx, cx, balancing, uuid).await?,
            Some(current) => LoadBalancerRecord(remake(tx, &current.0, balancing).await?),
        };
        let put = tx.replace(target, record).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    async fn delete_load_balancer<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteLoadBalancerRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteLoadBalancer>> {
        let target = tx.target::<LoadBalancerRecord>(owned(cx, request.uuid)).await?;
        let current = target.current().map(|current| (current.0.ip.clone(), current.0.task.clone()));
        let removed = tx.remove(target).await?;
        if let Some((ip, task)) = current {
            let account = cx.principal().account.name.as_str();
            tasks::abandon(tx, account, cx.now(), task.as_ref(), "The load balancer was deleted.").await?;
            addresses::give_back(tx, &ip).await?;
        }
        Ok(removed)
    }

    /// The rules are a set: what is there in the same form stays, and nothing is added twice.
    async fn add_load_balancer_rules<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: AddLoadBalancerRulesRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Updated<LoadBalancerResponse>, Refusal<AddLoadBalancerRules>> {
        let target = tx.target::<LoadBalancerRecord>(owned(cx, request.uuid)).await?;
        let Some(mut record) = target.current().map(|stored| (**stored).clone()) else {
            return Err(absent(request.uuid));
        };
        let mut mistakes = Mistakes::default();
        check_rules(tx, cx, &request.body.rules, &mut mistakes).await?;
        let rules = &mut record.0.rules;
        let new = request.body.rules.into_iter().map(shown_rule).collect::<Vec<LoadBalancerRule>>();
        let taken = new
            .iter()
            .enumerate()
            .find(|(_, rule)| rules.iter().any(|other| other.source_port == rule.source_port && other != *rule));
        let taken = taken.map(|(index, rule)| (index, rule.source_port));
        rules.extend(new.into_iter().filter(|rule| !rules.contains(rule)).collect::<Vec<LoadBalancerRule>>());
        check_number(rules.len(), "rules", &mut mistakes);
        mistakes.check()?;
        if let Some((index, port)) = taken {
            let detail = format!("There is another rule for the port {port} already.");
            return Err(problems::name_taken(&format!("/rules/{index}/source_port"), detail));
        }
        let updated = tx.update(target, record).await?;
        Ok(updated.map(|stored| stored.into_record().into_response()))
    }

    async fn remove_load_balancer_rule<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RemoveLoadBalancerRuleRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<RemoveLoadBalancerRule>> {
        let target = tx.target::<LoadBalancerRecord>(owned(cx, request.uuid)).await?;
        Ok(tx.remove_part(target, |record| record.drop_rule(request.source_port)).await?)
    }

    /// The stacklets are a set, like the rules.
    async fn add_load_balancer_stacklets<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: AddLoadBalancerStackletsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Updated<LoadBalancerResponse>, Refusal<AddLoadBalancerStacklets>> {
        let target = tx.target::<LoadBalancerRecord>(owned(cx, request.uuid)).await?;
        let Some(mut record) = target.current().map(|stored| (**stored).clone()) else {
            return Err(absent(request.uuid));
        };
        let new = request.body.stacklet_ids;
        let mut mistakes = Mistakes::default();
        check_stacklets(tx, cx, &record.0.region, &new, &mut mistakes).await?;
        let ids = record.0.stacklet_ids.get_or_insert_default();
        let missing: Vec<u64> = new.into_iter().filter(|id| !ids.contains(id)).collect();
        ids.extend(missing);
        check_number(ids.len(), "stacklet_ids", &mut mistakes);
        mistakes.check()?;
        let updated = tx.update(target, record).await?;
        Ok(updated.map(|stored| stored.into_record().into_response()))
    }

    async fn remove_load_balancer_stacklet<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RemoveLoadBalancerStackletRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<RemoveLoadBalancerStacklet>> {
        let target = tx.target::<LoadBalancerRecord>(owned(cx, request.uuid)).await?;
        Ok(tx.remove_part(target, |record| record.drop_stacklet(request.stacklet_id)).await?)
    }
}

async fn list(
    tx: &ReadTx<Database>,
    request: ListLoadBalancersRequest,
    cx: &Cx<Caller>,
) -> Result<LoadBalancerList, Fault> {
    let ListLoadBalancersRequest { certificate_id, page, per_page, project_uuid, query, region, sort, stacklet_id } =
        request;
    let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
    let range = all_owned(cx);
    let is_plain = certificate_id.is_none() && project_uuid.is_none() && region.is_none() && stacklet_id.is_none();
    let (records, meta) = if is_plain {
        listing.read::<LoadBalancerRecord>(tx, &range).await?
    } else {
        let chosen = |record: &LoadBalancerRecord| {
            certificate_id.is_none_or(|id| record.uses(id))
                && project_uuid.is_none_or(|uuid| record.is_in(uuid))
                && region.as_ref().is_none_or(|region| *region == record.0.region)
                && stacklet_id.is_none_or(|id| record.serves(id))
        };
        listing.choose(tx, &range, chosen).await?
    };
    Ok(LoadBalancerList { load_balancers: records.into_iter().map(|record| record.0).collect(), meta })
}

/// A new load balancer, with an address and the task that sets it up.
async fn make(
    api: &Stacklets,
    tx: &mut WriteTx<Database>,
    cx: &Cx<Caller>,
    balancing: Balancing,
    uuid: Uuid,
) -> Result<LoadBalancerRecord, Fault> {
    let ip = addresses::take(tx, balancing.region()).await?;
    let account = cx.principal().account.name.as_str();
    let work = Work::LoadBalancer { uuid, work: LoadBalancerWork::Create };
    let begun = api.tasks.begin(tx, account, cx.now(), work).await?;
    let mut load_balancer = balancing.load_balancer(uuid, ip, cx.now());
    load_balancer.task = Some(begun.short);
    Ok(LoadBalancerRecord(load_balancer))
}

/// What a PUT does not write stays as it is (READONLY-STABLE); the address goes with the region.
async fn remake(
    tx: &mut WriteTx<Database>,
    current: &LoadBalancer,
    balancing: Balancing,
) -> Result<LoadBalancer, Fault> {
    let ip = if current.region == balancing.region() {
        current.ip.clone()
    } else {
        addresses::give_back(tx, &current.ip).await?;
        addresses::take(tx, balancing.region()).await?
    };
    let mut load_balancer = balancing.load_balancer(current.uuid, ip, current.created_at);
    load_balancer.task.clone_from(&current.task);
    Ok(load_balancer)
}

fn absent<Op: Declares<404> + Operation>(uuid: Uuid) -> Refusal<Op> {
    Refusal::not_found(format!("There is no load balancer {uuid}."))
}

fn check_number(number: usize, member: &str, mistakes: &mut Mistakes) {
    if number > MOST {
        let detail = format!("With them there would be {number} of them, and {MOST} are the most.");
        mistakes.add(Kind::Senseless, Place::Body, format!("/{member}"), detail);
    }
}
