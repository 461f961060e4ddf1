//! What a stacklet is wanted to be, checked against what there is.

use methodical_server::wire::{Timestamp, Uuid};
use methodical_server::{Cx, Declares, Fault, Lookup, Operation, Record, Refusal};
use stacklets_server::types::{
    Firewall, ImageReference, Size, Stacklet, StackletCreate, StackletInput, StackletStatus, StackletsCreate, TaskRef,
};

use super::firewalls::{FirewallRecord, MOST_STACKLETS};
use super::ssh_keys::SshKeyRecord;
use super::stacklet_work::show_task;
use super::tags::TagRecord;
use super::userdata::UserdataRecord;
use super::vpcs::VpcRecord;
use super::{image, owned, projects};
use crate::access::Caller;
use crate::problems::Mistakes;
use crate::{catalogue, networks};

/// Which stacklets a request is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose<'a> {
    /// One that is there.
    There(&'a Stacklet),
    /// So many new ones.
    New(usize),
}

impl Whose<'_> {
    /// How many of them are not behind the firewall already.
    fn newcomers(self, firewall: &Firewall) -> usize {
        match self {
            Whose::There(stacklet) => {
                usize::from(!firewall.stacklet_ids.iter().flatten().any(|member| *member == stacklet.id))
            }
            Whose::New(count) => count,
        }
    }

    /// Whether its disk stays what it is. Then it does not matter that its image could not be chosen any more: what a
    /// GET shows can be put back.
    fn keeps_disk(self, wanted: &Wanted) -> bool {
        match self {
            Whose::There(Stacklet { image, region, size, .. }) => {
                *image == wanted.image && *region == wanted.region && *size == wanted.size
            }
            Whose::New(_) => false,
        }
    }
}

/// What a client may say of a stacklet, but for its name. What it left out has its default.
#[derive(Debug)]
pub(super) struct Wanted {
    backups: bool,
    firewall: Option<Uuid>,
    image: ImageReference,
    private_networking: bool,
    /// Which is to be the default project where none was named, and must not be mistaken for it.
    project: Option<Option<Uuid>>,
    region: String,
    size: String,
    ssh_keys: Vec<u64>,
    tags: Vec<String>,
    userdata: Option<Uuid>,
    vpc: Option<Uuid>,
}

/// The three bodies have these members in common; OpenAPI cannot say so of closed schemas, so the
/// generator sees three types.
macro_rules! wanted_from {
    ($body:ty) => {
        impl From<$body> for Wanted {
            fn from(body: $body) -> Wanted {
                Wanted {
                    backups: body.backups.unwrap_or(false),
                    firewall: body.firewall_uuid.flatten(),
                    image: body.image,
                    private_networking: body.private_networking.unwrap_or(false),
                    project: body.project_uuid,
                    region: body.region,
                    size: body.size,
                    ssh_keys: body.ssh_keys.unwrap_or_default(),
                    tags: body.tags.unwrap_or_default(),
                    userdata: body.userdata_uuid.flatten(),
                    vpc: body.vpc_uuid.flatten(),
                }
            }
        }
    };
}

wanted_from!(StackletCreate);
wanted_from!(StackletsCreate);
wanted_from!(StackletInput);

impl Wanted {
    /// Whether all that it names is there. Every reference that leads nowhere is told, beside the
    /// mistakes found before.
    pub(super) async fn check<Op: Declares<422> + Operation>(
        self,
        tx: &impl Lookup,
        cx: &Cx<Caller>,
        whose: Whose<'_>,
        mut mistakes: Mistakes,
    ) -> Result<Plan, Refusal<Op>> {
        if catalogue::find_region(&self.region).is_none() {
            let detail = format!("There is no region `{}`.", self.region);
            mistakes.add_missing("/region".to_owned(), detail);
        }
        self.check_lists(tx, cx, &mut mistakes).await?;
        self.check_neighbours(tx, cx, whose, &mut mistakes).await?;
        let project = projects::resolve(tx, cx, self.project, &mut mistakes).await?;
        let size = catalogue::find_size(&self.size);
        if size.is_none() {
            mistakes.add_missing("/size".to_owned(), format!("There is no size `{}`.", self.size));
        }
        if !whose.keeps_disk(&self) {
            let disk = size.as_ref().map(|size| size.disk);
            let purpose = image::Use { pointer: "/image", region: &self.region, size: &self.size, disk };
            image::check(tx, &cx.principal().account.name, &self.image, purpose, &mut mistakes).await?;
        }
        match size {
            Some(size) => mistakes.check().map(|()| Plan { wanted: self, project, size }),
            None => Err(mistakes.refuse()),
        }
    }

