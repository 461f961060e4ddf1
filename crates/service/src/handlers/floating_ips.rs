//! Floating IPs. An address is reserved at once and led to a stacklet by a task; until that has ended, it shows where it
//! led before.

use methodical_server::wire::Timestamp;
use methodical_server::wire::Uuid;
use methodical_server::{
    Accepted, Created, Cx, Declares, Fault, Found, Key, Lookup, Operation, ReadTx, Record, Refusal, Removed, Stored,
    Window, WriteTx,
};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{
    CreateFloatingIpBody, FloatingIp, FloatingIpList, FloatingIpResponse, RunFloatingIpActionBody, Stacklet,
};
use stacklets_server::{
    CreateFloatingIp, CreateFloatingIpRequest, DeleteFloatingIp, DeleteFloatingIpRequest, FloatingIps, GetFloatingIp,
    GetFloatingIpRequest, ListFloatingIps, ListFloatingIpsRequest, RunFloatingIpAction, RunFloatingIpActionRequest,
};

use super::stacklets::StackletRecord;
use super::{all_owned, owned, projects};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::listing::{Listed, Listing};
use crate::problems::Mistakes;
use crate::store::Database;
use crate::tasks::{self, Undone, Work};
use crate::{addresses, catalogue};

/// What a region has to offer.
const FEATURE: &str = "floating_ips";

/// A floating IP in the store, under its account and address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct FloatingIpRecord(FloatingIp);

impl Record for FloatingIpRecord {
    const TABLE: &'static str = "floating_ips";
}

impl Listed for FloatingIpRecord {
    fn name(&self) -> &str {
        ""
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl FloatingIpRecord {
    fn into_response(self) -> FloatingIpResponse {
        FloatingIpResponse { floating_ip: self.0 }
    }
}

/// What a task does to a floating IP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum FloatingIpWork {
    /// Leads it to a stacklet.
    Assign {
        /// The stacklet's number.
        stacklet_id: u64,
        /// When the stacklet was made: one that has its number afterwards is another.
        made: Timestamp,
    },
    /// Takes it from the one that has it.
    Unassign,
}

impl FloatingIpWork {
    fn assign(stacklet: &Stacklet) -> FloatingIpWork {
        FloatingIpWork::Assign { stacklet_id: stacklet.id, made: stacklet.created_at }
    }

    /// What a task of this kind is called.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            FloatingIpWork::Assign { .. } => "assign",
            FloatingIpWork::Unassign => "unassign",
        }
    }

    /// What is said of it while it goes on, and afterwards.
    pub(crate) fn sentences(&self) -> [&'static str; 2] {
        match self {
            FloatingIpWork::Assign { .. } => ["The floating IP is being assigned.", "The floating IP was assigned."],
            FloatingIpWork::Unassign => ["The floating IP is being unassigned.", "The floating IP was unassigned."],
        }
    }

    /// Does it.
    pub(crate) async fn finish(&self, tx: &mut WriteTx<Database>, account: &str, address: &str) -> Result<(), Undone> {
        let stacklet_id = match self {
            FloatingIpWork::Unassign => None,
            FloatingIpWork::Assign { stacklet_id, made } => {
                still_fits(tx, account, address, *stacklet_id, *made).await?;
                Some(*stacklet_id)
            }
        };
        change(tx, account, address, |floating_ip| floating_ip.stacklet_id = stacklet_id).await?;
        Ok(())
    }
}

/// The stacklet was there, in the region of the address, when the task began; it may have been deleted or moved since.
async fn still_fits(
    tx: &WriteTx<Database>,
    account: &str,
    address: &str,
    stacklet_id: u64,
    made: Timestamp,
) -> Result<(), Undone> {
    let failed = |why: &str| Err(Undone::Failed(format!("The stacklet {stacklet_id} {why}.")));
    let Some(StackletRecord(stacklet)) = tx.get(&Key::new((account, stacklet_id))).await?.map(Stored::into_record)
    else {
        return failed("was deleted");
    };
    let region = tx.get::<FloatingIpRecord>(&Key::new((account, address))).await?.map(|stored| stored.0.region.clone());
    match () {
        () if stacklet.created_at != made => failed("was deleted"),
        () if region.is_some_and(|region| region != stacklet.region) => failed("is in another region now"),
        () => Ok(()),
    }
}

/// No task is at work on it any more.
pub(crate) async fn release(tx: &mut WriteTx<Database>, account: &str, address: &str) -> Result<(), Fault> {
    change(tx, account, address, |floating_ip| floating_ip.task = None).await
}

