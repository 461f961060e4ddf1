//! Firewalls: their rules, and the stacklets behind them. Which stacklets those are is told on both sides; the other
//! side follows in [`relations`], in the same unit of work.

use methodical_server::wire::{Timestamp, Uuid};
use methodical_server::{
    Created, Cx, Declares, Fault, Found, Key, Lookup, Operation, ReadTx, Record, Refusal, Refused, Removed, Updated,
    Upserted, WriteTx,
};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{Firewall, FirewallInput, FirewallList, FirewallResponse};
use stacklets_server::{
    AddFirewallRules, AddFirewallRulesRequest, AddFirewallStacklets, AddFirewallStackletsRequest, CreateFirewall,
    CreateFirewallRequest, DeleteFirewall, DeleteFirewallRequest, Firewalls, GetFirewall, GetFirewallRequest,
    ListFirewalls, ListFirewallsRequest, PutFirewall, PutFirewallRequest, RemoveFirewallRule,
    RemoveFirewallRuleRequest, RemoveFirewallStacklet, RemoveFirewallStackletRequest,
};

use super::firewall_rules::{self, settle};
use super::projects::{self, InProject};
use super::stacklets::StackletRecord;
use super::{all_owned, owned, relations};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::listing::{Listed, Listing};
use crate::problems::Mistakes;
use crate::store::Database;

/// As many stacklets as a PUT may send: what a GET shows can be put back.
pub(super) const MOST_STACKLETS: usize = 1000;

/// A firewall in the store, under its account and UUID.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct FirewallRecord(pub(super) Firewall);

impl Record for FirewallRecord {
    const TABLE: &'static str = "firewalls";
}

impl Listed for FirewallRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl InProject for FirewallRecord {
    fn project(&self) -> Option<Uuid> {
        self.0.project_uuid.flatten()
    }

    fn move_to(&mut self, project: Uuid) {
        self.0.project_uuid = Some(Some(project));
    }

    fn key(&self, account: &str) -> Key {
        Key::new((account, self.0.uuid))
    }
}

impl FirewallRecord {
    fn into_response(self) -> FirewallResponse {
        FirewallResponse { firewall: self.0 }
    }
}

impl Firewalls for Stacklets {
    async fn list_firewalls<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListFirewallsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, FirewallList>, Refusal<ListFirewalls>> {
        let ListFirewallsRequest { page, per_page, project_uuid, query, sort } = request;
        Ok(Found::later(None, async move {
            let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
            let (records, meta) = projects::list::<FirewallRecord>(tx, listing, &all_owned(cx), project_uuid).await?;
            Ok(FirewallList { firewalls: records.into_iter().map(|record| record.0).collect(), meta })
        }))
    }

