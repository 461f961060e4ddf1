//! Volumes: block storage that is attached to a stacklet, or to none.

use methodical_server::wire::{Timestamp, Uuid};
use methodical_server::{
    Accepted, Created, Cx, Declares, Fault, Found, Lookup, Operation, ReadTx, Record, Refusal, Refused, Removed,
    Upserted, WriteTx,
};
use serde::{Deserialize, Serialize};
use stacklets_server::types::{
    RunVolumeActionBody, Stacklet, TaskRef, Volume, VolumeChoice, VolumeCreate, VolumeInput, VolumeList, VolumeResponse,
};
use stacklets_server::{
    CreateVolume, CreateVolumeRequest, DeleteVolume, DeleteVolumeRequest, GetVolume, GetVolumeRequest, ListVolumes,
    ListVolumesRequest, PutVolume, PutVolumeRequest, RunVolumeAction, RunVolumeActionRequest, Volumes,
};

use super::relations::{edit, move_volume};
use super::stacklets::StackletRecord;
use super::{all_owned, owned, owned_by};
use crate::access::Caller;
use crate::api::Stacklets;
use crate::catalogue;
use crate::listing::{Listed, Listing};
use crate::problems::Mistakes;
use crate::store::Database;
use crate::tasks::{self, Tasks, Undone, Work};

const GIB: u64 = 1 << 30;

/// A volume in the store, under its account and UUID.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct VolumeRecord(pub(super) Volume);

impl Record for VolumeRecord {
    const TABLE: &'static str = "volumes";
}

impl Listed for VolumeRecord {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}

impl VolumeRecord {
    fn into_response(self) -> VolumeResponse {
        VolumeResponse { volume: self.0 }
    }
}

/// What a task does to a volume.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VolumeWork {
    /// A stacklet that has the number afterwards and was made at another time is another.
    Attach {
        stacklet_id: u64,
        made: Timestamp,
    },
    Create,
    Detach,
    Rename {
        name: String,
    },
    Resize {
        size_gigabytes: u32,
    },
}

impl VolumeWork {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            VolumeWork::Attach { .. } => "attach",
            VolumeWork::Create => "create",
            VolumeWork::Detach => "detach",
            VolumeWork::Rename { .. } => "rename",
            VolumeWork::Resize { .. } => "resize",
        }
    }

    /// What is being done, and what was done.
    pub(crate) fn sentences(&self) -> [&'static str; 2] {
        match self {
            VolumeWork::Attach { .. } => ["The volume is being attached.", "The volume was attached."],
            VolumeWork::Create => ["The volume is being created.", "The volume was created."],
            VolumeWork::Detach => ["The volume is being detached.", "The volume was detached."],
            VolumeWork::Rename { .. } => ["The volume is being renamed.", "The volume was renamed."],
            VolumeWork::Resize { .. } => ["The volume is being resized.", "The volume was resized."],
        }
    }

    /// Whether a PUT makes it void, because it would write over what the PUT has written.
    fn is_void_after_put(&self) -> bool {
        match self {
            VolumeWork::Create => false,
            VolumeWork::Attach { .. } | VolumeWork::Detach | VolumeWork::Rename { .. } | VolumeWork::Resize { .. } => {
                true
            }
        }
    }

    /// Brings the effect about.
    pub(crate) async fn finish(&self, tx: &mut WriteTx<Database>, account: &str, uuid: Uuid) -> Result<(), Undone> {
        let key = owned_by(account, uuid);
        let Some(stored) = tx.get::<VolumeRecord>(&key).await? else {
            return Err(Undone::Failed("The volume is not there any more.".to_owned()));
        };
        let mut volume = stored.into_record().0;
        let before = volume.stacklet_id.flatten();
        match self {
            VolumeWork::Create => {}
            VolumeWork::Attach { stacklet_id, made } => {
                still_fits(tx, account, &volume, *stacklet_id, *made).await?;
                volume.stacklet_id = Some(Some(*stacklet_id));
            }
            VolumeWork::Detach => volume.stacklet_id = Some(None),
            VolumeWork::Rename { name } => volume.name.clone_from(name),
            VolumeWork::Resize { size_gigabytes } => {
                volume.size_gigabytes = *size_gigabytes;
                volume.size = bytes(*size_gigabytes);
            }
        }
        move_volume(tx, account, uuid, before, volume.stacklet_id.flatten()).await?;
        tx.put(&key, VolumeRecord(volume)).await?;
        Ok(())
    }
}

