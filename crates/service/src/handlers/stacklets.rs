//! Stacklets. What one is wanted to be comes in three shapes (POST of one, POST of several, PUT) and
//! is one thing here, [`Wanted`].

use methodical_server::wire::{Timestamp, Uuid};
use methodical_server::{
    Accepted, Created, Cx, Declares, Fault, Found, Key, Lookup, Operation, ReadTx, Record, Refusal, Refused, Removed,
    Upserted, WriteTx,
};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{
    BackupList, CreateStackletsBody, ImageReference, RunStackletActionBody, SnapshotList, Stacklet, StackletList,
    StackletResponse, StackletStatusFilter, StackletsCreated, StackletsCreatedResponse, VolumeChoice,
};
use stacklets_server::{
    CreateStacklets, CreateStackletsRequest, DeleteStacklet, DeleteStackletRequest, GetStacklet, GetStackletRequest,
    ListStackletBackups, ListStackletBackupsRequest, ListStackletSnapshots, ListStackletSnapshotsRequest,
    ListStacklets, ListStackletsRequest, PutStacklet, PutStackletRequest, RunStackletAction, RunStackletActionRequest,
    Stacklets as StackletHandlers,
};

use super::image::{self, Use};
use super::reference::Reference;
use super::relations::{detach_volumes, move_between_firewalls, orphan_images};
use super::stacklet_work::{StackletWork, show_task};
use super::wanted::{Plan, Wanted, Whose};
use super::{all_owned, all_owned_by, backups, floating_ips, load_balancers, owned, owned_by, snapshots, volumes};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::listing::{Listed, Listing};
use crate::numbers;
use crate::problems::Mistakes;
use crate::store::Database;
use crate::tasks::{self, Work};

/// A stacklet in the store, under its account and number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct StackletRecord(pub(super) Stacklet);

impl Record for StackletRecord {
    const TABLE: &'static str = "stacklets";
}

impl Listed for StackletRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl StackletRecord {
    fn into_response(self) -> StackletResponse {
        StackletResponse { stacklet: self.0 }
    }
}

impl StackletHandlers for Stacklets {
    async fn list_stacklets<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListStackletsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, StackletList>, Refusal<ListStacklets>> {
        Ok(Found::later(None, list(tx, request, cx)))
    }