    async fn create_firewall<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateFirewallRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<FirewallResponse>, Refusal<CreateFirewall>> {
        let uuid = Uuid::new_v4();
        let firewall = wanted(tx, cx, request.body, uuid).await?;
        let members = firewall.stacklet_ids.clone().unwrap_or_default();
        let created = tx.create_one(owned(cx, uuid), FirewallRecord(firewall)).await?;
        relations::set_firewall_stacklets(tx, account(cx), uuid, &[], &members).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_firewall<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetFirewallRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, FirewallResponse>>, Refusal<GetFirewall>> {
        let found = tx.get(&owned(cx, request.uuid)).await?;
        Ok(found.map(|stored| Found::render(stored, FirewallRecord::into_response)))
    }

    async fn put_firewall<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutFirewallRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<FirewallResponse>, Refusal<PutFirewall>> {
        let PutFirewallRequest { uuid, body } = request;
        let target = tx.target::<FirewallRecord>(owned(cx, uuid)).await?;
        let mut firewall = wanted(tx, cx, body, uuid).await?;
        let before = target.current().map(|stored| &stored.0);
        firewall.created_at = before.map_or(cx.now(), |firewall| firewall.created_at);
        let before = before.and_then(|firewall| firewall.stacklet_ids.clone()).unwrap_or_default();
        let after = firewall.stacklet_ids.clone().unwrap_or_default();
        let put = tx.replace(target, FirewallRecord(firewall)).await?;
        relations::set_firewall_stacklets(tx, account(cx), uuid, &before, &after).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    /// The stacklets behind it have none in the same step (DELETE-CHILDREN).
    async fn delete_firewall<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteFirewallRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteFirewall>> {
        let target = tx.target::<FirewallRecord>(owned(cx, request.uuid)).await?;
        let members = target.current().and_then(|stored| stored.0.stacklet_ids.clone()).unwrap_or_default();
        let removed = tx.remove(target).await?;
        relations::set_firewall_stacklets(tx, account(cx), request.uuid, &members, &[]).await?;
        Ok(removed)
    }

    async fn add_firewall_rules<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: AddFirewallRulesRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Updated<FirewallResponse>, Refusal<AddFirewallRules>> {
        let target = tx.target::<FirewallRecord>(owned(cx, request.uuid)).await?;
        let Some(FirewallRecord(mut firewall)) = target.current().map(|stored| FirewallRecord::clone(stored)) else {
            return Err(Refused::Absent.into());
        };
        let mut mistakes = Mistakes::default();
        let inbound = request.body.inbound_rules.unwrap_or_default();
        firewall_rules::add(&mut firewall.inbound_rules, inbound, "/inbound_rules", &mut mistakes);
        let outbound = request.body.outbound_rules.unwrap_or_default();
        firewall_rules::add(&mut firewall.outbound_rules, outbound, "/outbound_rules", &mut mistakes);
        mistakes.check()?;
        let updated = tx.update(target, FirewallRecord(firewall)).await?;
        Ok(updated.map(|stored| stored.into_record().into_response()))
    }

    async fn remove_firewall_rule<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RemoveFirewallRuleRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<RemoveFirewallRule>> {
        let target = tx.target::<FirewallRecord>(owned(cx, request.uuid)).await?;
        Ok(tx.remove_part(target, |record| firewall_rules::remove(&mut record.0, &request)).await?)
    }

    async fn add_firewall_stacklets<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: AddFirewallStackletsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Updated<FirewallResponse>, Refusal<AddFirewallStacklets>> {
        let AddFirewallStackletsRequest { uuid, body } = request;
        let target = tx.target::<FirewallRecord>(owned(cx, uuid)).await?;
        let Some(FirewallRecord(mut firewall)) = target.current().map(|stored| FirewallRecord::clone(stored)) else {
            return Err(Refused::Absent.into());
        };
        let mut mistakes = Mistakes::default();
        check_stacklets(tx, cx, &body.stacklet_ids, &mut mistakes).await?;
        let before = firewall.stacklet_ids.take().unwrap_or_default();
        let mut after = before.clone();
        for id in body.stacklet_ids {
            if !after.contains(&id) {
                after.push(id);
            }
        }
        if after.len() > MOST_STACKLETS {
            let detail = format!("A firewall has at most {MOST_STACKLETS} stacklets behind it.");
            mistakes.add_senseless("/stacklet_ids".to_owned(), detail);
        }
        mistakes.check()?;
        firewall.stacklet_ids = Some(after.clone());
        let updated = tx.update(target, FirewallRecord(firewall)).await?;
        relations::set_firewall_stacklets(tx, account(cx), uuid, &before, &after).await?;
        Ok(updated.map(|stored| stored.into_record().into_response()))
    }

    async fn remove_firewall_stacklet<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RemoveFirewallStackletRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<RemoveFirewallStacklet>> {
        let RemoveFirewallStackletRequest { uuid, stacklet_id } = request;
        let target = tx.target::<FirewallRecord>(owned(cx, uuid)).await?;
        let removed = tx.remove_part(target, |record| take_out(&mut record.0, stacklet_id)).await?;
        relations::set_firewall_stacklets(tx, account(cx), uuid, &[stacklet_id], &[]).await?;
        Ok(removed)
    }
}

/// What a POST or a PUT wants, with all that it names looked for. It is as new; a PUT knows better.
async fn wanted<Op: Declares<422> + Operation>(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    body: FirewallInput,
    uuid: Uuid,
) -> Result<Firewall, Refusal<Op>> {
    let mut mistakes = Mistakes::default();
    let stacklet_ids = body.stacklet_ids.unwrap_or_default();
    check_stacklets(tx, cx, &stacklet_ids, &mut mistakes).await?;
    let project = projects::resolve(tx, cx, body.project_uuid, &mut mistakes).await?;
    let inbound_rules = settle(body.inbound_rules, "/inbound_rules", &mut mistakes);
    let outbound_rules = settle(body.outbound_rules, "/outbound_rules", &mut mistakes);
    mistakes.check()?;
    Ok(Firewall {
        created_at: cx.now(),
        inbound_rules,
        name: body.name,
        outbound_rules,
        project_uuid: Some(Some(project)),
        stacklet_ids: Some(stacklet_ids),
        uuid,
    })
}

async fn check_stacklets(tx: &impl Lookup, cx: &Cx<Caller>, ids: &[u64], mistakes: &mut Mistakes) -> Result<(), Fault> {
    for (index, id) in ids.iter().enumerate() {
        if tx.get::<StackletRecord>(&owned(cx, *id)).await?.is_none() {
            mistakes.add_missing(format!("/stacklet_ids/{index}"), format!("There is no stacklet {id}."));
        }
    }
    Ok(())
}

/// Whether it was behind the firewall.
fn take_out(firewall: &mut Firewall, stacklet_id: u64) -> bool {
    let ids = firewall.stacklet_ids.get_or_insert_default();
    let before = ids.len();
    ids.retain(|id| *id != stacklet_id);
    ids.len() < before
}

fn account(cx: &Cx<Caller>) -> &str {
    &cx.principal().account.name
}