/// The stacklet is gone: its addresses lead nowhere.
pub(crate) async fn release_stacklet(tx: &mut WriteTx<Database>, account: &str, id: u64) -> Result<(), Fault> {
    let chosen = |FloatingIpRecord(floating_ip): &FloatingIpRecord| floating_ip.stacklet_id == Some(id);
    change_all(tx, account, chosen, |floating_ip| floating_ip.stacklet_id = None).await
}

/// Moves what is in one project to another.
pub(super) async fn move_project(tx: &mut WriteTx<Database>, account: &str, from: Uuid, to: Uuid) -> Result<(), Fault> {
    let chosen = |FloatingIpRecord(floating_ip): &FloatingIpRecord| floating_ip.project_uuid == from;
    change_all(tx, account, chosen, |floating_ip| floating_ip.project_uuid = to).await
}

async fn change(
    tx: &mut WriteTx<Database>,
    account: &str,
    address: &str,
    change: impl FnOnce(&mut FloatingIp) + Send,
) -> Result<(), Fault> {
    let key = Key::new((account, address));
    if let Some(FloatingIpRecord(mut floating_ip)) = tx.get(&key).await?.map(Stored::into_record) {
        change(&mut floating_ip);
        tx.put(&key, FloatingIpRecord(floating_ip)).await?;
    }
    Ok(())
}

async fn change_all(
    tx: &mut WriteTx<Database>,
    account: &str,
    chosen: impl Fn(&FloatingIpRecord) -> bool + Send + Sync,
    change: impl Fn(&mut FloatingIp) + Send + Sync,
) -> Result<(), Fault> {
    for stored in tx.select(&Key::prefix(account), Window::whole(), chosen).await?.records {
        let FloatingIpRecord(mut floating_ip) = stored.into_record();
        change(&mut floating_ip);
        tx.put(&Key::new((account, floating_ip.address.as_str())), FloatingIpRecord(floating_ip)).await?;
    }
    Ok(())
}

impl FloatingIps for Stacklets {
    async fn list_floating_ips<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListFloatingIpsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, FloatingIpList>, Refusal<ListFloatingIps>> {
        Ok(Found::later(None, list(tx, request, cx)))
    }

