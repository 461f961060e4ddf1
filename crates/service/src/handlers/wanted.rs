//! What a stacklet is wanted to be, checked against what there is.

use methodical_server::wire::Timestamp;
use methodical_server::{Cx, Declares, Fault, Lookup, Operation, Refusal};
use stacklets_server::types::{Size, Stacklet, StackletCreate, StackletInput, StackletStatus, StackletsCreate};

use super::owned;
use super::ssh_keys::SshKeyRecord;
use super::tags::TagRecord;
use crate::access::Account;
use crate::problems::Mistakes;
use crate::{catalogue, networks};

/// What a client may say of a stacklet, but for its name. What it left out has its default.
#[derive(Debug)]
pub(super) struct Wanted {
    backups: bool,
    image: String,
    region: String,
    size: String,
    ssh_keys: Vec<u64>,
    tags: Vec<String>,
}

/// The three bodies have these members in common; OpenAPI cannot say so of closed schemas, so the
/// generator sees three types.
macro_rules! wanted_from {
    ($body:ty) => {
        impl From<$body> for Wanted {
            fn from(body: $body) -> Wanted {
                Wanted {
                    backups: body.backups.unwrap_or(false),
                    image: body.image,
                    region: body.region,
                    size: body.size,
                    ssh_keys: body.ssh_keys.unwrap_or_default(),
                    tags: body.tags.unwrap_or_default(),
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
        cx: &Cx<Account>,
        mut mistakes: Mistakes,
    ) -> Result<Plan, Refusal<Op>> {
        if catalogue::find_region(&self.region).is_none() {
            let detail = format!("There is no region `{}`.", self.region);
            mistakes.add_missing("/region".to_owned(), detail);
        }
        self.check_tags(tx, cx, &mut mistakes).await?;
        self.check_ssh_keys(tx, cx, &mut mistakes).await?;
        let Some(size) = catalogue::find_size(&self.size) else {
            let detail = format!("There is no size `{}`.", self.size);
            mistakes.add_missing("/size".to_owned(), detail);
            return Err(mistakes.refuse());
        };
        mistakes.check()?;
        Ok(Plan { wanted: self, size })
    }

    async fn check_tags(&self, tx: &impl Lookup, cx: &Cx<Account>, mistakes: &mut Mistakes) -> Result<(), Fault> {
        for (index, name) in self.tags.iter().enumerate() {
            if tx.get::<TagRecord>(&owned(cx, name.as_str())).await?.is_none() {
                let detail = format!("There is no tag `{name}`.");
                mistakes.add_missing(format!("/tags/{index}"), detail);
            }
        }
        Ok(())
    }

    async fn check_ssh_keys(&self, tx: &impl Lookup, cx: &Cx<Account>, mistakes: &mut Mistakes) -> Result<(), Fault> {
        for (index, id) in self.ssh_keys.iter().enumerate() {
            if tx.get::<SshKeyRecord>(&owned(cx, *id)).await?.is_none() {
                let detail = format!("There is no SSH key {id}.");
                mistakes.add_missing(format!("/ssh_keys/{index}"), detail);
            }
        }
        Ok(())
    }
}

/// What stacklets are made by: all that it names is there.
#[derive(Debug)]
pub(super) struct Plan {
    wanted: Wanted,
    size: Size,
}

impl Plan {
    /// A stacklet made by it. It is at work at once, as no operation switches it on.
    pub(super) fn stacklet(&self, id: u64, name: String, created_at: Timestamp) -> Stacklet {
        let Plan { wanted, size } = self;
        Stacklet {
            backups: Some(wanted.backups),
            created_at,
            disk: size.disk,
            id,
            image: wanted.image.clone(),
            locked: false,
            memory: size.memory,
            name,
            networks: networks::of(id),
            region: wanted.region.clone(),
            size: size.slug.clone(),
            ssh_keys: Some(wanted.ssh_keys.clone()),
            status: StackletStatus::Active,
            tags: Some(wanted.tags.clone()),
            vcpu: size.vcpu,
        }
    }
}