    async fn check_lists(&self, tx: &impl Lookup, cx: &Cx<Caller>, mistakes: &mut Mistakes) -> Result<(), Fault> {
        for (index, name) in self.tags.iter().enumerate() {
            if tx.get::<TagRecord>(&owned(cx, name.as_str())).await?.is_none() {
                let detail = format!("There is no tag `{name}`.");
                mistakes.add_missing(format!("/tags/{index}"), detail);
            }
        }
        for (index, id) in self.ssh_keys.iter().enumerate() {
            if tx.get::<SshKeyRecord>(&owned(cx, *id)).await?.is_none() {
                let detail = format!("There is no SSH key {id}.");
                mistakes.add_missing(format!("/ssh_keys/{index}"), detail);
            }
        }
        Ok(())
    }

    async fn check_neighbours(
        &self,
        tx: &impl Lookup,
        cx: &Cx<Caller>,
        whose: Whose<'_>,
        mistakes: &mut Mistakes,
    ) -> Result<(), Fault> {
        let firewall = check_one(tx, cx, ("firewall_uuid", "firewall"), self.firewall, mistakes).await?;
        if let Some(FirewallRecord(firewall)) = firewall
            && whose.newcomers(&firewall) + firewall.stacklet_ids.iter().flatten().count() > MOST_STACKLETS
        {
            let detail = format!("A firewall has at most {MOST_STACKLETS} stacklets behind it.");
            mistakes.add_unfit("/firewall_uuid".to_owned(), detail);
        }
        check_one::<UserdataRecord>(tx, cx, ("userdata_uuid", "userdata script"), self.userdata, mistakes).await?;
        if let Some(vpc) = check_one::<VpcRecord>(tx, cx, ("vpc_uuid", "VPC"), self.vpc, mistakes).await?
            && vpc.0.region != self.region
        {
            let detail = format!("The VPC `{}` is in the region `{}`.", vpc.0.uuid, vpc.0.region);
            mistakes.add_unfit("/vpc_uuid".to_owned(), detail);
        }
        Ok(())
    }
}

/// What a stacklet names by a UUID, if it names one.
async fn check_one<R: Record>(
    tx: &impl Lookup,
    cx: &Cx<Caller>,
    (member, what): (&str, &str),
    uuid: Option<Uuid>,
    mistakes: &mut Mistakes,
) -> Result<Option<R>, Fault> {
    let Some(uuid) = uuid else {
        return Ok(None);
    };
    let found = tx.get::<R>(&owned(cx, uuid)).await?;
    if found.is_none() {
        mistakes.add_missing(format!("/{member}"), format!("There is no {what} `{uuid}`."));
    }
    Ok(found.map(methodical_server::Stored::into_record))
}

/// What stacklets are made by: all that it names is there.
#[derive(Debug)]
pub(super) struct Plan {
    wanted: Wanted,
    project: Uuid,
    size: Size,
}

impl Plan {
    /// The firewall that it is to have.
    pub(super) fn firewall(&self) -> Option<Uuid> {
        self.wanted.firewall
    }

    /// A stacklet made by it, which begins with this task.
    pub(super) fn stacklet(&self, id: u64, name: String, created_at: Timestamp, task: Option<TaskRef>) -> Stacklet {
        let Plan { wanted, project, size } = self;
        let mut stacklet = Stacklet {
            backup_ids: Vec::new(),
            backups: Some(wanted.backups),
            created_at,
            disk: size.disk,
            firewall_uuid: Some(wanted.firewall),
            id,
            image: wanted.image.clone(),
            locked: false,
            memory: size.memory,
            name,
            networks: networks::of(id, wanted.private_networking),
            private_networking: Some(wanted.private_networking),
            project_uuid: Some(Some(*project)),
            recovery_mode: false,
            region: wanted.region.clone(),
            size: size.slug.clone(),
            snapshot_ids: Vec::new(),
            ssh_keys: Some(wanted.ssh_keys.clone()),
            status: StackletStatus::New,
            tags: Some(wanted.tags.clone()),
            task: None,
            userdata_uuid: Some(wanted.userdata),
            vcpu: size.vcpu,
            volume_uuids: Vec::new(),
            vpc_uuid: Some(wanted.vpc),
        };
        show_task(&mut stacklet, task);
        stacklet
    }
}