    async fn create_floating_ip<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateFloatingIpRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<FloatingIpResponse>, Refusal<CreateFloatingIp>> {
        let account = cx.principal().account.name.as_str();
        let mut mistakes = Mistakes::default();
        let (region, stacklet, project_uuid) = match request.body {
            CreateFloatingIpBody::FloatingIpReserve(body) => {
                check_region(&body.region, "/region", &mut mistakes);
                (body.region, None, body.project_uuid)
            }
            CreateFloatingIpBody::FloatingIpForStacklet(body) => {
                let stacklet = find_stacklet(tx, cx, body.stacklet_id, &mut mistakes).await?;
                if let Some(stacklet) = &stacklet {
                    check_region(&stacklet.region, "/stacklet_id", &mut mistakes);
                }
                let region = stacklet.as_ref().map(|stacklet| stacklet.region.clone()).unwrap_or_default();
                (region, stacklet, body.project_uuid)
            }
        };
        let project_uuid = projects::resolve(tx, cx, project_uuid, &mut mistakes).await?;
        mistakes.check()?;
        let address = addresses::take(tx, &region).await?;
        let task = match stacklet {
            None => None,
            Some(stacklet) => {
                let work = Work::FloatingIp { address: address.clone(), work: FloatingIpWork::assign(&stacklet) };
                Some(self.tasks.begin(tx, account, cx.now(), work).await?.short)
            }
        };
        let key = owned(cx, address.as_str());
        let created_at = cx.now();
        let floating_ip = FloatingIp { address, created_at, project_uuid, region, stacklet_id: None, task };
        let created = tx.create_one(key, FloatingIpRecord(floating_ip)).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_floating_ip<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetFloatingIpRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, FloatingIpResponse>>, Refusal<GetFloatingIp>> {
        let found = tx.get(&owned(cx, request.address)).await?;
        Ok(found.map(|stored| Found::render(stored, FloatingIpRecord::into_response)))
    }

    async fn run_floating_ip_action<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RunFloatingIpActionRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Accepted<FloatingIpResponse>, Refusal<RunFloatingIpAction>> {
        let RunFloatingIpActionRequest { address, body } = request;
        let target = tx.target::<FloatingIpRecord>(owned(cx, address.as_str())).await?;
        let Some(FloatingIpRecord(mut floating_ip)) = target.current().map(|stored| (**stored).clone()) else {
            return Err(Refusal::not_found(format!("There is no floating IP {address}.")));
        };
        tasks::check_idle(&format!("the floating IP {address}"), floating_ip.task.as_ref())?;
        let work = match body {
            RunFloatingIpActionBody::Unassign(_) => FloatingIpWork::Unassign,
            RunFloatingIpActionBody::Assign(body) => {
                FloatingIpWork::assign(&check_assignment(tx, cx, &floating_ip, body.stacklet_id).await?)
            }
        };
        let account = cx.principal().account.name.as_str();
        let begun = self.tasks.begin(tx, account, cx.now(), Work::FloatingIp { address, work }).await?;
        floating_ip.task = Some(begun.short);
        let updated = tx.update(target, FloatingIpRecord(floating_ip)).await?;
        let response = (**updated.value()).clone().into_response();
        Ok(tx.accept(begun.created, response))
    }

    async fn delete_floating_ip<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteFloatingIpRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteFloatingIp>> {
        let target = tx.target::<FloatingIpRecord>(owned(cx, request.address.as_str())).await?;
        let task = target.current().and_then(|current| current.0.task.clone());
        let removed = tx.remove(target).await?;
        let account = cx.principal().account.name.as_str();
        tasks::abandon(tx, account, cx.now(), task.as_ref(), "The floating IP was given back.").await?;
        addresses::give_back(tx, &request.address).await?;
        Ok(removed)
    }
}

async fn list(
    tx: &ReadTx<Database>,
    request: ListFloatingIpsRequest,
    cx: &Cx<Caller>,
) -> Result<FloatingIpList, Fault> {
    let ListFloatingIpsRequest { page, per_page, project_uuid, region, sort, stacklet_id } = request;
    let listing = Listing::new(page, per_page).sort(sort.as_ref().map(|sort| sort.as_str()));
    let range = all_owned(cx);
    let (records, meta) = if project_uuid.is_none() && region.is_none() && stacklet_id.is_none() {
        listing.read::<FloatingIpRecord>(tx, &range).await?
    } else {
        let chosen = |FloatingIpRecord(floating_ip): &FloatingIpRecord| {
            project_uuid.is_none_or(|uuid| uuid == floating_ip.project_uuid)
                && region.as_ref().is_none_or(|region| *region == floating_ip.region)
                && stacklet_id.is_none_or(|id| Some(id) == floating_ip.stacklet_id)
        };
        listing.choose(tx, &range, chosen).await?
    };
    Ok(FloatingIpList { floating_ips: records.into_iter().map(|record| record.0).collect(), meta })
}

/// Whether the region is there and has floating IPs.
fn check_region(slug: &str, pointer: &str, mistakes: &mut Mistakes) {
    match catalogue::find_region(slug) {
        None => mistakes.add_missing(pointer.to_owned(), format!("There is no region `{slug}`.")),
        Some(region) if region.features.iter().any(|feature| feature == FEATURE) => {}
        Some(_) => {
            let detail = format!("The region `{slug}` has no floating IPs.");
            mistakes.add_unfit(pointer.to_owned(), detail);
        }
    }
}

async fn find_stacklet(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    id: u64,
    mistakes: &mut Mistakes,
) -> Result<Option<Stacklet>, Fault> {
    let stacklet = tx.get::<StackletRecord>(&owned(cx, id)).await?;
    if stacklet.is_none() {
        mistakes.add_missing("/stacklet_id".to_owned(), format!("There is no stacklet {id}."));
    }
    Ok(stacklet.map(|stored| stored.into_record().0))
}

/// The stacklet, if it is there, in the region of the address.
async fn check_assignment<Op: Declares<422> + Operation>(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    floating_ip: &FloatingIp,
    id: u64,
) -> Result<Stacklet, Refusal<Op>> {
    let mut mistakes = Mistakes::default();
    match find_stacklet(tx, cx, id, &mut mistakes).await? {
        Some(stacklet) if stacklet.region == floating_ip.region => return Ok(stacklet),
        Some(Stacklet { region, .. }) => {
            let detail = format!("The stacklet is in the region `{region}`, the address in `{}`.", floating_ip.region);
            mistakes.add_unfit("/stacklet_id".to_owned(), detail);
        }
        None => {}
    }
    Err(mistakes.refuse())
}