/// The stacklet was there when the task began; it may have been deleted or moved since.
async fn still_fits(
    tx: &WriteTx<Database>,
    account: &str,
    volume: &Volume,
    stacklet: u64,
    made: Timestamp,
) -> Result<(), Undone> {
    let found = tx.get::<StackletRecord>(&owned_by(account, stacklet)).await?;
    match found.filter(|stored| stored.0.created_at == made) {
        None => Err(Undone::Failed(format!("The stacklet {stacklet} is not there any more."))),
        Some(stored) if volume.region.as_ref() != Some(&stored.0.region) => {
            Err(Undone::Failed(format!("The stacklet {stacklet} is in another region now.")))
        }
        Some(_) => Ok(()),
    }
}

/// Lets go of the volume.
pub(crate) async fn release(tx: &mut WriteTx<Database>, account: &str, uuid: Uuid) -> Result<(), Fault> {
    edit::<VolumeRecord>(tx, owned_by(account, uuid), |record| record.0.task = None).await
}

/// What a volume is wanted to be. What a client left out has its default.
struct Wanted {
    name: String,
    region: Option<String>,
    size_gigabytes: u32,
    stacklet: Option<u64>,
}

impl From<VolumeCreate> for Wanted {
    fn from(body: VolumeCreate) -> Wanted {
        let VolumeCreate { name, region, size_gigabytes, stacklet_id } = body;
        Wanted { name, region, size_gigabytes, stacklet: stacklet_id.flatten() }
    }
}

impl From<VolumeInput> for Wanted {
    fn from(body: VolumeInput) -> Wanted {
        let VolumeInput { name, region, size_gigabytes, stacklet_id } = body;
        Wanted { name, region, size_gigabytes, stacklet: stacklet_id.flatten() }
    }
}

impl Wanted {
    /// The volume that it makes, if what it names is there and fits.
    async fn check<Op: Declares<422> + Operation>(
        self,
        tx: &impl Lookup,
        cx: &Cx<Caller>,
        uuid: Uuid,
    ) -> Result<Volume, Refusal<Op>> {
        let mut mistakes = Mistakes::default();
        let region = self.region_of(tx, cx, &mut mistakes).await?;
        mistakes.check()?;
        Ok(Volume {
            created_at: cx.now(),
            name: self.name,
            region,
            size: bytes(self.size_gigabytes),
            size_gigabytes: self.size_gigabytes,
            stacklet_id: Some(self.stacklet),
            task: None,
            uuid,
        })
    }

    /// Its own region, which its stacklet has to be in; or else that of its stacklet.
    async fn region_of(
        &self,
        tx: &impl Lookup,
        cx: &Cx<Caller>,
        mistakes: &mut Mistakes,
    ) -> Result<Option<String>, Fault> {
        if let Some(slug) = &self.region
            && catalogue::find_region(slug).is_none()
        {
            mistakes.add_missing("/region".to_owned(), format!("There is no region `{slug}`."));
        }
        let Some(id) = self.stacklet else {
            if self.region.is_none() {
                let detail = "A volume that is attached to no stacklet needs a region.".to_owned();
                mistakes.add_senseless("/region".to_owned(), detail);
            }
            return Ok(self.region.clone());
        };
        let stacklet = check_stacklet(tx, cx, id, self.region.as_deref(), mistakes).await?;
        Ok(stacklet.map(|stacklet| stacklet.region))
    }
}

/// The stacklet that a volume is to be attached to, whose region has to be that of the volume.
async fn check_stacklet(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    id: u64,
    region: Option<&str>,
    mistakes: &mut Mistakes,
) -> Result<Option<Stacklet>, Fault> {
    let Some(stored) = tx.get::<StackletRecord>(&owned(cx, id)).await? else {
        mistakes.add_missing("/stacklet_id".to_owned(), format!("There is no stacklet {id}."));
        return Ok(None);
    };
    let stacklet = stored.into_record().0;
    if region.is_some_and(|region| region != stacklet.region) {
        let detail = format!("The stacklet {id} is in the region `{}`.", stacklet.region);
        mistakes.add_unfit("/stacklet_id".to_owned(), detail);
    }
    Ok(Some(stacklet))
}