    /// All or none (POST-MANY-ATOMIC): everything is checked before the first is made, and what
    /// fails later rolls all of them back.
    async fn create_stacklets<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateStackletsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<StackletsCreatedResponse>, Refusal<CreateStacklets>> {
        match request.body {
            CreateStackletsBody::StackletCreate(mut body) => {
                let (name, volume) = (body.name.clone(), body.volume.take());
                let mut mistakes = Mistakes::default();
                check_volume(tx, cx, volume.as_ref(), &body.region, 1, &mut mistakes).await?;
                let plan = Wanted::from(body).check(tx, cx, Whose::New(1), mistakes).await?;
                let (key, record) = self.make(tx, cx, &plan, name, volume).await?;
                let created = tx.create_one(key, record).await?;
                Ok(created
                    .map(|stored| StackletsCreatedResponse::StackletResponse(stored.into_record().into_response())))
            }
            CreateStackletsBody::StackletsCreate(mut body) => {
                let (names, volume) = (body.names.clone(), body.volume.take());
                let mut mistakes = Mistakes::default();
                check_volume(tx, cx, volume.as_ref(), &body.region, names.len(), &mut mistakes).await?;
                let plan = Wanted::from(body).check(tx, cx, Whose::New(names.len()), mistakes).await?;
                let mut records = Vec::with_capacity(names.len());
                for name in names {
                    records.push(self.make(tx, cx, &plan, name, volume.clone()).await?);
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
        tx: &'t ReadTx<Database>,
        request: GetStackletRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, StackletResponse>>, Refusal<GetStacklet>> {
        let found = tx.get(&owned(cx, request.id)).await?;
        Ok(found.map(|stored| Found::render(stored, StackletRecord::into_response)))
    }

    async fn put_stacklet<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutStackletRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<StackletResponse>, Refusal<PutStacklet>> {
        let PutStackletRequest { id, body } = request;
        let account = &cx.principal().account.name;
        let target = tx.target::<StackletRecord>(owned(cx, id)).await?;
        let mut mistakes = Mistakes::default();
        if target.current().is_none() {
            numbers::check_creation(id, "stacklet", &mut mistakes);
        }
        let name = body.name.clone();
        let whose = target.current().map_or(Whose::New(1), |current| Whose::There(&current.0));
        let plan = Wanted::from(body).check(tx, cx, whose, mistakes).await?;
        let stacklet = match target.current() {
            Some(current) => replaced(tx, cx, &current.0, plan.stacklet(id, name, cx.now(), None)).await?,
            None => {
                let work = Work::Stacklet { id, work: StackletWork::Create };
                let begun = self.tasks.begin(tx, account, cx.now(), work).await?;
                plan.stacklet(id, name, cx.now(), Some(begun.short))
            }
        };
        let before = target.current().and_then(|current| current.0.firewall_uuid.flatten());
        move_between_firewalls(tx, account, id, before, plan.firewall()).await?;
        let put = tx.replace(target, StackletRecord(stacklet)).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    async fn run_stacklet_action<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RunStackletActionRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Accepted<StackletResponse>, Refusal<RunStackletAction>> {
        let RunStackletActionRequest { id, body } = request;
        let account = &cx.principal().account.name;
        let key = owned(cx, id);
        let mut stacklet = tx.get::<StackletRecord>(&key).await?.ok_or(Refused::Absent)?.into_record().0;
        tasks::check_idle(&format!("the stacklet {id}"), stacklet.task.as_ref())?;
        check_action(tx, account, &stacklet, &body).await?;
        let Some(work) = StackletWork::asked(body) else {
            return Err(Fault::Other { detail: "an action unknown to the contract was let through".to_owned() }.into());
        };
        let begun = self.tasks.begin(tx, account, cx.now(), Work::Stacklet { id, work }).await?;
        show_task(&mut stacklet, Some(begun.short));
        let stored = tx.put(&key, StackletRecord(stacklet)).await?;
        Ok(tx.accept(begun.created, stored.into_record().into_response()))
    }

    /// What stays is free again, and shows it in the same step (DELETE-CHILDREN).
    async fn delete_stacklet<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteStackletRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteStacklet>> {
        let account = &cx.principal().account.name;
        let target = tx.target::<StackletRecord>(owned(cx, request.id)).await?;
        let stacklet = target.current().ok_or(Refused::Absent)?.0.clone();
        let removed = tx.remove(target).await?;
        tasks::abandon(tx, account, cx.now(), stacklet.task.as_ref(), "The stacklet was deleted.").await?;
        detach_volumes(tx, account, &stacklet.volume_uuids).await?;
        orphan_images(tx, account, &stacklet).await?;
        move_between_firewalls(tx, account, stacklet.id, stacklet.firewall_uuid.flatten(), None).await?;
        floating_ips::release_stacklet(tx, account, stacklet.id).await?;
        load_balancers::release_stacklet(tx, account, stacklet.id).await?;
        Ok(removed)
    }

    async fn list_stacklet_backups<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListStackletBackupsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, BackupList>>, Refusal<ListStackletBackups>> {
        let ListStackletBackupsRequest { id, page, per_page, sort } = request;
        let listing = Listing::new(page, per_page).sort(sort.as_ref().map(|sort| sort.as_str()));
        let found = tx.get::<StackletRecord>(&owned(cx, id)).await?;
        Ok(found.map(|_| Found::later(None, backups::list(tx, cx, listing, Some(id)))))
    }

    async fn list_stacklet_snapshots<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListStackletSnapshotsRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, SnapshotList>>, Refusal<ListStackletSnapshots>> {
        let ListStackletSnapshotsRequest { id, page, per_page, query, sort } = request;
        let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
        let found = tx.get::<StackletRecord>(&owned(cx, id)).await?;
        Ok(found.map(|_| Found::later(None, snapshots::list(tx, cx, listing, Some(id), None))))
    }
}

impl Stacklets {
    /// A new stacklet under the next number of the service's own, with its task, its volume and its place in the
    /// firewall.
    async fn make(
        &self,
        tx: &mut WriteTx<Database>,
        cx: &Cx<Caller>,
        plan: &Plan,
        name: String,
        volume: Option<VolumeChoice>,
    ) -> Result<(Key, StackletRecord), Fault> {
        let account = &cx.principal().account.name;
        let id = numbers::next(tx, StackletRecord::TABLE).await?;
        let work = Work::Stacklet { id, work: StackletWork::Create };
        let begun = self.tasks.begin(tx, account, cx.now(), work).await?;
        let mut stacklet = plan.stacklet(id, name, cx.now(), Some(begun.short));
        if let Some(choice) = volume {
            let uuid = volumes::for_stacklet(tx, &self.tasks, cx, choice, &stacklet).await?;
            stacklet.volume_uuids.push(uuid);
        }
        move_between_firewalls(tx, account, id, None, plan.firewall()).await?;
        Ok((owned(cx, id), StackletRecord(stacklet)))
    }
}

/// The filters of a list; a stacklet has to meet all that are given.
struct Filters {
    firewall: Option<Uuid>,
    project: Option<Uuid>,
    region: Option<String>,
    status: Option<StackletStatusFilter>,
    tag: Option<String>,
    vpc: Option<Uuid>,
}

impl Filters {
    fn are_none(&self) -> bool {
        let Filters { firewall, project, region, status, tag, vpc } = self;
        firewall.or(*project).or(*vpc).is_none() && region.is_none() && status.is_none() && tag.is_none()
    }

    fn accept(&self, stacklet: &Stacklet) -> bool {
        let Filters { firewall, project, region, status, tag, vpc } = self;
        firewall.is_none_or(|uuid| stacklet.firewall_uuid.flatten() == Some(uuid))
            && project.is_none_or(|uuid| stacklet.project_uuid.flatten() == Some(uuid))
            && region.as_ref().is_none_or(|slug| *slug == stacklet.region)
            && status.as_ref().is_none_or(|status| status.as_str() == stacklet.status.as_str())
            && tag.as_ref().is_none_or(|name| Reference::Tag(name).is_in(stacklet))
            && vpc.is_none_or(|uuid| Reference::Vpc(uuid).is_in(stacklet))
    }
}

async fn list(tx: &ReadTx<Database>, request: ListStackletsRequest, cx: &Cx<Caller>) -> Result<StackletList, Fault> {
    let sort = request.sort.as_ref().map(|sort| sort.as_str());
    let listing = Listing::new(request.page, request.per_page).query(request.query.clone()).sort(sort);
    let filters = Filters {
        firewall: request.firewall_uuid,
        project: request.project_uuid,
        region: request.region,
        status: request.status,
        tag: request.tag_name,
        vpc: request.vpc_uuid,
    };
    let range = all_owned(cx);
    let (records, meta) = if filters.are_none() {
        listing.read(tx, &range).await?
    } else {
        listing.choose(tx, &range, |record: &StackletRecord| filters.accept(&record.0)).await?
    };
    let stacklets = records.into_iter().map(|record| record.0).collect();
    Ok(StackletList { meta, stacklets })
}

/// What a PUT does not write stays as it is (READONLY-STABLE), but for what the size and the region decide: volumes,
/// floating IPs and load balancers that are left behind in another region lose the stacklet.
async fn replaced(
    tx: &mut WriteTx<Database>,
    cx: &Cx<Caller>,
    current: &Stacklet,
    put: Stacklet,
) -> Result<Stacklet, Fault> {
    let account = &cx.principal().account.name;
    let mut stacklet = Stacklet {
        backup_ids: current.backup_ids.clone(),
        created_at: current.created_at,
        recovery_mode: current.recovery_mode,
        snapshot_ids: current.snapshot_ids.clone(),
        status: current.status.clone(),
        ..put
    };
    // The same size is not chosen anew: a disk that was left behind by `resize` stays as it is.
    if stacklet.size == current.size {
        stacklet.disk = current.disk;
    }
    if stacklet.region == current.region {
        stacklet.volume_uuids.clone_from(&current.volume_uuids);
    } else {
        detach_volumes(tx, account, &current.volume_uuids).await?;
        floating_ips::release_stacklet(tx, account, current.id).await?;
        load_balancers::release_stacklet(tx, account, current.id).await?;
    }
    let mut task = current.task.clone();
    if let Some(Work::Stacklet { work, .. }) = tasks::work_of(tx, account, task.as_ref()).await?
        && work.is_void_after_put()
    {
        tasks::abandon(tx, account, cx.now(), task.as_ref(), "The stacklet was replaced meanwhile.").await?;
        task = None;
    }
    show_task(&mut stacklet, task);
    Ok(stacklet)
}

/// Notes what is wrong with the volume that `count` stacklets are to begin with.
async fn check_volume(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    volume: Option<&VolumeChoice>,
    region: &str,
    count: usize,
    mistakes: &mut Mistakes,
) -> Result<(), Fault> {
    let Some(VolumeChoice::Existing(uuid)) = volume else {
        return Ok(());
    };
    let pointer = || "/volume".to_owned();
    match tx.get::<volumes::VolumeRecord>(&owned(cx, *uuid)).await? {
        None => mistakes.add_missing(pointer(), format!("There is no volume `{uuid}`.")),
        Some(_) if count > 1 => {
            mistakes.add_unfit(pointer(), format!("The volume `{uuid}` cannot be attached to {count} stacklets."));
        }
        Some(stored) if stored.0.region.as_deref() != Some(region) => {
            let detail = format!("The volume `{uuid}` is not in the region `{region}`.");
            mistakes.add_unfit(pointer(), detail);
        }
        Some(stored) if stored.0.task.is_some() => {
            mistakes.add_unfit(pointer(), format!("A task is at work on the volume `{uuid}`."));
        }
        Some(_) => {}
    }
    Ok(())
}

/// Whether what the action names is there and fits.
async fn check_action<Op: Declares<422> + Operation>(
    tx: &impl Lookup,
    account: &str,
    stacklet: &Stacklet,
    action: &RunStackletActionBody,
) -> Result<(), Refusal<Op>> {
    let mut mistakes = Mistakes::default();
    let (region, size, disk) = (stacklet.region.as_str(), stacklet.size.as_str(), Some(stacklet.disk));
    match action {
        RunStackletActionBody::Restore(action) => {
            let purpose = Use { pointer: "/image_id", region, size, disk };
            let image = ImageReference::Number(action.image_id);
            image::check(tx, account, &image, purpose, &mut mistakes).await?;
        }
        RunStackletActionBody::Rebuild(action) => {
            let purpose = Use { pointer: "/image", region, size, disk };
            image::check(tx, account, &action.image, purpose, &mut mistakes).await?;
        }
        RunStackletActionBody::Resize(action) => {
            image::check_resize(stacklet, &action.size, &mut mistakes);
        }
        RunStackletActionBody::Snapshot(_)
        | RunStackletActionBody::Rename(_)
        | RunStackletActionBody::ResetPassword(_)
        | RunStackletActionBody::StackletCommand(_) => {}
    }
    mistakes.check()
}

/// Moves the stacklets of one project to another.
pub(super) async fn move_project(tx: &mut WriteTx<Database>, account: &str, from: Uuid, to: Uuid) -> Result<(), Fault> {
    let belongs = |record: &StackletRecord| record.0.project_uuid.flatten() == Some(from);
    let found = tx.select(&all_owned_by(account), methodical_server::Window::whole(), belongs).await?;
    for stored in found.records {
        let mut record = stored.into_record();
        record.0.project_uuid = Some(Some(to));
        tx.put(&owned_by(account, record.0.id), record).await?;
    }
    Ok(())
}