impl Volumes for Stacklets {
    async fn list_volumes<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: ListVolumesRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Found<'t, VolumeList>, Refusal<ListVolumes>> {
        Ok(Found::later(None, list(tx, request, cx)))
    }

    async fn create_volume<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: CreateVolumeRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Created<VolumeResponse>, Refusal<CreateVolume>> {
        let uuid = Uuid::new_v4();
        let mut volume = Wanted::from(request.body).check(tx, cx, uuid).await?;
        volume.task = Some(begin_creation(tx, &self.tasks, cx, uuid).await?);
        move_volume(tx, &cx.principal().account.name, uuid, None, volume.stacklet_id.flatten()).await?;
        let created = tx.create_one(owned(cx, uuid), VolumeRecord(volume)).await?;
        Ok(created.map(|stored| stored.into_record().into_response()))
    }

    async fn get_volume<'t>(
        &'t self,
        tx: &'t ReadTx<Database>,
        request: GetVolumeRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Option<Found<'t, VolumeResponse>>, Refusal<GetVolume>> {
        let found = tx.get(&owned(cx, request.uuid)).await?;
        Ok(found.map(|stored| Found::render(stored, VolumeRecord::into_response)))
    }

    async fn put_volume<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: PutVolumeRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Upserted<VolumeResponse>, Refusal<PutVolume>> {
        let PutVolumeRequest { uuid, body } = request;
        let target = tx.target::<VolumeRecord>(owned(cx, uuid)).await?;
        let mut volume = Wanted::from(body).check(tx, cx, uuid).await?;
        let before = target.current().map(|current| current.0.clone());
        match &before {
            Some(current) => {
                volume.created_at = current.created_at;
                volume.task = task_after_put(tx, cx, current.task.as_ref()).await?;
            }
            None => volume.task = Some(begin_creation(tx, &self.tasks, cx, uuid).await?),
        }
        let before = before.and_then(|current| current.stacklet_id.flatten());
        move_volume(tx, &cx.principal().account.name, uuid, before, volume.stacklet_id.flatten()).await?;
        let put = tx.replace(target, VolumeRecord(volume)).await?;
        Ok(put.map(|stored| stored.into_record().into_response()))
    }

    async fn run_volume_action<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: RunVolumeActionRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Accepted<VolumeResponse>, Refusal<RunVolumeAction>> {
        let RunVolumeActionRequest { uuid, body } = request;
        let key = owned(cx, uuid);
        let mut volume = tx.get::<VolumeRecord>(&key).await?.ok_or(Refused::Absent)?.into_record().0;
        tasks::check_idle(&format!("the volume `{uuid}`"), volume.task.as_ref())?;
        let mut mistakes = Mistakes::default();
        let work = asked(tx, cx, &volume, body, &mut mistakes).await?;
        mistakes.check()?;
        let begun = self.tasks.begin(tx, &cx.principal().account.name, cx.now(), Work::Volume { uuid, work }).await?;
        volume.task = Some(begun.short);
        let stored = tx.put(&key, VolumeRecord(volume)).await?;
        Ok(tx.accept(begun.created, stored.into_record().into_response()))
    }

    /// The stacklet loses it in the same step (DELETE-CHILDREN).
    async fn delete_volume<'t>(
        &'t self,
        tx: &'t mut WriteTx<Database>,
        request: DeleteVolumeRequest,
        cx: &'t Cx<Caller>,
    ) -> Result<Removed, Refusal<DeleteVolume>> {
        let account = &cx.principal().account.name;
        let target = tx.target::<VolumeRecord>(owned(cx, request.uuid)).await?;
        let volume = target.current().ok_or(Refused::Absent)?.0.clone();
        let removed = tx.remove(target).await?;
        tasks::abandon(tx, account, cx.now(), volume.task.as_ref(), "The volume was deleted.").await?;
        move_volume(tx, account, volume.uuid, volume.stacklet_id.flatten(), None).await?;
        Ok(removed)
    }
}

/// The work that a request asks for; what is wrong with it is noted.
async fn asked(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    volume: &Volume,
    body: RunVolumeActionBody,
    mistakes: &mut Mistakes,
) -> Result<VolumeWork, Fault> {
    Ok(match body {
        RunVolumeActionBody::Attach(action) => {
            let stacklet_id = action.stacklet_id;
            let stacklet = check_stacklet(tx, cx, stacklet_id, volume.region.as_deref(), mistakes).await?;
            // Without one there is a mistake, and no work begins.
            VolumeWork::Attach { stacklet_id, made: stacklet.map_or(cx.now(), |stacklet| stacklet.created_at) }
        }
        RunVolumeActionBody::Detach(_) => VolumeWork::Detach,
        RunVolumeActionBody::Rename(action) => VolumeWork::Rename { name: action.name },
        RunVolumeActionBody::Resize(action) => {
            if action.size_gigabytes < volume.size_gigabytes {
                let detail = format!("The volume has {} gigabytes and cannot shrink.", volume.size_gigabytes);
                mistakes.add_senseless("/size_gigabytes".to_owned(), detail);
            }
            VolumeWork::Resize { size_gigabytes: action.size_gigabytes }
        }
    })
}

async fn begin_creation(
    tx: &mut WriteTx<Database>,
    tasks: &Tasks,
    cx: &Cx<Caller>,
    uuid: Uuid,
) -> Result<TaskRef, Fault> {
    let work = Work::Volume { uuid, work: VolumeWork::Create };
    Ok(tasks.begin(tx, &cx.principal().account.name, cx.now(), work).await?.short)
}

/// The task that goes on after a PUT; one that would write over what was put ends.
async fn task_after_put(
    tx: &mut WriteTx<Database>,
    cx: &Cx<Caller>,
    task: Option<&TaskRef>,
) -> Result<Option<TaskRef>, Fault> {
    let account = &cx.principal().account.name;
    match tasks::work_of(tx, account, task).await? {
        Some(Work::Volume { work, .. }) if work.is_void_after_put() => {
            tasks::abandon(tx, account, cx.now(), task, "The volume was replaced meanwhile.").await?;
            Ok(None)
        }
        Some(_) | None => Ok(task.cloned()),
    }
}

/// The volume that a new stacklet begins with, as its request chose: a new one, or one that has been checked. The
/// stacklet's own record is its handler's to write.
pub(super) async fn for_stacklet(
    tx: &mut WriteTx<Database>,
    tasks: &Tasks,
    cx: &Cx<Caller>,
    choice: VolumeChoice,
    stacklet: &Stacklet,
) -> Result<Uuid, Fault> {
    let account = &cx.principal().account.name;
    match choice {
        VolumeChoice::Existing(uuid) => {
            let mut before = None;
            edit::<VolumeRecord>(tx, owned(cx, uuid), |record| {
                before = record.0.stacklet_id.replace(Some(stacklet.id)).flatten();
            })
            .await?;
            if let Some(before) = before {
                move_volume(tx, account, uuid, Some(before), None).await?;
            }
            Ok(uuid)
        }
        VolumeChoice::NewVolume(new) => {
            let uuid = Uuid::new_v4();
            let volume = Volume {
                created_at: cx.now(),
                name: new.name,
                region: Some(stacklet.region.clone()),
                size: bytes(new.size_gigabytes),
                size_gigabytes: new.size_gigabytes,
                stacklet_id: Some(Some(stacklet.id)),
                task: Some(begin_creation(tx, tasks, cx, uuid).await?),
                uuid,
            };
            tx.put(&owned(cx, uuid), VolumeRecord(volume)).await?;
            Ok(uuid)
        }
    }
}

fn bytes(size_gigabytes: u32) -> u64 {
    u64::from(size_gigabytes) * GIB
}

async fn list(tx: &ReadTx<Database>, request: ListVolumesRequest, cx: &Cx<Caller>) -> Result<VolumeList, Fault> {
    let ListVolumesRequest { page, per_page, query, region, sort, stacklet_id } = request;
    let listing = Listing::new(page, per_page).query(query).sort(sort.as_ref().map(|sort| sort.as_str()));
    let range = all_owned(cx);
    let (records, meta) = if region.is_none() && stacklet_id.is_none() {
        listing.read::<VolumeRecord>(tx, &range).await?
    } else {
        let chosen = |VolumeRecord(volume): &VolumeRecord| {
            (region.is_none() || volume.region == region)
                && (stacklet_id.is_none() || volume.stacklet_id.flatten() == stacklet_id)
        };
        listing.choose(tx, &range, chosen).await?
    };
    Ok(VolumeList { meta, volumes: records.into_iter().map(|record| record.0).collect() })
}
